"""Which account does a person belong to, by which rule, and how sure is it?"""

import pytest

from tests.backend.world import World, built


@pytest.fixture
def world() -> World:
    return World()


@pytest.mark.parametrize(
    ("email", "rule"),
    [
        ("x@acme.com", "domain"),
        ("X@ACME.COM", "domain"),
        ("x@mail.emea.acme.com", "domain"),
        ("x@notacme.com", None),
        ("x@com", None),
        ("not an address", None),
        ("x@gmail.com", None),
    ],
)
def test_a_mail_domain_or_one_below_it_tells_the_account(world: World, email: str, rule: str | None) -> None:
    world.account(website="https://www.Acme.com/about?x=1")
    lead = world.lead(email=email)

    found = built(world).accounts_of()

    assert found == ({lead: ("Acme", rule, 0.9)} if rule else {})


def test_a_free_mail_address_says_nothing_about_the_account(world: World) -> None:
    acme = world.account()
    world.contact(acme, email="boss@gmail.com")
    lead = world.lead(email="other@gmail.com")

    assert lead not in built(world).accounts_of()


def test_colleagues_tell_the_domain_of_an_account_without_a_website(world: World) -> None:
    world.contact(world.account(), email="a@acme.example")
    lead = world.lead(email="b@acme.example")

    assert built(world).accounts_of()[lead] == ("Acme", "domain", 0.9)


def test_a_domain_shared_by_two_accounts_is_not_sure_enough(world: World) -> None:
    for name in ("Acme", "Acme Services"):
        world.account(name, website="acme.com")
    lead = world.lead(email="x@acme.com")

    result = built(world)

    assert result.accounts_of() == {}
    assert result.rows("SELECT count(*), max(confidence) FROM work.candidates") == [(2, 0.45)]
    assert lead


def test_most_colleagues_win_and_the_runner_up_is_kept(world: World) -> None:
    big, small = world.account("Big"), world.account("Small")
    for number in range(4):
        world.contact(big, email=f"{number}@acme.com")
    world.contact(small, email="5@acme.com")
    lead = world.lead(email="x@acme.com")

    result = built(world)

    assert result.accounts_of()[lead] == ("Big", "domain", 0.72)
    runner_up = result.rows(
        "SELECT a.name, round(runner_up_confidence, 6) FROM derived.matches JOIN derived.people USING (person_no) "
        "JOIN derived.accounts AS a ON a.account_no = runner_up_no WHERE person_id = ?",
        lead,
    )
    assert runner_up == [("Small", 0.18)]


def test_the_nearer_domain_wins(world: World) -> None:
    world.account("Group", website="acme.com")
    world.account("Labs", website="labs.acme.com")
    lead = world.lead(email="x@labs.acme.com")

    assert built(world).accounts_of()[lead][0] == "Labs"


def test_the_website_of_a_lead_tells_its_account(world: World) -> None:
    world.account(website="acme.com")
    lead = world.lead(email="x@gmail.com", website="http://acme.com/")

    assert built(world).accounts_of() == {lead: ("Acme", "website", 0.85)}


def test_a_link_set_by_a_person_beats_every_guess(world: World) -> None:
    world.account("Acme", website="acme.com")
    other = world.account("Other")
    lead = world.lead(email="x@acme.com", matched_account_id=other)

    assert built(world).accounts_of() == {lead: ("Other", "link", 1.0)}


def test_a_contact_without_an_account_belongs_to_that_of_its_deal(world: World) -> None:
    acme = world.account()
    contact = world.contact(None)
    deal = world.add("opportunity", account_id=acme, is_closed=False, is_won=False)
    world.add("opportunity_contact_role", opportunity_id=deal, contact_id=contact, role="Evaluator")

    assert built(world).accounts_of() == {contact: ("Acme", "opportunity", 0.9)}


@pytest.mark.parametrize(
    ("company", "confidence"),
    [
        ("Acme Robotics, Inc.", 0.6),
        ("ACME ROBOTICS GmbH & Co. KG", 0.6),
        ("Robotics Acme", 0.6),
        ("Acme Robotic", 0.576),
        ("Acme Foods", None),
        ("", None),
    ],
)
def test_a_company_name_tells_the_account_when_it_is_alike(
    world: World, company: str, confidence: float | None
) -> None:
    world.account("Acme Robotics")
    lead = world.lead(company=company)

    found = built(world).accounts_of()

    assert (found[lead][2] if lead in found else None) == pytest.approx(confidence, abs=0.01)


def test_the_place_tells_two_companies_of_one_name_apart(world: World) -> None:
    world.account("Acme", city="Boston", country="United States")
    world.account("ACME GmbH", city="Hamburg", country="Germany")
    lead = world.lead(company="Acme", city="Hamburg", country="Germany")

    assert built(world).accounts_of()[lead][:2] == ("ACME GmbH", "name")


def test_two_companies_of_one_name_and_no_place_are_no_match(world: World) -> None:
    for _ in range(2):
        world.account("Acme")
    world.lead(company="Acme")

    assert built(world).accounts_of() == {}


def test_groups_and_size_bands(world: World) -> None:
    """S4-04: target, prospect and client."""
    client, prospect, target = (
        world.account(name, employees=size) for name, size in (("C", 50), ("P", 1000), ("T", None))
    )
    world.add("opportunity", account_id=client, is_closed=True, is_won=True)
    world.add("opportunity", account_id=prospect, is_closed=False, is_won=False)
    world.add("opportunity", account_id=target, is_closed=True, is_won=False)

    found = built(world).rows("SELECT name, account_group, size_band FROM derived.accounts ORDER BY name")

    assert found == [("C", "client", "small"), ("P", "prospect", "large"), ("T", "target", None)]


def test_a_role_on_a_deal_beats_the_title(world: World) -> None:
    acme = world.account()
    contact = world.contact(acme, title="Buyer", buying_role="Researcher")
    deal = world.add("opportunity", account_id=acme, is_closed=False, is_won=False)
    world.add("opportunity_contact_role", opportunity_id=deal, contact_id=contact, role="Decision Maker")
    world.call(contact)

    result = built(world)

    assert result.rows("SELECT buying_role FROM derived.people") == [("decision_maker",)]
    assert result.minutes() == {"Acme": pytest.approx(10 * 0.8 * 1.2)}


def test_titles_nobody_knows_are_listed(world: World) -> None:
    acme = world.account()
    for title in ("Wizard of Light Bulb Moments", "CEO", None):
        world.contact(acme, title=title)

    assert built(world).rows("SELECT title FROM derived.people WHERE is_unmapped") == [
        ("Wizard of Light Bulb Moments",)
    ]
