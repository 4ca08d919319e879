"""Does the real process behave among others: signals, pipes, a worker that is asked for its health?"""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from connector.sandbox.salesforce.server import Sandbox
from tests.cli.conftest import Shell, writes

COMMAND = [sys.executable, "-m", "connector.cli.main"]
TIMEOUT = 120


@contextmanager
def started(*args: str, folder: Path, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """A command in a process of its own, ended in any case."""
    env = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])} | environment
    pipe = subprocess.PIPE
    with subprocess.Popen([*COMMAND, *args], cwd=folder, env=env, text=True, stdout=pipe, stderr=pipe) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_for(process: subprocess.Popen[str], words: str) -> str:
    """The first line of stderr that holds the words."""
    assert process.stderr
    for line in process.stderr:
        if words in line:
            return line
    raise AssertionError(f"{words!r} was never said")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_sync_that_is_asked_to_stop_says_so_and_the_next_one_goes_on(
    number: signal.Signals, code: int, ready: Shell, org: Sandbox
) -> None:
    org.org.faults.put([{"action": "slow", "method": "GET", "path": "query", "seconds": 0.2}])

    with started("-v", "sync", folder=ready.folder) as process:
        wait_for(process, "stream.pulled")
        process.send_signal(number)
        _, said = process.communicate(timeout=TIMEOUT)
    org.org.faults.clear()
    (run,) = ready("runs", "list", "--json").rows

    assert (process.returncode, run["exit_code"]) == (code, code)
    assert "Traceback" not in said
    assert said.splitlines()[-1] == f"stopped by signal {number.value}; run the same command again to resume"
    assert ready("sync").code == 0
    assert writes(org)["updated"] > 0


def test_a_second_sync_beside_the_first_is_told_to_wait(ready: Shell, org: Sandbox) -> None:
    org.org.faults.put([{"action": "slow", "method": "GET", "path": "query", "seconds": 0.2}])

    with started("-v", "sync", folder=ready.folder) as process:
        wait_for(process, "stream.pulled")
        second, dry = ready("sync"), ready("sync", "--dry-run")
        org.org.faults.clear()
        _, said = process.communicate(timeout=TIMEOUT)

    assert (second.code, dry.code, process.returncode) == (8, 8, 0), said
    assert f"process {process.pid}" in second.faults[0]


def test_a_worker_syncs_at_once_answers_for_its_health_and_stops_when_told(ready: Shell, org: Sandbox) -> None:
    with started("worker", folder=ready.folder, CONNECTOR_HEALTH_PORT="0") as process:
        port = re.findall(r"127\.0\.0\.1:(\d+)", wait_for(process, "connector health"))[0]
        wait_for(process, "run.ended")
        ready.set(CONNECTOR_HEALTH_PORT=port)
        well = ready("health")
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=TIMEOUT)
    gone = ready("health")

    assert (well.code, well.rows[0]["status"]) == (0, "ok")
    assert process.returncode == 143
    assert gone.code == 1
    assert gone.faults[0].startswith(f"127.0.0.1:{port} (CONNECTOR_HEALTH_PORT): no worker answers there")
    assert writes(org)["updated"] > 0


def test_a_worker_with_a_wrong_setting_does_not_start(shell: Shell) -> None:
    said = shell("worker")

    assert said.code == 2
    assert "SALESFORCE_CLIENT_ID is missing" in said.faults[0]


def test_off_a_terminal_there_is_no_colour_and_no_animation(ready: Shell) -> None:
    with started("sync", "--dry-run", folder=ready.folder) as process:
        out, err = process.communicate(timeout=TIMEOUT)

    assert process.returncode == 0
    assert "\x1b" not in out + err
    assert "\r" not in out + err


def test_a_served_sandbox_prints_the_env_that_reaches_it(shell: Shell) -> None:
    with started("sandbox", "serve", "--port", "0", "--accounts", "20", folder=shell.folder) as process:
        assert process.stdout
        env = dict(process.stdout.readline().strip().split("=", 1) for _ in range(4))
        shell.set(**env)
        said = shell("doctor", "--json")
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=TIMEOUT)

    assert said.rows[0]["message"] == "logged in"
    assert process.returncode == 0


def test_a_port_that_is_taken_is_told(org: Sandbox, shell: Shell) -> None:
    said = shell("sandbox", "serve", "--port", org.url.rsplit(":", 1)[1], "--accounts", "20")

    assert said.code == 2
    assert said.faults[0].endswith("choose another, or 0 for a free one")


def test_an_export_that_is_not_there_is_told(shell: Shell) -> None:
    said = shell("sandbox", "serve", "--port", "0", "--export", "nowhere")

    assert (said.code, said.faults) == (2, ["nowhere: no such folder or zip"])
