"""For which account does an activity count, and how do we know?"""

import pytest

from tests.backend.world import World, built


@pytest.mark.parametrize(
    ("who", "what", "account", "expected", "why"),
    [
        ("contact of A", None, None, "A", None),
        ("contact of A", "A", None, "A", "about"),
        ("contact of A", "deal of A", None, "A", "opportunity"),
        ("contact of A", None, "A", "A", "crm"),
        ("contact of A", "deal of B", None, "B", "opportunity"),
        ("contact of A", "B", None, "B", "about"),
        ("contact of A", None, "B", "B", "crm"),
        ("lead at A", None, None, "A", None),
        ("private contact", "deal of B", None, "B", "opportunity"),
        (None, "A", None, "A", "about"),
        (None, "deal of B", None, "B", "opportunity"),
        (None, None, "B", "B", "crm"),
    ],
)
def test_the_account_is_that_of_the_record_else_of_the_person(
    who: str | None, what: str | None, account: str | None, expected: str, why: str | None
) -> None:
    """B31: twelve ways in which a record hangs on an account."""
    world = World()
    ids: dict[str | None, str | None] = {None: None}
    ids["A"], ids["B"] = world.account("A", website="a.example"), world.account("B")
    ids["contact of A"], ids["lead at A"] = world.contact(ids["A"]), world.lead(email="x@a.example")
    ids["private contact"] = world.contact(None)
    for name in ("A", "B"):
        ids[f"deal of {name}"] = world.add("opportunity", account_id=ids[name], is_closed=False, is_won=False)
    world.call(ids[who], what_id=ids[what], account_id=ids[account])

    result = built(world)

    assert result.minutes() == {expected: 10.0}
    assert result.rows("SELECT account_why FROM derived.activities") == [(why,)]


@pytest.mark.parametrize("who", ["private contact", "lead of nobody", None])
def test_what_belongs_to_no_account_is_left_out_and_counted(who: str | None) -> None:
    world = World()
    world.account()
    ids = {"private contact": world.contact(None), "lead of nobody": world.lead(company="Somewhere"), None: None}
    world.call(ids[who])

    result = built(world)

    assert result.minutes() == {}
    assert result.reasons() == {"no_account": 1}


def test_everybody_on_a_shared_task_counts_once() -> None:
    """B30: with Shared Activities the relation names the person on the record again."""
    world = World()
    acme = world.account()
    people = [world.contact(acme), world.contact(acme)]
    call = world.call(people[0])
    for person in (*people, people[1]):
        world.add("task_relation", task_id=call, relation_id=person, is_what=False)

    assert built(world).minutes() == {"Acme": 20.0}


def test_an_account_that_is_gone_takes_its_minutes_along() -> None:
    world = World()
    acme = world.account()
    world.call(world.contact(acme), account_id=acme)
    world.change(acme, is_deleted=True)

    result = built(world)

    assert result.minutes() == {}
    assert result.reasons() == {"no_account": 1}
