"""Is a Bulk job that a run left behind taken up by the next one, and neither sent again nor aborted?"""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from connector.crm.retry import Retry
from connector.crm.salesforce.client import Options as CrmOptions
from connector.crm.salesforce.client import Salesforce
from connector.crm.salesforce.ingest import Jobs
from connector.crm.salesforce.login import Credentials
from connector.engine.fields import FIELDS
from connector.errors import Unavailable
from connector.jobs.parts import Parts
from connector.jobs.run import Result, Silent
from connector.jobs.sync import Options, sync
from connector.sandbox.salesforce.server import Sandbox
from connector.sandbox.salesforce.users import CLIENT_ID, CLIENT_SECRET
from connector.sandbox.world.make import make_world
from connector.store.database import Limits, opened
from connector.store.home import Home
from connector.store.journal import count_states
from connector.store.runs import RunList
from connector.store.unfinished import unfinished
from tests.jobs.orgs import shipped

LIMITS = Limits("512MB", 2)
JOBS = "jobs/ingest/[^/]+"
PHASES = {
    "made": ("PUT", f"{JOBS}/batches"),  # its id is known, nothing is uploaded
    "uploaded": ("PATCH", f"{JOBS}$"),  # ... and never closed
    "closed": ("GET", f"{JOBS}$"),  # ... and nobody asks how it ended
    "done": ("GET", f"{JOBS}/successfulResults"),
}
DIES = """
import os, signal, sys
from pathlib import Path
from tests.jobs.test_resume import walk
import re, requests
method, path = sys.argv[3:5]
send = requests.Session.send
def mortal(self, request, **options):
    if request.method == method and re.search(path, request.path_url):
        os.kill(os.getpid(), signal.SIGKILL)
    return send(self, request, **options)
requests.Session.send = mortal
walk(sys.argv[1], Path(sys.argv[2]))
"""


@pytest.fixture
def org() -> Iterator[Sandbox]:
    """A small org whose Account has our fields."""
    with Sandbox(make_world(7, accounts=30, activities=1_500), seed=7) as running:
        crm, names = connect(running.url), shipped().mapping.write.written()
        crm.apply_fields(crm.plan_fields([field for field in FIELDS if field.name in names], names))
        yield running


def connect(url: str) -> Salesforce:
    """A login that writes every account by Bulk jobs."""
    options = CrmOptions(jobs=Jobs(few_rows=0), retry=Retry(sleep=lambda _: None))
    return Salesforce(Credentials(url, "client_credentials", CLIENT_ID, CLIENT_SECRET), shipped().mapping, options)


def walk(url: str, folder: Path, **options: bool) -> Result:
    """One sync."""
    known = shipped()
    parts = Parts(connect(url), Home(folder), known.rules, known.personas, known.mapping, known.digest, LIMITS)
    return sync(parts, Options(**options), Silent())


def updated(org: Sandbox) -> int:
    """How many rows of accounts the org has changed."""
    found = org.org.journal.writes.get("Account")
    return found.updated if found else 0


def jobs(org: Sandbox) -> list[str]:
    """The states of the ingest jobs the org knows."""
    return [job.state for job in org.instance.jobs._jobs.values() if job.kind == "ingest"]


@pytest.mark.parametrize("phase", PHASES)
def test_a_run_that_dies_around_its_job_is_made_good_without_writing_twice(
    phase: str, org: Sandbox, tmp_path: Path
) -> None:
    command = [sys.executable, "-c", DIES, org.url, str(tmp_path), *PHASES[phase]]
    died = subprocess.run(command, capture_output=True, text=True)
    with opened(Home(tmp_path).store, LIMITS) as store:
        (left,) = unfinished(store)

    resumed = walk(org.url, tmp_path)

    assert died.returncode == -signal.SIGKILL, died.stderr
    assert resumed.exit_code == 0
    assert resumed.counts["taken_up"] == len(left.account_ids) == updated(org)
    is_written = phase in ("closed", "done")
    assert jobs(org) == (["JobComplete"] if is_written else ["Open", "JobComplete"])
    assert len(resumed.plan) == (0 if is_written else len(left.account_ids))
    with opened(Home(tmp_path).store, LIMITS) as store:
        assert unfinished(store) == []
        assert count_states(store, left.run_id) == {"ok" if is_written else "failed": len(left.account_ids)}
    assert walk(org.url, tmp_path).plan == []


def test_a_job_whose_answer_never_came_is_asked_again_by_the_next_run(org: Sandbox, tmp_path: Path) -> None:
    org.org.faults.put([{"action": "status", "status": 503, "method": "GET", "path": f"{JOBS}$"}])
    with pytest.raises(Unavailable):
        walk(org.url, tmp_path)
    with pytest.raises(Unavailable):
        walk(org.url, tmp_path)
    org.org.faults.clear()

    resumed = walk(org.url, tmp_path)

    assert jobs(org) == ["JobComplete"]
    assert resumed.plan == []
    assert resumed.counts["taken_up"] == updated(org) > 0


def test_what_a_job_refused_is_told_when_it_is_taken_up(org: Sandbox, tmp_path: Path) -> None:
    rule = {"object": "Account", "message": "Scores are mine"}
    org.org.settings.validations.append(rule)
    org.org.faults.put([{"action": "status", "status": 503, "method": "GET", "path": f"{JOBS}$"}])
    with pytest.raises(Unavailable):
        walk(org.url, tmp_path)
    first = RunList(Home(tmp_path).runs).newest(1)[0].run_id
    org.org.faults.clear()

    again = walk(org.url, tmp_path)

    assert again.exit_code == 3
    with opened(Home(tmp_path).store, LIMITS) as store:
        assert set(count_states(store, first)) == {"failed"}


def test_a_job_that_salesforce_has_forgotten_is_cleared_up_by_reading_the_accounts(
    org: Sandbox, tmp_path: Path
) -> None:
    org.org.faults.put([{"action": "status", "status": 503, "method": "GET", "path": f"{JOBS}$"}])
    with pytest.raises(Unavailable):
        walk(org.url, tmp_path)
    first = RunList(Home(tmp_path).runs).newest(1)[0].run_id
    org.org.faults.clear()
    org.instance.jobs._jobs.clear()

    again = walk(org.url, tmp_path)

    assert again.exit_code == 0
    assert updated(org) == len(again.plan) > 0
    with opened(Home(tmp_path).store, LIMITS) as store:
        assert unfinished(store) == []
        assert count_states(store, first) == {"failed": len(again.plan)}


def test_a_run_that_only_looks_takes_up_no_job(org: Sandbox, tmp_path: Path) -> None:
    org.org.faults.put([{"action": "status", "status": 503, "method": "GET", "path": f"{JOBS}$"}])
    with pytest.raises(Unavailable):
        walk(org.url, tmp_path)
    org.org.faults.clear()

    dry, planned = walk(org.url, tmp_path, is_dry=True), walk(org.url, tmp_path, plan_only=True)

    assert "taken_up" not in {**dry.counts, **planned.counts}
    with opened(Home(tmp_path).store, LIMITS) as store:
        assert len(unfinished(store)) == 1
    assert walk(org.url, tmp_path).plan == []
