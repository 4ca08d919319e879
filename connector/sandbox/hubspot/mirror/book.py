"""What do users, accounts and opportunities become? Owners, companies and deals with the parts people play in them."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from connector.sandbox.hubspot.kinds import kind_of
from connector.sandbox.hubspot.links import USER
from connector.sandbox.hubspot.merging import merge
from connector.sandbox.hubspot.mirror.ids import hubspot_id, merged_id, user_number
from connector.sandbox.hubspot.mirror.people import People
from connector.sandbox.hubspot.mirror.rows import Desk, Row, at, midnight, plain
from connector.sandbox.hubspot.moments import iso
from connector.sandbox.hubspot.owners import Owner
from connector.sandbox.hubspot.stages import Stage
from connector.sandbox.hubspot.tied import tie

USERS = ("Id", "Email", "FirstName", "LastName", "IsActive", "CreatedDate", "SystemModstamp")
ACCOUNTS = (
    "Id", "IsDeleted", "MasterRecordId", "Name", "Type", "ParentId", "Website", "Industry", "NumberOfEmployees",
    "AnnualRevenue", "OwnerId", "BillingCity", "BillingCountry", "CreatedDate", "SystemModstamp",
)  # fmt: skip
DEALS = (
    "Id", "IsDeleted", "AccountId", "Name", "Amount", "CloseDate", "Type", "OwnerId", "StageName", "Probability",
    "IsClosed", "IsWon", "CreatedDate", "SystemModstamp",
)  # fmt: skip
ROLES = ("Id", "IsDeleted", "OpportunityId", "ContactId", "Role", "SystemModstamp")
PARENT_OF = 13
PARTS = (  # Salesforce's own list of contact roles: made first, so that their type ids never change
    "Business User", "Decision Maker", "Economic Buyer", "Economic Decision Maker", "Evaluator", "Executive Sponsor",
    "Influencer", "Technical Buyer", "Other",
)  # fmt: skip


def put_user(desk: Desk, row: Row) -> None:
    """An owner; somebody who left is archived."""
    owner_id = hubspot_id(row["Id"])
    desk.portal.owners[owner_id] = Owner(
        owner_id, plain(row["Email"]), plain(row["FirstName"]), plain(row["LastName"]), user_number(row["Id"]),
        at(row["CreatedDate"]), at(row["SystemModstamp"]), row["IsActive"] is False,
    )  # fmt: skip
    desk.count["owners"] += 1


def owner_of(row: Row) -> str:
    """The owner of a record."""
    return hubspot_id(row["OwnerId"]) if row.get("OwnerId") else ""


def host(website: str | None) -> str:
    """The domain of an address as people type it."""
    text = (website or "").strip().lower()
    name = urlsplit(text if "//" in text else f"//{text}").hostname or ""
    return name.removeprefix("www.")


def put_accounts(desk: Desk, rows: Iterable[Row]) -> None:
    """Companies; one that was merged away lives on in a new one with the other's values."""
    listed = sorted(rows, key=lambda row: at(row["SystemModstamp"]))
    for row in listed:
        _put_account(desk, row)
    for row in listed:
        if row["ParentId"]:
            _hang(desk, row)
    for row in listed:
        if row["IsDeleted"] and row["MasterRecordId"]:
            fold(desk, "companies", (hubspot_id(row["MasterRecordId"]), hubspot_id(row["Id"])), row)


def _put_account(desk: Desk, row: Row) -> None:
    kind = kind_of("companies")
    merged_away = row["IsDeleted"] and row["MasterRecordId"]
    known = desk.find("companies", hubspot_id(row["Id"]))
    if merged_away and known and known.id != hubspot_id(row["Id"]):
        return  # the one that absorbed it speaks
    desk.allow(kind, "type", plain(row["Type"]))
    values = {
        "name": plain(row["Name"]), "domain": host(row["Website"]), "website": plain(row["Website"]),
        "industry": plain(row["Industry"]), "numberofemployees": plain(row["NumberOfEmployees"]),
        "annualrevenue": plain(row["AnnualRevenue"]), "city": plain(row["BillingCity"]),
        "country": plain(row["BillingCountry"]), "type": plain(row["Type"]), "hubspot_owner_id": owner_of(row),
        "hs_parent_company_id": hubspot_id(row["ParentId"]) if row["ParentId"] else "",
        "salesforceaccountid": row["Id"], "hs_object_source": "SALESFORCE", "hs_object_source_label": "SALESFORCE",
    }  # fmt: skip
    desk.put("companies", hubspot_id(row["Id"]), values, {**row, "IsDeleted": row["IsDeleted"] and not merged_away})


def _hang(desk: Desk, row: Row) -> None:
    child, parent = (desk.find("companies", hubspot_id(row[name])) for name in ("Id", "ParentId"))
    if child and parent:
        desk.portal.links.put("companies", parent.id, "companies", child.id, [PARENT_OF])


def fold(desk: Desk, kind: str, ids: tuple[str, str], row: Row) -> None:
    """Merge the second record into the first, once."""
    master, loser = (desk.find(kind, one) for one in ids)
    if master is None or loser is None or master is loser:
        return
    stamp = max(at(row["SystemModstamp"]), master.updated)
    made = merge(desk.portal, kind_of(kind), (master, loser), new_id=merged_id(row["Id"]), at=stamp)
    made.archived_at = master.archived_at
    desk.count[kind] += 1


def put_deal(desk: Desk, row: Row) -> None:
    """A deal on its primary company; its stage is named as in the other CRM."""
    kind = kind_of("deals")
    stage = _stage(desk, row)
    desk.allow(kind, "dealtype", plain(row["Type"]))
    values = {
        "dealname": plain(row["Name"]), "pipeline": "default", "dealstage": stage.id, "amount": plain(row["Amount"]),
        "closedate": iso(midnight(row["CloseDate"])) if row["CloseDate"] else "", "dealtype": plain(row["Type"]),
        "hubspot_owner_id": owner_of(row), "salesforceopportunityid": row["Id"],
        "salesforceopportunitystage": stage.label, "hs_object_source": "SALESFORCE",
        "hs_object_source_label": "SALESFORCE",
    }  # fmt: skip
    deal = desk.put("deals", hubspot_id(row["Id"]), values, row)
    company = desk.find("companies", hubspot_id(row["AccountId"])) if row["AccountId"] else None
    if company:
        primary = desk.portal.links.primary("deals", "companies")
        tie(desk.portal, (kind, deal.id), (kind_of("companies"), company.id), [primary.type_id] if primary else [])


def _stage(desk: Desk, row: Row) -> Stage:
    label = plain(row["StageName"])
    stage_id = label.lower().replace(" ", "").replace("/", "")
    chance = "1.0" if row["IsWon"] else plain(float(row["Probability"] or 0) / 100) or "0.0"
    return desk.portal.stages.setdefault(stage_id, Stage(stage_id, label, chance, bool(row["IsClosed"])))


def name_parts(desk: Desk, roles: Iterable[str]) -> None:
    """Make the labels that are not there yet."""
    known = {one.label for one in desk.portal.links.between("deals", "contacts")}
    for role in roles:
        if role not in known:
            desk.portal.links.define("deals", "contacts", role, role)


def put_role(desk: Desk, people: People, row: Row) -> None:
    """The part somebody plays in a deal is the label of their association."""
    deal = desk.find("deals", hubspot_id(row["OpportunityId"]))
    contact = people.find(row["ContactId"])
    if deal is None or contact is None:
        return
    links, role = desk.portal.links, plain(row["Role"])
    name_parts(desk, [role] if role else [])
    known = {one.label: one.type_id for one in links.between("deals", "contacts") if one.category == USER}
    if row["IsDeleted"]:
        links.cut("deals", deal.id, "contacts", contact.id, [known[role]] if role else None)
    else:
        links.put("deals", deal.id, "contacts", contact.id, [known[role]] if role else [])
    deal.updated = max(deal.updated, at(row["SystemModstamp"]))
    desk.portal.shelves["deals"].version += 1
