"""What must differ in the CRM? The snapshot beside the CRM's current values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from connector.engine.plan import Book, lay_side_by_side, make_plan
from connector.engine.records import AccountChange, Cell, crm_of
from connector.engine.stored import Columns
from connector.errors import ConfigError
from connector.jobs.parts import Parts
from connector.jobs.shown import Shown, holds, read_shown
from connector.store.database import Store
from connector.store.journal import resolve, unresolved
from connector.store.plans import decode_cells

SHORT_ID = 15  # an id is shown with 15 characters here and 18 there; the first 15 say it all


@dataclass(frozen=True, slots=True)
class Decision:
    """What the CRM holds now, and what must differ."""

    shown: Shown
    book: Book
    changes: Sequence[AccountChange]
    is_whole: bool  # every account was read

    @property
    def looked_at(self) -> int:
        """How many accounts have a score and are shown by the CRM."""
        return len(self.book)

    def before(self) -> Mapping[str, Mapping[str, Cell]]:
        """What the CRM holds of the accounts that are to change."""
        return self.shown.held([change.account_id for change in self.changes])


def decide(parts: Parts, snapshot: Columns, accounts: Sequence[str], as_of: datetime) -> Decision:
    """Read the CRM's current values and plan. Raises ConfigError for an account that is not there."""
    shown = read_shown(parts.crm, parts.mapping.write.written(), accounts or None)
    there = {account_id[:SHORT_ID] for account_id in shown.columns["id"].tolist()}
    missing = [account_id for account_id in accounts if account_id[:SHORT_ID] not in there]
    if missing:
        raise ConfigError(*(f"account {one}: not in this org, or not visible; check the id" for one in missing))
    book = lay_side_by_side(snapshot, shown.columns, shown.fields)
    return Decision(shown, book, make_plan(book, parts.rules.dead_band, as_of), is_whole=not accounts)


def settle_doubts(store: Store, crm: str, decision: Decision) -> None:
    """Say of each row whose end nobody knew whether the CRM holds it now."""
    doubts = [row for row in unresolved(store) if crm_of(row["account_id"]) == crm]
    held = decision.shown.held(list({row["account_id"] for row in doubts}))
    readable = [row for row in doubts if decision.is_whole or row["account_id"] in held]
    found = ((row, holds(held.get(row["account_id"]), decode_cells(row["cells"]))) for row in readable)
    resolve(store, [(row["run_id"], row["account_id"], is_written) for row, is_written in found])
