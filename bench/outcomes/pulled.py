"""How do the rows of a simulated org become pulled tables, without a server between them?"""

from collections.abc import Mapping
from importlib.resources import files

import duckdb
import pyarrow as pa

from connector.engine.mapping import Mapping as CrmMapping
from connector.engine.records import IMPORTED_STREAMS, SALESFORCE_STREAMS, Kind, Stream

ARROW: Mapping[Kind, pa.DataType] = {
    "text": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "moment": pa.timestamp("us", "UTC"),
}


def keep_pulled(connection: duckdb.DuckDBPyConnection, tables: Mapping[str, pa.Table], mapping: CrmMapping) -> None:
    """Make `salesforce.<stream>` of every stream as a pull would have left it; an object that is not there is empty."""
    connection.execute("CREATE SCHEMA IF NOT EXISTS salesforce")
    connection.execute(files("connector.store").joinpath("schema.sql").read_text())
    for stream in SALESFORCE_STREAMS:
        rows = as_stream(stream, tables, mapping)
        connection.register("incoming", rows)
        connection.execute(f"CREATE OR REPLACE TABLE salesforce.{stream.name} AS SELECT * FROM incoming")
        connection.unregister("incoming")
    keep_nothing_imported(connection)


def keep_nothing_imported(connection: duckdb.DuckDBPyConnection) -> None:
    """An import lane that nobody has used."""
    connection.execute("CREATE SCHEMA IF NOT EXISTS imported")
    for stream in IMPORTED_STREAMS:
        connection.register("incoming", as_stream(stream, {}, CrmMapping(read={})))
        connection.execute(f"CREATE OR REPLACE TABLE imported.{stream.name} AS SELECT * FROM incoming")
        connection.unregister("incoming")


def as_stream(stream: Stream, tables: Mapping[str, pa.Table], mapping: CrmMapping) -> pa.Table:
    """The rows under our own names; what the mapping or the org leaves out is not known."""
    read = mapping.read.get(stream.name)
    rows = tables.get(read.object.name) if read else None
    if read is None or rows is None:
        return pa.table({name: pa.array([], ARROW[kind]) for name, kind in stream.columns.items()} | _never_gone(0))
    columns = {name: _column(rows, read.fields.get(name), kind) for name, kind in stream.columns.items()}
    return pa.table(columns | _never_gone(rows.num_rows))


def _column(rows: pa.Table, source: object, kind: Kind) -> pa.Array | pa.ChunkedArray:
    name = getattr(source, "name", "")
    if name not in rows.column_names:
        return pa.array([False] * rows.num_rows) if kind == "boolean" else pa.nulls(rows.num_rows, ARROW[kind])
    return rows[name].cast(ARROW[kind])


def _never_gone(rows: int) -> dict[str, pa.Array]:
    return {"deleted_at": pa.nulls(rows, ARROW["moment"])}
