"""What is an org? Its schema, rows, clock, users and switches, and how they move on together."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Protocol, runtime_checkable

import pyarrow as pa
import pyarrow.compute as pc

from connector.sandbox.access import Access
from connector.sandbox.clock import Clock
from connector.sandbox.faults import Faults
from connector.sandbox.ids import Mint, to18
from connector.sandbox.journal import Journal
from connector.sandbox.living import Tables as Rows
from connector.sandbox.living import World
from connector.sandbox.schema import Schema, SObject, standard_objects
from connector.sandbox.settings import Settings
from connector.sandbox.shape import grown
from connector.sandbox.soql.scope import View
from connector.sandbox.tables import Tables

ORG_ID = to18("00DS00000000001")
DEFAULT_START = datetime(2026, 1, 1, tzinfo=UTC)


@runtime_checkable
class _Living(Protocol):
    def history(self, until: datetime) -> Rows: ...


class Org:
    """One Salesforce org. Everything that reads or writes its rows holds `lock`."""

    def __init__(self, source: World | Mapping[str, pa.Table], *, settings: Settings | None = None, seed: int = 0) -> None:
        self.lock = threading.RLock()
        self.settings, self.seed = settings or Settings(), seed
        self.schema, self.tables = Schema(standard_objects()), Tables()
        self.access = Access(self.schema, self.settings, self.tables)
        self.journal, self.mint, self.faults = Journal(), Mint(), Faults()
        self.world = source if isinstance(source, _Living) else None
        self.version = 0  # grows with every change of rows: what a cached result is worth
        self.waiting: list[tuple[datetime, str, pa.Table]] = []
        for sobject in self.schema:
            self.tables.ensure(sobject)
        start = self.world.now if self.world else DEFAULT_START
        rows = self.world.history(start) if self.world else dict(source) if isinstance(source, Mapping) else {}
        self.clock = Clock(start if self.world else max(start, _newest(rows)))
        self.take(rows)

    # -- rows ---------------------------------------------------------------------------------------------------
    def take(self, rows: Mapping[str, pa.Table]) -> None:
        """Put row versions in, by id. Objects and fields nobody knew are added to the schema."""
        with self.lock:
            for name, table in rows.items():
                if table.num_rows:
                    self._take_one(name, table)
            self.changed()

    def _take_one(self, name: str, table: pa.Table) -> None:
        known = self.schema.find(name)
        sobject = grown(name, known, table)
        if sobject is not known:
            self.schema.put(sobject)
            self.tables.ensure(sobject)
            self.access.forget()
        self._switch_on(sobject, table)
        gone = _deleted(table)
        self.tables.remember_gone(sobject.name, gone, self.clock.now() if hasattr(self, "clock") else DEFAULT_START)
        self.tables.upsert(sobject, table)
        if not sobject.can("R"):
            self.tables.remove(sobject, gone)

    def _switch_on(self, sobject: SObject, table: pa.Table) -> None:
        """Data that only a feature can hold says that the feature is on."""
        present = {field.feature for field in sobject.fields if field.name in table.column_names}
        self.settings.features |= {feature for feature in (*present, sobject.feature) if feature}
        self.access.forget()

    def changed(self) -> None:
        """Note that rows are no longer what they were."""
        self.version += 1

    # -- time ---------------------------------------------------------------------------------------------------
    def advance(self, to: datetime) -> dict[str, int]:
        """Move the clock and let the world's news in: rows by object."""
        with self.lock:
            since = self.clock.now()
            news = self.world.between(since, to) if self.world and to > since else {}
            self.clock.set(to)
            self.take(news)
            return {name: table.num_rows for name, table in news.items()}

    # -- views --------------------------------------------------------------------------------------------------
    def view(self, text: str, user_id: str, *, everything: bool = False, bulk: bool = False, api: str = "data") -> View:
        """The org as a query of this user may see it."""
        return View(
            text,
            find=lambda name: self.access.sobject(name, api=api),
            fields=lambda sobject: self.access.fields(user_id, sobject),
            children=lambda name: [child.name for child, _ in self.schema.children_of(name)],
            today=self.clock.today(self.settings.time_zone),
            zone=self.settings.time_zone,
            everything=everything,
            bulk=bulk,
            seed=self.seed,
        )


def _deleted(table: pa.Table) -> list[str]:
    if "IsDeleted" not in table.column_names:
        return []
    ids: list[str] = table.filter(pc.fill_null(table["IsDeleted"], False)).column("Id").to_pylist()
    return ids


def _newest(rows: Mapping[str, pa.Table]) -> datetime:
    """The last moment any row tells of: an org cannot be older than its rows."""
    stamps = [
        pc.max(table["SystemModstamp"]).as_py()
        for table in rows.values()
        if "SystemModstamp" in table.column_names and pa.types.is_timestamp(table["SystemModstamp"].type)
    ]
    return max((stamp.replace(tzinfo=UTC) for stamp in stamps if stamp), default=DEFAULT_START)
