"""How do pages of a stream become rows? The newest version of each, together with the bookmark that says so.

Measured: one INSERT fed by all pages of a window takes half the time and half the memory of one a page. A window is
joined with the table once; what is new replaces the old version by DELETE and INSERT, which holds a million changed
rows in 250 MB where MERGE, updating in place, needs far more.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from connector.engine.records import Kind, Stream
from connector.errors import StoreError
from connector.store.bookmarks import Bookmark, move_bookmark
from connector.store.changes import ask_full_build
from connector.store.database import Store
from connector.store.forgotten import PERSONS, strike
from connector.store.pasts import keep_pasts

ARROW_TYPES: Mapping[Kind, pa.DataType] = {
    "text": pa.string(), "integer": pa.int64(), "number": pa.float64(), "boolean": pa.bool_(), "date": pa.date32(),
    "moment": pa.timestamp("us", tz="UTC"),
}  # fmt: skip
LET_GO_SECONDS = 10.0
NOT_CONTENT = frozenset({"id", "modified_at", "created_at"})  # a row that differs in nothing else was merely touched


@dataclass(frozen=True, slots=True)
class Kept:
    """What one window brought: rows read, those new or newer, those that also differ, and where the bookmark is now."""

    read: int
    newer: int
    changed: int
    bookmark: Bookmark


def keep_window(store: Store, crm: str, stream: Stream, pages: Iterable[pa.Table], bookmark: Bookmark) -> Kept:
    """Keep the rows of one whole window and move the bookmark to `bookmark`, in one transaction that streams.

    Whatever `pages` raises comes out as it is, and nothing of the window is kept.
    """
    table = f"{crm}.{stream.name}"
    keep = _merge if store.rows(f"SELECT 1 FROM {table} LIMIT 1") else _load
    with _moving(store, crm, stream, pages, bookmark) as feed:
        newer, changed = keep(store, table, stream)
    return Kept(feed.rows, newer, changed, _moved(bookmark, feed))


def fill_window(store: Store, crm: str, stream: Stream, pages: Iterable[pa.Table], bookmark: Bookmark) -> Kept:
    """The same for a window of a first load, in little memory: rows are added without a look at what is there.

    A row that moved while it was read may come in two windows; the newer one stays, and its past is not told.
    """
    with store.frugal(), _moving(store, crm, stream, pages, bookmark) as feed:
        added, _ = _load(store, f"{crm}.{stream.name}", stream)
    return Kept(feed.rows, added, added, _moved(bookmark, feed))


@contextmanager
def _moving(
    store: Store, crm: str, stream: Stream, pages: Iterable[pa.Table], bookmark: Bookmark
) -> Iterator["_Feed"]:
    """Rows that are kept within, and the bookmark that speaks of them, in one transaction."""
    with lent_pages(store, stream.columns, pages) as feed, store.transaction():
        yield feed
        move_bookmark(store, crm, _moved(bookmark, feed))


def _moved(bookmark: Bookmark, feed: "_Feed") -> Bookmark:
    """The bookmark with the newest stamp that was seen by now."""
    seen = [stamp for stamp in (bookmark.max_seen, feed.newest) if stamp is not None]
    return replace(bookmark, max_seen=max(seen, default=None))


def count_rows(store: Store, crm: str, stream: Stream) -> int:
    """How many rows of a stream there are, deleted ones too."""
    return store.number(f"SELECT count(*) FROM {crm}.{stream.name}")


def keep_deletes(store: Store, crm: str, stream: Stream, pages: Iterable[pa.Table]) -> int:
    """Bury the rows of (id, deleted_at) that are not newer than their deletion; how many that were."""
    with lent_pages(store, {"id": "text", "deleted_at": "moment"}, pages), store.transaction():
        store.execute(
            "CREATE OR REPLACE TEMP TABLE departed AS SELECT id, max(deleted_at) AS deleted_at FROM pages GROUP BY id"
        )
        return bury(store, f"{crm}.{stream.name}", stream.name)


def bury(store: Store, table: str, name: str) -> int:
    """Mark the rows listed in the temporary table `departed` as deleted; how many that were."""
    buried = f"FROM departed d JOIN {table} t ON t.id = d.id WHERE NOT t.is_deleted AND d.deleted_at >= t.modified_at"
    count = store.number(f"SELECT count(*) {buried}")
    if count:
        store.execute(f"INSERT INTO work.changed SELECT ?, t.id {buried}", [name])
        store.execute(
            f"UPDATE {table} AS t SET is_deleted = TRUE, deleted_at = d.deleted_at FROM departed d "
            "WHERE t.id = d.id AND NOT t.is_deleted AND d.deleted_at >= t.modified_at"
        )
    return count


@contextmanager
def lent_pages(store: Store, columns: Mapping[str, Kind], pages: Iterable[pa.Table]) -> Iterator["_Feed"]:
    """Let SQL read all pages, one after the other, as `pages`; what they raise comes out instead of DuckDB's words.

    To be opened before a transaction: in one that failed, DuckDB could not let go of the pages any more.
    """
    feed = _Feed(columns, pages)
    try:
        with store.lent("pages", pa.RecordBatchReader.from_batches(feed.schema, feed.batches())):
            yield feed
    except (duckdb.Error, StoreError):
        if feed.fault is not None:
            raise feed.fault from None
        raise
    finally:
        feed.end()


class _Feed:
    """Pages on their way into SQL. DuckDB pulls from a thread of its own, so the caller's context goes along."""

    def __init__(self, columns: Mapping[str, Kind], pages: Iterable[pa.Table]) -> None:
        self.schema = pa.schema([(name, ARROW_TYPES[kind]) for name, kind in columns.items()])
        self.rows = 0
        self.newest: datetime | None = None
        self.fault: BaseException | None = None
        self._pages = iter(pages)
        self._context = copy_context()
        self._at_work = Lock()
        self._is_over = False

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The pages with the declared columns and types."""
        while (page := self._context.run(self._next)) is not None:
            yield from page.to_batches()

    def end(self) -> None:
        """Give no more pages. After a failure DuckDB may still be asking for the next; it is waited for."""
        self._is_over = True
        if not self._at_work.acquire(timeout=LET_GO_SECONDS):
            return
        self._at_work.release()
        close = getattr(self._pages, "close", None)
        if close is not None:
            close()

    def _next(self) -> pa.Table | None:
        with self._at_work:
            try:
                page = None if self._is_over else next(self._pages, None)
                return None if page is None else self._note(page.select(self.schema.names).cast(self.schema))
            except BaseException as fault:
                self.fault = fault
                raise

    def _note(self, page: pa.Table) -> pa.Table:
        """The page, counted."""
        self.rows += page.num_rows
        newest = pc.max(page["modified_at"]).as_py() if "modified_at" in self.schema.names else None
        self.newest = max((stamp for stamp in (self.newest, newest) if stamp is not None), default=None)
        return page


def _load(store: Store, table: str, stream: Stream) -> tuple[int, int]:
    """Add to what a first load has brought so far; where it brought any, all that is derived has to be made anew."""
    names, values = _columns(stream, "pages")
    held = store.number(f"SELECT count(*) FROM {table}")
    store.execute(f"INSERT INTO {table} ({names}) SELECT {values} FROM pages")
    if store.number(f"SELECT count(*) FROM {table}") > held:
        ask_full_build(store)
    _make_unique(store, table)
    strike(store, table, table, stream.columns)
    added = store.number(f"SELECT count(*) FROM {table}") - held
    return added, added


def _merge(store: Store, table: str, stream: Stream) -> tuple[int, int]:
    """Put each row that is newer, or equally new and different, in the place of the old one; note which differ."""
    names, values = _columns(stream, "i")
    store.execute("CREATE OR REPLACE TEMP TABLE incoming AS SELECT * FROM pages")
    _make_unique(store, "incoming")
    _forget(store, table, stream)
    store.execute(_find_fresh(table, stream))
    store.execute(
        "INSERT INTO work.changed SELECT ?, i.id FROM incoming i JOIN fresh f ON f.new_row = i.rowid WHERE f.differs",
        [stream.name],
    )
    keep_pasts(store, table, stream.columns)
    store.execute(f"DELETE FROM {table} WHERE rowid IN (SELECT old_row FROM fresh)")
    store.execute(
        f"INSERT INTO {table} ({names}) SELECT {values} FROM incoming i WHERE i.rowid IN (SELECT new_row FROM fresh)"
    )
    (found,) = store.rows("SELECT count(*) AS newer, count(*) FILTER (WHERE differs) AS changed FROM fresh")
    return found["newer"], found["changed"]


def _forget(store: Store, table: str, stream: Stream) -> None:
    """Keep nothing of whom we were told to forget; who became one of them goes from the held rows too."""
    if strike(store, "incoming", table, stream.columns) and table in PERSONS:
        strike(store, table, table, stream.columns)


def _columns(stream: Stream, source: str) -> tuple[str, str]:
    """The columns to insert into and what to select for them; a row that comes deleted was so at its own stamp."""
    values = {name: f"{source}.{name}" for name in stream.columns}
    values["is_deleted"] = f"COALESCE({source}.is_deleted, FALSE)" if "is_deleted" in values else "FALSE"
    values["deleted_at"] = f"CASE WHEN {values['is_deleted']} THEN {source}.modified_at END"
    return ", ".join(values), ", ".join(values.values())


def _find_fresh(table: str, stream: Stream) -> str:
    """Which incoming row takes the place of which held one, and whether it says anything new."""
    content = [name for name in stream.columns if name not in NOT_CONTENT]
    differs = " OR ".join(f"i.{name} IS DISTINCT FROM t.{name}" for name in content)
    return (
        "CREATE OR REPLACE TEMP TABLE fresh AS "
        f"SELECT i.rowid AS new_row, t.rowid AS old_row, t.id IS NULL OR {differs} AS differs "
        f"FROM incoming i LEFT JOIN {table} t ON t.id = i.id "
        f"WHERE t.id IS NULL OR i.modified_at > t.modified_at OR (i.modified_at = t.modified_at AND ({differs}))"
    )


def _make_unique(store: Store, table: str) -> None:
    """Leave the newest version of each id; few ids come twice, so only those are put in order."""
    store.execute(
        f"DELETE FROM {table} WHERE rowid IN (SELECT row FROM ("
        "SELECT rowid AS row, row_number() OVER (PARTITION BY id ORDER BY modified_at DESC, rowid DESC) AS place "
        f"FROM {table} WHERE hash(id) IN (SELECT hash(id) FROM {table} GROUP BY ALL HAVING count(*) > 1)) "
        "WHERE place > 1)"
    )
