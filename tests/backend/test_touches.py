"""What is one touch, whose doing was it, and on which day?"""

from datetime import UTC, date, datetime

import pytest

from connector.engine.rules import KindOf
from tests.backend.world import TODAY, World, ago, built, rules_with


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def contact(world: World) -> str:
    """Somebody at Acme whose minutes count once."""
    return world.contact(world.account(website="acme.example"), email="x@acme.example")


def test_a_scanner_clicks_and_nothing_of_it_counts(world: World, contact: str) -> None:
    """One open and three clicks in 26 seconds come from a machine."""
    world.task(contact, ago(1), type="Email Open")
    for second in (8, 17, 26):
        world.click(contact, ago(1, seconds=second))

    result = built(world)

    assert result.kept() == 0
    assert result.reasons() == {"machine": 4}


def test_two_clicks_five_minutes_apart_count(world: World, contact: str) -> None:
    for second in (0, 300):
        world.click(contact, ago(1, seconds=second))

    result = built(world)

    assert result.minutes() == {"Acme": 4.5}
    assert result.reasons() == {}


def test_an_answer_that_a_machine_gave_takes_no_later_answer_with_it(world: World, contact: str) -> None:
    """The person clicked too, days after the scanner did: the first answer is folded into nothing."""
    mailing = world.add("campaign", name="June", type="Email")
    for seconds in (5, 10):
        world.click(contact, ago(9, seconds=seconds))
    world.member(mailing, contact_id=contact, status="Clicked", created_at=ago(9), has_responded=True)
    world.member(mailing, contact_id=contact, status="Clicked", created_at=ago(6), responded=ago(6).date())

    result = built(world)

    assert result.reasons() == {"machine": 3}
    assert result.minutes() == {"Acme": 3.0}


def test_clicks_of_three_people_at_once_are_no_machine(world: World, contact: str) -> None:
    acme = world.rows["contact"][0]["account_id"]
    for person in (contact, world.contact(acme), world.contact(acme)):
        world.click(person, ago(1))

    assert built(world).kept() == 3


def test_a_burst_ends_where_it_ends(world: World, contact: str) -> None:
    for second in (0, 61, 119, 400):
        world.click(contact, ago(1, seconds=second))

    result = built(world)

    assert result.kept() == 1
    assert result.reasons() == {"machine": 3}


def test_the_same_person_and_kind_within_a_minute_is_one_touch(world: World, contact: str) -> None:
    first = world.call(contact, ago(1))
    second = world.call(contact, ago(1, seconds=60))
    world.call(contact, ago(1, seconds=200))

    result = built(world)

    assert result.kept() == 2
    assert result.rows("SELECT activity_id, reason, folded_into FROM derived.left_out") == [
        (second, "same_touch", first)
    ]


def test_of_two_records_at_once_the_longer_is_kept(world: World, contact: str) -> None:
    short = world.meeting(contact, minutes=15)
    long = world.meeting(contact, minutes=60)

    assert built(world).rows("SELECT activity_id, folded_into FROM derived.left_out") == [(short, long)]


def test_eighteen_mails_without_an_answer_are_nothing(world: World, contact: str) -> None:
    for days in range(1, 19):
        world.task(contact, ago(days), subtype="Email")

    result = built(world)

    assert result.minutes() == {}
    assert result.reasons() == {"unanswered": 18}


@pytest.mark.parametrize(
    ("told", "minutes"),
    [
        ({"call_result": "Connected", "call_seconds": 1200}, 20.0),
        ({"call_result": "Connected", "call_seconds": 60}, 10.0),
        ({"call_result": None, "call_seconds": None}, 10.0),
        ({"call_result": None, "call_seconds": 5}, 0.0),
        ({"call_result": "Left voicemail"}, 0.0),
        ({"call_result": "No answer"}, 0.0),
        ({"call_result": "Nicht erreicht"}, 0.0),
        ({"call_type": "Inbound", "call_result": None, "call_seconds": 900}, 15.0),
        ({"call_type": "Internal"}, 0.0),
        ({"is_closed": False}, 0.0),
        ({"call_seconds": -10}, 10.0),
        ({"call_seconds": 10**9}, 120.0),
    ],
)
def test_a_call_counts_when_somebody_answered(
    world: World, contact: str, told: dict[str, object], minutes: float
) -> None:
    world.call(contact, **told)

    assert sum(built(world).minutes().values()) == minutes


def test_a_mail_and_the_task_that_stands_for_it_are_one(world: World, contact: str) -> None:
    task = world.task(contact, subtype="Email")
    mail = world.add("email_message", activity_id=task, incoming=True, sent_at=ago(1), from_address="X@acme.example")

    result = built(world)

    assert result.minutes() == {"Acme": 10.0}
    assert result.rows("SELECT activity_id, reason, folded_into FROM derived.left_out") == [(task, "twin", mail)]


def test_a_mail_counts_for_who_sent_it(world: World, contact: str) -> None:
    """The others it went to did nothing yet."""
    other = world.contact(world.account("Other"))
    mail = world.add("email_message", incoming=True, sent_at=ago(1), from_address="whoever@else.example")
    world.add("email_relation", email_id=mail, relation_id=contact, relation_type="FromAddress")
    world.add("email_relation", email_id=mail, relation_id=other, relation_type="CcAddress")

    result = built(world)

    assert result.minutes() == {"Acme": 10.0}
    assert result.reasons() == {"recipient": 1}


@pytest.mark.parametrize(
    ("kind", "status", "responded", "minutes"),
    [
        ("Webinar", "Attended", True, 30.0),
        ("Webinar", "Registered", True, 2.0),
        ("Webinar", "Registered", False, 2.0),
        ("Webinar", "No Show", True, 0.0),
        ("Webinar", "Sent", False, 0.0),
        ("Conference", "Visited booth", True, 20.0),
        ("Executive dinner", "Attended", True, 120.0),
        ("Content", "Downloaded", True, 10.0),
        ("Email", "Clicked", True, 3.0),
        ("Email", "Opened", True, 0.0),
        ("Demo request", "Responded", True, 30.0),
        ("Direct Mail", "Responded", True, 5.0),
        (None, "Responded", True, 5.0),
    ],
)
def test_a_campaign_counts_by_what_somebody_did(
    world: World, contact: str, kind: str | None, status: str, responded: bool, minutes: float
) -> None:
    campaign = world.add("campaign", type=kind)
    day = date(2026, 11, 10) if responded else None
    world.member(campaign, contact_id=contact, status=status, responded=day)

    assert sum(built(world).minutes().values()) == minutes


def test_a_webinar_that_is_logged_as_a_task_too_is_one(world: World, contact: str) -> None:
    """S3-10: two sources, one measure."""
    campaign = world.add("campaign", type="Webinar")
    member = world.member(campaign, contact_id=contact, responded=date(2026, 11, 10))
    task = world.task(contact, datetime(2026, 11, 10, 15, tzinfo=UTC), type="Webinar")

    result = built(world)

    assert result.minutes() == {"Acme": 30.0}
    assert result.rows("SELECT activity_id, folded_into FROM derived.left_out") == [(task, member)]


def test_a_to_do_of_ours_says_nothing_about_them(world: World, contact: str) -> None:
    world.task(contact, subtype="Task")

    assert built(world).reasons() == {"our_task": 1}


def test_revops_says_what_a_type_of_their_own_is(world: World, contact: str) -> None:
    world.task(contact, subtype="Task", type="Site visit #7")
    lines = [KindOf(source="task", type="site visit #7", kind="dinner").model_dump()]

    assert built(world, rules=rules_with(kind_of=lines)).minutes() == {"Acme": 120.0}


@pytest.mark.parametrize(
    ("zone", "moment", "day"),
    [
        ("UTC", datetime(2026, 11, 10, 23, 59, tzinfo=UTC), date(2026, 11, 10)),
        ("Europe/Berlin", datetime(2026, 11, 10, 22, 59, 59, tzinfo=UTC), date(2026, 11, 10)),
        ("Europe/Berlin", datetime(2026, 11, 10, 23, 0, tzinfo=UTC), date(2026, 11, 11)),
        ("America/New_York", datetime(2026, 11, 11, 4, 59, tzinfo=UTC), date(2026, 11, 10)),
        ("Pacific/Chatham", datetime(2026, 11, 10, 10, 15, tzinfo=UTC), date(2026, 11, 11)),
        ("America/St_Johns", datetime(2026, 11, 11, 3, 29, tzinfo=UTC), date(2026, 11, 10)),
        (
            "Europe/Berlin",
            datetime(2026, 10, 24, 21, 59, tzinfo=UTC),
            date(2026, 10, 24),
        ),  # the night the clock goes back
        ("Europe/Berlin", datetime(2026, 10, 25, 22, 30, tzinfo=UTC), date(2026, 10, 25)),
        ("Europe/Berlin", datetime(2026, 3, 28, 23, 30, tzinfo=UTC), date(2026, 3, 29)),  # and forward
        ("Europe/Berlin", datetime(2026, 3, 29, 21, 59, tzinfo=UTC), date(2026, 3, 29)),
        ("Europe/Berlin", datetime(1965, 5, 1, 23, 30, tzinfo=UTC), date(1965, 5, 1)),
    ],
)
def test_a_day_is_that_of_the_organisation(world: World, contact: str, zone: str, moment: datetime, day: date) -> None:
    world.call(contact, moment)

    found = built(world, rules=rules_with(timezone=zone)).rows("SELECT day FROM derived.account_days")

    assert found == [((day - date(1970, 1, 1)).days,)]


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Auckland", "America/Los_Angeles"])
def test_a_date_alone_stays_that_date_in_every_zone(world: World, contact: str, zone: str) -> None:
    world.call(contact, completed_at=None, due_on=date(2026, 11, 10))

    found = built(world, rules=rules_with(timezone=zone)).rows("SELECT day FROM derived.account_days")

    assert found == [((date(2026, 11, 10) - date(1970, 1, 1)).days,)]


def test_two_calls_of_one_day_without_a_time_are_two(world: World, contact: str) -> None:
    for _ in range(2):
        world.call(contact, completed_at=None, due_on=date(2026, 11, 10))

    assert built(world).minutes() == {"Acme": 20.0}


def test_a_task_without_any_date_counts_when_it_was_made(world: World, contact: str) -> None:
    world.call(contact, completed_at=None, created_at=ago(5))

    assert built(world).rows("SELECT day FROM derived.account_days") == [(TODAY - 5,)]


@pytest.mark.parametrize(("hours", "minutes"), [(7 * 24, 15.0), (7 * 24 + 1, 20.0)])
def test_a_repeat_within_seven_days_counts_half(world: World, contact: str, hours: int, minutes: float) -> None:
    world.call(contact, ago(20))
    world.call(contact, ago(20, seconds=hours * 3600))

    assert built(world).minutes() == {"Acme": minutes}


def test_a_later_touch_never_changes_an_earlier_one(world: World, contact: str) -> None:
    world.call(contact, ago(9))
    world.call(contact, ago(7))
    before = built(world).rows("SELECT day, minutes FROM derived.account_days ORDER BY day")
    world.call(contact, ago(5))

    assert built(world).rows("SELECT day, minutes FROM derived.account_days ORDER BY day")[:2] == before


def test_ten_thousand_touches_of_one_person_have_an_answer(world: World, contact: str) -> None:
    for number in range(10_000):
        world.click(contact, ago(30, seconds=number * 130))

    result = built(world)

    assert result.kept() == 10_000
    assert result.minutes()["Acme"] < 8.0
    assert result.rows("SELECT sum(people) FROM derived.account_days") == [(6,)]


def test_forty_pages_in_a_day_are_one_person_day(world: World, contact: str) -> None:
    kinds = [KindOf(source="task", type="Page", kind="page_view").model_dump()]
    for number in range(40):
        world.task(contact, ago(1, seconds=number * 300), type="Page")

    result = built(world, rules=rules_with(kind_of=kinds))

    assert result.kept() == 40
    assert result.rows("SELECT people FROM derived.account_days") == [(1,)]


def test_an_open_is_never_a_person_day(world: World, contact: str) -> None:
    world.task(contact, type="Email Open")

    result = built(world)

    assert result.kept() == 1
    assert result.rows("SELECT minutes, people FROM derived.account_days") == [(0.0, 0)]


def test_one_person_counts_on_two_days_of_any_seven(world: World, contact: str) -> None:
    for days in range(1, 11):
        world.call(contact, ago(days))

    found = built(world).rows("SELECT people FROM derived.account_days ORDER BY day")

    assert [people for (people,) in found] == [1, 1, 0, 0, 0, 0, 0, 1, 1, 0]


def test_our_own_people_never_count(world: World) -> None:
    """By the domain of our users, by one the rules name, and by the address of a user."""
    acme = world.account()
    world.add("user", name="Rep", email="rep@own.example", is_active=True)
    world.add("user", name="Helper", email="helper@gmail.com", is_active=True)
    mails = ("a@own.example", "b@mail.own.example", "c@ours.example", "helper@gmail.com")
    for email in mails:
        world.call(world.contact(acme, email=email))
    world.call(world.contact(acme, email="d@gmail.com"))

    result = built(
        world, rules=rules_with(people={"own_domains": ["ours.example"], "free_mail_domains": ["gmail.com"]})
    )

    assert result.reasons() == {"own_staff": 4}
    assert result.kept() == 1


def test_customers_in_a_portal_are_not_our_staff(world: World, contact: str) -> None:
    for number in range(30):
        world.add("user", email=f"u{number}@own.example", is_active=True)
    world.add("user", email="portal@acme.example", is_active=True)
    world.call(contact)

    assert built(world).minutes() == {"Acme": 10.0}


def test_excluded_people_and_domains_never_count(world: World) -> None:
    acme = world.account()
    world.call(world.contact(acme, excluded=True))
    world.call(world.contact(acme, email="x@agency.example"))

    result = built(world, rules=rules_with(people={"excluded_domains": ["agency.example"]}))

    assert result.reasons() == {"excluded": 2}
