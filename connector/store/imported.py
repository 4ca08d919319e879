"""Which rows do files bring, and what is wrong with them? Checked as a whole, then kept by their id."""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from pathlib import Path

import pyarrow as pa

from connector.engine.records import IMPORTED_STREAMS
from connector.store.changes import ask_full_build
from connector.store.database import Row, Store
from connector.store.files import COLUMNS, SAID
from connector.store.forgotten import strike
from connector.store.streams import NOT_CONTENT, lent_pages

(ACTIVITY,) = IMPORTED_STREAMS
TABLE = f"imported.{ACTIVITY.name}"
MANY = 100_000  # from so many new rows on it takes less time to make all that is derived anew
LONGEST_SHOWN = 60  # characters of a wrong value that are repeated to its writer
UNSHOWN = ("email", "person_id")  # a message names no person
FAULTS = {
    ("id", "missing"): "id is empty; every row needs one of its own, so that it can be imported again",
    ("id", "long"): "id is longer than 200 characters; use a shorter one",
    ("source", "missing"): "source is empty; name where the row comes from, or say it for all rows with --source",
    ("source", "malformed"): "source is {value}; use one word of letters, digits, _ . and -",
    ("kind", "missing"): f"kind is empty; it is {COLUMNS['kind']}",
    ("kind", "unknown"): "kind is {value}, which is none that can be imported{near}",
    ("at", "missing"): "at is empty; write when it was, such as 2026-11-01T09:30:00Z",
    ("at", "malformed"): "at is {value}; write it like 2026-11-01T09:30:00Z, or 2026-11-01 for a day",
    ("at", "no_zone"): "at is {value}, without a zone; write Z or +02:00 behind it, or say it for all rows with --zone",
    ("at", "far"): "at is {value}; it must be between 1970 and 2100",
    ("minutes", "malformed"): "minutes is {value}; write a number from 0 up, with a point",
    ("person_id", "malformed"): "person_id is no id of a contact or lead; use the id of the CRM, or email",
    ("email", "malformed"): "email is no address; correct it or leave it empty",
    ("account_id", "malformed"): "account_id is {value}; use the id of the CRM, or domain",
    ("domain", "malformed"): "domain is {value}; write it like acme.com",
    ("domain", "address"): "domain is {value}, an IP address; write the company's domain, or leave it empty",
    ("page", "long"): "page is longer than 2,000 characters; shorten it",
    ("campaign_id", "long"): "campaign_id is longer than 200 characters; use the id of the CRM",
    ("deleted", "malformed"): "deleted is {value}; write true or false",
}


@dataclass(frozen=True, slots=True)
class Terms:
    """What a file may say: the kinds that can be imported, and the zone of moments that name none."""

    kinds: Sequence[str]
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class Faults:
    """The first faults of the files, a sentence each, and how many there are; a row may have several."""

    told: Sequence[str]
    count: int
    rows: int


@dataclass(frozen=True, slots=True)
class Brought:
    """What the files brought: good rows, and of their ids those new, different from before, and as before."""

    rows: int
    new: int
    changed: int
    same: int


def read_in(store: Store, pages: Iterable[pa.Table], terms: Terms) -> None:
    """Read pages of SAID and check every row; for `faults_of` and `keep_rows`, on this connection only."""
    with lent_pages(store, SAID, pages), store.transaction():
        store.execute("CREATE OR REPLACE TEMP TABLE said AS SELECT * FROM pages")
    store.execute("CREATE OR REPLACE TEMP TABLE importable AS SELECT unnest(?::VARCHAR[]) AS kind", [[*terms.kinds]])
    store.execute("CREATE OR REPLACE TEMP TABLE told_zone AS SELECT ?::VARCHAR AS zone", [terms.zone])
    for table, query in (("meant", "import_meant"), ("faults", "import_faults")):
        store.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS {_query(query)}")


def faults_of(store: Store, paths: Sequence[Path], kinds: Sequence[str], most: int) -> Faults:
    """What is wrong with the rows that were read; the first `most` in the order of the files."""
    rows = store.rows(
        "SELECT faults.name, faults.sort, meant.* FROM faults JOIN meant USING (file, line) "
        f"ORDER BY file, line, list_position({[*SAID]}, faults.name) LIMIT ?",
        [most],
    )
    count = "SELECT count(*) AS count, count(DISTINCT (file, line)) AS rows FROM faults"
    return Faults([f"{paths[row['file']]}:{row['line']}: {_told(row, kinds)}" for row in rows], **store.rows(count)[0])


def keep_rows(store: Store, now: datetime) -> Brought:
    """Keep the good rows that were read: what is new, and what differs in the place of what was. All or nothing."""
    content = [name for name in ACTIVITY.columns if name not in NOT_CONTENT]
    differs = " OR ".join(f"b.{name} IS DISTINCT FROM t.{name}" for name in content)
    with store.transaction():
        store.execute(f"CREATE OR REPLACE TEMP TABLE brought AS {_query('import_rows')}")
        strike(store, "brought", TABLE, ACTIVITY.columns)
        store.execute(
            "CREATE OR REPLACE TEMP TABLE fresh AS SELECT b.*, t.id IS NULL AS is_new, t.created_at AS known_at "
            f"FROM brought b LEFT JOIN {TABLE} t ON t.id = b.id WHERE t.id IS NULL OR {differs}"
        )
        brought = _count(store)
        _replace(store, now)
        if brought.new > MANY:
            ask_full_build(store)
    return brought


def _replace(store: Store, now: datetime) -> None:
    """Put the fresh rows in the place of the old ones, and note that they differ."""
    store.execute(f"DELETE FROM {TABLE} WHERE id IN (SELECT id FROM fresh)")
    store.execute(
        f"INSERT INTO {TABLE} BY NAME SELECT * EXCLUDE (is_new, known_at), ?::TIMESTAMPTZ AS modified_at, "
        "coalesce(known_at, ?::TIMESTAMPTZ) AS created_at, CASE WHEN is_deleted THEN ?::TIMESTAMPTZ END AS deleted_at "
        "FROM fresh",
        [now, now, now],
    )
    store.execute("INSERT INTO work.changed SELECT ?, id FROM fresh", [ACTIVITY.name])


def _count(store: Store) -> Brought:
    (found,) = store.rows(
        "SELECT (SELECT count(*) FROM meant ANTI JOIN faults USING (file, line)) AS rows, count(*) AS ids, "
        "(SELECT count(*) FROM fresh WHERE is_new) AS new, (SELECT count(*) FROM fresh WHERE NOT is_new) AS changed "
        "FROM brought"
    )
    return Brought(found["rows"], found["new"], found["changed"], found["ids"] - found["new"] - found["changed"])


def _told(row: Row, kinds: Sequence[str]) -> str:
    """A fault in words: what is wrong, and what to write instead."""
    name, sort = row["name"], row["sort"]
    if name == "fault":
        return str(row["fault"])
    value = "" if name in UNSHOWN else str(row[name])
    near = difflib.get_close_matches(value, kinds, n=1)
    hint = f"; did you mean {near[0]}?" if near else f"; they are {', '.join(kinds)}"
    short = value if len(value) <= LONGEST_SHOWN else f"{value[:LONGEST_SHOWN]}..."
    return FAULTS[name, sort].format(value=short, near=hint)


def _query(name: str) -> str:
    return files("connector.store").joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")
