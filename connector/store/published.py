"""What did the last finished run find? For readers that must not wait for the one that writes."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from pathlib import Path

import duckdb
import pyarrow as pa

from connector.errors import StoreError
from connector.store.choice import EVERY, SHORT_ID, WORDS, Choice
from connector.store.database import Row
from connector.store.home import Home
from connector.store.publish import ABOUT, LATEST, About

ACCOUNTS = "account_id, account_name, mqa, surge"
COUNTED = "NOT is_staff AND NOT excluded"
MEASURES = ("minutes_30d", "minutes_before_30d", "people_90d")
BY: Mapping[str, str] = {  # what a summary may go by, and the column that says it
    **{word: word for word in WORDS}, "owner": "coalesce(owner_name, owner_id)", "group": "account_group",
    "department": "cells.department", "seniority": "cells.seniority",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Published:
    """The tables of one finished run."""

    folder: Path
    about: About

    def accounts(self, choice: Choice = EVERY, *, most: int | None = None) -> pa.Table:
        """The accounts, best to work on first: every column of the snapshot, and domain, group, owner and so on."""
        where, values = choice.where()
        limit = f"LIMIT {int(most)}" if most is not None else ""
        return self._query("accounts", f"WHERE {where} {limit}", values)

    def summary(self, by: str, choice: Choice = EVERY) -> pa.Table:
        """Groups of the chosen accounts, those with most minutes first; `by` is one of BY.

        Columns name, accounts, minutes_30d, minutes_before_30d, change, change_share (null: nothing before), mqas,
        surging, people_90d, leaders (the three that grew most). Of people, an account stands in several groups.
        """
        where, values = choice.where()
        text = files("connector.store").joinpath("sql", "summary.sql").read_text(encoding="utf-8")
        sql = (
            f"WITH accounts AS (SELECT * FROM read_parquet(?) WHERE {where}), "
            f"cells AS (SELECT * FROM read_parquet(?)), parts AS ({_parts(BY[by])}) {text}"
        )
        return self._ask(sql, [self._path("accounts"), *values, self._path("cells")])

    def parted(self, by: str, choice: Choice = EVERY) -> pa.Table:
        """The chosen accounts with all their columns; `part` says which group of `by` each is in."""
        where, values = choice.where()
        return self._query("accounts", f"WHERE {where}", values, columns=f"*, {BY[by]} AS part")

    def heatmap(self, choice: Choice = EVERY, account_id: str | None = None) -> pa.Table:
        """People of the chosen accounts by department and seniority: how many, and their minutes.

        Columns department, seniority, people, people_90d (there in 90 days), minutes_30d, minutes_before_30d.
        """
        where, values = choice.where()
        sums = ", ".join(f"CAST(sum({name}) AS BIGINT) AS {name}" for name in ("people", "people_90d"))
        minutes = ", ".join(f"sum({name}) AS {name}" for name in ("minutes_30d", "minutes_before_30d"))
        return self._ask(
            f"SELECT department, seniority, {sums}, {minutes} FROM read_parquet(?) WHERE account_id IN "
            f"(SELECT account_id FROM read_parquet(?) WHERE {where} AND account_id = coalesce(?, account_id)) "
            "GROUP BY department, seniority ORDER BY department, seniority",
            [self._path("cells"), self._path("accounts"), *values, account_id],
        )

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

    def ours(self, account_id: str) -> pa.Table:
        """Who of us worked on an account in 90 days, the busiest first: user_name, activities, people, last_day."""
        return self._query("ours", "WHERE account_id = ?", [account_id])

    def left_out(self, account_id: str | None = None) -> pa.Table:
        """How many activities were not counted by reason: of one account, or one row an account (null: of none)."""
        return self._query("left_out", "WHERE account_id = ?" if account_id else "", [account_id] if account_id else [])

    def matches(self) -> pa.Table:
        """How many people (neither staff nor excluded) each rule matched, and how many belong to no account and why.

        Columns rule, why_not (one of both is null), people, confidence (the mean), locked, conflicts.
        """
        columns = (
            "rule, why_not, count(*) AS people, avg(confidence) AS confidence, "
            "count(*) FILTER (WHERE is_locked) AS locked, count(*) FILTER (WHERE is_conflict) AS conflicts"
        )
        rest = f"WHERE {COUNTED} GROUP BY rule, why_not ORDER BY people DESC, rule, why_not"
        return self._query("matches", rest, columns=columns)

    def conflicts(self, most: int) -> pa.Table:
        """People who may belong to a second account, the closest first."""
        order = "ORDER BY confidence - second_confidence, person_id"
        return self._query("matches", f"WHERE {COUNTED} AND is_conflict {order} LIMIT {int(most)}")

    def reviewed(self) -> pa.Table:
        """Everybody whose match a person should look at: conflicts first, then the least sure; no undisputed link."""
        where = f"WHERE {COUNTED} AND (is_conflict OR is_locked OR coalesce(rule, '') <> 'link')"
        return self._query("matches", f"{where} ORDER BY is_conflict DESC, coalesce(confidence, 0), person_id")

    def trials(self) -> pa.Table:
        """How each matching rule did on converted leads: rule, how many were tried, said and right, mean confidence."""
        columns = (
            "rule, count(*) AS tried, count(account_id) AS said, count(*) FILTER (WHERE is_right) AS right, "
            "avg(confidence) AS confidence"
        )
        return self._query("trials", "GROUP BY rule", columns=columns)

    def confidences(self) -> pa.Table:
        """How right all rules together were, by how sure they said they were, in steps of a tenth."""
        columns = (
            "floor(confidence * 10 + 1e-9) / 10 AS least, count(*) AS said, count(*) FILTER (WHERE is_right) AS right, "
            "avg(confidence) AS confidence"
        )
        rest = "WHERE rule = 'together' AND account_id IS NOT NULL GROUP BY least ORDER BY least DESC"
        return self._query("trials", rest, columns=columns)

    def locks(self) -> pa.Table:
        """The lines of locks.csv as the run read them: person_id, account_id, is_known."""
        return self._query("locks")

    def titles(self) -> pa.Table:
        """The titles that no pattern knows, the most frequent first."""
        return self._query("titles")

    def personas(self) -> pa.Table:
        """Which rules of personas.yaml said who people are: persona_rule, department, seniority, people."""
        return self._query("personas")

    def words(self) -> pa.Table:
        """In which words records of 90 days said what they are: crm, source, type, subtype, status, records."""
        return self._query("words")

    def visits(self) -> pa.Table:
        """How many imported rows are whose, and from which domains those of nobody are."""
        return self._query("visits")

    def joined(self) -> pa.Table:
        """Which records of HubSpot stand for which of Salesforce, and by which rule; without one they stand alone."""
        return self._query("joined")

    def pages(self) -> pa.Table:
        """How often each page was seen in 90 days."""
        return self._query("pages")

    def plan(self) -> pa.Table:
        """What the run wanted to write: cells, before and moved are JSON."""
        return self._query("plan")

    def journal(self) -> pa.Table:
        """How each row of the run ended, and the rows of earlier runs that still fail."""
        return self._query("journal")

    def failing(self) -> pa.Table:
        """The rows that did not get through: account_id, account_name, state, code, message, tries, first_failed_at."""
        return self._query("journal", "WHERE state <> 'ok'")

    def _query(self, table: str, rest: str = "", values: Sequence[object] = (), *, columns: str = "*") -> pa.Table:
        return self._ask(f"SELECT {columns} FROM read_parquet(?) {rest}", [self._path(table), *values])

    def _path(self, table: str) -> str:
        return str(self.folder / f"{table}.parquet")

    def _ask(self, sql: str, values: Sequence[object]) -> pa.Table:
        """The answer of a query. Raises StoreError when a table cannot be read, or was never published."""
        try:
            with duckdb.connect(":memory:") as connection:
                connection.execute("SET enable_progress_bar = false")
                connection.execute("SET TimeZone = 'UTC'")
                return connection.sql(sql, params=list(values)).to_arrow_table()
        except duckdb.IOException:
            raise StoreError(f"{self.folder}: cannot be read whole; the next sync publishes it again") from None


def _parts(column: str) -> str:
    """Which accounts are in each group, and with how much: whole, or with their people of each cell."""
    if not column.startswith("cells."):
        return f"SELECT {column} AS name, {ACCOUNTS}, {', '.join(MEASURES)} FROM accounts"
    sums = ", ".join(f"sum(cells.{measure}) AS {measure}" for measure in MEASURES)
    return f"SELECT {column} AS name, {ACCOUNTS}, {sums} FROM cells JOIN accounts USING (account_id) GROUP BY ALL"


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


def is_published(home: Home) -> bool:
    """Whether any run has published what it found."""
    return (home.published / LATEST).exists()
