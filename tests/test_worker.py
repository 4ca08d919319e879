"""Does the worker run when it should, never twice, stop when it is told, and say when something is wrong?"""

import json
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connector.errors import BudgetReached, Busy, ConfigError, Stopped, Unavailable
from connector.store.runs import RunList
from connector.worker import HEALTH_PATH, RETRY_AFTER, Schedule, Worker, answering

HOURLY = Schedule("0 * * * *")


@dataclass
class Time:
    """A clock that is moved by waiting, up to its end; then a signal has come."""

    now: datetime
    end: datetime
    waited: list[timedelta] = field(default_factory=list)

    def wait(self, seconds: float) -> bool:
        self.waited.append(timedelta(seconds=seconds))
        self.now += timedelta(seconds=seconds)
        return self.now >= self.end


@pytest.fixture
def runs(tmp_path: Path) -> RunList:
    """An empty run list."""
    return RunList(tmp_path / "runs.sqlite")


def a_run(runs: RunList, code: int = 0) -> None:
    """One run that ends with a code."""
    with runs.lease("sync", "salesforce") as run_id:
        runs.end(run_id, code, "", {})


def a_time(hours: float = 5) -> Time:
    """A time that begins now, as the run list sees it, and ends some hours later."""
    now = datetime.now(UTC)
    return Time(now, now + timedelta(hours=hours))


def at_work(job: Callable[[], object], runs: RunList, time: Time, schedule: Schedule = HOURLY) -> Worker:
    """A worker that worked until the end of the time."""
    worker = Worker(job, "sync", schedule, runs, clock=lambda: time.now, wait=time.wait)
    with pytest.raises(Stopped):
        worker.work()
    return worker


def test_it_runs_at_once_when_there_was_no_run_before_and_then_every_hour(runs: RunList) -> None:
    """S3-25 S4-18: as often as the sales cycle asks for."""
    begun, time = [], a_time(hours=3.5)

    at_work(lambda: begun.append(time.now), runs, time)

    assert len(begun) in (4, 5)
    assert begun[0] < begun[1]
    assert {(moment.minute, moment.second) for moment in begun[1:]} == {(0, 0)}


def test_after_a_night_without_power_it_runs_at_once(runs: RunList) -> None:
    a_run(runs)
    time = a_time()
    time.now += timedelta(hours=2)
    begun: list[datetime] = []

    at_work(lambda: begun.append(time.now), runs, time)

    assert begun[0] < time.end - timedelta(hours=2)
    assert time.waited[0] <= timedelta(hours=1)


def test_a_run_that_was_just_done_is_not_repeated_when_the_worker_restarts(runs: RunList) -> None:
    a_run(runs)
    begun: list[datetime] = []
    time = a_time(hours=0)
    daily = Schedule(f"0 {(time.now - timedelta(hours=3)).hour} * * *")

    at_work(lambda: begun.append(time.now), runs, time, daily)

    assert begun == []


def test_a_daily_run_at_five_stays_at_five_when_the_clocks_change() -> None:
    berlin = Schedule("0 5 * * *", "Europe/Berlin")

    before = berlin.next_after(datetime(2026, 3, 27, 12, tzinfo=UTC))
    after = berlin.next_after(datetime(2026, 3, 28, 12, tzinfo=UTC))

    assert (before, after) == (datetime(2026, 3, 28, 4, tzinfo=UTC), datetime(2026, 3, 29, 3, tzinfo=UTC))


@pytest.mark.parametrize(
    ("fault", "again"),
    [(Unavailable("503"), True), (Busy("held"), True), (BudgetReached("used up"), False), (ConfigError("bad"), False)],
)
def test_what_may_pass_is_tried_again_soon_and_the_rest_when_the_schedule_says(
    runs: RunList, fault: Exception, *, again: bool
) -> None:
    begun, time = [], a_time(hours=30)

    def job() -> None:
        begun.append(time.now)
        if len(begun) == 1:
            raise fault

    at_work(job, runs, time, Schedule("0 0 * * *"))

    soon = begun[1] - begun[0] <= RETRY_AFTER
    assert soon == again or (begun[1].hour, begun[1].minute) == (0, 0)


def test_a_bug_in_one_run_does_not_end_the_worker(runs: RunList, capsys: pytest.CaptureFixture[str]) -> None:
    begun, time = [], a_time(hours=2.5)

    def job() -> None:
        begun.append(time.now)
        raise ZeroDivisionError

    at_work(job, runs, time)

    assert len(begun) >= 3
    assert "run.broken" in capsys.readouterr().out


def test_a_run_that_was_stopped_stops_the_worker(runs: RunList) -> None:
    def job() -> None:
        raise Stopped(signal.SIGTERM)

    with pytest.raises(Stopped) as stopped:
        Worker(job, "sync", HOURLY, runs).work()

    assert stopped.value.exit_code == 143


def test_all_is_well_after_a_good_run(runs: RunList) -> None:
    a_run(runs)
    status, known = Worker(lambda: None, "sync", HOURLY, runs).health()

    assert (status, known["status"], known["missed"]) == (200, "ok", 0)
    assert known["last_success"]


def test_refused_rows_are_no_failure_of_the_worker(runs: RunList) -> None:
    a_run(runs, 3)

    status, _ = Worker(lambda: None, "sync", HOURLY, runs).health()

    assert status == 200


def test_a_failed_run_shows(runs: RunList) -> None:
    a_run(runs, 0)
    a_run(runs, 7)

    status, known = Worker(lambda: None, "sync", HOURLY, runs).health()

    assert (status, known["status"]) == (503, "failing")


def test_a_command_that_somebody_typed_wrong_is_no_failure_of_the_worker(runs: RunList) -> None:
    a_run(runs, 0)
    with runs.lease("forget", "salesforce") as run_id:
        runs.end(run_id, 2, "nobody has that address", {})

    status, known = Worker(lambda: None, "sync", HOURLY, runs).health()

    assert (status, known["status"]) == (200, "ok")


def test_a_success_of_long_ago_shows_with_the_runs_that_were_missed(runs: RunList) -> None:
    a_run(runs)
    time = a_time()
    time.now += timedelta(hours=5)

    status, known = Worker(lambda: None, "sync", HOURLY, runs, clock=lambda: time.now).health()

    assert (status, known["status"], known["missed"]) == (503, "late", 5)


def test_a_run_that_is_going_on_shows_how_far_it_is(runs: RunList) -> None:
    with runs.lease("sync", "salesforce") as run_id:
        runs.note(run_id, "task", 500, 2000)
        status, known = Worker(lambda: None, "sync", HOURLY, runs).health()
        runs.end(run_id, 0, "", {})

    running = known["running"]
    assert status == 200
    assert isinstance(running, dict)
    assert (running["run_id"], running["stage"], running["done"], running["total"]) == (run_id, "task", 500, 2000)


def test_health_is_answered_over_http(runs: RunList) -> None:
    worker = Worker(lambda: None, "sync", HOURLY, runs)
    with answering(worker, "127.0.0.1", 0) as port:
        well = _get(port, HEALTH_PATH)
        a_run(runs, 1)
        ill = _get(port, HEALTH_PATH)
        nothing = _get(port, "/")

    assert (well[0], json.loads(well[1])["status"]) == (200, "ok")
    assert (ill[0], json.loads(ill[1])["status"]) == (503, "failing")
    assert nothing[0] == 404


def test_a_port_that_is_taken_is_named(runs: RunList) -> None:
    worker = Worker(lambda: None, "sync", HOURLY, runs)

    with answering(worker, "127.0.0.1", 0) as port:
        told = f"CONNECTOR_HEALTH_PORT is {port}: address already in use"
        with pytest.raises(ConfigError, match=told), answering(worker, "127.0.0.1", port):
            pass


IDLE = """
import sys
from pathlib import Path
from connector.errors import Stopped
from connector.store.runs import RunList
from connector.worker import Schedule, Worker
runs = RunList(Path(sys.argv[1]))
def job():
    with runs.lease("sync", "salesforce") as run_id:
        runs.end(run_id, 0, "", {})
    print("ran", flush=True)
try:
    Worker(job, "sync", Schedule("0 5 1 1 *"), runs).work()
except Stopped as stopped:
    sys.exit(stopped.exit_code)
"""


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_ends_the_waiting(tmp_path: Path, number: signal.Signals, code: int) -> None:
    command = [sys.executable, "-c", IDLE, str(tmp_path / "runs.sqlite")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout is not None
        assert "ran\n" in iter(worker.stdout.readline, "")
        worker.send_signal(number)

        assert worker.wait(20) == code


def _get(port: int, path: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()
