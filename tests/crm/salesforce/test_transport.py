"""Does one call end well, whatever happens between us and Salesforce?"""

import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import responses

from connector.crm.salesforce.client import Options, Salesforce
from connector.crm.salesforce.login import Credentials
from connector.engine.records import Window
from connector.errors import AccessDenied, BudgetReached, Rejected, Unavailable
from connector.sandbox.salesforce.server import Sandbox
from tests.crm.orgs import PATIENT, accounts, connect, ids_of, moment, pulled, tasks, the_mapping

URL = "https://acme.my.salesforce.com"
DATA = f"{URL}/services/data/v67.0"
ROWS = 25


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox({"Account": accounts(3), "Task": tasks(ROWS)}) as running:
        running.org.settings.page_size = 10
        yield running


@pytest.fixture(autouse=True)
def _no_faults(sandbox: Sandbox) -> Iterator[None]:
    yield
    sandbox.org.faults.clear()
    sandbox.org.settings.unauthorized_as = "array"


MAPPING = the_mapping("task")


def data_calls(sandbox: Sandbox) -> int:
    """How many calls an undisturbed pull of all tasks makes."""
    sandbox.org.journal.clear()
    assert len(ids_of(pulled(connect(sandbox, MAPPING), "task"))) == ROWS
    return sum(entry.path.startswith("/services/data") for entry in sandbox.org.journal.entries)


def one_fault(sandbox: Sandbox, number: int, **fault: Any) -> None:
    """Let the nth call for data meet a fault."""
    sandbox.org.faults.clear()
    sandbox.org.faults.put([{"path": "^/services/data", "nth": number, **fault}])


@pytest.mark.parametrize("shape", ["array", "object", "html"])
@pytest.mark.parametrize("bulk_rows", [20_000, 0])
def test_a_token_that_expires_at_any_call_costs_a_login_only(sandbox: Sandbox, shape: str, bulk_rows: int) -> None:
    calls = data_calls(sandbox) + 4
    sandbox.org.settings.unauthorized_as = shape

    for number in range(1, calls + 1):
        one_fault(sandbox, number, action="expire_token")
        found = pulled(connect(sandbox, MAPPING, bulk_rows=bulk_rows), "task")
        assert len(set(ids_of(found))) == found.num_rows == ROWS, f"token expired at call {number}"


@pytest.mark.parametrize("bulk_rows", [20_000, 0])
@pytest.mark.parametrize(
    "fault",
    [
        {"action": "drop_before"}, {"action": "drop_after"}, {"action": "status", "status": 503},
        {"action": "status", "status": 429}, {"action": "html", "status": 502}, {"action": "html", "status": 200},
        {"action": "truncate"},
        {"action": "status", "status": 403, "body": [
            {"errorCode": "REQUEST_LIMIT_EXCEEDED", "message": "ConcurrentRequests (Concurrent API) Limit exceeded."}]},
    ],
    ids=["reset before", "reset after", "503", "429", "html 502", "html 200", "cut body", "too many at once"],
)  # fmt: skip
def test_one_fault_at_any_call_costs_a_try_and_no_row(sandbox: Sandbox, bulk_rows: int, fault: dict[str, Any]) -> None:
    for number in range(1, data_calls(sandbox) + 5):
        one_fault(sandbox, number, **fault)
        found = pulled(connect(sandbox, MAPPING, bulk_rows=bulk_rows), "task")
        assert len(set(ids_of(found))) == found.num_rows == ROWS, f"fault at call {number}"


@pytest.mark.parametrize("bulk_rows", [20_000, 0])
def test_the_end_of_the_days_calls_stops_the_run_at_once(sandbox: Sandbox, bulk_rows: int) -> None:
    gone = [{"errorCode": "REQUEST_LIMIT_EXCEEDED", "message": "TotalRequests Limit exceeded."}]
    for number in range(1, data_calls(sandbox) + 1):
        one_fault(sandbox, number, action="status", status=403, body=gone)
        crm = connect(sandbox, MAPPING, bulk_rows=bulk_rows)
        with pytest.raises(BudgetReached):
            pulled(crm, "task")
        assert crm.budget.calls == number


def test_a_session_refused_for_good_ends_after_two_new_logins(sandbox: Sandbox) -> None:
    sandbox.org.faults.put([{"path": "^/services/data", "action": "expire_token"}])
    sandbox.org.journal.clear()

    with pytest.raises(AccessDenied, match="a new login was refused too"):
        connect(sandbox, MAPPING).org()

    paths = [entry.path for entry in sandbox.org.journal.entries]
    assert sum(path == "/services/oauth2/token" for path in paths) == 3


def test_our_own_cap_stops_before_the_call_that_would_cross_it(sandbox: Sandbox) -> None:
    crm = connect(sandbox, MAPPING, calls_per_run=2)

    with pytest.raises(BudgetReached, match="CONNECTOR_API_CALLS_PER_RUN"):
        pulled(crm, "task")

    assert crm.budget.calls == 2


def test_the_server_tells_the_time_and_the_calls_used(sandbox: Sandbox) -> None:
    crm = connect(sandbox, MAPPING)

    assert crm.now() == sandbox.org.clock.now()
    assert crm.usage().limit == sandbox.org.settings.daily_limit
    assert crm.usage().used > 0


def an_https_org(**query: Any) -> Salesforce:
    """A client of an org that answers one query in the given way."""
    responses.post(
        f"{URL}/services/oauth2/token",
        json={"access_token": "t", "instance_url": URL, "id": f"{URL}/id/00D5e000001N20QEAS/0055e000001abcDEAQ"},
    )
    responses.get(f"{DATA}/query/", **query)
    ours = Credentials(URL, "client_credentials", "client", "secret")
    return Salesforce(ours, the_mapping(), Options(retry=PATIENT))


@responses.activate
@pytest.mark.parametrize("body", ["null", "5", "[]", '"text"', '{"records": 3}', "", '{"totalSize": 1, "rec'])
def test_json_of_another_shape_is_no_answer(body: str) -> None:
    crm = an_https_org(body=body, status=200, content_type="application/json")

    with pytest.raises(Unavailable):
        crm.org()


@responses.activate
def test_a_wrong_certificate_is_not_tried_again() -> None:
    crm = an_https_org(body=requests.exceptions.SSLError("certificate verify failed"))

    with pytest.raises(Rejected, match="certificate"):
        crm.org()
    assert crm.budget.calls == 1


@responses.activate
def test_a_redirect_is_not_followed() -> None:
    crm = an_https_org(status=302, headers={"Location": "https://evil.example/"})

    with pytest.raises(Unavailable):
        crm.org()
    assert all(call.request.url.startswith(URL) for call in responses.calls)


@responses.activate
def test_the_noisy_gauge_of_calls_is_read_from_every_answer() -> None:
    crm = an_https_org(
        json={"totalSize": 0, "done": True, "records": []},
        headers={"Sforce-Limit-Info": "api-usage=25/5000; per-app-api-usage=17/250(appName=sample)"},
    )

    crm.org()

    assert (crm.usage().used, crm.usage().limit) == (25, 5000)


@responses.activate
def test_an_error_tells_neither_token_nor_query() -> None:
    crm = an_https_org(json=[{"errorCode": "MALFORMED_QUERY", "message": "unexpected token"}], status=400)

    with pytest.raises(Rejected) as caught:
        crm.org()

    assert "SELECT" not in str(caught.value)
    assert "Bearer" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_an_answer_that_takes_too_long_is_asked_for_again(sandbox: Sandbox) -> None:
    sandbox.org.faults.put([{"path": "/queryAll", "action": "slow", "seconds": 0.6, "times": 1}])

    found = pulled(connect(sandbox, MAPPING, timeouts=(5.0, 0.3)), "task")

    assert len(set(ids_of(found))) == found.num_rows == ROWS


@pytest.mark.parametrize("zone", ["Pacific/Chatham", "America/St_Johns", "UTC"])
def test_the_zone_of_this_machine_changes_nothing(sandbox: Sandbox, zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        found = pulled(connect(sandbox, MAPPING), "task", Window(moment(5), moment(10))).sort_by("id")
    finally:
        monkeypatch.undo()
        time.tzset()

    assert found["modified_at"].to_pylist() == [moment(n) for n in range(5, 10)]
    assert set(found["due_on"].to_pylist()) == {moment(0).date()}
