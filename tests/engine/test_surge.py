"""Surges and coolings on books small enough to follow, and the traps that a naive trend falls into."""

import math

import numpy as np
import pytest

from connector.engine.days import NEVER, Span
from connector.engine.exposure import exposure
from connector.engine.prior import priors
from connector.engine.replay import State
from connector.engine.rules import SurgeRules
from connector.engine.surge import Signs, state
from tests.engine.books import FIRST, a_day, a_history, accounts, believed, path, some_rules

RULES = SurgeRules()
CROWD = 30  # ordinary accounts that make a book
US = CROWD  # the account a test is about

Rows = list[tuple[object, ...]]


def a_crowd(days: int, *, every: int = 7) -> Rows:
    """Accounts that are active once in so many days, not all on the same one."""
    return [a_day(i, day) for i in range(CROWD) for day in range(i % every, days, every)]


def ours(*days: int, people: int = 1) -> Rows:
    return [a_day(US, day, people=people) for day in days]


def a_week(begin: int, end: int, times: int) -> list[int]:
    """So many days of each week from `begin` to before `end`."""
    return [day for day in range(begin, end) if (day - begin) % 7 < times]


def on(rows: Rows, last: int) -> State:
    return believed(a_history(rows), CROWD + 1, last)


def test_a_busy_week_is_not_a_surge_and_three_are() -> None:
    """S1-24 S4-20: against its own recent trend."""
    usual, crowd = ours(*a_week(0, 300, 1)), a_crowd(330)

    one = on(crowd + usual + ours(*range(300, 304)), 306)
    three = on(crowd + usual + ours(*a_week(300, 321, 5)), 320)

    assert not one.surging[US]
    assert three.surging[US]
    assert three.sure[US] > 0.9


def test_a_surge_is_dated_from_the_day_it_became_likelier_than_not() -> None:
    days = path(a_history(a_crowd(330) + ours(*a_week(0, 300, 1)) + ours(*a_week(300, 321, 5))), CROWD + 1, 320)

    found = days[-1]
    rose = next(state.day for state in days if state.sure[US] >= 0.5 and state.day >= FIRST + 300)
    assert found.onset[US] == rose
    assert found.onset_people[US] == sum(1 for day in a_week(300, 321, 5) if FIRST + day >= rose)
    assert found.onset_usual[US] == pytest.approx((found.day - rose + 1) / 7, rel=0.25)


def test_a_surge_of_five_weeks_is_not_swallowed_by_its_own_baseline() -> None:
    found = on(a_crowd(340) + ours(*a_week(0, 300, 1)) + ours(*a_week(300, 335, 5)), 334)

    assert found.surging[US]


def test_a_surge_is_over_when_the_pace_is_the_usual_one_again() -> None:
    rows = a_crowd(400) + ours(*a_week(0, 300, 1)) + ours(*a_week(300, 321, 5)) + ours(*a_week(321, 400, 1))

    assert on(rows, 322).surging[US]
    assert not on(rows, 350).surging[US]


def test_twice_the_usual_for_a_week_flags_nobody_in_a_launch_week() -> None:
    launch = [a_day(i, day) for i in range(CROWD + 1) for day in range(301, 306)]
    rows = {(row[0], row[1]): row for row in a_crowd(330) + ours(*a_week(0, 330, 1)) + launch}

    found = on(list(rows.values()), 307)

    assert not found.surging.any()


def test_nothing_surges_or_cools_because_the_source_was_out_for_six_days() -> None:
    busy = [a_day(i, day, people=1 + i % 2) for i in range(CROWD + 1) for day in range(400) if (day + i) % 2]
    out = [row for row in busy if not FIRST + 300 <= row[1] < FIRST + 306]

    days = path(a_history(out), CROWD + 1, 320)

    assert days[303].held
    assert days[305].sure.tolist() == days[301].sure.tolist()
    assert not any(state.surging.any() or state.cooling.any() for state in days[295:])


def test_a_big_account_needs_more_than_a_small_one_to_surge() -> None:
    big = [a_day(US, day, people=4) for day in range(0, 330, 2)]

    found = on(a_crowd(330) + big, 329)

    assert found.sure[US] < 0.5
    assert found.usual[US] == pytest.approx(2.0, rel=0.05)


def test_a_third_of_the_usual_for_a_month_is_cooling() -> None:
    """S1-24 S3-02: down as well as up, in time to do something."""
    rows = a_crowd(330) + [a_day(US, day, people=2) for day in range(0, 300, 2)]

    found = on(rows, 328)

    assert found.cooling[US]
    assert not found.surging[US]


def test_a_new_account_is_neither_surging_nor_cooling_however_busy() -> None:
    history = a_history(a_crowd(330) + ours(*range(300, 327), people=3))

    found = believed(history, CROWD + 1, 326, created=300)

    assert found.history_days[US] == 27
    assert found.sure[US] == RULES.start
    assert not found.surging[US]


def test_without_anything_to_compare_with_nothing_surges() -> None:
    found = on(ours(*range(50), people=5), 49)

    assert not found.surging.any()
    assert found.usual.tolist() == [0] * (CROWD + 1)


def lnb(x: float, shape: float, p: float) -> float:
    """The log of a negative binomial, as the model writes it."""
    return (
        math.lgamma(x + shape) - math.lgamma(shape) - math.lgamma(x + 1) + shape * math.log(p) + x * math.log(1 - p)
    )


def test_one_day_moves_the_probability_as_the_model_writes_it() -> None:
    rows = a_crowd(330) + ours(*a_week(0, 300, 2)) + ours(*a_week(300, 330, 5), people=2)
    before, after = path(a_history(rows), CROWD + 1, 310)[-2:]

    history, span, day = a_history(rows), Span(FIRST, FIRST + 310), FIRST + 310
    seen = exposure(history.days, span, RULES)
    prior = priors(history.days, np.full(CROWD + 1, FIRST), seen, span, RULES)[-1]
    s = sum(1 for a, d, _, *_ in rows if a == US and day - 112 <= d <= day - 29)
    shape = prior.alpha + s / prior.phi
    rate = prior.beta + seen.each[310 - 112 : 310 - 28].sum() / prior.phi
    x = sum(row[3] for row in rows if row[0] == US and row[1] == day) / prior.phi
    c = seen.each[310] / prior.phi
    llr = min(4.0, lnb(x, shape, rate / (rate + 3 * c)) - lnb(x, shape, rate / (rate + c)))
    p = 0.985 * before.sure[US] + 0.0015 * (1 - before.sure[US])
    assert after.sure[US] == pytest.approx(p * math.exp(llr) / (p * math.exp(llr) + 1 - p), abs=1e-12)


def test_one_day_alone_can_only_say_so_much() -> None:
    rows = a_crowd(330) + ours(*a_week(0, 300, 1)) + ours(300, people=500)

    before, after = path(a_history(rows), CROWD + 1, 300)[-2:]

    odds = after.sure[US] / (1 - after.sure[US])
    p = 0.985 * before.sure[US] + 0.0015 * (1 - before.sure[US])
    assert odds == pytest.approx(math.exp(4) * p / (1 - p))


@pytest.mark.parametrize(
    ("signs", "named"),
    [
        ({"history_days": 27, "surging": True}, "New"),
        ({"surging": True, "sure": 0.6}, "Surging"),
        ({"sure": 0.5}, "Warming"),
        ({"cooling": True}, "Cooling"),
        ({"cooling": True, "usual_week": 0.9}, "Steady"),
        ({"quiet_days": 30}, "Silent"),
        ({"quiet_days": 29}, "Steady"),
        ({"cooling": True, "quiet_days": 90}, "Cooling"),
    ],
)
def test_the_first_name_that_fits_is_the_state(signs: dict[str, object], named: str) -> None:
    plain = {"surging": False, "sure": 0.1, "cooling": False, "usual_week": 1.0, "quiet_days": 0, "history_days": 400}
    known = Signs(**{name: np.array([value]) for name, value in (plain | signs).items()})

    position = state(known, RULES)

    assert ("Surging", "Warming", "Steady", "Cooling", "Silent", "New")[position[0]] == named


def test_a_surge_of_which_we_are_less_sure_lasts_until_it_is_unlikely() -> None:
    rules = some_rules(surge=SurgeRules(over_below=0.2))
    rows = a_crowd(400) + ours(*a_week(0, 300, 1)) + ours(*a_week(300, 321, 5)) + ours(*a_week(321, 400, 1))

    strict = [state.surging[US] for state in path(a_history(rows), CROWD + 1, 350)]
    lenient = [state.surging[US] for state in path(a_history(rows), CROWD + 1, 350, rules)]

    assert sum(lenient) > sum(strict)


def test_an_account_never_seen_has_no_onset() -> None:
    assert believed(a_history(a_crowd(200)), CROWD + 1, 199).onset[US] == NEVER
    assert len(accounts(3)) == 3
