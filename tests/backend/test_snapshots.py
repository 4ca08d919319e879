"""Do the arrays that are walked over hold what the tables say, each account at the place of its number?"""

from datetime import UTC, date, datetime

import numpy as np

from connector.backend.build import bench_for
from connector.backend.snapshots import make_snapshots, read_deals, read_known
from connector.engine.days import ALWAYS, NEVER
from tests.backend.world import NOW, TODAY, World, ago, built, rules_with, shipped


def test_an_account_stands_at_the_place_of_its_number() -> None:
    world = World()
    world.account("Acme", created_at=ago(10), override="Pin MQA", snooze_until=date(2027, 1, 1))
    world.account("Beta", created_at=None)
    result = built(world)

    known = read_known(bench_for(result.connection, result.rules, "salesforce"), result.rules)

    numbers = dict(result.rows("SELECT name, account_no FROM derived.accounts"))
    acme, beta = numbers["Acme"], numbers["Beta"]
    assert [known.register.account_name[number] for number in (acme, beta)] == ["Acme", "Beta"]
    assert (known.accounts.created[acme], known.accounts.created[beta]) == (TODAY - 10, NEVER)
    assert known.accounts.created[0] == ALWAYS
    assert (known.register.override[acme], known.register.snooze_until[beta]) == ("Pin MQA", NEVER)


def test_the_day_an_account_was_created_is_a_local_day() -> None:
    world = World()
    world.account(created_at=datetime(2026, 3, 1, 23, 30, tzinfo=UTC))
    result = built(world, rules=rules_with(timezone="Europe/Berlin"))

    known = read_known(bench_for(result.connection, result.rules, "salesforce"), result.rules)

    assert known.accounts.created.tolist()[-1] == (date(2026, 3, 2) - date(1970, 1, 1)).days


def test_a_deal_is_open_until_it_was_closed_and_not_until_it_was_meant_to_be() -> None:
    world = World()
    acme = world.account()
    ordinary = {"account_id": acme, "name": "Deal", "created_at": ago(40)}
    world.add("opportunity", **ordinary, is_closed=False, closes_on=date(2027, 1, 1))
    world.add("opportunity", **ordinary, is_closed=True, closes_on=ago(20).date(), modified_at=ago(5))
    world.add("opportunity", **ordinary, is_closed=True, closes_on=date(2027, 1, 1), modified_at=ago(5))
    world.add("opportunity", **ordinary, is_closed=False, is_deleted=True)
    result = built(world)

    bench = bench_for(result.connection, result.rules, "salesforce")
    deals = read_deals(bench)

    assert set(deals.opened.tolist()) == {TODAY - 40}
    assert sorted(deals.closed.tolist()) == [TODAY - 20, TODAY - 5, ALWAYS]


def test_a_snapshot_is_kept_with_empty_values_as_null() -> None:
    world = World()
    acme = world.account("Acme")
    world.account("Beta")
    world.meeting(world.contact(acme), ago(3))
    result = built(world)

    columns = make_snapshots(bench_for(result.connection, result.rules, "salesforce"), shipped().rules, NOW)

    kept = result.rows(
        "SELECT account_name, score > 0, mqa_date, last_two_way, as_of FROM derived.snapshots ORDER BY account_name"
    )
    assert kept == [
        ("Acme", True, None, ago(3).date(), NOW.date()),
        ("Beta", False, None, None, NOW.date()),
    ]
    assert np.isnat(columns["mqa_date"]).all()
