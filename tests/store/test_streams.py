"""Do pages become rows, the newest version of each, and nothing of a window that failed?"""

import threading
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connector.engine.records import Stream
from connector.errors import Incomplete, Stopped
from connector.store.bookmarks import read_bookmarks
from connector.store.changes import is_full_build_due, mark_built
from connector.store.database import Store
from connector.store.streams import fill_window, keep_deletes, keep_window
from tests.store.worlds import (
    TASK,
    Version,
    a_bookmark,
    a_page,
    a_store,
    changed,
    held,
    keep,
    moment,
)

versions = st.builds(Version, st.sampled_from("abcde"), st.integers(0, 9), st.sampled_from(("Open", "Done")))
histories = st.lists(st.lists(st.lists(versions, max_size=6), max_size=3), max_size=4)


def test_the_newest_version_of_a_task_is_kept_whatever_order_the_pages_have(store: Store) -> None:
    kept = keep(store, [Version("a", 5, "Done"), Version("b", 1)], [Version("a", 2, "Open")])

    assert held(store) == {"a": ("Done", False), "b": ("Open", False)}
    assert (kept.read, kept.changed) == (3, 2)


def test_an_older_version_never_takes_the_place_of_a_newer_one(store: Store) -> None:
    keep(store, [Version("a", 5, "Done")])

    keep(store, [Version("a", 4, "Open")])

    assert held(store) == {"a": ("Done", False)}


def test_reading_the_same_rows_again_changes_nothing(store: Store) -> None:
    keep(store, [Version("a", 5), Version("b", 5)])

    again = keep(store, [Version("a", 5), Version("b", 5)])

    assert (again.read, again.changed) == (2, 0)
    assert changed(store) == set()


def test_a_task_that_was_merely_touched_does_not_count_as_changed(store: Store) -> None:
    keep(store, [Version("a", 5), Version("b", 5)])

    touched = keep(store, [Version("a", 60), Version("b", 61, "Done")])

    assert touched.changed == 1
    assert changed(store) == {"b"}
    assert store.rows("SELECT modified_at FROM salesforce.task WHERE id = 'a'") == [{"modified_at": moment(60)}]


def test_two_versions_with_one_stamp_leave_one_row(store: Store) -> None:
    keep(store, [Version("a", 5, "Open")])

    keep(store, [Version("a", 5, "Done")])

    assert held(store) == {"a": ("Done", False)}


def test_many_rows_with_one_stamp_are_all_kept(store: Store) -> None:
    same = [Version(f"{number}", 5) for number in range(5000)]

    keep(store, same[:1999], same[1999:2000], same[2000:])

    assert len(held(store)) == 5000


def test_a_deleted_task_stays_as_deleted(store: Store) -> None:
    keep(store, [Version("a", 5), Version("b", 5)])

    keep(store, [Version("a", 9, is_deleted=True)])

    assert held(store) == {"a": ("Open", True), "b": ("Open", False)}
    assert store.rows("SELECT deleted_at FROM salesforce.task WHERE id = 'a'") == [{"deleted_at": moment(9)}]


def test_a_task_that_vanished_from_the_crm_is_buried_with_the_moment_of_its_deletion(store: Store) -> None:
    keep(store, [Version("a", 5), Version("b", 5)])

    buried = keep_deletes(store, "salesforce", TASK, [_deleted(("a", 8), ("zz", 8))])

    assert buried == 1
    assert held(store) == {"a": ("Open", True), "b": ("Open", False)}
    assert changed(store) == {"a"}


def test_a_task_that_was_restored_after_its_deletion_stays_alive(store: Store) -> None:
    keep(store, [Version("a", 9)])

    buried = keep_deletes(store, "salesforce", TASK, [_deleted(("a", 8))])

    assert buried == 0
    assert held(store) == {"a": ("Open", False)}


def test_a_buried_task_that_is_read_again_lives(store: Store) -> None:
    keep(store, [Version("a", 5)])
    keep_deletes(store, "salesforce", TASK, [_deleted(("a", 8))])

    keep(store, [Version("a", 5)])

    assert held(store) == {"a": ("Open", False)}


def test_an_answer_that_turns_out_incomplete_leaves_no_row_and_no_bookmark(store: Store) -> None:
    keep(store, [Version("a", 5)], second=100)

    def pages() -> Iterator[pa.Table]:
        yield a_page([Version("a", 50, "Done"), Version("b", 50)])
        raise Incomplete("task: 3 rows announced, 2 came; run it again")

    with pytest.raises(Incomplete, match="3 rows announced"):
        keep_window(store, "salesforce", TASK, pages(), a_bookmark(200))

    assert held(store) == {"a": ("Open", False)}
    assert read_bookmarks(store, "salesforce")["task"].upper_edge == moment(100)


def test_a_first_load_that_is_stopped_leaves_an_empty_table(store: Store) -> None:
    def pages() -> Iterator[pa.Table]:
        yield a_page([Version(f"{number}", 5) for number in range(3000)])
        raise Stopped(15)

    with pytest.raises(Stopped):
        keep_window(store, "salesforce", TASK, pages(), a_bookmark())

    assert held(store) == {}
    assert read_bookmarks(store, "salesforce") == {}


def test_a_column_the_org_does_not_have_is_not_known(store: Store) -> None:
    columns = {name: kind for name, kind in TASK.columns.items() if name not in ("status", "is_deleted")}
    without = Stream("task", columns, TASK.required)

    keep_window(store, "salesforce", without, [a_page([Version("a", 5)], without)], a_bookmark())

    assert held(store) == {"a": (None, False)}


def test_the_bookmark_moves_with_its_rows_and_remembers_the_newest_stamp(store: Store) -> None:
    keep(store, [Version("a", 50), Version("b", 5)], second=100)
    seen = read_bookmarks(store, "salesforce")["task"]

    keep_window(store, "salesforce", TASK, [], replace(seen, upper_edge=moment(300)))

    bookmark = read_bookmarks(store, "salesforce")["task"]
    assert (bookmark.upper_edge, bookmark.max_seen) == (moment(300), moment(50))


def test_of_a_row_that_moved_between_two_windows_of_a_first_load_the_newest_version_stays(store: Store) -> None:
    for window in ([Version("a", 5), Version("b", 5)], [Version("a", 50, "Done"), Version("c", 60)]):
        kept = fill_window(store, "salesforce", TASK, [a_page(window)], a_bookmark())

    assert held(store) == {"a": ("Done", False), "b": ("Open", False), "c": ("Open", False)}
    assert (kept.read, kept.newer, kept.bookmark.max_seen) == (2, 1, moment(60))


def test_a_window_of_a_first_load_that_breaks_off_leaves_what_came_before_it(store: Store) -> None:
    def broken() -> Iterator[pa.Table]:
        yield a_page([Version("a", 50, "Done"), Version("b", 50)])
        raise Incomplete("task: 3 rows announced, 2 came; run it again")

    fill_window(store, "salesforce", TASK, [a_page([Version("a", 5)])], a_bookmark(10))
    with pytest.raises(Incomplete):
        fill_window(store, "salesforce", TASK, broken(), a_bookmark(100))

    assert held(store) == {"a": ("Open", False)}
    assert read_bookmarks(store, "salesforce")["task"].upper_edge == moment(10)


def test_a_first_load_is_frugal_and_what_follows_has_the_usual_limits(store: Store) -> None:
    def told() -> tuple[str, int]:
        asked = "SELECT current_setting('memory_limit'), current_setting('threads')"
        (row,) = store.connection.cursor().execute(asked).fetchall()
        return row[0], row[1]

    def pages() -> Iterator[pa.Table]:
        meanwhile.append(told())
        yield a_page([Version("a", 5)])

    usual, meanwhile = told(), list[tuple[str, int]]()
    fill_window(store, "salesforce", TASK, pages(), a_bookmark())

    assert meanwhile == [("38.1 MiB", 1)]
    assert told() == usual != meanwhile[0]


def test_a_first_load_asks_for_everything_derived_to_be_made_anew(store: Store) -> None:
    mark_built(store, "rules 1")
    assert not is_full_build_due(store, "rules 1")

    keep(store, [Version("a", 5)])

    assert is_full_build_due(store, "rules 1")
    assert is_full_build_due(store, "rules 2")


def test_a_stream_that_has_no_rows_yet_asks_for_nothing_to_be_made_anew(store: Store) -> None:
    mark_built(store, "rules 1")

    keep(store, [])

    assert not is_full_build_due(store, "rules 1")


def test_the_run_id_of_a_log_line_goes_along_while_pages_are_pulled(store: Store) -> None:
    run: ContextVar[str] = ContextVar("run", default="nobody's")
    run.set("run 7")
    told = []

    def pages() -> Iterator[pa.Table]:
        for number in range(20):
            told.append((run.get(), threading.current_thread().name))
            yield a_page([Version(f"{number}", 5)])

    keep_window(store, "salesforce", TASK, pages(), a_bookmark())

    assert {name for name, _ in told} == {"run 7"}


@settings(max_examples=25, deadline=None)
@given(history=histories)
def test_whatever_came_in_whatever_windows_the_store_holds_the_newest_of_each(
    history: list[list[list[Version]]],
) -> None:
    with TemporaryDirectory() as folder, a_store(Path(folder)) as store:
        for window in history:
            keep(store, *window)
        stamps = {row["id"]: row["modified_at"] for row in store.rows("SELECT id, modified_at FROM salesforce.task")}

    every = [version for window in history for page in window for version in page]
    newest = {one.id: max(other.second for other in every if other.id == one.id) for one in every}
    assert stamps == {name: moment(second) for name, second in newest.items()}


def _deleted(*rows: tuple[str, int]) -> pa.Table:
    return pa.table(
        {
            "id": [name for name, _ in rows],
            "deleted_at": pa.array([moment(second) for _, second in rows], pa.timestamp("us", tz="UTC")),
        }
    )
