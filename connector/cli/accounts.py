"""`connector accounts`: which accounts, and which groups of them, are most worth working on?"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import click
from rich.text import Text

from connector.cli.choosing import choosing, chosen
from connector.cli.explain import STYLES
from connector.cli.figures import FIGURES, compared, figure_table
from connector.cli.heatmap import heatmap
from connector.cli.parts import load_settings
from connector.cli.screen import name_cell, one_line, print_csv, print_json, show, stderr, stdout, table
from connector.store.database import Row
from connector.store.home import Home
from connector.store.published import BY, Published, read_published

WIDE = 110  # columns from which the reasons fit beside the figures
NOTHING_SAID = "(none)"


@click.group(commands=[heatmap])
def command() -> None:
    """List the accounts, most worth working first, or add them up by group."""


@command.command("list")
@choosing
@click.option("--limit", default=20, show_default=True, type=click.IntRange(0), help="How many; 0 for all.")
@click.option("--json", is_flag=True, help="One JSON object a line.")
@click.option("--csv", is_flag=True, help="CSV with a header.")
def list_accounts(limit: int, json: bool, csv: bool, **said: Any) -> None:  # Any: the options of `choosing`
    """List the accounts, most worth working first."""
    rows = _published(json, csv).accounts(chosen(**said)).slice(0, limit or None).to_pylist()
    if not _answer(rows, json, csv):
        _print(rows)


@command.command("summary")
@click.option("--by", required=True, type=click.Choice([*BY]), help="What the groups go by.")
@click.option(
    "--show", "figures", type=click.Choice(["minutes", *FIGURES]), default="minutes", show_default=True,
    help="reach: are they the right people. impact: what went together with it. mail: who opens and answers.",
)
@choosing
@click.option("--json", is_flag=True, help="One JSON object a group.")
@click.option("--csv", is_flag=True, help="CSV with a header.")
def summarise(by: str, figures: str, json: bool, csv: bool, **said: Any) -> None:  # Any: the options of `choosing`
    """Add up groups of accounts, or of the people at them: minutes, change, who grew most."""
    if figures in FIGURES:
        found = compared(_published(json, csv), by, figures, chosen(**said))
        if not _answer(found, json, csv):
            show(figure_table(by, figures, found))
        return
    rows = _published(json, csv).summary(by, chosen(**said)).to_pylist()
    if not _answer([*_flat(rows)] if csv else rows, json, csv):
        _print_groups(by, rows)


def _published(json: bool, csv: bool) -> Published:
    if json and csv:
        raise click.UsageError("--json and --csv are two answers; choose one")
    return read_published(Home(load_settings().connector_home))


def _answer(rows: Sequence[Mapping[str, object]], json: bool, csv: bool) -> bool:
    """Print for machines, or say that there is nothing; whether that was all."""
    if json:
        print_json(rows)
    elif csv:
        print_csv(rows)
    elif not rows:
        stderr().print("No account is like that.")
    return json or csv or not rows


def _print(rows: Sequence[Row]) -> None:
    """A line an account; why, where there is room."""
    is_wide = stdout().width >= WIDE
    headings = ["Account", "Score", "Band", "Surge", "MQA", "12 weeks", "30 d", "People", *(["Why"] if is_wide else [])]
    lines = table(*headings, numbers=("Score", "30 d", "People"), giving=("Why" if is_wide else "Account",))
    for row in rows:
        cells = [
            name_cell(row["account_name"] or row["account_id"]), f"{row['score']:.0f}", _styled(row["band"]),
            _styled(row["surge"]), "yes" if row["mqa"] else "", row["sparkline"] or "",
            f"{row['minutes_30d']:,.0f}", f"{row['people_90d']:.0f}",
        ]  # fmt: skip
        lines.add_row(*cells, *([one_line(row["why"] or "")] if is_wide else []))
    show(lines)


def _styled(word: str) -> Text:
    return Text(word, style=STYLES.get(word, ""))


def _flat(rows: Sequence[Row]) -> Iterator[Row]:
    """Groups for a spreadsheet: the name of the account that grew most instead of the list."""
    for row in rows:
        yield row | {"leaders": "; ".join(_name(one) for one in row["leaders"] or ())}


def _print_groups(by: str, rows: Sequence[Row]) -> None:
    """A line a group, those with most minutes first."""
    numbers = ("Accounts", "People", "30 d", "Change", "%", "MQAs", "Surging")
    lines = table(by.replace("_", " ").capitalize(), *numbers, "Grew most", numbers=numbers, giving=("Grew most",))
    for row in rows:
        share = row["change_share"]
        grew = [f"{_name(one)} {one['change']:+,.0f}" for one in row["leaders"] or ()]
        lines.add_row(
            row["name"] or NOTHING_SAID, f"{row['accounts']:,}", f"{row['people_90d']:,}", f"{row['minutes_30d']:,.0f}",
            f"{row['change']:+,.0f}", "" if share is None else f"{share:+.0%}", f"{row['mqas']:,}",
            f"{row['surging']:,}", one_line(", ".join(grew)),
        )  # fmt: skip
    show(lines)


def _name(account: Mapping[str, Any]) -> str:  # Any: a row as it was read
    return str(account["account_name"] or account["account_id"])
