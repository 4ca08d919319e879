"""Are the rules that match people tried on leads whose account is known, and are a person's own words obeyed?"""

from datetime import date
from typing import Any

from tests.backend.world import Built, World, built, rules_with, shipped


def converted(world: World, account: str, *, with_email: bool = False, **columns: Any) -> str:
    """A lead that became a contact of an account that had been there before."""
    told = {"email": columns["email"]} if with_email else {}
    contact = world.contact(account, **told)
    known = {"is_converted": True, "converted_on": date(2026, 10, 1), "converted_account_id": account}
    return world.lead(**known | {"converted_contact_id": contact} | columns)


def said(result: Built) -> dict[tuple[str, str], bool | None]:
    """Whether each rule was right about each lead; None where it said nothing."""
    rows = result.rows("SELECT lead_id, rule, is_right FROM derived.trials")
    return {(lead, rule): is_right for lead, rule, is_right in rows}


def test_each_rule_is_tried_on_leads_whose_account_is_known() -> None:
    """S1-12: match quality must be measured."""
    world = World()
    acme = world.account("Acme", website="acme.example")
    world.account("Beta", website="beta.example")
    right = converted(world, acme, email="a@acme.example", company="Acme Inc", website="www.beta.example")
    silent = converted(world, acme, email="a@gmail.com", company="Somebody Else")

    result = said(built(world))

    assert [result[right, rule] for rule in ("domain", "website", "name", "together")] == [True, False, True, True]
    assert [result[silent, rule] for rule in ("domain", "website", "name", "together")] == [None] * 4


def test_a_contact_does_not_bear_witness_for_the_lead_it_was() -> None:
    """S1-12: else every rule would look better than it is."""
    world = World()
    acme = world.account("Acme")
    alone = converted(world, acme, email="a@acme.example", with_email=True, company=None)
    assert said(built(world))[alone, "domain"] is None

    world.contact(acme, email="colleague@acme.example")

    assert said(built(world))[alone, "domain"] is True


def test_an_account_that_the_conversion_made_proves_nothing() -> None:
    world = World()
    fresh = world.account("Acme", website="acme.example")
    converted(world, fresh, email="a@acme.example", converted_on=date(2024, 1, 1))

    assert said(built(world)) == {}


def test_a_guess_that_is_not_sure_enough_is_no_guess() -> None:
    world = World()
    for name in ("Acme UK", "Acme US"):
        account = world.account(name, website="acme.example")
    lead = converted(world, account, email="a@acme.example", company=None)

    assert said(built(world))[lead, "domain"] is None


def test_trials_match_nobody() -> None:
    world = World()
    acme = world.account("Acme", website="acme.example")
    converted(world, acme, email="a@acme.example")
    open_lead = world.lead(email="b@acme.example")

    found = built(world)

    assert found.accounts_of()[open_lead] == ("Acme", "domain", 0.9)
    assert found.rows("SELECT count(*) FROM derived.matches WHERE person_no < 0") == [(0,)]


def test_a_lock_wins_over_the_domain_and_over_the_link() -> None:
    """S1-11: a lock set by a person wins."""
    world = World()
    acme, beta = world.account("Acme", website="acme.example"), world.account("Beta")
    lead, contact = world.lead(email="a@acme.example"), world.contact(acme)
    locks = {lead: beta, contact: beta, "00Q000000000009999": beta, acme: beta}
    rules = rules_with(match=shipped().rules.match.model_dump() | {"locks": locks})

    found = built(world, rules=rules).accounts_of()

    assert found == {lead: ("Beta", "link", 1.0), contact: ("Beta", "link", 1.0)}


def test_a_lock_of_a_lead_goes_on_for_the_contact_it_became() -> None:
    world = World()
    acme, beta = world.account("Acme"), world.account("Beta")
    contact = world.contact(acme)
    lead = world.lead(is_converted=True, converted_contact_id=contact)
    rules = rules_with(match=shipped().rules.match.model_dump() | {"locks": {lead: beta}})

    assert built(world, rules=rules).accounts_of() == {contact: ("Beta", "link", 1.0)}
