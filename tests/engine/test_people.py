"""Different people are counted once, however often they come."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from connector.engine.days import Span
from connector.engine.people import WINDOW_DAYS, breadth, people_since
from tests.engine.books import FIRST, person_days

ROWS = st.sets(st.tuples(st.integers(0, 3), st.integers(0, 4), st.integers(-100, 200)), max_size=40)


def test_a_person_who_comes_every_day_is_one_person() -> None:
    people = person_days([(0, 7, day) for day in range(50)] + [(0, 8, 3)])

    assert people_since(people, np.array([FIRST]), FIRST + 60).tolist() == [2]


def test_each_account_is_counted_from_its_own_day() -> None:
    people = person_days([(0, 7, 1), (0, 8, 9), (1, 7, 1), (1, 8, 9)])

    assert people_since(people, np.array([FIRST, FIRST + 5, FIRST]), FIRST + 20).tolist() == [2, 1, 0]


def test_who_comes_later_is_not_counted_yet() -> None:
    people = person_days([(0, 7, 1), (0, 7, 30), (0, 8, 30)])

    assert people_since(people, np.array([FIRST]), FIRST + 29).tolist() == [1]


def test_nobody_is_nobody() -> None:
    assert people_since(person_days(), np.array([FIRST, FIRST]), FIRST).tolist() == [0, 0]


@given(rows=ROWS)
def test_the_running_number_of_people_is_that_of_the_window_on_every_day(rows: set[tuple[int, int, int]]) -> None:
    people, span = person_days(rows), Span(FIRST, FIRST + 120)
    running = breadth(people, span, np.array([2, 0, 1, 3]))

    for day in span:
        running.step(day)
        window = np.full(4, day - WINDOW_DAYS + 1)
        assert running.now[[2, 0, 1, 3]].tolist() == people_since(people, window, day).tolist()
