"""What does the store let go of? Plans, and how their rows ended, that nobody can need any more.

For 90 days a run can be taken back, and its plan pushed or looked at. What is not settled stays however old it is, and
so does the newest outcome of each account: it says whether the account fails, how often and since when.
"""

from datetime import datetime, timedelta

import structlog

from connector.errors import ConfigError
from connector.store.database import Store

log = structlog.get_logger()

KEPT = timedelta(days=90)


def oldest_kept(now: datetime) -> str:
    """The id below which runs are too old; ids begin with the moment of their run."""
    return f"{now - KEPT:%Y%m%d-%H%M%S}"


def check_kept(run_id: str, now: datetime) -> None:
    """Raise ConfigError when what a run wrote is not kept any more."""
    if run_id < oldest_kept(now):
        raise ConfigError(
            f"run {run_id} is older than {KEPT.days} days; what stood in the CRM before it is no longer kept"
        )


def let_go(store: Store, now: datetime) -> None:
    """Delete the outcomes and plans that are too old, together or not at all."""
    with store.transaction():
        outcomes = _delete(store, "kept.journal", _OLD_OUTCOMES, now)
        plans = _delete(store, "kept.plans", _OLD_PLANS, now)
        store.execute("DELETE FROM kept.plan_heads WHERE run_id < ?", [oldest_kept(now)])
    if outcomes or plans:
        log.info("store.let_go", outcomes=outcomes, plans=plans)


_OLD_OUTCOMES = """
run_id < ? AND job IS NULL AND state <> 'sent' AND (state <> 'unknown' OR resolved)
AND (state = 'left' OR sent_at < (
    SELECT max(newer.sent_at) FROM kept.journal AS newer
    WHERE newer.account_id = journal.account_id AND newer.state <> 'left'
))
"""
_OLD_PLANS = """
run_id < ? AND NOT EXISTS (
    SELECT 1 FROM kept.journal AS told WHERE told.run_id = plans.run_id AND told.account_id = plans.account_id
)
"""


def _delete(store: Store, table: str, which: str, now: datetime) -> int:
    """How many rows were deleted; none are looked for where nothing is that old."""
    oldest = oldest_kept(now)
    if not store.rows(f"SELECT 1 FROM {table} WHERE run_id < ? LIMIT 1", [oldest]):
        return 0
    rows = store.number(f"SELECT count(*) FROM {table} WHERE {which}", [oldest])
    store.execute(f"DELETE FROM {table} WHERE {which}", [oldest])
    return rows
