"""Is a refused row tried until it is accepted, with its age told, and said aloud only when something changes?"""

from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from connector.engine.records import Outcome
from connector.jobs.parts import Parts
from connector.jobs.run import Result
from connector.jobs.sync import Options, sync
from connector.store.database import Limits, opened
from connector.store.home import Home
from connector.store.journal import failing
from connector.store.published import read_published
from tests.jobs.orgs import START, FakeOrg, shipped

LIMITS = Limits("256MB", 1)
BOOK = 6
REFUSED = [f"001{number:012d}AAA" for number in (1, 2, 3)]
CODE = "FIELD_CUSTOM_VALIDATION_EXCEPTION"


@pytest.fixture
def org() -> FakeOrg:
    """An org of six accounts; one contact of each came to a meeting."""
    org, long_ago = FakeOrg(), START - timedelta(days=300)
    for number in range(1, BOOK + 1):
        account, contact = f"001{number:012d}AAA", f"003{number:012d}AAA"
        org.put("account", account, at=long_ago, name=f"Company {number}")
        org.put("contact", contact, at=long_ago, account_id=account, name=f"Ann {number}", title="CFO")
        starts_at = START - timedelta(days=5)
        org.put(
            "event", f"00U{number:012d}AAA", at=starts_at, who_id=contact, account_id=account, subtype="Event",
            starts_at=starts_at, ends_at=starts_at + timedelta(minutes=30), minutes=30, is_all_day=False,
            is_child=False,
        )  # fmt: skip
    return org


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def refuse(org: FakeOrg, *account_ids: str) -> None:
    org.refused = {one: Outcome(one, "failed", CODE, "Set the region first") for one in account_ids}


def walk(org: FakeOrg, home: Home, **options: bool) -> Result:
    known = shipped()
    org.clock += timedelta(minutes=20)
    parts = Parts(org, home, known.rules, known.personas, known.mapping, known.digest, LIMITS)
    return sync(parts, Options(**options))


def test_refused_rows_are_in_every_plan_until_they_are_accepted_and_said_aloud_twice(org: FakeOrg, home: Home) -> None:
    """Promise 10: ten runs, three rows refused in four of them, two alerts."""
    results = []
    with capture_logs() as logs:
        for run in range(10):
            refuse(org, *(REFUSED if run < 4 else []))
            results.append(walk(org, home))

    assert [result.exit_code for result in results] == [3] * 4 + [0] * 6
    assert [len(result.plan) for result in results] == [BOOK, 3, 3, 3, 3, 0, 0, 0, 0, 0]
    assert [(log["event"], log["count"]) for log in logs if log["event"].startswith("refusals.")] == [
        ("refusals.began", 3), ("refusals.ended", 3),
    ]  # fmt: skip


def test_a_plan_says_how_often_since_when_and_why_a_row_was_refused(org: FakeOrg, home: Home) -> None:
    """Promise 10"""
    refuse(org, *REFUSED)
    walk(org, home)
    walk(org, home)

    shown = walk(org, home, plan_only=True)

    assert len(shown.plan) == len(REFUSED)
    reasons = {change.reason.rpartition("; ")[2] for change in shown.plan}
    (reason,) = reasons
    assert reason.startswith("refused 2 times since 20")
    assert reason.endswith(CODE)


@pytest.mark.parametrize("is_gone", [True, False], ids=["gone", "as it should be"])
def test_a_refused_row_is_given_up_where_nothing_is_left_to_write(org: FakeOrg, home: Home, is_gone: bool) -> None:
    """Promise 10: the account has gone, or somebody else has put there what we would."""
    refuse(org, REFUSED[0])
    first = walk(org, home)
    wanted = next(dict(change.cells) for change in first.plan if change.account_id == REFUSED[0])
    if is_gone:
        org.put("account", REFUSED[0], is_deleted=True)
    else:
        org.told[REFUSED[0]] = wanted

    second = walk(org, home)

    with opened(home.store, LIMITS) as store:
        assert failing(store) == []
    assert (second.exit_code, second.plan) == (0, [])
    assert read_published(home).failing().num_rows == 0
