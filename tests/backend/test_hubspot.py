"""Do HubSpot's rows mean what Salesforce's mean, and what HubSpot says in its own way what it says?"""

import pytest

from connector.backend.update import update
from tests.backend.portal import VOICEMAIL, Portal, built_of, keep
from tests.backend.world import TODAY, World, ago, built, keep_days, shipped


def test_a_contact_and_a_company_with_one_number_are_not_mixed_up() -> None:
    portal = Portal()
    acme, beta = portal.company("Acme"), portal.company("Beta")
    portal.contact(beta)
    portal.call(portal.contact(acme))

    made = built_of(portal)

    assert list(made.minutes()) == ["Acme"]
    assert made.rows("SELECT person_id FROM derived.people ORDER BY person_id") == [("contact1",), ("contact2",)]
    assert {row[0] for row in made.rows("SELECT account_id FROM derived.accounts")} == {acme, beta}


def test_a_call_says_how_long_it_was_and_how_it_ended() -> None:
    portal = Portal()
    who = portal.contact(portal.company())
    portal.call(who, at=ago(1), milliseconds=1_260_000)
    portal.call(who, at=ago(2), disposition=VOICEMAIL)
    portal.call(who, at=ago(3), status="NO_ANSWER", disposition=None)
    portal.call(who, at=ago(4), status="RINGING")
    portal.call(who, at=ago(5), milliseconds=20_000, disposition=None)

    made = built_of(portal)

    assert made.rows("SELECT own_seconds FROM derived.facts") == [(1260,)]
    assert made.reasons() == {"planned": 1, "unanswered": 3}


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [
        ("COMPLETED", None), ("SCHEDULED", None), (None, None), ("NO_SHOW", "no_show"), ("CANCELED", "cancelled"),
        ("RESCHEDULED", "cancelled"),
    ],
)  # fmt: skip
def test_a_meeting_counts_unless_its_outcome_says_otherwise(outcome: str | None, reason: str | None) -> None:
    portal = Portal()
    portal.meeting(portal.contact(portal.company()), outcome=outcome)

    made = built_of(portal)

    assert made.reasons() == ({} if reason is None else {reason: 1})
    assert made.kept() == (1 if reason is None else 0)


def test_a_meeting_that_is_still_to_come_waits_for_its_day() -> None:
    portal = Portal()
    portal.meeting(portal.contact(portal.company()), at=ago(-3), outcome="SCHEDULED")

    assert built_of(portal).reasons() == {"future": 1}


def test_a_mail_counts_for_who_sent_it_and_not_when_we_did() -> None:
    portal = Portal()
    company = portal.company()
    first, second = (portal.contact(company, email=f"{name}@acme.example") for name in ("ann", "bob"))
    portal.mail(first, second, from_address="bob@acme.example")
    portal.mail(first, direction="EMAIL")
    portal.mail(first, direction="FORWARDED_EMAIL")
    portal.mail(first, direction="EMAIL", status="BOUNCED")

    made = built_of(portal)

    who = made.rows("SELECT person_id FROM derived.facts JOIN derived.people USING (person_no)")
    assert who == [(f"contact{second}",)]
    assert made.reasons() == {"bounced": 1, "recipient": 1, "unanswered": 2}


def test_a_mail_from_a_further_address_is_that_contacts() -> None:
    portal = Portal()
    company = portal.company()
    who = portal.contact(company, email="ann@acme.example", other_emails="ann.b@acme.example;a@private.example")
    portal.contact(company, email="bob@acme.example")
    portal.mail("2", from_address="A@private.example")

    made = built_of(portal)

    found = made.rows("SELECT person_id FROM derived.facts JOIN derived.people USING (person_no)")
    assert found == [(f"contact{who}",)]


def test_reminders_and_notes_of_our_own_are_no_engagement() -> None:
    portal = Portal()
    who = portal.contact(portal.company())
    for type_ in ("CALL", "EMAIL", "MEETING", "TODO"):
        portal.tie("task", portal.add("task", type=type_, status="COMPLETED", completed_at=ago(1)), "contact", who)
    portal.tie("task", portal.add("task", type="CALL", status="NOT_STARTED", due_at=ago(1)), "contact", who)
    portal.logged("note", who)

    made = built_of(portal)

    assert made.kept() == 0
    assert made.reasons() == {"our_task": 5, "planned": 1}


def test_nothing_counts_of_whoever_stands_on_a_list_of_people_to_be_left_out() -> None:
    portal = Portal()
    acme = portal.company()
    ann, bob, cid = (portal.contact(acme, email=f"{name}@acme.example") for name in ("ann", "bob", "cid"))
    for who in (ann, bob, cid):
        portal.meeting(who)
    portal.add("list_member", id=f"7-{ann}", list_id="7", contact_id=ann)
    portal.add("list_member", id=f"8-{ann}", list_id="8", contact_id=ann)
    portal.add("list_member", id=f"7-{bob}", list_id="7", contact_id=bob, is_deleted=True)

    made = built_of(portal)

    assert (made.kept(), made.reasons()) == (2, {"excluded": 1})


def test_forms_and_mailings_count_for_the_contact_with_their_address() -> None:
    portal = Portal()
    portal.contact(portal.company(), email="Ann@acme.example")
    for name, day in (("Demo request", 1), ("White paper: data", 2), ("Webinar registration", 3), ("Contact", 4)):
        portal.add("form_submission", form_id="f", form_name=name, happened_at=ago(day), email="ann@ACME.example")
    portal.add("email_event", type="OPEN", happened_at=ago(5), recipient="ann@acme.example", campaign_id="9")
    portal.add("email_event", type="CLICK", happened_at=ago(5, seconds=60), recipient="ann@acme.example")
    portal.add("email_event", type="OPEN", happened_at=ago(6), recipient="ann@acme.example", is_filtered=True)

    made = built_of(portal)

    kinds = made.rows(
        "SELECT kind FROM derived.facts AS facts JOIN derived.activities USING (activity_no) ORDER BY facts.second DESC"
    )
    assert [kind for (kind,) in kinds] == [
        "demo_form", "download", "registered", "campaign_response", "email_click", "email_open",
    ]  # fmt: skip
    assert made.reasons() == {"machine": 1}


def test_a_merge_makes_a_new_record_and_conserves_the_minutes() -> None:
    portal = Portal()
    old, other = portal.company("Acme", domain="acme.example"), portal.company("Acme Inc")
    first, second = portal.contact(old), portal.contact(other)
    portal.call(first)
    portal.call(second, at=ago(2))
    before = sum(built_of(portal).minutes().values())

    for one in (old, other):
        portal.change("company", one, is_deleted=True)
    for one in (first, second):
        portal.change("contact", one, is_deleted=True)
    merged = portal.company("Acme", merged_ids=f"{old};{other}")
    portal.contact(merged, merged_ids=f"{first};{second}")
    made = built_of(portal)

    assert before > 0
    assert made.kept() == 2
    assert list(made.minutes()) == ["Acme"]


def test_a_merged_record_that_was_never_read_still_stands_for_the_new_one() -> None:
    portal = Portal()
    company = portal.company(merged_ids="901;902")
    portal.contact(company, merged_ids="77")
    portal.call("77")

    assert built_of(portal).minutes() == {"Acme": 10.0}


def test_a_contact_without_a_company_is_matched_by_what_it_says() -> None:
    portal = Portal()
    portal.company("Acme", domain="acme.example")
    portal.company("Beta Logistics")
    by_mail = portal.contact(None, email="ann@acme.example")
    by_name = portal.contact(None, company="Beta Logistics", city="Ulm")

    found = built_of(portal).accounts_of()

    assert found[f"contact{by_mail}"][:2] == ("Acme", "domain")
    assert found[f"contact{by_name}"][:2] == ("Beta Logistics", "name")


def test_what_was_done_before_a_change_of_company_stays_where_it_was() -> None:
    portal = Portal()
    acme, beta = portal.company("Acme"), portal.company("Beta")
    who = portal.contact(beta)
    portal.was(who, ago(5), account_id=acme)
    portal.call(who, at=ago(10))
    portal.call(who, at=ago(2))

    assert built_of(portal).minutes() == {"Acme": 10.0, "Beta": 10.0}


def test_a_part_in_a_deal_is_the_label_of_its_association() -> None:
    portal = Portal()
    company = portal.company()
    who = portal.contact(company, title="Clerk")
    deal = portal.add("deal", name="Big", is_closed=False, is_won=False)
    portal.tie("deal", deal, "company", company, is_primary=True)
    portal.tie("deal", deal, "contact", who, label="Decision Maker")

    made = built_of(portal)

    assert made.rows("SELECT buying_role FROM derived.people") == [("decision_maker",)]
    assert made.rows("SELECT account_group FROM derived.accounts") == [("prospect",)]


def test_an_activity_on_a_company_alone_is_somebody_there() -> None:
    portal = Portal()
    company = portal.company()
    portal.tie("meeting", portal.meeting(), "company", company)

    assert built_of(portal).rows("SELECT person_no FROM derived.facts") == [(-1,)]


def test_the_same_story_is_worth_the_same_in_either_crm() -> None:
    world, portal = World(), Portal()
    account, company = world.account(website="acme.example"), portal.company(domain="acme.example")
    said = {"title": "Head of Operations", "email": "ann@acme.example"}
    contact, person = world.contact(account, **said), portal.contact(company, **said)
    lead = world.lead(email="bob@acme.example", title="CFO", company="Acme")
    other = portal.contact(None, email="bob@acme.example", title="CFO", company="Acme")
    for day in (1, 3, 4, 30):
        world.call(contact, ago(day), call_seconds=900)
        portal.call(person, at=ago(day), milliseconds=900_000)
    meeting = world.meeting(contact, ago(2), minutes=30)
    world.invite(meeting, contact, lead)
    portal.meeting(person, other, at=ago(2))
    world.add("email_message", incoming=True, from_address="bob@acme.example", sent_at=ago(6), status="2")
    portal.mail(other, at=ago(6), from_address="bob@acme.example")

    minutes = built(world).minutes()

    assert minutes["Acme"] > 50
    assert built_of(portal).minutes() == minutes


def test_what_changes_is_done_again_as_a_whole_build_would() -> None:
    portal = Portal()
    acme = portal.company("Acme", domain="acme.example")
    who, other = portal.contact(acme, email="ann@acme.example"), portal.contact(None, email="bob@acme.example")
    call = portal.call(who)
    portal.call(who, at=ago(2))
    made = built_of(portal)

    portal.tie("call", call, "contact", other)
    portal.contact(acme, email="eve@acme.example")
    portal.add("form_submission", form_id="f", form_name="Demo request", happened_at=ago(1), email="eve@acme.example")
    portal.add("list_member", id="7-3", list_id="7", contact_id="3")
    portal.change("call", "2", milliseconds=1_800_000)
    beta = portal.company("Beta")
    portal.change("contact", other, company_id=beta)
    changed = [
        ("association", f"call-{call}-contact-{other}"), ("contact", "3"), ("form_submission", "1"), ("call", "2"),
        ("company", beta), ("contact", other), ("list_member", "7-3"),
    ]  # fmt: skip
    keep(made.connection, portal)
    made.connection.executemany("INSERT INTO work.changed VALUES (?, ?)", changed)
    update(made.connection, shipped().rules, shipped().personas, TODAY, crm="hubspot")
    keep_days(made.connection, made.rules)

    whole = built_of(portal)
    assert made.minutes() == whole.minutes()
    assert made.reasons() == whole.reasons()
    assert set(made.minutes()) == {"Acme", "Beta"}


def test_an_owner_who_left_is_still_one_of_us() -> None:
    portal = Portal()
    portal.add("owner", first_name="Sam", last_name="Sales", email="sam@ours.example", is_deleted=True)
    portal.add("owner", first_name="Sue", last_name="Sales", email="sue@ours.example")
    who = portal.contact(portal.company(), email="sam@ours.example")
    portal.call(who, owner_id="2")

    made = built_of(portal)

    assert made.reasons() == {"own_staff": 1}
    assert made.rows("SELECT name FROM derived.users ORDER BY name") == [("Sam Sales",), ("Sue Sales",)]
