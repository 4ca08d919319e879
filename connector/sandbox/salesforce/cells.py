"""What does a text cell of a CSV file mean for a field of a given type, and which cells make no sense?"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from connector.sandbox.salesforce.ids import full_id
from connector.sandbox.salesforce.schema import NUMBERS

TRUE, FALSE = pa.array(["true", "1"]), pa.array(["false", "0"])
MOMENT = r"^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)? ?(Z|[+-]\d{2}:?\d{2})?$"
OFFSET = r"(?P<sign>[+-])(?P<hours>\d{2}):?(?P<minutes>\d{2})$"
DAY = r"^\d{4}-\d{2}-\d{2}([ T].*)?$"
WHOLE = r"^[+-]?\d{1,18}(\.0*)?$"
NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$"
SHORT_ID = 15
ID = r"^([A-Za-z0-9]{15}|[A-Za-z0-9]{18})$"
MOMENTS = pa.timestamp("ms", "UTC")
WANTED = {  # what to write instead, for a person who mends the file
    "boolean": "true, false, 1 or 0",
    "int": "a whole number such as 42",
    "number": "a number such as 1234.5",
    "date": "a date such as 2026-01-31",
    "datetime": "a moment such as 2026-01-31 13:45:00",
    "id": "an id of 15 or 18 letters and digits",
}


@dataclass(frozen=True, slots=True)
class Column:
    """The values of a column, and the places (from 0) of cells that could not be read and are null."""

    values: pa.ChunkedArray
    kind: str  # a key of WANTED, or "text"
    bad: list[int]


def kind_of(field_type: str) -> str:
    """How the cells of a Salesforce type are written."""
    if field_type in ("boolean", "int", "date", "datetime"):
        return field_type
    if field_type in NUMBERS:
        return "number"
    return "id" if field_type in ("id", "reference") else "text"


def guess(cells: pa.ChunkedArray) -> str:
    """The narrowest kind that fits every cell; a checkbox is never empty, so an empty cell speaks against it."""
    filled = cells.filter(pc.not_equal(pc.utf8_trim_whitespace(cells), ""))
    if not len(filled):
        return "text"
    kinds = ("boolean", "int", "number", "datetime", "date")
    fitting = (kind for kind in kinds if not (kind == "boolean" and len(filled) < len(cells)))
    return next((kind for kind in fitting if not read(filled, kind).bad), "text")


def read(cells: pa.ChunkedArray, kind: str) -> Column:
    """The column of text cells as values of the kind; empty cells are null."""
    trimmed = cells if kind == "text" else pc.utf8_trim_whitespace(cells)
    filled = pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)
    readers = {"boolean": _flags, "int": _whole, "number": _numbers, "date": _days, "datetime": _moments, "id": _ids}
    if kind == "text":
        return Column(filled, kind, [])
    values = readers[kind](filled)
    bad = pc.and_(pc.is_valid(filled), pc.is_null(values))
    return Column(values, kind, pc.indices_nonzero(bad).to_pylist())


def _fitting(cells: pa.ChunkedArray, pattern: str) -> pa.ChunkedArray:
    return pc.if_else(pc.match_substring_regex(cells, pattern), cells, pa.scalar(None, pa.string()))


def _flags(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    lowered = pc.utf8_lower(cells)
    known = pc.or_(pc.is_in(lowered, TRUE), pc.is_in(lowered, FALSE))
    return pc.if_else(known, pc.is_in(lowered, TRUE), pa.scalar(None, pa.bool_()))


def _whole(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    bare = pc.replace_substring_regex(_fitting(cells, WHOLE), r"^\+|\.0*$", "")
    return pc.cast(bare, pa.int64())


def _numbers(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.cast(pc.replace_substring_regex(_fitting(cells, NUMBER), r"^\+", ""), pa.float64())


def _days(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    days = pc.utf8_slice_codeunits(_fitting(cells, DAY), 0, 10)
    return pc.cast(pc.strptime(days, "%Y-%m-%d", "s", error_is_null=True), pa.date32())


def _moments(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    """Salesforce exports UTC; an offset, where somebody's tool wrote one, is taken off."""
    fitting = _fitting(cells, MOMENT)
    full = pc.replace_substring_regex(pc.replace_substring(fitting, "T", " "), r"^(.{16})(Z| ?[+-]|$)", r"\1:00\2")
    local = pc.strptime(pc.utf8_slice_codeunits(full, 0, 19), "%Y-%m-%d %H:%M:%S", "ms", error_is_null=True)
    offset = pc.extract_regex(pc.if_else(pc.match_substring_regex(full, r"[+-]\d{2}:?\d{2}$"), full, "+0000"), OFFSET)
    hours, minutes = (pc.cast(pc.struct_field(offset, part), pa.int64()) for part in ("hours", "minutes"))
    away = pc.multiply(pc.add(pc.multiply(hours, 60), minutes), 60_000)
    east = pc.if_else(pc.equal(pc.struct_field(offset, "sign"), "-"), pc.negate(away), away)
    utc = pc.subtract(local, pc.cast(east, pa.duration("ms")))
    return pc.cast(utc, pa.timestamp("ms")).cast(MOMENTS)


def _ids(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    """Reports write ids of 15 characters, the API 18."""
    fitting = _fitting(cells, ID)
    if not pc.any(pc.equal(pc.utf8_length(fitting), SHORT_ID)).as_py():
        return fitting
    return pa.chunked_array([[one and full_id(one) for one in fitting.to_pylist()]], pa.string())
