"""What becomes of rows the CRM refused? Told in every plan until accepted, given up where nothing is left to write."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

import structlog

from connector.engine.records import crm_of
from connector.jobs.decide import Decision
from connector.store.database import Row, Store
from connector.store.journal import failing, give_up

log = structlog.get_logger()


def recalled(store: Store, crm: str, decision: Decision) -> Decision:
    """The decision with what was said of each row that was refused before; the rest of these are given up.

    A refused row that is not planned any more has gone, or the CRM holds by now what we would write.
    """
    known = _failing(store, crm)
    planned = {change.account_id for change in decision.changes}
    if decision.is_whole:
        done = [one for one, row in known.items() if row["state"] == "failed" and one not in planned]
        give_up(store, done, datetime.now(UTC))
        if done:
            log.info("refusals.given_up", count=len(done))
    changes = [
        replace(change, reason=f"{change.reason}; {_told(known[change.account_id])}")
        if change.account_id in known
        else change
        for change in decision.changes
    ]
    return replace(decision, changes=changes)


@contextmanager
def alerting(store: Store, crm: str) -> Iterator[None]:
    """Say once when rows begin to be refused, and once when they get through, not at each run in between."""
    before = _failing(store, crm).keys()
    try:
        yield
    finally:
        after = _failing(store, crm).keys()
        if after - before:
            log.warning("refusals.began", count=len(after - before), next_step="connector runs errors")
        if before - after:
            log.warning("refusals.ended", count=len(before - after))


def _failing(store: Store, crm: str) -> dict[str, Row]:
    return {row["account_id"]: row for row in failing(store) if crm_of(row["account_id"]) == crm}


def _told(row: Row) -> str:
    """Refused 3 times since 2026-11-02: FIELD_CUSTOM_VALIDATION_EXCEPTION."""
    times = "once" if row["tries"] == 1 else f"{row['tries']} times"
    since = f" since {row['first_failed_at'].astimezone(UTC):%Y-%m-%d}" if row["first_failed_at"] else ""
    return f"refused {times}{since}: {row['code'] or row['state']}"
