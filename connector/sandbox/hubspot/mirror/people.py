"""What do contacts and leads become? Contacts, one an address; a converted lead stays the same contact."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from connector.sandbox.hubspot.kinds import kind_of
from connector.sandbox.hubspot.merging import merge
from connector.sandbox.hubspot.mirror.ids import hubspot_id, merged_id
from connector.sandbox.hubspot.mirror.rows import Desk, Row, at, plain
from connector.sandbox.hubspot.records import Record
from connector.sandbox.hubspot.seed import place
from connector.sandbox.hubspot.tied import tie, untie
from connector.sandbox.hubspot.writes import find_key
from connector.sandbox.world.words import FREE_MAIL

CONTACTS = (
    "Id", "IsDeleted", "MasterRecordId", "FirstName", "LastName", "Email", "Title", "AccountId", "Department",
    "HasOptedOutOfEmail", "MailingCity", "MailingCountry", "OwnerId", "CreatedDate", "SystemModstamp",
)  # fmt: skip
LEADS = (
    "Id", "IsDeleted", "FirstName", "LastName", "Email", "Title", "Company", "Website", "City", "Country",
    "IsConverted", "ConvertedContactId", "OwnerId", "CreatedDate", "SystemModstamp",
)  # fmt: skip


class People:
    """Which HubSpot contact stands for a Salesforce contact or lead."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._ids: dict[str, str] = {}
        self._became: dict[str, str] = {}  # contact -> the lead it was

    def find(self, salesforce_id: str | None) -> Record | None:
        """The contact that stands for a person, archived or not."""
        known = self._ids.get(salesforce_id or "")
        return self._desk.find("contacts", known) if known else None

    def put(self, contacts: Iterable[Row], leads: Iterable[Row]) -> None:
        """Everybody, in the order in which they came to be known."""
        listed, prospects = list(contacts), list(leads)
        self._became |= {lead["ConvertedContactId"]: lead["Id"] for lead in prospects if lead["ConvertedContactId"]}
        for row in sorted([*listed, *prospects], key=lambda row: (at(row["CreatedDate"]), row["Id"])):
            self._put(row)
        for lead in prospects:
            self._fold(lead["ConvertedContactId"], lead)
        for row in sorted(listed, key=lambda row: at(row["SystemModstamp"])):
            if row["IsDeleted"] and row["MasterRecordId"]:
                self._fold(row["MasterRecordId"], row)

    def _id_of(self, row: Row) -> str:
        """The contact of somebody new: that of the lead it was, that with the address, or one of its own."""
        return self._ids.get(self._became.get(row["Id"], "")) or self._by_mail(row) or hubspot_id(row["Id"])

    def _put(self, row: Row) -> None:
        is_lead = "Company" in row
        record_id = self._ids.get(row["Id"]) or self._ids.setdefault(row["Id"], self._id_of(row))
        known = self._desk.find("contacts", record_id)
        if known and (is_lead and known.values.get("salesforcecontactid")):
            self._desk.put("contacts", record_id, {"salesforceleadid": row["Id"]}, _alive(row, known))
            return
        if row["IsDeleted"] and known and known.values.get("salesforcecontactid", row["Id"]) != row["Id"]:
            return  # a double whose contact goes on under the other's name
        self._write(row, record_id, is_lead=is_lead)

    def _by_mail(self, row: Row) -> str:
        """Who has the address already; HubSpot knows no two contacts with one."""
        number = find_key(self._desk.portal, kind_of("contacts"), "email", plain(row["Email"]).lower())
        return "" if number is None else str(number)

    def _write(self, row: Row, record_id: str, *, is_lead: bool) -> None:
        merged_away = not is_lead and row["IsDeleted"] and row["MasterRecordId"]
        values = {
            **({"email": plain(row["Email"]).lower()} if row["Email"] else {}), "firstname": plain(row["FirstName"]),
            "lastname": plain(row["LastName"]), "jobtitle": plain(row["Title"]),
            "hubspot_owner_id": hubspot_id(row["OwnerId"]) if row["OwnerId"] else "",
            "hs_object_source": "SALESFORCE", "hs_object_source_label": "SALESFORCE",
            **(_of_lead(row) if is_lead else _of_contact(row)),
        }  # fmt: skip
        record = self._desk.put(
            "contacts", record_id, values, {**row, "IsDeleted": row["IsDeleted"] and not merged_away}
        )
        if not is_lead:
            self._belong(record, row["AccountId"])

    def _belong(self, record: Record, account: str | None) -> None:
        """The account is the primary company, and the only one."""
        portal, contacts, companies = self._desk.portal, kind_of("contacts"), kind_of("companies")
        company = self._desk.find("companies", hubspot_id(account)) if account else None
        for other in list(portal.links.of("contacts", record.id, "companies")):
            if company is None or other != company.id:
                untie(portal, (contacts, record.id), (companies, other))
        primary = portal.links.primary("contacts", "companies")
        if company and primary:
            tie(portal, (contacts, record.id), (companies, company.id), [primary.type_id])

    def _fold(self, into: str | None, row: Row) -> None:
        """Somebody was merged into another, or a lead turns out to be a contact that is here already."""
        master, loser = self.find(into), self.find(row["Id"])
        if master and loser and master is not loser:
            stamp = max(at(row["SystemModstamp"]), master.updated)
            merge(self._desk.portal, kind_of("contacts"), (master, loser), new_id=merged_id(row["Id"]), at=stamp)

    def address_of(self, salesforce_id: str | None) -> str:
        """The address somebody answers marketing from; empty for nobody.

        HubSpot learns of an answer by nothing else: who has none in Salesforce has told it a private one.
        """
        record = self.find(salesforce_id)
        if record is None:
            return ""
        if not record.values.get("email"):
            told = {**record.values, "email": f"reader.{record.id}@{FREE_MAIL[0]}"}
            record = place(self._desk.portal, kind_of("contacts"), replace(record, values=told))
        return record.values["email"]


def _alive(row: Row, known: Record) -> Row:
    """A lead's row says when it was changed, not what the contact is."""
    return {"SystemModstamp": row["SystemModstamp"], "IsDeleted": bool(known.archived_at)}


def _of_lead(row: Row) -> dict[str, str]:
    return {
        "company": plain(row["Company"]), "website": plain(row["Website"]), "city": plain(row["City"]),
        "country": plain(row["Country"]), "salesforceleadid": row["Id"],
    }  # fmt: skip


def _of_contact(row: Row) -> dict[str, str]:
    return {
        "city": plain(row["MailingCity"]), "country": plain(row["MailingCountry"]),
        "department": plain(row["Department"]), "salesforcecontactid": row["Id"],
        "salesforceaccountid": plain(row["AccountId"]), "hs_email_optout": plain(row["HasOptedOutOfEmail"]),
    }  # fmt: skip
