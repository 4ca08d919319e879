"""Does a person or an account stay itself through conversion, merge, deletion and a change of company?"""

from datetime import date
from itertools import pairwise

import pytest

from tests.backend.test_update import updated
from tests.backend.world import World, ago, built, copied


def converted(world: World, lead: str, contact: str | None, account: str | None) -> None:
    world.change(lead, is_converted=True, converted_contact_id=contact, converted_account_id=account)


def test_converting_a_lead_conserves_its_minutes() -> None:
    """B32: the activities of the lead are those of the contact it became, with the account it was converted to."""
    world = World()
    acme = world.account()
    lead = world.lead(company="Acme", title="CEO")
    world.call(lead)
    world.meeting(lead, ago(3))
    before = built(world).minutes()

    contact = world.contact(acme, title="CEO")
    converted(world, lead, contact, acme)
    after = built(world)

    assert after.minutes() == before
    assert after.accounts_of() == {contact: ("Acme", "link", 1.0)}


def test_a_response_of_lead_and_contact_is_counted_once() -> None:
    """B32: after a conversion both may be members of one campaign."""
    world = World()
    acme = world.account()
    webinar = world.add("campaign", name="W", type="Webinar")
    contact, lead = world.contact(acme), world.lead()
    converted(world, lead, contact, acme)
    world.member(webinar, lead_id=lead, responded=date(2026, 11, 2))
    world.member(webinar, contact_id=contact, responded=date(2026, 11, 5))
    world.member(webinar, contact_id=contact, lead_id=lead, responded=date(2026, 11, 5))

    result = built(world)

    assert result.minutes() == {"Acme": 30.0}
    assert result.reasons() == {"told_twice": 2}


def test_a_lead_converted_between_two_runs_changes_nothing_but_the_match() -> None:
    """B32."""
    world = World()
    acme = world.account(website="acme.com")
    lead = world.lead(email="x@acme.com")
    world.call(lead)
    later = copied(world)
    contact = later.contact(acme, email="x@acme.com")
    converted(later, lead, contact, acme)

    minutes = [
        connection.execute("SELECT sum(minutes) FROM derived.account_days").fetchall()
        for connection in (updated(world), updated(world, later))
    ]

    assert minutes == [[(10.0,)], [(10.0,)]]


def test_a_lead_whose_contact_we_may_not_see_belongs_to_the_account_it_was_converted_to() -> None:
    world = World()
    acme = world.account()
    lead = world.lead()
    converted(world, lead, "003000000000009999", acme)

    assert built(world).accounts_of() == {lead: ("Acme", "conversion", 0.98)}


@pytest.mark.parametrize("losers", [1, 2, 5])
def test_merging_accounts_conserves_minutes_along_the_whole_chain(losers: int) -> None:
    """B16: each loser points at the next winner; its activities are counted once, for the last."""
    world = World()
    chain = [world.account(f"A{number}") for number in range(losers + 1)]
    for account in chain:
        world.call(world.contact(account), account_id=account)
    for loser, winner in pairwise(chain):
        world.change(loser, is_deleted=True, master_id=winner)

    assert built(world).minutes() == {f"A{losers}": 10.0 * (losers + 1)}


def test_merged_people_are_one_person() -> None:
    """B16: the second call in a week counts half, because both were with the same person."""
    world = World()
    acme = world.account()
    winner, loser = world.contact(acme), world.contact(acme)
    world.call(winner, ago(3))
    world.call(loser, ago(1))
    apart = built(world).minutes()
    world.change(loser, is_deleted=True, master_id=winner)

    assert apart == {"Acme": 20.0}
    assert built(world).minutes() == {"Acme": 15.0}


def test_a_lead_with_the_name_and_address_of_a_contact_is_that_person() -> None:
    world = World()
    acme = world.account()
    contact = world.contact(acme, name="Ann Lee", email="ann@acme.example")
    lead = world.lead(name="ann lee ", email=" Ann@acme.example", company="Somebody Else")
    world.call(contact, ago(3))
    world.call(lead, ago(2))

    result = built(world)

    assert result.accounts_of() == {contact: ("Acme", "link", 1.0)}
    assert result.minutes() == {"Acme": 15.0}


def test_contacts_of_one_account_with_one_name_and_address_are_one_person() -> None:
    world = World()
    acme, beta = world.account("Acme"), world.account("Beta")
    told = {"name": "Ann Lee", "email": "ann@acme.example"}
    first, _, elsewhere = world.contact(acme, **told), world.contact(acme, **told), world.contact(beta, **told)

    assert built(world).accounts_of() == {first: ("Acme", "link", 1.0), elsewhere: ("Beta", "link", 1.0)}


def test_a_mailbox_that_several_use_is_not_one_person() -> None:
    """Neither a shared address alone nor a name alone makes two people one."""
    world = World()
    acme = world.account()
    ann = world.contact(acme, name="Ann Lee", email="info@acme.example")
    bo = world.lead(name="Bo Ek", email="info@acme.example", matched_account_id=acme)
    other = world.contact(acme, name="Ann Lee", email="ann.lee.2@acme.example")
    nobody = [world.lead(name="", email="info@acme.example", matched_account_id=acme) for _ in range(2)]

    assert set(built(world).accounts_of()) == {ann, bo, other, *nobody}


def test_a_circle_of_merges_ends() -> None:
    """B16."""
    world = World()
    one, two = world.account("One"), world.account("Two")
    other = world.account("Other")
    world.change(one, is_deleted=True, master_id=two)
    world.change(two, is_deleted=True, master_id=one)
    world.call(world.contact(one))
    world.call(world.contact(other))

    assert built(world).minutes() == {"Other": 10.0}


def test_a_merge_between_two_runs_moves_all_that_was_counted() -> None:
    """B16: only the loser's row changes; its old activities are not read again."""
    world = World()
    winner, loser = world.account("Winner"), world.account("Loser")
    world.call(world.contact(loser), ago(50), account_id=loser)
    later = copied(world)
    later.change(loser, is_deleted=True, master_id=winner)

    connection = updated(world, later)

    found = connection.execute(
        "SELECT account_id, minutes FROM derived.account_days JOIN derived.accounts USING (account_no)"
    ).fetchall()
    assert found == [(winner, 10.0)]


def test_an_archived_activity_counts_as_before_and_a_deleted_one_no_longer() -> None:
    """B29."""
    world = World()
    call = world.call(world.contact(world.account()), ago(380))
    counted = built(world).minutes()
    world.change(call, is_archived=True)
    archived = built(world).minutes()
    world.change(call, is_deleted=True)

    assert counted == archived == {"Acme": 10.0}
    assert built(world).minutes() == {}


def test_a_deleted_person_leaves_the_minutes_with_the_account() -> None:
    """B15: the contact is gone for good; the account's record of the call is not."""
    world = World()
    acme = world.account()
    contact = world.contact(acme, title="CEO")
    world.call(contact, account_id=acme)
    senior = built(world).minutes()
    world.change(contact, is_deleted=True)
    result = built(world)

    assert senior == {"Acme": 20.0}
    assert result.minutes() == {"Acme": 10.0}
    assert result.accounts_of() == {}


def test_a_restored_person_is_who_they_were() -> None:
    """B15: deleted, restored and deleted again between runs."""
    world = World()
    contact = world.contact(world.account(), title="CEO")
    world.call(contact)
    deleted = copied(world)
    deleted.change(contact, is_deleted=True)

    connection = updated(world, deleted, world)

    assert connection.execute("SELECT sum(minutes) FROM derived.account_days").fetchall() == [(20.0,)]


def test_a_change_of_company_leaves_the_past_where_it_was() -> None:
    world = World()
    old, new = world.account("Old"), world.account("New")
    contact = world.contact(old)
    world.call(contact, ago(30), account_id=old)
    world.change(contact, account_id=new)
    world.call(contact, ago(1), account_id=new)

    assert built(world).minutes() == {"New": 10.0, "Old": 10.0}


def test_two_hundred_silent_contacts_change_nothing() -> None:
    world = World()
    acme = world.account()
    world.call(world.contact(acme))
    before = built(world).rows("SELECT * FROM derived.account_days")
    for _ in range(200):
        world.contact(acme)

    assert built(world).rows("SELECT * FROM derived.account_days") == before
