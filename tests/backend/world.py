"""Which rows does a small world hold? A test names only what it is about; the rest is an ordinary, living record."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

import duckdb
import pyarrow as pa

from connector.backend.build import bench_for, build
from connector.backend.days import weigh
from connector.engine.records import IMPORTED_STREAMS, SALESFORCE_STREAMS, Kind
from connector.engine.rules import Rules
from connector.mappings import Mappings, read_mappings
from connector.shipped import shipped_mappings

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
TODAY = (NOW.date() - date(1970, 1, 1)).days
PREFIXES = {
    "user": "005", "account": "001", "contact": "003", "lead": "00Q", "task": "00T", "event": "00U",
    "email_message": "02s", "campaign": "701", "campaign_member": "00v", "opportunity": "006",
    "opportunity_contact_role": "00K",
}  # fmt: skip
SQL_TYPES: Mapping[Kind, str] = {
    "text": "VARCHAR", "integer": "BIGINT", "number": "DOUBLE", "boolean": "BOOLEAN", "date": "DATE",
    "moment": "TIMESTAMPTZ",
}  # fmt: skip
PLACES = {"activity": "imported.activity", "pasts": "kept.pasts"}
Row = dict[str, Any]  # Any: whatever the columns of its stream hold


@cache
def shipped() -> Mappings:
    """The mappings as they are delivered."""
    return read_mappings(shipped_mappings(), "default")


def rules_with(**changes: Any) -> Rules:
    """The default rules with some parts replaced."""
    return Rules.model_validate(shipped().rules.model_dump() | changes)


def ago(days: float = 0, *, seconds: int = 0) -> datetime:
    """A moment so many days before noon of today, and some seconds after."""
    return NOW - timedelta(days=days) + timedelta(seconds=seconds)


@dataclass
class World:
    """Pulled rows by stream. Every maker gives back the id of the row it made."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    made: Counter[str] = field(default_factory=Counter)
    pasts: list[Row] = field(default_factory=list)

    def add(self, stream: str, **columns: Any) -> str:
        self.made[stream] += 1
        made = f"{PREFIXES.get(stream, 'xxx')}{self.made[stream]:015d}"
        row = {"id": made, "modified_at": NOW, "created_at": ago(400), "is_deleted": False} | columns
        self.rows.setdefault(stream, []).append(row)
        return str(row["id"])

    def change(self, row_id: str, **columns: Any) -> None:
        """Change one row in place."""
        for rows in self.rows.values():
            for row in rows:
                if row["id"] == row_id:
                    row.update(columns)

    def account(self, name: str = "Acme", **columns: Any) -> str:
        return self.add("account", **{"name": name} | columns)

    def contact(self, account_id: str | None, **columns: Any) -> str:
        return self.add("contact", account_id=account_id, **columns)

    def lead(self, **columns: Any) -> str:
        return self.add("lead", **{"is_converted": False} | columns)

    def was(self, person_id: str, until: datetime, **columns: Any) -> None:
        """What somebody was until then: title and the like, and account_id."""
        self.pasts.append({"crm": "salesforce", "person_id": person_id, "until": until} | columns)

    def call(self, who_id: str | None, at: datetime | None = None, **columns: Any) -> str:
        """A connected call of ten minutes."""
        ordinary = {"subtype": "Call", "call_type": "Outbound", "call_seconds": 600, "call_result": "Connected"}
        return self.task(who_id, at, **ordinary | columns)

    def task(self, who_id: str | None, at: datetime | None = None, **columns: Any) -> str:
        """A closed task."""
        ordinary = {"who_id": who_id, "status": "Completed", "is_closed": True, "completed_at": at or ago(1)}
        return self.add("task", **ordinary | columns)

    def meeting(self, who_id: str | None, at: datetime | None = None, **columns: Any) -> str:
        """A meeting of thirty minutes."""
        return self.add("event", **{"who_id": who_id, "starts_at": at or ago(1), "minutes": 30} | columns)

    def invite(self, event_id: str, *relation_ids: str, status: str = "Accepted") -> None:
        for relation_id in relation_ids:
            self.add(
                "event_relation",
                event_id=event_id,
                relation_id=relation_id,
                is_what=False,
                is_invitee=True,
                status=status,
            )

    def click(self, who_id: str, at: datetime, **columns: Any) -> str:
        return self.task(who_id, at, type="Email Click", **columns)

    def member(self, campaign_id: str, *, responded: date | None = None, **columns: Any) -> str:
        answer = {"campaign_id": campaign_id, "has_responded": responded is not None, "responded_on": responded}
        return self.add("campaign_member", **answer | columns)


@dataclass(frozen=True)
class Built:
    """A world after the build, for questions in SQL."""

    connection: duckdb.DuckDBPyConnection
    rules: Rules

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql, values).fetchall()

    def minutes(self) -> dict[str, float]:
        """Engaged minutes by account, in the order of their names."""
        found = self.rows(
            "SELECT name, sum(minutes) FROM derived.account_days JOIN derived.accounts USING (account_no) "
            "GROUP BY name ORDER BY name"
        )
        return {name: round(minutes, 9) for name, minutes in found}

    def reasons(self) -> dict[str, int]:
        """How many touches or activities were left out, by reason."""
        return dict(self.rows("SELECT reason, count(*) FROM derived.left_out GROUP BY reason ORDER BY reason"))

    def kept(self) -> int:
        """How many touches count."""
        return int(self.rows("SELECT count(*) FROM derived.facts")[0][0])

    def accounts_of(self) -> dict[str, tuple[str, str, float]]:
        """Account name, rule and confidence of each matched person, by person id."""
        found = self.rows(
            "SELECT person_id, a.name, rule, confidence FROM derived.matches JOIN derived.people USING (person_no) "
            "JOIN derived.accounts AS a USING (account_no)"
        )
        return {person: (name, rule, round(confidence, 6)) for person, name, rule, confidence in found}


def built(world: World, *, rules: Rules | None = None, as_of_day: int = TODAY) -> Built:
    """The derived tables of a world."""
    connection = stored(world)
    chosen = rules or shipped().rules
    build(connection, chosen, shipped().personas, as_of_day)
    keep_days(connection, chosen)
    return Built(connection, chosen)


def keep_days(connection: duckdb.DuckDBPyConnection, rules: Rules) -> None:
    """The days of people and accounts, which the product holds as arrays, as tables that a test can ask."""
    bench = bench_for(connection, rules, "salesforce")
    weighed = weigh(bench, rules)
    days = weighed.account_days
    columns = {one.name: getattr(days, one.name) for one in fields(days)}
    columns["account_no"] = columns.pop("account")
    bench.keep("derived.person_days", weighed.person_days)
    bench.keep("derived.account_days", pa.table(columns))


def stored(world: World) -> duckdb.DuckDBPyConnection:
    """The pulled tables of a world, as the store has them."""
    connection = duckdb.connect(config={"threads": 1})
    connection.execute("SET enable_progress_bar = false")
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("CREATE SCHEMA salesforce")
    connection.execute("CREATE SCHEMA imported")
    connection.execute(files("connector.store").joinpath("schema.sql").read_text())
    for stream in (*SALESFORCE_STREAMS, *IMPORTED_STREAMS):
        columns = {name: SQL_TYPES[kind] for name, kind in stream.columns.items()} | {"deleted_at": "TIMESTAMPTZ"}
        connection.execute(f"CREATE TABLE {place(stream.name)} ({', '.join(f'{n} {t}' for n, t in columns.items())})")
        insert(connection, stream.name, world.rows.get(stream.name, []))
    insert(connection, "pasts", world.pasts)
    return connection


def place(stream: str) -> str:
    """Where the rows of a stream lie."""
    return PLACES.get(stream, f"salesforce.{stream}")


def insert(connection: duckdb.DuckDBPyConnection, stream: str, rows: list[Row]) -> None:
    """Add rows to a pulled table; columns that are not named are not known."""
    if rows:
        names = sorted({name for row in rows for name in row})
        table = pa.table({name: [row.get(name) for row in rows] for name in names})
        connection.register("incoming_rows", table)
        connection.execute(f"INSERT INTO {place(stream)} BY NAME SELECT * FROM incoming_rows")
        connection.unregister("incoming_rows")


def copied(world: World) -> World:
    """The same world, to be changed on its own."""
    rows = {stream: [dict(row) for row in rows] for stream, rows in world.rows.items()}
    return replace(world, rows=rows, made=Counter(world.made), pasts=list(world.pasts))
