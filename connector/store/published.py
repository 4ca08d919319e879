"""What did the last finished run find? For readers that must not wait for the one that writes."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa

from connector.errors import StoreError
from connector.store.database import Row
from connector.store.home import Home
from connector.store.publish import ABOUT, LATEST, About

SHORT_ID = 15  # Salesforce shows ids in 15 characters here and 18 there


@dataclass(frozen=True, slots=True)
class Published:
    """The tables of one finished run."""

    folder: Path
    about: About

    def accounts(self, *, surge: Sequence[str] = (), mqa: bool | None = None, most: int | None = None) -> pa.Table:
        """The accounts, best to work on first: every column of the snapshot, and domain, group, owner and so on."""
        clauses: Mapping[str, Sequence[object]] = {"list_contains(?, surge)": [list(surge)]} if surge else {}
        clauses = {**clauses, **({"mqa = ?": [mqa]} if mqa is not None else {})}
        where = f"WHERE {' AND '.join(clauses)}" if clauses else ""
        limit = f"LIMIT {int(most)}" if most is not None else ""
        values = [value for some in clauses.values() for value in some]
        return self._query("accounts", f"{where} {limit}", values)

    def find(self, wanted: str) -> list[Row]:
        """The accounts with this id, name or domain; failing that, those whose name holds it."""
        exact = "WHERE left(account_id, ?) = left(?, ?) OR lower(account_name) = lower(?) OR lower(domain) = lower(?)"
        found = self._query("accounts", exact, [SHORT_ID, wanted, SHORT_ID, wanted, wanted])
        if not found.num_rows:
            found = self._query("accounts", "WHERE contains(lower(account_name), lower(?))", [wanted])
        rows: list[Row] = found.to_pylist()
        return rows

    def receipts(self, account_id: str) -> pa.Table:
        """What gave an account its minutes, the weightiest first; `minutes_now` adds up to its engaged minutes."""
        return self._query("receipts", "WHERE account_id = ?", [account_id])

    def people(self, account_id: str) -> pa.Table:
        """Who is known there."""
        return self._query("people", "WHERE account_id = ?", [account_id])

    def left_out(self, account_id: str | None = None) -> pa.Table:
        """How many activities were not counted by reason: of one account, or one row an account (null: of none)."""
        return self._query("left_out", "WHERE account_id = ?" if account_id else "", [account_id] if account_id else [])

    def plan(self) -> pa.Table:
        """What the run wanted to write: cells, before and moved are JSON."""
        return self._query("plan")

    def journal(self) -> pa.Table:
        """How each row of the run ended, and the rows of earlier runs that still fail."""
        return self._query("journal")

    def failing(self) -> pa.Table:
        """The rows that did not get through: account_id, account_name, state, code, message, tries, first_failed_at."""
        return self._query("journal", "WHERE state <> 'ok'")

    def _query(self, table: str, rest: str = "", values: Sequence[object] = ()) -> pa.Table:
        path = self.folder / f"{table}.parquet"
        try:
            with duckdb.connect(":memory:") as connection:
                connection.execute("SET enable_progress_bar = false")
                connection.execute("SET TimeZone = 'UTC'")
                query = f"SELECT * FROM read_parquet(?) {rest}"
                return connection.sql(query, params=[str(path), *values]).to_arrow_table()
        except duckdb.IOException:
            raise StoreError(f"{path}: cannot be read; the next sync publishes it again") from None


def read_published(home: Home) -> Published:
    """What the newest finished run has published. Raises StoreError when there is nothing yet."""
    try:
        folder = home.published / (home.published / LATEST).read_text(encoding="ascii")
        told = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise StoreError(f"{home.published}: nothing is published yet; run connector sync first") from None
    except (OSError, ValueError):
        raise StoreError(f"{home.published}: cannot be read; check its owner, or run connector sync again") from None
    return Published(folder, About(**told | {"as_of": datetime.fromisoformat(told["as_of"])}))
