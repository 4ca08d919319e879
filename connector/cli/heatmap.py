"""`connector accounts heatmap`: in which departments, and how high up, do people spend time with us?"""

from collections.abc import Sequence
from typing import Any

import click
from rich.table import Table
from rich.text import Text

from connector.cli.choosing import choosing, chosen
from connector.cli.parts import load_mappings, load_settings
from connector.cli.screen import print_json, show, stderr, table
from connector.cli.story import find_account
from connector.engine.coverage import SENIORITY_WORDS
from connector.store.database import Row
from connector.store.home import Home
from connector.store.published import read_published

NOBODY = {"people": 0, "people_90d": 0, "minutes_30d": 0.0, "minutes_before_30d": 0.0}
HEADS = {**SENIORITY_WORDS, "unknown": "unknown"}
Place = tuple[str, str]  # department and seniority


@click.command()
@click.argument("account", required=False)
@choosing
@click.option("--json", is_flag=True, help="One JSON object a cell.")
def heatmap(account: str | None, json: bool, **said: Any) -> None:  # Any: the options of `choosing`
    """Show minutes by department and seniority of one account or many.

    Against the ideal of personas.yaml: a wanted cell in which we know nobody says so, and one whose people are silent.
    """
    settings = load_settings()
    published = read_published(Home(settings.connector_home))
    account_id = find_account(published, account)["account_id"] if account else None
    wanted = [(cell.department, cell.seniority) for cell in load_mappings(settings).personas.ideal]
    cells = _with_wanted(published.heatmap(chosen(**said), account_id).to_pylist(), wanted)
    if json:
        print_json(cells)
        return
    show(_drawn(cells))
    stderr().print("Engaged minutes of 30 days, and how many of the people we know were there in 90.")


def _with_wanted(rows: Sequence[Row], wanted: Sequence[Place]) -> list[dict[str, Any]]:  # Any: whatever a row holds
    """Every cell that holds somebody or should, with what changed and whether it is wanted."""
    found: dict[Place, Row] = {(row["department"], row["seniority"]): row for row in rows}
    places = sorted({*found, *wanted})
    cells = [{"department": d, "seniority": s, **NOBODY, **found.get((d, s), {})} for d, s in places]
    for cell, place in zip(cells, places, strict=True):
        cell["change"] = cell["minutes_30d"] - cell["minutes_before_30d"]
        cell["is_wanted"] = place in wanted
    return cells


def _drawn(cells: Sequence[Row]) -> Table:
    """A line a department, those with most minutes first; a column a seniority, the highest first."""
    at = {(cell["department"], cell["seniority"]): cell for cell in cells}
    most = max((cell["minutes_30d"] for cell in cells), default=0.0)
    minutes: dict[str, float] = {}
    for cell in cells:
        minutes[cell["department"]] = minutes.get(cell["department"], 0.0) + cell["minutes_30d"]
    made = table("Department", *HEADS.values(), numbers=HEADS.values())
    for department in sorted(minutes, key=lambda name: (-minutes[name], name)):
        made.add_row(department, *(_cell(at.get((department, seniority)), most) for seniority in HEADS))
    return made


def _cell(cell: Row | None, most: float) -> Text:
    """Minutes, and people there of people known; a blind spot by its name."""
    if cell is None:
        return Text("")
    if not cell["people"] and not cell["people_90d"]:
        return Text("nobody", style="red")
    there = f"{cell['people_90d']}/{max(cell['people'], cell['people_90d'])}"
    if not cell["people_90d"]:
        return Text(f"{'silent ' if cell['is_wanted'] else ''}{there}", style="magenta" if cell["is_wanted"] else "dim")
    share = cell["minutes_30d"] / most if most else 0.0
    style = "bold green" if share > 0.5 else "green" if share > 0.1 else ""
    return Text(f"{cell['minutes_30d']:,.0f}  {there}", style=style)
