"""What was deleted so that no query shows it any more? Salesforce's delete log, which forgets after 15 days."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import structlog

from connector.crm.salesforce.answers import TooMuch, is_hidden
from connector.crm.salesforce.question import halves
from connector.crm.salesforce.rows import Column, from_records
from connector.crm.salesforce.transport import Transport
from connector.engine.records import Window
from connector.errors import Incomplete, Rejected, Unavailable

log = structlog.get_logger()

KEPT = timedelta(days=15)
MARGIN = timedelta(minutes=5)  # between our question and the server's clock
OVERLAP = timedelta(days=1)  # long transactions reach the log late; asking for a day more costs nothing
COLUMNS = (Column("id", "text", "id", "id"), Column("deleted_at", "moment", "deletedDate", "datetime"))


def deleted(transport: Transport, object_name: str, window: Window, now: datetime) -> Iterator[pa.Table]:
    """Pages of (id, deleted_at). Raises Incomplete when the window begins before what the log still knows."""
    oldest = now - KEPT + MARGIN
    since = window.since or oldest
    if since < now - KEPT:
        told = f"{object_name}: deletes before {oldest:%Y-%m-%d} are forgotten"
        raise Incomplete(f"{told}; compare all ids (a full sync)")
    yield from _pages(transport, object_name, Window(max(since - OVERLAP, oldest), window.until))


def _pages(transport: Transport, object_name: str, window: Window) -> Iterator[pa.Table]:
    try:
        answer = transport.get(f"sobjects/{object_name}/deleted/", _edges(window))
    except TooMuch as error:
        for half in halves(window, error):
            yield from _pages(transport, object_name, half)
        return
    except Rejected as error:
        if error.code == "INVALID_REPLICATION_DATE":
            raise Incomplete(f"{error}; compare all ids (a full sync)") from None
        if not is_hidden(error):
            raise
        log.warning("deletes.not_told", object=object_name, next_step="the next sweep finds what was deleted")
        return
    records = _records(answer, object_name)
    if records:
        yield from_records(records, COLUMNS)


def _edges(window: Window) -> dict[str, str]:
    """Start and end as whole minutes, which is all Salesforce looks at."""
    start = (window.since or window.until).astimezone(UTC).replace(second=0, microsecond=0)
    end = (window.until.astimezone(UTC) + timedelta(minutes=1)).replace(second=0, microsecond=0)
    return {"start": start.isoformat(), "end": max(end, start + timedelta(minutes=1)).isoformat()}


def _records(answer: Any, object_name: str) -> list[dict[str, Any]]:  # an answer as it came
    if not isinstance(answer, dict) or not isinstance(answer.get("deletedRecords"), list):
        raise Unavailable(f"{object_name}: a list of deletes of a wrong shape")
    return list(answer["deletedRecords"])
