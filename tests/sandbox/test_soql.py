"""Does the org understand SOQL as Salesforce does?"""

from __future__ import annotations

from typing import Any

import pytest

from connector.sandbox.salesforce.ids import to18
from tests.sandbox.small_org import (
    ACME,
    ACME_LABS,
    ANN,
    BOB,
    CALL,
    DEAL,
    GLOBEX,
    LEA,
    LOOSE_TASK,
    NOBODY,
    OLD_MAIL,
    OPEN_TASK,
    QUIET,
    ZOE,
    Client,
)

ALL = {ACME, ACME_LABS, GLOBEX, QUIET}


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ("Name = 'acme'", {ACME}),
        ("Name != 'Acme'", ALL - {ACME}),
        ("Industry = null", {QUIET}),
        ("Industry != null", ALL - {QUIET}),
        ("Industry = ''", {QUIET}),
        ("Industry <> 'banking'", {GLOBEX, QUIET}),
        ("Industry IN ('BANKING', 'Retail')", {ACME, ACME_LABS}),
        ("Industry NOT IN ('Banking')", {GLOBEX, QUIET}),
        ("Industry IN (null)", {QUIET}),
        ("Name LIKE 'acme%'", {ACME, ACME_LABS}),
        ("Name LIKE '_cme'", {ACME}),
        ("NOT Name LIKE 'acme%'", {GLOBEX, QUIET}),
        ("(NOT Name LIKE 'acme%') AND Industry = null", {QUIET}),
        ("AnnualRevenue > 1000000", {GLOBEX}),
        ("AnnualRevenue >= 1e6", {ACME, GLOBEX}),
        ("AnnualRevenue < 5", set()),
        ("NumberOfEmployees <= 20", {ACME_LABS}),
        ("IsDeleted = FALSE", ALL),
        ("Industry = 'Banking' AND (NumberOfEmployees = 20 OR NumberOfEmployees = 120)", {ACME, ACME_LABS}),
        ("Name = 'Acme' OR Name = 'Globex' OR Industry = null", {ACME, GLOBEX, QUIET}),
        ("Parent.Name = 'Acme'", {ACME_LABS}),
        ("Parent.Name = null", ALL - {ACME_LABS}),
        ("Owner.IsActive = false", {GLOBEX}),
        ("Owner.Email LIKE '%@ACME.example'", ALL),
        (f"Id = '{ACME}'", {ACME}),
        (f"Id = '{ACME[:15]}'", {ACME}),
        (f"Id IN ('{ACME[:15]}', '{GLOBEX}')", {ACME, GLOBEX}),
        (f"Id NOT IN ('{ACME[:15]}')", ALL - {ACME}),
        ("Id IN (SELECT AccountId FROM Contact)", {ACME, GLOBEX}),
        ("Id NOT IN (SELECT AccountId FROM Contact WHERE Title != null)", {ACME_LABS, QUIET}),
        ("Id IN (SELECT AccountId FROM Contact WHERE LastName = 'Lee')", {ACME}),
        ("CreatedDate = YESTERDAY", ALL),
        ("CreatedDate = TODAY", set()),
        ("CreatedDate = LAST_N_DAYS:1", ALL),
        ("CreatedDate < TODAY", ALL),
        ("CreatedDate >= 2026-03-01T09:00:00Z", ALL),
        ("CreatedDate > 2026-03-01T09:00:00.000Z", set()),
        ("CreatedDate = 2026-03-01T10:00:00+01:00", ALL),
        ("DAY_ONLY(CreatedDate) = 2026-03-01", ALL),
        ("CALENDAR_YEAR(CreatedDate) = 2026", ALL),
    ],
)
def test_conditions_choose_the_accounts_they_should(client: Client, where: str, found: set[str]) -> None:
    assert set(client.values(f"SELECT Id FROM Account WHERE {where}")) == found


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ("What.Type = 'Account'", {CALL, OPEN_TASK}),
        ("What.Type IN ('Account', 'Opportunity')", {CALL, OPEN_TASK}),
        ("Who.Type = 'Lead'", {LOOSE_TASK}),
        ("Who.Name = 'ann lee'", {CALL}),
        ("WhatId = null", {LOOSE_TASK}),
        ("ActivityDate = null", {LOOSE_TASK}),
        ("ActivityDate > 2026-01-01", {CALL}),
        ("ActivityDate = LAST_N_DAYS:14", {CALL}),
        ("ActivityDate < LAST_MONTH", {OPEN_TASK}),
        ("ActivityDate = LAST_MONTH", {CALL}),
        ("Account.Parent.Name = null AND IsClosed = true", {CALL, LOOSE_TASK}),
        ("Subject LIKE '%\"now\",%'", {CALL}),
        ("Id IN (SELECT TaskId FROM TaskRelation WHERE IsWhat = false)", {CALL}),
    ],
)
def test_conditions_choose_the_tasks_they_should(client: Client, where: str, found: set[str]) -> None:
    assert set(client.values(f"SELECT Id FROM Task WHERE {where}")) == found


def test_keywords_and_names_may_be_written_in_any_case(client: Client) -> None:
    record = client.records("sElEcT iD, NAME, owner.NAME fRoM aCCount wHeRe nAmE = 'ACME' lImIt 1")[0]

    assert (record["Id"], record["Name"], record["Owner"]["Name"]) == (ACME, "Acme", "Olga Owner")


def test_parents_are_nested_and_missing_ones_are_null(client: Client) -> None:
    records = {
        r["Id"]: r for r in client.records("SELECT Id, WhoId, Who.Name, What.Type, Account.Parent.Name FROM Task")
    }

    loose, call = records[LOOSE_TASK], records[CALL]
    assert (loose["What"], loose["Account"]) == (None, None)
    assert loose["Who"]["attributes"] == {"type": "Name", "url": f"/services/data/v67.0/sobjects/Lead/{LEA}"}
    assert (call["What"]["Type"], call["Account"]["Parent"]) == ("Account", None)


def test_five_levels_up_are_allowed_and_six_are_not(client: Client) -> None:
    five = "SELECT Parent.Parent.Parent.Parent.Parent.Name FROM Account"

    assert len(client.records(five)) == 4
    assert client.error(five.replace("Parent.Name", "Parent.Parent.Name"))[1] == "MALFORMED_QUERY"


def test_an_object_may_have_another_name_inside_the_query(client: Client) -> None:
    assert client.values("SELECT a.Name FROM Account a WHERE a.Parent.Name = 'Acme'", "Name") == ["Acme Labs"]


def test_children_come_in_a_result_of_their_own(client: Client) -> None:
    soql = (
        "SELECT Id, (SELECT Id, Account.Name FROM Contacts ORDER BY Name), (SELECT Id FROM Opportunities) FROM Account"
    )
    records = {record["Id"]: record for record in client.records(soql)}

    contacts = records[ACME]["Contacts"]
    assert (contacts["totalSize"], contacts["done"], [one["Id"] for one in contacts["records"]]) == (
        2,
        True,
        [ANN, BOB],
    )
    assert contacts["records"][0]["Account"]["Name"] == "Acme"
    assert [one["Id"] for one in records[ACME]["Opportunities"]["records"]] == [DEAL]
    assert records[QUIET]["Contacts"] is None


def test_children_are_limited_parent_by_parent(client: Client) -> None:
    soql = "SELECT Id, (SELECT Id FROM Contacts WHERE Email != null ORDER BY Name DESC LIMIT 1) FROM Account"
    records = {record["Id"]: record for record in client.records(soql)}

    assert [one["Id"] for one in records[ACME]["Contacts"]["records"]] == [BOB]
    assert [one["Id"] for one in records[GLOBEX]["Contacts"]["records"]] == [ZOE]


def test_order_puts_nulls_first_unless_told_otherwise(client: Client) -> None:
    def order(by: str) -> list[Any]:
        return client.values(f"SELECT NumberOfEmployees FROM Account ORDER BY {by}", "NumberOfEmployees")

    assert order("NumberOfEmployees") == [None, None, 20, 120]
    assert order("NumberOfEmployees DESC NULLS LAST") == [120, 20, None, None]
    assert client.values("SELECT Name FROM Account ORDER BY Industry NULLS LAST, Name DESC", "Name") == [
        "Acme Labs", "Acme", "Globex", "Quiet & Co",
    ]  # fmt: skip


def test_without_an_order_rows_come_shuffled_but_always_alike(client: Client) -> None:
    first = client.values("SELECT Id FROM Contact")

    assert first == client.values("SELECT Id FROM Contact")
    assert first != sorted(first)
    assert set(first) == {ANN, BOB, ZOE, NOBODY}


def test_a_bare_count_has_no_records(client: Client) -> None:
    assert client.query("SELECT COUNT() FROM Task").json() == {"totalSize": 3, "done": True, "records": []}


def test_groups_have_their_own_records(client: Client) -> None:
    columns = "Industry, COUNT(Id) n, SUM(NumberOfEmployees), MAX(Name)"
    soql = f"SELECT {columns} FROM Account GROUP BY Industry HAVING COUNT(Id) > 1"
    page = client.query(soql).json()

    assert page["totalSize"] == 1
    assert page["records"] == [
        {"attributes": {"type": "AggregateResult"}, "Industry": "Banking", "n": 2, "expr0": 140.0, "expr1": "Acme Labs"}
    ]


def test_dates_can_be_grouped_by_their_parts(client: Client) -> None:
    year = "CALENDAR_YEAR(CreatedDate)"
    soql = f"SELECT {year} y, COUNT_DISTINCT(AccountId) FROM Contact GROUP BY {year}"

    assert client.records(soql) == [{"attributes": {"type": "AggregateResult"}, "y": 2026, "expr0": 2}]


def test_limit_and_offset_cut_the_result(client: Client) -> None:
    assert client.values("SELECT Id FROM Account ORDER BY Name LIMIT 2 OFFSET 1") == [ACME_LABS, GLOBEX]
    assert client.query("SELECT Id FROM Account LIMIT 3").json()["totalSize"] == 3
    assert client.error("SELECT Id FROM Account OFFSET 2001")[:2] == (400, "NUMBER_OUTSIDE_VALID_RANGE")


def test_typeof_shows_each_kind_its_own_fields(client: Client) -> None:
    soql = "SELECT Id, TYPEOF Who WHEN Contact THEN Title, Account.Name WHEN Lead THEN Company ELSE Name END FROM Task"
    soql = soql.replace(", Account.Name", "")
    records = {record["Id"]: record["Who"] for record in client.records(soql)}

    assert records[CALL]["attributes"]["type"] == "Contact"
    assert {key: value for key, value in records[CALL].items() if key != "attributes"} == {"Title": "CFO"}
    assert {key: value for key, value in records[LOOSE_TASK].items() if key != "attributes"} == {"Company": "Initech"}


def test_typeof_falls_back_for_other_kinds(client: Client) -> None:
    soql = "SELECT Id, TYPEOF What WHEN Opportunity THEN StageName ELSE Name END FROM Task"
    records = {record["Id"]: record["What"] for record in client.records(soql, path="/queryAll")}

    assert records[CALL]["Name"] == "Acme"
    assert "Name" not in records[OLD_MAIL]
    assert records[OLD_MAIL]["StageName"] == "Prospecting"


def test_fields_can_be_asked_for_all_at_once(client: Client) -> None:
    record = client.records("SELECT FIELDS(ALL) FROM Account WHERE Name = 'Acme' LIMIT 1")[0]

    assert record["BillingAddress"]["city"] == "Köln"
    assert len(client.records("SELECT FIELDS(STANDARD) FROM Account")) == 4
    assert client.error("SELECT FIELDS(ALL) FROM Account")[1] == "MALFORMED_QUERY"


@pytest.mark.parametrize(
    ("soql", "code", "says"),
    [
        ("SELECT Nope FROM Account", "INVALID_FIELD", "No such column 'Nope' on entity 'Account'"),
        ("SELECT Nope__r.Name FROM Account", "INVALID_FIELD", "Didn't understand relationship 'Nope__r'"),
        ("SELECT Id FROM Account WHERE Description = 'x'", "INVALID_FIELD", "field 'Description' can not be filtered"),
        ("SELECT Id FROM Account ORDER BY Description", "INVALID_FIELD", "field 'Description' can not be sorted"),
        ("SELECT CreatedDate FROM Account GROUP BY CreatedDate", "MALFORMED_QUERY", "can not be grouped"),
        ("SELECT Id, COUNT(Name) FROM Account", "MALFORMED_QUERY", "Field must be grouped or aggregated: Id"),
        ("SELECT Id FORM Account", "MALFORMED_QUERY", "unexpected token: 'Account'"),
        ("SELECT Name n FROM Account", "MALFORMED_QUERY", "only aggregate expressions use field aliasing"),
        ("SELECT Id FROM Account WHERE", "MALFORMED_QUERY", "unexpected token: '<EOF>'"),
        ('SELECT Id FROM Account WHERE Name = "x"', "MALFORMED_QUERY", "unexpected token: '\"'"),
        ("SELECT Id FROM Account WHERE Name = 'x' AND Site = 'y' OR Site = 'z'", "MALFORMED_QUERY", "'OR'"),
        ("SELECT Id FROM Account WHERE CreatedDate = '2026-01-01'", "INVALID_FIELD", "must be of type dateTime and"),
        ("SELECT Id FROM Account WHERE IsDeleted = 'true'", "INVALID_FIELD", "must be of type boolean and should not"),
        ("SELECT Id FROM Account WHERE Name = 5", "INVALID_FIELD", "must be of type string and should be enclosed"),
        ("SELECT Id FROM Account WHERE AnnualRevenue > 'much'", "INVALID_FIELD", "must be of type currency"),
        ("SELECT Id FROM Account WHERE Id = 'short'", "INVALID_QUERY_FILTER_OPERATOR", "invalid ID field: short"),
        ("SELECT Id FROM Account WHERE AnnualRevenue LIKE 'x'", "INVALID_QUERY_FILTER_OPERATOR", "invalid operator"),
        ("SELECT Id FROM Account WHERE CreatedDate = NEXT_N_MOONS:3", "MALFORMED_QUERY", "NEXT_N_MOONS"),
        ("SELECT Id, (SELECT Id FROM Nonsense) FROM Account", "INVALID_TYPE", "Didn't understand relationship"),
        ("SELECT Id FROM Account WHERE Name = 'a' ALL ROWS", "MALFORMED_QUERY", "unexpected token: 'ALL'"),
        ("SELECT Id FROM Account WHERE Name = 'b\\q'", "MALFORMED_QUERY", "Illegal character sequence"),
        ("SELECT Id FROM Account WHERE Name = 'unclosed", "MALFORMED_QUERY", "unexpected token"),
        ("SELECT Id FROM Account WHERE Id IN (SELECT Id, Name FROM Account)", "MALFORMED_QUERY", "exactly one field"),
        ("SELECT NOPE(Name) FROM Account", "MALFORMED_QUERY", "Invalid function"),
        ("SELECT Id FROM Account WHERE " + "(" * 70 + "Name = 'x'" + ")" * 70, "QUERY_TOO_COMPLICATED", "nested"),
    ],
)
def test_a_wrong_query_is_told_what_is_wrong(client: Client, soql: str, code: str, says: str) -> None:
    status, found, message = client.error(soql)

    assert (status, found) == (400, code)
    assert says in message


def test_an_unknown_object_is_told_in_the_recorded_words(client: Client) -> None:
    assert client.error("SELECT Id FROM XYZZY")[2].endswith(
        "sObject type 'XYZZY' is not supported. If you are attempting to use a custom object, be sure to append the "
        "'__c' after the entity name. Please reference your WSDL or the describe call for the appropriate names."
    )


@pytest.mark.parametrize(
    "name", ["O'Neil", 'a"b', "back\\slash", "x' OR Name != '", "tab\there", "line\nbreak", "--", "100%", "under_score"]
)
def test_any_name_can_be_asked_for_as_a_literal(client: Client, name: str) -> None:
    client.save({"id": ACME, "Name": name})
    escaped = (
        name.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("\t", "\\t").replace('"', '\\"')
    )

    assert client.values(f"SELECT Id FROM Account WHERE Name = '{escaped}'") == [ACME]
    assert client.values("SELECT Id FROM Account WHERE Name = 'x\\' OR Name != \\'nothing'") == []


def test_wildcards_can_be_meant_literally(client: Client) -> None:
    client.save({"id": ACME, "Name": "100% sure"}, {"id": GLOBEX, "Name": "100 pounds"})

    assert client.values("SELECT Id FROM Account WHERE Name LIKE '100\\%%'") == [ACME]


def test_days_begin_at_midnight_of_the_users_zone(client: Client) -> None:
    client.settings(
        time_zone="Pacific/Auckland"
    )  # 2026-03-02T09:00Z is 22:00 there, and the rows are from 22:00 before

    assert client.values("SELECT Id FROM Account WHERE CreatedDate = TODAY") == []
    client.settings(time_zone="America/Los_Angeles")  # here it is 01:00, and the rows are from 01:00 the day before
    assert len(client.values("SELECT Id FROM Account WHERE CreatedDate = YESTERDAY")) == 4
    client.settings(time_zone="Pacific/Kiritimati")
    client.control("POST", "touch", {"object": "Account", "ids": [ACME]})
    client.advance(hours=2)  # 11:00Z is 01:00 of the next day in Kiritimati

    assert client.values("SELECT Id FROM Account WHERE SystemModstamp = YESTERDAY AND Id = '" + ACME + "'") == [ACME]


def test_ids_come_with_eighteen_characters(client: Client) -> None:
    assert all(len(one) == 18 and to18(one[:15]) == one for one in client.values("SELECT Id FROM Contact"))
