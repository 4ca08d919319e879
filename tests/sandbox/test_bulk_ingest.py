"""Do Bulk ingest jobs write a file and tell how each row went?"""

from __future__ import annotations

from tests.sandbox.small_org import ACME, GLOBEX, QUIET, Client


def test_a_file_is_written_and_every_row_accounted_for(client: Client) -> None:
    job = client.ingest(f'Id,Site,NumberOfEmployees\n{ACME},"A, ""B""\nC",5\n{GLOBEX},x,many\n{QUIET},,#N/A\n')

    good, bad = client.file(job, "successfulResults"), client.file(job, "failedResults")
    assert (job["state"], job["numberRecordsProcessed"], job["numberRecordsFailed"]) == ("JobComplete", 3, 1)
    assert (job["jobType"], job["operation"], job["object"]) == ("V2Ingest", "update", "Account")
    assert good.splitlines()[0] == '"sf__Id","sf__Created","Id","Site","NumberOfEmployees"'
    assert good.count('"false"') == 2
    assert bad.splitlines()[1] == (
        f'"{GLOBEX}",'
        '"INVALID_TYPE_ON_FIELD_IN_RECORD:Employees: value not of required type: many:NumberOfEmployees --",'
        f'"{GLOBEX}","x","many"'
    )
    assert (client.account()["Site"], client.account()["NumberOfEmployees"]) == ('A, "B"\nC', 5)


def test_an_empty_cell_keeps_and_na_clears(client: Client) -> None:
    client.ingest(f"Id,Industry,BillingCity\n{ACME},,#N/A\n")

    record = client.account()
    assert (record["Industry"], record["BillingCity"]) == ("Banking", None)


def test_both_spellings_of_the_unprocessed_file_work(client: Client) -> None:
    job = client.ingest(f"Id,Site\n{ACME},x\n")

    assert client.file(job, "unprocessedrecords") == client.file(job, "unprocessedRecords") == '"Id","Site"\n'


def test_an_unknown_column_fails_the_whole_job(client: Client) -> None:
    job = client.ingest(f"Id,Nope__c\n{ACME},x\n")

    assert (job["state"], job["errorMessage"]) == ("Failed", "InvalidBatch : Field name not found : Nope__c")
    assert client.file(job, "unprocessedrecords").splitlines()[1] == f"{ACME},x"


def test_wrong_line_ends_or_delimiters_fail_the_job(client: Client) -> None:
    ends = client.ingest(f"Id,Site\r\n{ACME},x\r\n")
    delimiter = client.ingest(f"Id;Site\n{ACME};x\n")
    right = client.ingest(f"Id;Site\r\n{ACME};x\r\n", lineEnding="CRLF", columnDelimiter="SEMICOLON")

    assert ends["errorMessage"].endswith("Current LineEnding setting is LF")
    assert delimiter["errorMessage"] == "InvalidBatch : Field name not found : Id;Site"
    assert (right["state"], right["numberRecordsFailed"]) == ("JobComplete", 0)


def test_a_job_takes_one_upload_and_no_close_without_it(client: Client) -> None:
    job = client.call("POST", "/jobs/ingest", {"object": "Account", "operation": "update"}).json()
    path = f"{client.base}/jobs/ingest/{job['id']}/batches"
    empty = client.call("PATCH", f"/jobs/ingest/{job['id']}", {"state": "UploadComplete"})
    first = client.http.put(path, data=b"Id\n", timeout=10)
    second = client.http.put(path, data=b"Id\n", timeout=10)

    assert job["contentUrl"] == f"services/data/v67.0/jobs/ingest/{job['id']}/batches"
    assert (job["state"], empty.status_code, first.status_code, second.status_code) == ("Open", 400, 201, 400)


def test_rows_are_made_upserted_and_deleted(client: Client) -> None:
    made = client.ingest("Name,Site\nOne,a\n,b\n", "insert")
    upserted = client.ingest(
        "Email,LastName\nann@acme.example,Lee\nnew@acme.example,New\n", "upsert", object="Contact",
        externalIdFieldName="Email",
    )  # fmt: skip
    deleted = client.ingest(f"Id\n{QUIET}\n", "delete")

    assert (made["numberRecordsFailed"], "REQUIRED_FIELD_MISSING" in client.file(made, "failedResults")) == (1, True)
    created = [line.split(",")[1] for line in client.file(upserted, "successfulResults").splitlines()[1:]]
    assert created == ['"false"', '"true"']
    assert deleted["numberRecordsFailed"] == 0
    assert client.values("SELECT Id FROM Account WHERE IsDeleted = true", path="/queryAll") == [QUIET]


def test_a_hard_delete_leaves_nothing_in_the_bin(client: Client) -> None:
    client.ingest(f"Id\n{QUIET}\n", "hardDelete")

    assert QUIET not in client.values("SELECT Id FROM Account", path="/queryAll")


def test_a_job_may_fail_inside_and_be_aborted_before(client: Client) -> None:
    client.settings(bulk_ingest_fails=True)
    failed = client.ingest(f"Id,Site\n{ACME},x\n")
    job = client.call("POST", "/jobs/ingest", {"object": "Account", "operation": "update"}).json()["id"]
    aborted = client.call("PATCH", f"/jobs/ingest/{job}", {"state": "Aborted"}).json()

    assert (failed["state"], aborted["state"], client.account()["Site"]) == ("Failed", "Aborted", None)
    assert client.call("DELETE", f"/jobs/ingest/{job}").status_code == 204


def test_names_keep_their_letters(client: Client) -> None:
    client.ingest(f"Id,Name\n{ACME},Zoë 😀 & Söhne\n".encode())

    assert client.account()["Name"] == "Zoë 😀 & Söhne"


def test_results_wait_for_the_job(client: Client) -> None:
    job = client.call("POST", "/jobs/ingest", {"object": "Account", "operation": "update"}).json()["id"]

    assert client.call("GET", f"/jobs/ingest/{job}/successfulResults").status_code == 412


def test_a_job_without_an_object_or_a_key_is_refused(client: Client) -> None:
    assert client.call("POST", "/jobs/ingest", {"object": "Nope", "operation": "update"}).status_code == 404
    assert client.call("POST", "/jobs/ingest", {"object": "Account", "operation": "upsert"}).status_code == 400
    assert client.call("POST", "/jobs/ingest", {"object": "Account", "operation": "paint"}).status_code == 400
