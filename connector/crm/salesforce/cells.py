"""How is a cell written down, and does the CRM hold it already? The same meaning in JSON, in CSV and read back."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from connector.crm.salesforce import soql
from connector.crm.salesforce.describe import FieldFacts, ObjectFacts
from connector.engine.records import AccountChange, Cell, Outcome
from connector.errors import UnsafePlan

CLEAR = "#N/A"  # what empties a field in a Bulk CSV; an empty cell would leave it as it is
ID_LENGTH = 15  # the rest of an 18-character id is a checksum
TOLERANCE = timedelta(seconds=1)  # Salesforce keeps no fractions of a second


@dataclass(frozen=True, slots=True)
class Row:
    """One account to be written: the CRM's field names and what goes into each (None empties it)."""

    account_id: str
    parent_id: str
    cells: Mapping[str, Cell]

    @property
    def key(self) -> str:
        """What the account is matched by."""
        return self.account_id[:ID_LENGTH]

    @property
    def order(self) -> tuple[str, str]:
        """Accounts of one parent side by side, the parent first, so that their row locks do not meet."""
        return (self.parent_id or self.account_id)[:ID_LENGTH], self.key

    def ends(self, code: str = "", message: str = "", fields: tuple[str, ...] = ()) -> Outcome:
        """The outcome ok, or failed when there is a code."""
        return Outcome(self.account_id, "failed" if code else "ok", code, message, fields)

    def unknown(self, message: str) -> Outcome:
        """The outcome when nobody can say whether it was written."""
        return Outcome(self.account_id, "unknown", "UNKNOWN", message)


def rows_of(changes: Sequence[AccountChange], names: Mapping[str, str], facts: ObjectFacts) -> list[Row]:
    """The rows to send, accounts of one parent together. Raises UnsafePlan where the plan contradicts itself."""
    keys = [change.account_id[:ID_LENGTH] for change in changes]
    if len(set(keys)) < len(keys):
        raise UnsafePlan(f"account {_twice(keys)} stands in the plan twice; make the plan again")
    strange = sorted({name for change in changes for name in change.cells} - names.keys())
    if strange:
        raise UnsafePlan(f"the plan writes {', '.join(strange)}, which the mapping does not; make the plan again")
    return sorted((_row(change, names, facts) for change in changes), key=lambda row: row.order)


def fault_of(row: Row) -> Outcome | None:
    """The outcome of a row that must not be sent at all, or None."""
    if not soql.ID.fullmatch(row.account_id):
        return row.ends("MALFORMED_ID", "this is no Salesforce id")
    endless = [name for name, cell in row.cells.items() if isinstance(cell, float) and not math.isfinite(cell)]
    if endless:
        return row.ends("NOT_A_NUMBER", f"{endless[0]} has no finite value", tuple(endless))
    return None


def as_json(cell: Cell) -> str | int | float | bool | None:
    """A cell in a JSON body; None empties the field."""
    if isinstance(cell, datetime):
        return _moment(cell)
    return cell.isoformat() if isinstance(cell, date) else cell


def as_csv(cell: Cell) -> str:
    """A cell in a Bulk CSV."""
    if cell is None:
        return CLEAR
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return format(Decimal(repr(cell)), "f")
    return str(as_json(cell))


def fits_csv(row: Row) -> bool:
    """Whether a CSV can say what the row means: a text that reads like the sign for clearing has no place there."""
    return CLEAR not in row.cells.values()


def is_held(cell: Cell, held: Cell, facts: FieldFacts) -> bool:
    """Whether what the CRM holds is what we meant to write, as far as the field can hold it."""
    if cell is None or held is None:
        return _is_empty(cell) and _is_empty(held)
    if isinstance(cell, datetime):
        return isinstance(held, datetime) and abs(held - cell) < TOLERANCE
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return isinstance(held, int | float) and abs(held - cell) <= 0.5 * 10.0**-facts.scale + 1e-9
    if isinstance(cell, str):
        return isinstance(held, str) and held.split() == cell.split()
    return held == cell


def _is_empty(value: Cell) -> bool:
    """Whether nothing stands there; a zero is something."""
    return value is None or value is False or value == ""


def _row(change: AccountChange, names: Mapping[str, str], facts: ObjectFacts) -> Row:
    """One change in the CRM's words."""
    cells = {names[name]: _plain(cell, facts.field(names[name])) for name, cell in change.cells.items()}
    return Row(change.account_id, change.parent_id or "", cells)


def _plain(cell: Cell, field: FieldFacts | None) -> Cell:
    """What emptying means to a field: an empty text is none (Bulk would leave the old), a checkbox is unchecked."""
    if cell not in (None, ""):
        return cell
    return False if field and field.type == "boolean" else None


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _twice(keys: Sequence[str]) -> str:
    return next(key for key in keys if keys.count(key) > 1)
