"""Do we know the people we should know at an account, and do they spend time with us?

Every share is kept as its numerator and denominator, so that shares of many accounts can be added up:
coverage     desired cells with somebody known / desired cells
penetration  known people who answered, spoke or met with us in 90 days / known people
precision    reached people who are desired / reached people
relevance    engaged people who are desired / desired people
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from connector.engine.days import Flags, Floats, Ints, Texts
from connector.engine.stored import Column

MOST_BLIND_SPOTS = 5
LONGEST = 255
SENIORITY_WORDS = {
    "c_level": "C-level", "vp": "VP", "director": "director", "manager": "manager", "individual": "staff",
    "unknown": "people",
}  # fmt: skip
Desired = Sequence[tuple[str, str]]  # department and seniority of each cell of the ideal


@dataclass(frozen=True, slots=True)
class Cells:
    """The rows of sql/heatmap.sql: the known people of an account by department and seniority, and 90 days of them."""

    account: Ints
    department: Texts
    seniority: Texts
    people: Ints
    minutes: Floats
    sure_minutes: Floats  # times the confidence of each person's match
    top_minutes: Floats  # of the busiest person
    engaged: Ints
    two_way: Ints
    reached: Ints

    def per_account(self, name: str, count: int, *, where: Flags | None = None) -> Floats:
        """A column added up per account."""
        values = getattr(self, name)
        kept = values if where is None else np.where(where, values, 0)
        return np.bincount(self.account, kept, count).astype(np.float64)

    def in_ideal(self, desired: Desired) -> Ints:
        """Which cell of the ideal each row is, -1 for none."""
        places = {cell: place for place, cell in enumerate(desired)}
        pairs = zip(self.department, self.seniority, strict=True)
        return np.array([places.get(pair, -1) for pair in pairs], dtype=np.int64)


def audience(cells: Cells, desired: Desired, count: int) -> dict[str, Column]:
    """Numerators and denominators by account."""
    wanted = cells.in_ideal(desired) >= 0
    filled, _ = spots(cells, desired, count)
    return {
        "desired_cells": np.full(count, float(len(desired))),
        "filled_cells": filled.sum(axis=1).astype(np.float64),
        "known_people": cells.per_account("people", count),
        "two_way_people": cells.per_account("two_way", count),
        "engaged_people": cells.per_account("engaged", count),
        "reached_people": cells.per_account("reached", count),
        "desired_people": cells.per_account("people", count, where=wanted),
        "engaged_desired": cells.per_account("engaged", count, where=wanted),
        "reached_desired": cells.per_account("reached", count, where=wanted),
    }


def spots(cells: Cells, desired: Desired, count: int) -> tuple[Flags, Flags]:
    """By account and desired cell: whether somebody is known there, and whether somebody there is engaged."""
    place = cells.in_ideal(desired)
    known, engaged = np.zeros((count, len(desired)), np.bool_), np.zeros((count, len(desired)), np.bool_)
    wanted = place >= 0
    known[cells.account[wanted], place[wanted]] = True
    alive = wanted & (cells.engaged > 0)
    engaged[cells.account[alive], place[alive]] = True
    return known, engaged


def percent(part: Floats, whole: Floats) -> Floats:
    """`part` of `whole` in percent; NaN of nothing."""
    share: Floats = np.divide(100.0 * part, whole, out=np.full(len(part), np.nan), where=whole > 0)
    return share


def missing_roles(cells: Cells, desired: Desired, count: int) -> Texts:
    """The blind spots of each account in words, at most five, those where nobody is known first; None without any."""
    known, engaged = spots(cells, desired, count)
    patterns, which = np.unique(known * 2 + engaged, axis=0, return_inverse=True)
    said = np.empty(len(patterns), np.object_)
    said[:] = [_blind_spots(pattern.tolist(), desired) for pattern in patterns]
    texts: Texts = said[which.reshape(-1)]
    return texts


def _blind_spots(pattern: Sequence[int], desired: Desired) -> str | None:
    """0 is a cell in which nobody is known, 2 one whose people are silent."""
    unknown = [cell_name(*cell) for cell, state in zip(desired, pattern, strict=True) if state == 0]
    silent = [f"{cell_name(*cell)} (silent)" for cell, state in zip(desired, pattern, strict=True) if state == 2]
    return ", ".join([*unknown, *silent][:MOST_BLIND_SPOTS])[:LONGEST] or None


def cell_name(department: str, seniority: str) -> str:
    """A cell as it is said: Finance director."""
    return f"{department} {SENIORITY_WORDS[seniority]}"


def top_cell(cells: Cells, count: int) -> Texts:
    """The cell in which each account spends most time with us; None where nobody does."""
    names = np.full(count, None, np.object_)
    busiest = np.lexsort((cells.minutes, cells.account))  # the last row of each account is its busiest
    owners = cells.account[busiest]
    last = np.flatnonzero(np.append(owners[1:] != owners[:-1], len(owners) > 0))
    for row in busiest[last].tolist():
        if cells.minutes[row] > 0:
            names[cells.account[row]] = cell_name(cells.department[row], cells.seniority[row])
    return names
