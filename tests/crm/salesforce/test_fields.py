"""Are the fields we write made, granted, and never mistaken for others?"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from connector.crm.salesforce.describe import FieldFacts
from connector.crm.salesforce.fields import metadata, misfit
from connector.engine.fields import BANDS, FIELDS
from connector.engine.records import Field
from connector.sandbox.salesforce.server import Sandbox
from tests.crm.orgs import accounts, connect, the_mapping

WRITE = the_mapping().write
NAMES = {field.name: WRITE.crm_name(field) for field in FIELDS}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox({"Account": accounts(2)}) as running:
        yield running


def described(sandbox: Sandbox) -> dict[str, Any]:
    """What the org says of Account, by field."""
    body = connect(sandbox)._transport.get("sobjects/Account/describe")
    return {field["name"]: field for field in body["fields"]}


def test_planning_changes_nothing(sandbox: Sandbox) -> None:
    steps = connect(sandbox).plan_fields(FIELDS, NAMES)

    assert {step.action for step in steps} == {"create"}
    assert {entry.method for entry in sandbox.org.journal.entries if "/services/data" in entry.path} == {"GET"}


def test_every_field_is_made_as_it_is_meant_and_can_be_edited(sandbox: Sandbox) -> None:
    crm = connect(sandbox)
    findings = crm.apply_fields(crm.plan_fields(FIELDS, NAMES))

    assert {finding.level for finding in findings} == {"ok"}
    there = described(sandbox)
    score, trend, band = (there[NAMES[name]] for name in ("score", "trend_30d", "band"))
    assert (score["type"], score["precision"], score["scale"]) == ("double", 3, 0)
    assert (trend["type"], trend["precision"], trend["scale"]) == ("percent", 6, 1)
    assert (band["type"], band["restrictedPicklist"]) == ("picklist", True)
    assert [value["value"] for value in band["picklistValues"]] == list(BANDS)
    assert there[NAMES["why"]]["length"] == 255
    assert all(there[NAMES[field.name]]["updateable"] for field in FIELDS if field.set != "input")
    assert {step.action for step in crm.plan_fields(FIELDS, NAMES)} == {"keep"}


def test_applying_twice_makes_nothing_twice(sandbox: Sandbox) -> None:
    crm = connect(sandbox)
    steps = crm.plan_fields(FIELDS, NAMES)
    crm.apply_fields(steps)
    again = connect(sandbox).apply_fields(steps)

    assert {finding.level for finding in again} == {"ok"}
    with sandbox.org.lock:
        assert sandbox.org.tables.query('SELECT count(*) FROM "PermissionSet"') == [(1,)]
        assert sandbox.org.tables.query('SELECT count(*) FROM "PermissionSetAssignment"') == [(1,)]
        assert sandbox.org.tables.query('SELECT count(*) FROM "FieldPermissions"') == [(len(FIELDS),)]


def test_a_field_somebody_made_and_nobody_granted_is_granted(sandbox: Sandbox) -> None:
    crm = connect(sandbox)
    first = FIELDS[0]
    body = {"FullName": f"Account.{NAMES[first.name]}", "Metadata": metadata(first)}
    crm._transport.write("POST", "tooling/sobjects/CustomField", body)
    (step,) = crm.plan_fields([first], NAMES)
    (finding,) = crm.apply_fields([step])

    assert (step.action, finding.message) == ("grant", "granted")
    assert NAMES[first.name] in described(sandbox)


@pytest.mark.parametrize("fault", ["drop_after", "drop_before", "status"])
def test_a_lost_answer_at_any_step_still_leaves_each_field_once(sandbox: Sandbox, fault: str) -> None:
    few = FIELDS[:2]
    for number in range(1, 14):
        sandbox.org.faults.clear()
        sandbox.org.faults.put([{"path": "^/services/data", "nth": number, "action": fault}])
        crm = connect(sandbox)
        findings = crm.apply_fields(crm.plan_fields(few, NAMES))
        assert {finding.level for finding in findings} == {"ok"}, f"fault at call {number}"

    assert {NAMES[field.name] for field in few} <= described(sandbox).keys()


def test_a_name_that_is_taken_by_another_kind_of_field_is_blocked_with_what_to_do(sandbox: Sandbox) -> None:
    crm = connect(sandbox)
    (step,) = crm.plan_fields([FIELDS[0]], {FIELDS[0].name: "Industry"})
    (finding,) = crm.apply_fields([step])

    assert step.action == "blocked"
    assert step.detail == "is of type picklist; it must be Number"
    assert finding.level == "error"
    assert "mapping" in finding.fix


def test_a_standard_name_that_does_not_exist_cannot_be_made(sandbox: Sandbox) -> None:
    (step,) = connect(sandbox).plan_fields([FIELDS[0]], {FIELDS[0].name: "Score"})

    assert step.action == "blocked"
    assert "__c" in step.detail


def test_what_an_admin_must_do_is_told_field_by_field(sandbox: Sandbox) -> None:
    crm = connect(sandbox)
    steps = crm.plan_fields(FIELDS[:2], NAMES)
    refusal = [{"errorCode": "INSUFFICIENT_ACCESS", "message": "insufficient access rights"}]
    sandbox.org.faults.put([{"path": "tooling/sobjects", "action": "status", "status": 403, "body": refusal}])

    findings = crm.apply_fields(steps)

    assert [finding.level for finding in findings] == ["error", "error"]
    assert "INSUFFICIENT_ACCESS" in findings[0].message
    assert "admin" in findings[0].fix


A_NUMBER = FieldFacts("X__c", "double", precision=3, is_updateable=True)
SCORE, BAND, WHY = (next(field for field in FIELDS if field.name == name) for name in ("score", "band", "why"))
A_BAND = FieldFacts("X__c", "picklist", is_restricted=True, values=BANDS)


@pytest.mark.parametrize(
    ("field", "facts", "fault"),
    [
        (SCORE, A_NUMBER, None),
        (SCORE, replace(A_NUMBER, precision=18, scale=2), None),
        (SCORE, replace(A_NUMBER, precision=2), "holds 2 digits before the point; it must hold 3"),
        (SCORE, replace(A_NUMBER, is_calculated=True), "is a formula"),
        (SCORE, replace(A_NUMBER, type="string"), "is of type string; it must be Number"),
        (replace(SCORE, scale=1), A_NUMBER, "keeps 0 decimal places; it must keep 1"),
        (WHY, FieldFacts("X__c", "string", length=255), None),
        (WHY, FieldFacts("X__c", "textarea", length=255), None),
        (WHY, FieldFacts("X__c", "string", length=80), "holds 80 characters; it must hold 255"),
        (BAND, A_BAND, None),
        (BAND, replace(A_BAND, is_restricted=False, values=()), None),
        (BAND, replace(A_BAND, values=BANDS[1:]), "lacks 'Hot'; add the value"),
        (BAND, replace(A_BAND, values=("hot", *BANDS[1:])), "lacks 'Hot' (there is 'hot')"),
    ],
)
def test_a_field_that_cannot_take_what_we_write_is_known(field: Field, facts: FieldFacts, fault: str | None) -> None:
    told = misfit(field, facts)

    assert told is None if fault is None else told is not None and fault in told


def test_each_kind_of_field_is_told_to_the_crm_with_what_it_needs() -> None:
    kinds = {field.type: metadata(field) for field in FIELDS}

    assert kinds["checkbox"]["defaultValue"] == "false"
    assert kinds["number"]["precision"] >= kinds["number"]["scale"]
    assert kinds["picklist"]["valueSet"]["restricted"] is True
    assert all(len(body["label"]) <= 40 and len(body["inlineHelpText"]) <= 510 for body in map(metadata, FIELDS))
