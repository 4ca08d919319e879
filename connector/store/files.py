"""What does a file of rows say, line by line? CSV, JSON lines and Parquet become pages of texts."""

import csv
import difflib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count, islice
from pathlib import Path
from typing import Any, TextIO

import pyarrow as pa
import pyarrow.parquet as pq

from connector.engine.records import Kind, long_id
from connector.errors import ConfigError

COLUMNS: Mapping[str, str] = {
    "id": "the row's own id in its source; the same id again replaces the row",
    "source": "where the rows come from, one word such as website or product",
    "kind": "one of `kinds` in scoring.yaml, such as page_view, product_session, social_comment, support_ticket",
    "at": "when: 2026-11-01T09:30:00Z, with another zone, or a day alone",
    "minutes": "how long it took; counts for kinds that are `timed`",
    "person_id": "id of a contact or lead",
    "email": "address of the person",
    "account_id": "id of the account",
    "domain": "domain of the company, as a reverse-IP service tells it, for people nobody knows",
    "page": "address or class of the page, feature or topic; what follows ? or # is not kept",
    "campaign_id": "id of the campaign",
    "deleted": "true takes the row back",
}
NEEDED = ("id", "source", "kind", "at")
IDS = ("person_id", "account_id", "campaign_id")
SAID: Mapping[str, Kind] = {"file": "integer", "line": "integer", "fault": "text", **dict.fromkeys(COLUMNS, "text")}
ROWS_A_PAGE = 50_000
ALIKE = 0.8  # a column whose name is this like one of ours was meant to be it
SEPARATORS = ",;\t"

Said = dict[str, Any]  # the texts of a row by column, with its line or its fault
Reader = Callable[[Path, Mapping[str, str]], Iterator[Said]]


def read_files(paths: Iterable[Path], source: str | None) -> Iterator[pa.Table]:
    """The rows of all files, page by page: the columns of SAID, null where nothing is said, `file` counted from 0.

    `source` is that of rows that name none. A line that cannot be read has its fault, and nothing else.
    Raises ConfigError for a file that is no such file, or that lacks a column.
    """
    schema = pa.schema([(name, pa.int64() if kind == "integer" else pa.string()) for name, kind in SAID.items()])
    for number, path in enumerate(paths):
        rows = _reader(path)(path, {"source": source} if source else {})
        while page := list(islice(rows, ROWS_A_PAGE)):
            yield pa.Table.from_pylist([{**row, "file": number} for row in page], schema=schema)


def _reader(path: Path) -> Reader:
    readers: Mapping[str, Reader] = {".csv": _csv, ".jsonl": _json_lines, ".ndjson": _json_lines, ".parquet": _parquet}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise ConfigError(f"{path}: has none of the endings {', '.join(readers)}; name it after what it is")
    return reader


def _csv(path: Path, given: Mapping[str, str]) -> Iterator[Said]:
    """The rows of a CSV file in UTF-8; comma, semicolon or tab, whichever its header has most of."""
    with _opened(path) as file:
        first = file.readline()
        file.seek(0)
        lines = csv.reader(file, delimiter=max(SEPARATORS, key=first.count), strict=True)
        try:
            header = _names(path, next(lines, []), given)
            began = lines.line_num + 1
            for cells in lines:
                if cells:
                    yield {**given, **_row(header, cells), "line": began}
                began = lines.line_num + 1
        except csv.Error as error:
            raise ConfigError(f"{path}:{lines.line_num}: cannot be read as CSV: {error}; quote its texts") from None


def _row(header: Sequence[str], cells: Sequence[str]) -> Said:
    """Our columns of a line, or its fault."""
    if len(cells) != len(header):
        return {"fault": f"has {len(cells)} cells, the header has {len(header)}"}
    return _bared({name: cell for name, cell in zip(header, cells, strict=True) if name in COLUMNS})


def _bared(said: Mapping[str, object]) -> Said:
    """Texts without blanks around them, none where nothing is left; ids as the API returns them."""
    bare = {name: text for name, value in said.items() if (text := str(value).strip())}
    return bare | {name: long_id(bare[name]) for name in IDS if name in bare}


def _json_lines(path: Path, given: Mapping[str, str]) -> Iterator[Said]:
    """The rows of a file with one JSON object a line."""
    seen: set[frozenset[str]] = set()
    with _opened(path) as file:
        for line, text in enumerate(file, start=1):
            if not text.strip():
                continue
            row = _object(text)
            names = frozenset(row or ())
            if names not in seen:
                _check_names(f"{path}:{line}", sorted(names))
                seen.add(names)
            yield {**given, **_told(row), "line": line}


def _object(text: str) -> dict[str, object] | None:
    """A line as an object by bare names; None when it is none."""
    try:
        row = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return {_bare(name): value for name, value in row.items()} if isinstance(row, dict) else None


def _told(row: Mapping[str, object] | None) -> Said:
    """Our columns of a JSON object as they would stand in a CSV, or the fault of its line."""
    if row is None:
        return {"fault": "is not JSON; every line is one object in braces"}
    chosen = {name: row[name] for name in COLUMNS if row.get(name) is not None}
    nested = [name for name, value in chosen.items() if isinstance(value, dict | list)]
    if nested:
        return {"fault": f"{nested[0]} holds more than one value; write a text or a number"}
    return _bared(chosen)


def _parquet(path: Path, given: Mapping[str, str]) -> Iterator[Said]:
    """The rows of a Parquet file; their line is the number of the row, from 1."""
    lines = count(1)
    try:
        with pq.ParquetFile(path) as file:
            theirs = file.schema_arrow.names
            chosen = dict(zip(_names(path, theirs, given), theirs, strict=True))
            chosen = {ours: name for ours, name in chosen.items() if ours in COLUMNS}
            for batch in file.iter_batches(ROWS_A_PAGE, columns=list(chosen.values())):
                texts = [batch[name].cast(pa.string()).fill_null("").to_pylist() for name in chosen.values()]
                for cells in zip(*texts, strict=True):
                    yield {**given, **_row(list(chosen), cells), "line": next(lines)}
    except (pa.ArrowException, OSError) as error:
        raise ConfigError(f"{path}: cannot be read as Parquet: {str(error).splitlines()[0][:100]}") from None


@contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    """The file as UTF-8, with or without the sign that Excel puts in front. Raises ConfigError when it is none."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield file
    except UnicodeDecodeError:
        raise ConfigError(f"{path}: not a UTF-8 text file; save it as UTF-8") from None
    except OSError as error:
        raise ConfigError(f"{path}: {(error.strerror or 'unreadable').lower()}; check its owner and mode") from None


def _names(path: Path, header: Sequence[str], given: Mapping[str, str]) -> list[str]:
    """The columns of a header by our names. Raises ConfigError for one that is missing, twice there or misspelt."""
    names = [_bare(name) for name in header]
    _check_names(f"{path}:1", names)
    twice = [f"{path}:1: column {name} stands there twice" for name in COLUMNS if names.count(name) > 1]
    lost = [name for name in NEEDED if name not in names and name not in given]
    faults = twice + [f"{path}:1: there is no column {name}; it holds {COLUMNS[name]}" for name in lost]
    if faults:
        raise ConfigError(*faults)
    return names


def _check_names(place: str, names: Sequence[str]) -> None:
    """Raise ConfigError for columns that were probably meant to be ours; other columns are not read."""
    absent = COLUMNS.keys() - set(names)
    near = {name: difflib.get_close_matches(name, absent, n=1, cutoff=ALIKE) for name in names if name not in COLUMNS}
    faults = [f"{place}: {name} is not a column; did you mean {found[0]}?" for name, found in near.items() if found]
    if faults:
        raise ConfigError(*faults)


def _bare(name: str) -> str:
    return name.strip().lower()
