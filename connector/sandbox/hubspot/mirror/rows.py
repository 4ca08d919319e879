"""How is a Salesforce row read, and put into the portal as a record?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa

from connector.sandbox.answers import Json
from connector.sandbox.hubspot.kinds import Kind, kind_of
from connector.sandbox.hubspot.moments import milliseconds
from connector.sandbox.hubspot.portal import Portal
from connector.sandbox.hubspot.properties import an_option
from connector.sandbox.hubspot.records import Record
from connector.sandbox.hubspot.seed import place

Row = Mapping[str, Json]
NOON = 43_200_000
CHUNK = 10_000  # rows that are unpacked at once


def rows_of(table: pa.Table | None, *columns: str) -> Iterator[Row]:
    """The rows with these columns; one that is not there reads as null."""
    if table is None:
        return
    known = [name for name in columns if name in table.column_names]
    empty = dict.fromkeys(columns)
    for batch in table.select(known).to_batches(max_chunksize=CHUNK):
        for row in batch.to_pylist():
            yield {**empty, **row}


def at(moment: datetime | None) -> int:
    """Milliseconds of a moment; 0 where there is none."""
    if moment is None:
        return 0
    return milliseconds(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def midnight(day: date) -> int:
    """Milliseconds at which a day begins in UTC."""
    return at(datetime(day.year, day.month, day.day, tzinfo=UTC))


def plain(value: Json) -> str:
    """A cell as the text HubSpot keeps; empty for null."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return format(Decimal(repr(value)).normalize(), "f")
    return str(value)


class Desk:
    """Puts records into a portal and counts them by kind."""

    def __init__(self, portal: Portal) -> None:
        self.portal, self.count = portal, Counter[str]()

    def find(self, kind: str, record_id: str) -> Record | None:
        """The record of an id, or the one that absorbed it."""
        return self.portal.shelves[kind].find(record_id)

    def put(self, kind_name: str, record_id: str, values: Mapping[str, str], row: Row) -> Record:
        """Lay what a row says over what the record says already; deleted rows are archived ones."""
        kind = kind_of(kind_name)
        before = self.find(kind.name, record_id)
        stamp = at(row.get("SystemModstamp"))
        whole = {**(before.values if before else {}), **_known(before, values)}
        made = Record(before.id if before else record_id, whole, at(row.get("CreatedDate")) or stamp, stamp)
        if before:
            made.updated, made.source = max(before.updated, stamp), before.source
        made.archived_at = stamp if row.get("IsDeleted") else 0
        self.count[kind.name] += 1
        return place(self.portal, kind, made)

    def link(self, kind: str, record_id: str, to_kind: str, wanted: Iterable[str]) -> None:
        """Let a record be associated with these of another kind, and no others."""
        links, held = self.portal.links, set(self.portal.links.of(kind, record_id, to_kind))
        there = {record.id for one in wanted if (record := self.find(to_kind, one))}
        for to_id in held - there:
            links.cut(kind, record_id, to_kind, to_id)
        for to_id in sorted(there - held, key=int):
            links.put(kind, record_id, to_kind, to_id)

    def allow(self, kind: Kind, name: str, value: str) -> None:
        """Add an option, as an admin does whose lists are kept alike in both CRMs."""
        definition = self.portal.of(kind).properties[name]
        if value and value not in definition.allowed:
            definition.options.append(an_option(value, len(definition.options)) | {"label": value})


def _known(before: Record | None, values: Mapping[str, str]) -> dict[str, str]:
    """Empty values clear what was there; what was never set stays unset."""
    return {name: value for name, value in values.items() if value or (before and name in before.values)}
