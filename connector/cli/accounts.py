"""`connector accounts list`: which accounts are most worth working on?"""

import click
import pyarrow as pa
import pyarrow.compute as pc
from rich.text import Text

from connector.cli.explain import STYLES
from connector.cli.parts import load_settings
from connector.cli.screen import one_line, print_csv, print_json, show, stderr, stdout, table
from connector.engine.fields import SURGES
from connector.store.database import Row
from connector.store.home import Home
from connector.store.published import SHORT_ID, read_published

WIDE = 110  # columns from which the reasons fit beside the figures


@click.group()
def command() -> None:
    """List the accounts, most worth working first."""


@command.command("list")
@click.option("--state", multiple=True, type=click.Choice(SURGES, case_sensitive=False), help="Of this surge state.")
@click.option("--mqa/--no-mqa", default=None, help="Only MQAs, or only others.")
@click.option("--owner", metavar="ID", help="Only the accounts of this owner.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(0), help="How many; 0 for all.")
@click.option("--json", is_flag=True, help="One JSON object a line.")
@click.option("--csv", is_flag=True, help="CSV with a header.")
def list_accounts(
    state: tuple[str, ...], mqa: bool | None, owner: str | None, limit: int, json: bool, csv: bool
) -> None:
    """List the accounts, most worth working first."""
    if json and csv:
        raise click.UsageError("--json and --csv are two answers; choose one")
    found = read_published(Home(load_settings().connector_home)).accounts(surge=state, mqa=mqa)
    rows = (_owned(found, owner) if owner else found).slice(0, limit or None).to_pylist()
    if json:
        print_json(rows)
    elif csv:
        print_csv(rows)
    elif rows:
        _print(rows)
    else:
        stderr().print("No account is like that.")


def _owned(accounts: pa.Table, owner: str) -> pa.Table:
    """The accounts of one owner; ids of 15 and 18 characters are the same."""
    return accounts.filter(pc.equal(pc.utf8_slice_codeunits(accounts["owner_id"], 0, SHORT_ID), owner[:SHORT_ID]))


def _print(rows: list[Row]) -> None:
    """A line an account; why, where there is room."""
    is_wide = stdout().width >= WIDE
    headings = ["Account", "Score", "Band", "Surge", "MQA", "12 weeks", "30 d", "People", *(["Why"] if is_wide else [])]
    lines = table(*headings, numbers=("Score", "30 d", "People"), giving=("Why" if is_wide else "Account",))
    for row in rows:
        cells = [
            one_line(row["account_name"] or row["account_id"]), f"{row['score']:.0f}", _styled(row["band"]),
            _styled(row["surge"]), "yes" if row["mqa"] else "", row["sparkline"] or "",
            f"{row['minutes_30d']:,.0f}", f"{row['people_90d']:.0f}",
        ]  # fmt: skip
        lines.add_row(*cells, *([one_line(row["why"] or "")] if is_wide else []))
    show(lines)


def _styled(word: str) -> Text:
    return Text(word, style=STYLES.get(word, ""))
