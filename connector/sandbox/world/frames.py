"""How are records of equally long columns cut and put end to end?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeVar

import numpy as np

from connector.sandbox.world.recipe import Bools, Ints

Frame = TypeVar("Frame", bound=NamedTuple)  # each field is an array, all of one length


def take(frame: Frame, rows: Ints | Bools) -> Frame:
    """The rows at these places, or where the mask is true."""
    return frame._replace(**{name: column[rows] for name, column in frame._asdict().items()})


def stack(frames: Sequence[Frame]) -> Frame:
    """One after the other."""
    columns = [frame._asdict() for frame in frames]
    return frames[0]._replace(**{name: np.concatenate([column[name] for column in columns]) for name in columns[0]})


def numbered_within(keys: Ints) -> Ints:
    """0, 1, 2 ... for the rows of each key, in the order they come."""
    order = np.argsort(keys, kind="stable")
    starts = np.searchsorted(keys[order], keys[order], side="left")
    number = np.empty(len(keys), dtype=np.int64)
    number[order] = np.arange(len(keys)) - starts
    return number
