"""When an account becomes an MQA, stays one and stops being one; and what a person's word does to it."""

from itertools import pairwise

import numpy as np
import pytest

from connector.engine.days import ALWAYS, NEVER, PersonDays
from connector.engine.mqa import NOTHING_SAID, PINNED, blank, decisions, enter_minutes, reasons, shown
from connector.engine.replay import History, State
from connector.engine.rules import GroupRules, MqaRules, MqaThreshold, Rules
from tests.engine.books import FIRST, a_day, a_history, believed, path, person_days, some_rules

NO_PEOPLE: tuple[tuple[int, int, int], ...] = ()


def a_demo(day: int, minutes: float = 60.0, **about: object) -> tuple[object, ...]:
    """Somebody asks for a demo, which needs no surge."""
    return a_day(0, day, minutes, act_now=True, **about)


def ends(history: History, last: int, rules: Rules | None = None, **about: object) -> tuple[list[int], State]:
    """The days (from FIRST) on which the account came in or left, and what is believed at the end."""
    days = path(history, 1, last, rules, **about)
    inside = [False, *(bool(state.memory.inside[0]) for state in days)]
    return [day for day in range(last + 1) if inside[day] != inside[day + 1]], days[-1]


def test_sixty_minutes_and_an_act_now_activity_make_an_mqa() -> None:
    """S1-22: enough engagement in a period to merit outreach."""
    assert ends(a_history([a_demo(5)]), 6)[0] == [5]


def test_fifty_nine_minutes_do_not() -> None:
    assert ends(a_history([a_demo(5, 59)]), 6)[0] == []


def test_minutes_without_a_surge_or_an_act_do_not() -> None:
    assert ends(a_history([a_day(0, 5, 500)]), 6)[0] == []


def test_an_act_now_activity_stands_in_for_a_surge_for_a_week() -> None:
    assert ends(a_history([a_demo(5, 10), a_day(0, 11, 60)]), 12)[0] == [11]
    assert ends(a_history([a_demo(5, 10), a_day(0, 12, 60)]), 13)[0] == []


def test_it_leaves_when_half_the_minutes_are_gone_but_not_in_the_first_fortnight() -> None:
    slowly, _ = ends(a_history([a_demo(5, 80)]), 60)
    fast, _ = ends(a_history([a_demo(5, 60)]), 60)

    assert slowly == [5, 25]  # 80 minutes are under 30 after 14 * log2(80 / 30) = 19.8 days
    assert fast == [5, 20]  # 60 minutes are 30 after 14 days, and under it a day later


def test_it_stays_at_least_a_fortnight_even_if_the_minutes_are_gone_before() -> None:
    rules = some_rules(mqa=MqaRules(leave_share=0.9))

    assert ends(a_history([a_demo(5)]), 60, rules)[0] == [5, 19]


def test_it_does_not_come_back_within_thirty_days_and_the_thirtieth_is_within() -> None:
    rows = [a_demo(5)] + [a_demo(day) for day in range(30, 70)]

    moves, last = ends(a_history(rows), 69)

    assert moves == [5, 20, 51]
    assert last.memory.times[0] == 2


def test_flapping_around_the_limit_is_at_most_one_change_in_ninety_days() -> None:
    rows = [a_demo(0, 60)] + [a_demo(day, 20) for day in range(7, 90, 7)]

    moves, _ = ends(a_history(rows), 90)

    engaged = [state.engaged[0] for state in path(a_history(rows), 1, 90)]
    assert sum(a < 60 <= b for a, b in pairwise(engaged)) > 3
    assert moves == [0]


def test_an_opportunity_that_opens_converts_it_at_once() -> None:
    moves, last = ends(a_history([a_demo(5)], deals=[(0, 7, None)]), 10)

    assert moves == [5, 7]
    assert reasons(last.memory, np.array([NOTHING_SAID])).tolist() == ["opportunity opened"]


def test_an_opportunity_opened_and_closed_on_one_day_converts_it_too() -> None:
    assert ends(a_history([a_demo(5)], deals=[(0, 7, 7)]), 10)[0] == [5, 7]


def test_an_account_with_an_open_opportunity_does_not_become_one() -> None:
    rows = [a_demo(day) for day in range(5, 40)]

    assert ends(a_history(rows, deals=[(0, -300, 20)]), 39)[0] == [20]
    assert ends(a_history(rows, deals=[(0, -300, None)]), 39)[0] == []


def test_a_silent_source_holds_entries_and_exits_but_not_conversions() -> None:
    others = [a_day(i, day) for i in range(1, 31) for day in range(60)]
    quiet = [row for row in others if not FIRST + 45 <= row[1] < FIRST + 52]
    rows = [a_demo(31, 60), a_day(31, 47, 90, act_now=True), a_day(32, 40, 80, act_now=True)]

    days = path(a_history(rows + quiet, deals=[(32, 49, None)]), 33, 52)

    held = [day for day, state in enumerate(days) if state.held]
    assert held == [46, 47, 48, 49, 50, 51]
    assert [bool(state.memory.inside[0]) for state in days[45:]] == [True] * 7 + [False]
    assert not any(state.memory.inside[31] for state in days[:52])
    assert days[52].memory.inside[31]
    assert [bool(state.memory.inside[32]) for state in days[48:50]] == [True, False]


def test_six_days_of_outage_cause_no_exit_while_they_last() -> None:
    others = [a_day(i, day) for i in range(1, 31) for day in range(60) if not 40 <= day < 46]

    moves, _ = ends_of(a_history([a_demo(27, 60), *others]), 0, 31, 47)

    assert moves == [27, 46]  # its minutes are half gone on day 41; it is held until the source is back


def ends_of(history: History, account: int, count: int, last: int) -> tuple[list[int], State]:
    """As `ends`, of one account in a book."""
    days = path(history, count, last)
    inside = [False, *(bool(state.memory.inside[account]) for state in days)]
    return [day for day in range(last + 1) if inside[day] != inside[day + 1]], days[-1]


def test_first_last_and_exit_day_and_the_number_of_times_are_kept() -> None:
    rows = [a_demo(5), *(a_demo(day) for day in range(51, 60))]

    memory = believed(a_history(rows), 1, 62).memory

    assert (memory.first[0] - FIRST, memory.last[0] - FIRST, memory.left[0] - FIRST) == (5, 51, 20)
    assert memory.times[0] == 2
    assert reasons(memory, np.array([NOTHING_SAID])).tolist() == ["act-now activity"]


def test_an_account_that_never_was_one_remembers_nothing() -> None:
    memory = blank(1)

    assert (memory.first[0], memory.last[0], memory.left[0], memory.times[0]) == (NEVER, NEVER, NEVER, 0)
    assert reasons(memory, np.array([NOTHING_SAID])).tolist() == [None]


def test_enough_different_people_can_be_asked_for() -> None:
    rules = some_rules(mqa=MqaRules(people=3))
    rows = [a_demo(day) for day in range(5, 30)]
    people = [(0, person, day) for person, day in ((1, 5), (2, 8), (2, 9), (3, 12), (1, 20))]

    assert ends(a_history(rows, people=people), 29, rules)[0] == [12]
    assert ends(a_history(rows, people=people[:3]), 29, rules)[0] == []


def test_somebody_with_a_role_can_be_asked_for() -> None:
    rules = some_rules(mqa=MqaRules(role="decision_maker"))
    rows = [a_demo(day) for day in range(5, 12)]

    assert ends(a_history([*rows, a_demo(12, wanted=True)]), 13, rules)[0] == [12]
    assert ends(a_history(rows), 13, rules)[0] == []


def test_who_is_counted_for_the_gate_leaves_the_window_after_ninety_days() -> None:
    rules = some_rules(mqa=MqaRules(people=2))
    people = [(0, 1, 0), (0, 2, 80)]

    assert ends(a_history([a_demo(day) for day in (89,)], people=people), 90, rules)[0] == [89]
    assert ends(a_history([a_demo(day) for day in (90,)], people=people), 91, rules)[0] == []


@pytest.mark.parametrize(
    ("override", "excluded", "snooze", "inside", "is_told"),
    [
        (None, False, NEVER, True, True),
        (None, False, NEVER, False, False),
        ("Pin MQA", False, NEVER, False, True),
        ("Suppress MQA", False, NEVER, True, False),
        ("Exclude", False, NEVER, True, False),
        (None, True, NEVER, True, False),
        ("Pin MQA", True, NEVER, True, False),
        (None, False, FIRST + 1, True, False),
        (None, False, FIRST, True, True),
        ("Pin MQA", False, ALWAYS, False, True),
        ("something else", False, NEVER, True, True),
    ],
)
def test_what_a_person_decided_wins(
    override: str | None, excluded: bool, snooze: int, inside: bool, is_told: bool
) -> None:
    decided = decisions(
        np.array([excluded]), np.array([override], np.object_), np.array([snooze]), FIRST
    )

    assert bool(shown(np.array([inside]), decided)[0]) is is_told


def test_a_persons_word_is_the_reason_that_is_shown() -> None:
    assert reasons(blank(1), np.array([PINNED])).tolist() == ["pinned by a person"]


def test_limits_by_group_tier_and_size_are_taken_from_the_first_line_that_fits() -> None:
    rules = MqaRules(
        enter_minutes=60,
        by=(
            MqaThreshold(group="client", tier="A", enter_minutes=90),
            MqaThreshold(group="client", enter_minutes=80),
            MqaThreshold(size_band="large", enter_minutes=120),
        ),
    )
    traits = {
        "group": np.array(["client", "client", "target", "target", "prospect"], np.object_),
        "tier": np.array(["A", None, "A", None, None], np.object_),
        "size_band": np.array(["large", "large", "large", "small", None], np.object_),
    }

    minutes = enter_minutes(traits, rules, {"target": GroupRules(enter_minutes=70), "prospect": GroupRules()})

    assert minutes.tolist() == [90, 80, 120, 70, 60]


def test_person_days_are_read_only_where_the_gate_asks_for_people() -> None:
    nonsense = PersonDays(np.array([9_999]), np.array([1]), np.array([FIRST]))
    history = a_history([a_demo(5)])

    assert believed(History(history.days, history.opportunities, nonsense), 1, 6).memory.inside[0]
    assert len(person_days(NO_PEOPLE).day) == 0
