"""Can a plan be made, looked at and written later, and is it refused once it no longer fits?"""

from datetime import timedelta

import duckdb
import pytest

from connector.sandbox.salesforce.server import Sandbox
from tests.cli.conftest import Shell, writes


@pytest.fixture
def plan(ready: Shell, org: Sandbox) -> str:
    """The id of a plan that nobody has pushed yet."""
    said = ready("sync", "--plan-only", "--json")
    assert said.code == 0
    assert writes(org) == {}
    return str(said.rows[-1]["run_id"])


def touch(org: Sandbox, account_id: str, **fields: object) -> None:
    """Somebody changes an account."""
    stamp = org.org.clock.now() + timedelta(minutes=1)
    sets = ", ".join(f'"{name}" = ?' for name in fields)
    org.org.tables.db.execute(
        f'UPDATE "Account" SET {sets}, "SystemModstamp" = ? WHERE "Id" = ?', [*fields.values(), stamp, account_id]
    )
    org.org.changed()


def an_account(org: Sandbox) -> str:
    """One that has a score in the plan."""
    return str(org.org.tables.db.execute('SELECT "Id" FROM "Account" WHERE NOT "IsDeleted"').fetchone()[0])


def test_a_plan_is_kept_with_its_id_and_written_as_it_was_shown(ready: Shell, org: Sandbox) -> None:
    shown = ready("sync", "--plan-only")
    (run,) = ready("runs", "list", "--json").rows
    planned = writes(org)

    pushed = ready("push", run["run_id"], "--json")
    again = ready("push", run["run_id"])

    assert planned == {}
    assert f"Run connector push {run['run_id']} to write them." in shown.out
    assert (pushed.code, again.code) == (0, 0)
    assert writes(org)["updated"] == len(pushed.rows) - 1 > 0
    assert "0 accounts were written" in again.out
    assert ready("sync", "--dry-run", "--exit-code").code == 0


def test_a_plan_whose_record_somebody_changed_since_is_refused_by_name(ready: Shell, org: Sandbox, plan: str) -> None:
    one = ready("sync", "--dry-run", "--json").rows[0]["account_id"]
    touch(org, one, Name="Renamed")

    said = ready("push", plan)

    assert said.code == 5
    assert f"1 of {len(ready('sync', '--dry-run', '--json').rows) - 1} accounts was changed or deleted" in said.err
    assert one in said.err
    assert writes(org) == {}


def test_a_plan_made_with_other_rules_is_refused(ready: Shell, org: Sandbox, plan: str) -> None:
    ready.edit("scoring.yaml", "half_life_days: 14", "half_life_days: 15")

    said = ready("push", plan)

    assert said.code == 5
    assert "was made with rules version 1 (" in said.faults[0]
    assert "make it again with connector sync --plan-only" in said.faults[0]
    assert writes(org) == {}


def test_a_plan_made_for_another_org_is_refused(ready: Shell, org: Sandbox, plan: str) -> None:
    with duckdb.connect(str(ready.folder / ".connector" / "store.duckdb")) as store:
        store.execute("UPDATE kept.plan_heads SET org_id = '00D000000000009AAA'")

    said = ready("push", plan)

    assert said.code == 5
    assert "was made for org 00D000000000009AAA, this login is for" in said.faults[0]
    assert writes(org) == {}


def test_a_plan_that_was_tampered_with_is_refused(ready: Shell, org: Sandbox, plan: str) -> None:
    with duckdb.connect(str(ready.folder / ".connector" / "store.duckdb")) as store:
        store.execute("UPDATE kept.plans SET cells = replace(cells, '\"Hot\"', '\"Cold\"')")

    said = ready("push", plan)

    assert said.code == 5
    assert "its rows do not fit its digest" in said.faults[0]
    assert writes(org) == {}


def test_what_of_a_plan_did_not_get_through_is_written_by_pushing_again(ready: Shell, org: Sandbox, plan: str) -> None:
    some = [row["account_id"] for row in ready("sync", "--dry-run", "--json").rows[:3]]
    org.org.settings.validations.append({"object": "Account", "ids": some, "message": "Not these"})
    partly = ready("push", plan, "--json")
    org.org.settings.validations.clear()

    finished = ready("push", plan, "--json")

    (first,), (second,) = partly.rows[-1:], finished.rows[-1:]
    assert (partly.code, finished.code) == (3, 0)
    assert 3 == first["refused"] == second["changes"] < first["changes"]
    assert second["unchanged"] == first["changes"] - first["refused"]
    assert ready("sync", "--dry-run", "--exit-code").code == 0


def test_a_plan_that_a_guard_spoke_against_needs_a_persons_word(ready: Shell, org: Sandbox) -> None:
    ready.edit("scoring.yaml", "most_rows: 250000", "most_rows: 3")
    plan = ready("sync", "--plan-only", "--json").rows[-1]["run_id"]

    stopped = ready("push", plan)
    held_back = writes(org)
    forced = ready("push", plan, "--force")

    assert stopped.code == 5
    assert stopped.faults[0].startswith("guards.most_rows:")
    assert f"connector push {plan} --force writes it all the same." in stopped.err
    assert held_back == {}
    assert forced.code == 0
    assert writes(org)["updated"] > 3


def test_a_push_says_which_rows_were_refused(ready: Shell, org: Sandbox, plan: str) -> None:
    rule = {"object": "Account", "formula": "Engagement_Score__c != null", "message": "Scores are mine"}
    org.org.settings.validations.append(rule)

    said = ready("push", plan)
    org.org.settings.validations.clear()

    assert said.code == 3
    assert "were refused: see connector runs errors" in said.out
    assert "Scores are mine" in ready("runs", "errors").out


def test_a_plan_nobody_made_and_two_wishes_at_once_are_told(ready: Shell) -> None:
    nothing = ready("push", "20260101-000000-ffff")
    both = ready("sync", "--plan-only", "--dry-run")

    assert (nothing.code, both.code) == (2, 2)
    assert nothing.faults == ["plan 20260101-000000-ffff is not in the store; connector sync --plan-only makes one"]
    assert "choose one" in both.err
