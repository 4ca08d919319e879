"""What do people do in an org that no API call does? Merges, lead conversions, and what machines touch."""

# ruff: noqa: S608 - names come from the schema and are quoted; values are parameters
from __future__ import annotations

from collections.abc import Mapping, Sequence

from connector.sandbox.answers import Json, Refusal
from connector.sandbox.salesforce.deletes import bury
from connector.sandbox.salesforce.org import Org
from connector.sandbox.salesforce.schema import SObject
from connector.sandbox.salesforce.soql.scope import quoted
from connector.sandbox.salesforce.writes import Row, alive, keep

LOSERS_MAX = 2


def merge(org: Org, sobject: SObject, master: str, losers: Sequence[str], *, touch: bool = False) -> None:
    """Merge records: the losers go to the bin, their children to the master.

    Children keep their SystemModstamp unless `touch` is set: nothing Salesforce documents says that it moves.
    """
    if not sobject.can("M") or not 1 <= len(losers) <= LOSERS_MAX or master in losers:
        raise Refusal(400, "INVALID_MERGE", f"Merge a {sobject.label} with one or {LOSERS_MAX} others.")
    rows = org.tables.rows(sobject, [master, *losers])
    for record_id in (master, *losers):
        alive(sobject, record_id, rows.get(record_id))
    now = org.clock.now().replace(tzinfo=None)
    for child, field in org.schema.children_of(sobject.name):
        if child.api == "data" and field.name != "MasterRecordId":
            stamp = ', "SystemModstamp" = $now' if touch and child.field("SystemModstamp") else ""
            column = quoted(field.name)
            sets = f"{column} = $master{stamp}"
            values: Row = {"master": master, "losers": list(losers)} | ({"now": now} if stamp else {})
            org.tables.query(
                f"UPDATE {quoted(child.name)} SET {sets} WHERE {column} IN (SELECT unnest($losers))", values
            )
    bury(org, sobject, list(losers), master=master)
    touched(org, sobject, [master])


def touched(org: Org, sobject: SObject, ids: Sequence[str]) -> None:
    """An automated process saves the records: their SystemModstamp moves, and nothing else."""
    sql = f'UPDATE {quoted(sobject.name)} SET "SystemModstamp" = $now WHERE "Id" IN (SELECT unnest($ids))'
    org.tables.query(sql, {"now": org.clock.now().replace(tzinfo=None), "ids": list(ids)})
    org.changed()


def convert(org: Org, user_id: str, lead_id: str, wishes: Mapping[str, Json]) -> Row:
    """Convert a lead, into the `account` and `contact` wished for or into new ones: the lead's row afterwards."""
    leads, contacts, accounts = (_known(org, name) for name in ("Lead", "Contact", "Account"))
    lead = alive(leads, lead_id, org.tables.rows(leads, [lead_id]).get(lead_id))
    if lead.get("IsConverted"):
        raise Refusal(400, "CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead")
    account = str(wishes.get("account") or "") or _new(org, accounts, {"Name": lead.get("Company")}, user_id)
    person = {name: lead.get(name) for name in ("FirstName", "LastName", "Name", "Email", "Title", "Phone")}
    contact = str(wishes.get("contact") or "") or _new(org, contacts, person | {"AccountId": account}, user_id)
    deal = _opportunity(org, user_id, account, wishes.get("opportunity"))
    _move(org, lead_id, contact, account)
    now = org.clock.now().replace(tzinfo=None)
    lead |= {"IsConverted": True, "ConvertedDate": now.date(), "ConvertedAccountId": account}
    lead |= {"ConvertedContactId": contact, "ConvertedOpportunityId": deal}
    lead |= {"LastModifiedDate": now, "LastModifiedById": user_id, "SystemModstamp": now}
    keep(org, "Lead", [lead])
    return lead


def _known(org: Org, name: str) -> SObject:
    sobject = org.schema.find(name)
    if sobject is None:
        raise Refusal(400, "INVALID_TYPE", f"There is no object {name}.")
    return sobject


def _new(org: Org, sobject: SObject, values: Row, user_id: str) -> str:
    now = org.clock.now().replace(tzinfo=None)
    row: Row = {field.name: False for field in sobject.fields if field.type == "boolean"}
    row |= values | {"Id": org.mint.new(sobject.prefix), "OwnerId": user_id, "CreatedDate": now, "CreatedById": user_id}
    keep(org, sobject.name, [row | {"LastModifiedDate": now, "LastModifiedById": user_id, "SystemModstamp": now}])
    return str(row["Id"])


def _opportunity(org: Org, user_id: str, account: str, name: Json) -> str | None:
    """The opportunity a conversion makes, if one was wished for by name."""
    if not name:
        return None
    values = {"Name": name, "AccountId": account, "StageName": "Prospecting", "CloseDate": org.clock.today()}
    return _new(org, _known(org, "Opportunity"), values, user_id)


def _move(org: Org, lead: str, contact: str, account: str) -> None:
    """The lead's activities go to the contact; its campaign memberships name both from now on."""
    now = org.clock.now().replace(tzinfo=None)
    values: dict[str, Json] = {"lead": lead, "contact": contact, "now": now}
    for name in ("Task", "Event"):
        sets = '"WhoId" = $contact, "SystemModstamp" = $now, "AccountId" = COALESCE("AccountId", $account)'
        org.tables.query(f'UPDATE "{name}" SET {sets} WHERE "WhoId" = $lead', values | {"account": account})
    for name in ("TaskRelation", "EventRelation"):
        sql = f'UPDATE "{name}" SET "RelationId" = $contact, "SystemModstamp" = $now WHERE "RelationId" = $lead'
        org.tables.query(sql, values)
    sql = 'UPDATE "CampaignMember" SET "ContactId" = $contact, "SystemModstamp" = $now WHERE "LeadId" = $lead'
    org.tables.query(sql, values)
