"""What moved an account's engaged minutes since we last looked, to the last one?

Contributions are additive and all fade alike, so what was believed then has faded by a known share; everything else is
told by the touches that came, went, or changed places since, each by what is left of it today.
"""

from dataclasses import dataclass

import numpy as np

from connector.engine.days import Floats
from connector.engine.stored import Column

PARTS = ("new", "aged", "reweighted", "rematched", "removed")
CRUMB = 1e-6  # minutes; less than this is the last digit of a sum


@dataclass(frozen=True, slots=True)
class Look:
    """An earlier day and what we believed of every account then; without `minutes` nobody looked on it."""

    day: int
    half_life_days: float
    minutes: Floats | None = None

    def left(self, day: int) -> float:
        """What is left on `day` of a minute of then."""
        return float(2.0 ** ((self.day - day) / self.half_life_days))


@dataclass(frozen=True, slots=True)
class Moved:
    """Minutes by account of the touches that are not where they were at the look, by what is left of them today."""

    new: Floats  # came in since, or only now became known
    rematched: Floats  # came from another account, less what went to another
    removed: Floats  # deleted, or no longer counted; not above zero


@dataclass(frozen=True, slots=True)
class Movement:
    """What moved each account's engaged minutes between two days; the five add up to the difference exactly."""

    since: int
    is_told: bool  # what was believed then is what was told then
    then: Floats
    now: Floats
    new: Floats
    aged: Floats  # faded by the days between; not above zero
    reweighted: Floats  # other rules, another role, a corrected duration
    rematched: Floats
    removed: Floats

    def columns(self) -> dict[str, Column]:
        """The columns of the snapshot: the day, what was believed then and whether it was told, and the five."""
        count = len(self.now)
        since = np.full(count, self.since).astype("datetime64[D]")
        then: dict[str, Column] = {
            "changed_since": since, "minutes_then": self.then, "then_told": np.full(count, self.is_told),
        }  # fmt: skip
        return then | {f"minutes_{part}": getattr(self, part) for part in PARTS}

    def parts(self) -> Floats:
        """The five, a row each."""
        return np.stack([getattr(self, part) for part in PARTS])

    def shown(self) -> tuple[Floats, Floats]:
        """The change of each account and its five parts in whole minutes as they are shown, which add up too."""
        stood_still = np.abs(self.now - self.then) < CRUMB
        change = np.where(stood_still, 0.0, _whole(self.now) - _whole(self.then))
        return change, whole(self.parts(), change)


def movement(look: Look, now: Floats, day: int, moved: Moved) -> Movement:
    """What moved the minutes from the look to those of `day`. Where nobody looked, all that is not new has faded."""
    left = look.left(day)
    others = moved.new + moved.rematched + moved.removed
    then = (now - others) / left if look.minutes is None else look.minutes
    aged = then * (left - 1.0)
    reweighted = now - then - aged - others
    reweighted[np.abs(reweighted) < CRUMB] = 0.0
    is_told = look.minutes is not None
    return Movement(look.day, is_told, then, now, moved.new, aged, reweighted, moved.rematched, moved.removed)


def whole(parts: Floats, totals: Floats) -> Floats:
    """The parts (a row each) as whole numbers that add up to the whole `totals`.

    Where they do not, the one that was rounded furthest the other way gives way; none takes another sign.
    """
    shown = _whole(parts)
    while (off := totals - shown.sum(axis=0)).any():
        step = np.sign(off)
        may = (parts * step > CRUMB) | (shown * step < 0)
        at = np.argmax(np.where(may, (parts - shown) * step, -np.inf), axis=0)
        shown[at, np.arange(len(off))] += step
    return shown


def _whole(minutes: Floats) -> Floats:
    """As `rounded` does, of many at once."""
    return np.floor(minutes + 0.5)
