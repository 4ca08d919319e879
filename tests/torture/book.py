"""Which org is put to the torture? A small book of every kind of record, each row made from its number alone."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from connector.sandbox.salesforce.ids import to18

START = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
LONG_AGO = START - timedelta(days=200)
PREFIXES = {
    "User": "005", "Account": "001", "Contact": "003", "Lead": "00Q", "Task": "00T", "Event": "00U",
    "TaskRelation": "0RT", "EventRelation": "0RE", "Campaign": "701", "CampaignMember": "00v", "Opportunity": "006",
    "OpportunityContactRole": "00K",
}  # fmt: skip
ACCOUNTS, CONTACTS, LEADS, TASKS, EVENTS, MEMBERS = 8, 10, 4, 24, 8, 6
TITLES = ("CFO", "VP Marketing", "Engineer", "Head of IT", None)

Row = dict[str, Any]  # Any: a value of JSON


def an_id(sobject: str, number: int) -> str:
    """The id of the nth record of an object."""
    return to18(f"{PREFIXES[sobject]}To{number:010d}")


def stamped(row: Row, at: datetime) -> Row:
    """The row with every stamp at one moment."""
    return dict.fromkeys(("CreatedDate", "LastModifiedDate", "SystemModstamp"), at.isoformat()) | row


def an_account(number: int) -> Row:
    parent = an_id("Account", 0) if number == 1 else None
    site = f"https://company{number}.example"
    return {
        "Id": an_id("Account", number), "Name": f"Company {number}", "Website": site, "ParentId": parent,
        "OwnerId": an_id("User", 0), "Type": "Prospect", "NumberOfEmployees": 50 * (number + 1),
    }  # fmt: skip


def a_contact(number: int, account: int | None = None) -> Row:
    account = number % ACCOUNTS if account is None else account
    return {
        "Id": an_id("Contact", number), "AccountId": an_id("Account", account), "LastName": f"Person {number}",
        "Name": f"Person {number}", "Email": f"person{number}@company{account}.example",
        "Title": TITLES[number % len(TITLES)], "OwnerId": an_id("User", 0),
    }  # fmt: skip


def a_lead(number: int) -> Row:
    account = number % ACCOUNTS
    return {
        "Id": an_id("Lead", number), "LastName": f"Lead {number}", "Name": f"Lead {number}", "IsConverted": False,
        "Company": f"Company {account}", "Email": f"lead{number}@company{account}.example",
        "Status": "Open - Not Contacted", "OwnerId": an_id("User", 0),
    }  # fmt: skip


def a_task(number: int, now: datetime, version: int = 0) -> Row:
    """A call or mail of the last two months; each version is of another kind."""
    contact = number % CONTACTS
    day = now - timedelta(days=(number * 7 + version) % 60)
    kind = ("Call", "Email")[(number + version) % 2]
    return {
        "Id": an_id("Task", number), "WhoId": an_id("Contact", contact), "Status": "Completed", "IsClosed": True,
        "WhatId": an_id("Account", contact % ACCOUNTS), "AccountId": an_id("Account", contact % ACCOUNTS),
        "OwnerId": an_id("User", 0), "Type": kind, "TaskSubtype": kind, "CallType": "Inbound",
        "CallDurationInSeconds": 600 + 60 * version, "ActivityDate": day.date().isoformat(),
        "CompletedDateTime": day.isoformat(), "IsArchived": False, "IsRecurrence": False,
    }  # fmt: skip


def an_event(number: int, now: datetime, version: int = 0) -> Row:
    """A meeting of the last month with one contact."""
    contact = (number * 3) % CONTACTS
    starts = (now - timedelta(days=1 + number % 30)).replace(minute=0, second=0)
    return {
        "Id": an_id("Event", number), "WhoId": an_id("Contact", contact), "OwnerId": an_id("User", 0),
        "WhatId": an_id("Account", contact % ACCOUNTS), "AccountId": an_id("Account", contact % ACCOUNTS),
        "EventSubtype": "Event", "StartDateTime": starts.isoformat(), "DurationInMinutes": 30 + 15 * version,
        "EndDateTime": (starts + timedelta(minutes=30 + 15 * version)).isoformat(), "IsAllDayEvent": False,
        "ActivityDate": starts.date().isoformat(), "IsChild": False, "IsGroupEvent": False, "IsArchived": False,
    }  # fmt: skip


def links(number: int) -> Mapping[str, Row]:
    """Who else was called or met: the relation rows of the nth task and the nth event."""
    other = (number * 3 + 1) % CONTACTS
    return {
        "TaskRelation": {
            "Id": an_id("TaskRelation", number), "TaskId": an_id("Task", number), "IsWhat": False,
            "RelationId": an_id("Contact", (number + 1) % CONTACTS),
        },
        "EventRelation": {
            "Id": an_id("EventRelation", number), "EventId": an_id("Event", number), "Status": "Accepted",
            "RelationId": an_id("Contact", other), "IsWhat": False, "IsParent": True, "IsInvitee": True,
        },
    }  # fmt: skip


def a_member(number: int) -> Row:
    who = {"ContactId": an_id("Contact", number)} if number % 2 else {"LeadId": an_id("Lead", number % LEADS)}
    return who | {
        "Id": an_id("CampaignMember", number), "CampaignId": an_id("Campaign", 0), "Status": "Attended",
        "HasResponded": True, "FirstRespondedDate": (START - timedelta(days=9 + number)).date().isoformat(),
    }  # fmt: skip


def a_deal(number: int) -> Row:
    return {
        "Id": an_id("Opportunity", number), "AccountId": an_id("Account", number), "Name": f"Deal {number}",
        "StageName": "Prospecting", "CloseDate": (START + timedelta(days=60)).date().isoformat(), "Amount": 5000.0,
        "IsClosed": False, "IsWon": False, "OwnerId": an_id("User", 0),
    }  # fmt: skip


def the_book(now: datetime = START) -> dict[str, Sequence[Row]]:
    """Every row the org begins with, stamped long ago."""
    owner = {"Id": an_id("User", 0), "Username": "owner@own.example", "Name": "Olga Owner", "LastName": "Owner"}
    role = {"Id": an_id("OpportunityContactRole", 0), "OpportunityId": an_id("Opportunity", 0)}
    relations = [links(number) for number in range(EVENTS)]
    rows = {
        "User": [owner | {"Email": "owner@own.example", "IsActive": True}],
        "Account": [an_account(n) for n in range(ACCOUNTS)],
        "Contact": [a_contact(n) for n in range(CONTACTS)],
        "Lead": [a_lead(n) for n in range(LEADS)],
        "Task": [a_task(n, now) for n in range(TASKS)],
        "Event": [an_event(n, now) for n in range(EVENTS)],
        "TaskRelation": [one["TaskRelation"] for one in relations],
        "EventRelation": [one["EventRelation"] for one in relations],
        "Campaign": [{"Id": an_id("Campaign", 0), "Name": "Webinar", "Type": "Webinar", "Status": "Completed"}],
        "CampaignMember": [a_member(n) for n in range(MEMBERS)],
        "Opportunity": [a_deal(n) for n in range(2)],
        "OpportunityContactRole": [role | {"ContactId": an_id("Contact", 0), "Role": "Decision Maker"}],
    }
    return {
        name: [stamped(row, LONG_AGO + timedelta(minutes=place)) for place, row in enumerate(made)]
        for name, made in rows.items()
    }
