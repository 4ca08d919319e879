"""Does every row we send end in exactly one way, and do failures stay in sight?"""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.engine.records import AccountChange, Change, Outcome
from connector.store.database import Store
from connector.store.journal import announce, count_states, failing, leave_unknown, resolve, settle, unresolved
from connector.store.plans import decode_cells, encode_cells, keep_plan, read_plan
from tests.store.worlds import moment

ACCOUNT = "0015500001QdZPKAA3"
OTHER = "0015500001QdZPLAA3"


def a_change(account_id: str = ACCOUNT, score: int = 71) -> AccountChange:
    """A change of one account's score."""
    moved = (Change("score", None, score), Change("last_two_way", None, date(2026, 3, 1)))
    cells = {"score": score, "band": "Hot", "mqa": True, "mqa_date": None, "last_two_way": date(2026, 3, 1)}
    return AccountChange(account_id, "Acme “Rockets” Ltd", cells, moved, "2 meetings", moment(5), None)


def send(store: Store, run_id: str, second: int, *outcomes: Outcome) -> None:
    """A run that sends one row for each outcome."""
    changes = [a_change(outcome.account_id) for outcome in outcomes]
    keep_plan(store, run_id, changes, {})
    announce(store, run_id, changes, moment(second))
    settle(store, run_id, outcomes, moment(second + 1))


def test_a_plan_comes_back_as_it_was_kept(store: Store) -> None:
    plan = [a_change(ACCOUNT), a_change(OTHER, 12)]

    keep_plan(store, "run 1", plan, {ACCOUNT: {"score": 70}})

    assert read_plan(store, "run 1") == plan
    assert read_plan(store, "run 2") == []
    (row,) = store.rows("SELECT before FROM kept.plans WHERE account_id = ?", [ACCOUNT])
    assert decode_cells(row["before"]) == {"score": 70}


@given(
    score=st.none() | st.integers(0, 100),
    why=st.none() | st.text(),
    day=st.none() | st.dates(),
    at=st.none() | st.datetimes(timezones=st.just(UTC)),
    trend=st.none() | st.floats(allow_nan=False, allow_infinity=False),
)
def test_cells_keep_their_values_and_types(
    score: int | None, why: str | None, day: date | None, at: datetime | None, trend: float | None
) -> None:
    cells = {"score": score, "why": why, "last_two_way": day, "mqa_date": at, "trend_30d": trend, "mqa": False}

    assert decode_cells(encode_cells(cells)) == cells


def test_every_row_sent_ends_in_one_way(store: Store) -> None:
    send(store, "run 1", 0, Outcome(ACCOUNT, "ok"), Outcome(OTHER, "failed", "STRING_TOO_LONG", "too long", ("why",)))

    assert count_states(store, "run 1") == {"ok": 1, "failed": 1}
    (row,) = failing(store)
    assert (row["account_id"], row["code"], row["message"], row["fields"]) == (
        OTHER, "STRING_TOO_LONG", "too long", "why",
    )  # fmt: skip


def test_a_failing_account_shows_how_often_and_since_when(store: Store) -> None:
    for run in range(3):
        send(store, f"run {run}", run * 100, Outcome(ACCOUNT, "failed", "UNABLE_TO_LOCK_ROW"))

    (row,) = failing(store)

    assert (row["tries"], row["first_failed_at"]) == (3, moment(0))


def test_an_account_that_got_through_is_no_longer_failing(store: Store) -> None:
    send(store, "run 0", 0, Outcome(ACCOUNT, "failed"))
    send(store, "run 1", 100, Outcome(ACCOUNT, "ok"))
    send(store, "run 2", 200, Outcome(ACCOUNT, "failed"))

    (row,) = failing(store)

    assert (row["tries"], row["first_failed_at"]) == (1, moment(200))


def test_a_row_nobody_answered_for_is_unknown(store: Store) -> None:
    keep_plan(store, "run 1", [a_change()], {})
    announce(store, "run 1", [a_change()], moment(0))

    left = leave_unknown(store, "run 1", "the connection was cut", moment(9))

    assert [outcome.code for outcome in left] == ["NO_ANSWER"]
    assert count_states(store, "run 1") == {"unknown": 1}


@pytest.mark.parametrize(("is_written", "state"), [(True, "ok"), (False, "failed")])
def test_an_unknown_end_is_cleared_up_by_reading_the_record(store: Store, *, is_written: bool, state: str) -> None:
    keep_plan(store, "run 1", [a_change()], {})
    announce(store, "run 1", [a_change()], moment(0))

    (row,) = unresolved(store)
    resolve(store, [(row["run_id"], row["account_id"], is_written)])

    assert decode_cells(row["cells"]) == a_change().cells
    assert count_states(store, "run 1") == {state: 1}
    assert unresolved(store) == []
    assert len(failing(store)) == (0 if is_written else 1)


def test_a_long_answer_is_cut(store: Store) -> None:
    send(store, "run 1", 0, Outcome(ACCOUNT, "failed", "CANNOT_EXECUTE_FLOW_TRIGGER", "x" * 20_000))

    assert len(failing(store)[0]["message"]) == 1000
