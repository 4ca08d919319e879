"""How is a cell written down, and does HubSpot hold it already? The same meaning sent and read back."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from connector.crm.hubspot.answers import Json
from connector.crm.hubspot.properties import PropertyFacts
from connector.crm.hubspot.rows import moment_of, text_of
from connector.engine.records import AccountChange, Cell, Outcome
from connector.errors import UnsafePlan

ID = re.compile(r"\d{1,19}")
CLEAR = ""  # empties a property; a null would leave it as it is
TOLERANCE = timedelta(milliseconds=1)
PRECISION = 1e-9


@dataclass(frozen=True, slots=True)
class Row:
    """One company to be written: HubSpot's property names and the text that goes into each."""

    account_id: str
    properties: Mapping[str, str]

    def ends(self, code: str = "", message: str = "", fields: tuple[str, ...] = ()) -> Outcome:
        """The outcome ok, or failed when there is a code."""
        return Outcome(self.account_id, "failed" if code else "ok", code, message, fields)

    def unknown(self, message: str) -> Outcome:
        """The outcome when nobody can say whether it was written."""
        return Outcome(self.account_id, "unknown", "UNKNOWN", message)

    def as_input(self) -> Json:
        """The row in a batch; the trace is what an error calls it by."""
        return {"id": self.account_id, "properties": dict(self.properties), "objectWriteTraceId": self.account_id}


def rows_of(
    changes: Sequence[AccountChange], names: Mapping[str, str], known: Mapping[str, PropertyFacts]
) -> list[Row | Outcome]:
    """The rows to send, and the outcome of each that must not be sent. Raises UnsafePlan where the plan is at odds."""
    ids = [change.account_id for change in changes]
    if len(set(ids)) < len(ids):
        twice = next(one for one in ids if ids.count(one) > 1)
        raise UnsafePlan(f"company {twice} stands in the plan twice; make the plan again")
    strange = sorted({name for change in changes for name in change.cells} - names.keys())
    if strange:
        raise UnsafePlan(f"the plan writes {', '.join(strange)}, which the mapping does not; make the plan again")
    return [_row(change, names, known) for change in changes]


def as_text(cell: Cell, facts: PropertyFacts) -> str:
    """A cell as HubSpot takes it: the empty text clears, days are midnight UTC, numbers are plain and trimmed."""
    if cell is None:
        return CLEAR
    if facts.type == "date" and isinstance(cell, date):
        return (cell.astimezone(UTC).date() if isinstance(cell, datetime) else cell).isoformat()
    if isinstance(cell, datetime):
        return cell.astimezone(UTC).strftime(f"%Y-%m-%dT%H:%M:%S.{cell.microsecond // 1000:03d}Z")
    if isinstance(cell, date):
        return f"{cell.isoformat()}T00:00:00.000Z" if facts.type == "datetime" else cell.isoformat()
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int | float):
        return plain(Decimal(repr(cell)))
    return text_of(cell) if facts.type == "string" else cell.strip()


def plain(number: Decimal) -> str:
    """A number without exponent, needless zeros and a needless sign."""
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def is_held(sent: str, held: Json, facts: PropertyFacts) -> bool:
    """Whether what HubSpot holds is what was sent; nothing, null and the empty text are one."""
    there = "" if held is None else str(held)
    if not sent or not there:
        return sent == there
    try:
        if facts.type == "number":
            return math.isclose(float(sent), float(there), rel_tol=PRECISION, abs_tol=PRECISION)
        if facts.type in ("date", "datetime"):
            return abs(moment_of(sent) - moment_of(there)) < TOLERANCE
    except ValueError:
        return False
    return sent.split() == there.split()


def _row(change: AccountChange, names: Mapping[str, str], known: Mapping[str, PropertyFacts]) -> Row | Outcome:
    row = Row(change.account_id, {})
    if not ID.fullmatch(change.account_id):
        return row.ends("MALFORMED_ID", "this is no HubSpot record id")
    endless = [name for name, cell in change.cells.items() if isinstance(cell, float) and not math.isfinite(cell)]
    if endless:
        return row.ends("NOT_A_NUMBER", f"{endless[0]} has no finite value", tuple(endless))
    return Row(
        change.account_id, {names[name]: as_text(cell, known[names[name]]) for name, cell in change.cells.items()}
    )
