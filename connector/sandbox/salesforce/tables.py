"""Where do the org's rows live? In DuckDB, one table an object, one current row an id."""

# ruff: noqa: S608 - names come from the schema and are quoted; values are parameters
from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

import duckdb
import pyarrow as pa

from connector.sandbox.answers import Json
from connector.sandbox.salesforce.schema import Field, SObject
from connector.sandbox.salesforce.soql.scope import quoted

THREADS = 2


class Trial:
    """Writes that may still be taken back."""

    undone = False

    def undo(self) -> None:
        """Take them back."""
        self.undone = True


class Tables:
    """The rows of every object. Callers hold the org's lock while they write."""

    def __init__(self) -> None:
        self.db = duckdb.connect(":memory:", config={"threads": THREADS})
        self._writer: duckdb.DuckDBPyConnection | None = None  # the cursor of a running transaction
        self.db.execute('CREATE TABLE _gone (sobject VARCHAR, "Id" VARCHAR, deleted_at TIMESTAMP)')

    def ensure(self, sobject: SObject) -> None:
        """Make the object's table, or give it the columns it lacks."""
        name = quoted(sobject.name)
        columns = {field.name: _column(field) for field in sobject.fields if field.stored}
        self.db.execute(f"CREATE TABLE IF NOT EXISTS {name} ({', '.join(columns.values())})")
        known = {str(row[0]) for row in self.query(f"SELECT column_name FROM (DESCRIBE {name})")}
        for field, column in columns.items():
            if field not in known:
                self.db.execute(f"ALTER TABLE {name} ADD COLUMN {column}")

    @contextmanager
    def transaction(self) -> Iterator[Trial]:
        """Keep all that is written inside, or none of it once `undo` was called."""
        outer, trial = self._writer, Trial()
        self._writer = self.db.cursor()
        self._writer.execute("BEGIN")
        try:
            yield trial
        finally:
            self._writer.execute("ROLLBACK" if trial.undone else "COMMIT")
            self._writer = outer

    def drop_column(self, sobject: SObject, name: str) -> None:
        """Take a field's values away."""
        self.query(f"ALTER TABLE {quoted(sobject.name)} DROP COLUMN {quoted(name)}")

    def upsert(self, sobject: SObject, rows: pa.Table) -> None:
        """Put whole rows in the place of those with their ids; a column that is not there reads as null."""
        incoming = _naive(rows)
        columns = [field for field in sobject.fields if field.stored]
        shown = ", ".join(_taken(field, incoming.column_names) for field in columns)
        name = quoted(sobject.name)
        cursor = self._cursor()
        cursor.register("incoming", incoming)
        if cursor.execute(f"SELECT 1 FROM {name} LIMIT 1").fetchone():
            cursor.execute(f'DELETE FROM {name} WHERE "Id" IN (SELECT "Id" FROM incoming)')
        cursor.execute(f"INSERT INTO {name} BY NAME SELECT {shown} FROM incoming")
        cursor.unregister("incoming")

    def update(self, sobject: SObject, rows: pa.Table) -> None:
        """Set the given columns on the rows with the given ids, and leave the other columns as they are."""
        incoming = _naive(rows)
        fields = [f for f in sobject.fields if f.name in incoming.column_names and f.name != "Id"]
        sets = ", ".join(f"{quoted(f.name)} = incoming.{quoted(f.name)}::{f.sql_type}" for f in fields)
        name = quoted(sobject.name)
        cursor = self._cursor()
        cursor.register("incoming", incoming)
        cursor.execute(f'UPDATE {name} SET {sets} FROM incoming WHERE {name}."Id" = incoming."Id"')
        cursor.unregister("incoming")

    def rows(self, sobject: SObject, ids: Sequence[str]) -> dict[str, dict[str, Json]]:
        """The rows with these ids, by id; ids without a row are left out."""
        sql = f'SELECT * FROM {quoted(sobject.name)} WHERE "Id" IN (SELECT unnest($ids))'
        found = self.arrow(sql, {"ids": list(ids)}).to_pylist()
        return {row["Id"]: row for row in found}

    def matches(self, sobject: SObject, field: Field, values: Sequence[str]) -> list[tuple[str, str]]:
        """(value in lower case, id) of the live rows whose field has one of the values, whatever the case."""
        alive = 'AND NOT "IsDeleted"' if sobject.field("IsDeleted") else ""
        column = f"lower({quoted(field.name)}::VARCHAR)"
        sql = f'SELECT {column}, "Id" FROM {quoted(sobject.name)} WHERE {column} IN (SELECT unnest($values)) {alive}'
        lowered = [value.lower() for value in values]
        return [(str(value), str(row)) for value, row in self.query(sql, {"values": lowered})]

    def remove(self, sobject: SObject, ids: Sequence[str]) -> None:
        """Take the rows away for good."""
        sql = f'DELETE FROM {quoted(sobject.name)} WHERE "Id" IN (SELECT unnest($ids))'
        self.query(sql, {"ids": list(ids)})

    def note_gone(self, sobject: SObject, ids: Sequence[str], at: datetime) -> None:
        """Note that the rows were deleted: at their own stamp where they say they are deleted, else `at`."""
        stamp = '"SystemModstamp"' if sobject.field("SystemModstamp") else "NULL"
        own = f'CASE WHEN "IsDeleted" THEN {stamp} END' if sobject.field("IsDeleted") else "NULL"
        self.forget_gone(sobject, ids)
        sql = f"""INSERT INTO _gone SELECT $sobject, "Id", COALESCE({own}, $at) FROM {quoted(sobject.name)}
                  WHERE "Id" IN (SELECT unnest($ids))"""
        self.query(sql, {"sobject": sobject.name, "ids": list(ids), "at": at.replace(tzinfo=None)})

    def forget_gone(self, sobject: SObject, ids: Sequence[str]) -> None:
        """The rows are back."""
        sql = 'DELETE FROM _gone WHERE sobject = $name AND "Id" IN (SELECT unnest($ids))'
        self.query(sql, {"name": sobject.name, "ids": list(ids)})

    def forget_gone_in(self, sobject: SObject, ids: pa.Table) -> None:
        """The rows with the ids of the table are back, or about to be noted again."""
        cursor = self._cursor()
        cursor.register("incoming", ids)
        among = '"Id" IN (SELECT "Id" FROM incoming)'
        cursor.execute(f"DELETE FROM _gone WHERE sobject = $name AND {among}", {"name": sobject.name})
        cursor.unregister("incoming")

    def stamps(self, sobject: SObject) -> dict[str, datetime]:
        """The SystemModstamp of every row, by id."""
        rows = self.query(f'SELECT "Id", "SystemModstamp" FROM {quoted(sobject.name)}')
        return {str(record_id): stamp for record_id, stamp in rows}

    def query(self, sql: str, values: Mapping[str, Json] | None = None) -> list[tuple[Json, ...]]:
        """The rows a statement gives."""
        return self._cursor().execute(sql, dict(values or {})).fetchall()

    def arrow(self, sql: str, values: Mapping[str, Json]) -> pa.Table:
        """The rows a statement gives, as a table."""
        return self._cursor().sql(sql, params=dict(values)).to_arrow_table()

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        return self._writer or self.db.cursor()

    def count(self, sobject: SObject) -> int:
        """How many live rows the object has."""
        alive = ' WHERE NOT "IsDeleted"' if sobject.field("IsDeleted") else ""
        return int(self.query(f"SELECT count(*) FROM {quoted(sobject.name)}{alive}")[0][0])


def _column(field: Field) -> str:
    default = " DEFAULT FALSE" if field.type == "boolean" else ""
    return f"{quoted(field.name)} {field.sql_type}{default}"


def _naive(rows: pa.Table) -> pa.Table:
    """Moments as DuckDB keeps them: UTC without saying so, in whole seconds as Salesforce keeps them."""
    for place, column in enumerate(rows.schema):
        if pa.types.is_timestamp(column.type):
            whole = rows.column(place).cast(pa.timestamp("s", column.type.tz), safe=False).cast(pa.timestamp("s"))
            rows = rows.set_column(place, column.name, whole)
    return rows


def _taken(field: Field, present: list[str]) -> str:
    name = quoted(field.name)
    if field.name not in present:
        return f"{'FALSE' if field.type == 'boolean' else 'NULL'} AS {name}"
    return f"COALESCE({name}::BOOLEAN, FALSE) AS {name}" if field.type == "boolean" else f"{name} AS {name}"
