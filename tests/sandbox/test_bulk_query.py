"""Do Bulk query jobs live, page and write CSV as the Bulk API does?"""

from __future__ import annotations

import csv
import io

import pytest

from connector.sandbox.salesforce.server import Sandbox
from connector.sandbox.salesforce.users import App
from tests.sandbox.small_org import ACME, CALL, LOOSE_TASK, OLD_MAIL, OPEN_TASK, Client

SOQL = "SELECT Id, Subject, IsClosed, ActivityDate, SystemModstamp, Account.Name FROM Task"


def test_a_job_waits_works_and_completes_as_it_is_polled(client: Client) -> None:
    client.settings(bulk_polls=2)
    made = client.bulk(SOQL)
    job = made.json()["id"]

    states = [client.call("GET", f"/jobs/query/{job}").json()["state"] for _ in range(4)]

    assert made.status_code == 200
    assert made.json().items() >= {
        "operation": "query", "object": "Task", "state": "UploadComplete", "concurrencyMode": "Parallel",
        "contentType": "CSV", "apiVersion": 67.0, "lineEnding": "LF", "columnDelimiter": "COMMA",
    }.items()  # fmt: skip
    assert states == ["InProgress", "InProgress", "JobComplete", "JobComplete"]
    info = client.call("GET", f"/jobs/query/{job}").json()
    assert (info["jobType"], info["numberRecordsProcessed"]) == ("V2Query", 3)


def test_results_are_refused_before_the_job_is_complete(client: Client) -> None:
    job = client.bulk(SOQL).json()["id"]

    early = client.call("GET", f"/jobs/query/{job}/results")
    client.call("GET", f"/jobs/query/{job}")
    working = client.call("GET", f"/jobs/query/{job}/results")

    assert (early.status_code, working.status_code) == (412, 412)
    assert working.json()[0]["errorCode"] == "JOB_NOT_COMPLETE"
    assert working.json()[0]["message"].endswith("Current status: IN_PROGRESS")


def test_pages_are_csv_with_a_header_each_and_a_locator(client: Client) -> None:
    pages = list(client.bulk_pages(SOQL))

    assert [page.headers["Sforce-NumberOfRecords"] for page in pages] == ["2", "1"]
    assert pages[-1].headers["Sforce-Locator"] == "null"
    assert all(page.headers["Content-Type"] == "text/csv; charset=UTF-8" for page in pages)
    header = '"Id","Subject","IsClosed","ActivityDate","SystemModstamp","Account.Name"\n'
    assert all(page.text.startswith(header) for page in pages)
    lines = [line for page in pages for line in csv.DictReader(io.StringIO(page.content.decode(), newline=""))]
    assert {line["Id"] for line in lines} == {CALL, OPEN_TASK, LOOSE_TASK}
    found = {line["Id"]: line for line in lines}
    assert found[CALL] == {
        "Id": CALL, "Subject": 'Call "now",\nplease', "IsClosed": "true", "ActivityDate": "2026-02-20",
        "SystemModstamp": "2026-03-01T09:00:00.000Z", "Account.Name": "Acme",
    }  # fmt: skip
    assert found[OPEN_TASK]["Subject"] == "Later 😀"


def test_every_value_is_quoted_and_null_is_empty(client: Client) -> None:
    page = next(client.bulk_pages(f"SELECT Id, Subject, WhatId, IsClosed FROM Task WHERE Id = '{LOOSE_TASK}'"))

    assert page.text.splitlines()[1] == f'"{LOOSE_TASK}",,,"true"'


def test_numbers_are_quoted_too(client: Client) -> None:
    soql = f"SELECT Name, NumberOfEmployees, AnnualRevenue FROM Account WHERE Id = '{ACME}'"

    assert next(client.bulk_pages(soql)).text.splitlines()[1] in ('"Acme","120","1000000"', '"Acme","120","1000000.0"')


def test_a_locator_can_be_read_again(client: Client) -> None:
    first, second = client.bulk_pages(SOQL)
    job = client.bulk(SOQL).json()["id"]
    client.finish("query", job)

    again = client.call(
        "GET", f"/jobs/query/{job}/results", params={"maxRecords": 2, "locator": first.headers["Sforce-Locator"]}
    )

    assert again.content == second.content
    wrong = client.call("GET", f"/jobs/query/{job}/results", params={"locator": "nonsense!"})
    assert (wrong.status_code, wrong.json()[0]["errorCode"]) == (400, "INVALID_QUERY_LOCATOR")


def test_no_rows_give_a_header_alone(client: Client) -> None:
    (page,) = client.bulk_pages("SELECT Id FROM Case")

    assert (page.text, page.headers["Sforce-NumberOfRecords"]) == ('"Id"\n', "0")


def test_query_all_brings_deleted_and_archived_rows(client: Client) -> None:
    pages = client.bulk_pages("SELECT Id FROM Task", "queryAll", size=100)

    assert OLD_MAIL in "".join(page.text for page in pages)


def test_other_delimiters_and_line_ends_are_used(client: Client) -> None:
    job = client.bulk("SELECT Id, Name FROM Account", columnDelimiter="SEMICOLON", lineEnding="CRLF").json()["id"]
    client.finish("query", job)

    text = client.call("GET", f"/jobs/query/{job}/results").content.decode()

    assert text.startswith('"Id";"Name"\r\n"')
    assert client.bulk(SOQL, columnDelimiter="NOPE").status_code == 400


@pytest.mark.parametrize(
    ("soql", "code", "says"),
    [
        ("SELECT Industry, COUNT(Id) FROM Account GROUP BY Industry", "API_ERROR", "not supported in Bulk Query"),
        ("SELECT COUNT() FROM Account", "API_ERROR", "Aggregate functions"),
        ("SELECT Id FROM Account LIMIT 5 OFFSET 5", "API_ERROR", "OFFSET"),
        ("SELECT TYPEOF What WHEN Account THEN Name END FROM Task", "API_ERROR", "TYPEOF"),
        ("SELECT Id, (SELECT Id FROM Contacts) FROM Account", "API_ERROR", "Nested queries"),
        ("SELECT BillingAddress FROM Account", "API_ERROR", "Selecting compound data not supported in Bulk Query"),
        ("SELECT FIELDS(STANDARD) FROM Account", "API_ERROR", "FIELDS()"),
        (
            "SELECT Id FROM TaskWhoRelation",
            "INVALIDENTITY",
            "Entity 'TaskWhoRelation' is not supported by the Bulk API.",
        ),
        ("SELECT Nope FROM Account", "INVALID_FIELD", "No such column 'Nope'"),
        ("SELECT Id FROM Nope", "INVALID_TYPE", "is not supported"),
        ("SELECT", "MALFORMED_QUERY", "unexpected token"),
    ],
)
def test_a_query_bulk_cannot_run_is_refused(client: Client, soql: str, code: str, says: str) -> None:
    answer = client.bulk(soql)

    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, code)
    assert says in answer.json()[0]["message"]


def test_only_so_many_jobs_a_day(client: Client) -> None:
    client.settings(bulk_jobs_limit=1)
    client.bulk(SOQL)

    refused = client.bulk(SOQL).json()[0]
    limits = client.call("GET", "/limits").json()["DailyBulkV2QueryJobs"]
    client.advance(hours=25)

    assert refused["message"] == "Max bulk v2 query jobs (1) per 24 hrs has been reached (1)"
    assert (refused["errorCode"], limits) == ("LIMIT_EXCEEDED", {"Max": 1, "Remaining": 0})
    assert client.bulk(SOQL).status_code == 200


def test_only_so_many_bytes_of_results_a_day(client: Client) -> None:
    client.settings(bulk_result_megabytes=0)

    refused = client.bulk(SOQL).json()[0]

    assert refused["errorCode"] == "EXCEEDED_QUOTA"
    assert refused["message"].startswith("Max bulk v2 query result size stored (0 kb) per 24 hrs has been exceeded")


def test_a_job_can_be_aborted_deleted_and_can_fail(client: Client) -> None:
    aborted = client.bulk(SOQL).json()["id"]
    answer = client.call("PATCH", f"/jobs/query/{aborted}", {"state": "Aborted"})
    deleted = client.call("DELETE", f"/jobs/query/{aborted}")
    client.settings(slow_query="FROM Task")
    failed = client.finish("query", client.bulk(SOQL).json()["id"])

    assert (answer.json()["state"], deleted.status_code, failed["state"]) == ("Aborted", 204, "Failed")
    assert "errorMessage" not in failed
    assert client.call("GET", f"/jobs/query/{aborted}").status_code == 404
    assert client.call("GET", f"/jobs/query/{failed['id']}/results").status_code == 412


def test_results_want_the_version_the_job_was_made_with(client: Client) -> None:
    job = client.bulk(SOQL).json()["id"]
    client.finish("query", job)

    url = f"{client.sandbox.url}/services/data/v66.0/jobs/query/{job}/results"

    assert client.http.get(url, timeout=10).status_code == 409


def test_a_job_belongs_to_its_user_and_lives_seven_days(sandbox: Sandbox, client: Client) -> None:
    job = client.bulk(SOQL).json()["id"]
    listed = [one["id"] for one in client.call("GET", "/jobs/query").json()["records"]]
    mine = client.http.headers["Authorization"]
    sandbox.instance.logins.apps[sandbox.client_id] = App(sandbox.client_id, "sandbox-secret", "owner@acme.example")
    client.log_in()
    others = client.call("GET", f"/jobs/query/{job}").status_code
    client.http.headers["Authorization"] = mine
    client.advance(days=8)

    assert (listed, others, client.call("GET", f"/jobs/query/{job}").status_code) == ([job], 404, 404)


def test_the_same_question_gets_fresh_rows_after_a_write(client: Client) -> None:
    soql = f"SELECT Name FROM Account WHERE Id = '{ACME}'"
    before = next(client.bulk_pages(soql)).text
    client.save({"id": ACME, "Name": "Renamed"})

    assert (before, next(client.bulk_pages(soql)).text) == ('"Name"\n"Acme"\n', '"Name"\n"Renamed"\n')


def test_without_an_order_bulk_rows_come_in_no_order(client: Client) -> None:
    client.save(*[{"Name": f"N{number}"} for number in range(40)], method="POST")
    pages = [list(client.bulk_pages("SELECT Id FROM Account", size=100)) for _ in range(2)]
    ids = [[line for page in one for line in page.text.splitlines()[1:]] for one in pages]

    assert ids[0] == ids[1]  # though always alike
    assert ids[0] != sorted(ids[0])
    assert len(set(ids[0])) == 44
