"""What is left when a sync is killed at any request or any commit? The next one ends as if nothing had happened."""

import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import pytest

from connector.store.home import Home
from connector.store.published import read_published
from connector.store.runs import KILLED, RunList
from tests.torture import tally
from tests.torture.death import Doom, sync_apart, sync_watched, work_on
from tests.torture.histories import Change, Delete, Hire, Log, Meet, Merge, Overwrite, Rewrite, Undelete, World
from tests.torture.lab import BULK, REST, Lab, Ways, a_lab
from tests.torture.oracle import Tables, content, ends, unlike

PARTS = 2  # of a range, so that two processes may share it
DIED, NO_ROOM = -signal.SIGKILL, 1  # how a process ends
ENDS = {DIED: (KILLED, "kills survived"), NO_ROOM: (NO_ROOM, "full disks survived")}
A_BUSY_DAY = (
    Log(9, 0), Rewrite(0, 5, 0), Meet(1, 0), Change("Account", 3), Overwrite(2, 99.0), Hire(0), Delete("Task", 7, True),
    Delete("Contact", 4, False), Delete("Event", 2, False), Undelete("Event", 2), Merge("Account", 5, 6, False),
    Merge("Contact", 1, 9, True),
)  # fmt: skip
Kill = Callable[[Lab], int]  # one sync that is to die; how it ended


@dataclass(frozen=True, slots=True)
class Scene:
    """An org and a home as they were before the sync, and what an unbroken one makes of them."""

    lab: Lab
    ways: Ways
    accounts: pa.Table
    shown: Tables  # at once, to people and in the CRM
    content: Tables  # when its own writes have come back
    updated: int
    requests: int
    size: int  # of the unbroken store, in bytes

    def again(self, folder: Path) -> Lab:
        """The same org and home once more."""
        put_back(self.lab, self.accounts)
        self.lab.sandbox.org.journal.clear()
        home = Home(folder / "home")
        if self.lab.home.folder.exists():
            shutil.copytree(self.lab.home.folder, home.folder)
        return replace(self.lab, home=home)


@contextmanager
def a_scene(folder: Path, ways: Ways, *, is_first: bool) -> Iterator[Scene]:
    """The first sync of all, or the one after a busy day, with a sweep due."""
    with a_lab(folder, page_size=9) as lab:
        if not is_first:
            assert lab.sync(ways=ways).code == 0
            lab.advance(hours=1)
            for step in A_BUSY_DAY:
                step.do(World(lab))
            lab.advance(hours=23)
        accounts = all_accounts(lab)
        unbroken = replace(lab, home=Home(folder / "unbroken"))
        if not is_first:
            shutil.copytree(lab.home.folder, unbroken.home.folder)
        ended = unbroken.sync(ways=ways)
        assert ended.code == 0
        shown, size = shown_by(unbroken), unbroken.home.store.stat().st_size
        yield Scene(lab, ways, accounts, shown, settled(unbroken, ways), ended.updated, ended.requests, size)


def settled(lab: Lab, ways: Ways) -> Tables:
    """What a store holds once its own writes have come back by the next sync, which writes nothing."""
    quiet = lab.sync(ways=ways)
    assert (quiet.code, quiet.updated) == (0, 0)
    return content(lab.home)


def all_accounts(lab: Lab) -> pa.Table:
    with lab.sandbox.org.lock:
        return lab.sandbox.org.tables.arrow('SELECT * FROM "Account"', {})


def put_back(lab: Lab, accounts: pa.Table) -> None:
    """The accounts as they were; nothing else of the org is changed by a sync."""
    with lab.sandbox.org.lock:
        lab.sandbox.org.take({"Account": accounts})


def shown_by(lab: Lab) -> Tables:
    """What the CRM shows of every account, and what is published of it."""
    return {"in the CRM": lab.rows("Account"), "published": read_published(lab.home).accounts().to_pylist()}


def check(scene: Scene, folder: Path, kill: Kill, end: int = DIED) -> bool:
    """Have a sync end badly, run again, compare; whether it did end so."""
    lab = scene.again(folder)
    code = kill(lab)
    lab.sandbox.org.faults.clear()
    work_on(lab)
    first = lab.sandbox.org.journal.writes.get("Account")
    healed = lab.sync(ways=scene.ways)
    updated = healed.updated + (first.updated if first else 0)

    assert code in (0, end)
    assert healed.code == 0, healed.run.message
    assert unlike(shown_by(lab), scene.shown) == []
    assert unlike(settled(lab, scene.ways), scene.content) == []
    assert updated == scene.updated
    told = ends(lab.home)
    assert told["sent"] == told["ok"] + told["failed"] + told["resolved"]
    for name, number in told.items():
        tally.count("rows sent" if name == "sent" else name, number)
    if code == end:
        noted, survived = ENDS[end]
        assert {run.exit_code for run in RunList(lab.home.runs).newest(2)} <= {0, noted}
        tally.count(survived)
    shutil.rmtree(folder)
    return code == end


def steps(scene: Scene, folder: Path, *, is_thorough: bool) -> int:
    """How many steps an unbroken sync takes."""
    told = folder / "steps"
    lab = scene.again(folder / "counted")
    assert sync_apart(lab, scene.ways, Doom(told=told, is_thorough=is_thorough)) == 0
    return int(told.read_text())


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with a_scene(tmp_path_factory.mktemp("busy"), REST, is_first=False) as scene:
        yield scene


@pytest.mark.parametrize(("place", "is_done"), [("first query", False), ("last write", True), ("after it", False)])
def test_a_sync_that_is_killed_at_a_request_is_made_good_by_the_next(
    busy: Scene, tmp_path: Path, place: str, is_done: bool
) -> None:
    at = {"first query": 30, "last write": busy.requests, "after it": busy.requests}[place]

    assert check(busy, tmp_path / "one", lambda lab: sync_watched(lab, REST, at, is_done=is_done))


def test_a_sync_that_is_killed_at_a_commit_is_made_good_by_the_next(busy: Scene, tmp_path: Path) -> None:
    middle = steps(busy, tmp_path, is_thorough=False) // 2

    assert check(busy, tmp_path / "one", lambda lab: sync_apart(lab, REST, Doom(middle)))


def cramped(scene: Scene, folder: Path, share: float) -> bool:
    """A sync on a disk with room for a share of what it needs; whether that was too little."""
    doom = Doom(room=int(scene.size * share))
    return check(scene, folder, lambda lab: sync_apart(lab, scene.ways, doom), NO_ROOM)


def test_a_sync_that_finds_the_disk_full_is_made_good_by_the_next(busy: Scene, tmp_path: Path) -> None:
    assert cramped(busy, tmp_path / "one", 0.5)


SCENES = [
    pytest.param(REST, False, 2, id="rest"),
    pytest.param(BULK, False, 3, id="bulk"),
    pytest.param(REST, True, 3, id="first-rest"),
    pytest.param(BULK, True, 4, id="first-bulk"),
]
in_parts = pytest.mark.parametrize("part", range(PARTS))
Apart = Callable[[int], int]  # how far apart places are, of what is usual


def places(count: int, apart: int, part: int) -> range:
    """The places of one part of a range."""
    return range(1 + apart * part, count + 1, apart * PARTS)


@pytest.mark.torture
@in_parts
@pytest.mark.parametrize(("ways", "is_first", "usual"), SCENES)
def test_a_kill_at_any_request_leaves_nothing_undone_and_nothing_twice(
    tmp_path: Path, apart: Apart, ways: Ways, is_first: bool, usual: int, part: int
) -> None:
    with a_scene(tmp_path, ways, is_first=is_first) as scene:
        for at in places(scene.requests, apart(usual), part):
            for is_done in (False, True):
                watched = f"request {at}, {'done' if is_done else 'not heard'}"
                assert check(scene, tmp_path / watched, lambda lab: sync_watched(lab, ways, at, is_done=is_done))  # noqa: B023 - called at once


@pytest.mark.torture
@in_parts
@pytest.mark.parametrize(("ways", "is_first", "usual"), SCENES)
def test_a_kill_at_any_commit_leaves_nothing_undone_and_nothing_twice(
    tmp_path: Path, apart: Apart, ways: Ways, is_first: bool, usual: int, part: int
) -> None:
    with a_scene(tmp_path, ways, is_first=is_first) as scene:
        for at in places(steps(scene, tmp_path, is_thorough=False), apart(usual), part):
            assert check(scene, tmp_path / f"step {at}", lambda lab: sync_apart(lab, ways, Doom(at)))  # noqa: B023 - called at once


@pytest.mark.torture
@in_parts
def test_a_kill_at_some_statement_of_the_store_leaves_nothing_undone_and_nothing_twice(
    tmp_path: Path, apart: Apart, part: int
) -> None:
    with a_scene(tmp_path, REST, is_first=False) as scene:
        for at in places(steps(scene, tmp_path, is_thorough=True), apart(17), part):
            doom = Doom(at, is_thorough=True)
            assert check(scene, tmp_path / f"statement {at}", lambda lab: sync_apart(lab, REST, doom))  # noqa: B023 - called at once


@pytest.mark.torture
@pytest.mark.parametrize(("ways", "is_first", "usual"), SCENES)
def test_a_disk_that_is_full_at_any_moment_leaves_nothing_undone_and_nothing_twice(
    tmp_path: Path, apart: Apart, ways: Ways, is_first: bool, usual: int
) -> None:
    with a_scene(tmp_path, ways, is_first=is_first) as scene:
        shares = range(1, 24, apart(usual))
        ended = [cramped(scene, tmp_path / f"room {share}", share / 20) for share in shares]

    assert ended[0]
