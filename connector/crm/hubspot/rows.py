"""How do HubSpot's records become columns? Its texts, which is all it answers -> Arrow tables of our kinds."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pyarrow as pa

from connector.crm.hubspot.answers import Json
from connector.engine.records import Kind
from connector.errors import Unavailable

Record = Mapping[str, Json]  # one flat record: property or key -> value as it came
TYPES: Mapping[Kind, pa.DataType] = {
    "text": pa.string(), "integer": pa.int64(), "number": pa.float64(), "boolean": pa.bool_(), "date": pa.date32(),
    "moment": pa.timestamp("us", tz="UTC"),
}  # fmt: skip
TAKES: Mapping[Kind, frozenset[str]] = {  # property types that can fill a column
    "integer": frozenset({"number"}),
    "number": frozenset({"number"}),
    "boolean": frozenset({"bool", "enumeration"}),
    "date": frozenset({"date", "datetime"}),
    "moment": frozenset({"date", "datetime"}),
}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECONDS = re.compile(r"-?\d+")
NO_FRACTION = re.compile(r"\.0+$")
YES_NO: Mapping[str, bool] = {"true": True, "false": False}
YES_NO_TEXT: Mapping[bool, str] = {True: "true", False: "false"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of ours: its name and kind, and what fills it (None: nothing does here)."""

    name: str
    kind: Kind
    field: str | None = None

    @property
    def is_id(self) -> bool:
        """Whether it names a record, here or in the other CRM."""
        return self.name.endswith("_id")

    def cell_in(self, record: Record) -> Json:
        """What it holds of a record. An id in a number property may be told with a fraction of nothing."""
        value = record.get(self.field or "")
        return cell_of(NO_FRACTION.sub("", value) if self.is_id and isinstance(value, str) else value, self.kind)


def can_fill(kind: Kind, property_type: str) -> bool:
    """Whether a property of that HubSpot type can fill a column of that kind."""
    return kind == "text" or property_type in TAKES[kind]


def from_records(records: Sequence[Record], columns: Sequence[Column]) -> pa.Table:
    """Records as a table. Raises Unavailable when a value is not of its column's kind."""
    return pa.table({column.name: _array(records, column) for column in columns})


def moment_of(value: Json) -> datetime:
    """The moment of epoch milliseconds (a number or digits) or of ISO 8601, UTC. Raises ValueError."""
    if isinstance(value, int | float) or MILLISECONDS.fullmatch(value):
        return EPOCH + timedelta(milliseconds=int(value))
    found = datetime.fromisoformat(value)
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)


def milliseconds(moment: datetime) -> int:
    """Milliseconds since 1970, the next whole one where there is a fraction: how windows are told to HubSpot."""
    return -((EPOCH - moment) // timedelta(milliseconds=1))


def text_of(value: Json) -> str:
    """A text that a database takes: no NUL, and half of a surrogate pair is a question mark."""
    text = YES_NO_TEXT[value] if isinstance(value, bool) else str(value)
    return text.replace("\0", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def cell_of(value: Json, kind: Kind) -> Json:
    """A value in our kind; None for nothing, and for the empty text that a cleared property holds. May ValueError."""
    if value is None or value == "":
        return None
    return _READ[kind](value)


def _array(records: Sequence[Record], column: Column) -> pa.Array:
    wanted = TYPES[column.kind]
    if column.field is None:
        return pa.repeat(False, len(records)) if column.name == "is_deleted" else pa.nulls(len(records), wanted)
    try:
        return pa.array([column.cell_in(record) for record in records], wanted)
    except (ValueError, TypeError, KeyError, OverflowError) as error:
        raise Unavailable(f"{column.field}: a value that is no {column.kind} ({type(error).__name__})") from None


def _whole(value: Json) -> int:
    """Digits may come with a fraction of nothing, such as 250.0."""
    return int(value) if isinstance(value, int) or MILLISECONDS.fullmatch(str(value)) else round(float(value))


def _day(value: Json) -> date:
    return moment_of(value).date()


def _yes_or_no(value: Json) -> bool:
    return value if isinstance(value, bool) else YES_NO[value.strip().lower()]


_READ: Mapping[Kind, Callable[[Json], Json]] = {
    "text": text_of, "integer": _whole, "number": float, "boolean": _yes_or_no, "date": _day, "moment": moment_of,
}  # fmt: skip
