"""Does every change get into the store, and nothing of what came only in part?"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from connector.errors import BudgetReached, Incomplete, Stopped, Unavailable, UnsafePlan
from connector.jobs import pull as pulling
from connector.jobs.pull import Pull
from connector.jobs.run import Silent, Tally
from connector.jobs.stop import Stop
from connector.store.bookmarks import read_bookmarks
from connector.store.database import Limits, Store, opened
from tests.jobs.orgs import START, FakeOrg, shipped

DAY = timedelta(days=1)


@pytest.fixture
def org() -> FakeOrg:
    """An org with 250 tasks and a few accounts."""
    org = FakeOrg()
    for number in range(20):
        org.put("account", f"001{number:03}", at=START - DAY * 30, name=f"Account {number}")
    for number in range(250):
        org.put("task", f"00T{number:03}", at=START - timedelta(hours=number + 1), status="Done")
    return org


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    with opened(tmp_path / "store.duckdb", Limits("256MB", 2)) as store:
        yield store


def pull(org: FakeOrg, store: Store, *, stop: Stop | None = None, full: bool = False, force: bool = False) -> Tally:
    """Pull once, at the org's own time."""
    tally = Tally()
    job = Pull(
        org, store, shipped().mapping, Silent(), stop or Stop(), tally, org.now(), is_full=full, is_forced=force
    )
    job.run()
    return tally


def pulled(tally: Tally, name: str = "pulled") -> dict[str, int]:
    """The counts of one kind by stream."""
    counts = tally.counts().get(name, {})
    assert isinstance(counts, dict)
    return counts


def tasks(store: Store, where: str = "NOT is_deleted") -> int:
    """How many tasks the store holds as alive."""
    return store.number(f"SELECT count(*) FROM salesforce.task WHERE {where}")


def test_the_first_pull_reads_everything(org: FakeOrg, store: Store) -> None:
    tally = pull(org, store)

    assert pulled(tally) == {"user": 0, "account": 20, "contact": 0, "task": 250, "event": 0}
    assert tasks(store) == 250


def test_the_next_pull_reads_what_changed_since(org: FakeOrg, store: Store) -> None:
    pull(org, store)
    org.clock += timedelta(hours=1)
    org.put("task", "00T777", status="Done", at=org.clock - timedelta(minutes=30))

    tally = pull(org, store)

    assert pulled(tally)["task"] == 2  # the newest of before is looked at again
    assert pulled(tally, "changed")["task"] == 1
    assert tasks(store) == 251


@pytest.mark.parametrize("age_seconds", [0, 30])
def test_a_row_of_the_last_minute_is_read_and_looked_at_again(org: FakeOrg, store: Store, age_seconds: int) -> None:
    org.put("task", "00T777", status="New", at=START - timedelta(seconds=age_seconds))

    pull(org, store)
    before = tasks(store)
    org.put("task", "00T777", status="Held", at=START - timedelta(seconds=age_seconds))
    org.clock += timedelta(minutes=5)
    tally = pull(org, store)

    assert (before, tasks(store), tasks(store, "status = 'Held'")) == (251, 251, 1)
    assert pulled(tally, "changed")["task"] == 1


def test_what_is_still_settling_does_not_move_the_bookmark(org: FakeOrg, store: Store) -> None:
    org.put("task", "00T777", at=START)

    pull(org, store)

    assert read_bookmarks(store, "salesforce")["task"].upper_edge == START - timedelta(seconds=60)


def test_a_row_that_shows_up_ten_minutes_after_its_stamp_is_not_lost(org: FakeOrg, store: Store) -> None:
    pull(org, store)
    org.put("task", "00T777", at=org.clock - timedelta(minutes=10))
    org.clock += timedelta(minutes=5)

    pull(org, store)

    assert tasks(store) == 251


def test_a_row_that_shows_up_much_later_is_found_by_the_daily_sweep(org: FakeOrg, store: Store) -> None:
    pull(org, store)
    org.clock += timedelta(hours=2)
    org.put("task", "00T778", at=org.clock - timedelta(minutes=5))
    pull(org, store)
    org.put("task", "00T777", at=org.clock - timedelta(minutes=90))
    org.clock += timedelta(hours=1)
    pull(org, store)
    before = tasks(store)
    org.clock += DAY

    pull(org, store)

    assert (before, tasks(store)) == (251, 252)


def test_a_deleted_row_is_buried_when_the_crm_tells_of_it(org: FakeOrg, store: Store) -> None:
    pull(org, store)
    org.clock += timedelta(minutes=10)
    org.vanish("task", "00T007")
    org.clock += timedelta(minutes=10)

    tally = pull(org, store)

    assert pulled(tally, "deleted")["task"] == 1
    assert (tasks(store), tasks(store, "is_deleted")) == (249, 1)


def test_a_row_that_is_gone_without_a_word_is_buried_by_the_sweep(org: FakeOrg, store: Store) -> None:
    pull(org, store)
    org.vanish("task", "00T007", is_told=False)
    org.clock += DAY

    tally = pull(org, store)

    assert pulled(tally, "deleted")["task"] == 1


def test_after_a_long_pause_nobody_asks_for_deletions_the_crm_has_forgotten(org: FakeOrg, store: Store) -> None:
    pull(org, store)
    org.vanish("task", "00T007")
    org.clock += DAY * 40
    org.calls.clear()

    pull(org, store)

    assert "deleted task" not in org.calls
    assert (tasks(store), tasks(store, "is_deleted")) == (249, 1)


def test_most_of_a_stream_does_not_vanish_without_a_persons_word(org: FakeOrg, store: Store) -> None:
    pull(org, store)
    for number in range(100):
        org.vanish("task", f"00T{number:03}", is_told=False)
    org.clock += DAY

    with pytest.raises(UnsafePlan, match=r"task: 100 of the 250 rows we hold are no longer to be seen.*sync --force"):
        pull(org, store)
    held = tasks(store)
    pull(org, store, force=True)

    assert (held, tasks(store)) == (250, 150)


def test_a_stream_that_is_no_longer_there_stops_the_run(org: FakeOrg, store: Store) -> None:
    pull(org, store)
    org.names = ("user", "account", "contact", "task")

    with pytest.raises(UnsafePlan, match="event: read before, and no longer in this org"):
        pull(org, store)
    pull(org, store, force=True)

    assert "event" not in read_bookmarks(store, "salesforce")
    assert pulled(pull(org, store))["task"] >= 0


@pytest.mark.parametrize("fault", [Incomplete("rows are missing"), Unavailable("503"), BudgetReached("used up")])
def test_a_fault_in_the_middle_keeps_the_streams_before_and_nothing_of_its_own(
    org: FakeOrg, store: Store, fault: Exception
) -> None:
    org.faults["task", 1] = fault

    with pytest.raises(type(fault)):
        pull(org, store)
    known = set(read_bookmarks(store, "salesforce"))
    held = tasks(store)
    pull(org, store)

    assert known == {"user", "account", "contact"}
    assert (held, tasks(store)) == (0, 250)


def test_a_stop_is_obeyed_between_two_pages(org: FakeOrg, store: Store) -> None:
    stop = Stop()
    stop.ask(15)

    with pytest.raises(Stopped) as stopped:
        pull(org, store, stop=stop)

    assert stopped.value.exit_code == 143
    assert "pull user" not in org.calls or read_bookmarks(store, "salesforce") == {}


def test_what_changes_without_a_trace_is_read_again_once_a_day(org: FakeOrg, store: Store) -> None:
    org.traceless = {"account": ("type",)}
    org.put("account", "001999", at=START - DAY, name="A newer one")
    pull(org, store)
    org.put("account", "001007", type="Client", at=START - DAY * 30)
    org.clock += timedelta(hours=1)
    pull(org, store)
    before = clients(store)
    org.clock += DAY
    tally = pull(org, store)
    org.clock += timedelta(hours=1)
    again = pull(org, store)

    assert (before, clients(store)) == (0, 1)
    assert (pulled(tally)["account"], pulled(again)["account"]) == (1 + 21, 1)
    assert pulled(tally, "changed")["account"] == 1
    assert read_bookmarks(store, "salesforce")["account"].refreshed_at == START + DAY + timedelta(hours=1)


def test_a_refresh_that_breaks_off_is_due_again(org: FakeOrg, store: Store) -> None:
    org.traceless = {"task": ("status",)}
    pull(org, store)
    org.clock += DAY
    org.faults["task", 1] = Unavailable("task: no answer")
    with pytest.raises(Unavailable):
        pull(org, store)

    tally = pull(org, store)

    assert pulled(tally)["task"] >= 250


def clients(store: Store) -> int:
    """How many accounts the store holds as clients."""
    return store.number("SELECT count(*) FROM salesforce.account WHERE type = 'Client'")


def test_a_mass_touch_is_warned_of_and_changes_nothing(
    org: FakeOrg, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    pull(org, store)
    org.clock += timedelta(hours=1)
    for number in range(250):
        org.put("task", f"00T{number:03}", at=org.clock - timedelta(minutes=30))
    capsys.readouterr()

    tally = pull(org, store)

    assert pulled(tally, "changed")["task"] == 0
    assert capsys.readouterr().out.count("stream.mass_touched") == 1


def test_a_large_first_load_is_read_in_parts_and_goes_on_after_a_stop(
    org: FakeOrg, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulling, "WINDOW_ROWS", 100)
    org.faults["task", -1] = Unavailable("503")
    with pytest.raises(Unavailable):
        pull(org, store)
    org.faults["task", 1] = Unavailable("503")
    pull(org, store)

    assert tasks(store) == 250
    assert org.calls.count("pull task") > 3


def test_a_new_mapping_of_a_stream_has_it_read_again(org: FakeOrg, store: Store) -> None:
    pull(org, store)
    mapping = shipped().mapping
    task = mapping.read["task"].model_copy(update={"where": "Status != 'Spam'"})
    other = mapping.model_copy(update={"read": {**mapping.read, "task": task}})
    org.clock += timedelta(hours=1)
    tally = Tally()

    Pull(org, store, other, Silent(), Stop(), tally, org.now()).run()

    assert pulled(tally)["task"] == 250
    assert pulled(tally)["account"] == 20
    assert pulled(tally, "changed") == {"user": 0, "account": 0, "contact": 0, "task": 0, "event": 0}


def test_a_full_pull_reads_and_compares_everything(org: FakeOrg, store: Store) -> None:
    pull(org, store)
    org.vanish("task", "00T007", is_told=False)
    org.clock += timedelta(minutes=5)

    tally = pull(org, store, full=True)

    assert pulled(tally)["task"] == 249
    assert pulled(tally, "deleted")["task"] == 1
