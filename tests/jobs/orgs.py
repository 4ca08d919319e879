"""What does a job meet? An org in memory that keeps every promise of the protocol and breaks what a test asks for."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache

import pyarrow as pa

from connector.crm.base import FieldStep, Finding, KeepJob, Org, Usage
from connector.engine.fields import FIELDS
from connector.engine.records import SALESFORCE_STREAMS, AccountChange, Field, Outcome, Stream, Value, Window
from connector.mappings import Mappings, read_mappings
from connector.shipped import shipped_mappings
from connector.store.streams import ARROW_TYPES

ORG = "00D000000000001EAA"
START = datetime(2026, 11, 20, 5, tzinfo=UTC)
NAMES = ("user", "account", "contact", "task", "event")
PAGE = 100

Row = dict[str, Value]


def stream_of(name: str) -> Stream:
    """The declaration of a stream."""
    return next(stream for stream in SALESFORCE_STREAMS if stream.name == name)


@cache
def shipped() -> Mappings:
    """The mappings as they are delivered."""
    return read_mappings(shipped_mappings(), "default")


@dataclass
class FakeOrg:
    """An org with a clock of its own. `faults` are raised once, at the page of the stream (or `push`) they name."""

    clock: datetime = START
    id: str = ORG
    names: tuple[str, ...] = NAMES
    rows: dict[str, dict[str, Row]] = field(default_factory=lambda: {name: {} for name in NAMES})
    graves: list[tuple[str, str, datetime]] = field(default_factory=list)
    told: dict[str, dict[str, Value]] = field(default_factory=dict)  # what was written, by account
    calls: list[str] = field(default_factory=list)
    faults: dict[tuple[str, int], BaseException] = field(default_factory=dict)
    refused: dict[str, Outcome] = field(default_factory=dict)
    job: str = ""  # what is pushed travels in this job
    ended: dict[str, Outcome] = field(default_factory=dict)  # what the job says of accounts that are not ok
    traceless: dict[str, Sequence[str]] = field(default_factory=dict)  # columns that change without a stamp
    silent: set[str] = field(default_factory=set)  # accounts that are written and never answered for

    @property
    def name(self) -> str:
        return "salesforce"

    def put(self, stream: str, id: str, *, at: datetime | None = None, **columns: Value) -> str:  # noqa: A002 - the column's name
        """A row, or a new version of it, stamped now."""
        old = self.rows[stream].get(id, {"created_at": self.clock, "is_deleted": False})
        self.rows[stream][id] = old | {"id": id, "modified_at": at or self.clock} | columns
        return id

    def vanish(self, stream: str, row_id: str, *, is_told: bool = True) -> None:
        """Delete a row for good; when `is_told` the delete log knows of it."""
        del self.rows[stream][row_id]
        if is_told:
            self.graves.append((stream, row_id, self.clock))

    def org(self) -> Org:
        self._note("org")
        return Org(self.id, "Acme", "005000000000001EAA", is_sandbox=True)

    def now(self) -> datetime:
        return self.clock

    def check(self) -> list[Finding]:
        return []

    def streams(self) -> Sequence[Stream]:
        return [stream_of(name) for name in self.names]

    def formulas(self, stream: Stream) -> Sequence[str]:
        return self.traceless.get(stream.name, ())

    def count(self, stream: Stream, window: Window) -> int:
        self._note(f"count {stream.name}")
        return len(self._inside(stream, window))

    def pull(self, stream: Stream, window: Window) -> Iterator[pa.Table]:
        self._note(f"pull {stream.name}")
        yield from self._pages(stream.name, self._inside(stream, window), dict(stream.columns))

    def deleted(self, stream: Stream, since: datetime, until: datetime) -> Iterator[pa.Table]:
        self._note(f"deleted {stream.name}")
        graves = [(one, at) for of, one, at in self.graves if of == stream.name and since <= at < until]
        rows = [{"id": one, "deleted_at": at} for one, at in graves]
        yield from self._pages("deleted", rows, {"id": "text", "deleted_at": "moment"})

    def stamps(self, stream: Stream) -> Iterator[pa.Table]:
        self._note(f"stamps {stream.name}")
        alive = [row for row in self.rows[stream.name].values() if not row["is_deleted"]]
        yield from self._pages("stamps", alive, {"id": "text", "modified_at": "moment"})

    def current(self, account_ids: Iterable[str] | None, fields: Mapping[str, str]) -> Iterator[pa.Table]:
        self._note("current")
        wanted = None if account_ids is None else set(account_ids)
        accounts = [row for row in self.rows["account"].values() if not row["is_deleted"]]
        chosen = [row for row in accounts if wanted is None or row["id"] in wanted]
        columns: dict[str, list[Value]] = {"id": [row["id"] for row in chosen]}
        columns |= {name: [self.told.get(str(row["id"]), {}).get(name) for row in chosen] for name in fields}
        types = {f.name: ARROW_OF[f.type] for f in _fields(fields)}
        table = pa.table({name: pa.array(values, types.get(name)) for name, values in columns.items()})
        stamps = pa.array([row["modified_at"] for row in chosen], ARROW_TYPES["moment"])
        if chosen:
            yield table.append_column("modified_at", stamps)

    def push(self, changes: Sequence[AccountChange], fields: Mapping[str, str], keep: KeepJob) -> Iterator[Outcome]:
        self._note(f"push {len(changes)}")
        if self.job:
            keep(self.job, [change.account_id for change in changes])
        for number, change in enumerate(changes):
            self._break("push", number)
            assert set(change.cells) <= set(fields)
            if change.account_id in self.refused:
                yield self.refused[change.account_id]
                continue
            self.told[change.account_id] = dict(change.cells)
            self.put("account", change.account_id)
            if change.account_id not in self.silent:
                yield Outcome(change.account_id, "ok")

    def finish(self, job: str, account_ids: Sequence[str]) -> Iterator[Outcome]:
        self._note(f"finish {job}")
        for number, account_id in enumerate(account_ids):
            self._break("finish", number)
            yield self.ended.get(account_id) or Outcome(account_id, "ok")

    def plan_fields(self, fields: Sequence[Field], names: Mapping[str, str]) -> list[FieldStep]:
        return [FieldStep(field, names[field.name], "keep", "") for field in fields]

    def apply_fields(self, steps: Sequence[FieldStep]) -> list[Finding]:
        return [Finding("ok", step.crm_field, "is there") for step in steps]

    def usage(self) -> Usage:
        return Usage(len(self.calls), 15_000)

    def cost(self, stream: Stream, rows: Mapping[str, int] | None, *, is_counted: bool = False) -> int:
        if rows is None:
            return 1 + 1 + 1  # a count, a page, the deletions
        return int(is_counted) + 1 + -(-rows[stream.name] // PAGE)

    def left(self) -> int | None:
        return 12_000 - len(self.calls)

    def writes(self) -> list[str]:
        """The calls that changed something."""
        return [call for call in self.calls if call.startswith("push")]

    def _note(self, call: str) -> None:
        self.calls.append(call)

    def _inside(self, stream: Stream, window: Window) -> list[Row]:
        low = window.since or datetime(1970, 1, 1, tzinfo=UTC)
        return [row for row in self.rows[stream.name].values() if low <= _stamp(row) < window.until]

    def _pages(self, place: str, rows: Sequence[Row], columns: Mapping[str, str]) -> Iterator[pa.Table]:
        for number, start in enumerate(range(0, len(rows), PAGE)):
            self._break(place, number)
            some = rows[start : start + PAGE]
            yield pa.table({n: pa.array([r.get(n) for r in some], ARROW_TYPES[k]) for n, k in columns.items()})
        self._break(place, -1)

    def _break(self, place: str, number: int) -> None:
        fault = self.faults.pop((place, number), None)
        if fault is not None:
            raise fault


ARROW_OF: Mapping[str, pa.DataType] = {
    "number": pa.float64(), "percent": pa.float64(), "checkbox": pa.bool_(), "date": pa.date32(),
    "datetime": pa.timestamp("us", tz="UTC"), "text": pa.string(), "long_text": pa.string(), "picklist": pa.string(),
}  # fmt: skip


def _fields(names: Iterable[str]) -> list[Field]:
    return [one for one in FIELDS if one.name in set(names)]


def _stamp(row: Row) -> datetime:
    stamp = row["modified_at"]
    assert isinstance(stamp, datetime)
    return stamp
