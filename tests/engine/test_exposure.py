"""What a day gives the whole book: weekdays, holidays, launches and outages."""

import numpy as np
import pytest

from connector.engine.days import NEVER, Span, history_start
from connector.engine.exposure import book_totals, exposure
from connector.engine.rules import SurgeRules
from tests.engine.books import FIRST, a_day, account_days

RULES = SurgeRules()


def a_book(each_day: list[int]) -> tuple[object, Span]:
    """A book in which so many accounts are active on each day."""
    rows = [a_day(account, day) for day, active in enumerate(each_day) for account in range(active)]
    return account_days(rows), Span(FIRST, FIRST + len(each_day) - 1)


def exposed(each_day: list[int]) -> np.ndarray:
    days, span = a_book(each_day)
    return exposure(days, span, RULES).each


def test_the_first_week_has_nothing_to_compare_with() -> None:
    assert exposed([50, 0, 10, 80, 5, 7, 9]).tolist() == pytest.approx([1.0] * 7)


def test_an_ordinary_day_counts_one() -> None:
    assert exposed([40] * 30) == pytest.approx(np.ones(30))


def test_a_weekend_counts_by_what_weekends_have() -> None:
    each = exposed([40, 40, 40, 40, 40, 0, 0] * 8)

    monday, sunday = (7 * 40 + 20) / (7 * 200 / 7 + 20), 20 / (7 * 200 / 7 + 20)
    assert each[-7] == pytest.approx(monday * 60 / (monday * 200 / 7 + 20))
    assert each[-1] == pytest.approx(sunday * 20 / (sunday * 200 / 7 + 20))


def test_a_launch_that_wakes_everybody_raises_the_day() -> None:
    assert exposed([40] * 70 + [160])[-1] == pytest.approx(180 / 60)


def test_a_launch_week_does_not_change_what_is_expected_afterwards() -> None:
    assert exposed([40] * 63 + [160] * 7 + [40])[-1] == pytest.approx(1.0)


def test_one_account_is_never_more_than_two_of_the_book() -> None:
    days = account_days([a_day(0, 0, people=30), a_day(1, 0, people=1)])

    assert book_totals(days, Span(FIRST, FIRST)).tolist() == [3.0]


def test_the_source_is_silent_from_the_second_quiet_day_until_it_speaks() -> None:
    days, span = a_book([40] * 21 + [0, 3, 1, 40, 40])

    assert exposure(days, span, RULES).silent.tolist() == [False] * 22 + [True, True, False, False]


def test_one_quiet_day_is_not_a_silent_source() -> None:
    days, span = a_book([40] * 21 + [0, 40, 0, 40])

    assert not exposure(days, span, RULES).silent.any()


def test_a_weekend_within_an_outage_neither_ends_it_nor_begins_one() -> None:
    week = [40, 40, 40, 40, 40, 0, 0]
    days, span = a_book(week * 4 + [40, 40, 40, 0, 0, 0, 0, 0, 40])

    silent = exposure(days, span, RULES).silent

    assert not silent[14:32].any()
    assert silent[32:36].tolist() == [True, True, True, True]
    assert not silent[36]


def test_a_small_book_is_never_called_silent() -> None:
    days, span = a_book([9] * 30 + [0] * 10)

    assert not exposure(days, span, RULES).silent.any()


def test_later_days_never_change_what_a_day_counted() -> None:
    each_day = [30, 20, 25, 40, 10, 3, 0] * 12
    long, short = exposed(each_day), exposed(each_day[:50])

    assert long[:50].tolist() == short.tolist()


def test_a_history_begins_with_the_first_activity_even_if_the_crm_was_filled_later() -> None:
    days = account_days([a_day(0, 20), a_day(1, 50), a_day(1, 60)])
    created = np.array([FIRST + 40, FIRST + 30, NEVER, FIRST - 90, FIRST + 70])

    start = history_start(days, created, Span(FIRST, FIRST + 100))

    assert (start - FIRST).tolist() == [20, 30, 0, 0, 70]


def test_exposure_over_days_before_they_began_is_none() -> None:
    days, span = a_book([40] * 10)

    assert exposure(days, span, RULES).over(np.array([FIRST + 9, FIRST + 3, FIRST]), FIRST + 2).tolist() == [0, 0, 3]
