"""Which source has all but stopped telling us anything? The new rows of its last week against those of a usual one."""

from datetime import datetime

from connector.engine.records import Stream
from connector.store.database import Row, Store

ACTIVITIES = frozenset({"task", "event", "email_message", "campaign_member"})
USUAL_WEEKS = 8  # before the last one
LEAST_USUAL = 20.0  # rows a week; below it a quiet week means nothing
ALL_BUT = 0.05  # of a usual week is silence


def fallen_silent(store: Store, crm: str, stream: Stream, now: datetime) -> Row | None:
    """Of a stream of activities that is silent: rows, usual and held; None of any other."""
    if stream.name not in ACTIVITIES or "created_at" not in stream.columns:
        return None
    (row,) = store.rows(
        f"""
        WITH aged AS (
            SELECT floor(date_diff('second', created_at, $1) / 604800.0) AS weeks FROM {crm}.{stream.name}
            WHERE created_at <= $1 AND NOT is_deleted
        )
        SELECT
            count(*) FILTER (WHERE weeks = 0) AS rows,
            count(*) FILTER (WHERE weeks BETWEEN 1 AND {USUAL_WEEKS}) / {USUAL_WEEKS}.0 AS usual,
            count(*) AS held
        FROM aged
        """,
        [now],
    )
    is_silent = row["usual"] >= LEAST_USUAL and row["rows"] < ALL_BUT * row["usual"]
    return row if is_silent else None
