"""Can a team try everything on its own Salesforce data export? Folders and zips of CSV files become an org."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from connector.errors import ConfigError
from connector.sandbox.living import Tables
from connector.sandbox.salesforce.cells import MOMENTS, WANTED, Column, guess, kind_of, read
from connector.sandbox.salesforce.schema import Schema, SObject, standard_objects

MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe\x00\x00", "utf-32"), (b"\x00\x00\xfe\xff", "utf-32"),
         (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))  # fmt: skip
HEADER_BYTES = 1_000_000  # no header is longer
EVERY = (  # fields every object has
    "Id", "IsDeleted", "Name", "OwnerId", "CreatedDate", "CreatedById", "LastModifiedDate", "LastModifiedById",
    "SystemModstamp",
)  # fmt: skip
SHOWN = 20  # bad cells named before we only count them
STAMPS = ("SystemModstamp", "LastModifiedDate", "CreatedDate")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)  # the stamp of rows that have none


@dataclass(frozen=True, slots=True)
class Export:
    """A still org: rows appear when they were created and never change."""

    tables: Tables
    now: datetime
    left_out: tuple[str, ...] = ()  # files and columns that were not read, and why

    def history(self, until: datetime) -> Tables:
        """The rows that were there at `until`."""
        return self.between(EPOCH, until)

    def between(self, since: datetime, until: datetime) -> Tables:
        """The rows created after `since` and not after `until`; rows without a date were always there."""
        return {name: _created(rows, since, until) for name, rows in self.tables.items()}


def _created(rows: pa.Table, since: datetime, until: datetime) -> pa.Table:
    if "CreatedDate" not in rows.column_names:
        return rows if since == EPOCH else rows.slice(0, 0)
    created = pc.fill_null(rows["CreatedDate"], pa.scalar(EPOCH, rows["CreatedDate"].type))
    after = pc.greater(created, pa.scalar(since, created.type)) if since > EPOCH else True
    return rows.filter(pc.and_(pc.less_equal(created, pa.scalar(until, created.type)), after))


def read_export(path: str | Path, *, now: datetime | None = None) -> Export:
    """The org in a folder or zip of CSV files, one an object, as Salesforce's own Data Export writes them.

    Its clock starts at `now`, or at the newest stamp in it, or today where it has none. ConfigError names every cell
    that cannot be read.
    """
    reading = _Reading()
    for name, content in _files(Path(path)):
        reading.take(name, content)
    if reading.problems:
        raise ConfigError(*reading.problems)
    if "Account" not in reading.parts:
        raise ConfigError(f"{path}: there is no Account.csv in it; give the folder or zip Salesforce's export made")
    tables = {name: _one_row_an_id(parts) for name, parts in reading.parts.items()}
    return Export(tables, now or _newest(tables), tuple(reading.left_out))


def _files(path: Path) -> Iterator[tuple[str, bytes]]:
    """Every file below a folder and inside a zip, in the order of their names."""
    if not path.exists():
        raise ConfigError(f"{path}: no such folder or zip")
    for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if file.suffix.lower() == ".zip":
            yield from _zipped(file)
        elif file.is_file():
            yield file.name, file.read_bytes()


def _zipped(file: Path) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(file) as bundle:
            for name in sorted(bundle.namelist()):
                if not name.endswith("/"):
                    yield f"{file.name}/{name}", bundle.read(name)
    except (zipfile.BadZipFile, RuntimeError) as broken:  # RuntimeError: a zip with a password
        raise ConfigError(f"{file}: cannot be unpacked ({broken}); download the export again") from broken


def _one_row_an_id(parts: list[pa.Table]) -> pa.Table:
    """The parts of an object end to end; a row that comes twice counts as it came last."""
    whole = pa.concat_tables(parts, promote_options="permissive")
    places = pa.table({"Id": whole["Id"], "place": pa.array(range(whole.num_rows), pa.int64())})
    last = places.group_by("Id").aggregate([("place", "max")])["place_max"]
    return whole.take(last.sort()) if len(last) < whole.num_rows else whole


def _newest(tables: Tables) -> datetime:
    stamps = [pc.max(rows[name]).as_py() for rows in tables.values() for name in STAMPS if name in rows.column_names]
    known = [stamp for stamp in stamps if stamp is not None and stamp > LONG_AGO]
    return max(known, default=datetime.now(UTC).replace(microsecond=0))


@dataclass(slots=True)
class _Reading:
    """What was found so far, and what is wrong with it."""

    schema: Schema = field(default_factory=lambda: Schema(standard_objects()))
    parts: dict[str, list[pa.Table]] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def take(self, name: str, content: bytes) -> None:
        """Read one file, if it holds an object."""
        stem, suffix = PurePosixPath(name).stem, PurePosixPath(name).suffix.lower()
        sobject = self.schema.find(stem)
        if suffix != ".csv" or not (sobject or stem.endswith("__c")):
            self.left_out.append(f"{name}: not an object we know")
        elif content.strip():
            self._take_rows(name, sobject or self._own(stem), content)

    def _own(self, name: str) -> SObject:
        """An object the team made itself: with the fields every object has."""
        account = self.schema.find("Account")
        shared = [account.field(title) for title in EVERY] if account else []
        return SObject(name, name, name, "", "", fields=tuple(one for one in shared if one))

    def _take_rows(self, name: str, sobject: SObject, content: bytes) -> None:
        cells = self._cells(name, content)
        if cells is None:
            return
        twice = [title for title, many in Counter(map(str.lower, cells.column_names)).items() if many > 1]
        if twice:
            self.problems.append(f"{name}: there is more than one column {', '.join(twice)}; leave one of each")
            return
        if "id" not in {column.lower() for column in cells.column_names}:
            self.problems.append(f"{name}: has no column Id; is it an export of {sobject.name}?")
            return
        columns = {}
        for title in cells.column_names:
            known = sobject.field(title)
            if known and known.stored:
                columns[known.name] = self._column(name, cells, title, kind_of(known.type))
            elif title.endswith("__c"):
                columns[title] = self._column(name, cells, title, guess(cells[title]))
            else:
                self.left_out.append(f"{name}: column {title}")
        self.parts.setdefault(sobject.name, []).append(_stamped(pa.table(columns)))

    def _cells(self, name: str, content: bytes) -> pa.Table | None:
        """Every cell as text."""
        broken: list[str] = []

        def note(row: pa.csv.InvalidRow) -> str:
            wanted = f"{row.actual_columns} cells where the header has {row.expected_columns}"
            broken.append(f"{name} row {row.number}: {wanted}; mend or remove the row")
            return "skip"

        lines = _utf8(content)
        header = next(csv.reader(io.StringIO(lines[:HEADER_BYTES].decode(errors="ignore"))))
        try:
            cells = pa.csv.read_csv(
                io.BytesIO(lines),
                read_options=pa.csv.ReadOptions(use_threads=False),
                parse_options=pa.csv.ParseOptions(newlines_in_values=True, invalid_row_handler=note),
                convert_options=pa.csv.ConvertOptions(column_types=dict.fromkeys(header, pa.string())),
            )
        except pa.ArrowInvalid as wrong:
            self.problems.append(f"{name}: is no CSV file we can read ({wrong})")
            return None
        self.problems += broken[:SHOWN]
        return cells.rename_columns([title.strip() for title in cells.column_names])

    def _column(self, name: str, cells: pa.Table, title: str, kind: str) -> pa.ChunkedArray:
        column = read(cells[title], kind)
        for place in column.bad[:SHOWN]:
            value = cells[title][place].as_py()
            self.problems.append(f"{name} line {_line(cells, place)}, {title}: {value!r} is not {WANTED[kind]}")
        self._count_the_rest(name, title, column)
        return column.values

    def _count_the_rest(self, name: str, title: str, column: Column) -> None:
        if len(column.bad) > SHOWN:
            self.problems.append(f"{name}, {title}: {len(column.bad) - SHOWN} more cells that cannot be read")


def _utf8(content: bytes) -> bytes:
    """By its byte order mark; else UTF-8 where that fits, else ISO-8859-1, which the export offers as well."""
    marked = next((encoding for mark, encoding in MARKS if content.startswith(mark)), None)
    if marked:
        return content.decode(marked).encode()
    try:
        content.decode()
    except UnicodeDecodeError:
        return content.decode("iso-8859-1").encode()
    return content


def _line(cells: pa.Table, place: int) -> int:
    """The line of the file on which a row starts; cells before it may hold line breaks of their own."""
    before = cells.slice(0, place)
    breaks = [pc.sum(pc.count_substring(before[column], "\n")).as_py() or 0 for column in before.column_names]
    return 2 + place + sum(breaks)


def _stamped(rows: pa.Table) -> pa.Table:
    """With a SystemModstamp in every row: readers follow it, and a hand-made export may lack it."""
    known = [rows[name] for name in STAMPS if name in rows.column_names]
    stamps = pc.coalesce(*known, pa.repeat(pa.scalar(LONG_AGO, MOMENTS), rows.num_rows))
    others = [name for name in rows.column_names if name != "SystemModstamp"]
    return rows.select(others).append_column("SystemModstamp", stamps)
