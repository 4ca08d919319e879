"""Can several requests go in one call, the later ones using the answers of the earlier?"""

from __future__ import annotations

from typing import Any

from tests.sandbox.small_org import ACME, Client

BASE = "/services/data/v67.0"


def sent(client: Client, *parts: dict[str, Any], all_or_none: bool = False) -> list[dict[str, Any]]:
    numbered = [{"referenceId": f"r{number}"} | part for number, part in enumerate(parts)]
    answer = client.call("POST", "/composite", {"allOrNone": all_or_none, "compositeRequest": numbered})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["compositeResponse"]
    return found


def test_a_later_request_uses_an_earlier_answer(client: Client) -> None:
    answers = sent(
        client,
        {"method": "POST", "url": f"{BASE}/sobjects/Account", "body": {"Name": "Newco"}},
        {"method": "POST", "url": f"{BASE}/sobjects/Contact", "body": {"LastName": "New", "AccountId": "@{r0.id}"}},
        {"method": "GET", "url": f"{BASE}/query?q=SELECT+Id,Name+FROM+Account+WHERE+Id='@{{r0.id}}'"},
        {"method": "GET", "url": f"{BASE}/sobjects/Account/@{{r2.records[0].Id}}"},
    )

    assert [one["httpStatusCode"] for one in answers] == [201, 201, 200, 200]
    assert [one["referenceId"] for one in answers] == ["r0", "r1", "r2", "r3"]
    assert answers[3]["body"]["Name"] == "Newco"


def test_a_request_that_fails_does_not_stop_the_others(client: Client) -> None:
    answers = sent(
        client,
        {"method": "GET", "url": f"{BASE}/sobjects/Account/001000000009999AAA"},
        {"method": "PATCH", "url": f"{BASE}/sobjects/Account/{ACME}", "body": {"Site": "x"}},
    )

    assert answers[0]["body"] == [{"message": "The requested resource does not exist", "errorCode": "NOT_FOUND"}]
    assert [one["httpStatusCode"] for one in answers] == [404, 204]
    assert client.account()["Site"] == "x"


def test_all_or_none_takes_everything_back(client: Client) -> None:
    answers = sent(
        client,
        {"method": "PATCH", "url": f"{BASE}/sobjects/Account/{ACME}", "body": {"Site": "x"}},
        {"method": "PATCH", "url": f"{BASE}/sobjects/Account/{ACME}", "body": {"Nope__c": "x"}},
        all_or_none=True,
    )

    assert [one["body"][0]["errorCode"] for one in answers] == ["PROCESSING_HALTED", "INVALID_FIELD"]
    assert client.account()["Site"] is None


def test_a_reference_to_nothing_is_refused(client: Client) -> None:
    answers = sent(client, {"method": "GET", "url": f"{BASE}/sobjects/Account/@{{r9.id}}"})

    assert answers[0]["httpStatusCode"] == 400


def test_more_than_25_requests_are_refused(client: Client) -> None:
    part = {"method": "GET", "url": f"{BASE}/limits", "referenceId": "r"}
    answer = client.call("POST", "/composite", {"compositeRequest": [part] * 26})

    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, "EXCEEDED_MAX_SIZE_REQUEST")


def test_a_whole_composite_counts_as_one_call(client: Client) -> None:
    before = int(client.call("GET", "/limits").headers["Sforce-Limit-Info"].split("=")[1].split("/")[0])
    sent(client, *[{"method": "GET", "url": f"{BASE}/limits"}] * 5)
    after = int(client.call("GET", "/limits").headers["Sforce-Limit-Info"].split("=")[1].split("/")[0])

    assert after - before == 2
