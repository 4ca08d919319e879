"""Which runs were there, which one is running, and how far is it? SQLite, so that others may read while one writes."""

import json
import secrets
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from connector.errors import Busy, StoreError
from connector.store.lease import HEARTBEAT, Holder, is_alive, myself

KEPT = timedelta(days=400)  # so that a year ago can be looked at
KILLED = 137  # as the shell reports a process that was killed
PATIENCE_SECONDS = 10

Count = int | float | str | None | Mapping[str, int]
_TABLES = """
CREATE TABLE IF NOT EXISTS runs (
    run_id TEXT PRIMARY KEY, job TEXT NOT NULL, crm TEXT NOT NULL, started_at TEXT NOT NULL, ended_at TEXT,
    exit_code INTEGER, message TEXT NOT NULL DEFAULT '', counts TEXT NOT NULL DEFAULT '{}',
    stage TEXT NOT NULL DEFAULT '', done INTEGER NOT NULL DEFAULT 0, total INTEGER
);
CREATE TABLE IF NOT EXISTS lease (
    only INTEGER PRIMARY KEY CHECK (only = 1), run_id TEXT NOT NULL, job TEXT NOT NULL, pid INTEGER NOT NULL,
    began TEXT NOT NULL, machine TEXT NOT NULL, host TEXT NOT NULL, heard_at TEXT NOT NULL
);
"""


@dataclass(frozen=True, slots=True)
class Run:
    """One execution of a job. `exit_code` is None while it runs; `done` of `total` is how far `stage` is."""

    run_id: str
    job: str
    crm: str
    started_at: datetime
    ended_at: datetime | None
    exit_code: int | None
    message: str
    counts: Mapping[str, Count]
    stage: str
    done: int
    total: int | None


@dataclass(frozen=True, slots=True)
class Leased:
    """Who holds the lease, and since when nobody has heard of it."""

    run_id: str
    job: str
    holder: Holder
    heard_at: datetime


class RunList:
    """The run list at `path`; every call opens and closes the file, so that threads and processes may share it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @contextmanager
    def lease(self, job: str, crm: str) -> Iterator[str]:
        """Hold the lease and a new row of the run list; the run's id.

        A holder that is dead is succeeded, and its run marked as killed. Raises Busy, naming the holder, when it lives.
        """
        run_id = _new_run_id()
        self._take(run_id, job, crm)
        ended = threading.Event()
        heart = threading.Thread(target=self._beat, args=(run_id, ended), name="heartbeat", daemon=True)
        heart.start()
        try:
            yield run_id
        finally:
            ended.set()
            heart.join()
            self._write("DELETE FROM lease WHERE run_id = ?", run_id)

    def leased(self) -> Leased | None:
        """The living holder of the lease."""
        if not self._path.exists():
            return None
        with self._opened() as database:
            return _living(database)

    def note(self, run_id: str, stage: str, done: int, total: int | None) -> None:
        """Say how far a run is."""
        self._write("UPDATE runs SET stage = ?, done = ?, total = ? WHERE run_id = ?", stage, done, total, run_id)

    def end(self, run_id: str, exit_code: int, message: str, counts: Mapping[str, Count]) -> None:
        """Write down how a run ended."""
        self._write(
            "UPDATE runs SET ended_at = ?, exit_code = ?, message = ?, counts = ? WHERE run_id = ?",
            _now().isoformat(), exit_code, message, json.dumps(counts), run_id,
        )  # fmt: skip

    def let_go(self) -> None:
        """Forget runs that ended more than 400 days ago."""
        self._write("DELETE FROM runs WHERE ended_at < ?", (_now() - KEPT).isoformat())

    def newest(self, most: int = 50) -> list[Run]:
        """The newest runs first; a run whose process died without a word counts as killed."""
        return self._read("ORDER BY started_at DESC, run_id DESC LIMIT ?", most)

    def run(self, run_id: str) -> Run | None:
        """One run."""
        return next(iter(self._read("WHERE run_id = ?", run_id)), None)

    def last_success(self, job: str) -> Run | None:
        """The newest run of a job that ended well; refused rows do not make it a failure."""
        found = self._read("WHERE job = ? AND exit_code IN (0, 3) ORDER BY started_at DESC LIMIT 1", job)
        return next(iter(found), None)

    def _take(self, run_id: str, job: str, crm: str) -> None:
        with self._opened() as database:
            database.execute("BEGIN IMMEDIATE")
            held = _living(database)
            if held is not None:
                raise Busy(_says_busy(held))
            _bury_dead(database)
            now, me = _now().isoformat(), myself()
            lease = (run_id, job, me.pid, me.began, me.machine, me.host, now)
            database.execute("INSERT INTO lease VALUES (1, ?, ?, ?, ?, ?, ?, ?)", lease)
            run = (run_id, job, crm, now)
            database.execute("INSERT INTO runs (run_id, job, crm, started_at) VALUES (?, ?, ?, ?)", run)
            database.execute("COMMIT")

    def _beat(self, run_id: str, ended: threading.Event) -> None:
        """Show every few seconds that we are alive."""
        while not ended.wait(HEARTBEAT.total_seconds()):
            try:
                self._write("UPDATE lease SET heard_at = ? WHERE run_id = ?", _now().isoformat(), run_id)
            except (Busy, StoreError):
                continue  # the next beat may get through; the run itself will say that the disk is full

    def _write(self, sql: str, *values: object) -> None:
        with self._opened() as database:
            database.execute(sql, values)

    def _read(self, which: str, *values: object) -> list[Run]:
        if not self._path.exists():
            return []
        with self._opened() as database:
            held = _living(database)
            found = database.execute(f"SELECT * FROM runs {which}", values).fetchall()
        return [_as_run(row, held) for row in found]

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(self._path, timeout=PATIENCE_SECONDS, isolation_level=None)) as database:
                database.row_factory = sqlite3.Row
                database.execute("PRAGMA journal_mode = WAL")
                database.executescript(_TABLES)
                yield database
        except sqlite3.Error as error:
            raise _told(self._path, str(error)) from None


def _told(path: Path, said: str) -> Busy | StoreError:
    if "locked" in said or "busy" in said:
        return Busy(f"{path}: another process keeps it locked; try again in a moment")
    if "full" in said:
        return StoreError(f"{path}: the disk is full; free space and run again")
    return StoreError(f"{path}: {said}; move the file away, the store itself is not touched")


def _says_busy(held: Leased) -> str:
    where = f"process {held.holder.pid} on {held.holder.host}"
    return f"{held.job} run {held.run_id} is going on ({where}); wait for it to end, or stop that process"


def _living(database: sqlite3.Connection) -> Leased | None:
    """The holder of the lease if it is alive."""
    row = database.execute("SELECT * FROM lease").fetchone()
    if row is None:
        return None
    holder = Holder(row["pid"], row["began"], row["machine"], row["host"])
    heard_at = datetime.fromisoformat(row["heard_at"])
    return Leased(row["run_id"], row["job"], holder, heard_at) if is_alive(holder, heard_at, _now()) else None


def _bury_dead(database: sqlite3.Connection) -> None:
    """Nobody alive holds the lease: whatever still seems to run has died."""
    database.execute("DELETE FROM lease")
    database.execute(
        "UPDATE runs SET ended_at = ?, exit_code = ?, message = ? WHERE ended_at IS NULL",
        (_now().isoformat(), KILLED, "the process died; what it had committed was kept"),
    )


def _as_run(row: sqlite3.Row, held: Leased | None) -> Run:
    values = dict(row)
    values["started_at"] = datetime.fromisoformat(values["started_at"])
    values["ended_at"] = datetime.fromisoformat(values["ended_at"]) if values["ended_at"] else None
    values["counts"] = json.loads(values["counts"])
    is_dead = values["ended_at"] is None and (held is None or held.run_id != values["run_id"])
    return Run(**values | ({"exit_code": KILLED, "message": "the process died"} if is_dead else {}))


def _new_run_id() -> str:
    """Sorts by time, and is short enough to be typed."""
    return f"{_now():%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"


def _now() -> datetime:
    return datetime.now(UTC)
