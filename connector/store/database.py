"""How is the store opened, and how does it stay whole? One DuckDB file, one writer, one transaction at a time."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from connector.engine.records import HUBSPOT_STREAMS, IMPORTED_STREAMS, SALESFORCE_STREAMS, Kind, Stream
from connector.errors import StoreError
from connector.store.faults import told
from connector.store.home import SPILL

STORE_VERSION = 1
STORAGE = "(STORAGE_VERSION 'v1.4.0')"  # readable by DuckDB 1.5 and 2.x
STREAMS: Mapping[str, tuple[Stream, ...]] = {
    "salesforce": SALESFORCE_STREAMS, "hubspot": HUBSPOT_STREAMS, "imported": IMPORTED_STREAMS,
}  # fmt: skip
SQL_TYPES: Mapping[Kind, str] = {
    "text": "VARCHAR", "integer": "BIGINT", "number": "DOUBLE", "boolean": "BOOLEAN", "date": "DATE",
    "moment": "TIMESTAMPTZ",
}  # fmt: skip

Row = dict[str, Any]  # Any: whatever its columns hold


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of the machine the store may use."""

    memory: str = "1GB"
    threads: int | None = None

    @property
    def cores(self) -> int:
        """How many threads that is on this machine."""
        return self.threads or os.cpu_count() or 1


FRUGAL = Limits("40MB", 1)  # a window of a million rows is added in it; what is too much goes to disk


@dataclass(frozen=True, slots=True)
class Store:
    """An open store. Moments come back aware, in UTC."""

    path: Path
    connection: duckdb.DuckDBPyConnection
    limits: Limits = field(default_factory=Limits)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is written within is kept together, or none of it."""
        with told(self.path):
            self.connection.begin()
            try:
                yield
                self.connection.commit()
            except BaseException:
                self._undo()
                raise

    def _undo(self) -> None:
        """Roll back; a store that failed fatally has already done so."""
        with suppress(duckdb.Error):
            self.connection.rollback()

    def execute(self, sql: str, values: Sequence[object] = ()) -> None:
        """Run one statement."""
        with told(self.path):
            self.connection.execute(sql, values)

    def table(self, sql: str, values: Sequence[object] = ()) -> pa.Table:
        """The answer of a query as an Arrow table."""
        with told(self.path):
            return self.connection.sql(sql, params=list(values)).to_arrow_table()

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """The answer of a query that has few rows."""
        answer: list[Row] = self.table(sql, values).to_pylist()
        return answer

    def number(self, sql: str, values: Sequence[object] = ()) -> int:
        """The one number a query answers with."""
        (row,) = self.rows(sql, values)
        (value,) = row.values()
        return int(value)

    def insert(self, table: str, rows: pa.Table) -> None:
        """Append rows to a table of ours; columns go by name."""
        with told(self.path), self.lent("incoming_rows", rows):
            self.connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM incoming_rows")

    @contextmanager
    def frugal(self) -> Iterator[None]:
        """Within it DuckDB makes do with little memory and one thread; to be opened outside a transaction."""
        self._limit(FRUGAL)
        try:
            yield
        finally:
            self._limit(self.limits)

    def _limit(self, limits: Limits) -> None:
        """Set new limits; where more is in use than the new ones allow, the old ones hold on."""
        with suppress(duckdb.Error):
            self.connection.execute(f"SET memory_limit = '{limits.memory}'")
            self.connection.execute(f"SET threads = {limits.cores}")

    @contextmanager
    def lent(self, name: str, rows: pa.Table | pa.RecordBatchReader) -> Iterator[None]:
        """Let SQL read Arrow rows under a name for a while."""
        self.connection.register(name, rows)
        try:
            yield
        finally:
            with suppress(duckdb.Error):  # in a transaction that failed; the next of that name takes its place
                self.connection.unregister(name)


@contextmanager
def opened(path: Path, limits: Limits) -> Iterator[Store]:
    """The store at `path`, made when it is not there.

    Raises StoreError when it cannot be read or is newer than we are, Busy when another process has it open.
    """
    with told(path):
        if not path.exists():
            _make(path, limits)
        with closing(_attach(path, limits)) as connection:
            store = Store(path, connection, limits)
            _check_version(store)
            furnish(store)
            yield store
            connection.execute("CHECKPOINT store")


def rewrite(path: Path, limits: Limits) -> None:
    """Write a closed store anew, so that nothing of what was deleted is left between its rows.

    Raises StoreError when there is no room for it; the old file stays then.
    """
    fresh = path.with_name(path.name + ".new")
    with told(path):
        fresh.unlink(missing_ok=True)
        with closing(_attach(path, limits)) as connection:
            connection.execute(f"ATTACH '{_quoted(fresh)}' AS fresh {STORAGE}")
            connection.execute("COPY FROM DATABASE store TO fresh")
            connection.execute("CHECKPOINT fresh")
        fresh.replace(path)


def furnish(store: Store) -> None:
    """Make the tables and columns that are not there yet."""
    store.execute(_schema())
    for crm, streams in STREAMS.items():
        store.execute(f"CREATE SCHEMA IF NOT EXISTS {crm}")
        there = _columns(store, crm)
        for stream in streams:
            _furnish_table(store, f"{crm}.{stream.name}", stream, there.get(stream.name, frozenset()))


def read_meta(store: Store, key: str) -> str | None:
    """What the store knows under `key`."""
    rows = store.rows("SELECT value FROM kept.meta WHERE key = ?", [key])
    return str(rows[0]["value"]) if rows else None


def write_meta(store: Store, key: str, value: str) -> None:
    """Remember `value` under `key`; to be called within a transaction when it belongs to one."""
    store.execute("DELETE FROM kept.meta WHERE key = ?", [key])
    store.execute("INSERT INTO kept.meta VALUES (?, ?)", [key, value])


def column_definitions(stream: Stream) -> dict[str, str]:
    """The columns of a pulled table with their SQL types."""
    plain = {name: SQL_TYPES[kind] for name, kind in stream.columns.items()}
    needed = {"id": "VARCHAR NOT NULL", "modified_at": "TIMESTAMPTZ NOT NULL", "is_deleted": "BOOLEAN NOT NULL"}
    return plain | needed | {"deleted_at": "TIMESTAMPTZ"}


def _make(path: Path, limits: Limits) -> None:
    """Make an empty store beside and move it in place, so that a kill leaves none or a whole one."""
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    with closing(_attach(fresh, limits, STORAGE)) as connection:
        connection.execute(_schema())
        connection.execute("INSERT INTO kept.meta VALUES ('store_version', ?)", [str(STORE_VERSION)])
        connection.execute("CHECKPOINT store")
    fresh.replace(path)


def _schema() -> str:
    """The tables that are ours alone, each to be made if it is not there."""
    return files("connector.store").joinpath("schema.sql").read_text(encoding="utf-8")


def _attach(path: Path, limits: Limits, options: str = "") -> duckdb.DuckDBPyConnection:
    """A connection whose current database is the file at `path`."""
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": limits.memory, "threads": limits.cores, "temp_directory": str(path.parent / SPILL),
        "autoinstall_known_extensions": False,
    }  # fmt: skip
    connection = duckdb.connect(":memory:", config=config)
    try:
        connection.execute("SET enable_progress_bar = false")
        connection.execute("SET TimeZone = 'UTC'")  # a moment's day and text must not depend on the machine
        connection.execute("SET preserve_insertion_order = false")  # halves the time and memory of a first load
        connection.execute(f"ATTACH '{_quoted(path)}' AS store {options}")
        connection.execute("USE store")
    except BaseException:
        connection.close()
        raise
    return connection


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _check_version(store: Store) -> None:
    """Refuse a file that is no store of ours, or one that a newer connector has made."""
    tables = "SELECT count(*) FROM duckdb_tables() WHERE database_name = 'store' AND schema_name = 'kept'"
    if store.number(f"{tables} AND table_name = 'meta'") == 0:
        raise StoreError(f"{store.path}: is a database, but not a store of ours; name another folder in CONNECTOR_HOME")
    version = int(read_meta(store, "store_version") or 0)
    if version > STORE_VERSION:
        raise StoreError(
            f"{store.path}: is of store version {version}, this connector knows up to {STORE_VERSION}; "
            "install the newer connector again, or name another folder in CONNECTOR_HOME"
        )


def _furnish_table(store: Store, table: str, stream: Stream, there: frozenset[str]) -> None:
    columns = column_definitions(stream)
    if not there:
        store.execute(f"CREATE TABLE {table} ({', '.join(f'{name} {kind}' for name, kind in columns.items())})")
        return
    for name in columns.keys() - there:
        store.execute(f"ALTER TABLE {table} ADD COLUMN {name} {columns[name]}")


def _columns(store: Store, crm: str) -> dict[str, frozenset[str]]:
    """The columns of each table in a CRM's schema."""
    rows = store.rows(
        "SELECT table_name, list(column_name) AS names FROM duckdb_columns() "
        "WHERE database_name = 'store' AND schema_name = ? GROUP BY table_name",
        [crm],
    )
    return {row["table_name"]: frozenset(row["names"]) for row in rows}
