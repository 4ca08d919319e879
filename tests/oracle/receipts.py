"""What moved an account between two receipts? Both laid side by side, line by line."""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Line = Mapping[str, Any]  # account, person, activity, day, engaged; Any: text or number
PARTS = ("new", "aged", "reweighted", "rematched", "removed")


@dataclass(frozen=True)
class Receipt:
    """What was believed on a day: its lines, not faded, and how fast they fade."""

    day: int
    lines: list[Line]
    half_life: float = 14.0

    def known(self) -> list[Line]:
        """The lines that have happened by the day."""
        return [line for line in self.lines if line["day"] <= self.day]

    def left(self, line: Line, on: int) -> float:
        """What is left of a line on a day."""
        return float(line["engaged"] * 2.0 ** (-(on - line["day"]) / self.half_life))

    def minutes(self, account: str) -> float:
        """E."""
        return math.fsum(self.left(line, self.day) for line in self.known() if line["account"] == account)


def difference(then: Receipt, now: Receipt, account: str, person_now: Callable[[str], str]) -> dict[str, float]:
    """The five parts of what moved an account; `person_now` is who an id of then stands for now."""
    old = [(dict(line) | {"person": person_now(line["person"])}, then.left(line, now.day)) for line in then.known()]
    new = [(line, now.left(line, now.day)) for line in now.known()]
    e_then, e_now = then.minutes(account), now.minutes(account)
    gone, came = _unpaired(old, new, "activity", "person", "account")
    gone, came = _unpaired(gone, came, "activity", "account")
    moved = {line["activity"] for line, _ in gone} & {line["activity"] for line, _ in came}
    went, arrived = (_sum(side, account, lambda one: one["activity"] in moved) for side in (gone, came))
    removed, fresh = (_sum(side, account, lambda one: one["activity"] not in moved) for side in (gone, came))
    aged = e_then * (2.0 ** (-(now.day - then.day) / then.half_life) - 1)
    rest = e_now - e_then - aged - fresh - (arrived - went) + removed
    return dict(zip(PARTS, (fresh, aged, rest, arrived - went, -removed), strict=True))


Rows = list[tuple[Line, float]]


def _unpaired(old: Rows, new: Rows, *names: str) -> tuple[Rows, Rows]:
    """The lines of each side that have none on the other with the same values of these columns."""
    keys = [{tuple(line[name] for name in names) for line, _ in side} for side in (old, new)]
    return tuple(
        [row for row in side if tuple(row[0][name] for name in names) not in theirs]
        for side, theirs in ((old, keys[1]), (new, keys[0]))
    )  # type: ignore[return-value]  # a generator of two is a pair


def _sum(rows: Rows, account: str, which: Callable[[Line], bool]) -> float:
    chosen: Iterable[float] = (minutes for line, minutes in rows if line["account"] == account and which(line))
    return math.fsum(chosen)
