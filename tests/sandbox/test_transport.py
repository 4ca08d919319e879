"""Do the answers look like Salesforce's on the wire: headers, limits, errors, compression?"""

from __future__ import annotations

import gzip
import json
from concurrent.futures import ThreadPoolExecutor
from email.utils import parsedate_to_datetime

import pytest
import requests

from connector.sandbox.salesforce.server import Sandbox
from tests.sandbox.small_org import ACME, NOW, Client

COUNT = "SELECT COUNT() FROM Account"


def used(answer: requests.Response) -> int:
    return int(answer.headers["Sforce-Limit-Info"].split("=")[1].split("/")[0])


def test_every_answer_tells_how_many_calls_are_used(client: Client) -> None:
    first = client.query(COUNT)
    bad = client.query("SELECT")
    last = client.call("GET", "/limits")

    assert [used(bad) - used(first), used(last) - used(bad)] == [1, 1]
    assert last.json()["DailyApiRequests"] == {"Max": 100_000, "Remaining": 100_000 - used(last)}


def test_the_counter_forgets_calls_after_a_day(client: Client) -> None:
    client.query(COUNT)
    client.advance(hours=25)

    assert used(client.query(COUNT)) == 1


def test_the_counter_may_waver_as_it_does_in_a_real_org(client: Client) -> None:
    client.settings(usage_jitter=True)
    for _ in range(12):
        client.query(COUNT)

    shown = [used(client.query(COUNT)) for _ in range(4)]

    assert shown != sorted(shown)


def test_when_the_day_is_used_up_every_call_is_refused_but_logins(client: Client) -> None:
    client.settings(daily_limit=1)
    client.query(COUNT)

    refused = client.query(COUNT)

    assert refused.status_code == 403
    assert refused.json() == [{"message": "TotalRequests Limit exceeded.", "errorCode": "REQUEST_LIMIT_EXCEEDED"}]
    assert client.log_in()["access_token"]


def test_too_many_calls_at_once_are_refused(client: Client) -> None:
    client.settings(concurrent_limit=1)
    with client.sandbox.instance.usage.one_running():
        answer = client.query(COUNT)

    assert answer.json()[0]["message"].startswith("ConcurrentRequests")
    assert client.query(COUNT).status_code == 200


def test_the_limits_resource_may_lag_behind(client: Client) -> None:
    client.settings(limits_lag=2)
    for _ in range(3):
        client.query(COUNT)

    assert client.call("GET", "/limits").json()["DailyApiRequests"]["Remaining"] == 100_000 - 2


def test_the_date_header_follows_the_orgs_clock(client: Client) -> None:
    client.advance(days=3)

    assert (
        parsedate_to_datetime(requests.get(client.sandbox.url + "/services/data", timeout=10).headers["Date"]) - NOW
    ).days == 3


def test_a_long_address_is_refused(client: Client) -> None:
    long = client.query("SELECT Id FROM Account WHERE Name = '" + "x" * 16_400 + "'")
    heavy = client.query(COUNT, headers={"X-Weight": "x" * 16_300})

    assert (long.status_code, heavy.status_code) == (414, 431)


def test_bodies_may_be_compressed_both_ways(client: Client) -> None:
    body = gzip.compress(json.dumps({"Site": "zipped"}).encode())
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
    sent = client.http.patch(f"{client.base}/sobjects/Account/{ACME}", data=body, headers=headers, timeout=10)
    big = client.call("GET", "/sobjects/Account/describe")
    plain = client.call("GET", "/sobjects/Account/describe", headers={"Accept-Encoding": "identity"})

    assert (sent.status_code, client.account()["Site"]) == (204, "zipped")
    assert big.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert big.json() == plain.json()


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nothing/here", 404, "NOT_FOUND"),
        ("DELETE", "/query", 405, "METHOD_NOT_ALLOWED"),
        ("GET", "/sobjects/Nonsense/describe", 404, "NOT_FOUND"),
        ("GET", f"/sobjects/Account/{ACME[:-4]}zzzz", 404, "NOT_FOUND"),
    ],
)
def test_unknown_paths_and_methods_are_refused(client: Client, method: str, path: str, status: int, code: str) -> None:
    answer = client.call(method, path)

    assert (answer.status_code, answer.json()[0]["errorCode"]) == (status, code)
    assert answer.headers["Content-Type"] == "application/json;charset=UTF-8"


def test_a_body_that_is_no_json_is_refused(client: Client) -> None:
    answer = client.http.post(f"{client.base}/sobjects/Account", data="{nope", timeout=10)

    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, "JSON_PARSER_ERROR")


def test_versions_are_listed_without_a_login_and_others_refused(sandbox: Sandbox, client: Client) -> None:
    listed = requests.get(f"{sandbox.url}/services/data", timeout=10).json()
    old = client.http.get(f"{sandbox.url}/services/data/v30.0/limits", timeout=10)
    unknown = client.http.get(f"{sandbox.url}/services/data/v99.0/limits", timeout=10)

    assert listed[-1] == {"label": "Summer '26", "url": "/services/data/v67.0", "version": "67.0"}
    assert (old.status_code, old.json()[0]["errorCode"], unknown.status_code) == (410, "UNSUPPORTED_API_VERSION", 404)


def test_counts_leave_out_what_is_empty(client: Client) -> None:
    answer = client.call("GET", "/limits/recordCount", params={"sObjects": "Account,Case,Contact"})

    assert answer.json() == {"sObjects": [{"count": 4, "name": "Account"}, {"count": 4, "name": "Contact"}]}


def test_many_clients_at_once_lose_nothing(sandbox: Sandbox, client: Client) -> None:
    made = client.save(*[{"Name": f"N{number}"} for number in range(40)], method="POST").json()
    ids = [one["id"] for one in made]

    def work(part: int) -> list[int]:
        mine = Client(sandbox)
        with mine.http:
            saved = mine.save(*[{"id": one, "Site": f"by {part}"} for one in ids[part::8]])
            return [saved.status_code, mine.query("SELECT Id FROM Account ORDER BY Name").status_code]

    with ThreadPoolExecutor(8) as pool:
        statuses = [status for statuses in pool.map(work, range(8)) for status in statuses]

    assert set(statuses) == {200}
    sites = client.values("SELECT Site FROM Account WHERE Site LIKE 'by %'", "Site")
    assert sorted(sites) == sorted(f"by {number % 8}" for number in range(40))
