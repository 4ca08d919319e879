"""Does one run at a time hold the lease, and can others watch it?"""

import os
import signal
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier

import pytest

from connector.errors import Busy, StoreError
from connector.store.lease import SILENT_AFTER, Holder, is_alive, myself
from connector.store.runs import KILLED, RunList

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)

HOLD = """
import sys
from pathlib import Path
from connector.store.runs import RunList
with RunList(Path(sys.argv[1])).lease("sync", "salesforce") as run_id:
    print(run_id, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def runs(tmp_path: Path) -> RunList:
    """An empty run list."""
    return RunList(tmp_path / "runs.sqlite")


def _somebody_else(path: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", HOLD, str(path)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def test_a_run_is_shown_while_it_runs_and_after_it_ended(runs: RunList) -> None:
    with runs.lease("sync", "salesforce") as run_id:
        runs.note(run_id, "task", 500, 2000)
        going = runs.run(run_id)
        runs.end(run_id, 3, "2 rows were refused", {"pulled": {"task": 2000}, "sent": 5})
    ended = runs.run(run_id)

    assert going is not None
    assert (going.exit_code, going.stage, going.done, going.total) == (None, "task", 500, 2000)
    assert ended is not None
    assert (ended.exit_code, ended.message) == (3, "2 rows were refused")
    assert ended.counts == {"pulled": {"task": 2000}, "sent": 5}
    assert runs.leased() is None


def test_the_newest_run_comes_first_and_the_last_success_is_known(runs: RunList) -> None:
    ids = []
    for code in (0, 3, 1):
        with runs.lease("sync", "salesforce") as run_id:
            runs.end(run_id, code, "", {})
        ids.append(run_id)

    assert {run.run_id for run in runs.newest()} == set(ids)
    assert [run.started_at for run in runs.newest()] == sorted((r.started_at for r in runs.newest()), reverse=True)
    success = runs.last_success("sync")
    assert success is not None
    assert success.run_id == ids[1]
    assert runs.last_success("backfill") is None


def test_runs_of_more_than_a_year_ago_are_forgotten(runs: RunList, tmp_path: Path) -> None:
    ids = []
    for days in (500, 399, 0):
        with runs.lease("sync", "salesforce") as run_id:
            runs.end(run_id, 0, "", {})
        ended = (datetime.now(UTC) - timedelta(days=days)).isoformat()
        with sqlite3.connect(tmp_path / "runs.sqlite") as database:
            database.execute("UPDATE runs SET ended_at = ? WHERE run_id = ?", [ended, run_id])
        database.close()
        ids.append(run_id)

    runs.let_go()

    assert {run.run_id for run in runs.newest()} == set(ids[1:])


def test_a_second_run_is_refused_and_told_who_runs(runs: RunList) -> None:
    with runs.lease("sync", "salesforce") as run_id:
        told = f"run {run_id} is going on .process {os.getpid()} on"
        with pytest.raises(Busy, match=told), runs.lease("sync", "salesforce"):
            pass


def test_a_second_process_is_refused_until_the_first_has_ended(tmp_path: Path, runs: RunList) -> None:
    with _somebody_else(tmp_path / "runs.sqlite") as other:
        assert other.stdout is not None
        other.stdout.readline()

        with pytest.raises(Busy, match=f"process {other.pid} on"), runs.lease("sync", "salesforce"):
            pass
        other.communicate("")

    with runs.lease("sync", "salesforce") as run_id:
        assert run_id


def test_the_lease_of_a_killed_process_is_taken_over_at_once(tmp_path: Path, runs: RunList) -> None:
    with _somebody_else(tmp_path / "runs.sqlite") as other:
        assert other.stdout is not None
        dead = other.stdout.readline().strip()
        other.send_signal(signal.SIGKILL)

    before = runs.run(dead)
    with runs.lease("sync", "salesforce"):
        after = runs.run(dead)

    assert before is not None
    assert before.exit_code == KILLED
    assert after is not None
    assert (after.exit_code, after.message) == (KILLED, "the process died; what it had committed was kept")


def test_of_many_that_ask_at_once_one_gets_the_lease(runs: RunList) -> None:
    all_have_asked = Barrier(4)

    def ask(_: int) -> bool:
        try:
            with runs.lease("sync", "salesforce"):
                all_have_asked.wait(20)
                return True
        except Busy:
            all_have_asked.wait(20)
            return False

    with ThreadPoolExecutor(4) as pool:
        got = sum(pool.map(ask, range(4)))

    assert got == 1


def test_a_later_process_with_the_same_number_is_not_the_holder() -> None:
    me = myself()

    assert is_alive(me, NOW, NOW + timedelta(days=1))
    assert not is_alive(Holder(me.pid, "before the reboot", me.machine, me.host), NOW, NOW)


def test_a_holder_on_another_machine_is_judged_by_its_heartbeat() -> None:
    far = Holder(1, "1", "another boot", "elsewhere")

    assert is_alive(far, NOW, NOW + SILENT_AFTER / 2)
    assert not is_alive(far, NOW, NOW + SILENT_AFTER)


def test_looking_at_runs_before_the_first_makes_no_file(tmp_path: Path, runs: RunList) -> None:
    assert runs.newest() == []
    assert runs.run("20260302-120000-abcd") is None
    assert list(tmp_path.iterdir()) == []


def test_a_run_list_that_is_no_run_list_is_named(tmp_path: Path, runs: RunList) -> None:
    (tmp_path / "runs.sqlite").write_text("this is not a database, whatever its name says")

    with pytest.raises(StoreError, match=r"runs\.sqlite: .*move the file away"):
        runs.newest()


def test_a_run_list_that_stays_locked_is_busy(tmp_path: Path, runs: RunList, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connector.store.runs.PATIENCE_SECONDS", 0.01)
    with runs.lease("sync", "salesforce") as run_id:
        other = sqlite3.connect(tmp_path / "runs.sqlite", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")

        with pytest.raises(Busy, match="keeps it locked"):
            runs.note(run_id, "task", 1, 2)
        other.execute("ROLLBACK")
        other.close()
