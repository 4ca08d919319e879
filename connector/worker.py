"""When does the next run begin, and is all well? Runs a job on a schedule until stopped, and answers for its health."""

import json
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from zoneinfo import ZoneInfo

import structlog
from croniter import croniter

from connector.errors import BudgetReached, Busy, ConfigError, ConnectorError, Stopped, Unavailable
from connector.store.runs import Run, RunList

log = structlog.get_logger()

HEALTH_PATH = "/healthz"
LATE_PERIODS = 2  # a success older than so many periods is a fault
RETRY_AFTER = timedelta(minutes=10)  # when the CRM did not answer or another run held the lease
MOST_MISSED = 1_000  # more missed runs than this are not counted one by one
RECENT = 50  # runs among which the newest of ours is looked for
GOOD_ENDS = (0, 3)  # exit codes; refused rows do not make the run a failure

Clock = Callable[[], datetime]
Health = tuple[HTTPStatus, Mapping[str, object]]


def utc_now() -> datetime:
    """The clock of this machine."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Schedule:
    """A cron line in a time zone."""

    cron: str
    zone: str = "UTC"

    def next_after(self, moment: datetime) -> datetime:
        """The first time after `moment`, UTC."""
        local: datetime = croniter(self.cron, moment.astimezone(ZoneInfo(self.zone))).get_next(datetime)
        return local.astimezone(UTC)

    def period(self, moment: datetime) -> timedelta:
        """The time between the next two runs."""
        first = self.next_after(moment)
        return self.next_after(first) - first

    def missed(self, since: datetime, until: datetime) -> int:
        """How many times passed after `since` and up to `until`."""
        count, moment = 0, self.next_after(since)
        while moment <= until and count < MOST_MISSED:
            count, moment = count + 1, self.next_after(moment)
        return count


@dataclass
class Worker:
    """Runs `job` when the schedule says, one at a time. `job` is a whole run and raises what stopped it.

    `clock` and `wait` are for those who have no time; `wait` says whether we were asked to stop meanwhile.
    """

    job: Callable[[], object]
    name: str
    schedule: Schedule
    runs: RunList
    clock: Clock = utc_now
    wait: Callable[[float], bool] | None = None
    _stop: threading.Event = field(default_factory=threading.Event, init=False)
    _signal: int = field(default=signal.SIGTERM, init=False)
    _next: datetime | None = field(default=None, init=False)
    _began: datetime = field(init=False)

    def __post_init__(self) -> None:
        self._began = self.clock()

    def work(self) -> None:
        """Wait and run until a signal comes; ends by raising Stopped with it. A run is left between two batches."""
        with self._listening():
            log.info("worker.started", job=self.name, schedule=self.schedule.cron, zone=self.schedule.zone)
            self._next = self._first()
            while not self._pause():
                retry = self._run()
                due = self.schedule.next_after(self.clock())
                self._next = min(due, self.clock() + RETRY_AFTER) if retry else due
            log.info("worker.stopped", job=self.name, signal=self._signal)
            raise Stopped(self._signal)

    def health(self) -> Health:
        """200 and what is known, or 503 when the last run failed or the last success is too long ago."""
        now = self.clock()
        success, newest = self.runs.last_success(self.name), self.runs.newest(RECENT)
        since = success.started_at if success else self._began
        missed = self.schedule.missed(since, now)
        ours = [run for run in newest if run.job == self.name]  # of what a person typed, a person was told the end
        has_failed = bool(ours) and ours[0].exit_code not in (*GOOD_ENDS, None)
        is_late = now - since > LATE_PERIODS * self.schedule.period(since)
        running = newest[0] if newest and newest[0].exit_code is None else None
        status = HTTPStatus.SERVICE_UNAVAILABLE if has_failed or is_late else HTTPStatus.OK
        return status, {
            "status": "failing" if has_failed else "late" if is_late else "ok",
            "last_success": success.started_at.isoformat() if success else None,
            "last_run": _told(newest[0]) if newest else None,
            "running": _told(running) if running else None,
            "next_run": self._next.isoformat() if self._next else None,
            "missed": missed,
        }

    def _first(self) -> datetime:
        """At once when a run is overdue, as after a night without power; else when the schedule says."""
        now = self.clock()
        success = self.runs.last_success(self.name)
        if success is None:
            return now
        missed = self.schedule.missed(success.started_at, now)
        if missed:
            log.warning("schedule.missed", job=self.name, count=missed, last_success=success.started_at.isoformat())
        return now if missed else self.schedule.next_after(now)

    def _pause(self) -> bool:
        """Wait for the next run; whether we were asked to stop."""
        wait = self.wait or self._stop.wait
        while not self._stop.is_set() and (left := self._left()) > 0:
            if wait(left):
                return True
        return self._stop.is_set()

    def _left(self) -> float:
        """Seconds until the next run."""
        return ((self._next or self.clock()) - self.clock()).total_seconds()

    def _run(self) -> bool:
        """One run, whatever becomes of it; whether it is worth trying again before the schedule says so."""
        try:
            self.job()
        except Stopped as stopped:
            log.info("run.stopped", job=self.name, signal=stopped.exit_code - 128)
            raise
        except Busy as busy:
            log.warning("run.skipped", job=self.name, reason=str(busy))
            return True
        except ConnectorError as error:
            kind = type(error).__name__
            log.error("run.failed", job=self.name, kind=kind, exit_code=error.exit_code, reason=str(error))
            return isinstance(error, Unavailable) and not isinstance(error, BudgetReached)
        except Exception:
            log.exception("run.broken", job=self.name)
            return False
        log.info("run.ended", job=self.name)
        return False

    @contextmanager
    def _listening(self) -> Iterator[None]:
        """Within it SIGTERM and SIGINT end the waiting; a run has its own ears."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self._hear) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for number, earlier in before.items():
                signal.signal(number, earlier)

    def _hear(self, number: int, _frame: object) -> None:
        self._signal = number
        self._stop.set()


def _told(run: Run) -> Mapping[str, object]:
    """A run as the health page shows it."""
    return {
        "run_id": run.run_id,
        "started_at": run.started_at.isoformat(),
        "exit_code": run.exit_code,
        "stage": run.stage,
        "done": run.done,
        "total": run.total,
    }


class _Door(BaseHTTPRequestHandler):
    """Answers who asks for our health."""

    server: "_Front"

    def do_GET(self) -> None:
        """The health as JSON."""
        status, known = self.server.health() if self.path == HEALTH_PATH else (HTTPStatus.NOT_FOUND, {})
        body = json.dumps(known).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: a probe every few seconds is no event."""


class _Front(ThreadingHTTPServer):
    """Listens for those who ask."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], health: Callable[[], Health]) -> None:
        super().__init__(address, _Door)
        self.health = health


@contextmanager
def answering(worker: Worker, host: str, port: int) -> Iterator[int]:
    """Within it GET /healthz is answered; the port that was taken. Raises ConfigError when it cannot be had."""
    try:
        front = _Front((host, port), worker.health)
    except OSError as error:
        why = (error.strerror or "not available").lower()
        raise ConfigError(f"CONNECTOR_HEALTH_PORT is {port}: {why}; choose another, or 0 for a free one") from None
    thread = threading.Thread(target=front.serve_forever, args=(0.1,), name="health", daemon=True)
    thread.start()
    try:
        yield int(front.server_address[1])
    finally:
        front.shutdown()
        front.server_close()
        thread.join()
