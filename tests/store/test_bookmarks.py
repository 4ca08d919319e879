"""Does the reading rule lose nothing, even when rows show up later than they are stamped?"""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connector.engine.records import Stream, Window
from connector.errors import ConfigError
from connector.store.bookmarks import (
    Bookmark,
    bind_org,
    is_sweep_due,
    next_window,
    read_bookmarks,
    source_digest,
)
from connector.store.database import Store
from connector.store.streams import keep_window
from connector.store.sweep import compare_stamps
from tests.store.worlds import NOON, TASK, Version, a_bookmark, a_page, a_store, moment

RUN_EVERY = 600  # seconds
HOURS = 3


def test_a_stream_is_first_read_from_the_beginning_up_to_a_minute_ago() -> None:
    assert next_window(None, moment(3600.7)) == Window(None, moment(3540))


def test_the_next_run_reads_again_a_quarter_of_an_hour_before_the_last_edge() -> None:
    bookmark = replace(a_bookmark(3600), max_seen=moment(3600))

    assert next_window(bookmark, moment(7200)) == Window(moment(2700), moment(7140))


def test_a_quiet_stream_is_read_again_from_its_newest_row() -> None:
    bookmark = replace(a_bookmark(3600), max_seen=moment(1000))

    assert next_window(bookmark, moment(7200)).since == moment(100)


def test_a_server_clock_that_steps_back_does_not_move_the_edge_back() -> None:
    assert next_window(a_bookmark(3600), moment(3000)).until == moment(3600)


@pytest.mark.parametrize(
    ("rows", "hours", "due"),
    [(10, 19, False), (10, 21, True), (200_000, 21, False), (200_000, 24 * 6, False), (200_000, 24 * 7, True)],
)
def test_the_sweep_is_daily_and_for_a_large_stream_weekly(rows: int, hours: int, *, due: bool) -> None:
    swept = replace(a_bookmark(), swept_at=NOON)

    assert is_sweep_due(swept, rows, NOON + timedelta(hours=hours)) is due


def test_what_comes_and_goes_without_a_stamp_is_swept_nightly_however_much_it_is() -> None:
    """B14: a meeting moves to another company, and neither says that it was changed."""
    swept = replace(a_bookmark(), stream="association", swept_at=NOON)

    assert is_sweep_due(swept, 5_000_000, NOON + timedelta(hours=24))
    assert not is_sweep_due(swept, 5_000_000, NOON + timedelta(hours=2))


def test_a_first_load_that_was_never_finished_is_swept() -> None:
    assert is_sweep_due(a_bookmark(), 10, NOON)


def test_another_mapping_or_column_makes_another_source() -> None:
    fewer = Stream("task", {"id": "text"}, frozenset())

    digests = {source_digest(TASK, "a"), source_digest(TASK, "b"), source_digest(fewer, "a")}

    assert len(digests) == 3
    assert source_digest(TASK, "a") in digests


def test_a_store_takes_rows_of_one_org_only(store: Store) -> None:
    bind_org(store, "salesforce", "00D000000000001EAA")
    bind_org(store, "salesforce", "00D000000000001EAA")

    with pytest.raises(ConfigError, match="this login is for org 00D000000000002EAA; log in to the first"):
        bind_org(store, "salesforce", "00D000000000002EAA")


class Org:
    """An org whose writes become visible later than they are stamped. Times are seconds after noon."""

    def __init__(self, seed: int, latest: int) -> None:
        draw = Random(seed)
        self.commits: list[tuple[int, Version]] = []
        for second in range(0, HOURS * 3600, 60):
            ids = [f"t{draw.randrange(40)}" for _ in range(draw.choice((1, 1, 1, 12)))]
            late = draw.randrange(60, latest) if latest > 60 and draw.random() < 0.05 else 0
            self.commits += [(second + late, Version(name, second, f"at {second}")) for name in ids]

    def visible(self, now: int) -> dict[str, Version]:
        """The newest version of each task that can be seen now."""
        seen: dict[str, Version] = {}
        for _, version in sorted((c for c in self.commits if c[0] <= now), key=lambda c: c[1].second):
            seen[version.id] = version
        return seen

    def pull(self, window: Window, now: int) -> list[Version]:
        """What a query for the window shows now."""
        low = window.since or moment(-1)
        return [one for one in self.visible(now).values() if low <= moment(one.second) < window.until]


def _run(store: Store, org: Org, now: int, *, is_quiet: bool, crash: bool = False) -> None:
    """One run: read the next window, and sometimes die before it is kept."""
    old = read_bookmarks(store, "salesforce").get("task")
    window = next_window(old, moment(now))
    new = Bookmark("task", window.until, "as mapped", old.max_seen if old else None)
    if not crash or is_quiet:
        keep_window(store, "salesforce", TASK, [a_page(org.pull(window, now))], new)


def _missing(store: Store, org: Org, now: int) -> set[str]:
    held = {row["id"]: row["status"] for row in store.rows("SELECT id, status FROM salesforce.task")}
    return {name for name, one in org.visible(now).items() if held.get(name) != one.status}


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10_000), latest=st.sampled_from((0, 9 * 60)), crashes=st.booleans())
def test_no_change_is_lost_when_rows_show_up_nine_minutes_late(seed: int, latest: int, *, crashes: bool) -> None:
    org, draw, end = Org(seed, latest), Random(seed), HOURS * 3600 + 3600

    with TemporaryDirectory() as folder, a_store(Path(folder)) as store:
        for now in range(0, end + 1, RUN_EVERY):
            _run(store, org, now, is_quiet=now > HOURS * 3600, crash=crashes and draw.random() < 0.2)
        missing = _missing(store, org, end)

    assert missing == set()


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_what_showed_up_forty_minutes_late_is_found_by_the_sweep(seed: int) -> None:
    org, end = Org(seed, 40 * 60), HOURS * 3600 + 3600

    with TemporaryDirectory() as folder, a_store(Path(folder)) as store:
        for now in range(0, end + 1, RUN_EVERY):
            _run(store, org, now, is_quiet=False)
        stamps = a_page([*org.visible(end).values()]).select(["id", "modified_at"])
        for window in compare_stamps(store, "salesforce", TASK, [stamps], moment(end)).windows:
            keep_window(store, "salesforce", TASK, [a_page(org.pull(window, end))], a_bookmark())
        missing = _missing(store, org, end)

    assert missing == set()
