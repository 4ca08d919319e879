"""What does the engine say of a small org? The real tables, queries and arrays, on a store of their own."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from connector.backend.build import bench_for, build
from connector.backend.snapshots import make_snapshots
from connector.engine.persona import Personas
from connector.engine.records import IMPORTED_STREAMS, SALESFORCE_STREAMS
from connector.engine.rules import Rules
from connector.mappings import read_mappings
from connector.store.database import column_definitions
from connector.store.streams import ARROW_TYPES
from tests.backend.world import keep_days

MAPPINGS = Path(__file__).parents[2] / "mappings"
Rows = Mapping[str, list[dict[str, Any]]]


@cache
def shipped(profile: str = "default") -> Rules:
    """The rules as they are shipped."""
    return read_mappings(MAPPINGS, profile).rules


@cache
def personas() -> Personas:
    """The title lists as they are shipped."""
    return read_mappings(MAPPINGS, "default").personas


def changed(rules: Rules, **said: Any) -> Rules:
    """The rules with some sections changed: `changed(rules, timezone="Asia/Tokyo", decay={"half_life_days": 7})`."""
    plain = rules.model_dump()
    for key, value in said.items():
        plain[key] = plain[key] | value if isinstance(value, dict) else value
    return Rules.model_validate(plain)


@contextmanager
def connected() -> Iterator[duckdb.DuckDBPyConnection]:
    """A store in memory."""
    with duckdb.connect(":memory:", config={"threads": 1, "memory_limit": "500MB"}) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SET enable_progress_bar = false")
        connection.execute(files("connector.store").joinpath("schema.sql").read_text())
        yield connection


def pull(connection: duckdb.DuckDBPyConnection, rows: Rows) -> None:
    """The rows as the pulled tables."""
    connection.execute("CREATE SCHEMA IF NOT EXISTS salesforce")
    for stream in SALESFORCE_STREAMS:
        columns = ", ".join(f"{name} {kind}" for name, kind in column_definitions(stream).items())
        connection.execute(f"CREATE OR REPLACE TABLE salesforce.{stream.name} ({columns})")
        schema = pa.schema([(name, ARROW_TYPES[kind]) for name, kind in stream.columns.items()])
        connection.register("given", pa.Table.from_pylist(list(rows[stream.name]), schema=schema))
        connection.execute(f"INSERT INTO salesforce.{stream.name} BY NAME SELECT * FROM given")
        connection.unregister("given")
    keep_pasts(connection, rows.get("pasts", []))
    keep_imported(connection, rows.get("activity", []))


def keep_pasts(connection: duckdb.DuckDBPyConnection, rows: Sequence[Mapping[str, Any]]) -> None:
    """What people were before, as the store noted it."""
    connection.execute("DELETE FROM kept.pasts")
    for row in rows:
        names = ", ".join(row)
        marks = ", ".join("?" for _ in row)
        connection.execute(f"INSERT INTO kept.pasts (crm, {names}) VALUES ('salesforce', {marks})", list(row.values()))


def keep_imported(connection: duckdb.DuckDBPyConnection, rows: Sequence[Mapping[str, Any]]) -> None:
    """The rows of the import lane."""
    (stream,) = IMPORTED_STREAMS
    columns = ", ".join(f"{name} {kind}" for name, kind in column_definitions(stream).items())
    connection.execute("CREATE SCHEMA IF NOT EXISTS imported")
    connection.execute(f"CREATE OR REPLACE TABLE imported.activity ({columns})")
    schema = pa.schema([(name, ARROW_TYPES[kind]) for name, kind in stream.columns.items()])
    connection.register("given", pa.Table.from_pylist(list(rows), schema=schema))
    connection.execute("INSERT INTO imported.activity BY NAME SELECT * FROM given")
    connection.unregister("given")


def built(connection: duckdb.DuckDBPyConnection, rows: Rows, rules: Rules, as_of: int) -> None:
    """Pulled and derived tables made from nothing."""
    pull(connection, rows)
    build(connection, rules, personas(), as_of)
    keep_days(connection, rules)


SOMEBODY = """
    CASE
        WHEN {0}.person_no < 0
            THEN 'somebody of ' || (SELECT account_id FROM derived.account_numbers WHERE account_no = -{0}.person_no)
        WHEN {0}.person_no = 0 THEN 'nobody there'
        ELSE (SELECT person_id FROM derived.person_numbers AS numbers WHERE numbers.person_no = {0}.person_no)
    END AS person
"""


def contributions(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Every line of every receipt, by the ids of the CRM."""
    return _told(
        connection,
        f"""
        SELECT accounts.account_id AS account, activities.activity_id AS activity, {SOMEBODY.format("lines")},
            kinds.kind, lines.day, lines.minutes, lines.role_factor, lines.repeats, lines.repeat_factor,
            lines.cap_factor, lines.engaged_minutes AS engaged, lines.two_way, lines.act_now
        FROM derived.contributions AS lines
        JOIN derived.account_numbers AS accounts USING (account_no)
        JOIN derived.activities AS activities USING (activity_no)
        JOIN work.kinds AS kinds ON kinds.kind_no = lines.kind_no
        """,
    )


def left_out(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """What does not count, and why."""
    return _told(
        connection,
        f"SELECT activity_id AS activity, {SOMEBODY.format('outs')}, reason, folded_into FROM derived.left_out AS outs",
    )


def matches(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Which account each person belongs to."""
    return _told(
        connection,
        f"""
        SELECT {SOMEBODY.format("matches")}, accounts.account_id AS account, rule, confidence
        FROM derived.matches AS matches JOIN derived.account_numbers AS accounts USING (account_no)
        """,
    )


def account_days(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """What happened to each account on each day."""
    return _told(
        connection,
        """
        SELECT accounts.account_id AS account, days.day, days.minutes, days.people, days.two_way, days.act_now
        FROM derived.account_days AS days JOIN derived.account_numbers AS accounts USING (account_no)
        """,
    )


def counted(connection: duckdb.DuckDBPyConnection) -> set[tuple[str, int, str]]:
    """Account, day and person of every person-day that counts."""
    rows = _told(
        connection,
        f"""
        SELECT {SOMEBODY.format("days")}, accounts.account_id AS account, day
        FROM derived.person_days AS days JOIN derived.account_numbers AS accounts USING (account_no) WHERE counts = 1
        """,
    )
    return {(row["account"], row["day"], row["person"]) for row in rows}


def _told(connection: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    answer: list[dict[str, Any]] = connection.sql(sql).to_arrow_table().to_pylist()
    return answer


def snapshots(connection: duckdb.DuckDBPyConnection, rules: Rules, as_of: datetime) -> dict[str, dict[str, Any]]:
    """What every account is told, by its id."""
    make_snapshots(bench_for(connection, rules, "salesforce"), rules, as_of)
    return {row["account_id"]: row for row in _told(connection, "SELECT * FROM derived.snapshots")}
