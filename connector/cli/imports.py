"""`connector import`: which rows from outside the CRM are to be scored with it?"""

from collections.abc import Mapping
from pathlib import Path

import click

from connector.cli.parts import load_mappings, load_settings
from connector.cli.screen import print_json, show, stderr
from connector.engine.counts import by_number, number_of
from connector.jobs.imports import Imported, Options, Place, import_files
from connector.store.database import Limits
from connector.store.files import COLUMNS, NEEDED
from connector.store.home import Home

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
WHOSE = {
    "person": "of people we know", "account": "of the account they name", "domain": "of a company by its domain",
    "own_staff": "of our own people", "excluded": "of people or domains left out by rule",
    "nobody": "of nobody we know",
}  # fmt: skip
TOLD = (
    "\b\nColumns:\n"
    + "\n".join(f"  {name + ('*' if name in NEEDED else ''):12} {said}" for name, said in COLUMNS.items())
    + "\n\n* has to be there. A row should name a person, an account or a domain; else it is counted as nobody's."
)


@click.command(epilog=TOLD)
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option("--source", metavar="NAME", help="The source of rows that name none.")
@click.option("--zone", metavar="NAME", help="The zone of moments without one, such as Europe/Berlin.")
@click.option("--skip-faults", is_flag=True, help="Keep the good rows of a file with faults; ends with 3 then.")
@click.option("--dry-run", is_flag=True, help="Check and count; keep nothing.")
@click.option("--json", is_flag=True, help="One JSON object.")
def command(
    files: tuple[Path, ...], source: str | None, zone: str | None, skip_faults: bool, dry_run: bool, json: bool
) -> int:
    """Take in web, product, social and support rows from files.

    They may be CSV, JSON lines or Parquet. The same file may be imported again: a row is known by source and id, a
    corrected one replaces the old.
    The next sync scores them.
    """
    settings = load_settings()
    place = Place(
        Home(settings.connector_home), load_mappings(settings).rules, Limits(memory=settings.connector_memory_limit)
    )
    done = import_files(place, files, Options(source, zone, skip_faults=skip_faults, is_dry=dry_run))
    for fault in done.faults.told:
        stderr().print(f"skipped: {fault}", style="yellow")
    if json:
        print_json([imported_row(done, is_dry=dry_run)])
    else:
        show("\n".join(told(done, is_dry=dry_run)))
    return done.exit_code


def imported_row(done: Imported, *, is_dry: bool) -> Mapping[str, object]:
    """An import as JSON likes it."""
    domains = None if done.whose is None else done.whose.unknown_domains
    return {
        "type": "import", "run_id": done.run_id, "is_dry": is_dry, "faults": done.faults.count, **done.counts(),
        "unknown_domains": domains,
    }  # fmt: skip


def told(done: Imported, *, is_dry: bool) -> list[str]:
    """An import in a few sentences."""
    one = done.brought
    lines = [f"{number_of(one.rows, 'row')}: {one.new:,} new, {one.changed:,} changed, {one.same:,} as before."]
    if done.faults.rows:
        bad = done.faults.rows
        lines.append(f"{number_of(bad, 'row')} with faults {by_number(bad, 'was', 'were')} skipped.")
    if done.whose is None and one.new + one.changed:
        lines.append("Whose they are is known after the first sync.")
    elif done.whose is not None and done.whose.rows:
        lines.append(", ".join(f"{count:,} {WHOSE[whose]}" for whose, count in done.whose.rows.items()) + ".")
        lines += _domains(done.whose.unknown_domains)
    end = "Nothing was kept." if is_dry else "The next sync scores them." if one.new + one.changed else ""
    return [*lines, end] if end else lines


def _domains(unknown: Mapping[str, int]) -> list[str]:
    """The domains that most of nobody's rows came from."""
    named = ", ".join(f"{domain} {count:,}" for domain, count in unknown.items())
    return [f"Domains without an account: {named}."] if unknown else []
