"""`connector push`: write a plan that was made, and looked at, before."""

import click

from connector.cli.changes import change_rows
from connector.cli.connect import sync_parts
from connector.cli.force import forced
from connector.cli.parts import load_mappings, load_settings
from connector.cli.progress import progress
from connector.cli.screen import print_json, show
from connector.cli.sync import refusals, run_row, say_the_rest, total
from connector.engine.counts import by_number, were
from connector.jobs.carry import carry_out


@click.command()
@click.argument("plan")
@forced
@click.option("--json", is_flag=True, help="One JSON object a change, then one for the run.")
def command(plan: str, force: bool, json: bool) -> int:
    """Write PLAN, as connector sync --plan-only has made it.

    A plan whose records were changed since, or that was made with other rules or for another org, is refused.
    """
    settings = load_settings()
    parts = sync_parts(settings, load_mappings(settings), of_run=plan)
    with progress() as watcher:
        result = carry_out(parts, plan, is_forced=force, watcher=watcher)
    if json:
        print_json([*change_rows(result.plan), run_row(result)])
    else:
        ok, same = total(result, "ok"), result.unchanged
        written = f"{were(ok, 'account')} written"
        planned = f"{same:,} {by_number(same, 'was', 'were')} as planned already"
        show(f"Run {result.run_id}: {written}, {planned}.{refusals(len(result.refused))}")
    say_the_rest(result, parts, settings)
    return result.exit_code
