"""Does the whole walk hold against a Salesforce that answers over HTTP, also when it is killed on the way?"""

import json
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from connector.crm.salesforce.client import Salesforce
from connector.crm.salesforce.login import Credentials
from connector.engine.fields import FIELDS
from connector.jobs.parts import Parts
from connector.jobs.pull import Pull
from connector.jobs.run import Result, Silent, Tally
from connector.jobs.stop import Stop
from connector.jobs.sync import Options, sync
from connector.sandbox.salesforce.server import Sandbox
from connector.sandbox.salesforce.users import CLIENT_ID, CLIENT_SECRET
from connector.sandbox.world.make import make_world
from connector.store.database import Limits, opened
from connector.store.home import Home
from connector.store.published import read_published
from connector.store.runs import KILLED, RunList
from tests.crm.orgs import a_table, an_id, moment, the_mapping
from tests.crm.orgs import connect as org_of
from tests.jobs.orgs import shipped

ACCOUNTS, ACTIVITIES = 40, 4_000
SLOW_STAGES = ("user", "event_relation", "plan", "push", "publish")
STAGES = ["task", "score", "in push", *(pytest.param(stage, marks=pytest.mark.torture) for stage in SLOW_STAGES)]

SYNC = """
import os, signal, sys
from pathlib import Path
from connector.jobs.parts import Parts
from connector.jobs.run import Silent
from tests.jobs.test_sandbox import walk
class Killed(Silent):
    def stage(self, name, total):
        if name == sys.argv[3]:
            os.kill(os.getpid(), signal.SIGKILL)
    def advance(self, rows):
        if sys.argv[3] == "in push" and rows <= 200:
            os.kill(os.getpid(), signal.SIGKILL)
walk(sys.argv[1], Path(sys.argv[2]), watcher=Killed())
"""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """A small living org whose Account has our fields."""
    with Sandbox(make_world(7, accounts=ACCOUNTS, activities=ACTIVITIES), seed=7) as sandbox:
        crm, names = connect(sandbox.url), shipped().mapping.write.written()
        crm.apply_fields(crm.plan_fields([field for field in FIELDS if field.name in names], names))
        yield sandbox


def connect(url: str) -> Salesforce:
    """A login to the sandbox."""
    return Salesforce(Credentials(url, "client_credentials", CLIENT_ID, CLIENT_SECRET), shipped().mapping)


def walk(url: str, folder: Path, *, watcher: Silent | None = None, **options: bool) -> Result:
    """One sync of the sandbox, forced: among forty accounts a handful of news looks like a landslide."""
    known = shipped()
    parts = Parts(
        connect(url), Home(folder), known.rules, known.personas, known.mapping, known.digest, Limits("512MB", 2)
    )
    return sync(parts, Options(is_forced=True, **options), watcher)


def pass_time(sandbox: Sandbox, **time: int) -> None:
    """Let the org live on."""
    told = json.dumps(time).encode()
    request = urllib.request.Request(f"{sandbox.url}/__sandbox__/clock/advance", told, method="POST")
    request.add_header("Content-Type", "application/json")
    urllib.request.urlopen(request, timeout=30).close()


def told(sandbox: Sandbox) -> dict[str, float | None]:
    """The score on each account, as the CRM has it."""
    names = shipped().mapping.write.written()
    pages = connect(sandbox.url).current(None, {"score": names["score"]})
    return {row["id"]: row["score"] for page in pages for row in page.to_pylist()}


def test_scores_land_and_stay_as_the_org_lives_on(sandbox: Sandbox, tmp_path: Path) -> None:
    first = walk(sandbox.url, tmp_path)
    again = walk(sandbox.url, tmp_path)
    pass_time(sandbox, days=1)
    rehearsed = walk(sandbox.url, tmp_path, is_dry=True)
    later = walk(sandbox.url, tmp_path)
    quiet = walk(sandbox.url, tmp_path)

    assert len(first.plan) >= ACCOUNTS // 2
    assert (len(again.plan), len(quiet.plan)) == (0, 0)
    assert [change.cells for change in rehearsed.plan] == [change.cells for change in later.plan]
    accounts = read_published(Home(tmp_path)).accounts()
    believed = dict(zip(accounts["account_id"].to_pylist(), accounts["score"].to_pylist(), strict=True))
    assert max(abs((score or 0) - believed[account]) for account, score in told(sandbox).items()) <= 5.5


def test_receipts_add_up_to_what_is_believed(sandbox: Sandbox, tmp_path: Path) -> None:
    walk(sandbox.url, tmp_path)
    published = read_published(Home(tmp_path))

    for account in published.accounts(most=10).to_pylist():
        minutes = sum(published.receipts(account["account_id"])["minutes_now"].to_pylist())
        assert minutes == pytest.approx(account["engaged_minutes"], abs=1e-9)


def test_a_field_of_a_parent_is_read_again_though_no_stamp_moves(tmp_path: Path) -> None:
    mapping = the_mapping("account", account={"territory": "Owner.Department"})
    people = a_table("005", 2, [moment(0)] * 2, LastName=["One", "Two"], Department=["North", "North"])
    books = a_table("001", 2, [moment(0), moment(7_200)], Name=["A", "B"], OwnerId=[an_id("005", 1)] * 2)
    tables = {"User": people, "Account": books}
    with Sandbox(tables) as org, opened(tmp_path / "store.duckdb", Limits("256MB", 2)) as store:
        found = []
        for department, days in (("North", 0), ("South", 1), ("South", 0)):
            crm = org_of(org, mapping)
            with org.org.lock:
                org.org.tables.query(f"""UPDATE "User" SET "Department" = '{department}'""")
            Pull(crm, store, mapping, Silent(), Stop(), Tally(), crm.now()).run()
            rows = store.rows("SELECT territory FROM salesforce.account ORDER BY modified_at")
            found.append(rows[0]["territory"])
            pass_time(org, days=days, minutes=30)

    assert found == ["North", "North", "South"]


@pytest.mark.parametrize("stage", STAGES)
def test_a_run_that_was_killed_is_made_good_by_the_next(sandbox: Sandbox, tmp_path: Path, stage: str) -> None:
    pass_time(sandbox, days=8)  # so that there is something to write
    command = [sys.executable, "-c", SYNC, sandbox.url, str(tmp_path / "killed"), stage]
    killed = subprocess.run(command, capture_output=True, text=True)

    resumed = walk(sandbox.url, tmp_path / "killed")
    pass_time(sandbox, minutes=5)  # what was just written has settled
    later = walk(sandbox.url, tmp_path / "killed", plan_only=True)
    unbroken = walk(sandbox.url, tmp_path / "unbroken", plan_only=True)

    runs = RunList(Home(tmp_path / "killed").runs).newest()
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert [run.exit_code for run in runs] == [0, 0, KILLED]
    assert resumed.exit_code == 0
    assert later.plan == unbroken.plan
    assert _accounts(tmp_path / "killed") == _accounts(tmp_path / "unbroken")


def _accounts(folder: Path) -> list[dict[str, object]]:
    """What is believed of every account; sums may differ in their last digits, as they are added up in any order."""
    rows = read_published(Home(folder)).accounts().sort_by("account_id").to_pylist()
    return [{name: round(v, 6) if isinstance(v, float) else v for name, v in row.items()} for row in rows]
