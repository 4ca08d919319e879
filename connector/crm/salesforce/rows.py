"""How do Salesforce's rows become columns? JSON records and CSV pages -> the same Arrow tables."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from connector.engine.records import SHORT_ID, Kind, long_id
from connector.errors import Unavailable

Record = Mapping[str, Any]  # one row of JSON, as it came
MOMENT = pa.timestamp("us", tz="UTC")
TYPES: Mapping[Kind, pa.DataType] = {
    "text": pa.string(), "integer": pa.int64(), "number": pa.float64(), "boolean": pa.bool_(), "date": pa.date32(),
    "moment": MOMENT,
}
THEIRS: Mapping[str, pa.DataType] = {
    "boolean": pa.bool_(), "int": pa.int64(), "long": pa.int64(), "double": pa.float64(), "currency": pa.float64(),
    "percent": pa.float64(), "date": pa.date32(), "datetime": MOMENT,
}
READ_AS: Mapping[pa.DataType, pa.DataType] = {MOMENT: pa.string(), pa.date32(): pa.string(), pa.int64(): pa.float64()}
TAKES: Mapping[Kind, frozenset[pa.DataType]] = {
    "text": frozenset(TYPES.values()),
    "integer": frozenset({pa.int64(), pa.float64()}),
    "number": frozenset({pa.int64(), pa.float64()}),
    "boolean": frozenset({pa.bool_()}),
    "date": frozenset({pa.date32(), MOMENT}),
    "moment": frozenset({pa.date32(), MOMENT}),
}
IDS = ("id", "reference")
BARE_MOMENT = r"^[^Z]*[T ][0-9:.]+$"  # no zone is told
BLOCK = 1 << 20  # bytes parsed at a time; the longest row of what we read fits in several times
BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of ours: its name and kind, the field behind it (None: it has none here) and that field's type."""

    name: str
    kind: Kind
    field: str | None = None
    type: str = "string"

    @property
    def arrived(self) -> pa.DataType:
        """The Arrow type in which the field's values arrive."""
        return THEIRS.get(self.type, pa.string())


def can_fill(kind: Kind, field_type: str) -> bool:
    """Whether a field of that Salesforce type can fill a column of that kind."""
    return THEIRS.get(field_type, pa.string()) in TAKES[kind]


def from_records(records: Sequence[Record], columns: Sequence[Column]) -> pa.Table:
    """A page of JSON records as a table. Raises Unavailable when a value is not of its field's type."""
    arrays = {column.name: _shaped(_arrived(records, column), column, len(records)) for column in columns}
    return pa.table(arrays)


def from_csv(chunks: Iterable[bytes], columns: Sequence[Column]) -> pa.Table:
    """A page of CSV, streamed in, as a table. Raises Unavailable when its header or a value is not what was asked for.

    An empty cell is None whether quoted or not; nothing else is, whatever it looks like. Without a byte there are no
    rows; whoever knows how many were announced has to look.
    """
    fields = {column.field: column for column in columns if column.field}
    try:
        with _open_csv(chunks, {name: READ_AS.get(c.arrived, c.arrived) for name, c in fields.items()}) as reader:
            if set(reader.schema.names) != set(fields):
                header = ", ".join(reader.schema.names)[:200]
                raise Unavailable(f"Bulk results: the header is {header}, not the fields that were asked for")
            return pa.concat_tables([from_records([], columns), *(_block(block, columns) for block in reader)])
    except pa.ArrowInvalid as error:
        if "Empty CSV file" in str(error):
            return from_records([], columns)
        raise Unavailable(f"Bulk results: {_first_line(error)}") from None


def _block(block: pa.RecordBatch, columns: Sequence[Column]) -> pa.Table:
    """One block in our columns: shaped as it arrives, what it was parsed into need not be held for a whole page."""
    arrived = {name: _cast(block[name], column.arrived) for column in columns if (name := column.field)}
    return pa.table({c.name: _shaped(arrived.get(c.field or ""), c, block.num_rows) for c in columns})


def columns_of_csv(chunks: Iterable[bytes], names: Sequence[str]) -> pa.Table:
    """The named columns of any CSV as text: empty where they are missing; without a byte there are no rows."""
    types = dict.fromkeys(names, pa.string())
    try:
        return _open_csv(chunks, types, include_columns=list(names), include_missing_columns=True).read_all()
    except pa.ArrowInvalid as error:
        if "Empty CSV file" in str(error):
            return pa.table({name: pa.array([], pa.string()) for name in names})
        raise Unavailable(f"Bulk results: {_first_line(error)}") from None


def _open_csv(chunks: Iterable[bytes], types: Mapping[str, pa.DataType], **options: Any) -> Any:  # pyarrow's own
    """A reader that holds one block at a time and guesses nothing: only an empty cell is None."""
    return pyarrow.csv.open_csv(
        pa.PythonFile(_Chunks(chunks), mode="r"),
        read_options=pyarrow.csv.ReadOptions(block_size=BLOCK, use_threads=False),  # others would keep what they freed
        parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types=types,
            null_values=[""],
            strings_can_be_null=True,
            true_values=["true", "True", "TRUE", "1"],
            false_values=["false", "False", "FALSE", "0"],
            **options,
        ),
    )


def _arrived(records: Sequence[Record], column: Column) -> pa.Array | None:
    """A field's values in the type they arrive in; None where the column has no field."""
    if column.field is None:
        return None
    values = [_at(record, column.field.split(".")) for record in records]
    is_text = column.arrived in (pa.string(), pa.date32(), MOMENT) or any(isinstance(value, str) for value in values)
    try:
        return _cast(_texts(values), column.arrived) if is_text else pa.array(values, column.arrived)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, TypeError) as error:
        raise Unavailable(f"{column.field}: a value of a wrong type: {_first_line(error)}") from None


def _cast(values: Any, wanted: pa.DataType) -> Any:  # an array, in one piece or several
    """Values in the type their field has. A moment without a zone is UTC; a day may come with a time of day."""
    try:
        return values.cast(wanted)
    except pa.ArrowInvalid:
        if wanted == MOMENT:
            bare = pc.match_substring_regex(values, BARE_MOMENT)
            return pc.if_else(bare, pc.binary_join_element_wise(values, "Z", ""), values).cast(wanted)
        if wanted == pa.date32():
            return pc.utf8_slice_codeunits(values, 0, 10).cast(wanted)
        if wanted == pa.int64():
            return values.cast(pa.float64()).cast(wanted)
        raise


def _shaped(arrived: pa.ChunkedArray | pa.Array | None, column: Column, length: int) -> pa.Array:
    """The values in the type of our column; without a field nothing is known, but no row counts as deleted."""
    wanted = TYPES[column.kind]
    if arrived is None:
        return pa.repeat(False, length) if column.name == "is_deleted" else pa.nulls(length, wanted)
    if wanted == pa.int64() and arrived.type == pa.float64():
        arrived = pc.round(arrived)
    if column.type in IDS and pc.any(pc.equal(pc.utf8_length(arrived), SHORT_ID)).as_py():
        arrived = pa.array([one and long_id(one) for one in arrived.to_pylist()], pa.string())
    return arrived if arrived.type == wanted else arrived.cast(wanted)


def _at(record: Record | None, path: Sequence[str]) -> Any:  # a JSON value of any kind
    """The value at a path; a parent that is not there gives None."""
    value = record
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _texts(values: Sequence[object]) -> pa.Array:
    """Values as text that a database takes: no NUL, and half of a surrogate pair is a question mark."""
    try:
        array = pa.array(values, pa.string())
    except (UnicodeEncodeError, pa.ArrowTypeError):
        array = pa.array([None if value is None else _whole(str(value)) for value in values], pa.string())
    return pc.replace_substring(array, "\0", "") if pc.any(pc.match_substring(array, "\0")).as_py() else array


def _whole(value: str) -> str:
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _first_line(error: BaseException) -> str:
    return str(error).splitlines()[0][:200] if str(error) else type(error).__name__


class _Chunks:
    """Bytes that arrive piece by piece as a file: without a byte order mark, without NUL."""

    closed = False

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = self._clean(chunks)
        self._rest = b""

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes; none at the end."""
        pieces, length = [self._rest], len(self._rest)
        while length < size:
            piece = next(self._chunks, None)
            if piece is None:
                break
            pieces.append(piece)
            length += len(piece)
        whole = b"".join(pieces)
        self._rest = whole[size:]
        return whole[:size]

    def close(self) -> None:
        """Nothing to close; whoever opened the answer closes it."""

    @staticmethod
    def _clean(chunks: Iterable[bytes]) -> Iterator[bytes]:
        pieces = iter(chunks)
        start, last = b"", b"\n"
        while len(start) < len(BOM) and (piece := next(pieces, None)) is not None:
            start += piece
        for chunk in chain([start.removeprefix(BOM)], pieces):
            last = chunk[-1:] or last
            yield chunk.replace(b"\0", b"") if b"\0" in chunk else chunk
        if last != b"\n":
            yield b"\n"  # pyarrow does not take a header alone without its end of line
