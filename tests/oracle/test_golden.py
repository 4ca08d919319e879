"""What is a tiny account worth? Worked out by hand in the comments, then by the engine and by the oracle.

Today is Wednesday, 18 March 2026, in UTC; the rules are those that are shipped. All accounts stand in one org, which is
built once. `minutes` are the contributions before they fade, the largest first; `engaged` is what is left of them.
"""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

from tests.oracle import engine, model
from tests.oracle.rows import Org, ago, day

Make = Callable[[Org], str]
GOLDEN: dict[str, tuple[Make, dict[str, Any]]] = {}


def golden(**expected: Any) -> Callable[[Make], Make]:
    """Notes an account down with what it must come to."""

    def note(make: Make) -> Make:
        GOLDEN[make.__name__] = make, expected
        return make

    return note


@pytest.fixture(scope="module")
def made() -> tuple[Org, dict[str, str]]:
    """The org and the id of every golden account."""
    org = Org()
    org.add("user", name="Rep", email="rep@ours.example", is_active=True)
    return org, {name: make(org) for name, (make, _) in GOLDEN.items()}


@pytest.fixture(scope="module")
def by_engine(made: tuple[Org, dict[str, str]]) -> Iterator[dict[str, dict[str, Any]]]:
    """What the engine says of every account."""
    with engine.connected() as connection:
        engine.built(connection, made[0].rows, engine.shipped(), day())
        told = engine.snapshots(connection, engine.shipped(), ago(0))
        lines = engine.contributions(connection)
        for row_id, row in told.items():
            row["minutes"] = sorted((line["engaged"] for line in lines if line["account"] == row_id), reverse=True)
            row["engaged"] = row["engaged_minutes"]
            row["usual"] = row["usual_minutes"]
        yield told


@pytest.fixture(scope="module")
def by_oracle(made: tuple[Org, dict[str, str]]) -> dict[str, dict[str, Any]]:
    """What the oracle says of every account."""
    rules = engine.shipped().model_dump(mode="python")
    told = {row_id: vars(belief) for row_id, belief in model.believe(made[0].rows, rules, day()).items()}
    for row in told.values():
        memory = row["memory"]
        row["minutes"] = sorted((line.engaged for line in row["lines"]), reverse=True)
        row["mqa_date"], row["mqa_exit_date"] = (model.midnight(one, rules) for one in (memory.last, memory.left))
        row["mqa_count"] = memory.times
    return told


@pytest.mark.parametrize("name", GOLDEN)
@pytest.mark.parametrize("who", ["by_engine", "by_oracle"])
def test_golden(name: str, who: str, made: Any, request: pytest.FixtureRequest) -> None:
    row = request.getfixturevalue(who)[made[1][name]]

    for field, expected in GOLDEN[name][1].items():
        close = isinstance(expected, float | list)
        assert row[field] == (pytest.approx(expected, abs=6e-5) if close else expected), field


# --- nothing, and one thing ------------------------------------------------------------------------------------------


@golden(
    minutes=[], engaged=0.0, score=0.0, band="No data", trend_30d=None, sparkline=None, people_90d=0, last_two_way=None
)
def an_account_without_people_and_activity(org: Org) -> str:
    return org.account("Empty")


@golden(minutes=[45.0], engaged=45.0, score=40.5396, band="Warm", people_90d=1, last_two_way=date(2026, 3, 18))
def one_activity_ever_and_it_was_today(org: Org) -> str:
    # 45 x manager 1.0; 100 x (1 - 2^(-45/60)) = 100 x (1 - 0.594604)
    acme = org.account()
    org.meeting(org.contact(acme, "Marketing Manager"), ago(0, 9))
    return acme


@golden(minutes=[78.0], engaged=39.0, score=36.2720, band="Cool", minutes_30d=78.0, last_two_way=date(2026, 3, 4))
def an_hour_with_a_director_a_half_life_ago(org: Org) -> str:
    # 60 x 1.3 = 78; 14 days later half of it; 100 x (1 - 2^-0.65) = 100 x (1 - 0.637280)
    acme = org.account()
    org.meeting(org.contact(acme, "Director of IT"), ago(14), 60)
    return acme


@golden(minutes=[45.0], engaged=11.25, usual=9.9879, trend_30d=None)
def a_meeting_of_unknown_length_four_weeks_ago(org: Org) -> str:
    # 45 x 1.0 (no title), a quarter left; at 28 days it is usual: 45/91 x 14/ln 2 = 0.4945 x 20.1977
    acme = org.account()
    org.meeting(org.contact(acme), ago(28), None)
    return acme


# --- durations -------------------------------------------------------------------------------------------------------


@golden(minutes=[192.0], engaged=192.0, score=89.1181, band="Hot")
def a_meeting_of_nineteen_years_counts_two_hours(org: Org) -> str:
    # 10,000,000 minutes are cut to 120 x VP 1.6; 100 x (1 - 2^-3.2)
    acme = org.account()
    org.meeting(org.contact(acme, "VP Marketing"), ago(0, 1), 10**7)
    return acme


@golden(minutes=[0.0], engaged=0.0, band="No data", people_90d=0, last_two_way=date(2026, 3, 16))
def a_meeting_that_ended_before_it_began_counts_nothing_but_was_a_touch(org: Org) -> str:
    acme = org.account()
    org.meeting(org.contact(acme, "CEO"), ago(2), -30)
    return acme


@golden(minutes=[16.0, 8.0, 8.0], engaged=32.0)
def a_call_counts_at_least_ten_minutes(org: Org) -> str:
    # each by another engineer, 0.8: 3 minutes -> 10 x 0.8; 20 minutes x 0.8; unknown -> 10 x 0.8
    acme = org.account()
    for seconds in (180, 1200, None):
        org.call(org.contact(acme, "Software Engineer"), ago(0, 10), seconds)
    return acme


# --- our own effort --------------------------------------------------------------------------------------------------


@golden(minutes=[], engaged=0.0, band="No data", last_two_way=None)
def eighteen_mails_a_voicemail_and_no_answer(org: Org) -> str:
    acme = org.account()
    anna = org.contact(acme, "CEO")
    for number in range(18):
        org.task(anna, ago(number), subtype="Email")
    org.call(anna, ago(1), call_result="Left voicemail")
    return acme


@golden(minutes=[10.0], engaged=9.5170, last_two_way=date(2026, 3, 17))
def one_answer_to_eighteen_mails(org: Org) -> str:
    # 10 x 1.0, one day old: 10 x 2^(-1/14) = 10 x 0.951695
    acme = org.account()
    anna = org.contact(acme, "Marketing Manager")
    for number in range(18):
        org.task(anna, ago(number), subtype="Email")
    org.reply(anna, ago(1))
    return acme


# --- repeats ---------------------------------------------------------------------------------------------------------


@golden(minutes=[10.0, 5.0, 2.5], engaged=15.1112)
def every_repeat_in_a_week_halves(org: Org) -> str:
    # 10 at 4 days, 5 at 2, 2.5 at 1: 10 x 0.820335 + 5 x 0.905724 + 2.5 x 0.951695 = 8.2034 + 4.5286 + 2.3792
    acme = org.account()
    anna = org.contact(acme, "Marketing Manager")
    for days in (4, 2, 1):
        org.call(anna, ago(days))
    return acme


@golden(minutes=[10.0, 10.0, 10.0, 5.0])
def a_week_is_seven_times_24_hours_and_kinds_and_people_do_not_mix(org: Org) -> str:
    # the reply a week and a second after the first is new; the third exactly a week after the second is a repeat
    acme = org.account()
    anna, bert = org.contact(acme, "Marketing Manager"), org.contact(acme, "Marketing Manager")
    org.reply(anna, ago(16, 12))
    org.reply(anna, ago(9, 12 + 1 / 3600))
    org.reply(anna, ago(2, 12 + 1 / 3600))
    org.reply(bert, ago(9, 13))
    return acme


@golden(minutes=[3.0 * 0.8 * 0.5**k for k in range(40)], engaged=4.8, people_90d=1)
def forty_clicks_of_one_person_are_hardly_two(org: Org) -> str:
    # an engineer reads for hours, a click every five minutes: 2.4 x (1 + 1/2 + 1/4 + ...) = 4.8
    acme = org.account()
    anna = org.contact(acme, "Software Engineer")
    for number in range(40):
        org.click(anna, ago(0, 8 + number / 12))
    return acme


# --- who was there ---------------------------------------------------------------------------------------------------


@golden(minutes=[111.6279, 72.5581, 55.8140], engaged=240.0, people_90d=3)
def three_people_give_an_account_at_most_twice_the_largest_share(org: Org) -> str:
    # an hour: CEO 120, director 78, manager 60 = 258 > 2 x 120; each x 240/258
    acme = org.account()
    ceo, director, manager = (org.contact(acme, title) for title in ("CEO", "Director of IT", "Marketing Manager"))
    meeting = org.meeting(ceo, ago(0), 60)
    for guest in (director, manager):
        org.add("event_relation", event_id=meeting, relation_id=guest, status="Accepted")
    return acme


@golden(minutes=[60.0, 60.0], engaged=120.0)
def two_people_are_just_within_the_cap_and_who_declined_was_not_there(org: Org) -> str:
    acme = org.account()
    people = [org.contact(acme, "Marketing Manager") for _ in range(3)]
    meeting = org.meeting(people[0], ago(0), 60)
    org.add("event_relation", event_id=meeting, relation_id=people[1], status="Accepted")
    org.add("event_relation", event_id=meeting, relation_id=people[2], status="Declined")
    return acme


@golden(minutes=[42.8571, 42.8571, 34.2857], people_90d=3)
def a_meeting_of_five_across_two_companies(org: Org) -> str:
    # two managers (60) and a lead (engineer, 48) are of this one, one guest of another, one of our own: 168 > 2 x 60,
    # so each share x 120/168; what the other company gets is its own
    acme, other = org.account("Golden Gate", website="goldengate.example"), org.account("Elsewhere")
    people = [org.contact(acme, "Marketing Manager") for _ in range(2)] + [org.contact(other, "CEO")]
    lead = org.lead(title="Software Engineer", email="lee@goldengate.example")
    meeting = org.meeting(people[0], ago(0), 60, owner_id=org.rows["user"][0]["id"])
    for guest in (people[1], people[2], lead, "005000000000777AAA"):
        org.add("event_relation", event_id=meeting, relation_id=guest)
    return acme


@golden(minutes=[86.4])
def a_vp_who_decides(org: Org) -> str:
    # 45 x VP 1.6 x decision maker 1.2
    acme = org.account()
    anna = org.contact(acme, "Vice President Sales", buying_role="Decision Maker")
    org.meeting(anna, ago(0))
    return acme


@golden(minutes=[90.0, 72.0, 36.0])
def presidents_vice_presidents_and_assistants_are_told_apart(org: Org) -> str:
    # 45 x 2.0, 45 x 1.6, 45 x 0.8
    acme = org.account()
    for title in ("President", "Vice President", "Assistant to the CEO"):
        org.meeting(org.contact(acme, title), ago(0))
    return acme


@golden(minutes=[45.0], people_90d=1)
def a_meeting_of_which_only_the_account_is_known(org: Org) -> str:
    # somebody of the account, unknown 1.0
    acme = org.account()
    org.meeting(None, ago(3), account_id=acme)
    return acme


@golden(minutes=[])
def our_own_staff_the_excluded_and_colleagues_among_themselves(org: Org) -> str:
    acme = org.account()
    org.meeting(org.contact(acme, "CEO", email="colleague@ours.example"), ago(1))
    org.meeting(org.contact(acme, "CEO", excluded=True), ago(1))
    alone = org.meeting(None, ago(1), account_id=acme)
    org.add("event_relation", event_id=alone, relation_id="005000000000777AAA")
    return acme


# --- one real touch, one contribution --------------------------------------------------------------------------------


@golden(minutes=[10.0])
def a_mail_and_its_twin_task(org: Org) -> str:
    acme = org.account()
    anna = org.contact(acme, "Marketing Manager", email="anna@acme.example")
    task = org.task(anna, ago(1), subtype="Email")
    org.add(
        "email_message", activity_id=task, incoming=True, from_address="Anna@acme.example", sent_at=ago(1), status="0"
    )
    return acme


@golden(minutes=[20.0])
def a_call_that_two_systems_logged_26_seconds_apart(org: Org) -> str:
    # the earlier record is kept: 20 minutes
    acme = org.account()
    anna = org.contact(acme, "Marketing Manager")
    org.call(anna, ago(1, 12), 1200)
    org.call(anna, ago(1, 12 + 26 / 3600), 600)
    return acme


@golden(minutes=[3.0, 1.5])
def a_scanner_and_a_reader(org: Org) -> str:
    # one open and three clicks in 26 s are a machine's; two clicks five minutes apart are a reader's
    acme = org.account()
    anna = org.contact(acme, "Marketing Manager")
    org.task(anna, ago(5, 12), type="Email Open")
    for second in (4, 15, 26):
        org.click(anna, ago(5, 12 + second / 3600))
    for minute in (0, 5):
        org.click(anna, ago(5, 15 + minute / 60))
    return acme


@golden(minutes=[0.0, 0.0], band="No data", people_90d=0)
def opens_alone_are_nothing(org: Org) -> str:
    acme = org.account()
    for hour in (9, 15):
        org.task(org.contact(acme, "CEO"), ago(1, hour), type="Email Open")
    return acme


@golden(minutes=[30.0, 2.0])
def a_webinar_told_by_campaign_and_task_and_a_sign_up(org: Org) -> str:
    # Anna came (30, told twice), Bert signed up (2), Carl did not come (0)
    acme = org.account()
    anna, bert, carl = (org.contact(acme, "Marketing Manager") for _ in range(3))
    webinar = org.add("campaign", type="Webinar")
    org.response(webinar, anna, "Attended", date(2026, 3, 10))
    org.task(anna, ago(8, 15), type="Webinar")
    org.response(webinar, bert, "Registered", date(2026, 3, 10))
    org.response(webinar, carl, "No Show", date(2026, 3, 10))
    return acme


@golden(minutes=[3.0])
def a_mailing_answered_as_lead_and_again_as_contact(org: Org) -> str:
    acme = org.account()
    anna = org.contact(acme, "Marketing Manager")
    lead = org.lead(is_converted=True, converted_contact_id=anna, converted_account_id=acme)
    mailing = org.add("campaign", type="Email")
    org.response(mailing, lead, "Clicked", date(2026, 3, 2))
    org.response(mailing, anna, "Responded", date(2026, 3, 4))
    return acme


@golden(minutes=[30.0])
def signed_up_as_lead_and_came_as_contact(org: Org) -> str:
    acme = org.account()
    anna = org.contact(acme, "Marketing Manager")
    lead = org.lead(is_converted=True, converted_contact_id=anna, converted_account_id=acme)
    webinar = org.add("campaign", type="Webinar")
    org.response(webinar, lead, "Registered", date(2026, 3, 2))
    org.response(webinar, anna, "Attended", date(2026, 3, 12))
    return acme


@golden(minutes=[45.0, 45.0])
def a_series_its_occurrences_and_the_copies_for_colleagues(org: Org) -> str:
    # the rule of the series and two copies count nothing; two occurrences eight days apart count in full
    acme = org.account()
    anna = org.contact(acme, "Marketing Manager")
    series = org.meeting(anna, ago(20), is_recurrence=True)
    for days in (12, 4):
        org.meeting(anna, ago(days), recurrence_id=series)
        org.meeting(anna, ago(days), is_child=True)
    return acme


@golden(minutes=[])
def planned_cancelled_missed_and_all_day(org: Org) -> str:
    acme = org.account()
    anna = org.contact(acme, "CEO")
    org.meeting(anna, ago(3), status="Cancelled", type="Meeting")
    org.meeting(anna, ago(4), status="No show", type="Meeting")
    org.meeting(anna, ago(5), is_all_day=True)
    org.call(anna, ago(6), is_closed=False)
    return acme


# --- time ------------------------------------------------------------------------------------------------------------


@golden(engaged=0.0, band="No data", last_two_way=None)
def a_meeting_of_tomorrow_waits_for_its_day(org: Org) -> str:
    acme = org.account()
    org.meeting(org.contact(acme, "CEO"), ago(-1, 0))
    return acme


@golden(engaged=0.0, band="No data", last_two_way=None, people_90d=0)
def a_meeting_in_1970_is_history(org: Org) -> str:
    acme = org.account()
    org.meeting(org.contact(acme, "CEO"), ago(20_530, 0))
    return acme


@golden(minutes=[10.0], engaged=9.5170, last_two_way=date(2026, 3, 17))
def a_task_with_a_date_alone_is_on_that_day(org: Org) -> str:
    acme = org.account()
    org.reply(org.contact(acme, "Marketing Manager"), None, due_on=date(2026, 3, 17))
    return acme


@golden(minutes_30d=60.0, minutes_90d=105.0, trend_30d=33.3333, sparkline="▁▁▁▁▁▁▇▁▁▁▁█", engaged=67.9550)
def this_month_against_the_one_before(org: Org) -> str:
    # (60 - 45) / 45; left are 60 + 45 x 2^-2.5; the week of 45 is 5.25 of the seven steps of the week of 60: the sixth
    acme = org.account()
    org.meeting(org.contact(acme, "Marketing Manager"), ago(0), 60)
    org.meeting(org.contact(acme, "Marketing Manager"), ago(35), 45)
    return acme


@golden(minutes_90d=45.0, trend_30d=-100.0, band="Cold", surge="Silent", last_two_way=date(2026, 1, 27), engaged=3.7853)
def fifty_days_of_silence(org: Org) -> str:
    # 45 x 2^(-50/14) = 45 x 0.084119; nothing in 30 days against 45 in the 30 before; 100 x (1 - 2^-0.0631) = 4.28
    acme = org.account()
    org.meeting(org.contact(acme, "Marketing Manager"), ago(50))
    return acme


# --- identity --------------------------------------------------------------------------------------------------------


@golden(minutes=[45.0, 30.0], people_90d=1)
def what_somebody_did_as_lead_stays_with_the_contact(org: Org) -> str:
    acme = org.account()
    anna = org.contact(acme, "Marketing Manager")
    lead = org.lead(is_converted=True, converted_contact_id=anna, converted_account_id=acme, title="CEO")
    webinar = org.add("campaign", type="Webinar")
    org.response(webinar, lead, "Attended", date(2026, 2, 2))
    org.meeting(anna, ago(2))
    return acme


@golden(minutes=[45.0, 10.0], people_90d=1)
def what_the_merged_contact_and_the_merged_account_did_counts_for_the_winners(org: Org) -> str:
    acme = org.account()
    loser = org.account("Acme twice", is_deleted=True, master_id=acme)
    anna = org.contact(acme, "Marketing Manager")
    twin = org.contact(loser, "CEO", is_deleted=True, master_id=anna)
    org.meeting(twin, ago(3))
    org.reply(anna, ago(2))
    return acme


@golden(minutes=[45.0])
def who_moved_on_leaves_the_past_behind(org: Org) -> str:
    acme, next_one = org.account(), org.account("Next Inc")
    anna = org.contact(acme, "Marketing Manager")
    org.meeting(anna, ago(30))
    org.row(anna)["account_id"] = next_one
    org.meeting(anna, ago(2))
    return acme


@golden(minutes=[30.0, 20.0], people_90d=2)
def leads_are_known_by_their_mail_and_free_mail_says_nothing(org: Org) -> str:
    # a sub-domain speaks for its domain; somebody at a free-mail address is nobody's
    acme = org.account("Subdomain", website="https://www.subdomain.example/en")
    fair, webinar = org.add("campaign", type="Trade Show"), org.add("campaign", type="Webinar")
    for campaign, mail, said in (
        (webinar, "a@emea.subdomain.example", "Attended"),
        (fair, "B@Subdomain.example", "Visited Booth"),
        (fair, "c@gmail.com", "Visited Booth"),
    ):
        org.response(campaign, org.lead(title="Marketing Manager", email=mail), said, date(2026, 3, 17))
    return acme


# --- qualified or not ------------------------------------------------------------------------------------------------


@golden(minutes=[78.0], mqa=True, mqa_date=ago(0, 0), mqa_count=1)
def an_hour_with_a_director_qualifies(org: Org) -> str:
    # 78 >= 60, and a meeting with a director acts now
    acme = org.account()
    org.meeting(org.contact(acme, "Director of IT"), ago(0, 9), 60)
    return acme


@golden(minutes=[58.5], mqa=False, mqa_date=None, mqa_count=0)
def three_quarters_of_an_hour_with_a_director_do_not(org: Org) -> str:
    # 58.5 < 60
    acme = org.account()
    org.meeting(org.contact(acme, "Director of IT"), ago(0, 9), 45)
    return acme


@golden(minutes=[120.0], mqa=False, mqa_count=0)
def two_hours_with_a_manager_are_not_urgent(org: Org) -> str:
    acme = org.account()
    org.meeting(org.contact(acme, "Marketing Manager"), ago(0, 9), 120)
    return acme


@golden(minutes=[78.0], mqa=False, mqa_count=0)
def with_an_open_opportunity_it_is_past_being_qualified(org: Org) -> str:
    acme = org.account()
    org.add("opportunity", account_id=acme, is_closed=False, is_won=False, created_at=ago(100))
    org.meeting(org.contact(acme, "Director of IT"), ago(0, 9), 60)
    return acme


@golden(mqa=False, mqa_date=ago(20, 0), mqa_exit_date=ago(0, 0), mqa_count=1, engaged=28.9769)
def what_has_faded_below_half_leaves(org: Org) -> str:
    # 78 x 2^(-20/14) = 78 x 0.371499 = 28.98 < 30; the day before it was 30.45
    acme = org.account()
    org.meeting(org.contact(acme, "Director of IT"), ago(20), 60)
    return acme


@golden(mqa=False, mqa_date=ago(5, 0), mqa_exit_date=ago(3, 0), mqa_count=1)
def an_opportunity_converts(org: Org) -> str:
    acme = org.account()
    org.meeting(org.contact(acme, "Director of IT"), ago(5), 60)
    org.add("opportunity", account_id=acme, is_closed=False, is_won=False, created_at=ago(3))
    return acme


@golden(mqa=True, mqa_count=0, engaged=0.0)
def a_person_may_pin_it(org: Org) -> str:
    return org.account(override="Pin MQA")


@golden(mqa=False, mqa_count=1, engaged=78.0)
def a_person_may_snooze_it(org: Org) -> str:
    acme = org.account(snooze_until=date(2026, 4, 1))
    org.meeting(org.contact(acme, "Director of IT"), ago(0, 9), 60)
    return acme
