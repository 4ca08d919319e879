"""What does the panel on an account's page show beyond its fields? One small JSON text per account; ids, never names.

`v` is the version of the shape: readers show what they know and leave the rest. A text that would not fit its field
loses its people, then its cells.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from connector.engine.coverage import Cells
from connector.engine.days import Floats, Ints, Texts
from connector.engine.reasons import ReasonRows
from connector.engine.stored import Column, Columns
from connector.engine.trend import rounded
from connector.engine.words import Reason

VERSION = 1
LONGEST = 32_000
Shape = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class TopPeople:
    """The rows of sql/top_people.sql: those with the most minutes of 90 days, the busiest of an account first."""

    account: Ints
    person_id: Texts
    department: Texts
    seniority: Texts
    minutes: Floats


@dataclass(frozen=True, slots=True)
class Shown:
    """What the panel is made of: tables sorted by account, and minutes by account and week."""

    cells: Cells
    people: TopPeople
    reasons: ReasonRows
    weekly: Floats


def details(columns: Columns, shown: Shown, who: Ints) -> Column:
    """The text of each of the accounts `who`, in their order."""
    tables = zip(_cells(shown.cells, who), _people(shown.people, who), shown.reasons.of(who), strict=True)
    texts = np.empty(len(who), np.object_)
    texts[:] = [
        _fitting({**_head(columns, row, shown.weekly), "why": _why(reasons), "cells": cells, "people": people})
        for row, (cells, people, reasons) in zip(who.tolist(), tables, strict=True)
    ]
    return texts


def _head(columns: Columns, row: int, weekly: Floats) -> dict[str, object]:
    return {
        "v": VERSION,
        "score": rounded(columns["score"][row]),
        "minutes": rounded(columns["engaged_minutes"][row]),
        "usual": rounded(columns["usual_minutes"][row]),
        "usual_week": rounded(columns["usual_week"][row]),
        "weeks": [rounded(minutes) for minutes in weekly[row].tolist()],
    }


def _why(reasons: Sequence[Reason]) -> list[list[object]]:
    return [[reason.kind, reason.touches, rounded(reason.minutes)] for reason in reasons]


def _cells(cells: Cells, who: Ints) -> Iterator[list[list[object]]]:
    """Department, seniority, minutes and people of each cell of each account."""
    columns = [cells.department.tolist(), cells.seniority.tolist(), cells.minutes.tolist(), cells.people.tolist()]
    for rows in _rows_of(cells.account, who):
        yield [[columns[0][i], columns[1][i], rounded(columns[2][i]), columns[3][i]] for i in rows]


def _people(people: TopPeople, who: Ints) -> Iterator[list[list[object]]]:
    """Id, department, seniority and minutes of each account's busiest people."""
    columns = [getattr(people, name).tolist() for name in ("person_id", "department", "seniority", "minutes")]
    for rows in _rows_of(people.account, who):
        yield [[columns[0][i], columns[1][i], columns[2][i], rounded(columns[3][i])] for i in rows]


def _rows_of(account: Ints, who: Ints) -> Iterator[range]:
    """Where the rows of each account stand."""
    starts = np.searchsorted(account, who, side="left").tolist()
    ends = np.searchsorted(account, who, side="right").tolist()
    yield from map(range, starts, ends)


def _fitting(shape: Shape) -> str:
    """The text, without its people or its cells where it would be too long."""
    fewer = [(), ("people",), ("people", "cells")]
    texts = (_text({name: value for name, value in shape.items() if name not in left_out}) for left_out in fewer)
    return next(text for text in texts if len(text) <= LONGEST)


def _text(shape: Shape) -> str:
    return json.dumps(shape, separators=(",", ":"), ensure_ascii=False)
