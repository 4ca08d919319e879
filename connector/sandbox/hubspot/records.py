"""Where do a portal's records lie? One shelf a kind, in the order of their ids."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from connector.sandbox.hubspot.kinds import Kind

HISTORY_MAX = 45  # versions of one property that are kept


@dataclass(frozen=True, slots=True)
class Version:
    """One value a property had: what, since when (milliseconds), and who set it."""

    value: str
    at: int
    source: str = "INTEGRATION"
    source_id: str = ""


@dataclass(slots=True)
class Record:
    """One record. A property never set is not in `values`; one that was cleared is empty there."""

    id: str
    values: dict[str, str]
    created: int
    updated: int
    archived_at: int = 0
    source: str = "INTEGRATION"
    past: dict[str, list[Version]] = field(default_factory=dict)  # newest first; absent: as it was born
    indexed: tuple[dict[str, str], int] | None = None  # what the search index still shows: values and `updated`

    def versions(self, name: str) -> Sequence[Version]:
        """The values a property had, newest first."""
        if name in self.past:
            return self.past[name]
        return [Version(self.values[name], self.created, self.source)] if name in self.values else []

    def put(self, name: str, version: Version) -> None:
        """Give a property a value, and remember the one before."""
        self.past[name] = [version, *self.versions(name)][:HISTORY_MAX]
        self.values[name] = version.value


class Shelf:
    """The records of one kind, archived ones too; ids of merged records lead to the one that survived."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.records: dict[int, Record] = {}
        self.aliases: dict[int, int] = {}
        self.by_key: dict[str, dict[str, int]] = {}  # unique property -> lower-case value -> id
        self.version = 0  # grows with every change: what a kept search is worth
        self._order: list[int] | None = []

    def add(self, record: Record) -> None:
        """Put a record in, in the place of one with its id."""
        number = int(record.id)
        if number not in self.records:
            self._order = None
        self.records[number] = record
        self.version += 1

    def remove(self, record_id: str) -> None:
        """Take a record away for good."""
        self.records.pop(int(record_id), None)
        self._order = None
        self.version += 1

    def find(self, record_id: str) -> Record | None:
        """The record with that id, or the one it was merged into; archived or not."""
        number = int(record_id) if record_id.isascii() and record_id.isdigit() else -1
        while number in self.aliases:
            number = self.aliases[number]
        return self.records.get(number)

    def alive(self, record_id: str, *, archived: bool = False) -> Record | None:
        """The record if it is archived or not, as asked."""
        record = self.find(record_id)
        return record if record and bool(record.archived_at) == archived else None

    @property
    def order(self) -> list[int]:
        """The ids, ascending."""
        if self._order is None:
            self._order = sorted(self.records)
        return self._order

    def living(self) -> Iterator[Record]:
        """The records that are not archived, by id."""
        return (record for number in self.order if not (record := self.records[number]).archived_at)
