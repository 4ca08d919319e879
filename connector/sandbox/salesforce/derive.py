"""Which values of a record follow from others? Salesforce sets them; nobody may write them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from connector.sandbox.answers import Json
from connector.sandbox.salesforce.org import Org
from connector.sandbox.salesforce.schema import SObject

Row = dict[str, Json]
CLOSED_TASK = ("Completed",)
MEMBER_STATUS = """
SELECT "HasResponded" FROM "CampaignMemberStatus" WHERE "CampaignId" = $campaign AND lower("Label") = lower($status)
"""


def derived(org: Org, sobject: SObject, row: Row) -> Row:
    """The row with its derived values set anew."""
    derive = DERIVATIONS.get(sobject.name)
    return derive(org, dict(row)) if derive else row


def _person(_: Org, row: Row) -> Row:
    row["Name"] = " ".join(filter(None, (row.get("FirstName"), row.get("LastName"))))
    return row


def _contact(org: Org, row: Row) -> Row:
    row["IsEmailBounced"] = bool(row.get("EmailBouncedDate"))
    return _person(org, row)


def _task(org: Org, row: Row) -> Row:
    row["IsClosed"] = row.get("Status") in CLOSED_TASK
    row["IsHighPriority"] = row.get("Priority") == "High"
    if row["IsClosed"] and not row.get("CompletedDateTime"):
        row["CompletedDateTime"] = org.clock.now().replace(tzinfo=None)
    if not row["IsClosed"]:
        row["CompletedDateTime"] = None
    return _account(org, row)


def _event(org: Org, row: Row) -> Row:
    start = row.get("StartDateTime") or row.get("ActivityDateTime")
    if start:
        minutes = row.get("DurationInMinutes")
        end = row.get("EndDateTime") or start + timedelta(minutes=minutes or 0)
        row |= {"StartDateTime": start, "EndDateTime": end, "ActivityDate": start.date(), "EndDate": end.date()}
        row["ActivityDateTime"] = None if row.get("IsAllDayEvent") else start
        row["DurationInMinutes"] = int((end - start).total_seconds() // 60)
    return _account(org, row)


def _account(org: Org, row: Row) -> Row:
    """An activity belongs to the account of what it is about, else to that of its contact."""
    for lookup in ("WhatId", "WhoId"):
        account = _account_of(org, row.get(lookup))
        if account:
            row["AccountId"] = account
            return row
    return row


def _account_of(org: Org, record_id: Json) -> Json:
    sobject = org.schema.by_prefix(record_id) if record_id else None
    if sobject is None or sobject.name == "Account":
        return record_id if sobject else None
    return org.tables.rows(sobject, [record_id]).get(record_id, {}).get("AccountId")


def _member(org: Org, row: Row) -> Row:
    """Whether a member has responded follows from the campaign's statuses."""
    found = org.tables.query(MEMBER_STATUS, {"campaign": row.get("CampaignId"), "status": row.get("Status")})
    row["HasResponded"] = bool(found[0][0]) if found else row.get("Status") == "Responded"
    if row["HasResponded"] and not row.get("FirstRespondedDate"):
        row["FirstRespondedDate"] = org.clock.today()
    row["LeadOrContactId"] = row.get("ContactId") or row.get("LeadId")
    row["Type"] = "Contact" if row.get("ContactId") else "Lead"
    return row


def _opportunity(_: Org, row: Row) -> Row:
    stage = str(row.get("StageName"))
    row["IsWon"] = stage == "Closed Won"
    row["IsClosed"] = stage.startswith("Closed")
    return row


DERIVATIONS: dict[str, Callable[[Org, Row], Row]] = {
    "Contact": _contact,
    "Lead": _person,
    "User": _person,
    "Task": _task,
    "Event": _event,
    "CampaignMember": _member,
    "Opportunity": _opportunity,
}
