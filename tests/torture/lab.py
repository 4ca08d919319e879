"""How is an org tortured? A sandbox with the small book in it, syncs against it, and what each of them left behind."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import requests

from connector.crm.retry import Retry
from connector.crm.salesforce.client import Options, Salesforce
from connector.crm.salesforce.hosts import TIMEOUTS, Timeouts
from connector.crm.salesforce.ingest import Jobs
from connector.crm.salesforce.login import Credentials
from connector.engine.fields import FIELDS
from connector.engine.mapping import Mapping as CrmMapping
from connector.errors import ConnectorError
from connector.jobs.parts import Parts
from connector.jobs.run import Result
from connector.jobs.sync import Options as SyncOptions
from connector.jobs.sync import sync
from connector.sandbox.salesforce.schema import SObject
from connector.sandbox.salesforce.server import Sandbox
from connector.sandbox.salesforce.users import CLIENT_ID, CLIENT_SECRET
from connector.store.database import Limits
from connector.store.home import Home
from connector.store.runs import Run, RunList
from tests.jobs.orgs import shipped
from tests.torture.book import START, the_book

LIMITS = Limits("256MB", 1)
STREAMS = (
    "account", "contact", "lead", "task", "event", "task_relation", "event_relation", "campaign", "campaign_member",
)  # fmt: skip
IMPATIENT: Timeouts = (5.0, 0.5)  # seconds; a slow answer takes longer
PATIENT = Retry(sleep=lambda _: None)
Rule = dict[str, Any]  # Any: one fault, as JSON


@dataclass(frozen=True, slots=True)
class Ways:
    """Which ways rows go: below these numbers over REST, else over Bulk in pages of so many."""

    bulk_rows: int = 20_000
    page_rows: int = 50_000
    few_rows: int = 2_000


REST = Ways()
BULK = Ways(bulk_rows=6, page_rows=5, few_rows=2)


@dataclass(frozen=True, slots=True)
class Ended:
    """How a sync ended: its row in the run list, its result where there was one, and what the org saw of it."""

    run: Run
    result: Result | None
    requests: int
    updated: int  # accounts the org changed
    struck: Mapping[str, int] = field(default_factory=dict)  # faults by their action

    @property
    def code(self) -> int:
        assert self.run.exit_code is not None
        return self.run.exit_code

    def count(self, name: str) -> int:
        found = self.run.counts.get(name, 0)
        assert isinstance(found, int)
        return found


@dataclass(frozen=True, slots=True)
class Lab:
    """One org and the home of the connector that reads it."""

    sandbox: Sandbox
    home: Home

    def now(self) -> datetime:
        return self.sandbox.org.clock.now()

    def control(self, method: str, path: str, body: Rule | None = None) -> Rule:
        """Steer the sandbox."""
        answer = requests.request(method, f"{self.sandbox.url}/__sandbox__/{path}", json=body or {}, timeout=30)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def advance(self, **span: float) -> None:
        self.control("POST", "clock/advance", span)

    def put(self, sobject: str, rows: Sequence[Rule], late: float = 0) -> None:
        """Rows stamped now, seen `late` seconds after."""
        self.control("POST", "rows", {"rows": {sobject: list(rows)}, "late_seconds": late})

    def set(self, sobject: str, record_id: str, **values: object) -> None:
        """Change some fields of one record, as a person would."""
        now = self.now().replace(tzinfo=None)
        sets = ", ".join(f'"{name}" = ${name}' for name in (*values, "SystemModstamp"))
        with self.sandbox.org.lock:
            sql = f'UPDATE "{sobject}" SET {sets} WHERE "Id" = $Id'
            self.sandbox.org.tables.query(sql, {**values, "SystemModstamp": now, "Id": record_id})
            self.sandbox.org.changed()

    def rows(self, sobject: str) -> list[Rule]:
        """Every row the org holds of an object, binned ones too, asked of the org itself."""
        with self.sandbox.org.lock:
            return list(self.sandbox.org.tables.arrow(f'SELECT * FROM "{sobject}"', {}).to_pylist())

    def sync(
        self, rules: Sequence[Rule] = (), *, ways: Ways = REST, home: Home | None = None, **options: Any
    ) -> Ended:
        """One sync under a plan of faults, whatever its end; all goes well again afterwards."""
        org = self.sandbox.org
        org.journal.clear()
        org.faults.put(rules)
        home = home or self.home
        try:
            result = walk(self.sandbox.url, home, ways, impatient=_is_slow(rules), **options)
        except ConnectorError:
            result = None
        struck = Counter[str]()
        for fault in org.faults.plan:
            struck[fault.action] += fault.struck
        org.faults.clear()
        writes = org.journal.writes.get("Account")
        run = RunList(home.runs).newest(1)[0]
        return Ended(run, result, len(org.journal.entries), writes.updated if writes else 0, struck)


def _is_slow(rules: Sequence[Rule]) -> bool:
    return any(rule["action"] == "slow" for rule in rules)


@cache
def the_mapping() -> CrmMapping:
    """The shipped mapping, of the streams that can be tortured."""
    whole = shipped().mapping
    return whole.model_copy(update={"read": {name: whole.read[name] for name in STREAMS}})


def connect(url: str, ways: Ways = REST, *, impatient: bool = False) -> Salesforce:
    """A client that waits between two tries for nothing."""
    options = Options(
        retry=PATIENT, timeouts=IMPATIENT if impatient else TIMEOUTS, bulk_rows=ways.bulk_rows,
        page_rows=ways.page_rows, jobs=Jobs(few_rows=ways.few_rows),
    )  # fmt: skip
    return Salesforce(Credentials(url, "client_credentials", CLIENT_ID, CLIENT_SECRET), the_mapping(), options)


def walk(url: str, home: Home, ways: Ways = REST, *, impatient: bool = False, **options: Any) -> Result:
    """One sync with the shipped mappings; a person has said that whatever it plans is right."""
    parts = the_parts(connect(url, ways, impatient=impatient), home)
    return sync(parts, SyncOptions(**({"is_forced": True} | options)))


def the_parts(crm: Salesforce, home: Home) -> Parts:
    """What a job works with: the shipped mappings, and as little memory as will do."""
    known = shipped()
    return Parts(crm, home, known.rules, known.personas, the_mapping(), known.digest, LIMITS)


@contextmanager
def a_lab(folder: Path, page_size: int = 2_000) -> Iterator[Lab]:
    """The small book in an org whose accounts have our fields, and an empty home."""
    account, tables = _prepared()
    with Sandbox(tables) as sandbox:
        org = sandbox.org
        org.schema.put(account)
        org.tables.ensure(account)
        org.access.forget()
        org.clock.set(START)
        org.settings.page_size = page_size
        yield Lab(sandbox, Home(folder / "home"))


@cache
def _prepared() -> tuple[SObject, Mapping[str, pa.Table]]:
    """The Account object with our fields, and the tables of an org that has them and the small book."""
    known = shipped().mapping.write.written()
    with Sandbox({}) as sandbox:
        sandbox.org.clock.set(START - timedelta(days=1))
        lab = Lab(sandbox, Home(Path()))
        for name, rows in the_book().items():
            lab.put(name, rows)
        crm = connect(sandbox.url)
        crm.apply_fields(crm.plan_fields([field for field in FIELDS if field.name in known], known))
        account = sandbox.org.schema.find("Account")
        assert account
        names = [one.name for one in sandbox.org.schema if one.api == "data"]
        tables = {name: sandbox.org.tables.arrow(f'SELECT * FROM "{name}"', {}) for name in names}
    ours = [column for column in tables["Account"].column_names if column.startswith("Engagement_")]
    held = {name: table for name, table in tables.items() if table.num_rows}
    return account, held | {"Account": tables["Account"].drop_columns(ours)}
