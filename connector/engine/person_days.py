"""On which days does a person count? Not on one that follows enough others within the same seven days.

One person's binge is one person, not a crowd: whoever already counted on `cap` of the six days before does not count
again. Only earlier days matter, so that later data never changes what was counted.
"""

import numpy as np
from numpy.typing import NDArray

from connector.engine.days import Flags, Ints

DAYS_BEFORE = 6
LONG_AGO = -(10**6)


def counting(account: Ints, person: Ints, day: Ints, cap: int) -> Flags:
    """Whether each row counts. Rows are sorted by account, person and day, no two alike."""
    heads = _heads(account, person)
    lengths = np.diff(np.append(heads, len(day)))
    longest_first = np.argsort(-lengths, kind="stable")
    heads, lengths = heads[longest_first], lengths[longest_first]
    counts = np.zeros(len(day), dtype=bool)
    counted = np.full((cap, len(heads)), LONG_AGO, dtype=np.int64)  # the last days that counted, oldest first
    for place in range(int(lengths[0]) if len(lengths) else 0):
        active = int(np.searchsorted(-lengths, -place, side="left"))
        rows = heads[:active] + place
        _step(counts, counted[:, :active], rows, day[rows])
    return counts


def together(account: Ints, day: Ints) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """How rows stand by account and day, those of one pair in the order they had; and where each pair begins."""
    place = (account.astype(np.int64) << 32) + day
    order = np.argsort(place, kind="stable")
    place = place[order]
    return order, np.flatnonzero(np.concatenate([np.ones(min(len(place), 1), bool), place[1:] != place[:-1]]))


def _heads(account: Ints, person: Ints) -> NDArray[np.int64]:
    """The first row of each person of an account."""
    if not len(account):
        return np.empty(0, dtype=np.int64)
    other = (np.diff(account) != 0) | (np.diff(person) != 0)
    return np.flatnonzero(np.concatenate([[True], other])).astype(np.int64)


def _step(counts: Flags, counted: NDArray[np.int64], rows: NDArray[np.int64], today: Ints) -> None:
    """Decides one row of each person, and remembers it where it counts."""
    free = counted[0] < today - DAYS_BEFORE
    counts[rows] = free
    counted[:-1, free] = counted[1:, free]
    counted[-1, free] = today[free]
