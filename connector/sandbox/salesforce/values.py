"""May this value go into this field? Each is read by the field's type, or refused as Salesforce would refuse it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

import pyarrow as pa

from connector.sandbox.answers import Json, Refusal
from connector.sandbox.clock import parse_moment
from connector.sandbox.salesforce.ids import full_id, is_id
from connector.sandbox.salesforce.schema import NUMBERS, Field

EMAIL = re.compile(r"[^@\s,;<>()\"]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
INT_MAX = 2**31 - 1
ARROW = {
    "BOOLEAN": pa.bool_(), "BIGINT": pa.int64(), "DOUBLE": pa.float64(), "DATE": pa.date32(),
    "TIMESTAMP": pa.timestamp("s"), "VARCHAR": pa.string(),
}  # fmt: skip


def read_value(field: Field, raw: Json) -> Json:
    """The value as rows hold it; None clears. Refuses what the field cannot hold."""
    if raw is None or raw == "":
        return _nothing(field)
    if isinstance(raw, dict | list):
        raise _wrong_type(field, raw)
    return READERS.get(field.type, _text)(field, raw)


def _nothing(field: Field) -> None:
    if field.type == "boolean":
        raise _wrong_type(field, "")
    if not field.can("N"):
        raise required([field.name])


def required(names: list[str]) -> Refusal:
    """The refusal of a record that lacks fields."""
    message = f"Required fields are missing: [{', '.join(names)}]"
    return Refusal(400, "REQUIRED_FIELD_MISSING", message, fields=names)


def _wrong_type(field: Field, raw: Json) -> Refusal:
    message = f"{field.label}: value not of required type: {raw}"
    return Refusal(400, "INVALID_TYPE_ON_FIELD_IN_RECORD", message, fields=[field.name])


def _text(field: Field, raw: Json) -> str:
    text = str(raw).lower() if isinstance(raw, bool) else str(raw)
    if field.length and len(text) > field.length:
        message = f"{field.label}: data value too large: {text} (max length={field.length})"
        raise Refusal(400, "STRING_TOO_LONG", message, fields=[field.name])
    return text


def _email(field: Field, raw: Json) -> str:
    text = _text(field, raw)
    if not EMAIL.fullmatch(text):
        message = f"{field.label}: invalid email address: {text}"
        raise Refusal(400, "INVALID_EMAIL_ADDRESS", message, fields=[field.name])
    return text


def _reference(field: Field, raw: Json) -> str:
    if not isinstance(raw, str) or not is_id(raw):
        message = f"{field.label}: id value of incorrect type: {raw}"
        raise Refusal(400, "MALFORMED_ID", message, fields=[field.name])
    return full_id(raw)


def _picklist(field: Field, raw: Json) -> str:
    text = _text(field, raw)
    allowed = {choice.value for choice in field.choices if choice.active}
    if field.can("R") and allowed:
        for part in text.split(";") if field.type == "multipicklist" else [text]:
            if part not in allowed:
                message = f"{field.label}: bad value for restricted picklist field: {part}"
                raise Refusal(400, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", message, fields=[field.name])
    return text


def _boolean(field: Field, raw: Json) -> bool:
    word = str(raw).lower()
    if word not in ("true", "false", "1", "0"):
        raise _wrong_type(field, raw)
    return word in ("true", "1")


def _number(field: Field, raw: Json) -> float:
    """The number, rounded half up to the field's scale."""
    try:
        number = Decimal(str(raw))
        if isinstance(raw, bool) or not number.is_finite():
            raise InvalidOperation
    except InvalidOperation as fault:
        raise _wrong_type(field, raw) from fault
    if field.precision:
        number = number.quantize(Decimal(1).scaleb(-field.scale), ROUND_HALF_UP) if abs(number) < 10**20 else number
        if abs(number) >= 10 ** (field.precision - field.scale):
            raise _outside(field, raw)
    return float(number)


def _int(field: Field, raw: Json) -> int:
    try:
        number = Decimal(str(raw))
        if isinstance(raw, bool) or number != number.to_integral_value():
            raise InvalidOperation
    except InvalidOperation as fault:
        raise _wrong_type(field, raw) from fault
    if abs(number) > INT_MAX:
        raise _outside(field, raw)
    return int(number)


def _outside(field: Field, raw: Json) -> Refusal:
    message = f"{field.label}: value outside of valid range on numeric field: {raw}"
    return Refusal(400, "NUMBER_OUTSIDE_VALID_RANGE", message, fields=[field.name])


def _date(field: Field, raw: Json) -> date:
    try:
        return date.fromisoformat(str(raw)[:10])
    except ValueError as fault:
        raise _wrong_type(field, raw) from fault


def _datetime(field: Field, raw: Json) -> datetime:
    try:
        return parse_moment(str(raw)).astimezone(UTC).replace(tzinfo=None, microsecond=0)
    except ValueError as fault:
        raise _wrong_type(field, raw) from fault


READERS: dict[str, Callable[[Field, Json], Json]] = {
    "boolean": _boolean, "int": _int, "date": _date, "datetime": _datetime, "email": _email,
    "picklist": _picklist, "multipicklist": _picklist, "reference": _reference, "id": _reference,
    **dict.fromkeys(NUMBERS, _number),
}  # fmt: skip


def arrow_table(fields: list[Field], rows: Sequence[dict[str, Json]]) -> pa.Table:
    """The rows as a table with the fields' columns."""
    schema = pa.schema([(field.name, ARROW[field.sql_type]) for field in fields])
    return pa.Table.from_pylist(list(rows), schema=schema)
