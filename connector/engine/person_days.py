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
    owner = np.repeat(np.arange(len(heads)), np.diff(np.append(heads, len(day))))
    is_close = (owner[cap:] == owner[:-cap]) & (day[cap:] - day[:-cap] <= DAYS_BEFORE)
    is_busy = np.zeros(len(heads), dtype=bool)
    is_busy[owner[cap:][is_close]] = True  # of all others every day counts
    counts = np.ones(len(day), dtype=bool)
    busy = np.flatnonzero(is_busy[owner])
    counts[busy] = _walked(_heads(owner[busy]), day[busy], cap)
    return counts


def together(*keys: Ints) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """How rows stand when sorted by the keys, and where each combination begins.

    The ranges of the keys multiplied stay under 2^63: ten million accounts, a hundred million people, ten years do.
    """
    if not len(keys[0]):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    offsets = [key - key.min() for key in keys]
    place = np.ravel_multi_index(offsets, [int(offset.max()) + 1 for offset in offsets])
    order = np.argsort(place)
    place = place[order]
    return order, np.flatnonzero(np.concatenate([[True], place[1:] != place[:-1]]))


def _walked(heads: NDArray[np.int64], day: Ints, cap: int) -> Flags:
    """Whether each day of people counts, all at their first day, then their second, and so on."""
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


def _heads(*keys: Ints) -> NDArray[np.int64]:
    """Where each combination of the keys begins, in sorted rows."""
    other = np.logical_or.reduce([np.diff(key) != 0 for key in keys])
    return np.flatnonzero(np.concatenate([np.ones(min(len(keys[0]), 1), bool), other])).astype(np.int64)


def _step(counts: Flags, counted: NDArray[np.int64], rows: NDArray[np.int64], today: Ints) -> None:
    """Decides one row of each person, and remembers it where it counts."""
    free = counted[0] < today - DAYS_BEFORE
    counts[rows] = free
    counted[:-1, free] = counted[1:, free]
    counted[-1, free] = today[free]
