"""What is an org? Its schema, rows, clock, users and switches, and how they move on together."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Protocol, runtime_checkable

import pyarrow as pa
import pyarrow.compute as pc

from connector.sandbox.clock import Clock
from connector.sandbox.faults import Faults
from connector.sandbox.journal import Journal
from connector.sandbox.living import Tables as Rows
from connector.sandbox.living import World
from connector.sandbox.salesforce.access import Access
from connector.sandbox.salesforce.ids import Mint, to18
from connector.sandbox.salesforce.late import Late
from connector.sandbox.salesforce.schema import Schema, SObject, standard_objects
from connector.sandbox.salesforce.settings import Settings
from connector.sandbox.salesforce.shape import grown
from connector.sandbox.salesforce.soql.scope import View
from connector.sandbox.salesforce.tables import Tables

ORG_ID = to18("00DS00000000001")
DEFAULT_START = datetime(2026, 1, 1, tzinfo=UTC)
Source = World | Mapping[str, pa.Table]


@runtime_checkable
class _Living(Protocol):
    def history(self, until: datetime) -> Rows: ...


class Org:
    """One Salesforce org. Everything that reads or writes its rows holds `lock`."""

    def __init__(self, source: Source, *, settings: Settings | None = None, seed: int = 0) -> None:
        self.lock = threading.RLock()
        self.settings, self.seed = settings or Settings(), seed
        self.schema, self.tables = Schema(standard_objects()), Tables()
        self.access = Access(self.schema, self.settings, self.tables)
        self.journal, self.mint, self.faults, self.late = Journal(), Mint(), Faults(), Late()
        self.version = 0  # grows with every change of rows: what a kept result is worth
        for sobject in self.schema:
            self.tables.ensure(sobject)
        self.world = source if isinstance(source, _Living) else None
        rows = self.world.history(self.world.now) if self.world else dict(source) if isinstance(source, Mapping) else {}
        self.clock = Clock(self.world.now if self.world else max(DEFAULT_START, newest(rows)))
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
        self._switch_on(sobject, table)
        self.tables.upsert(sobject, table)
        if "IsDeleted" in table.column_names:
            self._bin(sobject, table)

    def _bin(self, sobject: SObject, table: pa.Table) -> None:
        """Note which of the rows are deleted; an object without a recycle bin loses them at once."""
        gone: list[str] = table.filter(pc.fill_null(table["IsDeleted"], False))["Id"].to_pylist()
        self.tables.forget_gone_in(sobject, table.select(["Id"]))
        self.tables.note_gone(sobject, gone, self.clock.now())
        if gone and not sobject.can("R"):
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
        """Move the clock on and let the world's news in: rows by object."""
        with self.lock:
            since = self.clock.now()
            news = self.world.between(since, to) if self.world and to > since else {}
            self.clock.set(to)
            seen = self.late.hold(news, self.settings, to)
            self.take(seen)
            for name, table in self.late.release(to):
                self._take_unless_newer(name, table)
            return {name: table.num_rows for name, table in seen.items()}

    def _take_unless_newer(self, name: str, table: pa.Table) -> None:
        """Late rows come in, but none takes the place of a version that is newer."""
        sobject = self.schema.find(name)
        stamps = self.tables.stamps(sobject) if sobject and "SystemModstamp" in table.column_names else {}
        old = [
            one is None or stamp is None or stamp.replace(tzinfo=None) >= one
            for stamp, one in zip(
                table["SystemModstamp"].to_pylist() if stamps else [None] * table.num_rows,
                map(stamps.get, table["Id"].to_pylist()),
                strict=True,
            )
        ]
        self.take({name: table.filter(pa.array(old, pa.bool_()))})

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


def newest(rows: Mapping[str, pa.Table]) -> datetime:
    """The last moment any row tells of: an org cannot be older than its rows."""
    stamps = [
        pc.max(table["SystemModstamp"]).as_py()
        for table in rows.values()
        if "SystemModstamp" in table.column_names and pa.types.is_timestamp(table["SystemModstamp"].type)
    ]
    return max((stamp.replace(tzinfo=UTC) for stamp in stamps if stamp), default=DEFAULT_START)
