"""Is a meeting counted once, for those who were there, and only if it was held?"""

import pytest

from tests.backend.test_update import updated
from tests.backend.world import World, ago, built, copied


def test_a_meeting_counts_each_attendee_for_their_own_account_once() -> None:
    """B30: five attendees: two of Acme, two of another account, a lead, and one of our users."""
    world = World()
    acme, other = world.account("Acme", website="acme.com"), world.account("Other")
    boss = world.contact(acme, title="CEO")
    engineer = world.contact(acme, title="Engineer")
    guests = [world.contact(other), world.contact(other)]
    lead = world.lead(email="new@acme.com")
    user = world.add("user", name="Rep", email="rep@own.example", is_active=True)
    meeting = world.meeting(boss, account_id=acme)
    world.invite(meeting, boss, engineer, *guests, lead, user)
    world.meeting(None, is_child=True, account_id=acme)

    result = built(world)

    assert result.minutes() == {"Acme": 114.0, "Other": 60.0}  # 30 x (2.0 + 0.8 + 1.0) and 30 x (1.0 + 1.0)
    assert result.reasons() == {"child": 1}


def test_without_shared_activities_the_one_person_on_the_record_counts() -> None:
    """B30."""
    world = World()
    world.meeting(world.contact(world.account()))

    assert built(world).minutes() == {"Acme": 30.0}


def test_an_invitation_that_moves_to_another_person_moves_the_minutes() -> None:
    """B14: the meeting itself was not touched."""
    world = World()
    acme, other = world.account("Acme"), world.account("Other")
    host, guest = world.contact(acme), world.contact(other)
    meeting = world.meeting(host)
    world.invite(meeting, world.contact(acme))
    later = copied(world)
    later.change(later.rows["event_relation"][0]["id"], relation_id=guest)

    connection = updated(world, later)

    found = connection.execute(
        "SELECT name, minutes FROM derived.account_days JOIN derived.accounts USING (account_no) ORDER BY name"
    ).fetchall()
    assert found == [("Acme", 30.0), ("Other", 30.0)]


def test_a_crowd_gives_an_account_at_most_twice_its_largest_share() -> None:
    world = World()
    acme = world.account()
    people = [world.contact(acme, title=title) for title in ("CEO", "VP Sales", "IT Manager", "IT Manager")]
    meeting = world.meeting(people[0])
    world.invite(meeting, *people)

    result = built(world)

    assert result.minutes() == {"Acme": 120.0}  # twice 30 x 2.0, of 30 x (2.0 + 1.6 + 1 + 1) = 168
    factors = result.rows("SELECT DISTINCT round(cap_factor, 9) FROM derived.contributions")
    assert factors == [(round(120 / 168, 9),)]


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"is_child": True}, "child"),
        ({"is_recurrence": True}, "series"),
        ({"is_all_day": True}, "all_day"),
        ({"status": "No show"}, "no_show"),
        ({"status": "Cancelled"}, "cancelled"),
        ({"status": "Scheduled"}, "planned"),
        ({"type": "Internal"}, "internal"),
        ({"starts_at": ago(-3)}, "future"),
    ],
)
def test_what_was_not_a_meeting_with_them_is_left_out_with_its_reason(told: dict[str, object], reason: str) -> None:
    world = World()
    world.meeting(world.contact(world.account()), **told)

    result = built(world)

    assert result.reasons() == {reason: 1}
    if reason != "future":
        assert result.minutes() == {}


def test_occurrences_of_a_series_count_and_its_rule_does_not() -> None:
    world = World()
    contact = world.contact(world.account())
    lightning = world.meeting(contact, ago(20), is_recurrence2=True)
    for days in (18, 9):
        world.meeting(contact, ago(days), is_recurrence2=True, recurrence_id=lightning)
    alone = world.meeting(contact, ago(40), is_recurrence2=True)

    result = built(world)

    assert result.kept() == 3
    assert result.rows("SELECT activity_id FROM derived.left_out") == [(lightning,)]
    assert result.rows("SELECT reason FROM derived.activities WHERE activity_id = ?", alone) == [(None,)]


def test_who_declined_was_not_there() -> None:
    world = World()
    acme = world.account()
    here, away = world.contact(acme), world.contact(acme)
    meeting = world.meeting(here)
    world.invite(meeting, here)
    world.invite(meeting, away, status="Declined")

    result = built(world)

    assert result.minutes() == {"Acme": 30.0}
    assert result.reasons() == {"declined": 1}


def test_a_meeting_of_our_own_people_about_an_account_is_not_its_engagement() -> None:
    world = World()
    acme = world.account()
    users = [world.add("user", name="U", email=f"u{n}@own.example", is_active=True) for n in range(2)]
    meeting = world.meeting(None, what_id=acme, owner_id=users[0])
    world.invite(meeting, users[1])

    result = built(world)

    assert result.minutes() == {}
    assert result.reasons() == {"internal": 1}


def test_a_meeting_that_names_nobody_counts_for_its_account() -> None:
    world = World()
    acme = world.account()
    world.meeting(None, what_id=acme)

    result = built(world)

    assert result.minutes() == {"Acme": 30.0}
    assert result.rows("SELECT people FROM derived.account_days") == [(1,)]


@pytest.mark.parametrize(
    ("minutes", "counted"), [(30, 30.0), (0, None), (-20, None), (500, 120.0), (10**9, 120.0), (None, 45.0)]
)
def test_a_duration_counts_between_nothing_and_two_hours(minutes: int | None, counted: float | None) -> None:
    world = World()
    world.meeting(world.contact(world.account()), minutes=minutes)

    result = built(world)

    assert sum(result.minutes().values()) == (counted or 0.0)


def test_clamped_durations_can_be_counted() -> None:
    world = World()
    contact = world.contact(world.account())
    for days, minutes in ((9, 500), (20, -5), (30, 45)):
        world.meeting(contact, ago(days), minutes=minutes)

    clamped = built(world).rows("SELECT count(*) FROM derived.activities WHERE own_seconds <> lasted_seconds")

    assert clamped == [(2,)]
