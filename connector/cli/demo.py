"""`connector demo`: what does the whole loop do, on a Salesforce, a HubSpot or both that need no account?"""

import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import click
from rich.table import Table
from rich.text import Text

from connector.cli.changes import moved_by, number, shown
from connector.cli.connect import NAMES, connect, every_part
from connector.cli.explain import STYLES, told
from connector.cli.fields import apply_plan, plan_of
from connector.cli.parts import load_mappings
from connector.cli.progress import progress
from connector.cli.screen import one_line, show, table
from connector.cli.stand_in import StandIn, served
from connector.cli.story import read_story
from connector.cli.sync import total, unchanged
from connector.engine.counts import by_number, number_of
from connector.engine.records import AccountChange, Cell
from connector.errors import ConnectorError
from connector.jobs.parts import Parts
from connector.jobs.run import Result
from connector.jobs.sync import Options, sync_every
from connector.logs import start_logging
from connector.mappings import Mappings
from connector.settings import Settings
from connector.store.database import Row
from connector.store.home import Home
from connector.store.published import Published, read_published

WEEK = 7
CRMS = ("salesforce", "hubspot", "both")
ACCOUNTS, HUBSPOT_ACCOUNTS = 2_000, 200  # HubSpot gives a hundred rows a call, and nine calls a second
MOVERS = 6  # shown each way
RECEIPT_LINES = 5


@click.command()
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same org.")
@click.option(
    "--crm", default="salesforce", show_default=True, type=click.Choice(CRMS), help="Which one, or both from one world."
)
@click.option("--accounts", type=click.IntRange(20, 50_000), help="How many: 2,000, or 200 with HubSpot.")
@click.option("--export", type=click.Path(path_type=Path), help="Your own Salesforce data export (folder or zip).")
@click.option("--keep", type=click.Path(file_okay=False, path_type=Path), help="Keep the store in this folder.")
def command(seed: int, crm: str, accounts: int | None, export: Path | None, keep: Path | None) -> int:
    """Run the whole loop against the local sandbox.

    Fields are made, accounts scored and written; a week passes; they are scored again, explained and read back.
    """
    count = accounts or (ACCOUNTS if crm == "salesforce" else HUBSPOT_ACCOUNTS)
    made = ("--export", str(export), "--rewind", str(WEEK)) if export else ("--accounts", str(count))
    with _folder(keep) as folder, served(crm, "--seed", str(seed), *made) as orgs:
        settings = _settings(orgs, folder)
        start_logging("error", "plain")
        holds = f"the rows of {export}" if export else "companies and people we made up, and two years of what they did"
        return Demo(orgs, settings, load_mappings(settings), holds, keep).run()


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    """Where the store goes: kept, or thrown away in the end."""
    if keep:
        yield keep
    else:
        with tempfile.TemporaryDirectory(prefix="connector-demo-") as name:
            yield Path(name)


def _settings(orgs: Sequence[StandIn], folder: Path) -> Settings:
    """What reaches the sandboxes, and nothing of the user's own .env."""
    env = {name.lower(): value for org in orgs for name, value in org.env.items()}
    return Settings.model_validate({"connector_home": folder} | env)


@dataclass(frozen=True, slots=True)
class Demo:
    """One telling of the story."""

    orgs: Sequence[StandIn]
    settings: Settings
    mappings: Mappings
    holds: str
    keep: Path | None

    def run(self) -> int:
        """Every step in its order; 0 when what was read back is what was written, and a last sync wrote nothing."""
        for org in self.orgs:
            self._step(f"A {NAMES[org.crm]} of our own", f"answers at {org.url}; it holds {self.holds}.")
        self._make_fields()
        first = self._sync("The first sync pulls everything, scores every account and writes the scores.")
        self._pass_a_week()
        second = self._sync("The second sync pulls only what is new.")
        self._movers(second[0])
        self._explain(second[0])
        proofs = [self._read_back(org, pair) for org, *pair in zip(self.orgs, first, second, strict=True)]
        third = self._sync("A third sync right away finds nothing to say.")
        self._go_on()
        is_quiet = not any(result.plan for result in third)
        return 0 if all(proofs) and is_quiet else ConnectorError.exit_code

    def _step(self, what: str, more: str) -> None:
        show(Text())
        show(Text.assemble((f"{what}  ", "bold cyan"), more))

    def _make_fields(self) -> None:
        for org in self.orgs:
            crm, mapping = connect(self.settings, self.mappings, org.crm), self.mappings.of(org.crm).mapping
            steps = plan_of(crm, mapping)
            findings = apply_plan(crm, steps)
            names = ", ".join(step.crm_field for step in steps)
            made = sum(finding.level == "ok" for finding in findings)
            self._step("Fields", f"{made} of {len(steps)} made on {mapping.write.object} through the API:")
            show(Text(f"  {names}", style="dim"))

    def _sync(self, what: str) -> list[Result]:
        """One sync, and what it took: a result for each CRM."""
        self._step("Sync", what)
        every, results = every_part(self.settings, self.mappings), []
        calls, began = self._calls(), time.monotonic()
        with progress() as watcher:
            for parts, result in sync_every(every, Options(is_forced=True), watcher):
                results.append(result)
                self._tell(parts, result, self._calls() - calls, time.monotonic() - began)
                calls, began = self._calls(), time.monotonic()
        return results

    def _calls(self) -> int:
        return sum(org.calls() for org in self.orgs)

    def _tell(self, parts: Parts, result: Result, calls: int, seconds: float) -> None:
        """What one CRM's walk has done."""
        if result.warning:
            show(Text(f"  A guard would have asked a person first: {result.warning.splitlines()[0]}", style="yellow"))
        where = f" to {NAMES[parts.crm.name]}" if parts.beside else ""
        confirmed = sum(not change.moved for change in result.plan)
        weekly = f" ({confirmed:,} only to confirm them, once a week)" if confirmed else ""
        show(
            f"  {number_of(total(result, 'pulled'), 'row')} read, {total(result, 'changed'):,} of them new or changed; "
            f"{number_of(total(result, 'ok'), 'account')} written{where}{weekly}, {unchanged(result)}; "
            f"{number_of(calls, 'API call')}, {seconds:.1f} s."
        )

    def _pass_a_week(self) -> None:
        news = [org.advance(WEEK) for org in self.orgs]
        many = sum(news)
        moved = f"{number_of(many, 'row')} {by_number(many, 'is', 'are')} new or changed."
        self._step("A week passes", f"and people there go on: {moved}")

    def _published(self) -> Published:
        return read_published(Home(self.settings.connector_home))

    def _movers(self, result: Result) -> None:
        """Who rose and who fell most."""
        accounts = {row["account_id"]: row for row in self._published().accounts().to_pylist()}
        moved = sorted(result.plan, key=lambda change: -moved_by(change, "score"))
        rose = [change for change in moved if moved_by(change, "score") > 0][:MOVERS]
        fell = [change for change in moved if moved_by(change, "score") < 0][-MOVERS:]
        self._step("Movers", f"of the week, as they now stand in {NAMES[self.orgs[0].crm]}:")
        show(movers_table([*rose, *fell], accounts))

    def _explain(self, result: Result) -> None:
        """Three accounts, each for another reason."""
        published = self._published()
        self._step("Why", "three of them, to the last minute:")
        for account in chosen(published.accounts().to_pylist(), result.plan):
            show(Text())
            show(told(read_story(published, account), lines=RECEIPT_LINES))

    def _read_back(self, org: StandIn, results: Sequence[Result]) -> bool:
        """Whether a CRM holds what was written, read without our own client."""
        mapping = self.mappings.of(org.crm).mapping.write
        names = mapping.written()
        written = {change.account_id: change.cells for result in results for change in result.plan}
        held = org.read(mapping.object, list(names.values()))
        good = [one for one, cells in written.items() if one in held and is_held(cells, held[one], names)]
        writes = org.writes(mapping.object)
        self._step("Proof", f"{mapping.object} read back from {NAMES[org.crm]} over HTTP, past our own client.")
        show(
            f"  {len(good):,} of {number_of(len(written), 'account')} {by_number(len(good), 'holds', 'hold')} exactly "
            f"what was written, {number_of(len(names), 'field')} each. The org counted "
            f"{number_of(writes.get('updated', 0), 'update')} in {number_of(writes.get('calls', 0), 'call')}, "
            f"{writes.get('unchanged', 0):,} of them without effect, {writes.get('failed', 0):,} refused."
        )
        best = max(good, key=lambda one: number(written[one]["score"]), default=None)
        if best:
            show(_sample(mapping.object, held[best], names))
        return len(good) == len(written) > 0

    def _go_on(self) -> None:
        """What to type next."""
        home = self.keep or Path("DIR")
        self._step("Go on", "")
        for typed, what in (
            ("connector init", "write .env and the mappings; fill in the login of your connected app"),
            ("connector doctor", "check login, permissions and fields of your org; changes nothing"),
            ("connector fields apply", "make the fields"),
            ("connector sync --dry-run", "see what would be written; then without --dry-run"),
            (f"CONNECTOR_HOME={home} connector explain NAME", "look further into a demo run with --keep DIR"),
        ):
            show(Text.assemble("  ", (typed, "bold"), f"  {what}"))


def movers_table(changes: Sequence[AccountChange], accounts: Mapping[str, Row]) -> Table:
    """From where to where a score moved, and what moved it."""
    headings = ("Account", "Was", "", "Now", "Surge", "MQA", "What changed")
    lines = table(*headings, numbers=("Was", "Now"), giving=("Account", "What changed"))
    for change in changes:
        before = next((one.before for one in change.moved if one.field == "score"), None)
        account, rise = accounts[change.account_id], moved_by(change, "score")
        arrow = Text("up" if rise > 0 else "down", style="cyan" if rise > 0 else "dark_orange")
        surge = Text(account["surge"], style=STYLES[account["surge"]])
        mqa = "yes" if account["mqa"] else ""
        score = shown(change.cells["score"])
        lines.add_row(one_line(change.account_name), shown(before), arrow, score, surge, mqa, account["what_changed"])
    return lines


def chosen(accounts: Sequence[Row], plan: Sequence[AccountChange]) -> list[Row]:
    """The first to work on, the one that rose most, and the one that fell most: three different accounts."""
    rise = {change.account_id: moved_by(change, "score") for change in plan}
    picked: dict[str, Row] = {}
    for order in (lambda row: -row["priority"], lambda row: -_rise(row, rise), lambda row: _rise(row, rise)):
        best = min((row for row in accounts if row["account_id"] not in picked), key=order, default=None)
        if best:
            picked[best["account_id"]] = best
    return list(picked.values())


def _rise(account: Row, rise: Mapping[str, float]) -> float:
    return rise.get(account["account_id"], 0.0)


def is_held(cells: Mapping[str, Cell], record: Mapping[str, object], names: Mapping[str, str]) -> bool:
    """Whether a record, as JSON has it, holds every cell."""
    return all(_as_json(value) == _as_cell(record.get(names[name]), value) for name, value in cells.items())


def _as_json(value: Cell) -> object:
    if isinstance(value, datetime):
        return value.replace(tzinfo=value.tzinfo or UTC).astimezone(UTC)
    return value.isoformat() if isinstance(value, date) else value


def _as_cell(held: object, like: Cell) -> object:
    """What a record holds, with moments read as such, and whatever HubSpot gives as text."""
    if not isinstance(held, str) or isinstance(like, str):
        return held
    if isinstance(like, datetime):
        return datetime.fromisoformat(held)
    if isinstance(like, bool):
        return held == "true"
    return float(held) if isinstance(like, int | float) else held


def _sample(object_name: str, record: Mapping[str, object], names: Mapping[str, str]) -> Text:
    """One record as the CRM gives it."""
    filled = [f"    {name}: {record[name]}" for name in names.values() if record.get(name) is not None]
    return Text("\n".join([f"  {object_name} {record['Id']}", *filled]), style="dim")
