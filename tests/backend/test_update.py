"""Does a partial build say what a full one says, and what does it leave alone?"""

from random import Random
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connector.backend.build import build
from connector.backend.update import update
from tests.backend.random_worlds import a_world, add_activity, add_opportunity, add_person, change
from tests.backend.world import TODAY, Built, World, built, copied, insert, keep_days, place, shipped, stored

WHO = "coalesce(p.person_id, CASE WHEN x.person_no < 0 THEN 'somebody' ELSE 'nobody' END)"
PEOPLE = "LEFT JOIN derived.person_numbers AS p ON p.person_no = x.person_no"
ACCOUNTS = "LEFT JOIN derived.account_numbers AS a ON a.account_no = x.account_no"
TOLD = {
    "matches": f"SELECT {WHO}, a.account_id, rule, round(confidence, 9) FROM derived.matches AS x {PEOPLE} {ACCOUNTS}",
    "people": "SELECT person_id, department, seniority, buying_role, is_staff, excluded FROM derived.people",
    "accounts": "SELECT account_id, name, account_group, domain, parent_id, excluded FROM derived.accounts",
    "activities": "SELECT activity_id, kind, status, day, second, own_seconds, reason, folded_into "
    "FROM derived.activities",
    "left out": f"SELECT activity_id, {WHO}, reason, folded_into FROM derived.left_out AS x {PEOPLE}",
    "contributions": f"SELECT activity_id, {WHO}, a.account_id, x.day, repeats, cap_factor, round(engaged_minutes, 9) "
    f"FROM derived.contributions AS x JOIN derived.activities USING (activity_no) {PEOPLE} {ACCOUNTS}",
    "person days": f"SELECT {WHO}, a.account_id, day, round(minutes, 9), signs, counts "
    f"FROM derived.person_days AS x {PEOPLE} {ACCOUNTS}",
    "account days": "SELECT a.account_id, day, round(minutes, 9), people, two_way, act_now, wanted "
    f"FROM derived.account_days AS x {ACCOUNTS}",
}


def told(connection: duckdb.DuckDBPyConnection, only: str | None = None) -> dict[str, list[tuple[Any, ...]]]:
    """All that the derived tables say, by the CRM's own ids."""
    return {
        name: sorted(connection.execute(sql).fetchall(), key=repr) for name, sql in TOLD.items() if only in (None, name)
    }


def pull(connection: duckdb.DuckDBPyConnection, before: World, after: World) -> None:
    """Bring the pulled tables from one world to the other, as the store does: newest versions, and what changed."""
    for stream, rows in after.rows.items():
        known = {row["id"]: row for row in before.rows.get(stream, [])}
        fresh = [row for row in rows if known.get(row["id"]) != row]
        for row in fresh:
            connection.execute(f"DELETE FROM {place(stream)} WHERE id = ?", [row["id"]])
            connection.execute("INSERT INTO work.changed VALUES (?, ?)", [stream, row["id"]])
        insert(connection, stream, fresh)
    insert(connection, "pasts", after.pasts[len(before.pasts) :])


def updated(before: World, *after: World) -> duckdb.DuckDBPyConnection:
    """The derived tables of the first world, updated to each of the others in turn."""
    connection = built(before).connection
    for world in after:
        pull(connection, before, world)
        update(connection, shipped().rules, shipped().personas, TODAY)
        connection.execute("DELETE FROM work.changed")
        before = world
    keep_days(connection, shipped().rules)
    return connection


def changed_world(world: World, random: Random) -> World:
    """What the org looks like some changes later."""
    later = copied(world)
    for _ in range(random.randrange(1, 6)):
        if random.random() < 0.5:
            random.choice((add_activity, add_activity, add_person, add_opportunity))(later, random)
        else:
            change(later, random)
    return later


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10**9))
def test_what_changed_alone_gives_what_a_full_build_gives(seed: int) -> None:
    random = Random(seed)
    first = a_world(random)
    second = changed_world(first, random)
    third = changed_world(second, random)

    connection = updated(first, second, third)

    assert told(connection) == told(built(third).connection)


def test_nothing_changed_changes_nothing() -> None:
    world = a_world(Random(7))

    connection = updated(world, world)

    assert told(connection) == told(built(world).connection)


def test_numbers_once_given_stay() -> None:
    first = a_world(Random(3))
    second = copied(first)
    second.rows["account"].insert(0, {**first.rows["account"][0], "id": "001000000000000000", "name": "First of all"})
    connection = built(first).connection
    before = dict(connection.execute("SELECT account_id, account_no FROM derived.account_numbers").fetchall())

    pull(connection, first, second)
    update(connection, shipped().rules, shipped().personas, TODAY)

    after = dict(connection.execute("SELECT account_id, account_no FROM derived.account_numbers").fetchall())
    assert before.items() <= after.items()
    assert after["001000000000000000"] == max(after.values())


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**9))
def test_the_order_of_rows_does_not_matter(seed: int) -> None:
    world = a_world(Random(seed))
    shuffled = copied(world)
    for rows in shuffled.rows.values():
        Random(seed + 1).shuffle(rows)

    assert told(built(shuffled).connection) == told(built(world).connection)


def test_a_second_full_build_says_the_same() -> None:
    connection, made = stored(a_world(Random(11))), []

    for _ in range(2):
        build(connection, shipped().rules, shipped().personas, TODAY)
        keep_days(connection, shipped().rules)
        made.append(told(connection))

    assert made[0] == made[1]


@pytest.mark.parametrize("days", [1, 3, 4])
def test_a_future_meeting_counts_once_its_day_has_come(days: int) -> None:
    world = World()
    someone = world.contact(world.account())
    world.meeting(someone)
    connection = stored(world)

    build(connection, shipped().rules, shipped().personas, TODAY - days)

    reasons = Built(connection, shipped().rules).reasons()
    assert reasons == ({"future": 1} if days > 1 else {})
