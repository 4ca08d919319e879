"""From pulled rows to every set of fields: roles, our own work, family, buying centres and the panel's text."""

import json
from datetime import timedelta
from typing import Any, get_args

import numpy as np

from connector.backend.build import bench_for
from connector.backend.portraits import Wanted
from connector.backend.snapshots import make_snapshots
from connector.engine.fields import FIELDS
from connector.engine.records import FieldSet
from connector.engine.rules import Rules
from connector.engine.stored import cells, stored
from tests.backend.world import NOW, World, ago, built, rules_with

EVERYTHING = Wanted(frozenset(get_args(FieldSet)), (("Finance", "vp"), ("IT", "director")))


def a_small_world() -> World:
    """Acme with a VP and a manager we met, and its daughter Beta, to which we only wrote."""
    world = World()
    us, them = world.account("Acme"), None
    them = world.account("Beta", parent_id=us)
    ours = [world.add("user", name=f"u{n}", email=f"u{n}@us.example", is_active=True) for n in range(2)]
    boss = world.contact(us, title="VP Finance", email="boss@acme.example")
    manager = world.contact(us, title="Sales Manager", email="manager@acme.example")
    world.invite(world.meeting(boss, owner_id=ours[0]), manager)
    world.call(manager, ago(3), owner_id=ours[1])
    world.meeting(boss, NOW + timedelta(days=5), owner_id=ours[0])
    world.task(world.contact(them), ago(2), subtype="Email", owner_id=ours[0])
    return world


def told(world: World, rules: Rules | None = None) -> dict[str, dict[str, Any]]:
    """What each account is told, by its name."""
    made = built(world, rules=rules)
    columns = make_snapshots(bench_for(made.connection, made.rules, "salesforce"), made.rules, NOW, EVERYTHING)
    shown = {f.name: cells(stored(columns[f.name], f), f) for f in FIELDS if f.set != "input"}
    names = columns["account_name"].tolist()
    return {name: {key: values[row] for key, values in shown.items()} for row, name in enumerate(names)}


def test_every_field_that_we_write_can_be_made_from_pulled_rows() -> None:
    assert set(told(a_small_world())["Acme"]) == {field.name for field in FIELDS if field.set != "input"}


def test_roles_people_and_our_own_work_of_an_account() -> None:
    """S1-10 S4-08 S4-09: meetings held and booked, whom we know, and whom of them we talk with."""
    acme = told(a_small_world())["Acme"]

    assert (acme["coverage"], acme["missing_roles"], acme["top_cell"]) == (50, "IT director", "Finance VP")
    assert (acme["penetration"], acme["people_90d"]) == (100, 2)
    assert (acme["meetings_held_90d"], acme["meetings_booked"], acme["our_people_90d"]) == (1, 1, 2)
    assert (acme["account_group"], acme["confidence"]) == ("Target", 100)


def test_outbound_alone_reaches_people_and_engages_nobody() -> None:
    beta = told(a_small_world())["Beta"]

    assert (beta["our_people_90d"], beta["penetration"], beta["minutes_90d"]) == (1, 0, 0)
    assert (beta["band"], beta["why"]) == ("No data", "No activity by people there yet.")


def test_a_parent_is_told_its_familys_minutes() -> None:
    found = told(a_small_world())

    assert found["Acme"]["family_minutes_90d"] == found["Acme"]["minutes_90d"]
    assert found["Beta"]["family_score"] is None


def test_two_hundred_silent_contacts_change_only_what_is_counted_by_contact() -> None:
    world = a_small_world()
    acme = world.rows["account"][0]["id"]
    for _ in range(200):
        world.contact(acme)

    before, after = told(a_small_world())["Acme"], told(world)["Acme"]

    moved = {name for name, value in before.items() if after[name] != value}
    assert moved == {"minutes_per_contact", "penetration", "relationship_ratio", "detail"}


def test_the_panels_text_holds_ids_and_no_names() -> None:
    detail = json.loads(told(a_small_world())["Acme"]["detail"])

    assert detail["v"] == 1
    assert [row[:3] for row in detail["people"]] == [
        ["003000000000000001", "Finance", "vp"], ["003000000000000002", "Sales", "manager"],
    ]  # fmt: skip
    assert detail["why"][0][:2] == ["meeting", 1]


def test_departments_qualify_on_their_own_where_the_rules_ask_for_it() -> None:
    rules = rules_with(mqa={"buying_centre": "department", "enter_minutes": 50})

    found = told(a_small_world(), rules)

    assert (found["Acme"]["mqa"], found["Acme"]["buying_centre"]) == (True, "Finance")
    assert (found["Beta"]["mqa"], found["Beta"]["buying_centre"]) == (False, None)


def test_an_account_that_is_no_mqa_is_told_what_it_lacks() -> None:
    found = told(a_small_world(), rules_with(mqa={"enter_minutes": 200}))

    # 30 min x 1.6 x 1.2 for the VP and 30 for the manager a day ago, 10 three days ago: 83.4 + 8.6 are left
    assert found["Acme"]["mqa_missing"] == "109 minutes"
    assert found["Beta"]["mqa_missing"] is None


def test_a_core_only_mapping_makes_no_portrait() -> None:
    made = built(a_small_world())

    columns = make_snapshots(bench_for(made.connection, made.rules, "salesforce"), made.rules, NOW)

    assert {"coverage", "detail", "mqa_missing"}.isdisjoint(columns)
    assert np.all(columns["score"] >= 0)


def a_reader() -> World:
    """Acme, whose people came to a webinar, and whose network read two pages, one of them a hundred days ago."""
    world = World()
    acme = world.account("Acme", website="acme.example")
    webinar = world.add("campaign", name="Autumn webinar: energy prices", type="Webinar")
    anna = world.contact(acme, title="Sales Manager")
    world.member(webinar, contact_id=anna, status="Attended", responded=ago(20).date())
    for number, (days, page) in enumerate([(3, "/blog/energy"), (4, "/pricing"), (100, "/pricing")]):
        row = {"kind": "page_view", "source": "site", "domain": "acme.example", "page": page, "happened_at": ago(days)}
        world.add("activity", **row | {"id": f"site:{number}"})
    return world


def test_what_people_spend_most_time_on_is_named_so_that_a_rep_can_speak_of_it() -> None:
    """S3-29: outreach by engagement level and specific interest."""
    world, reads = a_reader(), a_reader()
    reads.rows["campaign_member"].clear()

    assert told(world)["Acme"]["top_interest"] == "Autumn webinar: energy prices"
    assert told(reads)["Acme"]["top_interest"] == "/pricing"  # a key page is worth eight minutes, the other three
    assert told(a_small_world())["Acme"]["top_interest"] is None


def test_awareness_is_what_a_network_reads_and_answers_beside_the_quarter_before() -> None:
    """S4-10: how much we are on the account's radar."""
    made = built(a_reader())

    columns = make_snapshots(bench_for(made.connection, made.rules, "salesforce"), made.rules, NOW, EVERYTHING)

    assert (columns["awareness"].tolist(), columns["awareness_before"].tolist()) == ([2], [1])
