"""Does `connector doctor` find what would go wrong, before it does?"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from connector.crm.base import Finding
from connector.crm.salesforce.client import Options, Salesforce
from connector.sandbox.salesforce.server import Sandbox
from tests.crm.orgs import PATIENT, accounts, connect, credentials, make_fields, moment, tasks, the_mapping

MAPPING = the_mapping("user", "account", "task")


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox({"Account": accounts(2), "Task": tasks(58, every=43_200)}) as running:
        yield running


@pytest.fixture(scope="module")
def ready() -> Iterator[Sandbox]:
    """An org that has all our fields."""
    with Sandbox({"Account": accounts(1), "Task": tasks(1)}) as running:
        make_fields(connect(running))
        yield running


def findings(sandbox: Sandbox) -> list[Finding]:
    return connect(sandbox, MAPPING).check()


def errors(sandbox: Sandbox) -> dict[str, str]:
    return {finding.place: finding.message for finding in findings(sandbox) if finding.level == "error"}


def test_an_org_that_is_ready_has_no_error_and_is_not_written_to(ready: Sandbox) -> None:
    ready.org.journal.clear()

    assert errors(ready) == {}
    assert "PATCH" not in {entry.method for entry in list(ready.org.journal.entries)[1:]}
    assert ready.org.journal.writes == {}


def test_fields_that_were_not_made_are_named_with_the_command_that_makes_them(sandbox: Sandbox) -> None:
    missing = [finding for finding in findings(sandbox) if finding.place == "Account.Engagement_Score__c"]

    assert [finding.fix for finding in missing] == ["run connector fields apply"]
    assert len(errors(sandbox)) == len(MAPPING.write.written())


@pytest.mark.parametrize(("access", "message"), [("hidden", "hidden from our user"), ("readonly", "may not edit it")])
@pytest.mark.parametrize("name", sorted(MAPPING.write.written()))
def test_each_field_we_write_is_checked(ready: Sandbox, name: str, access: str, message: str) -> None:
    place = f"Account.{MAPPING.write.written()[name]}"
    ready.org.settings.access = {place: access}
    ready.org.access.forget()

    found = errors(ready)

    ready.org.settings.access = {}
    ready.org.access.forget()
    assert list(found) == [place]
    assert message in found[place]


def test_a_wrong_login_is_the_only_finding(sandbox: Sandbox) -> None:
    wrong = replace(credentials(sandbox), client_secret="canary")
    (finding,) = Salesforce(wrong, MAPPING, Options(retry=PATIENT)).check()

    assert (finding.level, finding.place) == ("error", "login")
    assert "SALESFORCE_CLIENT_SECRET" in finding.message
    assert "canary" not in finding.message


def test_every_fault_of_the_mapping_is_a_finding(sandbox: Sandbox) -> None:
    mapping = the_mapping("account", "task", account={"tier": "No__c"}, task={"status": "Gone__c"})
    found = [finding for finding in connect(sandbox, mapping).check() if finding.place == "mapping"]

    assert [finding.level for finding in found] == ["error", "error"]
    assert "read.account.fields.tier" in found[0].message
    assert "read.task.fields.status" in found[1].message


def test_months_with_hardly_any_activity_point_at_einstein_activity_capture(sandbox: Sandbox) -> None:
    sandbox.org.clock.set(moment(0) + timedelta(days=62))
    coverage = [finding for finding in findings(sandbox) if finding.place.startswith("coverage")]

    assert [finding.place for finding in coverage] == ["coverage 2026-12", "coverage 2026-11", "coverage 2026-10"]
    assert [finding.level for finding in coverage] == ["warning", "ok", "warning"]
    assert "58 tasks" in coverage[1].message
    assert "Einstein Activity Capture" in coverage[0].fix


def test_a_day_whose_calls_are_nearly_used_up_is_a_warning(sandbox: Sandbox) -> None:
    sandbox.org.settings.daily_limit = 400
    sandbox.instance.usage.exhaust()
    sandbox.org.settings.daily_limit = 480
    found = [one for one in connect(sandbox, MAPPING, reserve=0.0).check() if one.place == "api calls"]

    assert [(finding.level, finding.message[:10]) for finding in found] == [("warning", "401 of 480")]


def test_what_the_user_may_do_and_need_not_is_noted(sandbox: Sandbox) -> None:
    """Promise S4"""
    notes = [finding.message for finding in findings(sandbox) if finding.place == "permissions"]

    assert any("may delete Account, Task" in note for note in notes)


def test_an_optional_stream_the_org_lacks_is_noted(sandbox: Sandbox) -> None:
    sandbox.org.settings.features.discard("SharedActivities")
    sandbox.org.access.forget()
    found = connect(sandbox, the_mapping("account", "task_relation")).check()

    assert [finding.place for finding in found if "nothing is read" in finding.message] == ["read.task_relation"]
