"""Which rows did every window miss? Each id and stamp the CRM has, against ours."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyarrow as pa

from connector.engine.records import Stream, Window
from connector.store.database import Store
from connector.store.forgotten import overlook
from connector.store.streams import bury, lent_pages

MOST_WINDOWS = 20
_STAMP_STEP = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Rows the CRM has, rows we hold as living, those of ours that are gone, and where to read for what we lack."""

    seen: int
    held: int
    gone: int
    windows: tuple[Window, ...]


def compare_stamps(store: Store, crm: str, stream: Stream, pages: Iterable[pa.Table], until: datetime) -> Comparison:
    """Compare every (id, modified_at) with ours; what is stamped at or after `until` is for the next run."""
    table = f"{crm}.{stream.name}"
    with lent_pages(store, {"id": "text", "modified_at": "moment"}, pages), store.transaction():
        store.execute(
            "CREATE OR REPLACE TEMP TABLE seen AS SELECT id, max(modified_at) AS modified_at FROM pages GROUP BY id"
        )
        overlook(store, "seen", table)
        return Comparison(
            seen=store.number("SELECT count(*) FROM seen"),
            held=store.number(f"SELECT count(*) FROM {table} WHERE NOT is_deleted"),
            gone=store.number(f"SELECT count(*) FROM {table} t ANTI JOIN seen s ON s.id = t.id WHERE NOT t.is_deleted"),
            windows=_windows(store, table, until),
        )


def bury_unseen(store: Store, crm: str, stream: Stream, at: datetime) -> int:
    """Mark what the last comparison did not find as deleted `at`; how many rows that were."""
    table = f"{crm}.{stream.name}"
    with store.transaction():
        store.execute(
            "CREATE OR REPLACE TEMP TABLE departed AS "
            "SELECT t.id, greatest(?::TIMESTAMPTZ, t.modified_at) AS deleted_at "
            f"FROM {table} t ANTI JOIN seen s ON s.id = t.id WHERE NOT t.is_deleted",
            [at],
        )
        return bury(store, table, stream.name)


def _windows(store: Store, table: str, until: datetime) -> tuple[Window, ...]:
    """A few windows that hold every stamp we lack, cut where the gaps between them are widest.

    A row that we buried ourselves, and that is seen again, is read again too.
    """
    rows = store.rows(
        f"""
        WITH lacking AS (
            SELECT DISTINCT s.modified_at AS stamp
            FROM seen s LEFT JOIN {table} t ON t.id = s.id
            WHERE s.modified_at < ?
              AND (t.id IS NULL OR t.modified_at < s.modified_at OR (t.is_deleted AND t.deleted_at > t.modified_at))
        ),
        gaps AS (SELECT stamp, stamp - lag(stamp) OVER (ORDER BY stamp) AS gap FROM lacking),
        cuts AS (
            SELECT stamp FROM gaps WHERE gap > INTERVAL 1 MINUTE ORDER BY gap DESC, stamp LIMIT {MOST_WINDOWS - 1}
        ),
        pieces AS (
            SELECT l.stamp, count(c.stamp) AS piece
            FROM lacking l LEFT JOIN cuts c ON c.stamp <= l.stamp
            GROUP BY l.stamp
        )
        SELECT min(stamp) AS earliest, max(stamp) AS latest FROM pieces GROUP BY piece ORDER BY earliest
        """,
        [until],
    )
    return tuple(Window(row["earliest"], row["latest"] + _STAMP_STEP) for row in rows)
