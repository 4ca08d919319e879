"""How does a job die? Killed at the org's nth request or the store's nth step, or for want of room on the disk."""

import logging
import multiprocessing
import os
import resource
import signal
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import duckdb
import structlog

from connector.errors import ConnectorError
from connector.jobs.forget import forget
from connector.sandbox.faults import Fault, Faults
from connector.sandbox.journal import Entry, Journal
from connector.sandbox.salesforce.bulk_rows import load
from connector.sandbox.salesforce.org import Org
from connector.store import database, runs
from connector.store.home import Home
from tests.torture.lab import Lab, Ways, connect, the_parts, walk

SPAWN = multiprocessing.get_context("forkserver")
PRELOADED = ["tests.torture.death"]
PATIENCE = 240.0  # seconds a sync may take on a busy machine
SILENT = logging.CRITICAL
MOVES = frozenset({"os.rename", "os.remove", "shutil.rmtree"})
COMMITS, STATEMENTS = frozenset({"commit"}), frozenset({"begin", "execute", "sql", "register", "unregister", "close"})
Wrapped = Any  # whatever the connection gives
Work = Callable[[], int]  # what a process of its own is to do; the code it ends with


class Executioner(Faults):
    """Kills `victim` when its nth request comes in (before it is heard) or when that one was done (before its answer).

    With `at` 0 nobody dies.
    """

    def __init__(self, at: int, *, is_done: bool) -> None:
        super().__init__()
        self._at, self._is_done, self._seen = at, is_done, 0
        self._known = threading.Event()
        self._pid = 0

    def name(self, pid: int) -> None:
        """Whom to kill."""
        self._pid = pid
        self._known.set()

    def for_request(self, method: str, path: str) -> Fault | None:
        self._seen += 1
        if self._seen != self._at:
            return super().for_request(method, path)
        if not self._is_done:
            self.strike()
        return Fault("drop_after" if self._is_done else "drop_before")

    def strike(self) -> None:
        """Kill."""
        assert self._known.wait(PATIENCE)
        os.kill(self._pid, signal.SIGKILL)


class Witness(Journal):
    """Has the executioner strike when a request was done whose answer will never be sent."""

    executioner: Executioner | None = None

    def note(self, entry: Entry) -> None:
        if entry.fault == "drop_after" and self.executioner:
            self.executioner.strike()
        super().note(entry)


@dataclass(frozen=True, slots=True)
class Doom:
    """At which step of the store a process dies (0: at none), how small the steps are, and where they are counted.

    `room` is how large its files may grow, in bytes (0: as large as they like).
    """

    at: int = 0
    room: int = 0
    is_thorough: bool = False  # every statement is a step, not only what begins and ends transactions
    told: Path | None = None


class Fate:
    """Counts the steps in a process, and ends it at one of them."""

    def __init__(self, doom: Doom) -> None:
        self._doom, self.steps = doom, 0
        self.calls = COMMITS | STATEMENTS if doom.is_thorough else COMMITS

    def step(self) -> None:
        self.steps += 1
        if self.steps == self._doom.at:
            os.kill(os.getpid(), signal.SIGKILL)


class Mortal:
    """A connection at whose every step its owner may die, just before and just after."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, fate: Fate) -> None:
        self._connection, self._fate = connection, fate

    def __getattr__(self, name: str) -> Wrapped:
        found = getattr(self._connection, name)
        return self._mortal(found) if name in self._fate.calls else found

    def _mortal(self, call: Callable[..., Wrapped]) -> Callable[..., Wrapped]:
        def mortal(*args: Wrapped, **options: Wrapped) -> Wrapped:
            self._fate.step()
            done = call(*args, **options)
            self._fate.step()
            return done

        return mortal


def arm(fate: Fate) -> None:
    """Put the store, the run list and all that is moved into place or removed under the fate of this process."""
    attach, opened = database._attach, runs.RunList._opened

    @contextmanager
    def mortal_opened(self: runs.RunList) -> Iterator[sqlite3.Connection]:
        with opened(self) as connection:
            fate.step()
            yield connection
            fate.step()

    database._attach = lambda *args: Mortal(attach(*args), fate)
    runs.RunList._opened = mortal_opened
    sys.addaudithook(lambda event, _: fate.step() if event in MOVES else None)


def live(work: Work, doom: Doom) -> None:
    """One job in a process of its own, which ends with the code of the command."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(SILENT))
    fate = Fate(doom)
    if doom.at or doom.told:
        arm(fate)
    if doom.room:
        resource.setrlimit(resource.RLIMIT_FSIZE, (doom.room, doom.room))
    try:
        code = work()
    except ConnectorError as error:
        code = error.exit_code
    if doom.told:
        doom.told.write_text(str(fate.steps))
    sys.exit(code)


def start(work: Work, doom: Doom) -> BaseProcess:
    """That process, on its way."""
    SPAWN.set_forkserver_preload(PRELOADED)
    process = SPAWN.Process(target=live, args=(work, doom))
    process.start()
    return process


def a_sync(url: str, home: Home, ways: Ways) -> int:
    """One sync; the code of the command."""
    return walk(url, home, ways).exit_code


def a_forgetting(url: str, home: Home, said: str) -> int:
    """One person forgotten; the code of the command."""
    forget(the_parts(connect(url), home), said)
    return 0


def wait_for(process: BaseProcess) -> int:
    """How it ended: a code, or the negative number of a signal."""
    process.join(PATIENCE)
    assert process.exitcode is not None
    return process.exitcode


def sync_apart(lab: Lab, ways: Ways, doom: Doom) -> int:
    """One sync that may die at a step of its own; how it ended."""
    return wait_for(start(partial(a_sync, lab.sandbox.url, lab.home, ways), doom))


def forget_apart(lab: Lab, said: str, doom: Doom) -> int:
    """One person forgotten, by a process that may die at a step of its own; how it ended."""
    return wait_for(start(partial(a_forgetting, lab.sandbox.url, lab.home, said), doom))


def sync_watched(lab: Lab, ways: Ways, at: int, *, is_done: bool) -> int:
    """One sync that is killed when the org sees its nth request; how it ended."""
    org = lab.sandbox.org
    journal = Witness()
    journal.executioner = executioner = Executioner(at, is_done=is_done)
    with closing_in(org, journal, executioner):
        process = start(partial(a_sync, lab.sandbox.url, lab.home, ways), Doom())
        executioner.name(process.pid or 0)
        return wait_for(process)


@contextmanager
def closing_in(org: Org, journal: Journal, faults: Faults) -> Iterator[None]:
    """The org watched by others for a while; what they counted stays with it."""
    before = org.faults
    org.journal, org.faults = journal, faults
    try:
        yield
    finally:
        org.faults = before


def work_on(lab: Lab) -> None:
    """The org does the Bulk jobs it was given, whether or not anybody waits for them."""
    instance = lab.sandbox.instance
    for job in list(instance.jobs._jobs.values()):
        if job.kind == "ingest" and job.state in ("UploadComplete", "InProgress"):
            with lab.sandbox.org.lock:
                load(instance, job)
