"""Does every record of a collection get its own outcome, in its place?"""

from __future__ import annotations

import pytest

from tests.sandbox.small_org import ACME, ACME_LABS, ANN, GLOBEX, QUIET, Client, an_id


def codes(answer: list[dict[str, object]]) -> list[str]:
    return ["" if one["success"] else one["errors"][0]["statusCode"] for one in answer]  # type: ignore[index]  # JSON


def test_outcomes_stand_in_the_order_of_the_records(client: Client) -> None:
    answer = client.save(
        {"id": ACME, "Site": "a"},
        {"id": GLOBEX, "Nope__c": 1},
        {"id": QUIET, "Name": "Quiet Co"},
        {"id": ACME_LABS, "Site": "x" * 81},
    )

    body = answer.json()
    assert answer.status_code == 200
    assert codes(body) == ["", "INVALID_FIELD", "", "STRING_TOO_LONG"]
    assert body[0] == {"id": ACME, "success": True, "errors": []}
    assert set(body[1]) == {"success", "errors"}
    assert set(body[1]["errors"][0]) == {"statusCode", "message", "fields"}
    assert client.account(QUIET)["Name"] == "Quiet Co"


def test_all_or_none_takes_the_good_ones_back(client: Client) -> None:
    body = client.save({"id": ACME, "Site": "a"}, {"id": GLOBEX, "Nope__c": 1}, all_or_none=True).json()

    assert codes(body) == ["ALL_OR_NONE_OPERATION_ROLLED_BACK", "INVALID_FIELD"]
    assert client.account()["Site"] is None


def test_all_or_none_keeps_them_when_all_are_good(client: Client) -> None:
    body = client.save({"id": ACME, "Site": "a"}, {"id": GLOBEX, "Site": "b"}, all_or_none=True).json()

    assert codes(body) == ["", ""]
    assert [client.account(one)["Site"] for one in (ACME, GLOBEX)] == ["a", "b"]


def test_more_than_200_records_are_refused_as_a_whole(client: Client) -> None:
    answer = client.save(*[{"id": ACME, "Site": "x"}] * 201)

    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, "EXCEEDED_MAX_SIZE_REQUEST")


def test_one_record_may_stand_five_times_in_a_call_and_no_more(client: Client) -> None:
    body = client.save(*[{"id": ACME, "Site": str(number)} for number in range(6)]).json()

    assert codes(body) == [""] * 5 + ["LIMIT_EXCEEDED"]
    assert body[5]["errors"][0]["message"].startswith("Maximum number of duplicate updates in one batch (5 allowed)")
    assert client.account()["Site"] == "4"


def test_records_are_made_together(client: Client) -> None:
    answer = client.save({"Name": "One"}, {"Site": "no name"}, method="POST")

    body = answer.json()
    assert (answer.status_code, codes(body)) == (200, ["", "REQUIRED_FIELD_MISSING"])
    assert client.account(body[0]["id"])["Name"] == "One"


def test_records_are_deleted_together(client: Client) -> None:
    answer = client.call("DELETE", f"/composite/sobjects?ids={QUIET},{an_id('001', 999)},{GLOBEX}&allOrNone=false")

    assert codes(answer.json()) == ["", "INVALID_CROSS_REFERENCE_KEY", ""]
    assert set(client.values("SELECT Id FROM Account")) == {ACME, ACME_LABS}


def test_records_are_read_together_and_missing_ones_are_null(client: Client) -> None:
    missing = an_id("001", 999)
    get = client.call("GET", f"/composite/sobjects/Account?ids={GLOBEX},{missing},{ACME}&fields=Id,Name")
    post = client.call(
        "POST", "/composite/sobjects/Account", {"ids": [GLOBEX, missing, ACME], "fields": ["Id", "Name"]}
    )

    assert get.json() == post.json()
    assert [one and one["Name"] for one in get.json()] == ["Globex", None, "Acme"]


def test_records_are_upserted_together(client: Client) -> None:
    records = [
        {"attributes": {"type": "Contact"}, "Email": "ann@acme.example", "Title": "CEO"},
        {"attributes": {"type": "Contact"}, "Email": "new@acme.example", "LastName": "New"},
        {"attributes": {"type": "Contact"}, "Email": "NEW@acme.example", "LastName": "Twin"},
        {"attributes": {"type": "Contact"}, "LastName": "Keyless"},
    ]
    body = client.call("PATCH", "/composite/sobjects/Contact/Email", {"records": records}).json()

    assert codes(body) == ["", "", "DUPLICATE_VALUE", "MISSING_ARGUMENT"]
    assert body[0] == {"id": ANN, "success": True, "errors": [], "created": False}
    assert body[1]["created"] is True


def test_a_locked_row_fails_and_the_next_try_succeeds(client: Client) -> None:
    client.faults({"action": "lock", "sobject": "Account", "ids": [ACME], "times": 1})

    first = client.save({"id": ACME, "Site": "a"}, {"id": GLOBEX, "Site": "b"}).json()
    second = client.save({"id": ACME, "Site": "a"}).json()

    assert codes(first) == ["UNABLE_TO_LOCK_ROW", ""]
    message = f"unable to obtain exclusive access to this record or 1 records: {ACME}"
    assert first[0]["errors"][0]["message"] == message
    assert codes(second) == [""]


def test_a_lock_on_a_parent_holds_its_children(client: Client) -> None:
    client.faults({"action": "lock", "sobject": "Contact", "parents": [ACME]})

    body = client.save({"attributes": {"type": "Contact"}, "id": ANN, "Title": "x"}).json()

    assert codes(body) == ["UNABLE_TO_LOCK_ROW"]


@pytest.mark.parametrize("code", ["FIELD_CUSTOM_VALIDATION_EXCEPTION", "CANNOT_EXECUTE_FLOW_TRIGGER"])
def test_a_rule_of_the_org_refuses_a_field(client: Client, code: str) -> None:
    rule = {"object": "Account", "field": "Site", "values": ["bad"], "message": "Not this site", "code": code}
    client.settings(validations=[rule])

    body = client.save({"id": ACME, "Site": "bad"}, {"id": GLOBEX, "Site": "good"}).json()

    assert codes(body) == [code, ""]
    assert body[0]["errors"][0] == {"statusCode": code, "message": "Not this site", "fields": ["Site"]}


def test_a_duplicate_alert_can_be_overruled_and_a_block_cannot(client: Client) -> None:
    def tried(action: str) -> list[str]:
        client.settings(duplicates=[{"object": "Account", "field": "Name", "action": action}])
        header = {"Sforce-Duplicate-Rule-Header": "allowSave=true; runAsCurrentUser=true"}
        body = {"records": [{"attributes": {"type": "Account"}, "Name": "ACME"}]}
        answers = [client.call("POST", "/composite/sobjects", body, headers=headers) for headers in ({}, header)]
        return [code for answer in answers for code in codes(answer.json())]

    assert tried("alert") == ["DUPLICATES_DETECTED", ""]
    assert tried("block") == ["DUPLICATES_DETECTED", "DUPLICATES_DETECTED"]


def test_a_write_may_succeed_and_change_nothing(client: Client) -> None:
    client.faults({"action": "silent_noop", "sobject": "Account", "ids": [ACME]})

    assert codes(client.save({"id": ACME, "Site": "a"}).json()) == [""]
    assert client.account()["Site"] is None


def test_writes_are_counted_by_record_and_field(client: Client) -> None:
    client.save({"id": ACME, "Site": "a", "Name": "A"}, {"id": GLOBEX, "Site": "b"}, {"id": QUIET, "Nope__c": 1})
    client.call("PATCH", f"/sobjects/Account/{ACME}", {"Site": "c"})

    writes = client.control("GET", "writes")["writes"]["Account"]

    assert writes == {
        "calls": 2, "created": 0, "updated": 3, "deleted": 0, "failed": 1,
        "fields": {"Site": 3, "Name": 1, "Nope__c": 1},
    }  # fmt: skip


def test_a_type_that_is_missing_or_unknown_is_refused(client: Client) -> None:
    body = {"records": [{"id": ACME, "Site": "x"}]}

    assert client.call("PATCH", "/composite/sobjects", body).json()[0]["errorCode"] == "INVALID_TYPE"
    body = {"records": [{"attributes": {"type": "Account"}, "Site": "x"}]}
    assert client.call("PATCH", "/composite/sobjects", body).json()[0]["errorCode"] == "MISSING_ARGUMENT"
