"""What would the CRM give back if it were told this value? Two values are the same when it would give back the same.

Columns are arrays: number and percent as floats (NaN is empty), checkbox as booleans, date as datetime64[D] and
datetime as datetime64[s] in UTC (NaT is empty), all text as objects (None is empty).
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from connector.engine.days import Flags
from connector.engine.records import Field, FieldType, Value

Column = NDArray[Any]  # its type follows from the field's, see above
Columns = Mapping[str, Column]

DTYPES: Mapping[FieldType, str] = {
    "number": "float64", "percent": "float64", "checkbox": "bool", "date": "datetime64[D]", "datetime": "datetime64[s]",
    "text": "object", "long_text": "object", "picklist": "object",
}  # fmt: skip


def stored(values: Column | Sequence[Value], field: Field) -> Column:
    """The values as the CRM would give them back: rounded to its digits, cut to its length, to the second."""
    if field.type in ("number", "percent"):
        return _numbers(np.asarray(values, dtype=np.float64), field)
    if field.type == "checkbox":
        return np.array([bool(value) for value in values], dtype=np.bool_)  # an empty checkbox is an unticked one
    if field.type in ("date", "datetime"):
        return np.asarray(values).astype(DTYPES[field.type])
    return _texts(np.asarray(values, dtype=np.object_), field.length)


def _numbers(values: Column, field: Field) -> Column:
    """Halves go up, as everywhere; a number too large for its field becomes the largest that fits."""
    unit = 10.0**field.scale
    most = 10.0**field.digits - 1.0 / unit
    return np.clip(np.floor(values * unit + 0.5) / unit, -most, most) + 0.0  # + 0.0: there is no minus zero


def _texts(values: Column, length: int) -> Column:
    """A CRM trims blanks at both ends and keeps no empty text."""
    trimmed = [None if value is None else (value[:length] if length else value).strip() or None for value in values]
    out = np.empty(len(trimmed), dtype=np.object_)
    out[:] = trimmed
    return out


def is_empty(column: Column) -> Flags:
    """Where the column has no value."""
    if column.dtype == np.object_:
        return np.array([value is None for value in column], dtype=np.bool_)
    if column.dtype == np.bool_:
        return np.zeros(len(column), dtype=np.bool_)
    empty: Flags = np.isnan(column) if column.dtype == np.float64 else np.isnat(column)
    return empty


def is_same(one: Column, other: Column) -> Flags:
    """Where two stored columns hold the same; empty is the same as empty."""
    same: Flags = np.equal(one, other).astype(np.bool_) | (is_empty(one) & is_empty(other))
    return same


def cells(column: Column, field: Field) -> list[Value]:
    """The column as plain values: None, bool, int, float, str, date, or datetime in UTC."""
    empty = is_empty(column)
    return [None if none else _plain(value, field) for value, none in zip(column.tolist(), empty, strict=True)]


def _plain(value: Value, field: Field) -> Value:
    if field.type in ("number", "percent") and isinstance(value, float):
        return value if field.scale else int(value)
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC)
    return value


def empty_column(field: Field, count: int) -> Column:
    """A column in which nothing has a value."""
    blank: Mapping[str, Value | date] = {"float64": np.nan, "bool": False, "object": None}
    dtype = DTYPES[field.type]
    return np.full(count, blank.get(dtype, np.datetime64("NaT")), dtype=dtype)
