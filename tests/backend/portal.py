"""Which rows does a small HubSpot portal hold? A test names only what it is about; the rest is an ordinary record."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import duckdb
import pyarrow as pa

from connector.backend.build import build
from connector.engine.records import HUBSPOT_STREAMS
from connector.engine.rules import Rules
from tests.backend.world import NOW, SQL_TYPES, TODAY, Built, Row, World, ago, keep_days, shipped, stored

CONNECTED = "f240bbac-87c9-4f6e-bf70-924b57d47db7"
VOICEMAIL = "b2cf5968-551e-4856-9783-52b3da59a7d0"


@dataclass
class Portal:
    """Pulled rows by stream. Every maker gives back the id of the row it made; ids of two types may be the same."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    made: Counter[str] = field(default_factory=Counter)
    pasts: list[Row] = field(default_factory=list)

    def add(self, stream: str, **columns: Any) -> str:
        self.made[stream] += 1
        row = {"id": str(self.made[stream]), "modified_at": NOW, "created_at": ago(400), "is_deleted": False} | columns
        self.rows.setdefault(stream, []).append(row)
        return str(row["id"])

    def change(self, stream: str, row_id: str, **columns: Any) -> None:
        """Change one row in place."""
        for row in self.rows[stream]:
            if row["id"] == row_id:
                row.update(columns)

    def company(self, name: str = "Acme", **columns: Any) -> str:
        return self.add("company", name=name, **columns)

    def contact(self, company_id: str | None, **columns: Any) -> str:
        return self.add("contact", company_id=company_id, **columns)

    def was(self, contact_id: str, until: datetime, **columns: Any) -> None:
        """What a contact was until then: title and the like, and account_id."""
        self.pasts.append({"crm": "hubspot", "person_id": contact_id, "until": until} | columns)

    def tie(self, from_type: str, from_id: str, to_type: str, *to_ids: str, **columns: Any) -> None:
        """Associations, one a record."""
        for to_id in to_ids:
            ends = {"from_type": from_type, "from_id": from_id, "to_type": to_type, "to_id": to_id}
            self.add("association", id=f"{from_type}-{from_id}-{to_type}-{to_id}", **ends | columns)

    def logged(self, stream: str, *contact_ids: str, at: datetime | None = None, **columns: Any) -> str:
        """An activity with some contacts."""
        made = self.add(stream, **{"happened_at": at or ago(1)} | columns)
        self.tie(stream, made, "contact", *contact_ids)
        return made

    def call(self, *contact_ids: str, at: datetime | None = None, **columns: Any) -> str:
        """A connected call of ten minutes."""
        said = {"milliseconds": 600_000, "disposition": CONNECTED, "direction": "OUTBOUND", "status": "COMPLETED"}
        return self.logged("call", *contact_ids, at=at, **said | columns)

    def meeting(self, *contact_ids: str, at: datetime | None = None, **columns: Any) -> str:
        """A meeting of thirty minutes."""
        starts = at or ago(1)
        said = {"starts_at": starts, "ends_at": starts + timedelta(minutes=30), "outcome": "COMPLETED"}
        return self.logged("meeting", *contact_ids, at=starts, **said | columns)

    def mail(self, *contact_ids: str, at: datetime | None = None, **columns: Any) -> str:
        """A mail that came in."""
        return self.logged("email", *contact_ids, at=at, **{"direction": "INCOMING_EMAIL", "status": "SENT"} | columns)


def keep(connection: duckdb.DuckDBPyConnection, portal: Portal) -> None:
    """The portal's pulled tables beside what is there."""
    connection.execute("CREATE SCHEMA IF NOT EXISTS hubspot")
    for stream in HUBSPOT_STREAMS:
        columns = {name: SQL_TYPES[kind] for name, kind in stream.columns.items()} | {"deleted_at": "TIMESTAMPTZ"}
        told = ", ".join(f"{n} {t}" for n, t in columns.items())
        connection.execute(f"CREATE OR REPLACE TABLE hubspot.{stream.name} ({told})")
        _insert(connection, f"hubspot.{stream.name}", portal.rows.get(stream.name, []))
    connection.execute("DELETE FROM kept.pasts WHERE crm = 'hubspot'")
    _insert(connection, "kept.pasts", portal.pasts)


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: list[Row]) -> None:
    if rows:
        names = sorted({name for row in rows for name in row})
        connection.register("portal_rows", pa.table({name: [row.get(name) for row in rows] for name in names}))
        connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM portal_rows")
        connection.unregister("portal_rows")


def built_of(
    portal: Portal, world: World | None = None, *, rules: Rules | None = None, as_of_day: int = TODAY
) -> Built:
    """The derived tables of a portal alone, or of a portal and an org together."""
    connection = stored(world or World())
    keep(connection, portal)
    chosen = rules or shipped().rules
    build(connection, chosen, shipped().personas, as_of_day, crm="hubspot" if world is None else "both")
    keep_days(connection, chosen)
    return Built(connection, chosen)
