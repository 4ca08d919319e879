"""`connector runs`: what was run, how did it end, and which rows were refused?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime

import click
from rich.text import Text

from connector.cli.parts import load_settings
from connector.cli.refused import refused_blocks, refused_rows
from connector.cli.rollback import take_back
from connector.cli.screen import print_json, show, stderr, table
from connector.errors import ConfigError
from connector.store.home import Home
from connector.store.published import read_published
from connector.store.runs import Run, RunList

ENDINGS = {
    None: ("running", "cyan"), 0: ("done", "green"), 1: ("failed", "red"), 2: ("wrong settings", "red"),
    3: ("done, rows refused", "yellow"), 4: ("changes pending", "cyan"), 5: ("stopped by a guard", "yellow"),
    6: ("API budget reached", "yellow"), 7: ("login or permission", "red"), 8: ("another run held the lock", "yellow"),
    130: ("stopped", "yellow"), 137: ("killed", "red"), 143: ("stopped", "yellow"),
}  # fmt: skip


@click.group()
def command() -> None:
    """Look at what was run, at the rows that were refused, and take a run back."""


@command.command("list")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1), help="How many, newest first.")
@click.option("--json", is_flag=True, help="One JSON object a line.")
def list_runs(limit: int, json: bool) -> None:
    """List the newest runs."""
    runs = _runs().newest(limit)
    if json:
        print_json(map(asdict, runs))
    elif runs:
        _print(runs)
    else:
        stderr().print("There was no run yet; start one with connector sync.")


@command.command("show")
@click.argument("run_id")
@click.option("--json", is_flag=True, help="One JSON object.")
def show_run(run_id: str, json: bool) -> None:
    """Show one run with its counts."""
    run = _runs().run(run_id)
    if run is None:
        raise ConfigError(f"run {run_id} is not in the list; see connector runs list")
    if json:
        print_json([asdict(run)])
        return
    _print([run])
    counts = table("Count", "", numbers=[""])
    for name, count in _flat(run.counts):
        counts.add_row(name.replace("_", " "), f"{count:,}" if isinstance(count, int) else str(count))
    show(Text())
    show(counts)


@command.command()
@click.option("--json", is_flag=True, help="One JSON object a row.")
def errors(json: bool) -> None:
    """Show the rows that did not get through, what was said of them, and what to do."""
    rows = read_published(Home(load_settings().connector_home)).failing().to_pylist()
    if json:
        print_json(refused_rows(rows))
    elif rows:
        show(refused_blocks(rows))
    else:
        stderr().print("Every row got through.")


@command.command()
@click.argument("run_id", metavar="RUN")
@click.option("--dry-run", is_flag=True, help="Show what would be put back; change nothing.")
@click.option("--json", is_flag=True, help="One JSON object a change and a field left, then one for the run.")
def rollback(run_id: str, dry_run: bool, json: bool) -> int:
    """Put back what stood on the accounts before RUN wrote.

    A field that somebody else has changed since stays as it is, and is shown.
    """
    return take_back(run_id, is_dry=dry_run, json=json)


def _runs() -> RunList:
    return RunList(Home(load_settings().connector_home).runs)


def _flat(counts: Mapping[str, object], above: str = "") -> Iterator[tuple[str, object]]:
    """Counts within counts, side by side."""
    for name, count in counts.items():
        if isinstance(count, Mapping):
            yield from _flat(count, f"{above}{name} ")
        else:
            yield f"{above}{name}", count


def _print(runs: Sequence[Run]) -> None:
    """A line a run; the last column only where there is something to say."""
    told = [run.message or (f"{run.stage} {run.done:,}" if run.exit_code is None else "") for run in runs]
    headings = ["Run", "Job", "CRM", "Started (UTC)", "Took", "Ended", *(["Message"] if any(told) else [])]
    lines = table(*headings, numbers=["Took"], giving=["Message"])
    for run, message in zip(runs, told, strict=True):
        word, style = ENDINGS.get(run.exit_code, (f"exit code {run.exit_code}", "red"))
        started = f"{run.started_at.astimezone(UTC):%Y-%m-%d %H:%M}"
        cells: list[str | Text] = [run.run_id, run.job, run.crm, started, _took(run), Text(word, style), message]
        lines.add_row(*cells[: len(headings)])
    show(lines)


def _took(run: Run) -> str:
    """How long a run took so far, as 0:01:02."""
    if run.ended_at is None and run.exit_code is not None:
        return ""
    seconds = int(((run.ended_at or datetime.now(UTC)) - run.started_at).total_seconds())
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
