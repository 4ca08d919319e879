"""What does the stranger's org hold, and who may see it? Rows by object and id, fields that were made, a clock."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tests.stranger.quirks import Quirks
from tests.stranger.schema import PREFIXES, Made, long_id, standard

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
SETUP_TYPES = {
    "Number": "double", "Percent": "percent", "Text": "string", "LongTextArea": "textarea", "Picklist": "picklist",
    "Checkbox": "boolean", "Date": "date", "DateTime": "datetime",
}  # fmt: skip
Refusal = tuple[str, str, tuple[str, ...]]  # code, message, fields
Row = dict[str, Any]  # typed values by field


@dataclass
class Trouble:
    """The next `times` calls whose method and path match `where` end in `what`, a fault of `server.FAULTS`."""

    where: str
    what: str
    times: int = 1_000_000

    def meets(self, call: str) -> bool:
        """Whether it is the turn of this call."""
        if self.times and re.search(self.where, call):
            self.times -= 1
            return True
        return False


class Refused(Exception):
    """A call the org says no to."""

    def __init__(self, status: int, code: str, message: str, fields: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.fields = status, code, message, fields


@dataclass
class Org:
    """One org. `rule` is an admin's validation rule: what it refuses an account for, or None."""

    quirks: Quirks
    now: datetime = NOW
    rows: dict[str, dict[str, Row]] = field(default_factory=lambda: {name: {} for name in PREFIXES})
    granted: dict[str, bool] = field(default_factory=dict)  # field -> may be edited
    rule: Callable[[Row], Refusal | None] = lambda _row: None
    recorded: dict[str, Any] = field(default_factory=dict)  # describes of a real org, by object
    troubles: list[Trouble] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    updated: int = 0
    user_id: str = ""

    def __post_init__(self) -> None:
        every = {name: fields for name, fields in standard().items() if name not in self.quirks.absent}
        gone = {path.partition(".")[::2] for path in self.quirks.lacks}
        self.schema = {
            name: {one: made for one, made in fields.items() if (name, one) not in gone}
            for name, fields in every.items()
        }
        self._count = 0

    def put(self, name: str, **values: Any) -> str:  # a record's values of any type
        """A new record's id; stamped now where nothing else is said."""
        self._count += 1
        number, tail = self._count, ""
        while number:
            number, at = divmod(number, len(LETTERS))
            tail = LETTERS[at] + tail
        row_id = long_id(f"{PREFIXES[name]}{tail.rjust(12, '0')}")
        made = values.pop("CreatedDate", self.now)
        stamp = values.pop("SystemModstamp", made)
        every = {"Id": row_id, "IsDeleted": False, "CreatedDate": made}
        every |= {"LastModifiedDate": stamp, "SystemModstamp": stamp}
        self.rows[name][row_id] = every | values
        return row_id

    def adopt(self, describe: Mapping[str, Any]) -> None:
        """Have an object as a real org described it."""
        self.recorded[describe["name"]] = describe
        self.schema[describe["name"]] = {
            one["name"]: Made(
                one["name"], one["type"], one.get("length", 0), tuple(one.get("referenceTo", ())),
                one.get("precision", 0), one.get("scale", 0),
            )
            for one in describe["fields"]
        }  # fmt: skip

    def fields(self, name: str) -> Mapping[str, Made]:
        """What our user sees of an object. Raises Refused."""
        found = next((one for one in self.schema if one.lower() == name.lower()), None)
        if found is None:
            raise Refused(400, "INVALID_TYPE", f"sObject type '{name}' is not supported.")
        return {one: made for one, made in self.schema[found].items() if not made.is_custom or self.sees(one)}

    def sees(self, name: str) -> bool:
        """Whether our user may read a custom field."""
        access = self.quirks.field_access
        return access == "at_once" or (access == "granted" and name in self.granted)

    def edits(self, name: str) -> bool:
        """Whether our user may edit a custom field."""
        return self.sees(name) and self.granted.get(name, self.quirks.field_access == "at_once")

    def value(self, name: str, row: Row, path: str) -> Any:  # typed as the field is
        """The value at a path. Raises Refused for what our user cannot see."""
        head, _, rest = path.partition(".")
        if not rest:
            return row.get(self.named(name, head).name)
        for made in self.fields(name).values():
            if (made.relationship or "").lower() == head.lower():
                parent = self.find(row.get(made.name))
                return self.value(parent[0], parent[1], rest) if parent else None
        raise Refused(400, "INVALID_FIELD", f"Didn't understand relationship '{head}' in field path.")

    def named(self, name: str, wanted: str) -> Made:
        """A field by its name in any case. Raises Refused."""
        for one, made in self.fields(name).items():
            if one.lower() == wanted.lower():
                return made
        raise Refused(400, "INVALID_FIELD", f"No such column '{wanted}' on entity '{name}'.")

    def find(self, row_id: str | None) -> tuple[str, Row] | None:
        """The record of an id of 15 or 18 characters, with its object."""
        if not row_id:
            return None
        key = long_id(row_id) if len(row_id) == 15 else row_id
        return next(((name, rows[key]) for name, rows in self.rows.items() if key in rows), None)

    def alive(self, name: str, *, is_all: bool) -> Iterator[Row]:
        """The records a query looks at, in no useful order."""
        for row in reversed(list(self.rows[name].values())):
            if is_all or not (row["IsDeleted"] or row.get("IsArchived")):
                yield row

    def make_field(self, name: str, metadata: Mapping[str, Any]) -> None:
        """A custom field on Account. Raises Refused where there is one."""
        known = self.schema["Account"]
        if any(one.lower() == name.lower() for one in known):
            raise Refused(400, *self.quirks.duplicate_words)
        scale = int(metadata.get("scale", 0))
        values = metadata.get("valueSet", {}).get("valueSetDefinition", {}).get("value", [])
        known[name] = Made(
            name,
            SETUP_TYPES[metadata["type"]],
            int(metadata.get("length", 0)),
            precision=int(metadata.get("precision", 0)),
            scale=scale,
            values=tuple(value.get("fullName") or value["valueName"] for value in values),
            is_custom=True,
            is_restricted=self.quirks.restricted,
        )
        for row in self.rows["Account"].values():
            row[name] = False if known[name].type == "boolean" else None

    def update(self, row_id: str, values: Mapping[str, Any]) -> None:
        """Write on an account. Raises Refused."""
        found = self.find(row_id)
        if not found or found[0] != "Account":
            raise Refused(400, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")
        row = found[1]
        if row["IsDeleted"]:
            raise Refused(404, "ENTITY_IS_DELETED", "entity is deleted")
        typed = dict(self._typed(name, value) for name, value in values.items())
        refusal = self.rule(row | typed)
        if refusal:
            raise Refused(400, *refusal)
        row |= typed | {"SystemModstamp": self.now, "LastModifiedDate": self.now}
        self.updated += 1

    def _typed(self, name: str, value: Any) -> tuple[str, Any]:  # as it came over the wire
        made = next((one for one in self.fields("Account").values() if one.name.lower() == name.lower()), None)
        if made is None:
            raise Refused(400, "INVALID_FIELD", f"No such column '{name}' on sobject of type Account")
        if not made.is_custom or not self.edits(made.name):
            raise Refused(400, "INVALID_FIELD_FOR_INSERT_UPDATE", f"Unable to create/update fields: {name}.", (name,))
        try:
            return made.name, _fitting(made, value)
        except (TypeError, ValueError, ArithmeticError):
            told = f"{made.name}: bad value {value!r}"
            raise Refused(400, "INVALID_TYPE_ON_FIELD_IN_RECORD", told, (name,)) from None

    def rescale(self) -> None:
        """Give fields the decimal places the quirks ask for."""
        known = self.schema["Account"]
        for name, scale in (self.quirks.scales or {}).items():
            known[name] = replace(known[name], precision=18, scale=scale)

    def held(self) -> dict[str, Row]:
        """What the living accounts hold in our fields, by the first 15 characters of their ids."""
        ours = [name for name, made in self.schema["Account"].items() if made.is_custom]
        return {
            row_id[:15]: {name: row.get(name) for name in ours}
            for row_id, row in self.rows["Account"].items()
            if not row["IsDeleted"]
        }


def _fitting(made: Made, value: Any) -> Any:  # JSON in, a typed value out
    """A value as the field keeps it. Raises Refused, or ValueError for nonsense."""
    if made.type == "boolean":
        if value not in (True, False, "true", "false"):
            raise ValueError(value)
        return value in (True, "true")
    if value is None or value == "":
        return None
    if made.type in ("double", "percent"):
        return _number(made, value)
    if made.type == "date":
        return date.fromisoformat(value)
    if made.type == "datetime":
        return datetime.fromisoformat(value).astimezone(UTC).replace(microsecond=0)
    return _text(made, value)


def _text(made: Made, value: Any) -> str:  # JSON in
    if not isinstance(value, str):
        raise TypeError(value)
    if made.type == "picklist" and made.is_restricted and value not in made.values:
        code, told = "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", "bad value for restricted picklist field"
        raise Refused(400, code, f"{made.name}: {told}: {value}", (made.name,))
    if made.length and len(value) > made.length:
        told = f"{made.name}: data value too large (max length={made.length})"
        raise Refused(400, "STRING_TOO_LONG", told, (made.name,))
    return value


def _number(made: Made, value: Any) -> float:  # JSON or a text of a CSV
    if isinstance(value, bool):
        raise TypeError(value)
    kept = Decimal(str(value)).quantize(Decimal(1).scaleb(-made.scale), ROUND_HALF_UP)
    if abs(kept) >= Decimal(10) ** (made.precision - made.scale):
        raise Refused(400, "NUMBER_OUTSIDE_VALID_RANGE", f"{made.name}: value outside of valid range", (made.name,))
    return float(kept)
