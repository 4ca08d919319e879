"""Does one person count on two days of any seven, whatever comes later?"""

from itertools import groupby

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.engine.person_days import counting

ROWS = st.sets(st.tuples(st.integers(1, 3), st.integers(-2, 3), st.integers(0, 40)), max_size=80).map(sorted)


def counted(rows: list[tuple[int, int, int]], cap: int = 2) -> list[bool]:
    """Whether each row (account, person, day) counts; rows come in the order of people."""
    account, person, day = np.array(rows, dtype=np.int32).reshape(-1, 3).T
    order = np.lexsort((person, day, account))
    counts = np.empty(len(rows), dtype=bool)
    counts[order] = counting(account[order], person[order], day[order], cap)
    return counts.tolist()


def test_days_in_a_row_count_twice_a_week() -> None:
    assert counted([(1, 1, day) for day in range(10)]) == [True, True, *[False] * 5, True, True, False]


def test_nobody_is_no_trouble() -> None:
    assert counted([]) == []


@pytest.mark.parametrize("cap", [1, 2, 3, 7])
@given(rows=ROWS)
def test_it_is_what_one_would_count_by_hand(cap: int, rows: list[tuple[int, int, int]]) -> None:
    expected = []
    for _, days in groupby(rows, key=lambda row: row[:2]):
        mine: list[int] = []
        for _, _, day in days:
            free = sum(day - 6 <= before < day for before in mine) < cap
            mine += [day] if free else []
            expected.append(free)

    assert counted(rows, cap) == expected


@given(ROWS, st.integers(0, 40))
def test_later_days_never_change_earlier_ones(rows: list[tuple[int, int, int]], until: int) -> None:
    early = [row for row in rows if row[2] <= until]

    whole = dict(zip(rows, counted(rows), strict=True))

    assert counted(early) == [whole[row] for row in early]
