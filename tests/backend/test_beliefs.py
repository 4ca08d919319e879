"""Is what changed since a look what really moved: late, gone, weighed otherwise, or another account's now?"""

from collections.abc import Callable
from random import Random
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connector.backend.beliefs import KEPT_DAYS, keep_look
from connector.backend.build import bench_for, build
from connector.backend.snapshots import make_snapshots
from connector.backend.update import update
from connector.engine.rules import Rules
from tests.backend.random_worlds import a_world, add_activity, add_person, change
from tests.backend.test_update import pull
from tests.backend.world import TODAY, World, ago, copied, rules_with, shipped, stored
from tests.oracle.receipts import PARTS, Receipt, difference

Said = dict[str, dict[str, Any]]  # Any: whatever a snapshot holds; by account id
LINES = """
    SELECT accounts.account_id AS account, activities.activity_id AS activity, lines.day,
        coalesce(persons.person_id, '') AS person, lines.engaged_minutes AS engaged
    FROM derived.contributions AS lines
    JOIN derived.account_numbers AS accounts USING (account_no)
    JOIN derived.activities AS activities USING (activity_no)
    LEFT JOIN derived.person_numbers AS persons ON persons.person_no = lines.person_no
"""


def look(connection: duckdb.DuckDBPyConnection, days_ago: float, rules: Rules) -> Said:
    """Score on a day and remember it, as a run does; what every account is told."""
    bench = bench_for(connection, rules, "salesforce")
    make_snapshots(bench, rules, ago(days_ago))
    keep_look(bench, rules, TODAY - int(days_ago))
    rows = connection.sql("SELECT * FROM derived.snapshots").to_arrow_table().to_pylist()
    return {row["account_id"]: row for row in rows}


def first_look(world: World, days_ago: int = 7, rules: Rules | None = None) -> tuple[duckdb.DuckDBPyConnection, Said]:
    """A store that has looked once."""
    connection, rules = stored(world), rules or shipped().rules
    build(connection, rules, shipped().personas, TODAY - days_ago)
    return connection, look(connection, days_ago, rules)


def next_look(
    connection: duckdb.DuckDBPyConnection, before: World, after: World, days_ago: int = 0, rules: Rules | None = None
) -> Said:
    """Pull what happened, bring everything up to date and look again; with other rules all is made anew."""
    pull(connection, before, after)
    make = build if rules else update
    make(connection, rules or shipped().rules, shipped().personas, TODAY - days_ago)
    connection.execute("DELETE FROM work.changed")
    return look(connection, days_ago, rules or shipped().rules)


def a_call() -> tuple[World, str, str, str]:
    """Acme, which had a call ten days ago; its caller and the call."""
    world = World()
    acme = world.account("Acme")
    anna = world.contact(acme)
    return world, acme, anna, world.call(anna, ago(10))


def sentence(happen: Callable[[World, str, str, str], None], rules: Rules | None = None) -> str:
    """What Acme is told a week after the first look, when something has happened meanwhile."""
    world, acme, anna, call = a_call()
    connection, _ = first_look(world)
    later = copied(world)
    happen(later, acme, anna, call)
    told = next_look(connection, world, later, rules=rules)
    return str(told[acme]["what_changed"]).partition(": ")[2]


def deleted(world: World, _acme: str, _anna: str, call: str) -> None:
    world.change(call, is_deleted=True)


def logged_late(world: World, _acme: str, anna: str, _call: str) -> None:
    world.meeting(anna, ago(20), minutes=120)


def lasted_longer(world: World, _acme: str, _anna: str, call: str) -> None:
    world.change(call, call_seconds=3600)


def moved_away(world: World, _acme: str, anna: str, _call: str) -> None:
    world.change(anna, account_id=world.account("Beta"))


def given_to_nobody(world: World, _acme: str, _anna: str, call: str) -> None:
    world.change(call, who_id=None, account_id=world.rows["account"][0]["id"])


def nothing(_world: World, _acme: str, _anna: str, _call: str) -> None:
    """Nobody does anything."""


@pytest.mark.parametrize(
    ("happen", "said"),
    [
        (nothing, "nothing new; 3 faded."),
        (logged_late, "1 meeting added 45; 3 faded."),
        (deleted, "nothing new; 3 faded; 6 count no more."),
        (lasted_longer, "nothing new; 3 faded; weighed anew, 31 more."),
        (moved_away, "nothing new; 3 faded; 6 went to another account."),
        (given_to_nobody, "nothing new; 3 faded."),
    ],
)
def test_what_changed_says_what_really_happened(happen: Callable[..., None], said: str) -> None:
    assert sentence(happen) == said


def test_other_rules_are_told_as_such() -> None:
    kinds = shipped().rules.model_dump()["kinds"]
    kinds["call"] |= {"minutes": 40}

    assert sentence(nothing, rules_with(kinds=kinds)) == "nothing new; 3 faded; weighed anew, 18 more."


def test_another_half_life_is_no_fading() -> None:
    decay = shipped().rules.model_dump()["decay"] | {"half_life_days": 28}

    assert sentence(nothing, rules_with(decay=decay)) == "nothing new; 3 faded; weighed anew, 2 more."


def test_what_comes_from_a_merged_account_is_not_new() -> None:
    world, acme, anna, _ = a_call()
    beta = world.account("Beta")
    connection, _ = first_look(world)
    later = copied(world)
    later.change(acme, is_deleted=True, master_id=beta)
    later.change(anna, account_id=beta)

    told = next_look(connection, world, later)

    assert told[beta]["what_changed"].endswith("nothing new; 6 came from another account.")


def test_a_merged_contact_changes_nothing() -> None:
    world, acme, anna, _ = a_call()
    twin = world.contact(acme)
    connection, _ = first_look(world)
    later = copied(world)
    later.change(anna, is_deleted=True, master_id=twin)

    assert next_look(connection, world, later)[acme]["what_changed"].endswith("nothing new; 3 faded.")


def test_a_meeting_that_was_planned_at_the_look_is_new_on_its_day() -> None:
    world, acme, anna, _ = a_call()
    world.meeting(anna, ago(1))
    connection, _ = first_look(world)

    said = next_look(connection, world, copied(world))[acme]["what_changed"]

    assert said.endswith("1 meeting added 29; 3 faded.")


def test_what_came_and_went_between_two_looks_is_not_told() -> None:
    world, acme, anna, _ = a_call()
    connection, _ = first_look(world)
    second = copied(world)
    meeting = second.meeting(anna, ago(20), minutes=120)
    next_look(connection, world, second, days_ago=3)
    third = copied(second)
    third.change(meeting, is_deleted=True)

    assert next_look(connection, second, third)[acme]["what_changed"].endswith("nothing new; 3 faded.")


def test_what_was_believed_then_is_what_was_told_then() -> None:
    world, acme, _, _ = a_call()
    connection, before = first_look(world)
    later = copied(world)
    logged_late(later, *a_call()[1:])

    after = next_look(connection, world, later)[acme]

    assert after["minutes_then"] == before[acme]["engaged_minutes"] > 0
    assert after["changed_since"] == ago(7).date()


def test_without_an_earlier_look_what_the_crm_showed_since_is_new() -> None:
    world, acme, anna, _ = a_call()
    world.meeting(anna, ago(20), minutes=120, created_at=ago(2))

    _, told = first_look(world, days_ago=0)

    assert told[acme]["what_changed"].endswith("1 meeting added 45; 3 faded.")


def test_the_day_on_which_the_crm_showed_it_is_a_local_day() -> None:
    world, acme, anna, _ = a_call()
    world.meeting(anna, ago(20), minutes=120, created_at=ago(7, seconds=11 * 3600))  # 23:00 in UTC, the 14th in Berlin

    said = {
        zone: first_look(world, 0, rules_with(timezone=zone))[1][acme]["what_changed"].partition(": ")[2]
        for zone in ("UTC", "Europe/Berlin")
    }

    assert said == {"UTC": "nothing new; 21 faded.", "Europe/Berlin": "1 meeting added 45; 3 faded."}


@pytest.mark.parametrize(("looks", "since"), [((9, 8, 3), 8), ((3, 2), 3), ((20,), 20), ((7, 6), 7), ((), 7)])
def test_the_look_to_compare_with_is_the_newest_that_is_a_week_old(looks: tuple[int, ...], since: int) -> None:
    world, acme, _, _ = a_call()
    connection, _ = first_look(world, looks[0] if looks else 0)
    for days in looks[1:]:
        next_look(connection, world, world, days)

    assert next_look(connection, world, world)[acme]["changed_since"] == ago(since).date()


def test_old_looks_are_forgotten_but_for_the_one_to_compare_with() -> None:
    world, _, anna, _ = a_call()
    call = world.call(anna, ago(70))
    connection, _ = first_look(world, 60)
    for days in (40, 30, 12, 5):
        later = copied(world)
        later.change(call, is_deleted=not world.rows["task"][-1]["is_deleted"])
        next_look(connection, world, later, days)
        world = later
    next_look(connection, world, world)

    kept = {
        table: [TODAY - day for (day,) in connection.execute(f"SELECT DISTINCT {day} FROM kept.{table}").fetchall()]
        for table, day in (("looks", "day"), ("beliefs", "day"), ("former_touches", "until_day"))
    }
    assert {table: sorted(days) for table, days in kept.items()} == {
        "looks": [0, 5, 12],
        "beliefs": [0, 5],  # the call was deleted 12 days ago: nobody had any minutes
        "former_touches": [5, 12],
    }
    assert KEPT_DAYS == 14


def receipt_of(connection: duckdb.DuckDBPyConnection, days_ago: int, rules: Rules) -> Receipt:
    """Every line that is believed now, as of a day."""
    lines = connection.sql(LINES).to_arrow_table().to_pylist()
    return Receipt(TODAY - days_ago, lines, rules.decay.half_life_days)


def standing(connection: duckdb.DuckDBPyConnection) -> Callable[[str], str]:
    """Who an id stands for now; nobody where it stands for none."""
    rows = connection.execute(
        "SELECT source_id, person_id FROM derived.identities JOIN derived.person_numbers USING (person_no)"
    )
    known = dict(rows.fetchall())
    return lambda person_id: known.get(person_id, "")


def lived_on(world: World, random: Random) -> World:
    """The org some time later."""
    later = copied(world)
    for _ in range(random.randrange(1, 8)):
        if random.random() < 0.4:
            random.choice((add_activity, add_activity, add_person))(later, random)
        else:
            change(later, random)
    return later


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10**9), st.booleans())
def test_the_five_parts_are_those_of_two_receipts_side_by_side(seed: int, is_full: bool) -> None:
    random = Random(seed)
    first = a_world(random)
    second = lived_on(first, random)
    third = lived_on(second, random)
    rules = shipped().rules
    connection, told = first_look(first)
    then = receipt_of(connection, 7, rules)

    next_look(connection, first, second, 3, rules if is_full else None)
    after = next_look(connection, second, third, rules=rules if is_full else None)

    now = receipt_of(connection, 0, rules)
    for account, row in after.items():
        expected = difference(then, now, account, standing(connection))
        assert {part: row[f"minutes_{part}"] for part in PARTS} == pytest.approx(expected, abs=1e-6), account
        assert row["minutes_then"] == pytest.approx(told.get(account, row | {"engaged_minutes": 0})["engaged_minutes"])
        assert sum(row[f"minutes_{part}"] for part in PARTS) == pytest.approx(
            row["engaged_minutes"] - row["minutes_then"], abs=1e-6
        )
