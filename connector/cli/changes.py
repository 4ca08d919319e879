"""How is a plan shown? One line an account: the field that moved most tellingly, now and then, and why."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict

from rich.table import Table
from rich.text import Text

from connector.cli.screen import one_line, table
from connector.engine.records import AccountChange, Cell, Change, Value

TELLING = ("mqa", "surge", "band", "score", "minutes_30d")  # of several differences the first of these is shown
FIRST_TOLD = "score"  # but of an account that had none, this
SHOWN = 25  # lines on a screen; --json has them all


def change_rows(changes: Iterable[AccountChange]) -> Iterator[Mapping[str, object]]:
    """Each change as JSON likes it."""
    for change in changes:
        yield {
            "type": "change", "account_id": change.account_id, "account_name": change.account_name,
            "reason": change.reason, "moved": [asdict(one) for one in change.moved], "cells": dict(change.cells),
        }  # fmt: skip


def change_table(changes: Sequence[AccountChange], names: Mapping[str, str]) -> Table:
    """The first accounts of a plan; `names` are our field names and the CRM's."""
    giving = ("Account", "Main reason")
    lines = table("Account", "Field", "Now", "", "Then", "Main reason", numbers=("Now", "Then"), giving=giving)
    for change in sorted(changes, key=_weight)[:SHOWN]:
        one = main_change(change)
        if one is None:
            lines.add_row(*ends(change, Text("(all, to confirm)", "dim"), "", "", ""))
            continue
        more = f", {len(change.moved) - 1} more" if len(change.moved) > 1 else ""
        field = Text.assemble(names.get(one.field, one.field), (more, "dim"))
        lines.add_row(*ends(change, field, shown(one.before), "->", shown(one.after)))
    return lines


def ends(change: AccountChange, *middle: str | Text) -> list[str | Text]:
    """A line of a table about changes: the account, what is in between, the reason."""
    return [one_line(change.account_name), *middle, one_line(change.reason)]


def main_change(change: AccountChange) -> Change | None:
    """The most telling of an account's differences; None when it is only confirmed."""
    known = {one.field: one for one in change.moved}
    if FIRST_TOLD in known and known[FIRST_TOLD].before is None:
        return known[FIRST_TOLD]
    return next((known[name] for name in TELLING if name in known), next(iter(change.moved), None))


def moved_by(change: AccountChange, field: str) -> float:
    """How far a number moves, up or down; 0 where it was or is not known."""
    for one in change.moved:
        if one.field == field and isinstance(one.before, int | float) and isinstance(one.after, int | float):
            return one.after - one.before
    return 0.0


def shown(value: Cell | Value) -> str:
    """A cell for a reader."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"
    return f"{value:%Y-%m-%d %H:%M}" if hasattr(value, "hour") else str(value)


def _weight(change: AccountChange) -> tuple[int, float, str]:
    """States first, then the largest moves."""
    one = main_change(change)
    rank = TELLING.index(one.field) if one and one.field in TELLING else len(TELLING)
    moved = abs(moved_by(change, "score")) or number(one.after if one else None)
    return rank, -moved, change.account_id


def number(value: Cell) -> float:
    """A cell's number; 0 where it holds none."""
    return float(value) if isinstance(value, int | float) else 0.0
