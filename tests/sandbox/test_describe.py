"""Does the org describe itself as real orgs do, and only what the user may see?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from connector.sandbox.salesforce.describe import describe_field
from connector.sandbox.salesforce.schema import SObject, standard_objects
from tests.sandbox.small_org import ACME, Client

FIXTURES = Path(__file__).parents[3] / "shared" / "fixtures" / "salesforce"
RECORDED, FACTS = FIXTURES / "describe_cumulusci", FIXTURES / "fieldfacts_netcoreforce_v64"
needs_recordings = pytest.mark.skipif(not RECORDED.exists(), reason="the recorded describes lie beside the repository")

# What a field's describe must agree on with the recording; the rest is constant or not ours to know.
COMPARED = (
    "name", "label", "type", "length", "byteLength", "precision", "scale", "digits", "nillable", "createable",
    "updateable", "filterable", "sortable", "groupable", "aggregatable", "calculated", "custom", "externalId",
    "idLookup", "unique", "caseSensitive", "permissionable", "defaultedOnCreate", "restrictedPicklist",
    "dependentPicklist", "compoundFieldName", "referenceTo", "relationshipName", "polymorphicForeignKey",
    "namePointing", "nameField", "soapType", "extraTypeInfo", "searchPrefilterable", "queryByDistance",
)  # fmt: skip
OBJECT_FACTS = (
    "keyPrefix", "label", "labelPlural", "queryable", "createable", "updateable", "deletable", "undeletable",
    "replicateable", "retrieveable", "searchable", "mergeable", "triggerable",
)  # fmt: skip


def ours(name: str) -> SObject:
    return next(one for one in standard_objects() if one.name == name)


def recording(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((RECORDED / f"{name}.json").read_text())
    return loaded


@needs_recordings
@pytest.mark.parametrize(
    "name", ["Account", "Contact", "Lead", "Event", "Opportunity", "OpportunityContactRole", "Case"]
)
def test_fields_agree_with_the_recorded_describe(name: str) -> None:
    recorded = {f["name"]: f for f in recording(name)["fields"] if not f["name"].endswith("__c")}
    mine = {field.name: describe_field(field) for field in ours(name).fields if not field.feature}

    assert list(mine) == list(recorded)
    for field, facts in recorded.items():
        assert {key: mine[field][key] for key in COMPARED} == {key: facts[key] for key in COMPARED}
        assert set(facts) <= set(mine[field])


@needs_recordings
@pytest.mark.parametrize(
    "name", ["Account", "Contact", "Lead", "Event", "Opportunity", "OpportunityContactRole", "Case"]
)
def test_picklists_agree_with_the_recorded_describe(name: str) -> None:
    for recorded in recording(name)["fields"]:
        field = ours(name).field(recorded["name"])
        if field and field.choices:
            assert describe_field(field)["picklistValues"] == recorded["picklistValues"]


@needs_recordings
@pytest.mark.parametrize("name", ["Account", "Contact", "Lead", "Event", "Opportunity", "OpportunityContactRole"])
def test_objects_agree_with_the_recorded_describe(client: Client, name: str) -> None:
    mine, recorded = client.call("GET", f"/sobjects/{name}/describe").json(), recording(name)

    assert {key: mine[key] for key in OBJECT_FACTS} == {key: recorded[key] for key in OBJECT_FACTS}
    missing = set(recorded) - set(mine) - {"associateEntityType", "hasSubtypes"}
    assert missing <= {"feedEnabled"}


@needs_recordings
def test_person_accounts_bring_the_recorded_fields(client: Client) -> None:
    client.settings(features={"PersonAccount": True})
    standard = {f["name"] for f in recording("Account_PersonAccount")["fields"] if not f["custom"]}
    mine = {f["name"] for f in client.call("GET", "/sobjects/Account/describe").json()["fields"]}

    # Pronouns and gender identity are left out of this org: a switch of their own, in real ones too.
    assert standard - mine <= {"PersonPronouns", "PersonGenderIdentity"}
    assert "PersonContactId" in mine


@needs_recordings
@pytest.mark.parametrize("name", [path.stem for path in sorted(FACTS.glob("*.json")) if path.stem != "AccountHistory"])
def test_fields_agree_with_the_facts_of_a_newer_org(name: str) -> None:
    facts = json.loads((FACTS / f"{name}.json").read_text())["fields"]
    mine = {field.name: describe_field(field) for field in ours(name).fields}
    # Fields that came after the recorded describes, which win where both speak.
    newer = {"IsPriorityRecord", "ContactSource"}
    for fact in facts:
        if fact["name"] not in newer:
            found = mine[fact["name"]]
            keys = ("type", "nillable", "updateable", "createable")
            assert {key: found[key] for key in keys} == {key: fact[key] for key in keys}, fact["name"]


def test_the_list_of_objects_leaves_out_what_is_switched_off(client: Client) -> None:
    def listed() -> set[str]:
        return {one["name"] for one in client.call("GET", "/sobjects").json()["sobjects"]}

    everything = listed()
    client.settings(
        features={"SharedActivities": False, "EmailMessage": False, "AccountContactRelation": False},
        access={"Case": "hidden"},
    )

    gone = everything - listed()
    assert gone == {
        "TaskRelation", "TaskWhoRelation", "EventWhoRelation", "EmailMessage", "EmailMessageRelation",
        "AccountContactRelation", "Case",
    }  # fmt: skip
    assert client.error("SELECT Id FROM Case")[1] == "INVALID_TYPE"
    assert client.call("GET", "/sobjects/Case/describe").status_code == 404


def test_a_feature_brings_its_fields(client: Client) -> None:
    def described(name: str) -> set[str]:
        return {field["name"] for field in client.call("GET", f"/sobjects/{name}/describe").json()["fields"]}

    with_shared = described("Task")
    client.settings(features={"SharedActivities": False, "ActivityType": True})

    assert with_shared - described("Task") == {"WhoCount", "WhatCount"}
    assert described("Task") - with_shared == {"Type"}


def test_a_hidden_field_is_as_if_it_were_not_there(client: Client) -> None:
    client.settings(access={"Account.Industry": "hidden"})

    fields = {field["name"] for field in client.call("GET", "/sobjects/Account/describe").json()["fields"]}
    status, code, message = client.error("SELECT Id, Industry FROM Account")

    assert "Industry" not in fields
    assert (status, code) == (400, "INVALID_FIELD")
    assert message.startswith(
        "\nSELECT Id, Industry FROM Account\n           ^\nERROR at Row:1:Column:12\n"
        "No such column 'Industry' on entity 'Account'. If you are attempting to use a custom field, be sure to "
        "append the '__c'"
    )
    assert client.error("SELECT Id FROM Account WHERE Industry = 'x'")[1] == "INVALID_FIELD"
    assert client.save({"id": ACME, "Industry": "x"}).json()[0]["errors"][0]["statusCode"] == "INVALID_FIELD"
    assert "Industry" not in client.account()


def test_a_read_only_field_says_so_and_refuses(client: Client) -> None:
    client.settings(access={"Account.Site": "readonly"})
    fields = {field["name"]: field for field in client.call("GET", "/sobjects/Account/describe").json()["fields"]}

    refused = client.save({"id": ACME, "Site": "x"}).json()[0]["errors"][0]

    assert (fields["Site"]["updateable"], fields["Site"]["createable"]) == (False, False)
    assert (refused["statusCode"], refused["fields"]) == ("INVALID_FIELD_FOR_INSERT_UPDATE", ["Site"])


def test_a_value_taken_out_of_use_is_still_listed(client: Client) -> None:
    client.settings(inactive_values={"Account.Industry": ["Banking"]})
    fields = {field["name"]: field for field in client.call("GET", "/sobjects/Account/describe").json()["fields"]}

    active = {value["value"]: value["active"] for value in fields["Industry"]["picklistValues"]}

    assert (active["Banking"], active["Energy"]) == (False, True)
