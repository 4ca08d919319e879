"""What is left when a sync with HubSpot is killed at any request? The next one ends as if nothing had happened."""

import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from connector.cli.sandbox import env_of
from connector.sandbox.hubspot.server import HubSpotSandbox
from connector.sandbox.hubspot.settings import Settings
from connector.sandbox.world.make import make_world
from tests.cli.conftest import Shell
from tests.torture import tally

UNHURRIED = Settings(burst_limit=0, search_limit=0)
AT_ANY_PACE = {"HUBSPOT_CALLS_PER_SECOND": "1000", "HUBSPOT_SEARCHES_PER_SECOND": "1000"}
LATE, MANY = 0.99, (0.02, 0.1, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.97, 1.0)
MORTAL = """
import os, signal, sys
from urllib3 import HTTPConnectionPool
from connector.cli.main import run
left, send = int(sys.argv[1]), HTTPConnectionPool.urlopen
def mortal(*args, **options):
    global left
    left -= 1
    answer = send(*args, **options) if sys.argv[2] == "after" or left else None
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
    return answer
HTTPConnectionPool.urlopen = mortal
sys.exit(run(["sync"]))
"""


@pytest.fixture
def portal() -> Iterator[HubSpotSandbox]:
    with HubSpotSandbox(make_world(3, accounts=10, activities=300), settings=UNHURRIED) as running:
        yield running


def die(shell: Shell, at: int, when: str) -> int:
    """A sync that is killed before or after its nth request; how it ended."""
    command = [sys.executable, "-c", MORTAL, str(at), when]
    return subprocess.run(command, cwd=shell.folder, capture_output=True).returncode


def requests_of(portal: HubSpotSandbox) -> int:
    """How many requests were made so far."""
    return len(portal.portal.journal.entries)


def assert_made_good(shell: Shell, portal: HubSpotSandbox, share: float, when: str) -> None:
    """Kill a first sync at this share of its requests, sync again, and compare with what an unbroken one does."""
    shell.set(**env_of(portal), **AT_ANY_PACE)
    assert shell("fields", "apply").code == 0
    before = requests_of(portal)
    planned = shell("sync", "--dry-run", "--json").rows
    reads = requests_of(portal) - before

    died = die(shell, max(1, round(share * (reads + 1))), when)
    healed, quiet = shell("sync"), shell("sync", "--dry-run", "--exit-code")

    wanted = [row for row in planned if row["type"] == "change"]
    told = portal.portal.journal.writes["companies"]
    assert (died, healed.code, quiet.code) == (-signal.SIGKILL, 0, 0)
    assert told.updated == len(wanted) > 0
    assert shell("runs", "errors", "--json").rows == []
    tally.count("kills survived")


def test_a_sync_that_is_killed_is_made_good_by_the_next(shell: Shell, portal: HubSpotSandbox) -> None:
    assert_made_good(shell, portal, LATE, "after")


@pytest.mark.torture
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("share", MANY)
def test_it_is_whenever_it_was_killed(shell: Shell, portal: HubSpotSandbox, share: float, when: str) -> None:
    assert_made_good(shell, portal, share, when)
