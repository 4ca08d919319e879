"""Does the library most Python programs use get along with the sandbox?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from requests.adapters import HTTPAdapter
from simple_salesforce.api import Salesforce
from simple_salesforce.exceptions import SalesforceMalformedRequest, SalesforceResourceNotFound

from connector.sandbox.salesforce.server import Sandbox
from tests.sandbox.small_org import ACME, ANN, GLOBEX, Client


class ToLoopback(HTTPAdapter):
    """Sends what is meant for Salesforce to the sandbox: the library knows no other address."""

    def __init__(self, base: str) -> None:
        self.base = urlsplit(base)
        super().__init__()

    def send(self, request: requests.PreparedRequest, *args: Any, **more: Any) -> requests.Response:
        parts = urlsplit(str(request.url))
        request.headers["X-Original-Host"] = parts.netloc
        request.url = parts._replace(scheme=self.base.scheme, netloc=self.base.netloc).geturl()
        return super().send(request, *args, **more)


@pytest.fixture
def session(sandbox: Sandbox) -> Iterator[requests.Session]:
    with requests.Session() as http:
        http.mount("https://", ToLoopback(sandbox.url))
        yield http


@pytest.fixture
def library(sandbox: Sandbox, session: requests.Session) -> Any:
    return Salesforce(
        consumer_key=sandbox.client_id, consumer_secret=sandbox.client_secret, domain="acme.my", version="67.0",
        session=session,
    )  # fmt: skip


def test_it_logs_in_with_a_key(sandbox: Sandbox, session: requests.Session) -> None:
    key = sandbox.private_key_pem()
    found = Salesforce(
        username=sandbox.username, consumer_key=sandbox.client_id, privatekey=key, session=session, version="67.0"
    )

    assert found.query("SELECT COUNT() FROM Account")["totalSize"] == 4


def test_it_logs_in_over_soap_where_that_is_on(sandbox: Sandbox, client: Client, session: requests.Session) -> None:
    client.settings(soap_login=True)
    found = Salesforce(
        username=sandbox.username, password="sandbox-secret", security_token="", session=session, version="60.0"
    )

    assert found.query("SELECT COUNT() FROM Account")["totalSize"] == 4


def test_it_reads_and_writes_records(library: Any) -> None:
    made = library.Account.create({"Name": "Newco"})
    library.Account.update(made["id"], {"Site": "x"})
    found = library.Account.get(made["id"])
    library.Account.delete(made["id"])

    assert found["Site"] == "x"
    with pytest.raises(SalesforceResourceNotFound):
        library.Account.get(made["id"])
    with pytest.raises(SalesforceMalformedRequest):
        library.query("SELECT Nope FROM Account")


def test_it_reads_all_pages(client: Client, library: Any) -> None:
    client.settings(page_size=2)

    assert library.query_all("SELECT Id FROM Contact")["totalSize"] == 4
    assert len(list(library.query_all_iter("SELECT Id FROM Contact"))) == 4
    assert library.query("SELECT Id FROM Task", include_deleted=True)["totalSize"] == 5


def test_it_describes_and_reads_limits(library: Any) -> None:
    assert library.describe()["sobjects"]
    assert library.Account.describe()["name"] == "Account"
    assert library.limits()["DailyApiRequests"]["Max"] == 100_000
    assert library.api_usage["api-usage"].used > 0


def test_it_upserts_by_an_external_id(library: Any) -> None:
    assert library.Contact.upsert("Email/ann@acme.example", {"Title": "CEO"}) in (200, 204)
    assert library.Contact.get_by_custom_id("Email", "ann@acme.example")["Id"] == ANN


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library sleeps five seconds before its first look at a job."""
    monkeypatch.setattr("simple_salesforce.bulk2.sleep", lambda _: None)


@pytest.mark.usefixtures("no_waiting")
def test_it_reads_in_bulk(library: Any) -> None:
    pages = list(library.bulk2.Contact.query("SELECT Id, Name FROM Contact", max_records=3))

    assert len(pages) == 2
    assert "Zoë" in "".join(pages)


@pytest.mark.usefixtures("no_waiting")
def test_it_downloads_in_bulk(library: Any, tmp_path: Path) -> None:
    files = library.bulk2.Contact.download("SELECT Id FROM Contact", path=str(tmp_path), max_records=100)

    assert sum(int(one["number_of_records"]) for one in files) == 4


@pytest.mark.usefixtures("no_waiting")
def test_it_writes_in_bulk_and_reads_the_outcomes(library: Any) -> None:
    records = [{"Id": ACME, "Site": "x"}, {"Id": GLOBEX, "Site": "y" * 100}]
    (job,) = library.bulk2.Account.update(records=records)

    assert (job["numberRecordsTotal"], job["numberRecordsFailed"]) == (2, 1)
    assert "STRING_TOO_LONG" in library.bulk2.Account.get_failed_records(job["job_id"])
    assert ACME in library.bulk2.Account.get_successful_records(job["job_id"])
    assert library.bulk2.Account.get_unprocessed_records(job["job_id"]).strip().endswith('"')
