"""`connector people`: whose titles does nobody's pattern know, and who is to be forgotten?"""

import click

from connector.cli.connect import sync_parts
from connector.cli.parts import load_mappings, load_settings
from connector.cli.screen import one_line, print_csv, print_json, show, stderr, table
from connector.engine.counts import by_number, number_of
from connector.engine.persona import UNKNOWN
from connector.jobs.forget import Forgotten, forget
from connector.store.home import Home
from connector.store.published import read_published


@click.group()
def command() -> None:
    """List the titles that no pattern knows, or forget a person."""


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
    if not rows:
        stderr().print("Every title is known.")
        return
    lines = table("Title", "People", "Department", "Seniority", "Add it to", numbers=("People",), giving=("Title",))
    for row in rows:
        known = row["department"], row["seniority"]
        lines.add_row(one_line(row["title"]), f"{row['people']:,}", *known, _where_to_add(*known))
    show(lines)
    many = f"{number_of(found.num_rows, 'title')} {by_number(found.num_rows, 'is', 'are')}"
    stderr().print(
        f"{many} not known whole. In personas.yaml, add a word of each to the `words` of a rule "
        "under the part that is named; the next sync reads all titles anew."
    )


def _where_to_add(department: str, seniority: str) -> str:
    """The parts of personas.yaml that say nothing of a title."""
    known = {"departments": department, "seniorities": seniority}
    return " and ".join(part for part, found in known.items() if found == UNKNOWN)


@command.command("forget")
@click.argument("email_or_id", metavar="EMAIL_OR_ID")
@click.option("--dry-run", is_flag=True, help="Count what would go; change nothing.")
@click.option("--json", is_flag=True, help="One JSON object.")
def forget_person(email_or_id: str, dry_run: bool, json: bool) -> None:
    """Erase a person from the store, the journal and all that is published, for good.

    Nothing is changed in the CRM. As long as it still shows the person, they are passed over at every sync; what they
    did counts for the account it is tied to there, as somebody's.
    """
    settings = load_settings()
    done = forget(sync_parts(settings, load_mappings(settings)), email_or_id, is_dry=dry_run)
    if json:
        print_json([{"type": "forget", "run_id": done.run_id, "is_dry": dry_run, **done.counts()}])
    else:
        show(_told(done, is_dry=dry_run))


def _told(done: Forgotten, *, is_dry: bool) -> str:
    """What went, and what is left to do."""
    records = f"{done.records:,} {by_number(done.records, 'contact or lead', 'contacts and leads')}"
    mentions = number_of(done.mentions, "other row")
    if is_dry:
        return f"{records} would go, {mentions} would name nobody. Nothing was changed."
    return (
        f"Run {done.run_id}: {records} went, {mentions} {by_number(done.mentions, 'names', 'name')} nobody now. "
        "Backups of the store still hold them, and so does the CRM until somebody deletes them there."
    )
