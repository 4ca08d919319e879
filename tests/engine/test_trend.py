"""This window against the one before, quarters and sparklines, worked out by hand."""

from datetime import date

import numpy as np
import pytest

from connector.engine.score import fade
from connector.engine.trend import (
    EPOCH,
    change_percent,
    quarter_minutes,
    quarter_sentence,
    quarter_start,
    rounded,
    sparklines,
    weekly_minutes,
    window_minutes,
)
from tests.engine.books import FIRST, a_day, account_days


def day_of(year: int, month: int, day: int) -> int:
    return (date(year, month, day) - EPOCH).days


def test_thirty_days_are_today_and_the_29_before() -> None:
    """S3-11: windows of 30, 60 or 90 days."""
    days = account_days([a_day(0, 100, 1), a_day(0, 71, 10), a_day(0, 70, 100), a_day(0, 101, 1000)])

    assert window_minutes(days, FIRST + 100, 30, 1).tolist() == [11]


def test_the_window_before_has_as_many_days() -> None:
    """S0-12: today against as many days before."""
    days = account_days([a_day(0, 100, 30), a_day(0, 70, 20), a_day(0, 41, 20), a_day(0, 40, 500)])

    before = window_minutes(days, FIRST + 100, 30, 1, back=30)

    assert before.tolist() == [40]
    assert change_percent(window_minutes(days, FIRST + 100, 30, 1), before).tolist() == [-25]


def test_a_percent_of_nothing_is_not_a_number() -> None:
    percent = change_percent(np.array([10.0, 0.0, 10.0]), np.array([0.0, 0.0, 5.0]))

    assert np.isnan(percent[:2]).all()
    assert percent[2] == 100


@pytest.mark.parametrize(
    ("today", "begin"),
    [((2024, 1, 1), (2024, 1, 1)), ((2024, 3, 31), (2024, 1, 1)), ((2024, 4, 1), (2024, 4, 1)),
     ((2024, 12, 31), (2024, 10, 1)), ((2024, 8, 15), (2024, 7, 1))],
)  # fmt: skip
def test_a_quarter_begins_in_january_april_july_or_october(
    today: tuple[int, int, int], begin: tuple[int, int, int]
) -> None:
    assert quarter_start(day_of(*today)) == day_of(*begin)


def test_minutes_of_this_quarter_and_the_whole_one_before() -> None:
    rows = [(0, day_of(2024, 7, 1)), (0, day_of(2024, 6, 30)), (0, day_of(2024, 4, 1)), (0, day_of(2024, 3, 31))]
    days = account_days([a_day(0, day - FIRST, 10**i) for i, (_, day) in enumerate(rows)])

    now, before = quarter_minutes(days, day_of(2024, 8, 15), 1)

    assert (now[0], before[0]) == (1, 110)


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        (4289, 1932, "4,289 minutes this quarter, up 122 % from 1,932."),
        (100, 200, "100 minutes this quarter, down 50 % from 200."),
        (100, 100.3, "100 minutes this quarter, unchanged from 100."),
        (100, 0, "100 minutes this quarter; none in the quarter before."),
    ],
)
def test_the_quarter_in_words(now: float, before: float, said: str) -> None:
    """S1-20"""
    assert quarter_sentence(now, before) == said


@pytest.mark.parametrize(("value", "shown"), [(0.5, 1), (1.5, 2), (2.5, 3), (-0.5, 0), (-1.5, -1), (2.4999, 2)])
def test_halves_go_up(value: float, shown: int) -> None:
    assert rounded(value) == shown


def test_the_last_of_twelve_weeks_ends_today() -> None:
    days = account_days([a_day(0, 100, 1), a_day(0, 94, 2), a_day(0, 93, 4), a_day(0, 17, 8), a_day(0, 16, 16)])

    assert weekly_minutes(days, FIRST + 100, 1)[0].tolist() == [8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 3]


def test_a_sparkline_has_twelve_blocks_the_busiest_week_the_highest() -> None:
    """S1-19: the account's pulse."""
    weekly = np.zeros((3, 12))
    weekly[0] = [0, 1, 10, 20, 30, 40, 50, 60, 70, 0, 0, 70]
    weekly[2, 11] = 0.5

    lines = sparklines(weekly)

    assert lines.tolist() == ["▁▂▂▃▄▅▆▇█▁▁█", None, "▁▁▁▁▁▁▁▁▁▁▁█"]


def test_no_account_has_no_sparkline() -> None:
    assert sparklines(np.zeros((0, 12))).tolist() == []


def test_there_is_no_cliff_when_an_activity_gets_old() -> None:
    left = fade(np.arange(200), 14)

    assert ((left[:-1] - left[1:]) / left[:-1]).max() < 0.05
