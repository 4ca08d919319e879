"""Does a new field come to life as in Salesforce: made by an admin, seen by nobody until it is granted?"""

from __future__ import annotations

from typing import Any

import pytest
import requests

from tests.sandbox.small_org import ACME, GLOBEX, Client

SCORE = {"label": "Engagement Score", "type": "Number", "precision": 6, "scale": 2, "inlineHelpText": "0 to 100"}


def make(client: Client, name: str = "Engagement_Score__c", **metadata: Any) -> requests.Response:
    return client.call(
        "POST", "/tooling/sobjects/CustomField", {"FullName": f"Account.{name}", "Metadata": metadata or SCORE}
    )


def described(client: Client, name: str = "Engagement_Score__c") -> dict[str, Any] | None:
    fields = client.call("GET", "/sobjects/Account/describe").json()["fields"]
    return next((field for field in fields if field["name"] == name), None)


def granted(client: Client, *names: str, edit: bool = True) -> str:
    """A permission set that shows the fields, assigned to the running user."""
    made = client.call("POST", "/sobjects/PermissionSet", {"Name": "Connector", "Label": "Connector"}).json()["id"]
    for name in names or ("Engagement_Score__c",):
        client.call("POST", "/sobjects/FieldPermissions", {
            "ParentId": made, "SobjectType": "Account", "Field": f"Account.{name}",
            "PermissionsRead": True, "PermissionsEdit": edit,
        })  # fmt: skip
    me = client.values(f"SELECT Id FROM User WHERE Username = '{client.sandbox.username}'")[0]
    client.call("POST", "/sobjects/PermissionSetAssignment", {"AssigneeId": me, "PermissionSetId": made})
    return str(made)


def test_a_new_field_is_seen_only_once_it_is_granted(client: Client) -> None:
    answer = make(client)
    before = described(client), client.error("SELECT Engagement_Score__c FROM Account")[1]
    granted(client)
    field = described(client)

    assert answer.status_code == 201
    assert set(answer.json()) == {"id", "success", "errors", "warnings", "infos"}
    assert answer.json()["id"].startswith("00N")
    assert before == (None, "INVALID_FIELD")
    assert field is not None
    assert {name: field[name] for name in ("type", "precision", "scale", "custom", "updateable", "label")} == {
        "type": "double", "precision": 6, "scale": 2, "custom": True, "updateable": True, "label": "Engagement Score",
    }  # fmt: skip
    assert field["inlineHelpText"] == "0 to 100"


def test_a_granted_field_takes_values_and_can_be_asked_for(client: Client) -> None:
    make(client)
    granted(client)

    body = client.save({"id": ACME, "Engagement_Score__c": 71.256}, {"id": GLOBEX, "Engagement_Score__c": 12345}).json()

    assert (body[0]["success"], body[1]["errors"][0]["statusCode"]) == (True, "NUMBER_OUTSIDE_VALID_RANGE")
    soql = "SELECT Engagement_Score__c FROM Account WHERE Engagement_Score__c > 70"
    assert client.values(soql, "Engagement_Score__c") == [71.26]


def test_a_field_that_may_only_be_read_cannot_be_written(client: Client) -> None:
    make(client)
    granted(client, edit=False)

    error = client.save({"id": ACME, "Engagement_Score__c": 1}).json()[0]["errors"][0]

    field = described(client)
    assert field is not None
    assert (field["updateable"], error["statusCode"]) == (False, "INVALID_FIELD_FOR_INSERT_UPDATE")


def test_a_grant_that_is_taken_away_hides_the_field_again(client: Client) -> None:
    make(client)
    granted(client)
    assignment = client.values("SELECT Id FROM PermissionSetAssignment")[0]
    client.call("DELETE", f"/sobjects/PermissionSetAssignment/{assignment}")

    assert described(client) is None


def test_a_name_can_be_used_once(client: Client) -> None:
    make(client)
    answer = make(client)

    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, "DUPLICATE_DEVELOPER_NAME")
    assert answer.json()[0]["message"].startswith("There is already a field named Engagement_Score")


@pytest.mark.parametrize(
    ("name", "metadata", "describe"),
    [
        ("Surging__c", {"type": "Checkbox", "defaultValue": False}, {"type": "boolean", "nillable": False}),
        ("Why__c", {"type": "LongTextArea", "length": 5_000, "visibleLines": 5}, {"type": "textarea", "length": 5_000}),
        ("Note__c", {"type": "Text", "length": 80}, {"type": "string", "length": 80}),
        ("Since__c", {"type": "Date"}, {"type": "date"}),
        ("Seen__c", {"type": "DateTime"}, {"type": "datetime", "groupable": False}),
        ("Share__c", {"type": "Percent", "precision": 5, "scale": 2}, {"type": "percent", "precision": 5}),
        ("Key__c", {"type": "Text", "length": 20, "externalId": True}, {"externalId": True}),
    ],
)
def test_every_kind_of_field_describes_itself(
    client: Client, name: str, metadata: dict[str, Any], describe: dict[str, Any]
) -> None:
    answer = make(client, name, label="A field", **metadata)
    granted(client, name)

    field = described(client, name)
    assert answer.status_code == 201
    assert field is not None
    assert {key: field[key] for key in describe} == describe


def test_a_restricted_picklist_takes_only_its_values(client: Client) -> None:
    values = [{"fullName": "A", "label": "Tier A", "default": False}, {"fullName": "B", "label": "B", "default": False}]
    value_set = {"restricted": True, "valueSetDefinition": {"sorted": False, "value": values}}
    make(client, "Tier__c", label="Tier", type="Picklist", valueSet=value_set)
    granted(client, "Tier__c")

    body = client.save({"id": ACME, "Tier__c": "A"}, {"id": GLOBEX, "Tier__c": "C"}).json()

    field = described(client, "Tier__c")
    assert field is not None
    assert [one["label"] for one in field["picklistValues"]] == ["Tier A", "B"]
    assert body[1]["errors"][0]["statusCode"] == "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"


def test_an_external_id_of_ones_own_works_for_upserts(client: Client) -> None:
    make(client, "Key__c", label="Key", type="Text", length=20, externalId=True)
    granted(client, "Key__c")

    made = client.call("PATCH", "/sobjects/Account/Key__c/k-1", {"Name": "Keyed"})
    changed = client.call("PATCH", "/sobjects/Account/Key__c/K-1", {"Site": "x"})

    assert (made.status_code, changed.status_code, made.json()["id"]) == (201, 200, changed.json()["id"])


@pytest.mark.parametrize(
    ("full_name", "metadata", "code"),
    [
        ("Account.Bad Name__c", SCORE, "FIELD_INTEGRITY_EXCEPTION"),
        ("Account.NoSuffix", SCORE, "FIELD_INTEGRITY_EXCEPTION"),
        ("Account." + "x" * 41 + "__c", SCORE, "FIELD_INTEGRITY_EXCEPTION"),
        ("Nothing.X__c", SCORE, "INVALID_FULL_NAME"),
        ("Account.X__c", {"label": "X", "type": "Number"}, "FIELD_INTEGRITY_EXCEPTION"),
        ("Account.X__c", {"label": "X", "type": "Number", "precision": 19, "scale": 2}, "FIELD_INTEGRITY_EXCEPTION"),
        ("Account.X__c", {"label": "X", "type": "Text"}, "FIELD_INTEGRITY_EXCEPTION"),
        ("Account.X__c", {"label": "X", "type": "Checkbox"}, "FIELD_INTEGRITY_EXCEPTION"),
        ("Account.X__c", {"label": "X", "type": "LongTextArea", "length": 500}, "FIELD_INTEGRITY_EXCEPTION"),
        ("Account.X__c", {"label": "X" * 41, "type": "Date"}, "FIELD_INTEGRITY_EXCEPTION"),
        ("Account.X__c", {"label": "X", "type": "Magic"}, "FIELD_INTEGRITY_EXCEPTION"),
        ("Account.X__c", None, "REQUIRED_FIELD_MISSING"),
    ],
)
def test_a_field_setup_would_refuse_is_refused(client: Client, full_name: str, metadata: Any, code: str) -> None:
    answer = client.call("POST", "/tooling/sobjects/CustomField", {"FullName": full_name, "Metadata": metadata})

    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, code)


def test_the_tooling_api_lists_custom_fields_and_what_is_left(client: Client) -> None:
    make(client)

    soql = "SELECT DeveloperName, FullName FROM CustomField WHERE TableEnumOrId = 'Account'"
    found = client.query(soql, path="/tooling/query").json()["records"]
    limit = client.query(
        "SELECT Label, Max, Remaining FROM EntityLimit WHERE EntityDefinitionId = 'Account'", path="/tooling/query"
    ).json()["records"]

    assert [one["DeveloperName"] for one in found] == ["Engagement_Score"]
    assert [(one["Label"], one["Max"], one["Remaining"]) for one in limit] == [("Custom Fields", 800, 799)]


def test_a_custom_field_can_be_deleted(client: Client) -> None:
    made = make(client).json()["id"]
    granted(client)
    answer = client.call("DELETE", f"/tooling/sobjects/CustomField/{made}")

    assert (answer.status_code, described(client)) == (204, None)
    assert make(client).status_code == 201
