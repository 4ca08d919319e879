"""Where do an account's engaged minutes come from, to the last one, and what moved them between two days?

Contributions are additive: what is left of each of them today adds up to E, so a receipt explains the score exactly,
and the difference of two receipts explains exactly what changed.
"""

from dataclasses import dataclass

import numpy as np

from connector.engine.days import Flags, Floats, Ints
from connector.engine.score import fade
from connector.engine.stored import Column


@dataclass(frozen=True, slots=True)
class Contributions:
    """What people gave accounts, one row per account, person and activity; ids of any type that can be compared."""

    account: Column
    person: Column
    activity: Column
    day: Ints
    engaged: Floats  # minutes with every factor, not faded

    def where(self, rows: Flags) -> "Contributions":
        """The chosen rows."""
        return Contributions(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))


@dataclass(frozen=True, slots=True)
class Receipt:
    """All contributions known on a day, and what is left of a minute of each."""

    as_of: int
    rows: Contributions
    left: Floats

    def minutes(self) -> Floats:
        """Engaged minutes of each contribution on the day; their sum is E."""
        return self.rows.engaged * self.left


@dataclass(frozen=True, slots=True)
class Movement:
    """What moved an account's engaged minutes between two receipts; the five add up to the difference exactly."""

    new: float  # came in since, or only now became known
    aged: float  # faded by the days between
    reweighted: float  # other rules, another role, a corrected duration
    rematched: float  # came here from another account, or went there
    removed: float  # deleted, or no longer counted


def receipt(rows: Contributions, as_of: int, half_life_days: float) -> Receipt:
    """The receipt of a day; what lies after it is not in it."""
    known = rows.where(rows.day <= as_of)
    return Receipt(as_of, known, fade(as_of - known.day, half_life_days))


def movement(before: Receipt, after: Receipt, account: object) -> Movement:
    """What moved the account. The receipts hold other accounts too, where a re-match should be told from a removal."""
    was_mine, is_mine = before.rows.account == account, after.rows.account == account
    old, new = _pairs(before.rows, after.rows)
    _, i, j = np.intersect1d(old, new, assume_unique=True, return_indices=True)
    gone, came = was_mine.copy(), is_mine.copy()
    gone[i], came[j] = False, False
    stayed, left, joined = was_mine[i] & is_mine[j], was_mine[i] & ~is_mine[j], ~was_mine[i] & is_mine[j]
    then, now = before.minutes(), after.minutes()
    same, rest = before.rows.engaged[i][stayed], after.left[j][stayed]
    return Movement(
        new=float(now[came].sum()),
        aged=float(np.sum(same * (rest - before.left[i][stayed]))),
        reweighted=float(np.sum((after.rows.engaged[j][stayed] - same) * rest)),
        rematched=float(now[j][joined].sum() - then[i][left].sum()),
        removed=float(-then[gone].sum()),
    )


def _pairs(before: Contributions, after: Contributions) -> tuple[Ints, Ints]:
    """A number for each person and activity, the same in both; a person counts for one account at a time."""
    _, person = np.unique(np.concatenate([before.person, after.person]), return_inverse=True)
    _, activity = np.unique(np.concatenate([before.activity, after.activity]), return_inverse=True)
    pair = activity.astype(np.int64) * (int(person.max(initial=0)) + 1) + person
    return pair[: len(before.day)], pair[len(before.day) :]
