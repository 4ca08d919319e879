"""Are our company properties made as they should, once, and put right where a person has changed them?"""

from typing import Any

import pytest

from connector.crm.base import FieldStep, Finding
from connector.crm.hubspot.client import HubSpot
from connector.crm.hubspot.fields import GROUP, definition, misfit, missing_options
from connector.crm.hubspot.properties import facts_of
from connector.engine.fields import BANDS, FIELDS
from connector.engine.records import Field
from connector.sandbox.hubspot.server import HubSpotSandbox
from tests.crm.hubspot.portals import a_portal, calls, connect, make_fields, the_mapping

WRITE = the_mapping().write
NAMES = {field.name: WRITE.crm_name(field) for field in FIELDS}
BY_NAME = {field.name: field for field in FIELDS}


@pytest.fixture
def portal() -> Any:
    with a_portal() as running:
        yield running


def steps(crm: HubSpot, *names: str) -> list[FieldStep]:
    return crm.plan_fields([BY_NAME[name] for name in names], NAMES)


def applied(crm: HubSpot, *names: str) -> list[Finding]:
    return crm.apply_fields(steps(crm, *names))


def test_every_field_becomes_a_property_in_a_group_of_our_own(portal: HubSpotSandbox) -> None:
    make_fields(connect(portal))

    made = portal.portal.definitions["companies"].properties
    assert {made[name].group for name in NAMES.values()} == {GROUP}
    assert GROUP in portal.portal.definitions["companies"].groups


def test_doing_it_again_changes_nothing(portal: HubSpotSandbox) -> None:
    crm = connect(portal)
    make_fields(crm)
    before = dict(portal.portal.definitions["companies"].properties)
    portal.portal.journal.clear()

    plan = crm.plan_fields(FIELDS, NAMES)
    findings = crm.apply_fields(plan)

    assert {step.action for step in plan} == {"keep"}
    assert {finding.level for finding in findings} == {"ok"}
    assert {entry.method for entry in portal.portal.journal.entries} == {"GET"}
    assert portal.portal.definitions["companies"].properties == before


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_what_we_make_fits_what_we_write(field: Field) -> None:
    facts = facts_of(definition(field, NAMES[field.name]))

    assert misfit(field, facts) is None
    assert missing_options(field, facts) == []
    assert facts.group == GROUP


def test_an_option_that_was_taken_away_is_put_back_beside_those_of_others(portal: HubSpotSandbox) -> None:
    crm = connect(portal)
    make_fields(crm)
    options = [{"label": one, "value": one, "displayOrder": 0, "hidden": False} for one in ("Hot", "Lukewarm")]
    path = "/crm/v3/properties/companies/ae_band"
    crm._transport.write_again("PATCH", path, {"options": options})

    (step,) = steps(crm, "band")
    assert step.action == "update"
    assert "Warm, Cool, Cold, No data" in step.detail
    (finding,) = crm.apply_fields([step])
    assert finding.level == "ok"
    assert crm._definitions.of("companies")["ae_band"].options == (*BANDS, "Lukewarm")


def test_a_property_that_a_person_archived_is_made_anew_and_said_so(portal: HubSpotSandbox) -> None:
    crm = connect(portal)
    make_fields(crm)
    crm._transport.write_again("DELETE", "/crm/v3/properties/companies/ae_score", None)

    assert [one for one in crm.check() if one.place == "companies.ae_score"] == [
        Finding("error", "companies.ae_score", "was archived by somebody", "run connector fields apply")
    ]
    (step,) = steps(crm, "score")
    assert (step.action, step.detail) == ("create", "was archived by somebody; it is made anew")
    assert [finding.level for finding in crm.apply_fields([step])] == ["ok"]
    assert not [one for one in crm.check() if one.level == "error"]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"type": "string", "fieldType": "text"}, "is of type string; it must be number"),
        ({"calculated": True}, "is calculated, which nobody can write"),
        ({"modificationMetadata": {"readOnlyValue": True}}, "is read-only: its value cannot be set"),
    ],
)
def test_a_property_that_cannot_take_our_values_blocks_and_says_why(changed: dict[str, Any], told: str) -> None:
    facts = facts_of({**definition(BY_NAME["score"], "ae_score"), **changed})

    assert misfit(BY_NAME["score"], facts) == told


def test_a_property_of_that_name_but_another_type_is_left_alone(portal: HubSpotSandbox) -> None:
    crm = connect(portal)
    body = {**definition(BY_NAME["score"], "ae_score"), "type": "string", "fieldType": "text"}
    crm._transport.write_again("POST", "/crm/v3/properties/companies", {**body, "groupName": "companyinformation"})

    (step,) = steps(crm, "score")
    assert step.action == "blocked"
    (finding,) = crm.apply_fields([step])
    assert finding.level == "error"
    assert "name another property" in finding.fix


@pytest.mark.parametrize("action", ["drop_after", "drop_before", "html"])
def test_a_lost_answer_while_making_properties_makes_none_twice(portal: HubSpotSandbox, action: str) -> None:
    portal.portal.faults.put([{"action": action, "method": "POST", "path": "/properties/companies", "nth": [1, 3]}])
    findings = applied(connect(portal), "score", "band", "mqa")

    assert [finding.level for finding in findings] == ["ok", "ok", "ok"]
    assert calls(portal, "/properties/companies/groups") >= 2


def test_a_token_that_may_not_define_properties_says_which_scope_it_lacks(portal: HubSpotSandbox) -> None:
    portal.portal.settings.scopes.discard("crm.schemas.companies.write")
    findings = applied(connect(portal), "score", "band")

    assert [finding.level for finding in findings] == ["error", "error"]
    assert all("crm.schemas.companies.write" in finding.message for finding in findings)


def test_when_no_more_properties_may_be_made_the_portals_own_words_are_told(portal: HubSpotSandbox) -> None:
    portal.portal.settings.custom_properties_limit = 2
    findings = applied(connect(portal), "score", "band", "mqa")

    assert [finding.level for finding in findings] == ["ok", "ok", "error"]
    assert "limit" in findings[2].message.lower()
