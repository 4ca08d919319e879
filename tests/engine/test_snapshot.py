"""What an account is told, column by column."""

from datetime import UTC, datetime

import numpy as np
import pytest

from connector.engine.days import NEVER
from connector.engine.fields import FIELDS
from connector.engine.rules import Rules
from connector.engine.snapshot import days_or_none, moments_or_none
from connector.engine.stored import Column
from tests.engine.books import AT, FIRST, a_day, a_history, some_rules, told

SENTENCES = {"why", "what_changed"}


def of(columns: dict[str, Column], account: int = 0) -> dict[str, object]:
    """What one account is told."""
    return {name: column[account] for name, column in columns.items()}


def test_every_field_but_the_sentences_has_its_column() -> None:
    made = {"core", "trend"}
    wanted = {field.name for field in FIELDS if field.set in made} - SENTENCES

    assert wanted <= set(told(a_history([a_day(0, 5)]), 1, 6))


def test_an_account_that_never_had_any_activity_says_no_data() -> None:
    account = of(told(a_history([]), 1, 200))

    assert (account["score"], account["band"], account["sparkline"]) == (0, "No data", None)
    assert (account["minutes_90d"], account["people_90d"], account["surge"]) == (0, 0, "Silent")
    assert np.isnat(account["mqa_date"])
    assert np.isnat(account["last_two_way"])
    assert np.isnan(account["trend_30d"])


def test_one_activity_long_ago_is_cold_not_unknown() -> None:
    assert of(told(a_history([a_day(0, 0)]), 1, 400))["band"] == "Cold"


def test_the_band_is_that_of_the_score_as_shown() -> None:
    minutes = -60 * np.log2(1 - 0.696)  # a score of 69.6 is shown as 70

    assert of(told(a_history([a_day(0, 5, float(minutes))]), 1, 5))["band"] == "Hot"


def test_minutes_people_and_last_answer_of_a_plain_account() -> None:
    history = a_history(
        [a_day(0, 100, 30, two_way=True), a_day(0, 60, 20), a_day(0, 5, 10)],
        people=[(0, 1, 100), (0, 2, 60), (0, 1, 60), (0, 3, 5)],
    )

    account = of(told(history, 1, 110))

    assert (account["minutes_30d"], account["minutes_90d"], account["people_90d"]) == (30, 50, 2)
    assert account["trend_30d"] == pytest.approx(50.0)
    assert account["last_two_way"] == np.datetime64("1970-01-01") + FIRST + 100
    assert account["engaged_minutes"] == pytest.approx(30 * 2 ** (-10 / 14) + 20 * 2 ** (-50 / 14) + 10 * 2 ** -7.5)


def test_usual_minutes_stand_beside_the_engaged_ones() -> None:
    account = of(told(a_history([a_day(0, day, 13) for day in range(160)]), 1, 159))

    assert account["usual_minutes"] == pytest.approx(13 * 14 / np.log(2))
    assert account["usual_week"] == pytest.approx(91)


def test_an_account_without_an_answer_for_thirty_days_is_silent() -> None:
    rows = [a_day(0, day, two_way=day <= 100) for day in range(131)]

    assert of(told(a_history(rows), 1, 129))["surge"] == "Steady"
    assert of(told(a_history(rows), 1, 130))["surge"] == "Silent"


def test_a_new_account_is_called_new_and_has_no_ratio() -> None:
    account = of(told(a_history([a_day(0, day) for day in range(100, 120)]), 1, 119, created=100))

    assert account["surge"] == "New"
    assert np.isnan(account["surge_ratio"])
    assert np.isnat(account["surge_since"])


def a_surging_book() -> list[tuple[object, ...]]:
    crowd = [a_day(i, day) for i in range(30) for day in range(i % 7, 330, 7)]
    return crowd + [a_day(30, day, two_way=True) for day in [*range(0, 300, 7), *range(300, 320)]]


def test_a_surge_says_since_when_and_how_much_more_than_usual() -> None:
    columns = told(a_history(a_surging_book()), 31, 319)

    assert of(columns, 30)["surge"] == "Surging"
    assert columns["surge_since"][30] > np.datetime64("1970-01-01") + FIRST + 300
    assert 4.0 < columns["surge_ratio"][30] < 6.0
    assert np.isnat(columns["surge_since"][0])
    assert columns["priority"][30] == pytest.approx(
        columns["engaged_minutes"][30] * (0.1 + columns["surge_probability"][30])
    )


def test_an_mqa_is_dated_by_the_midnight_that_began_its_day_in_the_organisations_zone() -> None:
    rules = some_rules(timezone="America/New_York")

    account = of(told(a_history([a_day(0, 170, 90, act_now=True)]), 1, 171, rules))

    assert account["mqa"]
    assert account["mqa_date"] == np.datetime64("2024-05-27T04:00:00")  # summer time: four hours behind
    assert (account["mqa_count"], account["mqa_reason"]) == (1, "act-now activity")


@pytest.mark.parametrize(
    ("zone", "day", "begins"),
    [
        ("UTC", 19_800, datetime(2024, 3, 18, tzinfo=UTC)),
        ("Europe/Berlin", 19_813, datetime(2024, 3, 30, 23, tzinfo=UTC)),
        ("Europe/Berlin", 19_814, datetime(2024, 3, 31, 22, tzinfo=UTC)),
    ],
)
def test_a_day_begins_at_its_own_midnight_also_when_the_clocks_change(zone: str, day: int, begins: datetime) -> None:
    found = moments_or_none(np.array([day, NEVER]), zone)

    assert found[0] == np.datetime64(begins.replace(tzinfo=None))
    assert np.isnat(found[1])


def test_a_day_that_never_came_is_empty() -> None:
    assert np.isnat(days_or_none(np.array([NEVER]))).all()


@pytest.mark.parametrize(
    ("word", "is_told"), [("Pin MQA", True), ("Suppress MQA", False), ("Exclude", False), (None, True)]
)
def test_a_persons_word_is_told_at_once_and_forgets_nothing(word: str | None, is_told: bool) -> None:
    account = of(told(a_history([a_day(0, 5, 90, act_now=True)]), 1, 6, override=[word]))

    assert bool(account["mqa"]) is is_told
    assert account["mqa_count"] == 1


def test_the_stamp_is_the_moment_of_the_run_and_the_version_that_of_the_rules() -> None:
    rules: Rules = some_rules(version=7)

    account = of(told(a_history([]), 1, 1, rules))

    assert account["scored_at"] == np.datetime64(AT.replace(tzinfo=None), "s")
    assert account["rules_version"] == 7
