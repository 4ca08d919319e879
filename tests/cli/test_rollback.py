"""Can what a run wrote be taken back, and does what a person changed since stay?"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from connector.sandbox.salesforce.server import Sandbox
from tests.cli.conftest import Shell
from tests.cli.test_push import touch

STAMPS = ("Engagement_Scored_At__c", "Engagement_Why__c", "Engagement_What_Changed__c")


def told(org: Sandbox) -> dict[str, Mapping[str, Any]]:
    """What stands in our fields of each account, in the org itself."""
    found = org.org.tables.db.execute('SELECT * FROM "Account" WHERE NOT coalesce("IsDeleted", FALSE)')
    names = [column[0] for column in found.description]
    rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    return {row["Id"]: {name: row[name] for name in names if name.startswith("Engagement_")} for row in rows}


def last_run(shell: Shell) -> str:
    return str(shell("runs", "list", "--json").rows[0]["run_id"])


@pytest.fixture
def twice(ready: Shell, org: Sandbox) -> Shell:
    """A shell whose org was told scores twice, a month apart."""
    assert ready("sync").code == 0
    org.org.advance(org.org.clock.now() + timedelta(days=28))
    return ready


def test_a_run_that_is_taken_back_leaves_what_stood_there_before(twice: Shell, org: Sandbox) -> None:
    before = told(org)
    assert twice("sync", "--force").code == 0
    run, after = last_run(twice), told(org)

    dry = twice("runs", "rollback", run, "--dry-run")
    untouched = told(org)
    done = twice("runs", "rollback", run)

    assert before != after
    assert (dry.code, done.code) == (0, 0)
    assert f"would be put back as before run {run}. Nothing was written." in dry.out
    assert untouched == after
    assert told(org) == before
    assert "The next sync writes its own view again" in done.out
    assert twice("runs", "list", "--json").rows[0]["job"] == "rollback"


def test_the_first_scores_ever_are_taken_back_to_nothing(ready: Shell, org: Sandbox) -> None:
    empty = told(org)
    ready("sync")

    done = ready("runs", "rollback", last_run(ready))
    again = ready("sync", "--dry-run", "--exit-code")

    assert done.code == 0
    assert {one: {k: v or None for k, v in row.items()} for one, row in told(org).items()} == {
        one: {k: v or None for k, v in row.items()} for one, row in empty.items()
    }
    assert again.code == 4


def test_what_a_person_changed_since_stays_field_by_field(ready: Shell, org: Sandbox) -> None:
    ready("sync")
    run = last_run(ready)
    one = ready("sync", "--full", "--json").rows[-1]
    assert one["changes"] == 0
    account = next(key for key, row in told(org).items() if row["Engagement_Score__c"])
    touch(org, account, Engagement_Band__c="Cool", Engagement_Minutes_30d__c=7.0)

    done = ready("runs", "rollback", run, "--json")
    shown = ready("runs", "errors")

    left = [row for row in done.rows if row["type"] == "left"]
    assert done.code == 3
    assert {(row["account_id"], row["field"]) for row in left} == {(account, "band"), (account, "minutes_30d")}
    now = told(org)[account]
    assert (now["Engagement_Band__c"], now["Engagement_Minutes_30d__c"], now["Engagement_Score__c"]) == (
        "Cool",
        7,
        None,
    )
    assert "CHANGED_SINCE" in shown.out
    assert "-> nothing: what somebody else wrote stays" in shown.out


def test_an_account_wholly_changed_or_gone_is_not_sent_at_all(ready: Shell, org: Sandbox) -> None:
    ready("sync")
    run = last_run(ready)
    scored = [key for key, row in told(org).items() if row["Engagement_Score__c"]]
    org.org.tables.db.execute('DELETE FROM "Account" WHERE "Id" = ?', [scored[0]])
    org.org.changed()

    done = ready("runs", "rollback", run)

    assert done.code == 3
    assert "(the account is gone)" in done.out
    assert all(row["Engagement_Score__c"] is None for row in told(org).values())


def test_a_run_is_taken_back_under_a_later_one(twice: Shell, org: Sandbox) -> None:
    first, before = last_run(twice), told(org)
    twice("sync", "--force")
    rewritten = [key for key, row in told(org).items() if row != before[key]]

    done = twice("runs", "rollback", first)

    assert done.code == 0
    assert rewritten
    assert all(row["Engagement_Score__c"] is None for row in told(org).values())


def test_a_rollback_can_be_taken_back(twice: Shell, org: Sandbox) -> None:
    twice("sync", "--force")
    after = told(org)
    twice("runs", "rollback", last_run(twice))

    again = twice("runs", "rollback", last_run(twice))

    assert again.code == 0
    assert told(org) == after


def test_a_run_that_wrote_nothing_and_one_that_never_was_are_told(ready: Shell) -> None:
    ready("sync", "--plan-only")
    run = last_run(ready)

    nothing = ready("runs", "rollback", run)
    never = ready("runs", "rollback", "20260101-000000-ffff")

    assert (nothing.code, never.code) == (0, 2)
    assert nothing.out == f"Nothing of run {run} is left to put back.\n"
    assert never.faults == ["run 20260101-000000-ffff is not in the list; see connector runs list"]
