"""Which jobs at the CRM did an earlier run leave unanswered, and which of our rows are in them?"""

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from connector.store.database import Store


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A job that was told to us before it was uploaded, and whose rows have no outcome yet."""

    job: str
    run_id: str
    account_ids: Sequence[str]


def keep_job(store: Store, run_id: str, job: str, account_ids: Sequence[str]) -> None:
    """Note that these rows of a run travel in a job; they are in the journal already."""
    with store.transaction(), store.lent("travelling", pa.table({"account_id": list(account_ids)})):
        store.execute(
            """
            UPDATE kept.journal AS j SET job = ? FROM travelling t
            WHERE j.run_id = ? AND j.account_id = t.account_id AND j.state <> 'left'
            """,
            [job, run_id],
        )


def unfinished(store: Store) -> list[Unfinished]:
    """The jobs whose result nobody has read, the oldest first."""
    rows = store.rows(
        """
        SELECT job, run_id, list(account_id ORDER BY account_id) AS account_ids
        FROM kept.journal
        WHERE job IS NOT NULL AND state IN ('sent', 'unknown') AND NOT resolved
        GROUP BY job, run_id ORDER BY min(sent_at), job
        """
    )
    return [Unfinished(**row) for row in rows]


def let_go(store: Store, job: str) -> None:
    """The job has said all that it ever will; what is still in doubt is cleared up by reading the accounts."""
    with store.transaction():
        store.execute("UPDATE kept.journal SET job = NULL WHERE job = ?", [job])
