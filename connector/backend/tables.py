"""How does a query of the engine become a table? One file of engine/sql per table, rules put in as numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from string import Template

import duckdb
import pyarrow as pa

Numbers = Mapping[str, int | float]
Columns = Mapping[str, Sequence[object]]

ROOM = files("connector.engine").joinpath("sql")


@dataclass(frozen=True, slots=True)
class Bench:
    """The connection we work on, whose rows we read (a CRM or both), and the numbers that rules put into queries."""

    connection: duckdb.DuckDBPyConnection
    crm: str
    numbers: Numbers

    def query(self, name: str) -> str:
        """The text of `name`.sql, the one for this CRM (or for both) before the one for all."""
        own = ROOM.joinpath(self.crm, f"{name}.sql")
        text = (own if own.is_file() else ROOM.joinpath(f"{name}.sql")).read_text(encoding="utf-8")
        return self._filled(text)

    def reading(self, crm: str, noun: str) -> str:
        """How the rows of a CRM are read as one of our nouns; its table as it is, where no file says otherwise."""
        own = ROOM.joinpath(crm, f"{noun}.sql")
        return self._filled(own.read_text(encoding="utf-8")) if own.is_file() else f"SELECT * FROM {crm}.{noun}"

    def _filled(self, text: str) -> str:
        return Template(text).substitute({key: repr(value) for key, value in self.numbers.items()})

    def make(self, *tables: str) -> None:
        """Make each table (`schema.name`) again from its query."""
        for table in tables:
            self.run(f"CREATE OR REPLACE TABLE {table} AS {self.query(_name(table))}")

    def view(self, *views: str) -> None:
        """Make each view (`schema.name`) again from its query."""
        for view in views:
            self.run(f"CREATE OR REPLACE VIEW {view} AS {self.query(_name(view))}")

    def refill(self, table: str, where: str) -> None:
        """Put what the query says now in the place of some rows of a table."""
        self.replace(table, where, self.query(_name(table)))

    def replace(self, table: str, where: str, rows: str) -> None:
        """Put the rows of a query in the place of some rows of a table."""
        self.run(f"DELETE FROM {table} WHERE {where}")
        self.run(f"INSERT INTO {table} BY NAME {rows}")

    def copy(self, table: str, rows: str) -> None:
        """Make a table of the rows of a query."""
        self.run(f"CREATE OR REPLACE TABLE {table} AS {rows}")

    def run(self, sql: str) -> None:
        """Run one statement of our own."""
        self.connection.execute(sql)

    def keep(self, table: str, columns: Columns | pa.Table) -> None:
        """Make a table of columns."""
        rows = columns if isinstance(columns, pa.Table) else pa.table(dict(columns))
        self.connection.register("incoming_columns", rows)
        self.run(f"CREATE OR REPLACE TABLE {table} AS SELECT * FROM incoming_columns")
        self.connection.unregister("incoming_columns")

    def add(self, table: str, rows: pa.Table) -> None:
        """Add rows to a table."""
        self.connection.register("incoming_rows", rows)
        self.run(f"INSERT INTO {table} BY NAME SELECT * FROM incoming_rows")
        self.connection.unregister("incoming_rows")

    def show(self, name: str, rows: pa.Table) -> None:
        """Let queries on this connection read rows by a name, where they are."""
        self.connection.register(name, rows)

    def fetch(self, sql: str) -> pa.Table:
        """The answer of a query of our own."""
        return self.connection.sql(sql).to_arrow_table()

    def number(self, sql: str) -> int:
        """The one number a query answers with."""
        return int(self.fetch(sql).column(0)[0].as_py())


def _name(table: str) -> str:
    return table.rpartition(".")[2]
