"""Is everything as it should be? The store against the org, the CRM against the plan, each row sent and its end."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import duckdb

from connector.engine.records import SALESFORCE_STREAMS, Cell
from connector.store.database import Store, opened
from connector.store.home import Home
from connector.store.plans import decode_cells
from tests.torture.lab import LIMITS, Ended, Lab, the_mapping

HOLD_BACK = timedelta(seconds=60)
TOLD, LONGEST = 5, 300  # differences that are told, and characters of each
Row = dict[str, Any]  # Any: whatever a column holds
Tables = Mapping[str, Sequence[Row]]  # the rows of tables by their names


def differences(lab: Lab, merged: Mapping[str, str], until: datetime | None = None) -> list[str]:
    """Where the store and the org differ in rows stamped before `until` (None: in any), one line each.

    A merge moves children without a trace, so an id stands for whom it was merged into.
    """
    with opened(lab.home.store, LIMITS) as store:
        return [line for stream in the_mapping().read for line in _differences(store, lab, stream, merged, until)]


def _differences(
    store: Store, lab: Lab, stream: str, merged: Mapping[str, str], until: datetime | None
) -> Iterator[str]:
    held = {row["id"]: row for row in store.rows(f"SELECT * FROM salesforce.{stream}")}
    theirs = {row["id"]: row for row in _as_columns(lab, stream)}
    due = {one: row for one, row in theirs.items() if until is None or row["modified_at"] < until}
    told = {one: _difference(held.get(one), row, merged) for one, row in due.items()}
    gone = held.keys() - theirs.keys() if until is None else set()
    told |= {one: None if held[one]["is_deleted"] else "gone in the org, alive in the store" for one in gone}
    return (f"{stream} {record_id}: {line}" for record_id, line in told.items() if line)


def _difference(ours: Row | None, theirs: Row, merged: Mapping[str, str]) -> str | None:
    """What is wrong with our version of one row."""
    if theirs["is_deleted"]:
        return "deleted in the org, alive in the store" if ours and not ours["is_deleted"] else None
    if ours is None:
        return "lost"
    wrong = [name for name in theirs if _plain(ours[name], merged) != _plain(theirs[name], merged)]
    return str([(name, ours[name], theirs[name]) for name in wrong]) if wrong else None


def _as_columns(lab: Lab, stream: str) -> Iterator[Row]:
    """The org's rows under the names of our columns."""
    mapped = the_mapping().read[stream]
    fields = {name: source.name for name, source in mapped.fields.items() if source}
    kinds = next(one.columns for one in SALESFORCE_STREAMS if one.name == stream)
    for row in lab.rows(mapped.object.name):
        yield {name: _as_kind(row[field], kinds[name]) for name, field in fields.items() if field in row}


def _as_kind(value: Any, kind: str) -> Any:
    if kind == "moment" and isinstance(value, datetime):
        return value.replace(tzinfo=UTC)
    return None if value == "" else value


def _plain(value: Any, merged: Mapping[str, str]) -> Any:
    while isinstance(value, str) and value in merged:
        value = merged[value]
    return value


def graves(lab: Lab, until: datetime) -> list[str]:
    """Rows that were deleted for good before `until` and that the store holds as living, one line each."""
    with opened(lab.home.store, LIMITS) as store:
        return [line for stream in the_mapping().read for line in _graves(store, lab, stream, until)]


def _graves(store: Store, lab: Lab, stream: str, until: datetime) -> Iterator[str]:
    name = the_mapping().read[stream].object.name
    told = lab.sandbox.org.tables.query('SELECT "Id", deleted_at FROM _gone WHERE sobject = $name', {"name": name})
    there = {row["Id"] for row in lab.rows(name) if not row["IsDeleted"]}
    alive = {row["id"] for row in store.rows(f"SELECT id FROM salesforce.{stream} WHERE NOT is_deleted")}
    for record_id, at in told:
        if record_id in alive - there and at.replace(tzinfo=UTC) < until:
            yield f"{stream} {record_id}: deleted at {at}, alive in the store"


def unwritten(lab: Lab, run_id: str) -> list[str]:
    """Accounts that ended as ok and do not hold what was sent, one line each."""
    with opened(lab.home.store, LIMITS) as store:
        sent = store.rows(
            "SELECT j.account_id, p.cells FROM kept.journal j "
            "JOIN kept.plans p ON p.run_id = j.run_id AND p.account_id = j.account_id "
            "WHERE j.run_id = ? AND j.state = 'ok'",
            [run_id],
        )
    shown = {row["Id"]: row for row in lab.rows("Account")}
    names = the_mapping().write.written()
    return [
        f"account {row['account_id']}: {name} was to be {value!r}, is {shown[row['account_id']][names[name]]!r}"
        for row in sent
        for name, value in decode_cells(row["cells"]).items()
        if not _says(shown[row["account_id"]][names[name]], value)
    ]


def _says(shown: Any, meant: Cell) -> bool:
    """Whether a field shows what was meant, as far as it can: whole seconds, a few decimals."""
    if isinstance(meant, datetime):
        return shown is not None and abs(shown.replace(tzinfo=UTC) - meant) < timedelta(seconds=1)
    if isinstance(meant, float) or (isinstance(meant, int) and not isinstance(meant, bool)):
        return shown is not None and abs(shown - meant) <= 0.5
    if isinstance(meant, str):
        return str(shown).split() == meant.split()
    return bool(shown == meant) if isinstance(meant, date) else (shown or None) == (meant or None)


def ends(home: Home) -> Mapping[str, int]:
    """How many rows were ever sent and how they ended: ok, failed, and those resolved by a later reading."""
    with opened(home.store, LIMITS) as store:
        (row,) = store.rows(
            "SELECT count(*) AS sent, count(*) FILTER (WHERE state = 'ok' AND NOT resolved) AS ok, "
            "count(*) FILTER (WHERE state = 'failed' AND NOT resolved) AS failed, "
            "count(*) FILTER (WHERE resolved) AS resolved FROM kept.journal"
        )
    return {name: int(number) for name, number in row.items()}


def check_outcomes(ended: Ended) -> None:
    """Every row sent ended in one way, and a run says of itself what it did."""
    counts = {name: ended.count(name) for name in ("planned", "sent", "ok", "failed", "unknown")}
    assert counts["sent"] == counts["ok"] + counts["failed"] + counts["unknown"], counts
    assert counts["sent"] <= counts["planned"], counts
    if ended.code == 0:
        assert counts["ok"] == counts["planned"], counts
    if ended.code == 3:
        assert counts["failed"] + counts["unknown"] > 0, counts
        assert counts["sent"] == counts["planned"], counts


def content(home: Home) -> Tables:
    """What the store holds in each pulled and derived table, and how far it was read."""
    with duckdb.connect(str(home.store), read_only=True) as store:
        store.execute("SET TimeZone = 'UTC'")
        tables = store.execute(
            "SELECT schema_name || '.' || table_name FROM duckdb_tables() "
            "WHERE schema_name IN ('salesforce', 'derived') OR table_name = 'bookmarks' ORDER BY 1"
        ).fetchall()
        return {name: store.sql(f"SELECT * FROM {name}").to_arrow_table().to_pylist() for (name,) in tables}


def unlike(found: Tables, meant: Tables) -> list[str]:
    """Where two sets of tables differ, whose rows may stand in any order: the first few places, one short line each."""
    names = {*found, *meant}
    return [line for name in sorted(names) for line in _unlike(name, found.get(name, []), meant.get(name, []))][:TOLD]


def _unlike(table: str, found: Sequence[Row], meant: Sequence[Row]) -> Iterator[str]:
    ours, theirs = Counter(map(repr, found)), Counter(map(repr, meant))
    extra, lacking = _by_first(found, ours - theirs), _by_first(meant, theirs - ours)
    for key in {**extra, **lacking}:
        one, other = extra.get(key), lacking.get(key)
        if one and other:
            wrong = [f"{name} {one[name]!r} for {other[name]!r}" for name in one if one[name] != other[name]]
            yield f"{table} {key}: {', '.join(wrong)[:LONGEST]}"
        else:
            yield f"{table} {key}: {'too much' if one else 'lost'}"


def _by_first(rows: Sequence[Row], among: Counter[str]) -> dict[str, Row]:
    """Those of the rows that are `among`, by what stands in their first column."""
    return {repr(next(iter(row.values()))): row for row in rows if among[repr(row)]}
