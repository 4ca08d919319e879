"""What happens when records are deleted? They go to the bin with their children, and later for good."""

# ruff: noqa: S608 - names come from the schema and are quoted; values are parameters
from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from connector.sandbox.answers import Json, Refusal
from connector.sandbox.salesforce.ids import full_id
from connector.sandbox.salesforce.org import Org
from connector.sandbox.salesforce.rules import refuse_locked
from connector.sandbox.salesforce.schema import SObject
from connector.sandbox.salesforce.soql.scope import quoted
from connector.sandbox.salesforce.writes import PERMISSIONS, Change, Outcome, Writer, alive

AMONG = 'WHERE "Id" IN (SELECT unnest($ids))'
BIN_TIME = timedelta(days=15)
# Which children go with their parent; other lookups at a deleted record are emptied by nobody here.
CASCADES = {
    "Account": (("Contact", "AccountId"), ("Opportunity", "AccountId"), ("Task", "WhatId"), ("Event", "WhatId"),
                ("AccountContactRelation", "AccountId"), ("Case", "AccountId")),
    "Contact": (("Task", "WhoId"), ("Event", "WhoId"), ("CampaignMember", "ContactId"),
                ("OpportunityContactRole", "ContactId"), ("AccountContactRelation", "ContactId")),
    "Lead": (("Task", "WhoId"), ("Event", "WhoId"), ("CampaignMember", "LeadId")),
    "Opportunity": (("OpportunityContactRole", "OpportunityId"), ("Task", "WhatId"), ("Event", "WhatId")),
    "Campaign": (("CampaignMember", "CampaignId"), ("CampaignMemberStatus", "CampaignId")),
    "Task": (("TaskRelation", "TaskId"),),
    "Event": (("EventRelation", "EventId"),),
    "EmailMessage": (("EmailMessageRelation", "EmailMessageId"),),
}  # fmt: skip


def delete(writer: Writer, changes: Sequence[Change], *, hard: bool = False) -> list[Outcome]:
    """Delete the records; the outcomes are in the order of the changes."""
    return [_delete_one(writer.org, change, hard=hard) for change in changes]


def _delete_one(org: Org, change: Change, *, hard: bool) -> Outcome:
    sobject, record_id = change.sobject, full_id(change.record_id)
    try:
        row = org.tables.rows(sobject, [record_id]).get(record_id)
        if not sobject.can("D"):
            raise Refusal(400, "INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id")
        refuse_locked(org, sobject, alive(sobject, record_id, row))
    except Refusal as refusal:
        org.journal.wrote(sobject.name, "failed")
        return Outcome(refusal=refusal)
    for child, ids in with_children(org, sobject, [record_id]):
        bury(org, child, ids, hard=hard)
    org.journal.wrote(sobject.name, "deleted")
    return Outcome(record_id)


def with_children(org: Org, sobject: SObject, ids: list[str]) -> Iterator[tuple[SObject, list[str]]]:
    """The records and all that goes with them, object by object."""
    yield sobject, ids
    for name, lookup in CASCADES.get(sobject.name, ()):
        child = org.schema.find(name)
        if child:
            alive = 'AND NOT "IsDeleted"' if child.field("IsDeleted") else ""
            sql = f'SELECT "Id" FROM {quoted(name)} WHERE {quoted(lookup)} IN (SELECT unnest($ids)) {alive}'
            below = [str(row[0]) for row in org.tables.query(sql, {"ids": ids})]
            if below:
                yield from with_children(org, child, below)


def bury(org: Org, sobject: SObject, ids: list[str], *, hard: bool = False, master: str | None = None) -> None:
    """Put the rows in the bin, or away for good where the object has none; getDeleted will tell of them."""
    now = org.clock.now()
    org.tables.note_gone(sobject, ids, now)
    if sobject.name in PERMISSIONS:
        org.access.forget()
    if hard or not sobject.can("R") or not sobject.field("IsDeleted"):
        org.tables.remove(sobject, ids)
    else:
        merged = ', "MasterRecordId" = $master' if master else ""
        values: dict[str, Json] = {"ids": ids, "now": now.replace(tzinfo=None)} | ({"master": master} if master else {})
        sql = f'UPDATE {quoted(sobject.name)} SET "IsDeleted" = TRUE, "SystemModstamp" = $now{merged} {AMONG}'
        org.tables.query(sql, values)
    org.changed()


def restore(org: Org, sobject: SObject, ids: list[str]) -> None:
    """Take the rows out of the bin."""
    now = org.clock.now().replace(tzinfo=None)
    sql = f'UPDATE {quoted(sobject.name)} SET "IsDeleted" = FALSE, "SystemModstamp" = $now {AMONG}'
    org.tables.query(sql, {"ids": ids, "now": now})
    org.tables.forget_gone(sobject, ids)
    org.changed()


def empty_bin(org: Org) -> None:
    """Take away for good what has lain in the bin for 15 days."""
    before = (org.clock.now() - BIN_TIME).replace(tzinfo=None)
    for sobject in org.schema:
        if sobject.field("IsDeleted") and sobject.field("SystemModstamp"):
            sql = f'DELETE FROM {quoted(sobject.name)} WHERE "IsDeleted" AND "SystemModstamp" <= $before'
            org.tables.query(sql, {"before": before})
    org.changed()
