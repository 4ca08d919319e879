"""How is a plan kept, so that it can be pushed, shown or taken back later? One row an account, cells as JSON."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

import pyarrow as pa

from connector.engine.fields import FIELDS
from connector.engine.records import AccountChange, Cell, Change
from connector.store.database import Row, Store

_TYPES = {field.name: field.type for field in FIELDS}
_SCHEMA = pa.schema(
    [
        ("run_id", pa.string()), ("account_id", pa.string()), ("account_name", pa.string()),
        ("parent_id", pa.string()), ("modified_at", pa.timestamp("us", tz="UTC")), ("cells", pa.string()),
        ("before", pa.string()), ("moved", pa.string()), ("reason", pa.string()),
    ]
)  # fmt: skip

Cells = Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class Head:
    """What the plan of a run is bound to; `warning` holds what the guards said of it."""

    run_id: str
    org_id: str
    rules_version: int
    rules_digest: str
    made_at: datetime
    digest: str
    warning: str


@dataclass(frozen=True, slots=True)
class Written:
    """What a run wrote on one account, what stood there before, and what we wrote last in each of its fields."""

    run_id: str
    account_id: str
    account_name: str
    parent_id: str | None
    cells: Cells
    before: Cells
    newest: Cells


def keep_plan(store: Store, run_id: str, changes: Sequence[AccountChange], before: Mapping[str, Cells]) -> None:
    """Keep what a run wants to write; `before` holds the CRM's values by account id, ours by field name."""
    rows = [_as_row(run_id, change, before.get(change.account_id, {})) for change in changes]
    with store.transaction():
        store.execute("DELETE FROM kept.plans WHERE run_id = ?", [run_id])
        store.insert("kept.plans", pa.Table.from_pylist(rows, schema=_SCHEMA))


def read_plan(store: Store, run_id: str) -> list[AccountChange]:
    """What a run wanted to write."""
    columns = ", ".join(name for name in _SCHEMA.names if name not in ("run_id", "before"))
    rows = store.rows(f"SELECT {columns} FROM kept.plans WHERE run_id = ? ORDER BY parent_id, account_id", [run_id])
    return [
        AccountChange(**row | {"cells": decode_cells(row["cells"]), "moved": _decode_moved(row["moved"])})
        for row in rows
    ]


def keep_head(store: Store, head: Head) -> None:
    """Keep what a plan is bound to."""
    with store.transaction():
        store.execute("DELETE FROM kept.plan_heads WHERE run_id = ?", [head.run_id])
        store.insert("kept.plan_heads", pa.Table.from_pylist([asdict(head)]))


def read_head(store: Store, run_id: str) -> Head | None:
    """What the plan of a run is bound to; None where there is no such plan."""
    rows = store.rows("SELECT * FROM kept.plan_heads WHERE run_id = ?", [run_id])
    return Head(**rows[0]) if rows else None


def read_written(store: Store, run_id: str) -> list[Written]:
    """What a run wrote, or may have written; with what we wrote last on each account, in that run or a later one."""
    rows = store.rows(
        """
        WITH sent AS (
            SELECT p.*, j.sent_at FROM kept.journal j
            JOIN kept.plans p ON p.run_id = j.run_id AND p.account_id = j.account_id
            WHERE j.state IN ('ok', 'unknown', 'sent')
        )
        SELECT s.run_id, s.account_id, s.account_name, s.parent_id, s.cells, s.before,
            list(n.cells ORDER BY n.sent_at) AS newest
        FROM sent s JOIN sent n ON n.account_id = s.account_id AND n.sent_at >= s.sent_at
        WHERE s.run_id = ?
        GROUP BY ALL ORDER BY s.parent_id, s.account_id
        """,
        [run_id],
    )
    return [Written(**row | _decoded(row)) for row in rows]


def _decoded(row: Row) -> dict[str, Cells]:
    """The cells of a row; of each field what we wrote last, as a later run may have written fewer."""
    newest: dict[str, Cell] = {}
    for text in row["newest"]:
        newest |= decode_cells(text)
    return {"cells": decode_cells(row["cells"]), "before": decode_cells(row["before"]), "newest": newest}


def encode_cells(cells: Cells) -> str:
    """Cells as JSON; days and moments as ISO text."""
    return json.dumps(dict(cells), default=_iso, ensure_ascii=False)


def decode_cells(text: str) -> dict[str, Cell]:
    """Cells as they were."""
    return {name: _typed(name, value) for name, value in json.loads(text).items()}


def _as_row(run_id: str, change: AccountChange, before: Cells) -> dict[str, object]:
    moved = [[one.field, one.before, one.after] for one in change.moved]
    return {
        "run_id": run_id,
        "account_id": change.account_id,
        "account_name": change.account_name,
        "parent_id": change.parent_id,
        "modified_at": change.modified_at,
        "cells": encode_cells(change.cells),
        "before": encode_cells(before),
        "moved": json.dumps(moved, default=_iso, ensure_ascii=False),
        "reason": change.reason,
    }


def _decode_moved(text: str) -> tuple[Change, ...]:
    moved: Iterable[tuple[str, Cell, Cell]] = json.loads(text)
    return tuple(Change(name, _typed(name, before), _typed(name, after)) for name, before, after in moved)


def _typed(name: str, value: Cell) -> Cell:
    """A text of JSON as the day or moment its field holds."""
    if isinstance(value, str) and _TYPES.get(name) in ("date", "datetime"):
        return date.fromisoformat(value) if _TYPES[name] == "date" else datetime.fromisoformat(value)
    return value


def _iso(value: object) -> str:
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is no value of a cell")
