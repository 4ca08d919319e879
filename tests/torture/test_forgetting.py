"""What is left of a person when we are killed while forgetting them? Nothing, once the same was asked again."""

import shutil
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import pytest

from connector.jobs.forget import forget
from connector.store.database import opened
from connector.store.forgotten import NAMED_BY
from connector.store.home import Home
from tests.cli.test_forget import places
from tests.torture import tally
from tests.torture.book import a_contact
from tests.torture.death import Doom, forget_apart
from tests.torture.lab import LIMITS, Lab, a_lab, connect, the_parts
from tests.torture.oracle import Tables, content, unlike
from tests.torture.test_kills import all_accounts, put_back

WHO = a_contact(1)  # is called and met, is a member of a campaign, and has an address
SIGNS = (WHO["Id"], WHO["Id"][:15], WHO["Email"], WHO["Name"])
DIED = -signal.SIGKILL


@dataclass(frozen=True, slots=True)
class Scene:
    """An org and a home that knows the person, and what is left of it when they were forgotten without a fault."""

    lab: Lab
    accounts: pa.Table
    left: Tables
    steps: int  # that it took

    def again(self, folder: Path) -> Lab:
        """The same org and home once more."""
        put_back(self.lab, self.accounts)
        shutil.copytree(self.lab.home.folder, folder)
        return replace(self.lab, home=Home(folder))


def steps(lab: Lab, folder: Path, *, is_thorough: bool) -> int:
    """Forget without a fault; how many steps it takes."""
    told = folder / "steps"
    assert forget_apart(lab, WHO["Email"], Doom(told=told, is_thorough=is_thorough)) == 0
    return int(told.read_text())


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("person")
    with a_lab(folder, page_size=9) as lab:
        assert lab.sync().code == 0
        assert "salesforce.contact email" in set(places(lab.home.folder, SIGNS))
        made = Scene(lab, all_accounts(lab), {}, 0)
        unbroken = made.again(folder / "unbroken")
        taken = steps(unbroken, folder, is_thorough=False)
        yield replace(made, left=settled(unbroken), steps=taken)


def forget_here(lab: Lab, said: str) -> None:
    forget(the_parts(connect(lab.sandbox.url), lab.home), said)


def settled(lab: Lab) -> Tables:
    """What a store holds when all was read anew."""
    assert lab.sync(is_full=True).code == 0
    return content(lab.home)


def assert_gone(scene: Scene, folder: Path, said: str, doom: Doom, *, is_synced: bool) -> None:
    """Forget and be killed, sync or not, forget again: they are gone, stay away, and all else is as it should be."""
    lab = scene.again(folder)
    assert forget_apart(lab, said, doom) == DIED
    if is_synced:
        was_forgotten = is_away(lab)
        assert lab.sync(is_full=True).code == 0
        assert is_away(lab) == was_forgotten
    forget_here(lab, said)
    at_once = list(places(lab.home.folder, SIGNS))
    left = settled(lab)

    assert at_once == []
    assert unlike(left, scene.left) == []
    assert list(places(lab.home.folder, SIGNS)) == []
    tally.count("kills survived")
    shutil.rmtree(folder)


def is_away(lab: Lab) -> bool:
    """Whether no pulled row names the person."""
    with opened(lab.home.store, LIMITS) as store:
        named = [
            store.number(f"SELECT count(*) FROM {table} WHERE {column} IN (?, ?)", [WHO["Id"], WHO["Email"]])
            for table, columns in NAMED_BY.items()
            if table.startswith("salesforce.")
            for column in columns
        ]
    assert named
    return not any(named)


@pytest.mark.parametrize(("share", "is_synced"), [(0.3, False), (0.7, True)])
def test_a_person_is_gone_once_they_are_forgotten_again_after_a_kill(
    scene: Scene, tmp_path: Path, share: float, is_synced: bool
) -> None:
    """Promise S3"""
    assert_gone(scene, tmp_path / "home", WHO["Email"], Doom(int(scene.steps * share)), is_synced=is_synced)


@pytest.mark.torture
@pytest.mark.parametrize("is_synced", [False, True], ids=["at once", "after a sync"])
def test_they_are_gone_wherever_the_first_forgetting_was_killed(
    scene: Scene, tmp_path: Path, apart: Callable[[int], int], is_synced: bool
) -> None:
    first, said = (2, WHO["Id"]) if is_synced else (1, WHO["Email"])
    for at in range(min(first, apart(2)), scene.steps + 1, apart(2)):
        assert_gone(scene, tmp_path / f"step {at}", said, Doom(at), is_synced=is_synced)


@pytest.mark.torture
def test_they_are_gone_at_whichever_statement_of_the_store_it_was_killed(
    scene: Scene, tmp_path: Path, apart: Callable[[int], int]
) -> None:
    every = steps(scene.again(tmp_path / "counted"), tmp_path, is_thorough=True)
    for at in range(1, every + 1, apart(23)):
        doom = Doom(at, is_thorough=True)
        assert_gone(scene, tmp_path / f"statement {at}", WHO["Email"], doom, is_synced=at % 2 == 0)
