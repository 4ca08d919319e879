"""Which accounts must be told something new, and what exactly?

A record is written when a state differs at all, when a number moved past the dead band, appeared or went, or when the
CRM was last told a week ago; then it gets all its fields from one snapshot. Texts and stamps alone never cause a write.
Only accounts that the CRM still shows are written.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from connector.engine.days import Flags, Ints
from connector.engine.records import AccountChange, Change, Field, Value
from connector.engine.rules import DeadBand
from connector.engine.stored import Columns, cells, empty_column, is_empty, is_same, stored

FIRST = "first score"
CONFIRMED = "nothing moved; confirmed once in a while"


@dataclass(frozen=True, slots=True)
class Book:
    """The accounts of a snapshot that the CRM still shows: what it shows and what it would, row by row."""

    fields: Sequence[Field]
    mine: Ints  # their rows in the snapshot
    theirs: Ints  # and in the CRM's current values
    before: Columns
    after: Columns

    def is_known(self) -> Flags:
        """Which of them show anything of ours already; what they are told now is a change, else a first score."""
        shown = [~is_empty(column) for column in self.before.values() if column.dtype != np.bool_]
        known: Flags = np.logical_or.reduce([np.zeros(len(self.mine), np.bool_), *shown])
        return known


def lay_side_by_side(snapshot: Columns, current: Columns, fields: Sequence[Field]) -> Book:
    """`snapshot` has account_id and a column by each field's name; `current` has id and what the CRM has of them."""
    ids = current["id"].astype(np.str_)
    order = np.argsort(ids, kind="stable")
    wanted = snapshot["account_id"].astype(np.str_)
    at = np.searchsorted(ids, wanted, sorter=order)
    inside = np.flatnonzero(at < len(ids))
    mine = inside[ids[order[at[inside]]] == wanted[inside]]
    theirs = order[at[mine]]
    before = {f.name: stored(current[f.name][theirs], f) for f in fields if f.name in current}
    before |= {f.name: empty_column(f, len(mine)) for f in fields if f.name not in current}
    return Book(fields, mine, theirs, before, {f.name: stored(snapshot[f.name][mine], f) for f in fields})


def make_plan(book: Book, snapshot: Columns, current: Columns, rules: DeadBand, at: datetime) -> list[AccountChange]:
    """The accounts to write, those of one parent together. `at` is when the snapshot was made.

    Besides the fields `snapshot` has account_id, account_name and parent_id, `current` id and modified_at.
    """
    known = book.is_known()
    moved = {field.name: _moved(field, book, rules) for field in book.fields}
    due = np.logical_or.reduce(list(moved.values())) | (known & _is_stale(book, rules, at))
    rows = np.flatnonzero(due)
    before, after = ({f.name: cells(side[f.name][rows], f) for f in book.fields} for side in (book.before, book.after))
    about = _About(snapshot, current, book)
    changes = []
    for i, row in enumerate(rows.tolist()):
        differences = tuple(Change(name, before[name][i], after[name][i]) for name, flag in moved.items() if flag[row])
        cells_of = {name: column[i] for name, column in after.items()}
        changes.append(about.change(row, cells_of, differences, FIRST if not known[row] else CONFIRMED))
    return sorted(changes, key=lambda change: (change.parent_id or change.account_id, change.account_id))


def _moved(field: Field, book: Book, rules: DeadBand) -> Flags:
    """Where a difference of this field alone is worth a write."""
    before, after = book.before[field.name], book.after[field.name]
    if field.always:
        return ~is_same(before, after)
    if field.stamp or field.type not in ("number", "percent"):
        return np.zeros(len(before), np.bool_)
    step = np.maximum(rules.least, rules.share * np.abs(before))
    moved: Flags = (np.abs(after - before) >= step) | (is_empty(before) != is_empty(after))
    return moved


def _is_stale(book: Book, rules: DeadBand, at: datetime) -> Flags:
    """Where the CRM was last told so long ago that a reader may doubt it; never, where it is not told when."""
    told = book.before.get("scored_at")
    if told is None:
        return np.zeros(len(book.mine), np.bool_)
    oldest = np.datetime64(at.astimezone(UTC).replace(tzinfo=None), "s") - np.timedelta64(rules.confirm_days, "D")
    return np.isnat(told) | (told <= oldest)


@dataclass(frozen=True, slots=True)
class _About:
    """What a plan says of an account besides its cells."""

    snapshot: Columns
    current: Columns
    book: Book

    def change(
        self, row: int, cells_of: Mapping[str, Value], moved: tuple[Change, ...], otherwise: str
    ) -> AccountChange:
        mine, theirs = self.book.mine[row], self.book.theirs[row]
        stamp = self.current["modified_at"].astype("datetime64[us]")[theirs].item()
        reason = self.snapshot["what_changed"][mine] if moved and otherwise != FIRST else None
        return AccountChange(
            account_id=self.snapshot["account_id"][mine],
            account_name=self.snapshot["account_name"][mine],
            cells=cells_of,
            moved=moved,
            reason=reason or otherwise,
            modified_at=stamp and stamp.replace(tzinfo=UTC),
            parent_id=self.snapshot["parent_id"][mine],
        )


def digest(changes: Iterable[AccountChange], org_id: str, rules_digest: str) -> str:
    """A plan's fingerprint: another org, other rules, a record touched since, or another cell make another one."""
    total = hashlib.sha256(json.dumps([org_id, rules_digest]).encode())
    for change in sorted(changes, key=lambda change: change.account_id):
        row = [change.account_id, change.modified_at, sorted(change.cells.items())]
        total.update(json.dumps(row, default=str).encode())
    return total.hexdigest()
