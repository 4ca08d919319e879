"""What goes wrong, and when? A plan of faults that strikes the same requests and rows each time."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Literal, get_args

from connector.sandbox.answers import Json, Refusal

RequestAction = Literal[
    "drop_before", "drop_after", "status", "html", "truncate", "slow", "wrong_content_type", "expire_token",
    "limit_reached", "shuffle",
]  # fmt: skip
RowAction = Literal["lock", "silent_noop"]
LISTS = {"nth", "ids", "parents"}
REQUEST_ACTIONS, ROW_ACTIONS = get_args(RequestAction), get_args(RowAction)


@dataclass(slots=True)
class Fault:
    """One entry of the plan. It strikes the `nth` matching requests (all without it), at most `times` in all.

    A row fault names its rows by `sobject` and `ids` or `parents`, or takes `share` of them by their ids' hash.
    """

    action: str
    method: str = ""
    path: str = ""
    nth: tuple[int, ...] = ()
    times: int = 0
    status: int = 503
    body: Json = None
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    sobject: str = ""
    ids: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
    share: float = 0.0
    seen: int = field(default=0, repr=False)
    struck: int = field(default=0, repr=False)

    @property
    def spent(self) -> bool:
        return bool(self.times) and self.struck >= self.times

    def meets(self, method: str, path: str) -> bool:
        """Whether the request is one it counts."""
        return (not self.method or self.method == method) and re.search(self.path, path) is not None

    def strikes(self) -> bool:
        """Count a match, and say whether this is one to strike."""
        self.seen += 1
        hit = not self.spent and (not self.nth or self.seen in self.nth)
        self.struck += hit
        return hit

    def picks(self, sobject: str, row: Mapping[str, Json]) -> bool:
        """Whether the row is one of its rows."""
        if self.sobject and self.sobject != sobject:
            return False
        record_id = str(row.get("Id"))
        if self.parents:
            return any(value in self.parents for value in row.values() if isinstance(value, str))
        if self.ids:
            return record_id in self.ids
        return not self.share or _draw(record_id) < self.share


def _draw(text: str) -> float:
    """A number in [0, 1) that depends on the text alone."""
    return int.from_bytes(blake2b(text.encode(), digest_size=6).digest()) / 2**48


class Faults:
    """The plan in force."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.plan: list[Fault] = []

    def put(self, rules: Sequence[Mapping[str, Json]]) -> None:
        """Add faults to the plan. Raises Refusal for an unknown action or key."""
        self.plan += [read_fault(rule) for rule in rules]

    def clear(self) -> None:
        """Let everything go well again."""
        self.plan = []

    def for_request(self, method: str, path: str) -> Fault | None:
        """The fault that strikes this request, if any; every fault counts the requests it matches."""
        with self._lock:
            of_requests = [fault for fault in self.plan if fault.action in REQUEST_ACTIONS]
            hits = [fault for fault in of_requests if fault.meets(method, path) and fault.strikes()]
        return hits[0] if hits else None

    def for_row(self, action: RowAction, sobject: str, row: Mapping[str, Json]) -> bool:
        """Whether a fault of this kind strikes the row now."""
        with self._lock:
            of_kind = [fault for fault in self.plan if fault.action == action]
            return any(fault.picks(sobject, row) and fault.strikes() for fault in of_kind)


def read_fault(rule: Mapping[str, Json]) -> Fault:
    """One rule of a plan; its `match` may be written inside or beside it."""
    flat: dict[str, Json] = {**rule, **(rule.get("match") or {})}
    flat.pop("match", None)
    known = set(Fault.__slots__) - {"seen", "struck"}
    if unknown := sorted(set(flat) - known):
        raise Refusal(400, "INVALID_FAULT", f"A fault has no key {unknown[0]}; it takes {', '.join(sorted(known))}.")
    if flat.get("action") not in (*REQUEST_ACTIONS, *ROW_ACTIONS):
        actions = ", ".join((*REQUEST_ACTIONS, *ROW_ACTIONS))
        raise Refusal(400, "INVALID_FAULT", f"There is no action {flat.get('action')}; choose one of {actions}.")
    for key in LISTS & set(flat):
        flat[key] = tuple(flat[key]) if isinstance(flat[key], list | tuple) else (flat[key],)
    return Fault(**flat)
