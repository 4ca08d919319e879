"""Does the whole loop work as it is typed: doctor, fields, a dry run, a sync, and the questions afterwards?"""

import csv
import io
import stat

import pytest

from connector.engine.fields import FIELDS
from connector.sandbox.salesforce.server import Sandbox
from tests.cli.conftest import ACCOUNTS, Shell, writes

CORE = [field for field in FIELDS if field.set == "core"]


def test_doctor_says_what_is_missing_and_what_to_do_and_then_that_all_is_well(connected: Shell) -> None:
    before = connected("doctor")
    made = connected("fields", "apply", "--json")
    after = connected("doctor", "--json")

    assert before.code == 2
    assert "Account.Engagement_Score__c" in before.out
    assert "-> run connector fields apply" in before.out
    assert made.code == 0
    assert [row["level"] for row in made.rows] == ["ok"] * len(CORE)
    assert after.code == 0
    assert {"level": "ok", "place": "fields", "message": "14 of 14 fields can be written", "fix": ""} in after.rows


def test_a_field_plan_is_pending_until_it_was_applied(connected: Shell) -> None:
    before = connected("fields", "plan", "--exit-code")
    connected("fields", "apply")
    after = connected("fields", "plan", "--exit-code", "--json")

    assert (before.code, after.code) == (4, 0)
    assert "Engagement_Sparkline__c" in before.out
    assert {row["action"] for row in after.rows} == {"keep"}


def test_a_dry_run_shows_the_plan_and_touches_nothing(ready: Shell, org: Sandbox) -> None:
    said = ready("sync", "--dry-run", "--exit-code")

    assert said.code == 4
    assert "Engagement_Score__c" in said.out
    assert "would change, 0 stay the same. Writes: 1 Salesforce call. Nothing was written." in said.out
    assert writes(org) == {}
    assert not (ready.folder / ".connector" / "store.duckdb").exists()


def test_one_account_is_said_as_one(ready: Shell) -> None:
    one = ready("sync", "--dry-run", "--json").rows[0]["account_id"]

    asked = ready("sync", "--dry-run", "--account", one)
    wrote = ready("sync", "--account", one)
    back = ready("runs", "rollback", wrote.out.split()[1].rstrip(":"))

    assert "1 of 1 account would change, 0 stay the same. Writes: 1 Salesforce call." in asked.out
    assert "1 account was written, 0 stay the same." in wrote.out
    assert "1 account was put back as before run" in back.out


def test_a_second_sync_writes_nothing(ready: Shell, org: Sandbox) -> None:
    first = ready("sync", "--json")
    written = writes(org)["updated"]
    second = ready("sync", "--json")

    assert (first.code, second.code) == (0, 0)
    assert first.rows[-1]["type"] == "run"
    assert written == len(first.rows) - 1 > ACCOUNTS // 2
    assert [row["type"] for row in second.rows] == ["run"]
    assert second.rows[-1]["unchanged"] == written
    assert writes(org)["updated"] == written
    assert ready("sync", "--dry-run", "--exit-code").code == 0


def test_what_is_kept_can_be_read_by_its_owner_only(ready: Shell) -> None:
    ready("sync")

    kept = list((ready.folder / ".connector").rglob("*"))

    assert kept
    assert [path for path in kept if stat.S_IMODE(path.stat().st_mode) & 0o077] == []


def test_only_the_accounts_that_are_named_are_written(ready: Shell, org: Sandbox) -> None:
    plan = ready("sync", "--dry-run", "--json").rows
    one = plan[0]["account_id"]

    said = ready("sync", "--account", one)

    assert said.code == 0
    assert writes(org)["updated"] == 1


def test_an_explanation_adds_up_to_the_last_minute(known: Shell) -> None:
    best = known("accounts", "list", "--limit", "1", "--json").rows[0]

    by_id = known("explain", best["account_id"][:15], "--json").rows[0]
    by_name = known("explain", best["account_name"].upper())

    assert sum(row["minutes_now"] for row in by_id["receipts"]) == pytest.approx(best["engaged_minutes"], abs=1e-9)
    assert by_id["score"] == pytest.approx(best["score"], abs=1e-9)
    assert by_name.code == 0
    assert f"Score {best['score']:.0f}" in by_name.out
    assert f"{best['engaged_minutes']:.1f}" in by_name.out


def test_each_line_of_a_receipt_is_the_product_of_its_factors(known: Shell) -> None:
    """S3-08: activities, weights, collected, brought to one measure, calculated."""
    best = known("accounts", "list", "--limit", "1", "--json").rows[0]

    receipts = known("explain", best["account_id"], "--json").rows[0]["receipts"]

    for row in (row for row in receipts if row["activity_id"]):
        factors = row["role_factor"] * row["repeat_factor"] * row["cap_factor"]
        faded = 2 ** (-row["age_days"] / 14)
        assert row["minutes"] * factors * faded == pytest.approx(row["minutes_now"], rel=1e-9)


def test_an_earlier_day_is_explained_from_what_is_known_now(known: Shell) -> None:
    best = known("accounts", "list", "--limit", "1", "--json").rows[0]

    now = known("explain", best["account_id"], "--json").rows[0]
    then = known("explain", best["account_id"], "--as-of", "2026-11-09", "--json").rows[0]

    assert then["day"] == "2026-11-09"
    assert all(row["day"] is None or row["day"] <= "2026-11-09" for row in then["receipts"])
    gone = sum(row["minutes_now"] for row in now["receipts"] if row["day"] and row["day"] > "2026-11-09")
    assert then["engaged_minutes"] / 2**0.5 + gone == pytest.approx(now["engaged_minutes"], abs=1e-9)


def test_an_account_that_is_not_there_or_not_meant_alone_is_told(known: Shell) -> None:
    nobody = known("explain", "No Such Company")
    many = known("explain", "e")

    assert (nobody.code, many.code) == (2, 2)
    assert nobody.faults[0].startswith("account 'No Such Company' is not among those the last run scored")
    assert "say which by its id" in many.faults[0]


def test_the_list_is_sorted_by_what_is_worth_working_on(known: Shell) -> None:
    """S1-23 S3-03 S4-01: the most engaged first, every day and for everybody the same."""
    every = known("accounts", "list", "--limit", "0", "--json").rows
    surging = known("accounts", "list", "--limit", "0", "--state", "surging", "--json").rows
    mqas = known("accounts", "list", "--limit", "0", "--mqa", "--json").rows
    owned = known("accounts", "list", "--limit", "0", "--owner", every[0]["owner_id"][:15], "--json").rows

    assert [row["priority"] for row in every] == sorted((row["priority"] for row in every), reverse=True)
    assert {row["surge"] for row in surging} <= {"Surging"}
    assert [row["account_id"] for row in mqas] == [row["account_id"] for row in every if row["mqa"]]
    assert {row["owner_id"] for row in owned} == {every[0]["owner_id"]}


def test_a_spreadsheet_gets_no_formula(ready: Shell, org: Sandbox) -> None:
    org.org.tables.db.execute("""UPDATE "Account" SET "Name" = '=cmd|''/C calc''!A0'""")
    ready("sync")

    rows = list(csv.DictReader(io.StringIO(ready("accounts", "list", "--csv").out)))

    assert rows
    assert {row["account_name"] for row in rows} == {"'=cmd|'/C calc'!A0"}
    assert not any(value.startswith(("=", "+", "@")) for row in rows for value in row.values())


def test_runs_are_listed_with_their_end(known: Shell) -> None:
    (run,) = known("runs", "list", "--json").rows
    shown = known("runs", "show", run["run_id"])

    assert (run["job"], run["crm"], run["exit_code"]) == ("sync", "salesforce", 0)
    assert run["run_id"] in shown.out
    assert "pulled task" in shown.out
    assert known("runs", "show", "nothing").code == 2
    assert known("runs", "errors").err == "Every row got through.\n"


def test_rows_that_are_refused_are_told_until_they_get_through(ready: Shell, org: Sandbox) -> None:
    ready("sync", "--dry-run")
    rule = {
        "object": "Account", "formula": "Engagement_Score__c != null", "message": "Scores are mine",
        "field": "Engagement_Score__c",
    }  # fmt: skip
    org.org.settings.validations.append(rule)

    refused = ready("sync")
    told = ready("runs", "errors")
    org.org.settings.validations.clear()
    mended = ready("sync")

    assert refused.code == 3
    assert "FIELD_CUSTOM_VALIDATION_EXCEPTION" in told.out
    assert "Scores are mine" in told.out
    assert "-> exempt the integration user" in told.out
    assert mended.code == 0
    assert ready("runs", "errors").out == ""


def test_nothing_is_known_before_the_first_sync(shell: Shell) -> None:
    assert shell("accounts", "list").faults[0].endswith("nothing is published yet; run connector sync first")
    assert shell("runs", "list").err.startswith("There was no run yet")
