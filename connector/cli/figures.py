"""How well do we reach groups of accounts, what went together with it, and how is our mail received?

Shares are made of the accounts' own sums, never the mean of their shares. They are associations, not effects.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import click
from rich.table import Table

from connector.cli.screen import table
from connector.engine.summary import NEEDED, SHARES, summary
from connector.errors import ConfigError
from connector.store.choice import Choice
from connector.store.published import Published

FIGURES: Mapping[str, Mapping[str, str]] = {  # what each answer shows, and how a column is headed
    "reach": {
        "coverage": "Coverage", "penetration": "Penetration", "precision": "Precision", "relevance": "Relevance",
        "awareness": "Awareness", "awareness_before": "Before",
    },
    "impact": {
        "win_rate": "Win rate", "days_to_win": "Days to win", "retention": "Retention",
        "obtainable_revenue": "Obtainable revenue", "revenue_known": "Known",
    },
    "mail": {"open_rate": "Opened", "click_rate": "Clicked", "reply_rate": "Answered", "written_people": "Written to"},
}  # fmt: skip
PERCENT = frozenset({*SHARES, "revenue_known"})
OF_PEOPLE = ("department", "seniority")
Rows = list[dict[str, Any]]  # Any: whatever a column holds


def compared(published: Published, by: str, figures: str, choice: Choice) -> Rows:
    """A row a group, the most engaged first: its name, its accounts, the figures and the sums they are made of.

    Raises ConfigError where the figures were not made, UsageError where a group is one of people.
    """
    if by in OF_PEOPLE:
        raise click.UsageError(f"--show {figures} is of accounts; go by one of their own words instead of {by}")
    found = published.parted(by, choice)
    if not NEEDED.issubset(found.column_names):
        raise ConfigError(
            f"--show {figures} needs figures that the last sync did not make; "
            "add roles to write.sets in salesforce.yaml, then connector fields apply and connector sync"
        )
    columns = {name: found[name].to_numpy(zero_copy_only=False) for name in found.column_names if name != "part"}
    added = summary(columns, found["part"].cast("string").to_numpy(zero_copy_only=False))
    names = ("part", "accounts", *_shown(figures))
    return [dict(zip(names, row, strict=True)) for row in zip(*(added[name].tolist() for name in names), strict=True)]


def _shown(figures: str) -> Sequence[str]:
    """The columns of an answer, and the two sides of each share."""
    sides = [side for name in FIGURES[figures] if name in SHARES for side in SHARES[name]]
    return [*dict.fromkeys([*FIGURES[figures], *sides])]


def figure_table(by: str, figures: str, rows: Rows) -> Table:
    """The groups for a screen."""
    heads = [*FIGURES[figures].values()]
    made = table(by.replace("_", " ").capitalize(), "Accounts", *heads, numbers=("Accounts", *heads))
    for row in rows:
        made.add_row(str(row["part"]), f"{row['accounts']:,}", *(_cell(name, row[name]) for name in FIGURES[figures]))
    return made


def _cell(name: str, value: float) -> str:
    """A number for a reader; a share of nothing is empty."""
    if math.isnan(value):
        return ""
    return f"{value:.0f}%" if name in PERCENT else f"{value:,.0f}"
