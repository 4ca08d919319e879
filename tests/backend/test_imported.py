"""Whose touch is an imported row, and what is it worth?"""

from typing import Any

import pytest

from tests.backend.world import World, ago, built, rules_with, shipped


def visit(world: World, **columns: Any) -> str:
    """A page view of an hour ago, unless it says otherwise."""
    ordinary = {"source": "site", "kind": "page_view", "happened_at": ago(seconds=-3600)}
    return world.add("activity", **ordinary | columns)


def test_a_visit_from_a_companys_network_counts_for_its_account() -> None:
    """S1-04 S2-03: anonymous people count by reverse-IP."""
    world = World()
    world.account("Acme", website="https://www.acme.example")
    visit(world, domain="acme.example")

    found = built(world)

    assert found.minutes() == {"Acme": 3.0}
    assert found.rows("SELECT person_no < 0 FROM derived.facts") == [(True,)]


def test_a_sub_domain_of_a_network_is_still_that_company() -> None:
    """S1-04"""
    world = World()
    world.account("Acme", website="acme.example")
    visit(world, domain="vpn.emea.acme.example")

    assert built(world).minutes() == {"Acme": 3.0}


def test_a_visit_from_a_network_that_nobody_knows_is_nobodys() -> None:
    """S1-04: shown with its reason, never silently dropped."""
    world = World()
    world.account("Acme", website="acme.example")
    for domain in ("other.example", "t-online.de", None):
        visit(world, domain=domain)

    found = built(world)

    assert found.minutes() == {}
    assert found.reasons() == {"no_account": 3}


def test_a_network_that_two_accounts_share_says_nothing() -> None:
    world = World()
    for name in ("Acme UK", "Acme US"):
        world.account(name, website="acme.example")
    visit(world, domain="acme.example")

    assert built(world).reasons() == {"no_account": 1}


def test_a_known_address_counts_for_its_person_and_their_seniority() -> None:
    """S1-03 S2-07"""
    world = World()
    chief = world.contact(world.account("Acme"), email="Ceo@acme.example", title="CEO")
    visit(world, email="ceo@acme.example", domain="hotel.example")

    found = built(world)

    assert found.minutes() == {"Acme": 6.0}
    assert found.rows("SELECT person_id FROM derived.facts JOIN derived.people USING (person_no)") == [(chief,)]


def test_an_unknown_address_counts_for_the_account_of_its_domain() -> None:
    """S2-03"""
    world = World()
    world.account("Acme", website="acme.example")
    visit(world, email="new@acme.example")
    visit(world, email="new@gmail.com", domain="acme.example", happened_at=ago(1))

    assert built(world).minutes() == {"Acme": 4.5}  # the second is a repeat of somebody there


def test_our_own_people_and_excluded_networks_do_not_count() -> None:
    world = World()
    world.add("user", email="me@own.example", is_active=True)
    world.account("Acme", website="acme.example")
    for column in ("email", "domain"):
        visit(world, **{column: "own.example" if column == "domain" else "me@own.example"})
    visit(world, domain="agency.example")
    rules = rules_with(people=shipped().rules.people.model_dump() | {"excluded_domains": ("agency.example",)})

    assert built(world, rules=rules).reasons() == {"own_staff": 2, "excluded": 1}


@pytest.mark.parametrize(
    ("page", "minutes"),
    [
        ("https://our.example/Pricing", 8.0),
        ("/de/demo-anfordern", 8.0),
        ("/blog/pricing-power", 8.0),
        ("/blog/news", 3.0),
    ],
)
def test_a_pricing_or_demo_page_counts_more_than_another(page: str, minutes: float) -> None:
    """S2-02 S3-06: weights per class of content, not only per channel."""
    world = World()
    world.account("Acme", website="acme.example")
    visit(world, domain="acme.example", page=page)

    assert built(world).minutes() == {"Acme": minutes}


def test_people_who_look_for_work_are_no_engagement() -> None:
    """S2-02"""
    world = World()
    world.account("Acme", website="acme.example")
    visit(world, domain="acme.example", page="https://our.example/careers/engineer")

    assert built(world).reasons() == {"page": 1}


@pytest.mark.parametrize(
    ("kind", "told", "minutes"),
    [
        ("product_session", 42.5, 42.5), ("product_session", None, 5.0), ("product_session", 600, 120.0),
        ("product_session", 0, 1.0), ("product_action", None, 5.0), ("social_follow", None, 1.0),
        ("social_share", None, 3.0), ("social_comment", None, 5.0), ("support_ticket", None, 5.0),
        ("page_view", 30, 3.0),
    ],
)  # fmt: skip
def test_each_kind_is_worth_what_the_rules_say(kind: str, told: float | None, minutes: float) -> None:
    """S1-07 S1-08 S3-13 S3-15 S3-16 S3-17: product, social and support; a duration counts where the kind is timed."""
    world = World()
    visit(world, kind=kind, minutes=told, person_id=world.contact(world.account("Acme")))

    assert built(world).minutes() == {"Acme": minutes}


def test_a_support_ticket_is_a_two_way_touch_and_a_page_view_is_none() -> None:
    """S3-16 S2-06"""
    world = World()
    someone = world.contact(world.account("Acme"))
    visit(world, person_id=someone)
    visit(world, person_id=someone, kind="support_ticket", happened_at=ago(3))

    days = built(world).rows("SELECT two_way FROM derived.account_days ORDER BY day")

    assert days == [(True,), (False,)]


def test_a_binge_of_forty_pages_by_nobody_known_is_one_person_day() -> None:
    """S2-03"""
    world = World()
    world.account("Acme", website="acme.example")
    for number in range(40):
        visit(world, domain="acme.example", happened_at=ago(seconds=-120 * number))

    found = built(world)

    assert found.rows("SELECT people FROM derived.account_days") == [(1,)]
    assert found.minutes()["Acme"] == pytest.approx(6.0, abs=1e-6)


def test_an_account_that_is_named_wins_over_the_network() -> None:
    world = World()
    world.account("Acme", website="acme.example")
    named = world.account("Beta")
    visit(world, domain="acme.example", account_id=named)

    assert built(world).minutes() == {"Beta": 3.0}


def test_a_lead_that_was_converted_takes_its_visits_along() -> None:
    """S2-05: the whole journey, past the hand-over."""
    world = World()
    contact = world.contact(world.account("Acme"))
    lead = world.lead(is_converted=True, converted_contact_id=contact)
    visit(world, person_id=lead)

    assert built(world).minutes() == {"Acme": 3.0}


def test_a_row_that_was_taken_back_counts_no_more() -> None:
    world = World()
    world.account("Acme", website="acme.example")
    visit(world, domain="acme.example", is_deleted=True)

    found = built(world)

    assert (found.minutes(), found.reasons()) == ({}, {})
