"""Does the whole walk write what it should, once, and nothing else?"""

import hashlib
import os
import signal
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from connector.backend.build import build
from connector.engine.records import Outcome
from connector.engine.rules import Rules
from connector.errors import AccessDenied, BudgetReached, Busy, ConfigError, Stopped, Unavailable, UnsafePlan
from connector.jobs import score
from connector.jobs.parts import Parts
from connector.jobs.rollback import roll_back
from connector.jobs.run import Result, Silent
from connector.jobs.sync import Options, sync
from connector.store.choice import Choice
from connector.store.database import Limits, opened
from connector.store.home import Home
from connector.store.journal import failing
from connector.store.plans import keep_plan, read_plan, read_written
from connector.store.published import read_published
from connector.store.runs import Run, RunList
from tests.jobs.orgs import START, FakeOrg, shipped

OLD = "20250101-050000-0f0f"
LIMITS = Limits("512MB", 2)
BOOK = 12
HOT = "001000000000001AAA"


@pytest.fixture
def org() -> FakeOrg:
    """An org of twelve accounts; one contact of each came to a meeting, those of the first to several."""
    org = FakeOrg()
    for number in range(1, BOOK + 1):
        account, contact = f"001{number:012d}AAA", f"003{number:012d}AAA"
        long_ago = START - timedelta(days=300)
        org.put("account", account, at=long_ago, name=f"Company {number}")
        org.put("contact", contact, at=long_ago, account_id=account, name=f"Ann {number}", title="CFO")
        for days in (2, 4, 9) if number == 1 else (20,):
            meet(org, number, days_ago=days)
    return org


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home that is not there yet."""
    return Home(tmp_path / "home")


def meet(org: FakeOrg, number: int, *, days_ago: float) -> None:
    """A meeting of half an hour with the contact of an account."""
    starts_at = org.clock - timedelta(days=days_ago)
    org.put(
        "event", f"00U{len(org.rows['event']):012d}AAA", at=max(starts_at, START - timedelta(days=300)),
        created_at=starts_at, who_id=f"003{number:012d}AAA", account_id=f"001{number:012d}AAA", subtype="Event",
        starts_at=starts_at, ends_at=starts_at + timedelta(minutes=30), minutes=30, is_all_day=False, is_child=False,
    )  # fmt: skip


def walk(org: FakeOrg, home: Home, **options: object) -> Result:
    """One sync with the shipped mappings."""
    known = shipped()
    parts = Parts(org, home, known.rules, known.personas, known.mapping, known.digest, LIMITS)
    return sync(parts, Options(**options))  # type: ignore[arg-type] # a test names the options it is about


def last_run(home: Home) -> Run:
    """The newest run of the list."""
    return RunList(home.runs).newest(1)[0]


def bytes_of(home: Home) -> dict[str, str]:
    """Every file of the home, and what stands for all of its bytes."""
    files = [path for path in sorted(home.folder.rglob("*")) if path.is_file()]
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_scores_land_on_the_accounts(org: FakeOrg, home: Home) -> None:
    """S2-09: in the CRM, where reps look every day."""
    result = walk(org, home)

    assert result.exit_code == 0
    assert len(org.told) == BOOK
    scores = {account: cells["score"] for account, cells in org.told.items()}
    assert max(scores, key=lambda account: scores[account] or 0) == HOT
    assert org.told[HOT]["why"]


def test_the_second_run_writes_nothing(org: FakeOrg, home: Home) -> None:
    walk(org, home)
    org.clock += timedelta(minutes=5)
    org.calls.clear()

    again = walk(org, home)

    assert org.writes() == []
    assert (len(again.plan), again.unchanged) == (0, BOOK)


@pytest.mark.parametrize("is_reordered", [False, True], ids=["other weights", "kinds in another order"])
def test_a_change_of_weights_makes_no_fact_again(
    org: FakeOrg, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_reordered: bool
) -> None:
    """A fact knows no weight; but it knows its kind by number."""
    walk(org, home)
    built: list[Rules] = []
    monkeypatch.setattr(score, "build", lambda *said, **how: (built.append(said[1]), build(*said, **how)))
    kinds = {name: kind.model_copy(update={"minutes": 90.0}) for name, kind in shipped().rules.kinds.items()}
    ordered = dict(reversed(kinds.items())) if is_reordered else kinds
    rules = shipped().rules.model_copy(update={"kinds": ordered})
    parts = Parts(org, home, rules, shipped().personas, shipped().mapping, "two", LIMITS)
    before = dict(org.told)

    sync(parts, Options(is_forced=True))

    assert built == ([rules] if is_reordered else [])
    assert org.told[HOT]["score"] != before[HOT]["score"]
    again = sync(replace(parts, home=Home(tmp_path / "fresh")), Options(is_forced=True))
    assert (len(again.plan), again.unchanged) == (0, BOOK)


def test_one_new_meeting_writes_one_account(org: FakeOrg, home: Home) -> None:
    """S4-18: up to date by small runs."""
    walk(org, home)
    org.clock += timedelta(hours=1)
    meet(org, 5, days_ago=0.01)
    org.clock += timedelta(minutes=30)

    result = walk(org, home)

    assert [change.account_id for change in result.plan] == ["001000000000005AAA"]
    assert org.writes()[-1] == "push 1"


def test_a_dry_run_shows_the_plan_and_touches_nothing(org: FakeOrg, home: Home) -> None:
    walk(org, home)
    org.clock += timedelta(hours=1)
    meet(org, 5, days_ago=0.01)
    org.clock += timedelta(minutes=30)
    before, told = bytes_of(home), dict(org.told)
    org.calls.clear()

    result = walk(org, home, is_dry=True)

    assert len(result.plan) == 1
    assert bytes_of(home) == before
    assert (org.told, org.writes()) == (told, [])
    assert sorted(path.name for path in home.folder.iterdir()) == ["published", "runs.sqlite", "store.duckdb"]


def test_a_dry_run_before_the_first_sync_leaves_no_home(org: FakeOrg, home: Home) -> None:
    result = walk(org, home, is_dry=True)

    assert len(result.plan) == BOOK
    assert not home.folder.exists()
    assert org.writes() == []


def test_a_dry_run_does_not_change_what_the_next_run_does(org: FakeOrg, home: Home) -> None:
    walk(org, home, is_dry=True)

    assert len(walk(org, home).plan) == BOOK


def test_a_dry_run_beside_a_running_one_is_refused(org: FakeOrg, home: Home) -> None:
    walk(org, home)

    with RunList(home.runs).lease("sync", "salesforce"), pytest.raises(Busy, match="a dry run would only see half"):
        walk(org, home, is_dry=True)


def test_a_plan_that_is_only_made_is_kept_and_not_pushed(org: FakeOrg, home: Home) -> None:
    result = walk(org, home, plan_only=True)

    assert len(result.plan) == BOOK
    assert org.writes() == []
    assert read_published(home).plan().num_rows == BOOK


def test_only_the_chosen_account_is_written(org: FakeOrg, home: Home) -> None:
    result = walk(org, home, accounts=(HOT[:15],) if HOT[:15] in org.rows["account"] else (HOT,))

    assert set(org.told) == {HOT}
    assert len(result.plan) == 1


def test_an_account_that_is_not_there_is_named(org: FakeOrg, home: Home) -> None:
    with pytest.raises(ConfigError, match="account 001000000000999AAA: not in this org"):
        walk(org, home, accounts=("001000000000999AAA",))

    assert org.told == {}
    assert last_run(home).exit_code == 2


def test_a_refused_row_ends_the_run_with_three_and_is_tried_again(org: FakeOrg, home: Home) -> None:
    org.refused[HOT] = Outcome(HOT, "failed", "FIELD_CUSTOM_VALIDATION_EXCEPTION", "Set the region first")

    results = []
    for _ in range(3):
        results.append(walk(org, home))
        org.clock += timedelta(minutes=5)
    org.refused.clear()
    healed = walk(org, home)

    assert [result.exit_code for result in results] == [3, 3, 3]
    assert [len(result.plan) for result in results] == [BOOK, 1, 1]
    assert (healed.exit_code, len(healed.plan)) == (0, 1)
    with opened(home.store, LIMITS) as store:
        assert failing(store) == []


def test_a_failing_row_shows_how_often_and_why(org: FakeOrg, home: Home) -> None:
    org.refused[HOT] = Outcome(HOT, "failed", "FIELD_CUSTOM_VALIDATION_EXCEPTION", "Set the region first")
    walk(org, home)
    walk(org, home)

    (row,) = read_published(home).failing().to_pylist()

    assert (row["account_id"], row["account_name"], row["tries"]) == (HOT, "Company 1", 2)
    assert row["message"] == "Set the region first"
    assert last_run(home).counts["failed"] == 1


def test_a_row_nobody_answered_for_is_unknown_until_it_is_read_again(org: FakeOrg, home: Home) -> None:
    org.silent.add(HOT)
    first = walk(org, home)
    second = walk(org, home)

    assert (first.exit_code, last_run(home).counts["planned"]) == (3, 0)
    assert second.exit_code == 0
    with opened(home.store, LIMITS) as store:
        (row,) = store.rows("SELECT state, code, resolved FROM kept.journal WHERE account_id = ?", [HOT])
    assert (row["state"], row["code"], row["resolved"]) == ("ok", "FOUND_WRITTEN", True)


def test_every_row_sent_has_one_outcome_when_the_crm_breaks_off(org: FakeOrg, home: Home) -> None:
    org.faults["push", 5] = Unavailable("the connection was cut")

    with pytest.raises(Unavailable):
        walk(org, home)
    counts = last_run(home).counts
    healed = walk(org, home)

    assert (counts["sent"], counts["ok"], counts["unknown"]) == (BOOK, 5, BOOK - 5)
    assert (healed.exit_code, len(healed.plan)) == (0, BOOK - 5)
    with opened(home.store, LIMITS) as store:
        states = store.rows("SELECT state, count(*) AS rows FROM kept.journal GROUP BY state ORDER BY state")
    assert {row["state"]: row["rows"] for row in states} == {"failed": BOOK - 5, "ok": BOOK}


@pytest.mark.parametrize(
    ("fault", "code"),
    [(BudgetReached("used"), 6), (Unavailable("503"), 1), (AccessDenied("no"), 7), (ConfigError("no field"), 2)],
)
def test_a_stream_that_fails_stops_before_anything_is_scored(
    org: FakeOrg, home: Home, fault: Exception, code: int
) -> None:
    org.faults["event", 0] = fault

    with pytest.raises(type(fault)):
        walk(org, home)

    run = last_run(home)
    assert (run.exit_code, org.told) == (code, {})
    assert "scored" not in run.counts
    assert len(walk(org, home).plan) == BOOK


def test_a_signal_stops_the_run_and_the_next_one_goes_on(org: FakeOrg, home: Home) -> None:
    class Shot(Silent):
        def stage(self, name: str, total: int | None) -> None:
            super().stage(name, total)
            if name == "event":
                os.kill(os.getpid(), signal.SIGTERM)

    known = shipped()
    parts = Parts(org, home, known.rules, known.personas, known.mapping, known.digest, LIMITS)

    with pytest.raises(Stopped) as stopped:
        sync(parts, Options(), Shot())

    assert stopped.value.exit_code == 143
    assert (last_run(home).exit_code, org.told) == (143, {})
    assert len(walk(org, home).plan) == BOOK


def test_a_guard_stops_a_plan_that_would_empty_the_book(org: FakeOrg, home: Home) -> None:
    walk(org, home)
    for event in [*org.rows["event"]]:
        org.vanish("event", event)
    org.clock += timedelta(minutes=5)

    with pytest.raises(UnsafePlan, match="accounts that have a score would lose it"):
        walk(org, home)
    told = {account: cells["score"] for account, cells in org.told.items()}
    dry = walk(org, home, is_dry=True)
    forced = walk(org, home, is_forced=True)

    assert all(told.values())
    assert "would lose it" in dry.warning
    assert len(forced.plan) == BOOK
    assert last_run(home).message == forced.warning
    assert {cells["score"] for cells in org.told.values()} == {0}


def test_another_org_is_refused_before_a_row_is_read(org: FakeOrg, home: Home) -> None:
    walk(org, home)
    org.calls.clear()
    other = replace(org, id="00D000000000002EAA")

    with pytest.raises(ConfigError, match="holds the rows of org 00D000000000001EAA"):
        walk(other, home)

    assert other.calls == ["org"]


def test_a_second_run_at_the_same_time_is_refused(org: FakeOrg, home: Home) -> None:
    walk(org, home)

    with RunList(home.runs).lease("sync", "salesforce"), pytest.raises(Busy, match="is going on"):
        walk(org, home)


def test_a_run_leaves_its_counts(org: FakeOrg, home: Home) -> None:
    walk(org, home)

    counts = last_run(home).counts
    assert counts["pulled"] == {"user": 0, "account": BOOK, "contact": BOOK, "task": 0, "event": BOOK + 2}
    assert (counts["scored"], counts["planned"], counts["sent"], counts["ok"]) == (BOOK, BOOK, BOOK, BOOK)


def test_what_a_run_found_can_be_read_while_the_next_one_writes(org: FakeOrg, home: Home) -> None:
    walk(org, home)
    with opened(home.store, LIMITS):
        published = read_published(home)
        (hot,) = published.find("company 1")
        receipts = published.receipts(hot["account_id"])
        left_out = published.left_out()

    assert hot["account_id"] == HOT
    assert published.find(HOT[:15]) == [hot]
    assert sum(receipts["minutes_now"].to_pylist()) == pytest.approx(hot["engaged_minutes"], abs=1e-9)
    assert published.people(HOT)["name"].to_pylist() == ["Ann 1"]
    assert left_out.num_rows >= 0
    assert published.accounts(most=1)["account_id"].to_pylist() == [HOT]
    assert sum(published.accounts(Choice(mqa=is_mqa)).num_rows for is_mqa in (True, False)) == BOOK
    assert published.accounts(Choice(surge=["No such state"])).num_rows == 0


def test_only_the_newest_two_runs_stay_published(org: FakeOrg, home: Home) -> None:
    for _ in range(4):
        walk(org, home)
        org.clock += timedelta(minutes=1)

    folders = [path for path in home.published.iterdir() if path.is_dir()]
    assert len(folders) == 2
    assert read_published(home).about.run_id == last_run(home).run_id


def test_everything_in_the_home_is_for_its_owner_alone(org: FakeOrg, home: Home) -> None:
    walk(org, home)

    modes = {path.stat().st_mode & 0o077 for path in [home.folder, *home.folder.rglob("*")]}
    assert modes == {0}


def test_an_empty_org_is_no_fault(home: Home) -> None:
    result = walk(FakeOrg(), home)

    assert (result.exit_code, result.plan, result.unchanged) == (0, [], 0)


def test_an_account_without_activity_is_told_so(home: Home) -> None:
    org = FakeOrg()
    org.put("account", HOT, at=START - timedelta(days=300), name="Lone")

    (change,) = walk(org, home).plan

    assert (change.cells["score"], change.cells["band"], change.cells["surge"]) == (0, "No data", "New")


def test_calls_are_counted_also_when_a_run_fails(org: FakeOrg, home: Home) -> None:
    org.faults["event", 0] = Unavailable("503")

    with pytest.raises(Unavailable):
        walk(org, home)

    counts = last_run(home).counts
    assert counts["api_limit"] == 15_000
    assert 0 < int(str(counts["api_calls"])) < 50


def test_a_sync_lets_go_of_plans_that_nobody_can_need_any_more(org: FakeOrg, home: Home) -> None:
    first = walk(org, home)
    with opened(home.store, LIMITS) as store:
        keep_plan(store, OLD, first.plan, {})
        kept = read_written(store, first.run_id)

    org.clock += timedelta(hours=1)
    walk(org, home)

    with opened(home.store, LIMITS) as store:
        assert read_plan(store, OLD) == []
        assert read_written(store, first.run_id) == kept != []


def test_a_run_of_last_year_cannot_be_taken_back(org: FakeOrg, home: Home) -> None:
    walk(org, home)
    known = shipped()
    parts = Parts(org, home, known.rules, known.personas, known.mapping, known.digest, LIMITS)

    with pytest.raises(ConfigError, match="is older than 90 days"):
        roll_back(parts, OLD)

    assert last_run(home).exit_code == ConfigError.exit_code
