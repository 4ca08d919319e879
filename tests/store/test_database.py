"""Does the store open when it can, and say what to do when it cannot?"""

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from connector.errors import Busy, StoreError
from connector.store.database import STORE_VERSION, Limits, Store, opened, read_meta, write_meta
from connector.store.home import Home, clear_leftovers, copied, make_home
from tests.store.worlds import LIMITS, Version, a_store, held, keep

HOLD_OPEN = """
import sys
from pathlib import Path
from connector.store.database import Limits, opened
with opened(Path(sys.argv[1]), Limits("100MB")):
    print("open", flush=True)
    sys.stdin.read()
"""


def test_what_was_kept_is_there_when_the_store_is_opened_again(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        keep(store, [Version("a", 5)])

    with a_store(tmp_path) as store:
        assert held(store) == {"a": ("Open", False)}


def test_only_the_owner_can_read_the_store_and_its_folder(tmp_path: Path) -> None:
    """Promise S8"""
    home = make_home(tmp_path / "home")
    with opened(home.store, LIMITS) as store:
        keep(store, [Version(f"{number}", 5) for number in range(100)])
        modes = {path.name: path.stat().st_mode & 0o777 for path in (home.folder, *home.folder.iterdir())}

    assert set(modes) >= {"home", "store.duckdb"}
    assert {mode & 0o077 for mode in modes.values()} == {0}


def test_a_store_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        write_meta(store, "store_version", str(STORE_VERSION + 1))

    newer = rf"of store version {STORE_VERSION + 1}.*install the newer connector"
    with pytest.raises(StoreError, match=newer), a_store(tmp_path):
        pass


@pytest.mark.parametrize("content", [b"", b"not a store " * 1000])
def test_a_file_that_is_no_store_is_named_with_what_to_do(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "store.duckdb").write_bytes(content)

    told = r"store\.duckdb: cannot be read as a store; restore a copy"
    with pytest.raises(StoreError, match=told), a_store(tmp_path):
        pass

    assert (tmp_path / "store.duckdb").read_bytes() == content


def test_a_store_cut_short_is_not_taken_for_a_whole_one(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        keep(store, [Version(f"{number}", number) for number in range(50_000)])
    path = tmp_path / "store.duckdb"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    with pytest.raises(StoreError, match=r"store\.duckdb"), a_store(tmp_path) as store:
        store.rows("SELECT sum(length(id)) FROM salesforce.task")


def test_somebody_elses_database_is_refused(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "store.duckdb")) as other:
        other.execute("CREATE TABLE theirs (x INTEGER)")

    with pytest.raises(StoreError, match="not a store of ours"), a_store(tmp_path):
        pass


def test_a_folder_nobody_may_write_to_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(StoreError, match="CONNECTOR_HOME"):
        make_home(tmp_path / "file" / "home")


def test_a_store_that_another_process_has_open_is_busy(tmp_path: Path) -> None:
    path = tmp_path / "store.duckdb"
    with a_store(tmp_path):
        pass
    command = [sys.executable, "-c", HOLD_OPEN, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"

        with pytest.raises(Busy, match="another process has it open"), a_store(tmp_path):
            pass
        other.communicate("")


def test_a_transaction_that_fails_leaves_nothing_behind(store: Store) -> None:
    def half() -> None:
        with store.transaction():
            write_meta(store, "half", "done")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half()

    assert read_meta(store, "half") is None


def test_a_new_column_of_a_stream_is_added_to_a_store_that_lacks_it(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        keep(store, [Version("a", 5)])
        store.execute("ALTER TABLE salesforce.task DROP COLUMN call_result")

    with a_store(tmp_path) as store:
        assert store.rows("SELECT id, call_result FROM salesforce.task") == [{"id": "a", "call_result": None}]


FILL = """
import resource, sys
from pathlib import Path
from connector.errors import StoreError
from connector.store.database import Limits, opened
from tests.store.worlds import Version, keep
try:
    with opened(Path(sys.argv[1]), Limits("100MB", 1)) as store:
        resource.setrlimit(resource.RLIMIT_FSIZE, (3_000_000, 3_000_000))
        keep(store, *([Version(f"{i}-{n}", n, f"status {i * n}") for n in range(20_000)] for i in range(40)))
except StoreError as error:
    sys.exit(f"told: {error}")
"""


def test_a_full_disk_is_told_in_one_line_and_loses_nothing(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        keep(store, [Version("a", 5)])

    command = [sys.executable, "-c", FILL, str(tmp_path / "store.duckdb")]
    filled = subprocess.run(command, capture_output=True, text=True)

    assert filled.returncode == 1
    assert "the disk is full; free space" in filled.stderr
    assert "Traceback" not in filled.stderr
    with a_store(tmp_path) as store:
        assert held(store) == {"a": ("Open", False)}


def test_too_little_memory_is_told_with_the_setting_to_raise(tmp_path: Path) -> None:
    small = opened(tmp_path / "store.duckdb", Limits("12MB", 1))
    with pytest.raises(StoreError, match="CONNECTOR_MEMORY_LIMIT"), small as store:
        store.rows("SELECT list(x ORDER BY x) FROM (SELECT range::VARCHAR AS x FROM range(3000000))")


def test_a_dry_run_works_on_a_copy_and_leaves_no_trace(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    with opened(home.store, LIMITS) as store:
        keep(store, [Version("a", 5)])
    before = {path.name: path.read_bytes() for path in home.folder.iterdir()}

    with copied(home) as copy, opened(copy.store, LIMITS) as store:
        keep(store, [Version("a", 6, "Done"), Version("b", 6)])
        seen = held(store)

    assert seen == {"a": ("Done", False), "b": ("Open", False)}
    assert {path.name: path.read_bytes() for path in home.folder.iterdir()} == before


def test_a_dry_run_before_the_first_sync_makes_no_home(tmp_path: Path) -> None:
    home = Home(tmp_path / "nowhere")
    with copied(home) as copy, opened(copy.store, LIMITS) as store:
        keep(store, [Version("a", 5)])

    assert not home.folder.exists()


def test_what_a_killed_run_left_half_made_is_cleared(tmp_path: Path) -> None:
    home = make_home(tmp_path)
    (tmp_path / ".dry-run-abc").mkdir()
    (tmp_path / ".dry-run-abc" / "store.duckdb").write_text("half")
    (tmp_path / "store.duckdb.new").write_text("half")
    (tmp_path / "spill").mkdir()
    (tmp_path / "spill" / "duckdb_temp_1_0_storage_DEFAULT-0.tmp").write_text("rows of somebody")

    clear_leftovers(home)

    assert list(tmp_path.iterdir()) == []


def test_a_dry_run_keeps_its_copy_while_a_sync_begins(tmp_path: Path) -> None:
    home = make_home(tmp_path)
    with opened(home.store, LIMITS) as store:
        keep(store, [Version("a", 5)])

    with copied(home) as copy:
        clear_leftovers(home)
        with opened(copy.store, LIMITS) as store:
            seen = held(store)

    assert seen == {"a": ("Open", False)}
    assert list(tmp_path.glob(".dry-run-*")) == []
