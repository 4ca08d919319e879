"""`connector runs rollback`: put back what stood in the CRM before a run wrote, and show what is left to others."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict

from rich.text import Text

from connector.cli.changes import SHOWN, change_rows, change_table, shown
from connector.cli.connect import sync_parts
from connector.cli.parts import load_mappings, load_settings
from connector.cli.progress import progress
from connector.cli.screen import one_line, print_json, show, table
from connector.cli.sync import refusals, total
from connector.engine.counts import by_number, number_of, were
from connector.errors import ConfigError
from connector.jobs.rollback import Left, TakenBack, roll_back
from connector.store.home import Home
from connector.store.runs import RunList

AGAIN = "The next sync writes its own view again: mend the rules first, or stop the worker."


def take_back(run_id: str, *, is_dry: bool, json: bool) -> int:
    """Put back what stood on the accounts before a run, or show what that would be; the exit code."""
    settings = load_settings()
    if RunList(Home(settings.connector_home).runs).run(run_id) is None:
        raise ConfigError(f"run {run_id} is not in the list; see connector runs list")
    parts = sync_parts(settings, load_mappings(settings), of_run=run_id)
    with progress() as watcher:
        done = roll_back(parts, run_id, is_dry=is_dry, watcher=watcher)
    names = parts.mapping.write.every()
    if json:
        print_json([*change_rows(done.plan), *_left_rows(done.left), _run_row(done)])
    else:
        _print(done, names)
    return done.exit_code


def _left_rows(left: Sequence[Left]) -> Iterator[Mapping[str, object]]:
    for one in left:
        yield {"type": "left", **asdict(one)}


def _run_row(done: TakenBack) -> Mapping[str, object]:
    return {
        "type": "run", "run_id": done.run_id, "of_run": done.of_run, "changes": len(done.plan), "left": len(done.left),
        "refused": len(done.refused), "counts": done.counts,
    }  # fmt: skip


def _print(done: TakenBack, names: Mapping[str, str]) -> None:
    """What goes back, what stays, and what came of it."""
    if done.plan:
        show(change_table(done.plan, names))
    if done.left:
        show(Text("Left as somebody else made them since:"))
        lines = table("Account", "Field", "Now", "Not put back", giving=("Account",))
        for one in done.left[:SHOWN]:
            field = names.get(one.field, "(the account is gone)")
            lines.add_row(one_line(one.account_name or one.account_id), field, shown(one.now), shown(one.before))
        show(lines)
    show(_sentence(done))


def _sentence(done: TakenBack) -> str:
    left = len(done.left)
    fields = f" {number_of(left, 'field')} {by_number(left, 'stays', 'stay')} as somebody else made" if left else ""
    fields += f" {by_number(left, 'it', 'them')}." if left else ""
    if not done.plan:
        return f"Nothing of run {done.of_run} is left to put back.{fields}"
    if not done.run_id:
        would = f"{number_of(len(done.plan), 'account')} would be put back as before run {done.of_run}."
        return f"{would}{fields} Nothing was written."
    ok = total(done, "ok")
    written = f"{were(ok, 'account')} put back as before run {done.of_run}."
    return f"Run {done.run_id}: {written}{fields}{refusals(len(done.refused))} {AGAIN}"
