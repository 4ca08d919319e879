"""What an account lacks to become an MQA, in words."""

import numpy as np
import pytest

from connector.engine.centres import Near
from connector.engine.days import NEVER
from connector.engine.missing import mqa_missing
from connector.engine.rules import MqaRules
from tests.engine.books import FIRST, a_day, a_history, a_register, believed, some_rules

Rows = list[tuple[object, ...]]


def lacks(rows: Rows, last: int, *, people: int = 1, **about: object) -> object:
    """What account 0 lacks."""
    rules, excluded = MqaRules(**about.pop("mqa", {})), about.pop("excluded", False)
    state = believed(a_history(rows, **about), 1, last, some_rules(mqa=rules))
    columns = {"mqa": state.memory.inside, "people_90d": np.array([float(people)])}
    near = Near(state, np.full(1, None, np.object_))
    return mqa_missing(near, columns, a_register(1, excluded=[excluded]), np.array([60.0]), rules)[0]


def test_an_mqa_lacks_nothing() -> None:
    assert lacks([a_day(0, 5, 60, act_now=True)], 5) is None


def test_an_account_without_any_engagement_is_not_told_what_it_lacks() -> None:
    assert lacks([], 5) is None


def test_minutes_and_a_surge_are_named_together() -> None:
    assert lacks([a_day(0, 5, 45.5)], 5) == "15 minutes and a surge or a demo request"


def test_the_last_minute_is_one_minute() -> None:
    assert lacks([a_day(0, 5, 59.5, act_now=True)], 5) == "1 minute"


@pytest.mark.parametrize(("people", "said"), [(2, "1 more person"), (1, "2 more people")])
def test_more_people_are_asked_for_by_number(people: int, said: str) -> None:
    assert lacks([a_day(0, 5, 60, act_now=True)], 5, people=people, mqa={"people": 3}) == said


def test_a_role_is_asked_for_by_name() -> None:
    rows = [a_day(0, 5, 60, act_now=True)]

    assert lacks(rows, 5, mqa={"role": "decision_maker"}) == "a decision maker"
    assert lacks([a_day(0, 5, 30, act_now=True, wanted=True)], 5, mqa={"role": "decision_maker"}) == "30 minutes"


def test_an_account_that_rests_says_until_when() -> None:
    rows = [a_day(0, 0, 60, act_now=True), a_day(0, 20, 60, act_now=True)]

    assert lacks(rows, 20) == "rests until 24 Jan"  # it left on day 15; FIRST is 9 December


def test_an_open_opportunity_comes_before_all_else() -> None:
    assert lacks([a_day(0, 5, 10)], 5, deals=[(0, 0, None)]) == "no open opportunity"


def test_a_persons_word_comes_first() -> None:
    assert lacks([a_day(0, 5, 10)], 5, excluded=True, deals=[(0, 0, None)]) == "excluded by a person"


def test_when_only_the_source_is_silent_that_is_what_is_missing() -> None:
    others = [a_day(i, day) for i in range(1, 31) for day in range(40)]
    rows = [*others, a_day(0, 46, 90, act_now=True)]
    state = believed(a_history(rows), 31, 46)
    columns = {"mqa": state.memory.inside, "people_90d": np.ones(31)}

    near = Near(state, np.full(31, None, np.object_))
    said = mqa_missing(near, columns, a_register(31), np.full(31, 60.0), MqaRules())

    assert state.held
    assert said[0] == "a day without a silent source"
    assert (NEVER, FIRST) == (-1, 19_700)
