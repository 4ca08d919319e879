"""Do queries and oracle agree where touches crowd: on one second, a minute apart, just inside and outside a burst?"""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connector.engine.person_days import counting
from tests.oracle import engine, minutes
from tests.oracle.rows import Org, ago, day
from tests.oracle.test_minutes import assert_alike

GAPS = st.sampled_from([0, 1, 26, 59, 60, 61, 94, 119, 120, 121, 86_400, 7 * 86_400 - 1, 7 * 86_400, 7 * 86_400 + 1])
DOINGS = st.sampled_from(["click", "open", "call", "reply", "meeting", "webinar", "answer", "dated call"])
SEQUENCES = st.lists(st.tuples(DOINGS, GAPS, st.sampled_from([None, 0, 5, 40, 500])), min_size=1, max_size=9)


def a_crowd(sequences: list[list[tuple[str, int, int | None]]]) -> Org:
    """One person for each sequence; what they do follows at the gaps."""
    org = Org()
    acme = org.account()
    webinar = org.add("campaign", type="Webinar")
    for sequence in sequences:
        anna, at = org.contact(acme, "Marketing Manager"), ago(30)
        for doing, gap, lasted in sequence:
            at += timedelta(seconds=gap)
            do(org, doing, anna, at, lasted, webinar)
    return org


def do(org: Org, doing: str, who: str, at: object, lasted: int | None, webinar: str) -> None:
    """One thing done."""
    if doing == "meeting":
        org.meeting(who, at, lasted)
    elif doing == "answer":
        org.response(webinar, who, "Attended" if lasted else "Registered", at.date())
    elif doing == "dated call":
        org.call(who, None, None if lasted is None else lasted * 60, due_on=at.date())
    elif doing == "call":
        org.call(who, at, None if lasted is None else lasted * 60)
    else:
        type_ = {"click": "Email Click", "open": "Email Open", "reply": "Reply", "webinar": "Webinar"}[doing]
        org.task(who, at, type=type_, subtype="Email" if doing == "reply" else "Task")


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(st.lists(SEQUENCES, min_size=12, max_size=40))
def test_crowded_touches_are_counted_the_same(sequences: list[list[tuple[str, int, int | None]]]) -> None:
    assert_alike(a_crowd(sequences).rows, engine.shipped(), day())


@pytest.mark.torture
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(SEQUENCES, min_size=12, max_size=40))
def test_many_crowds_are_counted_the_same(sequences: list[list[tuple[str, int, int | None]]]) -> None:
    assert_alike(a_crowd(sequences).rows, engine.shipped(), day())


ROWS = st.sets(st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 25)), max_size=60)


@given(ROWS, st.integers(1, 7))
def test_a_person_counts_on_two_days_in_seven_at_most(rows: set[tuple[int, int, int]], cap: int) -> None:
    ordered = sorted(rows, key=lambda row: (row[0], row[2], row[1]))
    account, person, days = np.array(ordered, np.int64).reshape(-1, 3).T.copy()

    counts = counting(account, person, days, cap)

    told = {row for row, yes in zip(ordered, counts.tolist(), strict=True) if yes}
    people = {(a, p) for a, p, _ in rows}
    slow = {
        (a, p, one)
        for a, p in people
        for one in minutes.counted_days(sorted(d for b, q, d in rows if (b, q) == (a, p)), cap)
    }
    assert told == slow
    for a, p, first in rows:
        assert sum((a, p, one) in told for one in range(first, first + 7)) <= cap


@given(st.lists(st.tuples(st.integers(-200, 40), st.floats(0, 300)), max_size=12), st.integers(0, 60))
def test_a_later_kept_minute_never_lowers_a_score_and_no_day_is_a_cliff(
    past: list[tuple[int, float]], ahead: int
) -> None:
    today = (date(2026, 3, 18) - date(1970, 1, 1)).days
    lines = [a_line(today + when, worth) for when, worth in past]
    decay = engine.shipped().decay

    before = minutes.faded(lines, today + ahead, decay.half_life_days)
    after = minutes.faded([*lines, a_line(today + ahead, 1.0)], today + ahead, decay.half_life_days)
    tomorrow = minutes.faded(lines, today + ahead + 1, decay.half_life_days)

    assert after == pytest.approx(before + 1.0)
    assert minutes.score(after, decay.half_score_minutes) >= minutes.score(before, decay.half_score_minutes)
    assert tomorrow >= before * 2 ** (-1 / 14) - 1e-9  # at most a twentieth fades in a day


def a_line(when: int, worth: float) -> minutes.Contribution:
    """A contribution on a day."""
    plain = {"minutes": worth, "role_factor": 1.0, "repeats": 0, "repeat_factor": 1.0, "cap_factor": 1.0}
    said = {"two_way": True, "act_now": False, "person_day": True, "seniority": "unknown", "buying_role": None}
    return minutes.Contribution("A", "P", "T", "call", when, **plain, **said)
