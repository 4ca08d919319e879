"""Does a long result come page by page, whole and in one piece?"""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from connector.sandbox.salesforce.server import Sandbox
from connector.sandbox.salesforce.users import USERNAME, App
from tests.sandbox.small_org import ACME, CALL, OLD_MAIL, OPEN_TASK, Client, an_id, rows

MANY = 4_500


def many_contacts(sandbox: Sandbox) -> None:
    table = pa.concat_tables(
        [rows("Id LastName AccountId", *[(an_id("003", 100 + n), f"P{n}", ACME) for n in range(MANY)])]
    )
    sandbox.org.take({"Contact": table})


def sizes(client: Client, soql: str, **more: Any) -> list[int]:
    page = client.query(soql, **more).json()
    found = [len(page["records"])]
    while not page["done"]:
        page = client.http.get(client.sandbox.url + page["nextRecordsUrl"], timeout=10).json()
        found.append(len(page["records"]))
    return found


def test_pages_hold_2000_records_and_no_record_twice(sandbox: Sandbox, client: Client) -> None:
    many_contacts(sandbox)

    page = client.query("SELECT Id FROM Contact").json()

    assert sizes(client, "SELECT Id FROM Contact") == [2000, 2000, MANY + 4 - 4000]
    assert (page["totalSize"], page["done"], page["nextRecordsUrl"][-5:]) == (MANY + 4, False, "-2000")
    assert len(set(client.values("SELECT Id FROM Contact"))) == MANY + 4


def test_a_client_may_ask_for_smaller_pages(sandbox: Sandbox, client: Client) -> None:
    many_contacts(sandbox)

    def asked(size: int) -> int:
        return sizes(client, "SELECT Id FROM Contact", headers={"Sforce-Query-Options": f"batchSize={size}"})[0]

    assert [asked(size) for size in (500, 1, 9_000)] == [500, 200, 2000]


def test_pages_are_smaller_where_rows_are_wide(sandbox: Sandbox, client: Client) -> None:
    many_contacts(sandbox)
    client.settings(wide_rows=True)

    assert sizes(client, "SELECT Id FROM Contact")[0] == 500


def test_children_are_paged_on_their_own(sandbox: Sandbox, client: Client) -> None:
    many_contacts(sandbox)

    soql = f"SELECT Id, (SELECT Id FROM Contacts) FROM Account WHERE Id = '{ACME}'"
    children = client.records(soql)[0]["Contacts"]
    rest = client.http.get(client.sandbox.url + children["nextRecordsUrl"], timeout=10).json()

    assert (children["totalSize"], len(children["records"]), len(rest["records"])) == (MANY + 2, 2000, 2000)


def test_a_result_stays_as_it_was_when_it_was_opened(sandbox: Sandbox, client: Client) -> None:
    many_contacts(sandbox)
    page = client.query("SELECT Id FROM Contact").json()
    client.control("POST", "delete", {"object": "Contact", "ids": client.values("SELECT Id FROM Contact LIMIT 1000")})

    following = client.http.get(client.sandbox.url + page["nextRecordsUrl"], timeout=10).json()

    assert (following["totalSize"], len(following["records"])) == (MANY + 4, 2000)


def test_a_result_can_be_read_on_with_another_token_of_the_same_user(sandbox: Sandbox, client: Client) -> None:
    many_contacts(sandbox)
    page = client.query("SELECT Id FROM Contact").json()
    client.log_in()

    assert client.http.get(client.sandbox.url + page["nextRecordsUrl"], timeout=10).status_code == 200


def test_a_result_cannot_be_read_on_by_another_user(sandbox: Sandbox, client: Client) -> None:
    many_contacts(sandbox)
    page = client.query("SELECT Id FROM Contact").json()
    sandbox.instance.logins.apps[sandbox.client_id] = App(sandbox.client_id, "sandbox-secret", "owner@acme.example")
    client.log_in()

    answer = client.http.get(client.sandbox.url + page["nextRecordsUrl"], timeout=10)

    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, "INVALID_QUERY_LOCATOR")


def test_an_old_result_is_gone(sandbox: Sandbox, client: Client) -> None:
    many_contacts(sandbox)
    page = client.query("SELECT Id FROM Contact").json()
    client.advance(days=2)

    answer = client.http.get(client.sandbox.url + page["nextRecordsUrl"], timeout=10)

    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, "INVALID_QUERY_LOCATOR")


def test_only_query_all_shows_what_is_deleted_or_archived(client: Client) -> None:
    shown = set(client.values("SELECT Id FROM Task"))
    everything = {r["Id"]: r for r in client.records("SELECT Id, IsDeleted, IsArchived FROM Task", path="/queryAll")}

    assert OLD_MAIL not in shown
    assert shown < set(everything)
    assert (everything[OLD_MAIL]["IsArchived"], everything[CALL]["IsArchived"]) == (True, False)
    assert sum(record["IsDeleted"] for record in everything.values()) == 1
    assert client.values("SELECT Id FROM Task WHERE IsArchived = true") == []


def test_a_task_is_archived_a_year_after_its_day_and_only_when_closed(client: Client) -> None:
    assert OPEN_TASK in client.values("SELECT Id FROM Task")
    client.control("POST", "clock", {"now": "2027-02-19T12:00:00Z"})
    before = CALL in client.values("SELECT Id FROM Task")
    client.control("POST", "clock", {"now": "2027-02-20T12:00:00Z"})

    assert (before, CALL in client.values("SELECT Id FROM Task")) == (True, False)


def test_datetimes_and_dates_are_written_as_salesforce_writes_them(client: Client) -> None:
    record = client.records(
        f"SELECT Id, ActivityDate, SystemModstamp, IsClosed, Subject FROM Task WHERE Id = '{CALL}'"
    )[0]

    assert record == {
        "attributes": {"type": "Task", "url": f"/services/data/v67.0/sobjects/Task/{CALL}"},
        "Id": CALL,
        "ActivityDate": "2026-02-20",
        "SystemModstamp": "2026-03-01T09:00:00.000+0000",
        "IsClosed": True,
        "Subject": 'Call "now",\nplease',
    }


def test_a_query_may_run_for_too_long(client: Client) -> None:
    client.settings(slow_query="FROM Task")

    assert client.error("SELECT Id FROM Task")[:2] == (400, "QUERY_TIMEOUT")
    assert client.query("SELECT Id FROM Account").status_code == 200


def test_the_integration_user_is_a_user_of_the_org(client: Client) -> None:
    assert client.values(f"SELECT Username FROM User WHERE Username = '{USERNAME}'", "Username") == [USERNAME]
