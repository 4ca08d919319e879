"""With both CRMs connected: is everybody joined by the best that is known, and is nothing counted twice?"""

from datetime import date

import numpy as np

from connector.backend.build import bench_for
from connector.backend.told import as_companies
from connector.backend.update import update
from tests.backend.portal import Portal, built_of, keep
from tests.backend.world import TODAY, Built, World, ago, built, keep_days, shipped


def a_pair(**company: str) -> tuple[World, Portal, str, str]:
    """Acme in both CRMs, and Ann who works there; the ids of Ann."""
    world, portal = World(), Portal()
    account = world.account(website="https://www.acme.example")
    ann = world.contact(account, email="ann@acme.example")
    synced = company or {"salesforce_account_id": account}
    own = portal.contact(portal.company("Acme Inc", **synced), email="ann@acme.example", salesforce_contact_id=ann)
    return world, portal, ann, own


def joined(made: Built) -> dict[str, str]:
    """The rule by which each record of HubSpot was joined."""
    return dict(made.rows("SELECT source_id, rule FROM work.joined"))


def test_the_ids_of_the_sync_join_first_then_domain_and_address() -> None:
    world, portal, _, _ = a_pair()
    world.account("Beta", website="beta.example")
    portal.company("Beta Ltd", domain="beta.example")
    lead = world.lead(email="bob@gamma.example")
    portal.contact(None, email="BOB@gamma.example ")
    portal.company("Only in HubSpot", domain="delta.example")

    made = built_of(portal, world)

    assert joined(made) == {"1": "sync", "2": "domain", "contact1": "sync", "contact2": "email"}
    names = made.rows("SELECT name FROM derived.accounts ORDER BY name")
    assert names == [("Acme",), ("Beta",), ("Only in HubSpot",)]
    assert made.rows("SELECT count(*) FROM derived.people") == [(2,)]
    assert lead in {row[0] for row in made.rows("SELECT person_id FROM derived.people")}


def test_a_domain_of_two_accounts_joins_nobody() -> None:
    world, portal = World(), Portal()
    for name in ("Acme North", "Acme South"):
        world.account(name, website="acme.example")
    portal.company("Acme", domain="acme.example")

    assert joined(built_of(portal, world)) == {}


def test_what_both_tell_counts_once_by_the_ids_of_the_sync() -> None:
    world, portal, ann, own = a_pair()
    portal.call(own, at=ago(1), salesforce_id=world.call(ann, ago(1)))
    portal.meeting(own, at=ago(2, seconds=600), salesforce_id=world.meeting(ann, ago(2)))

    made = built_of(portal, world)

    assert made.minutes() == built(world).minutes()
    assert made.reasons() == {"mirrored": 2}
    folded = made.rows("SELECT folded_into FROM derived.left_out ORDER BY 1")
    assert [one[:3] for (one,) in folded] == ["00T", "00U"]


def test_a_copy_counts_once_though_it_stands_with_somebody_else() -> None:
    world, portal, ann, _ = a_pair()
    double = portal.contact("1", email="a.other@acme.example")
    portal.call(double, at=ago(1), salesforce_id=world.call(ann, ago(1)))

    made = built_of(portal, world)

    assert made.reasons() == {"mirrored": 1}
    assert made.minutes() == built(world).minutes()


def test_what_both_tell_counts_once_by_person_kind_and_minute() -> None:
    world, portal, ann, own = a_pair(domain="acme.example")
    world.call(ann, ago(1))
    portal.call(own, at=ago(1, seconds=40))
    portal.call(own, at=ago(1, seconds=4000))

    made = built_of(portal, world)

    assert made.reasons() == {"mirrored": 1}
    assert made.kept() == 2


def test_a_record_that_knows_only_its_day_is_met_on_that_day() -> None:
    world, portal, ann, own = a_pair()
    day = ago(3).date()
    world.call(ann, completed_at=None, due_on=day)
    portal.call(own, at=ago(3, seconds=1000))
    portal.call(own, at=ago(3, seconds=9000))

    made = built_of(portal, world)

    assert isinstance(day, date)
    assert made.reasons() == {"mirrored": 1}
    assert made.kept() == 2


def test_a_copy_of_what_salesforce_does_not_count_still_counts() -> None:
    world, portal, ann, own = a_pair()
    task = world.task(ann, ago(1), type="Other")
    portal.call(own, at=ago(1), salesforce_id=task)

    made = built_of(portal, world)

    assert made.reasons() == {"our_task": 1}
    assert made.kept() == 1


def test_whom_a_list_of_hubspot_leaves_out_is_left_out_of_salesforce_too() -> None:
    world, portal, ann, own = a_pair()
    world.call(ann, ago(1))
    portal.add("list_member", id=f"7-{own}", list_id="7", contact_id=own)

    made = built_of(portal, world)

    assert (made.kept(), made.reasons()) == (0, {"excluded": 1})


def test_what_only_hubspot_knows_is_added_to_the_same_account() -> None:
    world, portal, ann, own = a_pair()
    world.call(ann, ago(1))
    portal.add("form_submission", form_id="f", form_name="Demo request", happened_at=ago(2), email="ann@acme.example")

    made = built_of(portal, world)

    assert list(made.minutes()) == ["Acme"]
    assert made.minutes()["Acme"] > built(world).minutes()["Acme"]
    assert own == "1"


def test_every_company_that_was_joined_is_told_the_score_of_its_account() -> None:
    world, portal, _, _ = a_pair()
    account = world.rows["account"][0]["id"]
    portal.company("Acme South", salesforce_account_id=account)
    portal.company("Alone")
    made = built_of(portal, world)
    accounts = made.rows("SELECT account_id FROM derived.accounts ORDER BY account_id DESC")
    snapshot = {
        "account_id": np.array([one for (one,) in accounts], object), "score": np.arange(len(accounts), dtype=float)
    }

    told = as_companies(bench_for(made.connection, made.rules, "both"), snapshot)

    scores = dict(zip(told["account_id"].tolist(), told["score"].tolist(), strict=True))
    assert set(scores) == {"1", "2", "3"}
    assert scores["1"] == scores["2"] != scores["3"]


def test_a_sync_that_comes_later_joins_what_was_apart() -> None:
    world, portal, ann, _ = a_pair(domain="other.example")
    portal.change("contact", "1", salesforce_contact_id=None, email="ann@other.example")
    world.call(ann, ago(1))
    portal.call("1", at=ago(1))
    made = built_of(portal, world)
    assert made.kept() == 2

    portal.change("contact", "1", salesforce_contact_id=ann)
    portal.change("company", "1", salesforce_account_id=world.rows["account"][0]["id"])
    keep(made.connection, portal)
    made.connection.executemany("INSERT INTO work.changed VALUES (?, ?)", [("contact", "1"), ("company", "1")])
    update(made.connection, shipped().rules, shipped().personas, TODAY, crm="both")
    keep_days(made.connection, made.rules)

    assert made.minutes() == built_of(portal, world).minutes() == built(world).minutes()
    assert made.reasons() == {"mirrored": 1}
