"""Do properties and their groups behave as in HubSpot: made, changed, archived, made again?"""

from __future__ import annotations

import json

from connector.sandbox.hubspot.server import HubSpotSandbox
from tests.sandbox.hubspot.small_portal import ACME, Client

PROPERTIES = "/crm/v3/properties/companies"
SCORE = {"name": "ae_score", "label": "Score", "type": "number", "fieldType": "number", "groupName": "ae"}


def _make(client: Client, **more: object) -> None:
    client.post(f"{PROPERTIES}/groups", {"name": "ae", "label": "Account engagement", "displayOrder": -1})
    assert client.post(PROPERTIES, {**SCORE, **more}).status_code == 201


def test_a_property_is_made_in_its_group_and_only_once(client: Client) -> None:
    _make(client, displayOrder=-1)

    again = client.post(PROPERTIES, SCORE)
    group = client.post(f"{PROPERTIES}/groups", {"name": "ae", "label": "Again"})
    read = client.get(f"{PROPERTIES}/ae_score").json()

    assert (again.status_code, again.json()["subCategory"]) == (409, "PropertyValidationError.PROPERTY_EXISTS")
    assert (group.status_code, group.json()["subCategory"]) == (409, "PropertyGroupError.GROUP_ALREADY_EXISTS")
    assert read["displayOrder"] > 0
    assert read["modificationMetadata"]["readOnlyValue"] is False


def test_a_group_with_properties_cannot_go_and_says_so_as_text_within_text(client: Client) -> None:
    _make(client)
    kept = client.delete(f"{PROPERTIES}/groups/ae")
    client.delete(f"{PROPERTIES}/ae_score")

    inner = json.loads(kept.json()["message"])
    assert kept.status_code == 400
    assert inner["subCategory"] == "PropertyGroupError.GROUP_WITH_ACTIVE_PROPERTIES"
    assert client.delete(f"{PROPERTIES}/groups/ae").status_code == 204


def test_an_archived_property_takes_its_values_along_and_leaves_its_name_free(client: Client) -> None:
    _make(client)
    client.patch(f"/crm/v3/objects/companies/{ACME}", {"properties": {"ae_score": "55"}})
    client.delete(f"{PROPERTIES}/ae_score")
    _ = [client.post(PROPERTIES, SCORE)]
    value = client.get(f"/crm/v3/objects/companies/{ACME}", properties="ae_score").json()["properties"]["ae_score"]
    archived = client.get(PROPERTIES, archived="true").json()["results"]

    assert value is None
    assert [one["name"] for one in archived] == ["ae_score"]
    assert client.get(f"{PROPERTIES}/ae_score").json()["archived"] is False


def test_what_a_definition_needs_is_asked_for(client: Client) -> None:
    _make(client)
    wrong = [
        {"name": "ae_x"},
        {**SCORE, "name": "Ae_X"},
        {**SCORE, "name": "ae_x", "type": "text"},
        {**SCORE, "name": "ae_x", "fieldType": "slider"},
        {**SCORE, "name": "ae_x", "groupName": "nowhere"},
        {**SCORE, "name": "ae_x", "options": [{"label": "Yes", "value": "true"}]},
    ]

    assert [client.post(PROPERTIES, one).status_code for one in wrong] == [400] * len(wrong)


def test_options_take_the_place_of_the_whole_list_and_uniqueness_stays(client: Client) -> None:
    band = [{"label": one, "value": one, "displayOrder": place, "hidden": False} for place, one in enumerate("AB")]
    _make(client, name="ae_band", type="enumeration", fieldType="select", options=band)
    client.patch(f"{PROPERTIES}/ae_band", {"options": band[:1]})

    refused = client.patch(f"/crm/v3/objects/companies/{ACME}", {"properties": {"ae_band": "B"}})
    unique = client.patch(f"{PROPERTIES}/ae_band", {"hasUniqueValue": True})

    assert [one["value"] for one in client.get(f"{PROPERTIES}/ae_band").json()["options"]] == ["A"]
    assert refused.status_code == 400
    assert unique.status_code == 400


def test_definitions_are_made_and_archived_by_the_batch(client: Client) -> None:
    client.post(f"{PROPERTIES}/groups", {"name": "ae", "label": "Account engagement"})
    inputs = [{**SCORE, "name": f"ae_{n}"} for n in range(3)]

    v3 = client.post(f"{PROPERTIES}/batch/create", {"inputs": inputs[:2]})
    newest = client.post("/crm/properties/2026-09/companies/batch/create", {"inputs": inputs[2:]})
    gone = client.post(f"{PROPERTIES}/batch/archive", {"inputs": [{"name": "ae_0"}, {"name": "ae_404"}]})

    assert (v3.status_code, newest.status_code, gone.status_code) == (201, 200, 204)
    assert client.get(f"{PROPERTIES}/ae_0").status_code == 404


def test_a_portal_takes_only_so_many_properties_of_its_own(client: Client) -> None:
    client.control("settings", {"custom_properties_limit": 1}, method="PATCH")
    _make(client)

    refused = client.post(PROPERTIES, {**SCORE, "name": "ae_two"})
    limits = client.get("/crm/v3/limits/custom-properties").json()["byObjectType"]

    assert refused.json()["subCategory"] == "PropertyValidationError.PROPERTY_LIMIT_EXCEEDED"
    assert next(one for one in limits if one["objectTypeId"] == "0-2")["usage"] == 1


def test_our_own_definitions_are_read_only_and_marked(client: Client) -> None:
    found = {one["name"]: one for one in client.get(PROPERTIES).json()["results"]}

    refused = client.patch(f"{PROPERTIES}/domain", {"type": "number"})

    assert found["num_associated_contacts"]["calculated"] is True
    assert found["lifecyclestage"]["externalOptions"] is True
    assert found["domain"]["hubspotDefined"] is True
    assert refused.status_code == 400
    assert client.delete(f"{PROPERTIES}/domain").status_code == 400


def test_owners_who_left_are_listed_only_when_asked_for(portal: HubSpotSandbox, client: Client) -> None:
    owners = [
        {"id": "1", "email": "a@us.example", "userId": 71},
        {"id": "2", "email": "b@us.example", "userId": 72, "archived": True},
        {"id": "3", "email": "", "type": "QUEUE"},
    ]
    client.control("seed", {"owners": owners})

    active = client.get("/crm/v3/owners/").json()["results"]
    left = client.get("/crm/v3/owners/", archived="true").json()["results"]

    assert [(one["id"], one["type"]) for one in active] == [("1", "PERSON"), ("3", "QUEUE")]
    assert [(one["id"], one["userId"], one["userIdIncludingInactive"]) for one in left] == [("2", None, 72)]
    assert client.get("/crm/v3/owners/2", archived="true").json()["email"] == "b@us.example"
    assert len(portal.portal.owners) == 3


def test_an_owner_who_left_still_stands_on_records(client: Client) -> None:
    client.control("seed", {"owners": [{"id": "2", "email": "b@us.example", "userId": 72, "archived": True}]})

    answer = client.patch(f"/crm/v3/objects/companies/{ACME}", {"properties": {"hubspot_owner_id": "2"}})

    assert answer.json()["properties"]["hubspot_owner_id"] == "2"
    assert client.found("companies", "hubspot_owner_id", "EQ", value="2") == [ACME]
    assert client.get("/crm/v3/owners/2").status_code == 404
