"""Do batches behave as in HubSpot: a hundred rows, some of them refused, and in another order?"""

from __future__ import annotations

import pytest

from tests.sandbox.hubspot.small_portal import ACME, ANNA, BELA, CARA, GLOBEX, Client

FAMILIES = {"v3": "/crm/v3/objects", "2026-03": "/crm/objects/2026-03", "2026-09": "/crm/objects/2026-09"}


@pytest.mark.parametrize(("family", "status"), [("v3", 207), ("2026-03", 207), ("2026-09", 200)])
def test_what_is_missing_in_a_batch_is_told_by_its_ids(client: Client, family: str, status: int) -> None:
    answer = client.post(f"{FAMILIES[family]}/companies/batch/read", {"inputs": [{"id": ACME}, {"id": "404"}]})

    told = answer.json()
    assert answer.status_code == status
    assert [one["id"] for one in told["results"]] == [ACME]
    assert told["numErrors"] == 1
    assert told["errors"][0]["context"]["ids"] == ["404"]
    assert told["errors"][0]["category"] == "OBJECT_NOT_FOUND"


def test_a_batch_holds_a_hundred_rows_and_none_of_them_twice(client: Client) -> None:
    many = client.post("/crm/v3/objects/companies/batch/read", {"inputs": [{"id": str(n)} for n in range(101)]})
    twice = client.post("/crm/v3/objects/companies/batch/read", {"inputs": [{"id": ACME}, {"id": ACME}]})

    assert many.status_code == 400
    assert twice.status_code == 400
    assert twice.json()["message"] == f"Duplicate IDs found in batch input: [{ACME}]. IDs must be unique"
    assert twice.json()["context"]["ids"] == [ACME]


def test_rows_come_back_in_another_order(client: Client) -> None:
    asked = [ANNA, BELA, CARA]

    told = client.post("/crm/v3/objects/contacts/batch/read", {"inputs": [{"id": one} for one in asked]}).json()

    assert sorted(one["id"] for one in told["results"]) == asked
    assert [one["id"] for one in told["results"]] != asked


def _update(client: Client, *rows: tuple[str, dict[str, object]]) -> tuple[int, dict[str, object]]:
    inputs = [{"id": one, "properties": sent, "objectWriteTraceId": f"row-{one}"} for one, sent in rows]
    answer = client.post("/crm/v3/objects/companies/batch/update", {"inputs": inputs})
    return answer.status_code, answer.json()


def test_a_row_that_is_missing_fails_alone_and_is_named_by_its_trace(client: Client) -> None:
    status, told = _update(client, (ACME, {"industry": "Steel"}), ("404", {"industry": "Wood"}))

    assert status == 207
    assert [one["id"] for one in told["results"]] == [ACME]
    assert told["errors"][0]["context"]["objectWriteTraceId"] == ["row-404"]


def test_a_bad_value_fails_the_whole_batch_unless_rows_fail_alone(client: Client) -> None:
    rows = (ACME, {"industry": "Steel"}), (GLOBEX, {"numberofemployees": "many"})
    whole, told = _update(client, *rows)
    kept = client.get(f"/crm/v3/objects/companies/{ACME}", properties="industry").json()["properties"]["industry"]
    client.control("settings", {"row_errors": True}, method="PATCH")
    alone, partly = _update(client, *rows)

    assert (whole, kept) == (400, None)
    assert told["context"]["objectWriteTraceId"] == [f"row-{GLOBEX}"]
    assert alone == 207
    assert [one["id"] for one in partly["results"]] == [ACME]


def test_a_batch_may_say_nothing_at_all_and_write_nothing(client: Client) -> None:
    client.control("faults", {"rules": [{"action": "silent_noop", "sobject": "companies", "times": 2}]})

    status, told = _update(client, (ACME, {"industry": "Steel"}), (GLOBEX, {"industry": "Wood"}))

    found = client.get(f"/crm/v3/objects/companies/{ACME}", properties="industry").json()
    assert (status, told["results"], told.get("errors", [])) == (200, [], [])
    assert found["properties"]["industry"] is None


def test_an_upsert_says_which_rows_are_new(client: Client) -> None:
    rows = [
        {"id": one, "idProperty": "email", "properties": {"lastname": "Named"}, "objectWriteTraceId": one}
        for one in ("anna@acme.example", "new@acme.example", "no address")
    ]

    answer = client.post("/crm/v3/objects/contacts/batch/upsert", {"inputs": rows})

    told = answer.json()
    assert answer.status_code == 207
    assert sorted((one["new"], one["properties"]["lastname"]) for one in told["results"]) == [
        (False, "Named"),
        (True, "Named"),
    ]
    assert told["errors"][0]["context"]["objectWriteTraceId"] == ["no address"]


def test_records_are_made_and_archived_by_the_batch(client: Client) -> None:
    made = client.post("/crm/v3/objects/companies/batch/create", {"inputs": [{"properties": {"name": "New"}}]})
    ids = [one["id"] for one in made.json()["results"]]
    gone = [
        client.post("/crm/v3/objects/companies/batch/archive", {"inputs": [{"id": one} for one in ids]})
        for _ in range(2)
    ]

    assert made.status_code == 201
    assert [one.status_code for one in gone] == [204, 204]
    assert client.get(f"/crm/v3/objects/companies/{ids[0]}").status_code == 404


def test_writes_are_counted_by_kind_and_property(client: Client) -> None:
    _update(client, (ACME, {"industry": "Steel"}), (GLOBEX, {"industry": "Wood"}))

    counted = client.control("writes", method="GET")["writes"]["companies"]

    assert (counted["calls"], counted["updated"], counted["fields"]) == (1, 2, {"industry": 2})


def test_an_update_answers_with_what_was_sent_and_what_the_system_keeps(client: Client) -> None:
    _, told = _update(client, (ACME, {"industry": "Steel"}))

    [result] = told["results"]
    assert set(result["properties"]) == {"industry", "createdate", "hs_lastmodifieddate", "hs_object_id"}
