"""Is a book that moves too much held back, and let through by nobody but a person?"""

import signal
from collections.abc import Iterator
from datetime import timedelta

import pytest

from connector.cli.sandbox import env_of
from connector.sandbox.salesforce.server import Sandbox
from connector.sandbox.world.make import make_world
from tests.cli.conftest import Shell, writes
from tests.cli.test_processes import TIMEOUT, started, wait_for


@pytest.fixture(scope="module")
def busy_org() -> Iterator[Sandbox]:
    """An org whose people log something every day."""
    with Sandbox(make_world(7, accounts=40, activities=12_000), seed=7) as running:
        yield running


@pytest.fixture
def silent(shell: Shell, busy_org: Sandbox) -> Shell:
    """A shell that has synced once; then nobody logged anything for nine days."""
    shell.set(**env_of(busy_org))
    busy_org.org.journal.clear()
    assert [shell("fields", "apply").code, shell("sync", "--force").code] == [0, 0]
    busy_org.org.clock.set(busy_org.org.clock.now() + timedelta(days=9))
    busy_org.org.journal.clear()
    return shell


def test_a_book_does_not_cool_because_a_source_fell_silent_until_a_person_says_so(
    silent: Shell, busy_org: Sandbox
) -> None:
    stopped = silent("sync")
    held_back = writes(busy_org)
    forced = silent("sync", "--force")

    assert stopped.code == 5
    assert "would cool while a source is silent (" in stopped.err
    assert "task: 0 new rows in seven days, usually" in stopped.err
    assert held_back == {}
    assert forced.code == 0
    assert "A guard says:" in forced.err
    assert writes(busy_org)["updated"] > 0


def test_a_variable_overrules_no_guard(ready: Shell, org: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONNECTOR_SYNC_FORCE", "1")

    said = ready("sync")

    assert said.code == 2
    assert "CONNECTOR_SYNC_FORCE is set; overruling a guard is a person's word, type --force instead" in said.err
    assert writes(org) == {}


def test_the_worker_never_overrules_a_guard(silent: Shell, busy_org: Sandbox) -> None:
    environment = {"CONNECTOR_HEALTH_PORT": "0", "CONNECTOR_SYNC_FORCE": "1", "CONNECTOR_WORKER_FORCE": "1"}
    silent.set(CONNECTOR_SCHEDULE='"* * * * *"')
    with started("worker", folder=silent.folder, **environment) as process:
        told = wait_for(process, "run.failed")
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=TIMEOUT)

    assert "exit_code=5" in told
    assert "guards.cooled" in told
    assert writes(busy_org) == {}
