"""Which accounts must be told something new, and what exactly?

A record is written when a state differs at all, when a number moved past the dead band, appeared or went, or when the
CRM was last told a week ago; then it gets all its fields from one snapshot. Texts and stamps alone never cause a write.
Only accounts that the CRM still shows are written.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import compress

import numpy as np

from connector.engine.days import Flags, Ints
from connector.engine.records import AccountChange, Change, Field, Value
from connector.engine.rules import DeadBand
from connector.engine.stored import Column, Columns, cells, empty_column, is_empty, is_same, stored

FIRST = "first score"
CONFIRMED = "nothing moved; confirmed once in a while"


@dataclass(frozen=True, slots=True)
class Book:
    """The accounts of a snapshot that the CRM still shows: what it shows and what it would, row by row."""

    fields: Sequence[Field]
    before: Columns
    after: Columns
    snapshot: Columns  # also account_id, account_name, parent_id
    modified_at: Column  # the CRM's stamp of each record

    def __len__(self) -> int:
        return len(self.modified_at)

    def is_known(self) -> Flags:
        """Which of them show anything of ours already; what they are told now is a change, else a first score."""
        shown = [~is_empty(column) for column in self.before.values() if column.dtype != np.bool_]
        known: Flags = np.logical_or.reduce([np.zeros(len(self), np.bool_), *shown])
        return known


def lay_side_by_side(snapshot: Columns, current: Columns, fields: Sequence[Field]) -> Book:
    """`snapshot` has account_id, account_name, parent_id and a column by each field's name; `current` has id,
    modified_at and what the CRM has of the fields. An account that is in one of them only is left out.
    """
    ids = current["id"].astype(np.str_)
    order = np.argsort(ids, kind="stable")
    wanted = snapshot["account_id"].astype(np.str_)
    at = np.searchsorted(ids, wanted, sorter=order)
    inside = np.flatnonzero(at < len(ids))
    mine = inside[ids[order[at[inside]]] == wanted[inside]]
    theirs = order[at[mine]]
    before = {f.name: stored(current[f.name][theirs], f) for f in fields if f.name in current}
    before |= {f.name: empty_column(f, len(mine)) for f in fields if f.name not in current}
    chosen = {name: column[mine] for name, column in snapshot.items()}
    after = {f.name: stored(chosen[f.name], f) for f in fields}
    return Book(fields, before, after, chosen, current["modified_at"][theirs])


def make_plan(book: Book, rules: DeadBand, at: datetime) -> list[AccountChange]:
    """The accounts to write, those of one parent together; `at` is when the snapshot was made."""
    known = book.is_known()
    moved = np.stack([_moved(field, book, rules) for field in book.fields], axis=1)
    rows = np.flatnonzero(moved.any(axis=1) | (known & _is_stale(book, rules, at)))
    stamps = book.modified_at[rows].astype("datetime64[us]").tolist()
    about = zip(*(book.snapshot[name][rows] for name in ("account_id", "account_name", "parent_id")), strict=True)
    said = zip(about, stamps, _cells(book, rows, moved), _reasons(book, rows, known, moved), strict=True)
    changes = [
        AccountChange(own, name or own, after, differences, reason, stamp and stamp.replace(tzinfo=UTC), parent)
        for (own, name, parent), stamp, (after, differences), reason in said
    ]
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
    """Where the CRM was last told so long ago that a reader may doubt it; nowhere, if it is not told when."""
    told = book.before.get("scored_at")
    if told is None:
        return np.zeros(len(book), np.bool_)
    oldest = np.datetime64(at.astimezone(UTC).replace(tzinfo=None), "s") - np.timedelta64(rules.confirm_days, "D")
    stale: Flags = np.isnat(told) | (told <= oldest)
    return stale


def _cells(book: Book, rows: Ints, moved: Flags) -> Iterator[tuple[dict[str, Value], tuple[Change, ...]]]:
    """Of each of the rows, every field's new value and the differences that made us write."""
    names = [field.name for field in book.fields]
    after = zip(*(cells(book.after[field.name][rows], field) for field in book.fields), strict=True)
    before = zip(*(cells(book.before[field.name][rows], field) for field in book.fields), strict=True)
    for new, old, flags in zip(after, before, moved[rows].tolist(), strict=True):
        differences = zip(names, old, new, strict=True)
        yield dict(zip(names, new, strict=True)), tuple(Change(*each) for each in compress(differences, flags))


def _reasons(book: Book, rows: Ints, known: Flags, moved: Flags) -> list[str]:
    """In a few words, why each of the rows is written."""
    sentences = book.snapshot.get("what_changed", np.full(len(known), None, np.object_))
    said = np.where(moved.any(axis=1), sentences, CONFIRMED)
    return ["moved" if text is None else text for text in np.where(known, said, FIRST)[rows].tolist()]


def digest(changes: Iterable[AccountChange], org_id: str, rules_digest: str) -> str:
    """A plan's fingerprint: another org, other rules, a record touched since, or another cell make another one."""
    total = hashlib.sha256(json.dumps([org_id, rules_digest]).encode())
    for change in sorted(changes, key=lambda change: change.account_id):
        row = [change.account_id, change.modified_at, sorted(change.cells.items())]
        total.update(json.dumps(row, default=str).encode())
    return total.hexdigest()
