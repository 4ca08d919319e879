"""How far was each stream read, and from where does the next run read on?

The rule: read again from the newest stamp seen or the last upper edge, whichever is earlier, less an overlap, because
a row may become visible later than it is stamped; stop short of the server's clock; and compare every id and stamp
once in a while, because no overlap is long enough for everything.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from connector.engine.records import Stream, Window
from connector.errors import ConfigError
from connector.store.database import Store, read_meta, write_meta

OVERLAP = timedelta(minutes=15)
HOLD_BACK = timedelta(seconds=60)
LARGE_STREAM = 200_000  # rows; above it the sweep is weekly
SWEEP_EVERY = timedelta(hours=20)  # less than a day, so that a daily run does not skip one for a few seconds
LARGE_SWEEP_EVERY = timedelta(days=6, hours=12)
WITHOUT_STAMP = frozenset({"association"})  # rows come and go without a trace: swept nightly, however many


@dataclass(frozen=True, slots=True)
class Bookmark:
    """How far one stream was read; `source` says with which columns."""

    stream: str
    upper_edge: datetime
    source: str
    max_seen: datetime | None = None
    swept_at: datetime | None = None
    refreshed_at: datetime | None = None


def upper_edge(server_now: datetime) -> datetime:
    """Where a run stops reading: CRM stamps are whole seconds, and the last minute is still settling."""
    return (server_now - HOLD_BACK).replace(microsecond=0)


def next_window(bookmark: Bookmark | None, server_now: datetime) -> Window:
    """What the next run has to read of a stream."""
    until = upper_edge(server_now)
    if bookmark is None:
        return Window(None, until)
    since = min(bookmark.max_seen or bookmark.upper_edge, bookmark.upper_edge) - OVERLAP
    return Window(since, max(until, bookmark.upper_edge))


def is_sweep_due(bookmark: Bookmark, rows: int, server_now: datetime) -> bool:
    """Whether every id and stamp should be compared again; a finished first load was such a comparison."""
    is_rare = rows >= LARGE_STREAM and bookmark.stream not in WITHOUT_STAMP
    every = LARGE_SWEEP_EVERY if is_rare else SWEEP_EVERY
    return bookmark.swept_at is None or server_now - bookmark.swept_at >= every


def is_refresh_due(bookmark: Bookmark, rows: int, server_now: datetime) -> bool:
    """Whether a stream with columns that change without a trace should be read again; as often as it is swept."""
    return is_sweep_due(replace(bookmark, swept_at=bookmark.refreshed_at), rows, server_now)


def source_digest(stream: Stream, mapped: str) -> str:
    """Stands for the columns of a stream and the mapping they were read with."""
    told = json.dumps([sorted(stream.columns), mapped])
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def read_bookmarks(store: Store, crm: str) -> Mapping[str, Bookmark]:
    """The bookmark of each stream that was ever read."""
    rows = store.rows("SELECT * EXCLUDE (crm) FROM kept.bookmarks WHERE crm = ?", [crm])
    return {row["stream"]: Bookmark(**row) for row in rows}


def move_bookmark(store: Store, crm: str, bookmark: Bookmark) -> None:
    """Put the bookmark in place of the old one; to be called in the transaction of the rows it speaks of."""
    forget_bookmark(store, crm, bookmark.stream)
    store.execute(
        "INSERT INTO kept.bookmarks (crm, stream, upper_edge, max_seen, swept_at, source, refreshed_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            crm, bookmark.stream, bookmark.upper_edge, bookmark.max_seen, bookmark.swept_at, bookmark.source,
            bookmark.refreshed_at,
        ],
    )  # fmt: skip


def forget_bookmark(store: Store, crm: str, stream: str) -> None:
    """Have a stream read from the beginning, should it be there again."""
    store.execute("DELETE FROM kept.bookmarks WHERE crm = ? AND stream = ?", [crm, stream])


def bind_org(store: Store, crm: str, org_id: str) -> None:
    """Bind the store to the first org it meets. Raises ConfigError for any other, before a row is mixed.

    An org that does not say who it is binds nothing; a store that is bound does not take its rows.
    """
    known = read_meta(store, f"{crm}.org_id")
    if not org_id and known:
        raise ConfigError(
            f"{store.path}: holds the rows of org {known}, this login does not say which org it is for; "
            "let the integration user read Organization, or give this org a CONNECTOR_HOME of its own"
        )
    if org_id and not known:
        with store.transaction():
            write_meta(store, f"{crm}.org_id", org_id)
    elif known and known != org_id:
        raise ConfigError(
            f"{store.path}: holds the rows of org {known}, this login is for org {org_id}; "
            "log in to the first, or give the second a CONNECTOR_HOME of its own"
        )
