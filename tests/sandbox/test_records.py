"""Are single records read, made, changed and deleted as in Salesforce, with its words for every refusal?"""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.small_org import ACME, ANN, BOB, CALL, DEAL, GLOBEX, LEA, OWNER, QUIET, WEBINAR, ZOE, Client, an_id

UNKNOWN = an_id("001", 999)


def test_a_record_is_made_changed_read_and_deleted(client: Client) -> None:
    made = client.call("POST", "/sobjects/Account", {"Name": "Newco", "NumberOfEmployees": 7})
    record_id = made.json()["id"]
    changed = client.call("PATCH", f"/sobjects/Account/{record_id}", {"Site": "HQ"})
    record = client.account(record_id)
    deleted = client.call("DELETE", f"/sobjects/Account/{record_id}")

    assert (made.status_code, made.json()) == (201, {"id": record_id, "success": True, "errors": []})
    assert (changed.status_code, changed.content, deleted.status_code) == (204, b"", 204)
    assert (record["Name"], record["Site"], record["NumberOfEmployees"]) == ("Newco", "HQ", 7)
    assert record["attributes"] == {"type": "Account", "url": f"/services/data/v67.0/sobjects/Account/{record_id}"}


def test_a_record_can_be_read_in_part(client: Client) -> None:
    record = client.call("GET", f"/sobjects/Account/{ACME}", params={"fields": "name,AnnualRevenue"}).json()

    assert set(record) == {"attributes", "Name", "AnnualRevenue"}


def test_a_deleted_record_is_not_found_and_cannot_be_written(client: Client) -> None:
    client.call("DELETE", f"/sobjects/Account/{QUIET}")

    read = client.call("GET", f"/sobjects/Account/{QUIET}")
    written = client.call("PATCH", f"/sobjects/Account/{QUIET}", {"Name": "x"})
    again = client.call("DELETE", f"/sobjects/Account/{QUIET}")

    assert (read.status_code, read.json()[0]["errorCode"]) == (404, "NOT_FOUND")
    assert [(one.status_code, one.json()[0]["errorCode"]) for one in (written, again)] == [
        (404, "ENTITY_IS_DELETED")
    ] * 2


def test_an_account_takes_its_children_with_it(client: Client) -> None:
    client.call("DELETE", f"/sobjects/Account/{ACME}")

    assert set(client.values("SELECT Id FROM Contact")) == {ZOE, an_id("003", 4)}
    assert client.values("SELECT Id FROM Opportunity") == []
    gone = client.values("SELECT Id FROM Contact WHERE IsDeleted = true", path="/queryAll")
    assert set(gone) == {ANN, BOB}


def test_null_clears_a_field_and_a_missing_one_stays(client: Client) -> None:
    client.call("PATCH", f"/sobjects/Account/{ACME}", {"Industry": None, "NumberOfEmployees": 5})

    record = client.account()
    assert (record["Industry"], record["NumberOfEmployees"], record["BillingCity"]) == (None, 5, "Köln")


@pytest.mark.parametrize(
    ("values", "code", "fields", "says"),
    [
        ({"Nope__c": 1}, "INVALID_FIELD", None, "No such column 'Nope__c' on sobject of type Account"),
        ({"LastActivityDate": "2026-01-01"}, "INVALID_FIELD_FOR_INSERT_UPDATE", ["LastActivityDate"], "Unable to"),
        ({"Name": None}, "REQUIRED_FIELD_MISSING", ["Name"], "Required fields are missing: [Name]"),
        ({"Name": "x" * 256}, "STRING_TOO_LONG", ["Name"], "(max length=255)"),
        ({"NumberOfEmployees": 10**10}, "NUMBER_OUTSIDE_VALID_RANGE", ["NumberOfEmployees"], "outside of valid range"),
        ({"NumberOfEmployees": "many"}, "INVALID_TYPE_ON_FIELD_IN_RECORD", ["NumberOfEmployees"], "not of required"),
        ({"NumberOfEmployees": True}, "INVALID_TYPE_ON_FIELD_IN_RECORD", ["NumberOfEmployees"], "not of required"),
        ({"AnnualRevenue": 10**18}, "NUMBER_OUTSIDE_VALID_RANGE", ["AnnualRevenue"], "outside of valid range"),
        ({"AnnualRevenue": "NaN"}, "INVALID_TYPE_ON_FIELD_IN_RECORD", ["AnnualRevenue"], "not of required"),
        ({"CleanStatus": "Spotless"}, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", ["CleanStatus"], "bad value for"),
        ({"ParentId": "nonsense"}, "MALFORMED_ID", ["ParentId"], "id value of incorrect type: nonsense"),
        ({"IsPartner": "perhaps"}, "INVALID_TYPE_ON_FIELD_IN_RECORD", ["IsPartner"], "not of required type"),
        ({"Name": {"a": 1}}, "INVALID_TYPE_ON_FIELD_IN_RECORD", ["Name"], "not of required type"),
    ],
)
def test_a_wrong_value_is_refused_by_name(
    client: Client, values: dict[str, Any], code: str, fields: list[str] | None, says: str
) -> None:
    before = client.account()
    answer = client.call("PATCH", f"/sobjects/Account/{ACME}", values)

    error = answer.json()[0]
    assert (answer.status_code, error["errorCode"], error.get("fields")) == (400, code, fields)
    assert says in error["message"]
    assert client.account() == before


def test_a_wrong_email_is_refused_in_the_recorded_words(client: Client) -> None:
    error = client.call("PATCH", f"/sobjects/Contact/{ANN}", {"Email": "badone"}).json()[0]

    assert error == {
        "message": "Email: invalid email address: badone",
        "errorCode": "INVALID_EMAIL_ADDRESS",
        "fields": ["Email"],
    }


def test_a_new_record_needs_its_required_fields(client: Client) -> None:
    error = client.call("POST", "/sobjects/Account", {"Site": "x"}).json()[0]

    assert error == {
        "message": "Required fields are missing: [Name]",
        "errorCode": "REQUIRED_FIELD_MISSING",
        "fields": ["Name"],
    }


def test_a_value_that_is_not_restricted_may_be_new(client: Client) -> None:
    assert client.call("PATCH", f"/sobjects/Account/{ACME}", {"Industry": "Beekeeping"}).status_code == 204


def test_numbers_are_rounded_to_the_fields_scale(client: Client) -> None:
    client.call("PATCH", f"/sobjects/Account/{ACME}", {"AnnualRevenue": "10.5"})

    assert client.account()["AnnualRevenue"] == 11.0


def test_an_id_of_the_wrong_kind_or_of_nothing_is_refused(client: Client) -> None:
    wrong_kind = client.save({"id": ANN, "Name": "x"}).json()[0]["errors"][0]
    unknown = client.save({"id": UNKNOWN, "Name": "x"}).json()[0]["errors"][0]

    assert (wrong_kind["statusCode"], wrong_kind["message"]) == (
        "MALFORMED_ID", f"Account ID: id value of incorrect type: {ANN}",
    )  # fmt: skip
    assert unknown["statusCode"] == "INVALID_CROSS_REFERENCE_KEY"


def test_a_write_moves_the_stamps_and_names_its_author(client: Client) -> None:
    client.advance(hours=1)
    client.call("PATCH", f"/sobjects/Account/{ACME}", {"Site": "x"})

    record = client.account()
    me = client.values(f"SELECT Id FROM User WHERE Username = '{client.sandbox.username}'")[0]
    assert record["SystemModstamp"] == record["LastModifiedDate"] == "2026-03-02T10:00:00.000+0000"
    assert (record["LastModifiedById"], record["CreatedDate"]) == (me, "2026-03-01T09:00:00.000+0000")


def test_a_machine_moves_only_the_system_stamp(client: Client) -> None:
    client.control("POST", "touch", {"object": "Account", "ids": [ACME]})

    record = client.account()
    assert (record["SystemModstamp"], record["LastModifiedDate"]) == (
        "2026-03-02T09:00:00.000+0000", "2026-03-01T09:00:00.000+0000",
    )  # fmt: skip


def test_what_follows_from_other_values_is_set(client: Client) -> None:
    def made(name: str, **values: Any) -> dict[str, Any]:
        record_id = client.call("POST", f"/sobjects/{name}", values).json()["id"]
        record: dict[str, Any] = client.call("GET", f"/sobjects/{name}/{record_id}").json()
        return record

    person = made("Contact", FirstName="Ada", LastName="Byte", AccountId=ACME)
    task = made("Task", WhatId=DEAL, Subject="x", Status="Completed", Priority="High")
    call = made("Task", WhoId=ZOE, Subject="y")
    event = made("Event", WhoId=ANN, StartDateTime="2026-03-03T10:00:00Z", DurationInMinutes=45)
    member = made("CampaignMember", CampaignId=WEBINAR, ContactId=ANN, Status="Attended")

    assert person["Name"] == "Ada Byte"
    assert (task["IsClosed"], task["AccountId"], task["IsHighPriority"]) == (True, ACME, True)
    assert task["CompletedDateTime"] == "2026-03-02T09:00:00.000+0000"
    assert (call["AccountId"], call["Status"], call["IsClosed"]) == (GLOBEX, "Not Started", False)
    assert (event["EndDateTime"], event["ActivityDate"]) == ("2026-03-03T10:45:00.000+0000", "2026-03-03")
    assert (member["HasResponded"], member["FirstRespondedDate"], member["Type"]) == (True, "2026-03-02", "Contact")


def test_closing_a_task_says_when(client: Client) -> None:
    client.call("PATCH", f"/sobjects/Task/{CALL}", {"Status": "Deferred"})
    record = client.call("GET", f"/sobjects/Task/{CALL}").json()

    assert (record["IsClosed"], record["CompletedDateTime"]) == (False, None)


def test_a_converted_lead_cannot_be_changed(client: Client) -> None:
    client.control("POST", "convert", {"lead": LEA, "account": ACME})

    error = client.call("PATCH", f"/sobjects/Lead/{LEA}", {"Title": "x"}).json()[0]

    assert (error["errorCode"], error["message"]) == ("CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead")


def test_an_object_that_is_only_read_refuses_writes(client: Client) -> None:
    assert client.call("POST", "/sobjects/TaskWhoRelation", {"TaskId": CALL}).status_code == 400
    assert client.call("DELETE", f"/sobjects/User/{OWNER}").json()[0]["errorCode"] == "INSUFFICIENT_ACCESS_OR_READONLY"


def test_a_full_org_takes_nothing_more(client: Client) -> None:
    client.settings(storage_full=True)

    answer = client.call("POST", "/sobjects/Account", {"Name": "x"})

    assert (answer.status_code, answer.json()[0]["errorCode"]) == (403, "STORAGE_LIMIT_EXCEEDED")


# -- upsert ---------------------------------------------------------------------------------------------------------


def test_an_upsert_makes_or_changes_by_an_external_id(client: Client) -> None:
    changed = client.call("PATCH", "/sobjects/Contact/Email/ANN@acme.example", {"Title": "CEO"})
    made = client.call("PATCH", "/sobjects/Contact/Email/new%20one@acme.example", {"LastName": "One"})
    good = client.call("PATCH", "/sobjects/Contact/Email/new.one@acme.example", {"LastName": "One"})

    assert (changed.status_code, changed.json()["created"], changed.json()["id"]) == (200, False, ANN)
    assert made.json()[0]["errorCode"] == "INVALID_EMAIL_ADDRESS"
    assert (good.status_code, good.json()["created"]) == (201, True)
    assert client.call("GET", f"/sobjects/Contact/{ANN}").json()["Title"] == "CEO"


def test_an_external_id_of_several_records_names_them_all(client: Client) -> None:
    client.call("PATCH", f"/sobjects/Contact/{BOB}", {"Email": "ann@acme.example"})

    several = client.call("PATCH", "/sobjects/Contact/Email/ann@acme.example", {"Title": "x"})
    read = client.call("GET", "/sobjects/Contact/Email/ann@acme.example")

    addresses = {f"/services/data/v67.0/sobjects/Contact/{one}" for one in (ANN, BOB)}
    assert (several.status_code, set(several.json())) == (300, addresses)
    assert (read.status_code, set(read.json())) == (300, addresses)


def test_a_record_is_read_by_its_external_id(client: Client) -> None:
    assert client.call("GET", "/sobjects/Contact/Email/zoe@globex.example").json()["Id"] == ZOE
    assert client.call("GET", "/sobjects/Contact/Email/nobody@globex.example").status_code == 404


def test_an_upsert_by_a_field_that_is_no_external_id_is_refused(client: Client) -> None:
    assert client.call("PATCH", "/sobjects/Contact/Title/CFO", {"LastName": "x"}).status_code == 404


# -- kinds of rows a made world does not have -----------------------------------------------------------------------


def put(client: Client, **rows: list[dict[str, Any]]) -> dict[str, list[str]]:
    ids: dict[str, list[str]] = client.control("POST", "rows", {"rows": rows})["ids"]
    return ids


def test_a_lead_may_belong_to_a_queue(client: Client) -> None:
    queue = put(client, Group=[{"Name": "Inbound", "Type": "Queue"}])["Group"][0]
    client.call("PATCH", f"/sobjects/Lead/{LEA}", {"OwnerId": queue})

    owner = client.records(f"SELECT Owner.Name, Owner.Type, Owner.Email FROM Lead WHERE Id = '{LEA}'")[0]["Owner"]
    assert (owner["Name"], owner["Type"], owner["Email"]) == ("Inbound", "Queue", None)
    assert owner["attributes"] == {"type": "Name", "url": f"/services/data/v67.0/sobjects/Group/{queue}"}


def test_a_person_account_is_an_account_with_a_hidden_contact(client: Client) -> None:
    client.settings(features={"PersonAccount": True})
    contact = put(client, Contact=[{"LastName": "Solo", "IsPersonAccount": True}])["Contact"][0]
    put(
        client, Account=[{"Name": "Solo", "IsPersonAccount": True, "PersonContactId": contact, "PersonEmail": "s@o.lo"}]
    )

    record = client.records("SELECT Name, PersonEmail, PersonContactId FROM Account WHERE IsPersonAccount = true")[0]
    assert (record["PersonEmail"], record["PersonContactId"]) == ("s@o.lo", contact)
    assert len(client.values("SELECT Id FROM Account WHERE IsPersonAccount = false")) == 4


def test_a_member_may_be_an_account(client: Client) -> None:
    client.settings(features={"AccountsAsCampaignMembers": True})
    put(client, CampaignMember=[{"CampaignId": WEBINAR, "AccountId": ACME, "Type": "Account", "LeadOrContactId": ACME}])

    soql = "SELECT Account.Name, LeadOrContact.Type FROM CampaignMember WHERE Type = 'Account'"
    record = client.records(soql)[0]
    assert (record["Account"]["Name"], record["LeadOrContact"]["Type"]) == ("Acme", "Account")


def test_a_contact_may_work_with_a_second_account(client: Client) -> None:
    second = {"AccountId": GLOBEX, "ContactId": ANN, "IsDirect": False, "IsActive": True}
    put(client, AccountContactRelation=[second | {"Roles": "Decision Maker;Evaluator"}])

    soql = "SELECT Account.Name FROM AccountContactRelation WHERE Roles INCLUDES ('Evaluator;Decision Maker', 'Other')"
    assert client.records(soql)[0]["Account"]["Name"] == "Globex"
    assert client.values("SELECT Id FROM AccountContactRelation WHERE Roles EXCLUDES ('Evaluator')") == []


def test_accounts_stand_six_deep(client: Client) -> None:
    ids = [an_id("001", 100 + number) for number in range(6)]
    put(
        client,
        Account=[{"Id": one, "Name": f"Level {n}", "ParentId": ids[n - 1] if n else None} for n, one in enumerate(ids)],
    )

    top = "Parent.Parent.Parent.Parent.Parent.Name"
    record = client.records(f"SELECT {top} FROM Account WHERE {top} != null")[0]
    assert record["Parent"]["Parent"]["Parent"]["Parent"]["Parent"]["Name"] == "Level 0"


def test_an_all_day_event_begins_at_midnight_and_may_be_called_off(client: Client) -> None:
    event = {
        "Subject": "Fair",
        "IsAllDayEvent": True,
        "StartDateTime": "2026-03-05T00:00:00Z",
        "ActivityDate": "2026-03-05",
    }
    event_id = put(client, Event=[event])["Event"][0]
    client.call("DELETE", f"/sobjects/Event/{event_id}")

    record = client.records("SELECT StartDateTime, IsDeleted FROM Event WHERE IsAllDayEvent = true", path="/queryAll")[
        0
    ]
    assert (record["StartDateTime"], record["IsDeleted"]) == ("2026-03-05T00:00:00.000+0000", True)


@pytest.mark.parametrize("subtype", ["Task", "Email", "ListEmail", "Cadence", "Call", "LinkedIn"])
def test_a_task_may_be_of_any_subtype_and_have_neither_day_nor_person(client: Client, subtype: str) -> None:
    task = put(client, Task=[{"Subject": "x", "TaskSubtype": subtype, "Status": "Completed", "IsClosed": True}])["Task"]

    columns = "WhoId, WhatId, AccountId, ActivityDate, TaskSubtype"
    record = client.records(f"SELECT {columns} FROM Task WHERE Id = '{task[0]}'")[0]
    assert {name: record[name] for name in columns.split(", ")} == {
        "WhoId": None, "WhatId": None, "AccountId": None, "ActivityDate": None, "TaskSubtype": subtype,
    }  # fmt: skip
