"""How do several whole numbers stand as one, which sorts as they do, and how do they come back?

One number is sorted many times as fast as several. It is made of a few rows at a time, which stay in the cache.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from connector.engine.days import Ints

Packed = NDArray[np.int64]
BITS = 63  # of a whole number without its sign
ROWS = 2**16  # packed at a time


@dataclass(frozen=True, slots=True)
class Packing:
    """The least of each key, and how many bits the keys behind it take."""

    least: Sequence[int]
    behind: Sequence[int]

    def packed(self, parts: Iterable[Sequence[Ints]], count: int) -> Packed:
        """One number a row, of the keys of all parts, which have `count` rows together."""
        packed, end = np.zeros(count, np.int64), 0
        for keys in parts:
            begin, end = end, end + len(keys[0])
            for key, least, behind in zip(keys, self.least, self.behind, strict=True):
                packed[begin:end] |= (key.astype(np.int64) - least) << behind
        return packed

    def keys(self, packed: Packed) -> list[NDArray[np.int32]]:
        """The keys again, none of which needs more than 32 bits."""
        masks = [2 ** (high - low) - 1 for high, low in pairwise([BITS, *self.behind])]
        keys = [np.empty(len(packed), np.int32) for _ in self.least]
        for rows in _slices(len(packed)):
            for key, least, behind, mask in zip(keys, self.least, self.behind, masks, strict=True):
                key[rows] = (packed[rows] >> behind & mask) + least
        return keys


def _slices(count: int) -> Iterator[slice]:
    return (slice(at, at + ROWS) for at in range(0, count, ROWS))


def packing(ranges: Sequence[tuple[int, int]]) -> Packing | None:
    """How keys between these numbers, both included, are packed; None if they do not fit into one number."""
    bits = [(most - least).bit_length() for least, most in ranges]
    *behind, whole = accumulate(reversed(bits), initial=0)
    return Packing([least for least, _ in ranges], behind[::-1]) if whole <= BITS else None


def together(*keys: Ints) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """How rows stand when sorted by the keys, and where each combination begins."""
    count = len(keys[0])
    how = packing([(int(key.min()), int(key.max())) for key in keys]) if count else None
    if how is None:
        order = np.lexsort(keys[::-1])
        return order, heads(*(key[order] for key in keys))
    return sort(how.packed(([key[rows] for key in keys] for rows in _slices(count)), count))


def sort(packed: Packed) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Sort packed rows where they are. How they stood, and where each combination begins."""
    order = np.argsort(packed)
    packed.sort()  # cheaper than to gather them in that order
    return order, heads(packed)


def heads(*keys: Ints) -> NDArray[np.int64]:
    """Where each combination of the keys begins, in sorted rows."""
    other = np.logical_or.reduce([key[1:] != key[:-1] for key in keys])
    return np.flatnonzero(np.concatenate([np.ones(min(len(keys[0]), 1), bool), other]))
