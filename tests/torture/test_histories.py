"""Does the store hold what the org holds, and the CRM what was planned, whatever happens and whatever goes wrong?"""

import tempfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from connector.store.bookmarks import upper_edge
from connector.store.home import Home
from tests.torture import tally
from tests.torture.histories import LONG_HIDDEN, SOON_SEEN, Step, Sync, World, histories
from tests.torture.lab import Ended, a_lab
from tests.torture.oracle import check_outcomes, differences, ends, graves, unwritten

FEW, MANY = 4, 16
PHASES = [Phase.explicit, Phase.generate, Phase.shrink]
REPEATABLE = {"deadline": None, "database": None, "phases": PHASES, "suppress_health_check": list(HealthCheck)}
page_sizes = st.sampled_from((2_000, 7))


def live(page_size: int, history: Sequence[Step], *, is_soon_seen: bool) -> None:
    """Live through a history, look at the store after each sync, and at everything when all is quiet again."""
    with tempfile.TemporaryDirectory() as folder, a_lab(Path(folder), page_size) as lab:
        world = World(lab)
        for step in history:
            if isinstance(step, Sync):
                look(world, lab.sync(step.rules, ways=step.ways), is_soon_seen=is_soon_seen)
            else:
                step.do(world)
        be_quiet(world)
    tally.count("org histories tried")


def look(world: World, ended: Ended, *, is_soon_seen: bool) -> None:
    """What must be true of the org and the store after any sync, however it ended."""
    lab, edge = world.lab, upper_edge(world.lab.now())
    tally.count("syncs")
    tally.count("faults injected", sum(ended.struck.values()))
    check_outcomes(ended)
    is_lied_to = ended.struck.get("silent_noop", 0) > 0
    lost = [] if is_lied_to else unwritten(lab, ended.run.run_id)
    tally.count("lost", len(lost))
    assert not lost
    if not is_lied_to and not ended.struck.get("slow"):  # a call that was given up may be heard all the same
        tally.count("doubled", max(0, ended.updated - ended.count("sent")))
        assert ended.updated <= ended.count("sent")
    if ended.code in (0, 3) and is_soon_seen:
        assert not differences(lab, world.merged, edge)
        assert not graves(lab, edge - timedelta(minutes=1))


def be_quiet(world: World) -> None:
    """Nothing happens any more: the next sync heals everything, the one after it has nothing to do."""
    lab = world.lab
    noon = (lab.now() + timedelta(days=2)).replace(hour=12, minute=0, second=0)
    lab.control("POST", "clock/advance", {"to": noon.isoformat()})
    healed = lab.sync()
    assert healed.code == 0, healed.run.message
    lab.advance(minutes=5)
    quiet = lab.sync()
    assert (quiet.code, quiet.count("planned"), quiet.updated) == (0, 0, 0)
    assert not differences(lab, world.merged)
    told = ends(lab.home)
    for name, number in told.items():
        tally.count("rows sent" if name == "sent" else name, number)
    assert told["sent"] == told["ok"] + told["failed"] + told["resolved"]
    fresh = lab.sync(home=Home(lab.home.folder.with_name("fresh")), plan_only=True)
    assert fresh.result is not None
    assert fresh.result.plan == []


@seed(20261121)
@settings(max_examples=FEW, **REPEATABLE)
@given(page_sizes, histories(most=3))
def test_nothing_is_lost_and_nothing_wrong_is_written(page_size: int, history: Sequence[Step]) -> None:
    live(page_size, history, is_soon_seen=True)


@pytest.mark.torture
@pytest.mark.parametrize("number", range(1, 7))
def test_nothing_is_lost_and_nothing_wrong_is_written_in_many_histories(number: int) -> None:
    @seed(number)
    @settings(max_examples=MANY, **REPEATABLE)
    @given(page_sizes, histories())
    def in_each(page_size: int, history: Sequence[Step]) -> None:
        live(page_size, history, is_soon_seen=True)

    in_each()


@pytest.mark.torture
@pytest.mark.parametrize("number", range(7, 9))
def test_what_shows_up_long_after_its_stamp_is_there_in_the_end(number: int) -> None:
    @seed(number)
    @settings(max_examples=MANY, **REPEATABLE)
    @given(page_sizes, histories(SOON_SEEN + LONG_HIDDEN))
    def in_each(page_size: int, history: Sequence[Step]) -> None:
        live(page_size, history, is_soon_seen=False)

    in_each()
