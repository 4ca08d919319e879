"""Does the sandbox answer nonsense with a refusal, and never with a crash?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connector.sandbox.answers import Refusal
from connector.sandbox.salesforce.server import Sandbox
from connector.sandbox.salesforce.soql.parser import parse
from tests.sandbox.small_org import ACME, ANN, Client, small_org

WORDS = st.sampled_from([
    "SELECT", "Id", "Name", "FROM", "Account", "WHERE", "AND", "OR", "NOT", "IN", "LIKE", "(", ")", ",", "=", "!=", "<",
    "'x'", "5", "2026-01-01", "2026-01-01T00:00:00Z", "null", "true", "ORDER", "BY", "GROUP", "COUNT()", "COUNT(Id)",
    "LIMIT", "OFFSET", "TODAY", "LAST_N_DAYS:3", "Owner.Name", "Parent.Parent.Name", "CreatedDate", "IsDeleted",
    "Contacts", "(SELECT", "TYPEOF", "What", "WHEN", "THEN", "END", "FIELDS(ALL)", "AnnualRevenue", "MAX(Name)", "DESC",
    "NULLS", "LAST", "HAVING", "FOR", "VIEW", "WITH", ":", "'", "\\", '"', "--",
])  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=4,
)
FIELDS = [
    "Name",
    "Site",
    "AnnualRevenue",
    "NumberOfEmployees",
    "IsPartner",
    "ParentId",
    "BillingLatitude",
    "Industry",
    "Id",
]
STAYS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def steady() -> Iterator[Client]:
    with Sandbox(small_org()) as sandbox:
        client = Client(sandbox)
        with client.http:
            yield client


def outcome_of(text: str) -> str:
    try:
        parse(text)
    except Refusal as refusal:
        return refusal.code
    return "read"


@given(st.text(max_size=80) | st.lists(WORDS, max_size=14).map(" ".join))
def test_any_text_is_read_or_refused_with_a_place(text: str) -> None:
    assert outcome_of(text) in {"read", "MALFORMED_QUERY", "NUMBER_OUTSIDE_VALID_RANGE", "QUERY_TOO_COMPLICATED"}


@STAYS
@given(st.lists(WORDS, max_size=10).map(lambda words: "SELECT Id FROM Account WHERE " + " ".join(words)))
def test_any_condition_is_answered_or_refused(steady: Client, soql: str) -> None:
    assert steady.query(soql).status_code in (200, 400)


@STAYS
@given(
    field=st.sampled_from(
        ["Id", "Name", "AnnualRevenue", "CreatedDate", "LastActivityDate", "IsDeleted", "OwnerId", "Owner.Name"]
    ),
    sign=st.sampled_from(["=", "!=", "<", ">=", "LIKE", "IN", "NOT IN", "INCLUDES"]),
    value=st.sampled_from(
        ["'x'", "'%'", "5", "-1.5e300", "true", "null", "TODAY", "2026-01-01", "1700-01-01T00:00:00Z", "''"]
    ),
)
def test_any_comparison_is_answered_or_refused(steady: Client, field: str, sign: str, value: str) -> None:
    right = f"({value}, {value})" if sign in ("IN", "NOT IN", "INCLUDES") else value
    answers = [steady.query(f"SELECT Id FROM Account WHERE {not_}{field} {sign} {right}") for not_ in ("", "NOT ")]

    assert {answer.status_code for answer in answers} in ({200}, {400})
    if answers[0].status_code == 200:
        halves = [{record["Id"] for record in answer.json()["records"]} for answer in answers]
        assert halves[0] | halves[1] == set(steady.values("SELECT Id FROM Account"))
        assert not halves[0] & halves[1]


@STAYS
@given(st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=5), VALUES, max_size=3))
def test_any_record_is_taken_or_refused(steady: Client, values: dict[str, Any]) -> None:
    one = steady.call("PATCH", f"/sobjects/Account/{ACME}", values)
    many = steady.save({"id": ACME} | values)
    made = steady.call("POST", "/sobjects/Contact", values)

    assert one.status_code in (204, 400)
    assert many.status_code in (200, 400)
    assert made.status_code in (201, 400)


BODIES = [
    None, 5, "x", [], [1], {}, {"records": 5}, {"records": [1]}, {"records": [{"attributes": "x"}]},
    {"records": [{"attributes": {"type": 5}, "id": 7}]}, {"records": [{"attributes": {"type": "Nope"}, "id": ANN}]},
    {"compositeRequest": [1]}, {"compositeRequest": [{}]}, {"compositeRequest": [{"method": 5, "url": 5}]},
    {"FullName": 5, "Metadata": []}, {"FullName": "Account.X__c", "Metadata": {"type": [], "label": "X"}},
    {"FullName": "Account.X__c", "Metadata": {"type": "Picklist", "label": "X", "valueSet": "x"}},
    {"ids": 5, "fields": 5}, {"ids": [5], "fields": [5]}, {"operation": [], "query": 5},
    {"operation": "query", "query": "SELECT Id FROM Account", "columnDelimiter": []},
    {"operation": "upsert", "object": [], "externalIdFieldName": 5}, {"state": []},
    {"Name": "\ud800"}, {"Name": "a\0b"},
]  # fmt: skip
PATHS = [
    ("POST", "/composite/sobjects"), ("PATCH", "/composite/sobjects"), ("POST", "/composite/sobjects/Account"),
    ("PATCH", "/composite/sobjects/Contact/Email"), ("POST", "/composite"), ("POST", "/sobjects/Account"),
    ("PATCH", f"/sobjects/Account/{ACME}"), ("PATCH", "/sobjects/Contact/Email/a@b.co"), ("POST", "/jobs/query"),
    ("POST", "/jobs/ingest"), ("POST", "/tooling/sobjects/CustomField"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), PATHS)
def test_any_body_is_taken_or_refused(steady: Client, method: str, path: str) -> None:
    for body in BODIES:
        answer = steady.http.request(method, steady.base + path, data=json.dumps(body), timeout=10)

        assert answer.status_code < 500, (body, answer.text)


def test_a_body_too_deep_or_of_no_characters_is_refused(steady: Client) -> None:
    for body in (b"[" * 100_000, b"\xff\xfe", b'{"Name": "\xff"}'):
        answer = steady.http.post(f"{steady.base}/sobjects/Account", data=body, timeout=10)

        assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, "JSON_PARSER_ERROR")


@pytest.mark.parametrize(
    "headers", [{"Authorization": "Basic !!!"}, {"Authorization": "Basic"}, {"Authorization": "Basic Og=="}]
)
def test_a_login_of_nonsense_is_refused(steady: Client, headers: dict[str, str]) -> None:
    url = f"{steady.sandbox.url}/services/oauth2/token"
    answer = requests.post(url, data={"grant_type": "client_credentials"}, headers=headers, timeout=10)

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_client_id")


@pytest.mark.parametrize(
    "path",
    ["/query?q=", "/query/01gS00000000001IAA-99", "/query/01gnonsense-x", "/composite/sobjects?ids=,,",
     "/sobjects/User/%00",
     "/jobs/query/750000000000000AAA", "/sobjects/Account/updated?start=x", "/limits/recordCount?sObjects=Nope,,"],
)  # fmt: skip
def test_any_address_is_answered_or_refused(steady: Client, path: str) -> None:
    for method in ("GET", "DELETE"):
        assert steady.call(method, path).status_code < 500


def test_a_compressed_body_that_is_none_is_refused(steady: Client) -> None:
    headers = {"Content-Encoding": "gzip"}
    answer = steady.http.post(f"{steady.base}/sobjects/Account", data=b"plain", headers=headers, timeout=10)

    assert answer.status_code == 400
