"""`connector sync`: pull, score, write what differs; or say what would be written, and keep it to be pushed."""

from collections.abc import Mapping
from typing import Any

import click

from connector.cli.changes import SHOWN, change_rows, change_table
from connector.cli.connect import NAMES, every_part
from connector.cli.force import forced
from connector.cli.parts import load_mappings, load_settings
from connector.cli.progress import progress
from connector.cli.screen import print_json, show, stderr
from connector.crm.base import CRM
from connector.engine.counts import by_number, number_of, were
from connector.jobs.parts import Parts
from connector.jobs.perform import Ended
from connector.jobs.push import FEW_ROWS, LARGE_BATCH, SMALL_BATCH
from connector.jobs.run import Result
from connector.jobs.sync import Options, sync_every
from connector.settings import Settings

PENDING = 4  # exit code
BAR_SIGNS = 20
CALL_ROWS = {"salesforce": SMALL_BATCH, "hubspot": 100}  # accounts that one call writes


@click.command()
@click.option("--dry-run", is_flag=True, help="Show what would be written; change nothing, neither there nor here.")
@click.option("--plan-only", is_flag=True, help="Read and plan, write nothing; connector push PLAN does so later.")
@click.option("--exit-code", is_flag=True, help="With these two: end with 4 when something would be written.")
@click.option("--account", multiple=True, metavar="ID", help="Write only this account; may be repeated.")
@click.option("--full", is_flag=True, help="Read everything again from the beginning.")
@forced
@click.option("--json", is_flag=True, help="One JSON object a change, then one for the run.")
def command(*, json: bool, exit_code: bool, **flags: Any) -> int:  # Any: as click parsed them
    """Pull, score and write what changed onto the accounts."""
    settings = load_settings()
    every = every_part(settings, load_mappings(settings))
    options = _options(**flags)
    codes = [0]
    with progress() as watcher:
        walks = sync_every(every, options, watcher)
        for parts, result in walks:
            _tell(result, parts, options, json=json)
            say_the_rest(result, parts, settings)
            codes.append(PENDING if options.only_looks and exit_code and result.plan else result.exit_code)
    return max(codes)


def _tell(result: Result, parts: Parts, options: Options, *, json: bool) -> None:
    """What became of one CRM's walk."""
    if json:
        print_json([*change_rows(result.plan), run_row(result)])
    elif options.only_looks:
        _print_plan(result, parts)
    else:
        show(summary(result, parts))


def _options(*, dry_run: bool, plan_only: bool, account: tuple[str, ...], full: bool, force: bool) -> Options:
    if dry_run and plan_only:
        raise click.UsageError("--dry-run keeps nothing, --plan-only keeps a plan to push; choose one")
    return Options(is_dry=dry_run, plan_only=plan_only, accounts=account, is_full=full, is_forced=force)


def run_row(result: Result) -> Mapping[str, object]:
    """A run as JSON likes it."""
    return {
        "type": "run", "run_id": result.run_id, "as_of": result.as_of, "changes": len(result.plan),
        "unchanged": result.unchanged, "refused": len(result.refused), "counts": result.counts,
        "warning": result.warning,
    }  # fmt: skip


def summary(result: Result, parts: Parts) -> str:
    """A run in two sentences; with more than one CRM, of which it speaks."""
    pulled, ok = total(result, "pulled"), total(result, "ok")
    refused = refusals(len(result.refused))
    where = f" to {NAMES[parts.crm.name]}" if parts.beside else ""
    return (
        f"Run {result.run_id}: {were(pulled, 'row')} read, {total(result, 'changed'):,} of them new or changed. "
        f"{were(ok, 'account')} written{where}, {unchanged(result)}.{refused}"
    )


def unchanged(result: Result) -> str:
    """How many accounts are as they were: 1 stays the same."""
    return f"{result.unchanged:,} {by_number(result.unchanged, 'stays', 'stay')} the same"


def refusals(many: int) -> str:
    """The sentence on rows that were refused, with a space before it; nothing without any."""
    return f" {many:,} {by_number(many, 'was', 'were')} refused: see connector runs errors." if many else ""


def total(result: Ended, name: str) -> int:
    """One count of a run, or the sum of its parts."""
    count = result.counts.get(name, 0)
    return sum(count.values()) if isinstance(count, Mapping) else int(count or 0)


def _print_plan(result: Result, parts: Parts) -> None:
    """The table of a dry run, and its sum below."""
    changes, looked_at = len(result.plan), len(result.plan) + result.unchanged
    if result.plan:
        show(change_table(result.plan, parts.mapping.write.written()))
    cost = f" Writes: {_writes(changes, parts.crm.name)}." if changes else ""
    more = f" The first {SHOWN} are shown; --json has them all." if changes > SHOWN else ""
    write = f"connector push {result.run_id}" if result.run_id else "connector sync"
    step = f" Run {write} to write them." if changes else ""
    where = f" in {NAMES[parts.crm.name]}" if parts.beside else ""
    show(
        f"{changes:,} of {number_of(looked_at, 'account')} would change{where}, {unchanged(result)}."
        f"{cost} Nothing was written.{step}{more}"
    )


def _writes(rows: int, crm: str) -> str:
    """What it costs to write so many rows."""
    if crm == "salesforce" and rows > FEW_ROWS:
        return number_of(-(-rows // LARGE_BATCH), "Bulk job")
    return number_of(-(-rows // CALL_ROWS[crm]), f"{NAMES[crm]} call")


def say_the_rest(result: Result, parts: Parts, settings: Settings) -> None:
    """A guard's words, and what the run took from the day's API calls."""
    if result.warning:
        stderr().print(f"A guard says: {result.warning}", style="yellow")
    stderr().print(budget(parts.crm, settings.connector_api_reserve))


def budget(crm: CRM, reserve: float) -> str:
    """Salesforce API  ████░░░░  36,112 of 100,000 today, stops at 80 %."""
    usage = crm.usage()
    if not usage.limit:
        return f"{NAMES[crm.name]} API  {number_of(usage.used, 'call')} by this run; how many the day has is unknown"
    full = min(round(BAR_SIGNS * usage.used / usage.limit), BAR_SIGNS)
    bar = "█" * full + "░" * (BAR_SIGNS - full)
    return f"{NAMES[crm.name]} API  {bar}  {usage.used:,} of {usage.limit:,} calls today; stops at {1 - reserve:.0%}"
