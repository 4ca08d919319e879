"""What do the tests of the store put into it? Small pages of one stream, and an open store."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa

from connector.engine.records import SALESFORCE_STREAMS, Stream
from connector.store.bookmarks import Bookmark
from connector.store.database import Limits, Store, opened
from connector.store.streams import ARROW_TYPES, Kept, keep_window

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LIMITS = Limits("256MB", 2)
TASK: Stream = next(stream for stream in SALESFORCE_STREAMS if stream.name == "task")


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a task: its id, its stamp in seconds after noon, and what it says."""

    id: str
    second: int
    status: str = "Open"
    is_deleted: bool = False


def moment(second: float) -> datetime:
    """So many seconds after noon."""
    return NOON + timedelta(seconds=second)


def a_page(versions: Sequence[Version], stream: Stream = TASK) -> pa.Table:
    """The versions as a page of the stream; columns nobody speaks of are empty."""
    known = {
        "id": [one.id for one in versions],
        "modified_at": [moment(one.second) for one in versions],
        "is_deleted": [one.is_deleted for one in versions],
        "status": [one.status for one in versions],
    }
    return pa.table(
        {
            name: pa.array(known.get(name, [None] * len(versions)), ARROW_TYPES[kind])
            for name, kind in stream.columns.items()
        }
    )


def a_bookmark(second: float = 3600, source: str = "as mapped") -> Bookmark:
    """A bookmark whose upper edge is so many seconds after noon."""
    return Bookmark("task", moment(second), source)


def keep(store: Store, *pages: Sequence[Version], second: float = 3600) -> Kept:
    """Keep pages of versions as one window that ends so many seconds after noon."""
    return keep_window(store, "salesforce", TASK, map(a_page, pages), a_bookmark(second))


def held(store: Store) -> dict[str, tuple[str, bool]]:
    """What the store believes of each task: its status, and whether it is deleted."""
    rows = store.rows("SELECT id, status, is_deleted FROM salesforce.task")
    return {row["id"]: (row["status"], row["is_deleted"]) for row in rows}


def changed(store: Store) -> set[str]:
    """The tasks that are noted as changed since the last build."""
    return {row["id"] for row in store.rows("SELECT id FROM work.changed WHERE stream = 'task'")}


@contextmanager
def a_store(folder: Path) -> Iterator[Store]:
    """An open store in the folder."""
    with opened(folder / "store.duckdb", LIMITS) as store:
        yield store
