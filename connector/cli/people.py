"""`connector people unmapped`: whose titles does nobody's pattern know?"""

import click

from connector.cli.parts import load_settings
from connector.cli.screen import one_line, print_csv, print_json, show, stderr, table
from connector.store.home import Home
from connector.store.published import read_published


@click.group()
def command() -> None:
    """Look at what is known of people."""


@command.command()
@click.option("--limit", default=30, show_default=True, type=click.IntRange(0), help="How many; 0 for all.")
@click.option("--json", is_flag=True, help="One JSON object a title.")
@click.option("--csv", is_flag=True, help="CSV with a header.")
def unmapped(limit: int, json: bool, csv: bool) -> None:
    """List the titles that no pattern of personas.yaml knows, the most frequent first."""
    found = read_published(Home(load_settings().connector_home)).titles()
    rows = found.slice(0, limit or None).to_pylist()
    if json:
        print_json(rows)
        return
    if csv:
        print_csv(rows)
        return
    lines = table("Title", "People", "Department", "Seniority", numbers=("People",), giving=("Title",))
    for row in rows:
        lines.add_row(one_line(row["title"]), f"{row['people']:,}", row["department"], row["seniority"])
    if rows:
        show(lines)
    stderr().print(f"{found.num_rows:,} titles are not known whole; teach personas.yaml the first of them.")
