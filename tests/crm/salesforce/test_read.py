"""Is every row of a window read, exactly as announced, over REST and Bulk alike?"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pyarrow as pa
import pytest
import responses

from connector.crm.salesforce.client import Options, Salesforce
from connector.crm.salesforce.login import Credentials
from connector.engine.records import Stream, Window
from connector.errors import BudgetReached, ConfigError, Incomplete, Rejected, Unavailable
from connector.sandbox.salesforce.server import Sandbox
from tests.crm.orgs import (
    EVER,
    PATIENT,
    START,
    account_id,
    accounts,
    an_id,
    connect,
    ids_of,
    moment,
    pulled,
    stream_of,
    tasks,
    the_mapping,
)

BY_BULK, BY_REST = 0, 20_000
BOTH = pytest.mark.parametrize("bulk_rows", [BY_REST, BY_BULK], ids=["rest", "bulk"])
MAPPING = the_mapping("task")
URL = "https://acme.my.salesforce.com"
DATA = f"{URL}/services/data/v67.0"


@contextmanager
def an_org(**tables: pa.Table) -> Iterator[Sandbox]:
    with Sandbox({"Account": accounts(3), **tables}) as sandbox:
        yield sandbox


def with_deleted(rows: pa.Table, *numbers: int) -> pa.Table:
    """The rows, some of them in the recycle bin."""
    gone = pa.array([number in numbers for number in range(rows.num_rows)])
    return rows.set_column(rows.column_names.index("IsDeleted"), "IsDeleted", gone)


@BOTH
@pytest.mark.parametrize("page_rows", [200, 201, 999, 1000, 1001])
def test_a_thousand_rows_with_one_stamp_come_once_each(bulk_rows: int, page_rows: int) -> None:
    with an_org(Task=tasks(1_000, every=0)) as sandbox:
        sandbox.org.settings.page_size = page_rows
        found = pulled(connect(sandbox, MAPPING, bulk_rows=bulk_rows, page_rows=page_rows), "task")

    assert sorted(ids_of(found)) == sorted(an_id("00T", n) for n in range(1_000))


@BOTH
def test_a_window_holds_its_lower_edge_and_not_its_upper_one(bulk_rows: int) -> None:
    with an_org(Task=tasks(10)) as sandbox:
        crm = connect(sandbox, MAPPING, bulk_rows=bulk_rows)
        window = Window(moment(3), moment(7))
        found, count = pulled(crm, "task", window), crm.count(stream_of(crm, "task"), window)

    assert sorted(ids_of(found)) == [an_id("00T", n) for n in (3, 4, 5, 6)]
    assert count == 4


@BOTH
def test_a_window_with_split_seconds_gives_no_row_to_two_windows(bulk_rows: int) -> None:
    edge = moment(5) + timedelta(milliseconds=500)
    with an_org(Task=tasks(10)) as sandbox:
        crm = connect(sandbox, MAPPING, bulk_rows=bulk_rows)
        before, after = (pulled(crm, "task", w) for w in (Window(None, edge), Window(edge, EVER.until)))

    assert sorted(ids_of(before) + ids_of(after)) == [an_id("00T", n) for n in range(10)]


@BOTH
def test_deleted_and_archived_activities_are_read_too(bulk_rows: int) -> None:
    gone, old = [n == 1 for n in range(4)], [n == 2 for n in range(4)]
    days = [START.date() - timedelta(days=400 * is_old) for is_old in old]
    rows = with_deleted(tasks(4, ActivityDate=days), 1)
    with an_org(Task=rows) as sandbox:
        found = pulled(connect(sandbox, MAPPING, bulk_rows=bulk_rows), "task").sort_by("id")

    assert found["is_deleted"].to_pylist() == gone
    assert found["is_archived"].to_pylist() == old


def test_rest_and_bulk_give_the_same_table() -> None:
    subjects = ["Call", None, 'a "quoted" one', "with, comma", "Zoë 😀", "#N/A", "null"]
    rows = tasks(7, CallDisposition=subjects, CallDurationInSeconds=[0, None, 5, 60, 61, 7, 8])
    with an_org(Task=rows) as sandbox:
        by_rest, by_bulk = (
            pulled(connect(sandbox, MAPPING, bulk_rows=rows), "task").sort_by("id") for rows in (BY_REST, BY_BULK)
        )

    assert by_rest.to_pylist() == by_bulk.to_pylist()
    assert by_rest.schema == by_bulk.schema
    assert by_rest["call_result"].to_pylist() == subjects


@pytest.mark.parametrize("rows", [0, 1])
def test_bulk_is_not_asked_for_a_handful_of_rows(rows: int) -> None:
    with an_org(Task=tasks(rows) if rows else tasks(1).slice(1)) as sandbox:
        pulled(connect(sandbox, MAPPING), "task")

        assert not any("/jobs/" in entry.path for entry in sandbox.org.journal.entries)


def test_bulk_is_used_for_fewer_rows_when_calls_are_scarce() -> None:
    with an_org(Task=tasks(2_001)) as sandbox:
        crm = connect(sandbox, MAPPING, calls_per_run=9)
        found = pulled(crm, "task")

        assert any("/jobs/query" in entry.path for entry in sandbox.org.journal.entries)
    assert found.num_rows == 2_001


def test_a_read_that_cannot_be_finished_is_not_begun() -> None:
    with an_org(Task=tasks(2_001)) as sandbox:
        crm = connect(sandbox, MAPPING, calls_per_run=4)
        with pytest.raises(BudgetReached, match="do not fit"):
            pulled(crm, "task")

        assert crm.budget.calls == 2


def test_rest_takes_over_when_the_days_bulk_jobs_are_used_up() -> None:
    with an_org(Task=tasks(30)) as sandbox:
        sandbox.org.settings.bulk_jobs_limit = 0
        found = pulled(connect(sandbox, MAPPING, bulk_rows=BY_BULK), "task")

    assert found.num_rows == 30


@BOTH
def test_shuffled_pages_lose_nothing(bulk_rows: int) -> None:
    with an_org(Task=tasks(500)) as sandbox:
        sandbox.org.settings.page_size = 200
        sandbox.org.faults.put([{"action": "shuffle"}])
        found = pulled(connect(sandbox, MAPPING, bulk_rows=bulk_rows, page_rows=200), "task")

    assert len(set(ids_of(found))) == found.num_rows == 500


@pytest.mark.parametrize("every", [0.01, 0], ids=["one after the other", "all at once"])
def test_a_result_whose_place_is_lost_is_read_on_behind_the_last_row(every: float) -> None:
    lost = [{"errorCode": "INVALID_QUERY_LOCATOR", "message": "invalid query locator"}]
    with an_org(Task=tasks(1_000, every=every)) as sandbox:
        sandbox.org.settings.page_size = 200
        rule = {"path": "/query(All)?/01g", "nth": (2, 3), "action": "status", "status": 400, "body": lost}
        sandbox.org.faults.put([rule])
        found = pulled(connect(sandbox, MAPPING), "task")
        (fault,) = sandbox.org.faults.plan

    assert fault.struck == 2
    assert len(set(ids_of(found))) == found.num_rows == 1_000


@pytest.mark.parametrize("code", ["QUERY_TIMEOUT", "OPERATION_TOO_LARGE"])
@BOTH
def test_a_window_that_is_too_much_is_read_in_halves(code: str, bulk_rows: int) -> None:
    refusal = [{"errorCode": code, "message": "too much"}]
    with an_org(Task=tasks(40)) as sandbox:
        rule = {"path": "/queryAll", "nth": (1, 2, 3), "action": "status", "status": 400, "body": refusal}
        sandbox.org.faults.put([rule])
        found = pulled(connect(sandbox, MAPPING, bulk_rows=bulk_rows), "task")

    assert sorted(ids_of(found)) == [an_id("00T", n) for n in range(40)]


def test_a_window_that_is_always_too_much_ends_with_its_place() -> None:
    refusal = [{"errorCode": "QUERY_TIMEOUT", "message": "too much"}]
    with an_org(Task=tasks(1)) as sandbox:
        sandbox.org.faults.put([{"path": "/queryAll", "action": "status", "status": 400, "body": refusal}])
        with pytest.raises(Unavailable, match="cannot be made any narrower"):
            pulled(connect(sandbox, MAPPING), "task")


def test_a_page_in_hand_does_not_hold_up_the_next() -> None:
    with an_org(Task=tasks(600)) as sandbox:
        sandbox.org.settings.page_size = 200
        crm = connect(sandbox, MAPPING)
        stream = stream_of(crm, "task")
        pages = crm.pull(stream, EVER)
        next(pages)
        before = crm.budget.calls
        pages.close()

    assert before >= 3


def test_a_stream_that_is_not_there_cannot_be_pulled() -> None:
    with an_org(Task=tasks(1)) as sandbox, pytest.raises(ConfigError, match=r"read\.robot"):
        list(connect(sandbox, MAPPING).pull(Stream("robot", {}, frozenset()), EVER))


def test_a_column_this_org_does_not_have_is_empty() -> None:
    with an_org(Task=tasks(2)) as sandbox:
        crm = connect(sandbox, the_mapping("task", task={"call_type": "No_Such__c?"}))
        whole = Stream("task", {"id": "text", "modified_at": "moment", "call_type": "text"}, frozenset())
        found = pa.concat_tables(crm.pull(whole, EVER))
        names = stream_of(crm, "task").columns

    assert "call_type" not in names
    assert found["call_type"].to_pylist() == [None, None]


def test_the_sweep_names_every_living_row_and_its_stamp() -> None:
    with an_org(Task=with_deleted(tasks(5), 1)) as sandbox:
        crm = connect(sandbox, MAPPING)
        found = pa.concat_tables(crm.stamps(stream_of(crm, "task"))).sort_by("id")

    assert found.column_names == ["id", "modified_at"]
    assert ids_of(found) == [an_id("00T", n) for n in (0, 2, 3, 4)]
    assert found["modified_at"].to_pylist()[1] == moment(2)


def test_hard_deletes_are_named_with_their_day() -> None:
    with an_org(Task=tasks(3)) as sandbox:
        crm = connect(sandbox, MAPPING)
        stream, now = stream_of(crm, "task"), crm.now()
        crm._transport.write("DELETE", f"sobjects/Task/{an_id('00T', 1)}", None)
        sandbox.org.clock.set(now + timedelta(minutes=10))
        found = pa.concat_tables(crm.deleted(stream, now - timedelta(hours=1), now + timedelta(minutes=5)))

    assert ids_of(found) == [an_id("00T", 1)]
    assert found["deleted_at"].to_pylist() == [now]


def test_deletes_older_than_the_log_ask_for_a_full_comparison() -> None:
    with an_org(Task=tasks(3)) as sandbox:
        crm = connect(sandbox, MAPPING)
        with pytest.raises(Incomplete, match="full sync"):
            list(crm.deleted(stream_of(crm, "task"), crm.now() - timedelta(days=16), crm.now()))


def test_the_accounts_hold_what_we_ask_for_one_by_one_or_all() -> None:
    with an_org(Account=accounts(700, NumberOfEmployees=list(range(700)))) as sandbox:
        crm = connect(sandbox, the_mapping("account"))
        names = {"employees": "NumberOfEmployees", "name": "Name"}
        everything = pa.concat_tables(crm.current(None, names))
        some = pa.concat_tables(crm.current([account_id(n) for n in range(5, 650)] + ["nonsense"], names))

    assert everything.num_rows == 700
    assert everything.column_names == ["id", "modified_at", "employees", "name"]
    assert sorted(some["employees"].to_pylist()) == list(range(5, 650))
    assert everything["modified_at"].to_pylist()[0] == START


def test_a_field_that_is_not_there_cannot_be_asked_for() -> None:
    with an_org() as sandbox, pytest.raises(ConfigError, match=r"Account\.No_Such__c"):
        list(connect(sandbox).current(None, {"score": "No_Such__c"}))


# What a server of ours never does, and another may: single answers made by hand.


def a_client(**options: Any) -> Salesforce:
    """A client of a made-up org with one object, over REST, or over Bulk with `bulk_rows=0`."""
    responses.post(f"{URL}/services/oauth2/token", json={"access_token": "t", "instance_url": URL, "id": "x/00D/005"})
    names = {"Id": "id", "SystemModstamp": "datetime", "Name": "string", "OwnerId": "reference",
             "CreatedDate": "datetime", "IsDeleted": "boolean"}  # fmt: skip
    fields = [{"name": name, "type": kind, "filterable": True, "sortable": True} for name, kind in names.items()]
    responses.get(f"{DATA}/sobjects/Account/describe", json={"name": "Account", "fields": fields})
    mapping = the_mapping("account")
    return Salesforce(Credentials(URL, "client_credentials", "c", "s"), mapping, Options(retry=PATIENT, **options))


def a_record(number: int) -> dict[str, Any]:
    return {"Id": account_id(number), "SystemModstamp": "2026-11-01T12:00:00.000+0000", "Name": "A", "OwnerId": "005",
            "CreatedDate": "2026-11-01T12:00:00.000+0000", "IsDeleted": False}  # fmt: skip


def answer(*pages: dict[str, Any], total: int = 4) -> None:
    """The count, then the pages of a query."""
    responses.get(f"{DATA}/queryAll/", json={"totalSize": total, "done": True, "records": []})
    responses.get(f"{DATA}/queryAll/", json=pages[0])
    for page in pages[1:]:
        responses.get(f"{DATA}/query/next", json=page)


def a_page(*numbers: int, total: int = 4, **more: Any) -> dict[str, Any]:
    return {"totalSize": total, "done": not more, "records": [a_record(n) for n in numbers], **more}


NEXT = {"nextRecordsUrl": "/services/data/v67.0/query/next"}


@responses.activate
def test_a_short_or_empty_page_in_the_middle_is_not_the_end() -> None:
    crm = a_client()
    answer(a_page(0, **NEXT), a_page(nextRecordsUrl=NEXT["nextRecordsUrl"] + "?2"), a_page(1, 2, 3))

    assert len(ids_of(pulled(crm, "account"))) == 4


@responses.activate
@pytest.mark.parametrize(
    "pages",
    [
        [a_page(0, 1, 2)],
        [a_page(0, 1, 2, 3, 3)],
        [a_page(0, 1, **NEXT), a_page(2)],
        [a_page(0, 1, **NEXT), a_page(2, 3, total=5)],
        [a_page(0, 1, **NEXT), a_page(0, 1, **NEXT)],
        [{"totalSize": 4, "done": False, "records": [a_record(0)]}],
    ],
    ids=["one lost", "one too many", "last page short", "total drifts", "page repeats", "next missing"],
)
def test_rows_that_are_not_as_many_as_announced_are_no_answer(pages: list[dict[str, Any]]) -> None:
    crm = a_client()
    answer(*pages)

    with pytest.raises(Incomplete):
        pulled(crm, "account")


@responses.activate
def test_the_next_page_is_never_sought_on_another_host() -> None:
    crm = a_client()
    answer(a_page(0, nextRecordsUrl="@evil.example/services/data"))

    with pytest.raises(Rejected, match="outside the API"):
        pulled(crm, "account")


@responses.activate
def test_a_row_that_moved_on_while_we_read_is_left_to_its_new_window() -> None:
    crm = a_client()
    moved = a_record(1) | {"SystemModstamp": "2026-11-01T13:00:00.000+0000"}
    answer(a_page(0, 2, 3) | {"records": [a_record(0), moved, a_record(2), a_record(3)]})

    found = pulled(crm, "account", Window(None, START + timedelta(minutes=30)))

    assert ids_of(found) == [account_id(n) for n in (0, 2, 3)]


HEADER = '"Id","SystemModstamp","CreatedDate","IsDeleted","Name","OwnerId"\n'


def csv_of(*numbers: int) -> str:
    at = "2026-11-01T12:00:00.000Z"
    return HEADER + "".join(f'"{account_id(n)}","{at}","{at}","false","A","005"\n' for n in numbers)


def a_job(*pages: tuple[str, dict[str, str]], state: str = "JobComplete", processed: int | None = 4) -> None:
    """A finished Bulk job with these result pages."""
    responses.get(f"{DATA}/queryAll/", json={"totalSize": 4, "done": True, "records": []})
    responses.post(f"{DATA}/jobs/query", json={"id": "750x", "state": "UploadComplete"})
    responses.get(f"{DATA}/jobs/query/750x", json={"id": "750x", "state": state, "numberRecordsProcessed": processed})
    for body, headers in pages:
        responses.get(f"{DATA}/jobs/query/750x/results", body=body, content_type="text/csv", headers=headers)


def headers(count: int, locator: str | None) -> dict[str, str]:
    return {"Sforce-NumberOfRecords": str(count)} | ({} if locator is None else {"Sforce-Locator": locator})


@responses.activate
def test_bulk_pages_without_a_charset_are_utf8() -> None:
    crm = a_client(bulk_rows=0)
    a_job((csv_of(0, 1, 2, 3).replace('"A"', '"Zoë"'), headers(4, "null")))

    assert pulled(crm, "account")["name"].to_pylist() == ["Zoë"] * 4


@responses.activate
@pytest.mark.parametrize(
    "pages",
    [
        [(csv_of(0, 1), headers(2, "null"))],
        [(csv_of(0, 1), headers(2, "a")), (csv_of(2, 3), headers(2, "a"))],
        [(csv_of(0, 1), headers(2, None)), (csv_of(2, 3), headers(2, "null"))],
        [(csv_of(0, 1, 2), headers(4, "null"))],
        [(csv_of(0, 1, 2), {"Sforce-Locator": "null"})],
        [(csv_of(0, 1, 2, 3, 3), headers(5, "null"))],
    ],
    ids=["rows missing", "locator repeats", "locator missing", "page cut", "count missing", "one too many"],
)
def test_bulk_rows_that_are_not_as_many_as_announced_are_no_answer(pages: list[tuple[str, dict[str, str]]]) -> None:
    crm = a_client(bulk_rows=0)
    a_job(*pages)

    with pytest.raises(Incomplete):
        pulled(crm, "account")


@responses.activate
@pytest.mark.parametrize(
    "told",
    [headers(4, None), headers(4, ""), {"Sforce-Locator": "null"}, {}],
    ids=["locator missing", "locator empty", "count missing", "nothing told"],
)
@pytest.mark.parametrize("processed", [4, None, 0])
def test_bulk_rows_are_believed_when_another_count_agrees(told: dict[str, str], processed: int | None) -> None:
    crm = a_client(bulk_rows=0)
    a_job((csv_of(0, 1, 2, 3), told), processed=processed)

    assert pulled(crm, "account").num_rows == 4


@responses.activate
@pytest.mark.parametrize(
    "body", ["<html>Down</html>", csv_of(0, 1, 2, 3).replace('"Name"', '"Title"'), "", csv_of(0)[:-20]],
    ids=["html", "another header", "nothing", "cut in a row"],
)  # fmt: skip
def test_a_bulk_page_of_another_shape_is_no_answer(body: str) -> None:
    crm = a_client(bulk_rows=0)
    a_job((body, headers(4, "null")))

    with pytest.raises(Unavailable):
        pulled(crm, "account")


@responses.activate
def test_a_bulk_result_whose_place_is_lost_is_asked_for_anew() -> None:
    crm = a_client(bulk_rows=0)
    a_job((csv_of(0, 1), headers(2, "a")))
    lost = [{"errorCode": "InvalidQueryLocator", "message": "gone"}]
    responses.get(f"{DATA}/jobs/query/750x/results", json=lost, status=400)
    responses.get(f"{DATA}/jobs/query/750x/results", body=csv_of(0, 1, 2, 3), content_type="text/csv",
                  headers=headers(4, "null"))  # fmt: skip

    assert set(ids_of(pulled(crm, "account"))) == {account_id(n) for n in range(4)}


@responses.activate
@pytest.mark.parametrize("waits", [0, 1, 5])
def test_a_job_is_waited_for(waits: int) -> None:
    crm = a_client(bulk_rows=0)
    for _ in range(waits):
        responses.get(f"{DATA}/jobs/query/750x", json={"id": "750x", "state": "InProgress"})
    a_job((csv_of(0, 1, 2, 3), headers(4, "null")))

    assert len(ids_of(pulled(crm, "account"))) == 4


@responses.activate
def test_a_job_that_never_ends_is_given_up_after_two_hours() -> None:
    crm = a_client(bulk_rows=0)
    a_job(state="InProgress")

    with pytest.raises(Unavailable, match="still not done after 2 hours"):
        pulled(crm, "account")
    assert crm.budget.calls < 600


@responses.activate
def test_a_job_that_fails_says_why_by_rest_and_else_is_read_by_rest() -> None:
    crm = a_client(bulk_rows=0)
    a_job(state="Failed")
    responses.get(f"{DATA}/queryAll/", json=a_page(0, 1, 2, 3))

    assert len(ids_of(pulled(crm, "account"))) == 4


@responses.activate
def test_a_job_somebody_aborted_is_told_as_such() -> None:
    crm = a_client(bulk_rows=0)
    a_job(state="Aborted")

    with pytest.raises(Unavailable, match="somebody aborted Bulk job 750x"):
        pulled(crm, "account")
