"""Is every row of a Bulk job accounted for, by its account and never by its place in a file?"""

import json
from collections.abc import Mapping
from typing import Any

import pytest
import requests
import responses
from responses import matchers

from connector.crm.salesforce.cells import CLEAR, Row, as_csv, is_held
from connector.crm.salesforce.client import Options, Salesforce
from connector.crm.salesforce.describe import FieldFacts
from connector.crm.salesforce.ingest import Jobs, _refused, _uploads
from connector.crm.salesforce.login import Credentials
from connector.engine.records import Outcome
from tests.crm.orgs import PATIENT, a_change, account_id, the_mapping

URL = "https://acme.my.salesforce.com"
DATA = f"{URL}/services/data/v67.0"
SCORE = "Engagement_Score__c"
NAMES: Mapping[str, str] = {"score": SCORE, "band": "Engagement_Band__c"}
ALL = ["successfulResults", "failedResults", "unprocessedrecords"]


def a_client() -> Salesforce:
    responses.post(f"{URL}/services/oauth2/token", json={"access_token": "t", "instance_url": URL, "id": "x/00D/005"})
    types = {"Id": "id", "SystemModstamp": "datetime", SCORE: "double", "Engagement_Band__c": "picklist"}
    fields = [{"name": name, "type": kind, "filterable": True, "updateable": True} for name, kind in types.items()]
    responses.get(f"{DATA}/sobjects/Account/describe", json={"name": "Account", "fields": fields})
    ours = Credentials(URL, "client_credentials", "c", "s")
    return Salesforce(ours, the_mapping("account"), Options(retry=PATIENT, jobs=Jobs(few_rows=0)))


def a_job(number: int, *, ok: str = "", failed: str = "", untried: str = "", state: str = "JobComplete") -> None:
    """One finished job with its three result files."""
    job = f"{DATA}/jobs/ingest/750x{number}"
    responses.post(f"{DATA}/jobs/ingest", json={"id": f"750x{number}", "state": "Open"})
    responses.put(f"{job}/batches", status=201)
    responses.patch(job, json={"id": f"750x{number}", "state": "UploadComplete"})
    responses.get(job, json={"id": f"750x{number}", "state": state, "errorMessage": "InvalidBatch : too bad"})
    for name, body in zip(ALL, (ok, failed, untried), strict=True):
        responses.get(f"{job}/{name}", body=body.encode(), content_type="text/csv")


def ok_rows(*numbers: int) -> str:
    return "sf__Id,sf__Created,Id\n" + "".join(f'"{account_id(n)}","false","{account_id(n)}"\n' for n in numbers)


def failed_rows(told: str, *numbers: int) -> str:
    return "sf__Id,sf__Error,Id\n" + "".join(f'"","{told}","{account_id(n)}"\n' for n in numbers)


def untried_rows(*numbers: int) -> str:
    return "Id\n" + "".join(f'"{account_id(n)}"\n' for n in numbers)


def ends(outcomes: list[Outcome]) -> dict[str, str]:
    return {outcome.account_id: outcome.code or outcome.state for outcome in outcomes}


@responses.activate
def test_shuffled_results_with_failed_and_untried_rows_are_matched_by_account() -> None:
    crm = a_client()
    told = "FIELD_CUSTOM_VALIDATION_EXCEPTION:Café is closed:Engagement_Score__c --"
    a_job(1, ok=ok_rows(6, 2, 4, 0, 5, 3, 1), failed=failed_rows(told, 8, 7), untried=untried_rows(9))
    a_job(2, ok=ok_rows(9))

    outcomes = list(crm.push([a_change(n, score=1.0) for n in range(10)], NAMES))

    assert len(outcomes) == 10
    assert ends(outcomes) == dict.fromkeys(map(account_id, (*range(7), 9)), "ok") | dict.fromkeys(
        map(account_id, (7, 8)), "FIELD_CUSTOM_VALIDATION_EXCEPTION"
    )
    failed = next(outcome for outcome in outcomes if outcome.state == "failed")
    assert failed.fields == ("score",)
    assert failed.message.startswith("Café is closed")


@responses.activate
def test_rows_a_job_says_nothing_of_are_read_back() -> None:
    crm = a_client()
    a_job(1, ok=ok_rows(0))
    found = {"Id": account_id(1), "SystemModstamp": "2026-11-01T12:00:00.000+0000", SCORE: 1.0}
    responses.get(f"{DATA}/query/", json={"totalSize": 1, "done": True, "records": [found]})
    sent_again = {"records": [{"attributes": {"type": "Account"}, "id": account_id(2), SCORE: 2.0}], "allOrNone": False}
    again = responses.patch(
        f"{DATA}/composite/sobjects",
        json=[{"id": account_id(2), "success": True, "errors": []}],
        match=[matchers.json_params_matcher(sent_again)],
    )

    outcomes = list(crm.push([a_change(n, score=float(n)) for n in range(3)], NAMES))

    assert ends(outcomes) == dict.fromkeys(map(account_id, range(3)), "ok")
    assert again.call_count == 1


@responses.activate
def test_a_row_in_two_files_is_believed_only_when_read_back() -> None:
    crm = a_client()
    a_job(1, ok=ok_rows(0), failed=failed_rows("UNABLE_TO_LOCK_ROW", 0))
    found = {"Id": account_id(0), "SystemModstamp": "2026-11-01T12:00:00.000+0000", SCORE: 5.0}
    responses.get(f"{DATA}/query/", json={"totalSize": 1, "done": True, "records": [found]})

    assert ends(list(crm.push([a_change(0, score=5.0)], NAMES))) == {account_id(0): "ok"}


@responses.activate
def test_rows_that_differ_in_their_fields_go_by_different_jobs_with_a_fixed_header() -> None:
    crm = a_client()
    a_job(1, ok=ok_rows(0, 2))
    a_job(2, ok=ok_rows(1))

    both = [a_change(0, score=1.0, band=None), a_change(2, score=2.5, band="Hot")]
    list(crm.push([*both, a_change(1, score=3.0)], NAMES))

    bodies = [call.request.body.decode() for call in responses.calls if call.request.method == "PUT"]
    assert bodies[0].splitlines() == [
        f"Id,{SCORE},Engagement_Band__c", f"{account_id(0)},1.0,{CLEAR}", f"{account_id(2)},2.5,Hot",
    ]  # fmt: skip
    assert bodies[1].splitlines() == [f"Id,{SCORE}", f"{account_id(1)},3.0"]
    jobs = [json.loads(call.request.body) for call in responses.calls if call.request.url.endswith("jobs/ingest")]
    assert {(job["object"], job["operation"]) for job in jobs} == {("Account", "update")}


@responses.activate
def test_a_second_upload_is_refused_because_the_first_had_arrived() -> None:
    crm = a_client()
    job = f"{DATA}/jobs/ingest/750x1"
    responses.put(f"{job}/batches", body=requests.exceptions.ConnectionError())
    taken = [{"errorCode": "INVALIDJOBSTATE", "message": "already uploaded"}]
    responses.put(f"{job}/batches", json=taken, status=400)
    a_job(1, ok=ok_rows(0))

    assert ends(list(crm.push([a_change(0, score=5.0)], NAMES))) == {account_id(0): "ok"}


@pytest.mark.parametrize(
    ("told", "code", "message", "fields"),
    [
        ("REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --", "REQUIRED_FIELD_MISSING",
         "Required fields are missing: [Name]", ("Name",)),
        ("UNABLE_TO_LOCK_ROW", "UNABLE_TO_LOCK_ROW", "", ()),
        ("UNABLE_TO_LOCK_ROW:unable to obtain exclusive access: 001:--", "UNABLE_TO_LOCK_ROW",
         "unable to obtain exclusive access: 001", ()),
        ("CODE:message: with colon", "CODE", "message: with colon", ()),
        ("CODE:text:A__c, B__c --", "CODE", "text", ("A__c", "B__c")),
        ("", "", "", ()),
    ],
)  # fmt: skip
def test_the_words_of_a_failed_row_are_taken_apart(told: str, code: str, message: str, fields: tuple[str, ...]) -> None:
    assert _refused(told) == (code, message, fields)


def test_uploads_stay_below_what_salesforce_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connector.crm.salesforce.ingest.LARGEST_UPLOAD", 200)
    rows = [Row(account_id(n), "", {"A": "x" * 20}) for n in range(20)]

    parts = list(_uploads(rows, ("A",)))

    assert [row for part, _ in parts for row in part] == rows
    assert all(len(body) <= 200 for _, body in parts)
    assert all(body.count(b"\n") == len(part) + 1 for part, body in parts)


@pytest.mark.parametrize(
    ("cell", "text"),
    [(None, "#N/A"), (True, "true"), (False, "false"), (71.0, "71.0"), (1e-7, "0.0000001"), (12, "12"), ("a", "a")],
)
def test_a_cell_in_a_csv(cell: Any, text: str) -> None:
    assert as_csv(cell) == text


NUMBER = FieldFacts("X__c", "double", precision=3)


@pytest.mark.parametrize(
    ("cell", "held", "same"),
    [(71.4, 71.0, True), (71.6, 71.0, False), (None, None, True), (None, 0.0, False), (None, 5.0, False),
     (5.0, None, False), ("a  b", "a b", True), ("a", "b", False), (None, "", True), (None, False, True),
     (True, False, False), (False, None, True)],
)  # fmt: skip
def test_a_value_read_back_counts_as_ours_as_far_as_the_field_can_hold_it(cell: Any, held: Any, same: bool) -> None:
    assert is_held(cell, held, NUMBER) is same
