"""How did every row we sent end? One outcome each, with its reason, kept for as long as it can be needed."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import pyarrow as pa

from connector.engine.records import AccountChange, Outcome
from connector.store.database import Row, Store

_OUTCOMES = pa.schema([(name, pa.string()) for name in ("account_id", "state", "code", "message", "fields")])
_VERDICTS = pa.schema([("run_id", pa.string()), ("account_id", pa.string()), ("is_written", pa.bool_())])
CHANGED_SINCE = "CHANGED_SINCE"
LONGEST_MESSAGE = 1000  # characters of what the CRM said


def announce(store: Store, run_id: str, changes: Sequence[AccountChange], at: datetime) -> None:
    """Note the rows about to be sent, so that a kill leaves a trace; `tries` and age go on from the last failure."""
    going = pa.table({"account_id": [change.account_id for change in changes]})
    with store.transaction(), store.lent("going", going):
        store.execute(
            """
            INSERT INTO kept.journal
            SELECT ?, g.account_id, 'sent', '', '', '', ?, NULL, FALSE,
                   CASE WHEN f.account_id IS NULL THEN 1 ELSE f.tries + 1 END, f.first_failed_at, NULL, NULL
            FROM going g LEFT JOIN kept.failing f ON f.account_id = g.account_id
            """,
            [run_id, at],
        )


def settle(store: Store, run_id: str, outcomes: Iterable[Outcome], at: datetime) -> None:
    """Write down how rows of a run ended."""
    rows = [
        {
            "account_id": one.account_id,
            "state": one.state,
            "code": one.code,
            "message": one.message[:LONGEST_MESSAGE],
            "fields": ",".join(one.fields),
        }
        for one in outcomes
    ]
    with store.transaction(), store.lent("ended", pa.Table.from_pylist(rows, schema=_OUTCOMES)):
        store.execute(
            """
            UPDATE kept.journal AS j
            SET state = e.state, code = e.code, message = e.message, fields = e.fields, ended_at = ?,
                first_failed_at = CASE WHEN e.state <> 'ok' THEN coalesce(j.first_failed_at, j.sent_at) END
            FROM ended e WHERE j.run_id = ? AND j.account_id = e.account_id AND j.state <> 'left'
            """,
            [at, run_id],
        )


def leave(store: Store, run_id: str, fields: Mapping[str, Sequence[str]], of_run: str, at: datetime) -> None:
    """Note the fields of each account that were never sent, because somebody else has changed them since `of_run`."""
    message = f"changed by somebody else since run {of_run}; what stands there stays"
    rows = [[run_id, account_id, CHANGED_SINCE, message, ",".join(names), at] for account_id, names in fields.items()]
    with store.transaction():
        for row in rows:
            store.execute(
                "INSERT INTO kept.journal VALUES ($1, $2, 'left', $3, $4, $5, $6, $6, FALSE, 0, NULL, NULL, NULL)", row
            )


def leave_unknown(store: Store, run_id: str, why: str, at: datetime) -> list[Outcome]:
    """Rows of a run that were sent and never answered for are unknown until the record is read again."""
    rows = store.rows("SELECT account_id FROM kept.journal WHERE run_id = ? AND state = 'sent'", [run_id])
    outcomes = [Outcome(row["account_id"], "unknown", "NO_ANSWER", why) for row in rows]
    if outcomes:
        settle(store, run_id, outcomes, at)
    return outcomes


def unresolved(store: Store) -> list[Row]:
    """Rows whose end nobody knows and no job will tell: run_id, account_id and the cells that were sent."""
    return store.rows(
        """
        SELECT j.run_id, j.account_id, p.cells
        FROM kept.journal j JOIN kept.plans p ON p.run_id = j.run_id AND p.account_id = j.account_id
        WHERE j.state IN ('sent', 'unknown') AND NOT j.resolved AND j.job IS NULL
        """
    )


def resolve(store: Store, verdicts: Iterable[tuple[str, str, bool]]) -> None:
    """Say what a later reading has shown: (run_id, account_id, whether the cells were found written)."""
    rows = [dict(zip(_VERDICTS.names, verdict, strict=True)) for verdict in verdicts]
    with store.transaction(), store.lent("found", pa.Table.from_pylist(rows, schema=_VERDICTS)):
        store.execute(
            """
            UPDATE kept.journal AS j
            SET state = CASE WHEN f.is_written THEN 'ok' ELSE 'failed' END,
                code = CASE WHEN f.is_written THEN 'FOUND_WRITTEN' ELSE 'FOUND_UNWRITTEN' END,
                resolved = TRUE,
                first_failed_at = CASE WHEN NOT f.is_written THEN coalesce(j.first_failed_at, j.sent_at) END
            FROM found f WHERE j.run_id = f.run_id AND j.account_id = f.account_id
            """
        )


def failing(store: Store) -> list[Row]:
    """Accounts whose newest row did not get through: account_id, state, code, message, tries, first_failed_at."""
    return store.rows("SELECT * FROM kept.failing ORDER BY first_failed_at, account_id")


def give_up(store: Store, account_ids: Sequence[str], at: datetime) -> None:
    """Rows that failed and are not to be tried again: what their accounts should show has gone, or is there."""
    with store.transaction(), store.lent("let_be", pa.table({"account_id": pa.array(account_ids, pa.string())})):
        store.execute(
            """
            UPDATE kept.journal AS j SET given_up_at = ? FROM kept.failing f
            WHERE f.account_id IN (SELECT account_id FROM let_be)
                AND j.run_id = f.run_id AND j.account_id = f.account_id
            """,
            [at],
        )


def count_last_written(store: Store) -> int:
    """How many accounts the last run that wrote any has written: so many come back as modified, by ourselves."""
    return store.number(
        "SELECT count(*) FROM kept.journal WHERE state = 'ok' AND run_id = (SELECT max(run_id) FROM kept.journal)"
    )


def count_states(store: Store, run_id: str) -> dict[str, int]:
    """How many rows of a run ended in which state."""
    rows = store.rows("SELECT state, count(*) AS rows FROM kept.journal WHERE run_id = ? GROUP BY state", [run_id])
    return {row["state"]: row["rows"] for row in rows}
