"""A small org that the sandbox's tests know by heart, and a client that speaks plain HTTP to it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa
import requests

from connector.sandbox.salesforce.ids import to18
from connector.sandbox.salesforce.server import Sandbox

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
VERSION = "67.0"
STAMP = pa.timestamp("ms", "UTC")


def an_id(prefix: str, number: int) -> str:
    return to18(f"{prefix}{number:012d}")


ACME, ACME_LABS, GLOBEX, QUIET = (an_id("001", number) for number in (1, 2, 3, 4))
ANN, BOB, ZOE, NOBODY = (an_id("003", number) for number in (1, 2, 3, 4))
LEA, LEO = (an_id("00Q", number) for number in (1, 2))
OWNER, GONE_OWNER = (an_id("005", number) for number in (1, 2))
CALL, OLD_MAIL, OPEN_TASK, LOOSE_TASK, BINNED = (an_id("00T", number) for number in (1, 2, 3, 4, 5))
DEAL = an_id("006", 1)
WEBINAR = an_id("701", 1)


def rows(names: str, *values: tuple[Any, ...], stamp: datetime = NOW - timedelta(days=1)) -> pa.Table:
    """A table with these columns and rows, and the system fields every row has."""
    columns: dict[str, Any] = {name: [row[place] for row in values] for place, name in enumerate(names.split())}
    stamps = pa.array([stamp] * len(values), STAMP)
    for name in ("CreatedDate", "LastModifiedDate", "SystemModstamp"):
        columns.setdefault(name, stamps)
    return pa.table(columns)


def small_org() -> dict[str, pa.Table]:
    """Two customers, one with a daughter; three people and a stray; two leads; tasks old, open, loose and deleted."""
    return {
        "Account": accounts(),
        "Contact": contacts(),
        "Lead": leads(),
        "Task": tasks(),
        "Opportunity": rows(
            "Id AccountId Name StageName CloseDate IsDeleted",
            (DEAL, ACME, "Acme renewal", "Prospecting", date(2026, 6, 30), False),
        ),
        **campaign(),
        "User": rows(
            "Id Username Name Email IsActive",
            (OWNER, "owner@acme.example", "Olga Owner", "owner@acme.example", True),
            (GONE_OWNER, "gone@acme.example", "Gus Gone", "gone@acme.example", False),
        ),
        "TaskRelation": rows(
            "Id TaskId RelationId IsWhat",
            (an_id("0RT", 1), CALL, ANN, False),
            (an_id("0RT", 2), CALL, BOB, False),
        ),
    }


def accounts() -> pa.Table:
    return rows(
        "Id Name Industry ParentId OwnerId AnnualRevenue NumberOfEmployees BillingCity IsDeleted",
        (ACME, "Acme", "Banking", None, OWNER, 1_000_000.0, 120, "Köln", False),
        (ACME_LABS, "Acme Labs", "Banking", ACME, OWNER, None, 20, None, False),
        (GLOBEX, "Globex", "Energy", None, GONE_OWNER, 2_500_000.5, None, "Springfield", False),
        (QUIET, "Quiet & Co", None, None, OWNER, None, None, None, False),
    )


def contacts() -> pa.Table:
    return rows(
        "Id AccountId FirstName LastName Name Email Title IsDeleted",
        (ANN, ACME, "Ann", "Lee", "Ann Lee", "ann@acme.example", "CFO", False),
        (BOB, ACME, "Bob", "Ray", "Bob Ray", "bob@acme.example", None, False),
        (ZOE, GLOBEX, "Zoë", "Ö'Neil", "Zoë Ö'Neil", "zoe@globex.example", "VP, Ops", False),
        (NOBODY, None, None, "Stray", "Stray", None, None, False),
    )


def leads() -> pa.Table:
    return rows(
        "Id FirstName LastName Name Company Email Status OwnerId IsConverted",
        (LEA, "Lea", "Kim", "Lea Kim", "Initech", "lea@initech.example", "Open - Not Contacted", OWNER, False),
        (LEO, "Leo", "Roy", "Leo Roy", "Globex", "leo@globex.example", "Open - Not Contacted", OWNER, False),
    )


def tasks() -> pa.Table:
    return rows(
        "Id WhoId WhatId AccountId OwnerId Subject Status IsClosed ActivityDate IsDeleted",
        (CALL, ANN, ACME, ACME, OWNER, 'Call "now",\nplease', "Completed", True, date(2026, 2, 20), False),
        (OLD_MAIL, BOB, DEAL, ACME, OWNER, "Mail", "Completed", True, date(2025, 3, 2), False),
        (OPEN_TASK, ZOE, GLOBEX, GLOBEX, OWNER, "Later 😀", "Not Started", False, date(2024, 1, 1), False),
        (LOOSE_TASK, LEA, None, None, OWNER, None, "Completed", True, None, False),
        (BINNED, ANN, ACME, ACME, OWNER, "Thrown away", "Completed", True, date(2026, 2, 1), True),
    )


def campaign() -> dict[str, pa.Table]:
    return {
        "Campaign": rows("Id Name IsActive IsDeleted", (WEBINAR, "Webinar", True, False)),
        "CampaignMemberStatus": rows(
            "Id CampaignId Label HasResponded IsDefault SortOrder",
            (an_id("01Y", 1), WEBINAR, "Invited", False, True, 1),
            (an_id("01Y", 2), WEBINAR, "Attended", True, False, 2),
        ),
        "CampaignMember": rows(
            "Id CampaignId LeadId ContactId Status HasResponded",
            (an_id("00v", 1), WEBINAR, LEA, None, "Invited", False),
        ),
    }


class Client:
    """Calls a sandbox as its integration user. Answers come back raw, so that a test can look at everything."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox, self.http = sandbox, requests.Session()
        self.base = f"{sandbox.url}/services/data/v{VERSION}"
        self.log_in()

    def log_in(self) -> dict[str, Any]:
        body = self.token(
            grant_type="client_credentials", client_id=self.sandbox.client_id, client_secret="sandbox-secret"
        )
        self.http.headers["Authorization"] = f"Bearer {body.json()['access_token']}"
        return dict(body.json())

    def token(self, **form: str) -> requests.Response:
        return requests.post(f"{self.sandbox.url}/services/oauth2/token", data=form, timeout=10)

    def call(self, method: str, path: str, body: Any = None, **more: Any) -> requests.Response:
        return self.http.request(method, f"{self.base}{path}", json=body, timeout=10, **more)

    def query(self, soql: str, *, path: str = "/query", **more: Any) -> requests.Response:
        return self.call("GET", path, params={"q": soql}, **more)

    def records(self, soql: str, *, path: str = "/query") -> list[dict[str, Any]]:
        """Every record of a query, page after page."""
        answer = self.query(soql, path=path)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found = list(page["records"])
        while not page["done"]:
            page = self.http.get(self.sandbox.url + page["nextRecordsUrl"], timeout=10).json()
            found += page["records"]
        return found

    def values(self, soql: str, field: str = "Id", *, path: str = "/query") -> list[Any]:
        return [record[field] for record in self.records(soql, path=path)]

    def error(self, soql: str) -> tuple[int, str, str]:
        answer = self.query(soql)
        return (answer.status_code, answer.json()[0]["errorCode"], answer.json()[0]["message"])

    def save(self, *records: dict[str, Any], all_or_none: bool = False, method: str = "PATCH") -> requests.Response:
        body = {"allOrNone": all_or_none, "records": [{"attributes": {"type": "Account"}} | one for one in records]}
        return self.call(method, "/composite/sobjects", body)

    def control(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        answer = requests.request(method, f"{self.sandbox.url}/__sandbox__/{path}", json=body, timeout=10)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def settings(self, **values: Any) -> None:
        self.control("PATCH", "settings", values)

    def advance(self, **span: float) -> None:
        self.control("POST", "clock/advance", span)

    def faults(self, *rules: dict[str, Any]) -> None:
        self.control("POST", "faults", {"rules": list(rules)})

    def account(self, record_id: str = ACME) -> dict[str, Any]:
        return dict(self.call("GET", f"/sobjects/Account/{record_id}").json())

    # -- Bulk ---------------------------------------------------------------------------------------------------
    def bulk(self, soql: str, operation: str = "query", **more: Any) -> requests.Response:
        return self.call("POST", "/jobs/query", {"operation": operation, "query": soql} | more)

    def finish(self, kind: str, job: str) -> dict[str, Any]:
        """The job once it has stopped working."""
        states = iter(lambda: self.call("GET", f"/jobs/{kind}/{job}").json(), None)
        return dict(next(one for one in states if one["state"] in ("JobComplete", "Failed", "Aborted")))

    def bulk_pages(self, soql: str, operation: str = "query", size: int = 2) -> Iterator[requests.Response]:
        job = self.bulk(soql, operation).json()["id"]
        self.finish("query", job)
        locator = ""
        while locator != "null":
            more = {"maxRecords": size} | ({"locator": locator} if locator else {})
            page = self.call("GET", f"/jobs/query/{job}/results", params=more)
            yield page
            locator = page.headers["Sforce-Locator"]

    def ingest(self, body: str | bytes, operation: str = "update", **more: Any) -> dict[str, Any]:
        """The job after it took the file."""
        job = self.call("POST", "/jobs/ingest", {"object": "Account", "operation": operation} | more).json()["id"]
        data = body.encode() if isinstance(body, str) else body
        put = self.http.put(f"{self.base}/jobs/ingest/{job}/batches", data=data, timeout=10)
        assert put.status_code == 201, put.text
        self.call("PATCH", f"/jobs/ingest/{job}", {"state": "UploadComplete"})
        return self.finish("ingest", job)

    def file(self, job: dict[str, Any], name: str) -> str:
        answer = self.call("GET", f"/jobs/ingest/{job['id']}/{name}")
        assert answer.status_code == 200
        return answer.content.decode()
