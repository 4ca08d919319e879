"""Which steering is alike in every sandbox? The clock's hands, the plan of faults, and the journal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from threading import RLock
from typing import Protocol, TypeVar

from connector.sandbox.answers import Answer, Json, Refusal, Request
from connector.sandbox.clock import Clock, parse_moment
from connector.sandbox.faults import Faults
from connector.sandbox.journal import Journal

PREFIX = "/__sandbox__/"  # the control plane: a path that no CRM has
SPANS = ("days", "hours", "minutes", "seconds")
T = TypeVar("T")


class Steered(Protocol):
    """What is steered: an org or a portal."""

    @property
    def lock(self) -> RLock: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def faults(self) -> Faults: ...
    @property
    def journal(self) -> Journal: ...


Name = tuple[str, str]  # the method, and the path behind the prefix
Verbs = Mapping[Name, Callable[[T, dict[str, Json]], Json]]
Steer = Callable[[Steered, dict[str, Json]], Json]


def answer_of(verbs: Verbs[T], stage: T, steered: Steered, request: Request) -> Answer:
    """The answer of the control plane; needs no login, uses up no call, and no fault strikes it.

    `verbs` are those of one CRM, told of its `stage`. What calls back to the sandbox is returned by a verb as a
    function, to be called once nothing is locked any more.
    """
    name = request.method, request.path.removeprefix(PREFIX).strip("/")
    if name not in STEERING and name not in verbs:
        known = ", ".join(sorted(f"{method} {PREFIX}{path}" for method, path in {*STEERING, *verbs}))
        raise Refusal(404, "NOT_FOUND", f"The control plane has {known}.")
    body = request.object() if request.body else {}
    try:
        with steered.lock:
            told = STEERING[name](steered, body) if name in STEERING else verbs[name](stage, body)
        return Answer(told() if callable(told) else told)
    except (KeyError, TypeError, ValueError) as fault:
        raise Refusal(400, "INVALID_REQUEST", f"{name[1]}: {type(fault).__name__}: {fault}") from fault


def clock(steered: Steered, _: dict[str, Json]) -> Json:
    """What time it is."""
    return {"now": steered.clock.now().isoformat()}


def target(steered: Steered, body: Mapping[str, Json]) -> datetime:
    """Where the clock is to go: {"days": 7} or {"to": "2026-01-08T00:00:00Z"}."""
    span = timedelta(**{name: float(body[name]) for name in SPANS if name in body})
    return parse_moment(str(body["to"])) if "to" in body else steered.clock.now() + span


def _set_clock(steered: Steered, body: dict[str, Json]) -> Json:
    """{"now": …, "rate": 1}: put the hands, without news; a rate lets the clock run."""
    moment = parse_moment(str(body["now"])) if "now" in body else steered.clock.now()
    steered.clock.set(moment, rate=body.get("rate"))
    return clock(steered, body)


def _faults(steered: Steered, _: dict[str, Json]) -> Json:
    return {"rules": [asdict(fault) for fault in steered.faults.plan]}


def _put_faults(steered: Steered, body: dict[str, Json]) -> Json:
    """{"rules": [...]}: see faults.Fault."""
    steered.faults.put(body.get("rules") or [])
    return _faults(steered, body)


def _clear_faults(steered: Steered, body: dict[str, Json]) -> Json:
    steered.faults.clear()
    return _faults(steered, body)


def _requests(steered: Steered, _: dict[str, Json]) -> Json:
    return {"requests": steered.journal.requests()}


def _writes(steered: Steered, _: dict[str, Json]) -> Json:
    return {"writes": steered.journal.totals()}


def _clear_journal(steered: Steered, _: dict[str, Json]) -> Json:
    steered.journal.clear()
    return {}


def known_settings(body: Mapping[str, Json], known: set[str]) -> None:
    """Refuses a setting nobody knows."""
    if unknown := sorted(set(body) - known):
        message = f"There is no setting {unknown[0]}; there are {', '.join(sorted(known))}."
        raise Refusal(400, "INVALID_SETTING", message)


STEERING: dict[Name, Steer] = {
    ("GET", "clock"): clock,
    ("POST", "clock"): _set_clock,
    ("GET", "faults"): _faults,
    ("POST", "faults"): _put_faults,
    ("DELETE", "faults"): _clear_faults,
    ("GET", "requests"): _requests,
    ("GET", "writes"): _writes,
    ("DELETE", "journal"): _clear_journal,
}
