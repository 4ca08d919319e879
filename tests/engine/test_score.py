"""How engaged minutes fade and become a score, worked out by hand."""

import math

import numpy as np
import pytest

from connector.engine.rules import Bands, Decay
from connector.engine.score import band, fade, priority, score, usual_minutes, usual_pace
from tests.engine.books import FIRST, a_day, account_days


@pytest.mark.parametrize(("age", "left"), [(0, 1.0), (14, 0.5), (28, 0.25), (7, 0.5**0.5)])
def test_a_minute_counts_in_full_today_and_half_after_a_fortnight(age: int, left: float) -> None:
    assert fade(np.array([age]), 14)[0] == pytest.approx(left)


@pytest.mark.parametrize(
    ("engaged", "points"), [(0, 0), (60, 50), (120, 75), (180, 87.5), (30, 100 - 100 / math.sqrt(2))]
)
def test_sixty_engaged_minutes_are_half_the_score_and_each_sixty_more_half_of_what_is_left(
    engaged: float, points: float
) -> None:
    """S3-01: one number, whatever the touchpoints."""
    assert score(np.array([float(engaged)]), 60)[0] == pytest.approx(points)


def test_the_score_never_passes_one_hundred() -> None:
    assert score(np.array([1e9]), 60)[0] == 100


@pytest.mark.parametrize(
    ("points", "active", "named"),
    [(70, True, "Hot"), (69, True, "Warm"), (40, True, "Warm"), (39, True, "Cool"), (10, True, "Cool"),
     (9, True, "Cold"), (0, True, "Cold"), (0, False, "No data")],
)  # fmt: skip
def test_a_band_is_named_by_the_score_that_is_shown(points: float, active: bool, named: str) -> None:
    position = band(np.array([float(points)]), np.array([active]), Bands())

    assert ("Hot", "Warm", "Cool", "Cold", "No data")[position[0]] == named


def test_the_usual_pace_is_that_of_the_days_aged_28_to_118() -> None:
    days = account_days([a_day(0, 200 - age, 91) for age in (27, 28, 118, 119)])

    pace = usual_pace(days, FIRST + 200, 1, Decay())

    assert pace[0] == pytest.approx(2.0)


def test_usual_minutes_are_what_a_steady_pace_comes_to() -> None:
    assert usual_minutes(np.array([1.0]), 14)[0] == pytest.approx(14 / math.log(2))


def test_priority_is_eleven_times_higher_for_a_sure_surge_than_for_none() -> None:
    assert priority(np.array([100.0, 100.0]), np.array([0.0, 1.0])).tolist() == pytest.approx([10.0, 110.0])
