"""Which version of each row is current at a moment, and which became current between two moments?"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from connector.sandbox.world.columns import moments
from connector.sandbox.world.recipe import NEVER, Bools, Ints


@dataclass(frozen=True, slots=True)
class Versions:
    """Every version an object's rows will ever have. A version is current from `at` until `next_at`."""

    table: pa.Table
    at: Ints
    next_at: Ints
    archive_at: Ints  # when Salesforce archives the row by itself; NEVER for most objects

    def as_of(self, until: int) -> pa.Table:
        return self._rows((self.at <= until) & (until < self.next_at), until)

    def between(self, since: int, until: int) -> pa.Table:
        """Versions current at `until` that were not there, or looked different, at `since`."""
        current = (self.at <= until) & (until < self.next_at)
        archived = (since < self.archive_at) & (self.archive_at <= until)
        return self._rows(current & ((since < self.at) | archived), until)

    def _rows(self, keep: Bools, until: int) -> pa.Table:
        rows = self.table.filter(pa.array(keep))
        if "IsArchived" in rows.column_names:
            archived = pa.array(self.archive_at[keep] <= until)
            rows = rows.set_column(rows.column_names.index("IsArchived"), "IsArchived", archived)
        return pa.table({name: _plain(rows[name]) for name in rows.column_names})


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.cast(column, pa.string()) if pa.types.is_dictionary(column.type) else column


@dataclass(slots=True)
class Ledger:
    """Versions while they are written: first rows, then changes to them in the order of time."""

    parts: list[pa.Table]
    rows: list[Ints]
    moments: list[Ints]
    latest: Ints = field(init=False)  # per row, the place of its newest version in the parts put end to end
    archive: Ints | None = None

    def __post_init__(self) -> None:
        self.latest = np.arange(len(self.moments[0]))

    def change(self, rows: Ints, at: Ints, new: dict[str, pa.Array], *, by_user: bool = True) -> None:
        """Add a version of these rows (each named once) with some columns replaced; changes at NEVER are left out."""
        keep = at != NEVER
        rows, at = rows[keep], np.maximum(at[keep] // 1_000 * 1_000, self._newest(rows[keep]) + 1_000)
        table = _one(self.parts).take(pa.array(self.latest[rows]))
        stamps = ("SystemModstamp", "LastModifiedDate") if by_user else ("SystemModstamp",)
        kept = {name: column.filter(pa.array(keep)) for name, column in new.items()}
        for name, column in {**kept, **dict.fromkeys(stamps, moments(at))}.items():
            field = table.schema.field(name)
            table = table.set_column(table.column_names.index(name), field, column.cast(field.type))
        self.latest[rows] = sum(map(len, self.moments)) + np.arange(len(rows))
        self.parts.append(table)
        self.rows.append(rows)
        self.moments.append(at)

    def _newest(self, rows: Ints) -> Ints:
        newest: Ints = np.concatenate(self.moments)[self.latest[rows]]
        return newest

    def close(self) -> Versions:
        """All versions, each with the moment at which the next one takes its place."""
        rows, at = np.concatenate(self.rows), np.concatenate(self.moments)
        order = np.lexsort((at, rows))
        next_at = np.full(len(at), NEVER)
        follows = rows[order][1:] == rows[order][:-1]
        next_at[order[:-1][follows]] = at[order[1:][follows]]
        archive = np.full(len(at), NEVER) if self.archive is None else self.archive[rows]
        return Versions(_one(self.parts), at, next_at, archive)


def open_ledger(columns: dict[str, pa.Array], created: Ints, archive: Ints | None = None) -> Ledger:
    """A ledger whose first versions are made at `created`, with the system stamps filled in."""
    stamp = moments(created)
    stamped = {**columns, "CreatedDate": stamp, "LastModifiedDate": stamp, "SystemModstamp": stamp}
    return Ledger([pa.table(stamped)], [np.arange(len(created))], [created // 1_000 * 1_000], archive=archive)


def _one(parts: list[pa.Table]) -> pa.Table:
    return pa.concat_tables(parts).unify_dictionaries().combine_chunks()
