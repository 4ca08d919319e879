"""Do single records behave as in HubSpot: listed, read, made, changed, archived?"""

from __future__ import annotations

import json

import pytest
import requests

from connector.sandbox.hubspot.server import HubSpotSandbox
from tests.sandbox.hubspot.small_portal import ACME, ANNA, BELA, BORN, CARA, GLOBEX, Client

COMPANIES = "/crm/v3/objects/companies"
CONTACTS = "/crm/v3/objects/contacts"


def _error(answer: requests.Response) -> tuple[int, str, str]:
    """Status, category and message of a refusal, which always has an id to quote."""
    told = answer.json()
    assert told["status"] == "error"
    assert told["correlationId"]
    return answer.status_code, told.get("category", ""), told["message"]


def _codes(answer: requests.Response) -> dict[str, str]:
    """The code of each property at fault."""
    message = answer.json()["message"]
    return {one["name"]: one["error"] for one in json.loads(message.partition(": ")[2])}


def test_a_list_gives_ten_by_default_and_a_hundred_at_most(client: Client) -> None:
    client.control("seed", {"records": {"notes": [{"hs_note_body": str(n), "hs_timestamp": BORN} for n in range(130)]}})

    first = client.get("/crm/v3/objects/notes").json()
    hundred = client.get("/crm/v3/objects/notes", limit=100).json()
    rest = client.get("/crm/v3/objects/notes", limit=100, after=hundred["paging"]["next"]["after"]).json()

    assert len(first["results"]) == 10
    assert [int(one["id"]) for one in hundred["results"]] == sorted(int(one["id"]) for one in hundred["results"])
    assert len(hundred["results"]) + len(rest["results"]) == 130
    assert "paging" not in rest
    assert _error(client.get("/crm/v3/objects/notes", limit=101))[:2] == (400, "VALIDATION_ERROR")


def test_history_allows_only_fifty_a_page(client: Client) -> None:
    assert client.get(COMPANIES, limit=50, propertiesWithHistory="name").status_code == 200
    assert client.get(COMPANIES, limit=51, propertiesWithHistory="name").status_code == 400


def test_properties_may_be_repeated_or_have_commas_and_unknown_ones_are_ignored(client: Client) -> None:
    commas = client.get(f"{COMPANIES}/{ACME}", properties="name,numberofemployees,nonsense").json()["properties"]
    repeated = client.get(f"{COMPANIES}/{ACME}", properties=["name", "numberofemployees"]).json()["properties"]

    assert commas == repeated
    assert commas["numberofemployees"] == "250"
    assert "nonsense" not in commas


def test_what_was_never_set_is_null_and_what_was_cleared_is_empty(client: Client) -> None:
    client.patch(f"{COMPANIES}/{ACME}", {"properties": {"numberofemployees": ""}})

    found = client.get(f"{COMPANIES}/{ACME}", properties="numberofemployees,industry").json()["properties"]

    assert found["numberofemployees"] == ""
    assert found["industry"] is None


def test_null_changes_nothing_and_numbers_and_ticks_are_taken_as_they_are(client: Client) -> None:
    client.patch(f"{COMPANIES}/{ACME}", {"properties": {"numberofemployees": None, "annualrevenue": 12.5}})
    client.patch(f"{COMPANIES}/{ACME}", {"properties": {"hs_is_target_account": True}})

    wanted = "numberofemployees,annualrevenue,hs_is_target_account"
    found = client.get(f"{COMPANIES}/{ACME}", properties=wanted).json()["properties"]

    assert [found[name] for name in wanted.split(",")] == ["250", "12.5", "true"]


def test_the_default_properties_of_a_kind_come_when_none_is_named(client: Client) -> None:
    company = client.get(f"{COMPANIES}/{ACME}").json()["properties"]
    contact = client.get(f"{CONTACTS}/{ANNA}").json()["properties"]

    assert set(company) == {"createdate", "domain", "hs_lastmodifieddate", "hs_object_id", "name"}
    assert set(contact) == {"createdate", "email", "firstname", "hs_object_id", "lastmodifieddate", "lastname"}


@pytest.mark.parametrize(
    ("properties", "code"),
    [
        ({"no_such_thing": "1"}, "PROPERTY_DOESNT_EXIST"),
        ({"hs_object_id": "5"}, "READ_ONLY_VALUE"),
        ({"num_associated_contacts": "5"}, "READ_ONLY_VALUE"),
        ({"hs_lead_status": "new"}, "INVALID_OPTION"),
        ({"numberofemployees": "many"}, "INVALID_INTEGER"),
        ({"numberofemployees": " 5"}, "INVALID_INTEGER"),
        ({"createdate": "asd000"}, "INVALID_LONG"),
        ({"hs_is_target_account": "yes"}, "INVALID_OPTION"),
    ],
)
def test_a_bad_value_is_refused_with_the_property_and_the_reason(
    client: Client, properties: dict[str, str], code: str
) -> None:
    answer = client.patch(f"{COMPANIES}/{ACME}", {"properties": properties})

    assert answer.status_code == 400
    assert _codes(answer) == dict.fromkeys(properties, code)


def test_days_are_midnight_and_moments_lose_milliseconds_that_are_none(client: Client) -> None:
    made = {"label": "A day", "groupName": "companyinformation", "fieldType": "date"}
    client.post("/crm/v3/properties/companies", {"name": "a_day", "type": "date", **made})
    client.post("/crm/v3/properties/companies", {"name": "a_moment", "type": "datetime", **made})

    sent = {"a_day": "1767225600000", "a_moment": "1767225600123"}
    client.patch(f"{COMPANIES}/{ACME}", {"properties": sent})
    found = client.get(f"{COMPANIES}/{ACME}", properties="a_day,a_moment").json()["properties"]
    noon = client.patch(f"{COMPANIES}/{ACME}", {"properties": {"a_day": "1767268800000"}})
    client.patch(f"{COMPANIES}/{ACME}", {"properties": {"a_moment": "2026-01-01T00:00:00+01:00"}})
    whole = client.get(f"{COMPANIES}/{ACME}", properties="a_moment").json()["properties"]

    assert found["a_day"] == "2026-01-01"
    assert found["a_moment"] == "2026-01-01T00:00:00.123Z"
    assert whole["a_moment"] == "2025-12-31T23:00:00Z"
    assert noon.status_code == 400


def test_several_choices_may_be_added_to_those_that_are_there(client: Client) -> None:
    client.patch(f"{CONTACTS}/{ANNA}", {"properties": {"hs_buying_role": "CHAMPION"}})
    client.patch(f"{CONTACTS}/{ANNA}", {"properties": {"hs_buying_role": ";END_USER"}})

    found = client.get(f"{CONTACTS}/{ANNA}", properties="hs_buying_role").json()["properties"]

    assert found["hs_buying_role"] == "CHAMPION;END_USER"


def test_long_numbers_and_every_script_come_back_as_they_were(client: Client) -> None:
    number = "0.200000000000000011102230246251565404236316680908203125"
    client.patch(f"{COMPANIES}/{ACME}", {"properties": {"annualrevenue": number, "name": "Ωmega; 株式会社 🚀"}})

    found = client.get(f"{COMPANIES}/{ACME}", properties="annualrevenue,name").json()["properties"]

    assert (found["annualrevenue"], found["name"]) == (number, "Ωmega; 株式会社 🚀")


def test_a_second_contact_with_an_address_is_refused_with_the_first_ones_id(client: Client) -> None:
    made = client.post(CONTACTS, {"properties": {"email": "new@acme.example"}})
    again = client.post(CONTACTS, {"properties": {"email": "NEW@acme.example"}})
    twins = [client.post(COMPANIES, {"properties": {"domain": "acme.example"}}).status_code for _ in range(2)]

    assert made.status_code == 201
    assert _error(again) == (409, "CONFLICT", f"Contact already exists. Existing ID: {made.json()['id']}")
    assert twins == [201, 201]


def test_a_record_is_found_by_a_unique_property_and_by_no_other(client: Client) -> None:
    found = client.get(f"{CONTACTS}/bela@acme.example", idProperty="email")
    refused = client.get(f"{COMPANIES}/acme.example", idProperty="domain")
    missing = client.get(f"{CONTACTS}/404")

    assert found.json()["id"] == BELA
    assert refused.status_code == 400
    assert _error(missing)[:2] == (404, "OBJECT_NOT_FOUND")


def test_an_archived_record_leaves_list_and_search_and_is_gone_after_ninety_days(client: Client) -> None:
    assert client.delete(f"{COMPANIES}/{GLOBEX}").status_code == 204
    assert client.delete(f"{COMPANIES}/{GLOBEX}").status_code == 204

    listed = [one["id"] for one in client.get(COMPANIES).json()["results"]]
    [archived] = client.get(COMPANIES, archived="True").json()["results"]
    found = client.found("companies", "name", "EQ", value="Globex")
    client.control("clock/advance", {"days": 91})

    assert listed == [ACME]
    assert found == []
    assert archived["id"] == GLOBEX
    assert archived["archivedAt"]
    assert client.get(COMPANIES, archived="true").json()["results"] == []


def test_a_record_can_be_brought_back(client: Client) -> None:
    client.delete(f"{CONTACTS}/{CARA}")
    client.control("undelete", {"object": "contacts", "ids": [CARA]})

    assert client.get(f"{CONTACTS}/cara@globex.example", idProperty="email").json()["id"] == CARA


def test_any_write_moves_the_stamp_and_is_told_in_the_history(client: Client) -> None:
    before = client.get(f"{COMPANIES}/{ACME}").json()
    client.control("clock/advance", {"hours": 1})
    answer = client.patch(f"{COMPANIES}/{ACME}", {"properties": {"numberofemployees": "300"}}).json()
    told = client.get(f"{COMPANIES}/{ACME}", propertiesWithHistory="numberofemployees").json()

    assert answer["updatedAt"] > before["updatedAt"]
    assert answer["properties"]["hs_lastmodifieddate"] == answer["updatedAt"]
    assert set(answer["properties"]) == {"numberofemployees", "hs_object_id", "createdate", "hs_lastmodifieddate"}
    assert [one["value"] for one in told["propertiesWithHistory"]["numberofemployees"]] == ["300", "250"]
    assert {one["sourceType"] for one in told["propertiesWithHistory"]["numberofemployees"]} == {"INTEGRATION"}


def test_a_rule_of_the_admin_refuses_a_write(client: Client) -> None:
    rule = {"object": "companies", "property": "industry", "values": ["Wood"], "message": "No wood."}
    client.control("settings", {"validations": [rule]}, method="PATCH")

    refused = client.patch(f"{COMPANIES}/{ACME}", {"properties": {"industry": "Wood"}})
    taken = client.patch(f"{COMPANIES}/{ACME}", {"properties": {"industry": "Steel"}})

    assert _codes(refused) == {"industry": "VALIDATION_RULE_VIOLATION"}
    assert taken.status_code == 200


def test_a_merge_makes_a_new_record_that_both_old_ids_lead_to(client: Client) -> None:
    body = {"primaryObjectId": ANNA, "objectIdToMerge": BELA}

    made = client.post(f"{CONTACTS}/merge", body).json()
    read = [client.get(f"{CONTACTS}/{one}", properties="hs_merged_object_ids").json() for one in (ANNA, BELA)]
    listed = {one["id"] for one in client.get(CONTACTS).json()["results"]}
    batch = client.post(f"{CONTACTS}/batch/read", {"inputs": [{"id": ANNA}]}).json()

    assert made["id"] not in (ANNA, BELA)
    assert {one["id"] for one in read} == {made["id"]} == {batch["results"][0]["id"]}
    assert read[0]["properties"]["hs_merged_object_ids"] == f"{ANNA};{BELA}"
    assert listed == {made["id"], CARA}
    assert made["properties"]["firstname"] == "Anna"
    assert made["properties"]["hs_additional_emails"] == "bela@acme.example"
    assert client.post(CONTACTS, {"properties": {"email": "bela@acme.example"}}).status_code == 409


def test_somebody_deleted_by_law_is_not_in_the_archive_either(client: Client) -> None:
    answer = client.post(f"{CONTACTS}/gdpr-delete", {"objectId": "anna@acme.example", "idProperty": "email"})

    assert answer.status_code == 204
    assert client.get(f"{CONTACTS}/{ANNA}").status_code == 404
    assert client.get(f"{CONTACTS}/{ANNA}", archived="true").status_code == 404


def test_an_activity_needs_its_moment_and_may_be_about_several(client: Client) -> None:
    refused = client.post("/crm/v3/objects/calls", {"properties": {"hs_call_title": "Hello"}})
    to = [
        {"to": {"id": ANNA}, "types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 194}]},
        {"to": {"id": BELA}, "types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 194}]},
        {"to": {"id": ACME}, "types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 182}]},
    ]
    properties = {"hs_timestamp": BORN, "hs_call_duration": "1245000", "hs_call_status": "COMPLETED"}
    made = client.post("/crm/v3/objects/calls", {"properties": properties, "associations": to})
    inline = client.get(f"/crm/v3/objects/calls/{made.json()['id']}", associations="contacts,companies").json()

    assert refused.status_code == 400
    assert made.status_code == 201
    assert [one["id"] for one in inline["associations"]["contacts"]["results"]] == [ANNA, BELA]
    assert [one["id"] for one in inline["associations"]["companies"]["results"]] == [ACME]


def test_texts_of_mails_are_kept_from_a_token_without_the_scope(client: Client) -> None:
    told = {"id": "5", "hs_timestamp": BORN, "hs_email_text": "secret", "hs_email_direction": "EMAIL"}
    client.control("seed", {"records": {"emails": [told]}})
    open_ = client.get("/crm/v3/objects/emails/5", properties="hs_email_text").json()["properties"]
    client.control("settings", {"scopes": {"sales-email-read": False}}, method="PATCH")
    closed = client.get("/crm/v3/objects/emails/5", properties="hs_email_text").json()["properties"]

    assert (open_["hs_email_text"], closed["hs_email_text"]) == ("secret", "")


def test_a_type_may_be_named_in_several_ways_and_a_strange_one_is_refused(client: Client) -> None:
    names = ("companies", "company", "0-2", "COMPANIES")

    found = {client.get(f"/crm/v3/objects/{name}/{ACME}").json()["id"] for name in names}

    assert found == {ACME}
    assert _error(client.get("/crm/v3/objects/unicorns"))[2] == "Unable to infer object type from: unicorns"


def test_a_body_that_is_no_json_is_told_with_line_and_column(portal: HubSpotSandbox, client: Client) -> None:
    answer = client.http.post(f"{portal.url}{COMPANIES}", data=b'{"properties":\n {]}')

    assert answer.status_code == 400
    assert answer.json()["message"].startswith("Invalid input JSON on line 2, column 3")
    assert "category" not in answer.json()


def test_deals_know_what_follows_from_their_stage(client: Client) -> None:
    client.patch("/crm/v3/objects/deals/7001", {"properties": {"dealstage": "closedwon"}})

    wanted = "hs_is_closed,hs_is_closed_won,hs_deal_stage_probability"
    found = client.get("/crm/v3/objects/deals/7001", properties=wanted).json()["properties"]
    stages = client.get("/crm/v3/pipelines/deals").json()["results"][0]["stages"]

    assert [found[name] for name in wanted.split(",")] == ["true", "true", "1.0"]
    assert {one["metadata"]["isClosed"] for one in stages} == {"true", "false"}


def test_every_kind_of_activity_keeps_what_it_is_told(client: Client) -> None:
    told = {
        "calls": {"hs_call_direction": "INBOUND", "hs_call_status": "NO_ANSWER"},
        "emails": {"hs_email_direction": "INCOMING_EMAIL", "hs_email_status": "SENT"},
        "meetings": {"hs_meeting_outcome": "CANCELED", "hs_i_cal_uid": "same@calendar.example"},
        "tasks": {"hs_task_status": "WAITING", "hs_task_type": "LINKED_IN_CONNECT"},
        "notes": {"hs_note_body": "A word; and another."},
        "communications": {"hs_communication_channel_type": "LINKEDIN_MESSAGE", "hs_communication_logged_from": "CRM"},
        "postal_mail": {"hs_postal_mail_body": "Dear all"},
    }
    for kind, properties in told.items():
        made = [client.post(f"/crm/v3/objects/{kind}", {"properties": {"hs_timestamp": BORN, **properties}})] * 2

        read = client.get(f"/crm/v3/objects/{kind}/{made[0].json()['id']}", properties=",".join(properties)).json()

        assert {name: read["properties"][name] for name in properties} == properties


def test_a_meeting_that_is_still_to_come_and_hangs_on_a_deal_alone_is_kept_so(client: Client) -> None:
    types = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 212}]
    body = {
        "properties": {"hs_timestamp": "2030-01-01T10:00:00Z", "hs_meeting_outcome": "SCHEDULED"},
        "associations": [{"to": {"id": "7001"}, "types": types}],
    }

    made = client.post("/crm/v3/objects/meetings", body).json()

    read = client.get(f"/crm/v3/objects/meetings/{made['id']}", associations="deals,contacts,companies").json()
    assert set(read["associations"]) == {"deals"}
    assert made["properties"]["hs_timestamp"] == "2030-01-01T10:00:00Z"


def test_whether_the_same_value_or_an_association_moves_the_stamp_is_a_switch(client: Client) -> None:
    def moved(body: dict[str, object], path: str) -> bool:
        before = client.get(f"{CONTACTS}/{ANNA}").json()["updatedAt"]
        client.control("clock/advance", {"minutes": 1})
        (client.patch if path.endswith(ANNA) else client.post)(path, body)
        return bool(client.get(f"{CONTACTS}/{ANNA}").json()["updatedAt"] != before)

    same = {"properties": {"firstname": "Anna"}}
    tie = {"inputs": [{"from": {"id": ANNA}, "to": {"id": ACME}}]}
    paths = f"{CONTACTS}/{ANNA}", "/crm/v4/associations/contacts/companies/batch/associate/default"
    usual = [moved(same, paths[0]), moved(tie, paths[1])]
    client.control("settings", {"same_value_bumps": False, "bump_on_association": True}, method="PATCH")
    switched = [moved(same, paths[0]), moved(tie, paths[1])]

    assert usual == [True, False]
    assert switched == [False, True]


@pytest.mark.parametrize(("word", "expected"), [("true", GLOBEX), ("True", GLOBEX), ("false", ACME), ("False", ACME)])
def test_whether_archived_ones_are_asked_for_may_be_written_in_any_case(
    client: Client, word: str, expected: str
) -> None:
    client.delete(f"{COMPANIES}/{GLOBEX}")

    assert [one["id"] for one in client.get(COMPANIES, archived=word).json()["results"]] == [expected]


def test_a_list_has_no_end_where_a_search_has_one(client: Client) -> None:
    client.control("settings", {"search_window": 50}, method="PATCH")
    client.control("seed", {"records": {"notes": [{"hs_note_body": str(n), "hs_timestamp": BORN} for n in range(120)]}})
    first = client.get("/crm/v3/objects/notes", limit=100).json()

    rest = client.get("/crm/v3/objects/notes", limit=100, after=first["paging"]["next"]["after"]).json()

    assert len(rest["results"]) == 20
    assert client.post("/crm/v3/objects/notes/search", {"limit": 50, "after": "50"}).status_code == 400


def test_the_id_comes_whatever_is_asked_for_and_who_wrote_stands_in_the_history(client: Client) -> None:
    client.patch(f"{COMPANIES}/{ACME}", {"properties": {"industry": "Steel"}})

    found = client.get(f"{COMPANIES}/{ACME}", properties="industry", propertiesWithHistory="industry").json()

    assert found["properties"]["hs_object_id"] == ACME
    assert [(one["sourceType"], one["sourceId"]) for one in found["propertiesWithHistory"]["industry"]] == [
        ("INTEGRATION", "sandbox")
    ]


def test_a_property_whose_options_come_from_elsewhere_takes_any(client: Client) -> None:
    answer = client.patch(f"{COMPANIES}/{ACME}", {"properties": {"lifecyclestage": "a-stage-of-our-own"}})

    assert answer.json()["properties"]["lifecyclestage"] == "a-stage-of-our-own"


def test_two_meetings_of_one_invitation_are_both_kept(client: Client) -> None:
    told = {"hs_timestamp": BORN, "hs_i_cal_uid": "same@calendar.example", "hs_meeting_outcome": "SCHEDULED"}

    ids = {client.post("/crm/v3/objects/meetings", {"properties": told}).json()["id"] for _ in range(2)}

    assert len(ids) == 2
    assert client.found("meetings", "hs_i_cal_uid", "EQ", value="same@calendar.example") == sorted(ids)


def test_a_text_may_be_very_long_and_no_longer(client: Client) -> None:
    longest = "ä" * 65_536

    kept = client.patch(f"{COMPANIES}/{ACME}", {"properties": {"description": longest}})
    refused = client.patch(f"{COMPANIES}/{ACME}", {"properties": {"description": longest + "ä"}})

    assert kept.json()["properties"]["description"] == longest
    assert _codes(refused) == {"description": "PROPERTY_VALUE_TOO_LONG"}


def test_somebody_is_erased_by_id_out_of_the_archive_too_and_the_address_is_free(client: Client) -> None:
    client.delete(f"{CONTACTS}/{ANNA}")
    answer = client.post("/crm/objects/2026-03/contacts/gdpr-delete", {"objectId": ANNA})

    assert answer.status_code == 204
    assert client.get(CONTACTS, archived="true").json()["results"] == []
    assert client.post(CONTACTS, {"properties": {"email": "anna@acme.example"}}).status_code == 201
    assert client.post(f"{COMPANIES}/gdpr-delete", {"objectId": ACME}).status_code == 400
