"""What is left when the process is killed in the middle of a window? All of it, or none of it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from connector.store.bookmarks import read_bookmarks
from connector.store.database import Store
from tests.store.worlds import Version, a_store, changed, held, keep, moment

BEFORE = {"a": ("Open", False), "b": ("Open", False)}
AFTER = {"a": ("Done", False), "b": ("Open", True), "c": ("Open", False)}
MOST_CALLS = 20


class Mortal:
    """A connection whose owner dies at its n-th call."""

    def __init__(self, connection: object, dies_at: int) -> None:
        self._connection, self._left = connection, dies_at

    def __getattr__(self, name: str) -> object:
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return getattr(self._connection, name)


def second_window(store: Store) -> None:
    """The window under test: a change, a deletion and a new row."""
    keep(store, [Version("a", 60, "Done"), Version("b", 61, is_deleted=True), Version("c", 62)], second=7200)


def live_and_die(folder: Path, dies_at: int) -> int:
    """Keep the second window in a process of its own that dies at its n-th call to the database."""
    code = (
        "import sys; from pathlib import Path; from connector.store.database import Store;"
        "from tests.store.test_kills import Mortal, second_window; from tests.store.worlds import a_store\n"
        "with a_store(Path(sys.argv[1])) as store:\n"
        "    second_window(Store(store.path, Mortal(store.connection, int(sys.argv[2]))))\n"
    )
    return subprocess.run([sys.executable, "-c", code, str(folder), str(dies_at)], capture_output=True).returncode


@pytest.mark.parametrize("dies_at", range(1, MOST_CALLS + 1))
def test_a_kill_leaves_the_rows_and_the_bookmark_of_one_and_the_same_moment(tmp_path: Path, dies_at: int) -> None:
    with a_store(tmp_path) as store:
        keep(store, [Version("a", 5), Version("b", 5)], second=3600)

    code = live_and_die(tmp_path, dies_at)

    with a_store(tmp_path) as store:
        edge = read_bookmarks(store, "salesforce")["task"].upper_edge
        is_kept = code == 0 or edge == moment(7200)
        assert held(store) == (AFTER if is_kept else BEFORE)
        assert edge == (moment(7200) if is_kept else moment(3600))
        second_window(store)
        assert held(store) == AFTER
        assert changed(store) == {"a", "b", "c"}
    assert code in (0, -signal.SIGKILL)


def test_the_kills_above_reach_beyond_the_commit(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        keep(store, [Version("a", 5), Version("b", 5)], second=3600)

    assert live_and_die(tmp_path, 1) == -signal.SIGKILL
    assert live_and_die(tmp_path, MOST_CALLS) == 0


def test_a_kill_while_the_store_is_made_leaves_none_or_a_whole_one(tmp_path: Path) -> None:
    (tmp_path / "store.duckdb.new").write_bytes(b"half a store")

    with a_store(tmp_path) as store:
        keep(store, [Version("a", 5)])

    with a_store(tmp_path) as store:
        assert held(store) == {"a": ("Open", False)}
