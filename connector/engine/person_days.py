"""On which days does a person count? Not on one that follows enough others within the same seven days.

One person's binge is one person, not a crowd: whoever already counted on `cap` of the six days before does not count
again. Only earlier days matter, so that later data never changes what was counted.
"""

import numpy as np
from numpy.typing import NDArray

from connector.engine.days import Flags, Ints
from connector.engine.packing import heads, together

DAYS_BEFORE = 6
LONG_AGO = -(10**6)


def counting(account: Ints, person: Ints, day: Ints, cap: int) -> Flags:
    """Whether each row counts. Rows are sorted by account, day and person, no two alike."""
    counts = np.ones(len(day), dtype=bool)
    crowded = np.flatnonzero(_crowded(account, day, cap))
    order, _ = together(account[crowded], person[crowded], day[crowded])
    rows = crowded[order]
    counts[rows] = _walked(_busy(account[rows], person[rows], day[rows], cap), day[rows], cap)
    return counts


def _crowded(account: Ints, day: Ints, cap: int) -> Flags:
    """Where an account had more than `cap` rows within seven days: everybody counts on any other day."""
    is_close = (account[cap:] == account[:-cap]) & (day[cap:] - day[:-cap] <= DAYS_BEFORE)
    crowded = np.zeros(len(day), dtype=bool)
    for later in range(cap + 1):
        crowded[later : later + len(is_close)] |= is_close
    return crowded


def _busy(account: Ints, person: Ints, day: Ints, cap: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where the people begin who were there on more than `cap` of any seven days, and how many days each has."""
    first = heads(account, person)
    lengths = np.diff(first, append=len(day))
    close = np.flatnonzero(day[cap:] - day[:-cap] <= DAYS_BEFORE)
    owner = np.searchsorted(first, close, side="right") - 1
    own = close + cap < (first + lengths)[owner]
    busy = np.zeros(len(first), dtype=bool)
    busy[owner[own]] = True
    return first[busy], lengths[busy]


def _walked(people: tuple[NDArray[np.int64], NDArray[np.int64]], day: Ints, cap: int) -> Flags:
    """Whether each day counts. Of the people to be walked: where each begins, and how many days, which rise."""
    first, lengths = people
    longest_first = np.argsort(-lengths, kind="stable")
    first, lengths = first[longest_first], lengths[longest_first]
    counts = np.ones(len(day), dtype=bool)
    counted = np.full((cap, len(first)), LONG_AGO, dtype=np.int64)  # the last days that counted, oldest first
    for place in range(int(lengths[0]) if len(lengths) else 0):
        active = int(np.searchsorted(-lengths, -place, side="left"))
        rows = first[:active] + place
        _step(counts, counted[:, :active], rows, day[rows])
    return counts


def _step(counts: Flags, counted: NDArray[np.int64], rows: NDArray[np.int64], today: Ints) -> None:
    """Decides one row of each person, and remembers it where it counts."""
    free = counted[0] < today - DAYS_BEFORE
    counts[rows] = free
    counted[:-1, free] = counted[1:, free]
    counted[-1, free] = today[free]
