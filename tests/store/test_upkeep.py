"""Is only let go of what nobody can need any more?"""

from datetime import timedelta

import pytest

from connector.engine.records import Outcome
from connector.errors import ConfigError
from connector.store.database import Store
from connector.store.journal import announce, failing, settle, unresolved
from connector.store.plans import Head, keep_head, keep_plan, read_head, read_plan, read_written
from connector.store.upkeep import KEPT, check_kept, let_go
from tests.store.test_journal import ACCOUNT, OTHER, a_change
from tests.store.worlds import NOON

DAY = timedelta(days=1)
NOW = NOON + KEPT


def run_of(days: float) -> str:
    """The id of a run so many days after the first that is still kept."""
    return f"{NOON + days * DAY:%Y%m%d-%H%M%S}-0f0f"


def send(store: Store, days: float, *outcomes: Outcome, is_answered: bool = True) -> str:
    """A run of that day with a row for each outcome; its id."""
    changes, run_id, at = [a_change(one.account_id) for one in outcomes], run_of(days), NOON + days * DAY
    keep_plan(store, run_id, changes, {})
    keep_head(store, Head(run_id, "org", 1, "rules", at, "digest", ""))
    announce(store, run_id, changes, at)
    if is_answered:
        settle(store, run_id, outcomes, at)
    return run_id


def held(store: Store) -> set[tuple[str, str]]:
    """The run and the account of each outcome that is kept."""
    return {(row["run_id"], row["account_id"]) for row in store.rows("SELECT run_id, account_id FROM kept.journal")}


def test_what_is_older_than_ninety_days_goes_and_the_rest_can_be_taken_back(store: Store) -> None:
    old = send(store, -2, Outcome(ACCOUNT, "ok"), Outcome(OTHER, "ok"))
    kept = send(store, 1, Outcome(ACCOUNT, "ok"))
    newest = send(store, 80, Outcome(ACCOUNT, "ok"), Outcome(OTHER, "ok"))
    before = read_written(store, kept)

    let_go(store, NOW)

    assert held(store) == {(kept, ACCOUNT), (newest, ACCOUNT), (newest, OTHER)}
    assert (read_plan(store, old), read_head(store, old)) == ([], None)
    assert read_written(store, kept) == before != []
    assert read_head(store, kept) is not None


def test_an_account_that_fails_for_half_a_year_keeps_its_age(store: Store) -> None:
    refused = Outcome(ACCOUNT, "failed", "FIELD_CUSTOM_VALIDATION_EXCEPTION", "no")
    for day in (-200, -199, -198):
        send(store, day, refused)

    let_go(store, NOW)

    (row,) = failing(store)
    assert (row["tries"], row["first_failed_at"]) == (3, NOON - 200 * DAY)
    assert held(store) == {(run_of(-198), ACCOUNT)}
    assert len(read_plan(store, run_of(-198))) == 1


def test_what_nobody_knows_the_end_of_stays_however_old(store: Store) -> None:
    lost = send(store, -100, Outcome(ACCOUNT, "unknown", "NO_ANSWER"))
    cut = send(store, -99, Outcome(OTHER, "ok"), is_answered=False)
    send(store, 5, Outcome(ACCOUNT, "ok"), Outcome(OTHER, "ok"))

    let_go(store, NOW)

    assert {row["run_id"] for row in unresolved(store)} == {lost, cut}


def test_a_plan_that_was_never_pushed_goes_too(store: Store) -> None:
    keep_plan(store, run_of(-1), [a_change()], {})
    keep_plan(store, run_of(1), [a_change()], {})

    let_go(store, NOW)
    let_go(store, NOW)

    assert [len(read_plan(store, run_of(days))) for days in (-1, 1)] == [0, 1]


def test_who_takes_back_what_is_not_kept_is_told(store: Store) -> None:
    check_kept(run_of(0.01), NOW)

    with pytest.raises(ConfigError, match="is older than 90 days; what stood in the CRM before it is no longer kept"):
        check_kept(run_of(-0.01), NOW)
    assert held(store) == set()
