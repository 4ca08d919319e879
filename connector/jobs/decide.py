"""What does the CRM hold now, and what must differ? The snapshot beside the CRM's current values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa

from connector.engine.fields import FIELDS
from connector.engine.plan import Book, lay_side_by_side, make_plan
from connector.engine.records import AccountChange, Cell, Field
from connector.engine.stored import Columns, cells, is_same, stored
from connector.errors import ConfigError
from connector.jobs.parts import Parts
from connector.store.database import Store
from connector.store.journal import resolve, unresolved
from connector.store.plans import decode_cells

SHORT_ID = 15  # an id is shown with 15 characters here and 18 there; the first 15 say it all


@dataclass(frozen=True, slots=True)
class Decision:
    """What the CRM holds now, and what must differ."""

    fields: Sequence[Field]
    current: Columns
    book: Book
    changes: Sequence[AccountChange]
    is_whole: bool  # every account was read

    @property
    def looked_at(self) -> int:
        """How many accounts have a score and are shown by the CRM."""
        return len(self.book)

    def held(self, account_ids: Sequence[str]) -> dict[str, dict[str, Cell]]:
        """What the CRM holds of some accounts, as it was read."""
        at = {account_id: row for row, account_id in enumerate(self.current["id"].tolist())}
        known = [account_id for account_id in account_ids if account_id in at]
        rows = np.array([at[account_id] for account_id in known], dtype=np.intp)
        shown = [field for field in self.fields if field.name in self.current]
        columns = {field.name: cells(stored(self.current[field.name][rows], field), field) for field in shown}
        return {one: {name: column[i] for name, column in columns.items()} for i, one in enumerate(known)}

    def before(self) -> dict[str, dict[str, Cell]]:
        """What the CRM holds of the accounts that are to change."""
        return self.held([change.account_id for change in self.changes])


def decide(parts: Parts, snapshot: Columns, accounts: Sequence[str], as_of: datetime) -> Decision:
    """Read the CRM's current values and plan. Raises ConfigError for an account that is not there."""
    names = parts.mapping.write.written()
    fields = [field for field in FIELDS if field.name in names]
    current = as_columns(list(parts.crm.current(accounts or None, names)), ["id", "modified_at", *names])
    there = {account_id[:SHORT_ID] for account_id in current["id"].tolist()}
    missing = [account_id for account_id in accounts if account_id[:SHORT_ID] not in there]
    if missing:
        raise ConfigError(*(f"account {one}: not in this org, or not visible; check the id" for one in missing))
    book = lay_side_by_side(snapshot, current, fields)
    changes = make_plan(book, parts.rules.dead_band, as_of)
    return Decision(fields, current, book, changes, is_whole=not accounts)


def settle_doubts(store: Store, decision: Decision) -> None:
    """Say of each row whose end nobody knew whether the CRM holds it now."""
    doubts = unresolved(store)
    held = decision.held(list({row["account_id"] for row in doubts}))
    readable = [row for row in doubts if decision.is_whole or row["account_id"] in held]
    fields = {field.name: field for field in decision.fields}
    resolve(
        store,
        [
            (row["run_id"], row["account_id"], _holds(held.get(row["account_id"]), decode_cells(row["cells"]), fields))
            for row in readable
        ],
    )


def _holds(held: Mapping[str, Cell] | None, sent: Mapping[str, Cell], fields: Mapping[str, Field]) -> bool:
    """Whether the CRM holds every cell that was sent; an account that is gone holds none."""
    if held is None:
        return False
    return all(_is_same(held.get(name), value, fields[name]) for name, value in sent.items() if name in fields)


def _is_same(one: Cell, other: Cell, field: Field) -> bool:
    return bool(is_same(stored([_bare(one)], field), stored([_bare(other)], field))[0])


def _bare(value: Cell) -> Cell:
    """A moment without its zone, as arrays hold it."""
    return value.astimezone(UTC).replace(tzinfo=None) if isinstance(value, datetime) else value


def as_columns(pages: Sequence[pa.Table], names: Sequence[str]) -> Columns:
    """Pages as arrays: null is NaN, NaT or None. No page at all is no row."""
    if not pages:
        return {name: np.array([], dtype="datetime64[us]" if name == "modified_at" else object) for name in names}
    whole = pa.concat_tables(pages)
    return {name: whole[name].to_numpy() for name in whole.column_names}
