"""Can a client follow what changes, goes, comes back, merges and converts?"""

from __future__ import annotations

from typing import Any

from tests.sandbox.small_org import (
    ACME,
    ANN,
    BINNED,
    BOB,
    CALL,
    DEAL,
    GLOBEX,
    LEA,
    LOOSE_TASK,
    QUIET,
    WEBINAR,
    ZOE,
    Client,
    an_id,
)

MEMBER = an_id("00v", 1)


def feed(
    client: Client, name: str, which: str, start: str = "2026-03-01T00:00:00Z", end: str = "2026-03-09T00:00:00Z"
) -> Any:
    return client.call("GET", f"/sobjects/{name}/{which}", params={"start": start, "end": end})


def test_changed_records_are_listed_by_window(client: Client) -> None:
    client.save({"id": ACME, "Site": "x"})
    client.advance(minutes=5)

    since = feed(client, "Account", "updated", start="2026-03-02T08:00:00+00:00").json()
    before = feed(client, "Account", "updated", end="2026-03-02T08:00:00Z").json()

    assert since == {"ids": [ACME], "latestDateCovered": "2026-03-02T09:05:00.000+0000"}
    assert ACME not in before["ids"]
    assert len(before["ids"]) == 3


def test_deleted_records_are_listed_with_their_day(client: Client) -> None:
    client.call("DELETE", f"/sobjects/Account/{QUIET}")
    client.advance(minutes=1)

    found = feed(client, "Account", "deleted").json()

    assert found["deletedRecords"] == [{"id": QUIET, "deletedDate": "2026-03-02T09:00:00.000+0000"}]
    assert found["earliestDateAvailable"] == "2026-02-15T09:01:00.000+0000"
    assert found["latestDateCovered"] == "2026-03-02T09:01:00.000+0000"


def test_rows_that_were_deleted_before_the_org_was_loaded_are_listed(client: Client) -> None:
    found = feed(client, "Task", "deleted").json()["deletedRecords"]

    assert found == [{"id": BINNED, "deletedDate": "2026-03-01T09:00:00.000+0000"}]


def test_windows_have_their_limits(client: Client) -> None:
    def code(which: str, **more: str) -> str:
        return str(feed(client, "Account", which, **more).json()[0]["errorCode"])

    client.settings(updated_ids_limit=3)

    assert code("updated", start="2026-01-30T00:00:00Z") == "INVALID_REPLICATION_DATE"
    assert code("deleted", start="2026-02-10T00:00:00Z") == "INVALID_REPLICATION_DATE"
    assert code("updated", end="2026-03-01T00:00:30Z") == "INVALID_REPLICATION_DATE"
    assert code("updated", start="nonsense") == "INVALID_REPLICATION_DATE"
    assert code("updated") == "EXCEEDED_ID_LIMIT"


def test_the_bin_is_emptied_after_15_days(client: Client) -> None:
    client.call("DELETE", f"/sobjects/Account/{QUIET}")
    client.advance(days=14)
    late = QUIET in client.values("SELECT Id FROM Account", path="/queryAll")
    client.advance(days=1)

    assert (late, QUIET in client.values("SELECT Id FROM Account", path="/queryAll")) == (True, False)


def test_a_record_comes_back_out_of_the_bin(client: Client) -> None:
    client.call("DELETE", f"/sobjects/Account/{QUIET}")
    client.advance(hours=1)
    client.control("POST", "undelete", {"object": "Account", "ids": [QUIET]})
    client.advance(hours=1)

    assert client.account(QUIET)["SystemModstamp"] == "2026-03-02T10:00:00.000+0000"
    assert feed(client, "Account", "deleted").json()["deletedRecords"] == []


def test_a_member_skips_the_bin(client: Client) -> None:
    client.call("DELETE", f"/sobjects/CampaignMember/{MEMBER}")
    client.advance(minutes=1)

    assert client.values("SELECT Id FROM CampaignMember", path="/queryAll") == []
    assert [one["id"] for one in feed(client, "CampaignMember", "deleted").json()["deletedRecords"]] == [MEMBER]


def test_a_row_may_become_visible_after_a_newer_one(client: Client) -> None:
    late = {"Task": [{"Id": an_id("00T", 50), "Subject": "late", "Status": "Completed", "IsClosed": True}]}
    client.control("POST", "rows", {"rows": late, "late_seconds": 90})
    client.advance(seconds=60)
    client.control("POST", "rows", {"rows": {"Task": [{"Id": an_id("00T", 51), "Subject": "later"}]}})
    between = client.values("SELECT Subject FROM Task WHERE SystemModstamp >= 2026-03-02T09:00:00Z", "Subject")
    client.advance(seconds=30)

    soql = "SELECT Subject FROM Task WHERE SystemModstamp >= 2026-03-02T09:00:00Z ORDER BY SystemModstamp"
    assert between == ["later"]
    assert client.values(soql, "Subject") == ["late", "later"]


def test_a_late_row_never_hides_a_newer_version(client: Client) -> None:
    client.control("POST", "rows", {"rows": {"Account": [{"Id": ACME, "Name": "Late"}]}, "late_seconds": 60})
    client.advance(seconds=10)
    client.save({"id": ACME, "Name": "Newer"})
    client.advance(seconds=60)

    assert client.account()["Name"] == "Newer"


def test_a_merge_moves_the_children_and_bins_the_loser(client: Client) -> None:
    client.advance(hours=1)
    client.control("POST", "merge", {"object": "Account", "master": GLOBEX, "losers": [ACME]})
    loser = client.records(f"SELECT Id, IsDeleted, MasterRecordId FROM Account WHERE Id = '{ACME}'", path="/queryAll")[
        0
    ]
    people = client.records(f"SELECT Id, SystemModstamp FROM Contact WHERE AccountId = '{GLOBEX}'")

    assert (loser["IsDeleted"], loser["MasterRecordId"]) == (True, GLOBEX)
    assert {one["Id"] for one in people} == {ANN, BOB, ZOE}
    assert {one["SystemModstamp"] for one in people} == {"2026-03-01T09:00:00.000+0000"}
    assert client.values(f"SELECT Id FROM Task WHERE WhatId = '{GLOBEX}' AND AccountId = '{GLOBEX}' AND Id = '{CALL}'")
    assert client.save({"id": ACME, "Site": "x"}).json()[0]["errors"][0]["statusCode"] == "ENTITY_IS_DELETED"


def test_a_merge_may_touch_the_children(client: Client) -> None:
    client.advance(hours=1)
    client.control("POST", "merge", {"object": "Contact", "master": ANN, "losers": [BOB], "touch_children": True})

    call = client.call("GET", f"/sobjects/Task/{CALL}").json()
    assert call["SystemModstamp"] == "2026-03-01T09:00:00.000+0000"  # it was the winner's own
    deal = client.values(f"SELECT Id FROM TaskRelation WHERE RelationId = '{ANN}' AND SystemModstamp = TODAY")
    assert deal == [an_id("0RT", 2)]


def test_a_converted_lead_is_one_person_with_its_contact(client: Client) -> None:
    made = client.control("POST", "convert", {"lead": LEA, "account": ACME, "opportunity": "Initech deal"})

    lead = client.call("GET", f"/sobjects/Lead/{LEA}").json()
    contact = client.call("GET", f"/sobjects/Contact/{made['ConvertedContactId']}").json()
    task = client.call("GET", f"/sobjects/Task/{LOOSE_TASK}").json()
    member = client.call("GET", f"/sobjects/CampaignMember/{MEMBER}").json()
    assert (lead["IsConverted"], lead["ConvertedDate"], lead["ConvertedAccountId"]) == (True, "2026-03-02", ACME)
    assert (contact["AccountId"], contact["Email"]) == (ACME, "lea@initech.example")
    assert (task["WhoId"], task["AccountId"]) == (contact["Id"], ACME)
    assert (member["LeadId"], member["ContactId"], member["CampaignId"]) == (LEA, contact["Id"], WEBINAR)
    assert client.values(f"SELECT Name FROM Opportunity WHERE Id != '{DEAL}'", "Name") == ["Initech deal"]


def test_a_lead_may_be_converted_into_a_new_account(client: Client) -> None:
    made = client.control("POST", "convert", {"lead": LEA})

    assert client.account(made["ConvertedAccountId"])["Name"] == "Initech"


def test_people_and_owners_move(client: Client) -> None:
    body = {
        "records": [{"attributes": {"type": "Contact"}, "id": ANN, "AccountId": GLOBEX, "OwnerId": an_id("005", 2)}]
    }
    client.call("PATCH", "/composite/sobjects", body)

    record = client.records(f"SELECT Account.Name, Owner.Name FROM Contact WHERE Id = '{ANN}'")[0]
    assert (record["Account"]["Name"], record["Owner"]["Name"]) == ("Globex", "Gus Gone")
    # an activity keeps the account it had
    assert client.call("GET", f"/sobjects/Task/{CALL}").json()["AccountId"] == ACME
