"""Sentences as a sales rep reads them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.engine import words
from connector.engine.words import (
    LONGEST,
    NOUNS,
    Change,
    Reason,
    Rise,
    cooling_sentence,
    counted,
    cut,
    day_name,
    listed,
    rise_sentence,
)
from tests.engine.test_reasons import a_reason as some_reason
from tests.engine.test_reasons import reason_rows

ONE = np.array([0])
MINUS = "\N{MINUS SIGN}"


def a_reason(kind: str = "meeting", minutes: float = 70.0, **about: object) -> Reason:
    return some_reason(kind, minutes, **({"touches": 2} | about))


def why(engaged: float, usual: float, reasons: list[Reason], lead: str = "") -> str:
    """The sentence of an account with these reasons, as it is made among many."""
    said = next(reason_rows(*((0, reason) for reason in reasons)).said(ONE))
    return words.why(engaged, usual, said, lead)


def what_changed(change: Change, since: int, reasons: list[Reason]) -> str:
    """The sentence of an account with these reasons, as it is made among many."""
    news = next(reason_rows(*((0, reason) for reason in reasons)).news(ONE))
    return words.what_changed(change, since, news)


def test_the_reasons_say_how_many_with_whom_and_what_is_left_of_them() -> None:
    said = why(96.2, 21.9, [
        a_reason(people=3, senior="vp"), a_reason("email_reply", 18, touches=4, people=2),
        a_reason("webinar", 8.2, touches=1),
    ])  # fmt: skip

    assert said == (
        "96 engaged minutes, usually 22 (4.4x): "
        "2 meetings with a VP and 2 others (70), 4 email replies from 2 people (18), 1 webinar (8)."
    )


@pytest.mark.parametrize(
    ("people", "senior", "said"),
    [
        (1, "c_level", "2 meetings with an executive (70)"),
        (2, "director", "2 meetings with a director and 1 other (70)"),
        (3, "unknown", "2 meetings with 3 people (70)"),
        (1, "individual", "2 meetings (70)"),
    ],
)
def test_the_most_senior_person_is_named_by_rank_never_by_name(people: int, senior: str, said: str) -> None:
    assert said in why(96, 22, [a_reason(people=people, senior=senior)])


def test_an_account_without_a_usual_pace_is_not_compared() -> None:
    assert why(96, 0.2, [a_reason()]).startswith("96 engaged minutes, usually none: ")


@pytest.mark.parametrize("reasons", [[], [a_reason(minutes=0.2)]])
def test_nothing_left_is_said_without_a_verdict(reasons: list[Reason]) -> None:
    assert why(0.4, 10, reasons) == "No engaged minutes left: nobody there has spent time with us lately."


def test_an_account_that_never_did_anything_says_so() -> None:
    assert why(0, 0, []) == "No activity by people there yet."


def test_one_minute_is_one_minute() -> None:
    assert why(1, 0, [a_reason(minutes=1, touches=1)]) == "1 engaged minute, usually none: 1 meeting (1)."


def test_minutes_made_of_crumbs_name_none_of_them() -> None:
    assert why(1.2, 0, [a_reason(minutes=0.4), a_reason("call", 0.4)]) == "1 engaged minute, usually none."


def test_what_has_no_room_is_left_out_and_says_so() -> None:
    reasons = [a_reason(f"a_kind_of_activity_with_a_long_name_{i}", 20 - i) for i in range(10)]

    said = why(96, 22, reasons)

    assert len(said) <= LONGEST
    assert said.endswith(", …")


@given(engaged=st.floats(0, 1e7), usual=st.floats(0, 1e6), kinds=st.lists(st.sampled_from(sorted(NOUNS)), max_size=20))
def test_no_sentence_is_longer_than_its_field(engaged: float, usual: float, kinds: list[str]) -> None:
    about = {"new_touches": 3, "new_minutes": engaged / 9, "people": 9, "senior": "vp"}
    reasons = [a_reason(kind, engaged / 3, **about) for kind in kinds]

    change = Change(*[round(engaged)] * 6)
    for said in (why(engaged, usual, reasons, "A lead." * 9), what_changed(change, 19_000, reasons)):
        assert 0 < len(said) <= LONGEST


def changed(*reasons: Reason, **parts: int) -> str:
    """The sentence of a change made of these parts, since 14 November."""
    change = Change(sum(parts.values()), *(parts.get(name, 0) for name in Change._fields[1:]))
    return what_changed(change, 20_041, list(reasons))


def test_what_changed_says_what_came_and_what_faded() -> None:
    meetings = a_reason(new_touches=2, new_minutes=30.3)
    demo = a_reason("demo_form", 12.6, new_touches=1, new_minutes=12.6)

    said = changed(meetings, demo, a_reason("email_reply", 10), new=43, aged=-12)

    assert said == "+31 minutes since 14 Nov: 2 meetings and 1 demo request added 43; 12 faded."


def test_the_weightiest_news_comes_first() -> None:
    meeting, dinner = a_reason(new_touches=1, new_minutes=5), a_reason("dinner", 40, new_touches=1, new_minutes=40)

    assert "1 dinner and 1 meeting added 45" in changed(meeting, dinner, new=45, aged=-5)


def test_fading_alone_is_said_as_such() -> None:
    assert changed(a_reason(), aged=-17) == f"{MINUS}17 minutes since 14 Nov: nothing new; 17 faded."


def test_news_that_hide_no_fading_say_so() -> None:
    assert changed(a_reason(new_touches=1, new_minutes=12), new=12) == "+12 minutes since 14 Nov: 1 meeting added 12."


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"aged": -20, "removed": -9}, f"{MINUS}29 minutes since 14 Nov: nothing new; 20 faded; 9 count no more."),
        ({"rematched": 43}, "+43 minutes since 14 Nov: nothing new; 43 came from another account."),
        ({"rematched": -1_043}, f"{MINUS}1,043 minutes since 14 Nov: nothing new; 1,043 went to another account."),
        ({"reweighted": 7}, "+7 minutes since 14 Nov: nothing new; weighed anew, 7 more."),
        ({"reweighted": -7}, f"{MINUS}7 minutes since 14 Nov: nothing new; weighed anew, 7 less."),
    ],
)
def test_what_moved_otherwise_than_by_time_is_said_by_its_name(parts: dict[str, int], said: str) -> None:
    assert changed(a_reason(), **parts) == said


def test_what_moved_against_each_other_is_told_although_nothing_is_left_of_it() -> None:
    assert changed(reweighted=5, aged=-5) == "+0 minutes since 14 Nov: nothing new; 5 faded; weighed anew, 5 more."


def test_an_account_at_rest_says_so() -> None:
    assert changed() == "Nothing moved since 14 Nov."


def test_a_surge_shows_its_evidence() -> None:
    rise = Rise("Surging", 19_785, 14.0, 5, 4.06, 0.931)

    assert rise_sentence(rise) == "Surging since 3 Mar: 14 person-days from 5 people against 4.1 usual, 93 % sure."


def test_nothing_is_ever_quite_certain() -> None:
    said = rise_sentence(Rise("Warming", 19_785, 1.0, 1, 0.2, 0.9999))

    assert said == "Warming since 3 Mar: 1 person-day from 1 person against 0.2 usual, 99 % sure."


def test_a_falling_pace_is_worth_a_look_not_a_verdict() -> None:
    """S3-26"""
    assert cooling_sentence(4.2, 79.4) == "4 engaged minutes in 14 days, usually about 79 a week: worth a look."


@pytest.mark.parametrize(
    ("parts", "said"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_a_list_is_said_as_people_say_it(parts: list[str], said: str) -> None:
    assert listed(parts) == said


def test_a_kind_of_ones_own_is_called_by_its_name() -> None:
    assert (counted("site_visit", 1), counted("site_visit", 2)) == ("1 site visit", "2 site visits")


def test_a_day_is_called_by_its_day_and_month() -> None:
    assert day_name(0) == "1 Jan"


def test_a_long_sentence_is_cut_between_words() -> None:
    assert cut("one two three", 9) == "one two…"
