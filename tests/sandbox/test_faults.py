"""Does what should go wrong go wrong, each time at the same request?"""

from __future__ import annotations

from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from connector.sandbox.answers import Refusal
from connector.sandbox.faults import REQUEST_ACTIONS, Faults, read_fault
from tests.sandbox.small_org import ACME, GLOBEX, Client

QUERY = "SELECT Id FROM Account"


def test_a_request_can_be_lost_before_it_is_heard(client: Client) -> None:
    client.faults({"action": "drop_before", "method": "PATCH", "times": 1})

    with pytest.raises(requests.ConnectionError):
        client.save({"id": ACME, "Site": "x"})

    assert client.account()["Site"] is None
    assert client.save({"id": ACME, "Site": "x"}).status_code == 200


def test_an_answer_can_be_lost_after_the_write(client: Client) -> None:
    client.faults({"action": "drop_after", "method": "PATCH", "times": 1})

    with pytest.raises(requests.ConnectionError):
        client.save({"id": ACME, "Site": "x"})

    assert client.account()["Site"] == "x"


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_status_and_a_body_can_be_chosen(client: Client, status: int) -> None:
    client.faults({"action": "status", "status": status, "path": "/query", "nth": 2, "body": [{"errorCode": "X"}]})

    answers = [client.query(QUERY) for _ in range(3)]

    assert [one.status_code for one in answers] == [200, status, 200]
    assert answers[1].json() == [{"errorCode": "X"}]


def test_without_a_body_the_server_is_unavailable(client: Client) -> None:
    client.faults({"action": "status", "times": 1})

    assert client.query(QUERY).json() == [{"errorCode": "SERVER_UNAVAILABLE", "message": "Server Unavailable"}]


def test_a_proxy_can_answer_with_a_page(client: Client) -> None:
    client.faults({"action": "html", "status": 502, "times": 1})

    answer = client.query(QUERY)

    assert (answer.status_code, answer.headers["Content-Type"]) == (502, "text/html")
    assert "<html>" in answer.text


def test_a_body_can_end_too_early(client: Client) -> None:
    client.faults({"action": "truncate", "path": "describe", "times": 1})

    with pytest.raises((requests.exceptions.ChunkedEncodingError, requests.ConnectionError)):
        client.call("GET", "/sobjects/Account/describe")

    assert client.call("GET", "/sobjects/Account/describe").status_code == 200


def test_the_content_type_can_be_wrong(client: Client) -> None:
    client.faults({"action": "wrong_content_type", "times": 1})

    assert client.query(QUERY).headers["Content-Type"] == "text/plain"


def test_an_answer_can_be_slow(client: Client) -> None:
    client.faults({"action": "slow", "seconds": 0.3, "times": 1})

    with pytest.raises(requests.ReadTimeout):
        client.http.get(f"{client.base}/limits", timeout=0.1)


def test_the_session_can_end_between_two_pages(client: Client) -> None:
    client.faults({"action": "expire_token", "path": "/query", "nth": [2]})

    assert [client.query(QUERY).status_code for _ in range(2)] == [200, 401]
    client.log_in()
    assert client.query(QUERY).status_code == 200


def test_the_days_calls_can_run_out_at_a_chosen_request(client: Client) -> None:
    client.faults({"action": "limit_reached", "path": "/query", "nth": [2]})

    assert [client.query(QUERY).status_code for _ in range(3)] == [200, 403, 403]


def test_records_can_come_in_another_order(client: Client) -> None:
    in_order = client.values("SELECT Id FROM Account ORDER BY Id")
    client.faults({"action": "shuffle", "path": "/query", "times": 1})

    assert client.values("SELECT Id FROM Account ORDER BY Id") == in_order[::-1]


def test_a_share_of_the_rows_is_locked_by_their_ids(client: Client) -> None:
    client.faults({"action": "lock", "sobject": "Account", "share": 0.5})
    ids = [ACME, GLOBEX]

    first = [one["success"] for one in client.save(*[{"id": one, "Site": "x"} for one in ids]).json()]
    again = [one["success"] for one in client.save(*[{"id": one, "Site": "x"} for one in ids]).json()]

    assert first == again


def test_the_control_plane_and_the_journal_know_of_every_fault(client: Client) -> None:
    client.faults({"action": "status", "match": {"path": "/limits"}, "times": 1})
    client.call("GET", "/limits")

    plan = client.control("GET", "faults")["rules"]
    entry = client.control("GET", "requests")["requests"][-1]
    client.control("DELETE", "faults")

    assert (plan[0]["seen"], plan[0]["struck"]) == (1, 1)
    assert (entry["path"], entry["status"], entry["fault"]) == ("/services/data/v67.0/limits", 503, "status")
    assert client.control("GET", "faults") == {"rules": []}


@pytest.mark.parametrize("rule", [{"action": "explode"}, {"action": "slow", "minutes": 3}, {}])
def test_a_fault_nobody_knows_is_refused(rule: dict[str, Any]) -> None:
    with pytest.raises(Refusal):
        read_fault(rule)


RULES = st.lists(
    st.fixed_dictionaries(
        {"action": st.sampled_from(REQUEST_ACTIONS)},
        optional={
            "nth": st.lists(st.integers(1, 9), max_size=4),
            "times": st.integers(0, 3),
            "path": st.sampled_from(["", "query", "^/a"]),
        },
    ),
    max_size=4,
)


@given(RULES, st.lists(st.sampled_from(["/query", "/a/b", "/limits"]), max_size=30))
def test_the_same_plan_strikes_the_same_requests(rules: list[dict[str, Any]], paths: list[str]) -> None:
    def struck() -> list[str | None]:
        faults = Faults()
        faults.put(rules)
        hits = [faults.for_request("GET", path) for path in paths]
        return [hit.action if hit else None for hit in hits]

    assert struck() == struck()
