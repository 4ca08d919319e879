"""Does comparing every id and stamp find what all windows missed?"""

from collections.abc import Sequence

import pyarrow as pa

from connector.engine.records import Window
from connector.store.database import Store
from connector.store.sweep import MOST_WINDOWS, bury_unseen, compare_stamps
from tests.store.worlds import TASK, Version, a_page, changed, held, keep, moment


def _stamps(*versions: Version) -> Sequence[pa.Table]:
    return [a_page(versions).select(["id", "modified_at"])]


def test_nothing_is_read_again_when_both_sides_agree(store: Store) -> None:
    keep(store, [Version("a", 5), Version("b", 6)])

    found = compare_stamps(store, "salesforce", TASK, _stamps(Version("a", 5), Version("b", 6)), moment(100))

    assert (found.seen, found.held, found.gone, found.windows) == (2, 2, 0, ())


def test_rows_we_lack_or_hold_in_an_old_version_are_read_again_in_small_windows(store: Store) -> None:
    keep(store, [Version("a", 5), Version("b", 6)])

    now = (Version("a", 5), Version("b", 3000), Version("c", 9), Version("d", 10))
    found = compare_stamps(store, "salesforce", TASK, _stamps(*now), moment(9000))

    assert found.windows == (Window(moment(9), moment(11)), Window(moment(3000), moment(3001)))


def test_many_rows_we_lack_are_read_in_a_few_windows(store: Store) -> None:
    scattered = [Version(f"{number}", number * 100) for number in range(500)]

    found = compare_stamps(store, "salesforce", TASK, _stamps(*scattered), moment(100_000))

    assert len(found.windows) == MOST_WINDOWS
    assert all(any(w.since <= moment(one.second) < w.until for w in found.windows) for one in scattered)


def test_a_row_stamped_after_the_window_waits_for_the_next_run(store: Store) -> None:
    found = compare_stamps(store, "salesforce", TASK, _stamps(Version("a", 200)), moment(100))

    assert found.windows == ()


def test_a_row_that_is_nowhere_to_be_seen_is_buried(store: Store) -> None:
    keep(store, [Version("a", 5), Version("b", 6), Version("c", 7, is_deleted=True)])

    found = compare_stamps(store, "salesforce", TASK, _stamps(Version("a", 5)), moment(100))
    buried = bury_unseen(store, "salesforce", TASK, moment(100))

    assert (found.held, found.gone, buried) == (2, 1, 1)
    assert held(store) == {"a": ("Open", False), "b": ("Open", True), "c": ("Open", True)}
    assert changed(store) == {"b"}


def test_a_row_we_buried_by_mistake_is_read_again_when_it_is_seen(store: Store) -> None:
    keep(store, [Version("a", 5)])
    compare_stamps(store, "salesforce", TASK, [], moment(100))
    bury_unseen(store, "salesforce", TASK, moment(100))

    found = compare_stamps(store, "salesforce", TASK, _stamps(Version("a", 5)), moment(200))
    keep(store, [Version("a", 5)])

    assert found.windows == (Window(moment(5), moment(6)),)
    assert held(store) == {"a": ("Open", False)}
