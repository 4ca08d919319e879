"""What do the Account, Contact and Lead rows say, and how do they change when people move, convert or are merged?"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from connector.sandbox.world.columns import dates, make_ids, pick, same, strings, whole
from connector.sandbox.world.companies import Companies
from connector.sandbox.world.directory import Directory
from connector.sandbox.world.opportunities import Opportunities
from connector.sandbox.world.people import People
from connector.sandbox.world.recipe import DAY, NEVER, Ints, Recipe
from connector.sandbox.world.staff import Staff
from connector.sandbox.world.versions import Versions, open_ledger
from connector.sandbox.world.words import COUNTRIES, FIELDS

ACCOUNT_TYPES = ("Prospect", "Customer - Direct")
LEAD_STATUS = ("Open - Not Contacted", "Working - Contacted", "Closed - Converted")
SOURCES = ("Web", "Phone Inquiry", "Partner Referral", "Purchased List", "Other")
DEPARTMENTS = ("IT", "Marketing", "Finance", "Procurement", "Operations", "Sales", "Human Resources", "Engineering")


def account_rows(recipe: Recipe, companies: Companies, directory: Directory, staff: Staff, sold: Opportunities) -> Versions:
    rng = recipe.rng("account rows")
    rows = np.arange(recipe.accounts)
    ids = make_ids("Account", rows + 1)
    owner = pick(staff.ids, staff.owner_of(rows))
    industry = rng.random(len(rows)) < 0.92
    columns = {
        "Id": ids, "IsDeleted": same(False, len(rows)), "MasterRecordId": pick(ids, np.full(len(rows), -1)),
        "Name": directory.company.slice(0, len(rows)), "Type": pick(ACCOUNT_TYPES, np.zeros(len(rows), dtype=np.int64)),
        "ParentId": pick(ids, companies.parent[rows]), "Website": _websites(directory.domain.slice(0, len(rows)), rng),
        "Industry": pick([name for _, name in FIELDS], np.where(industry, companies.field[rows], -1)),
        "NumberOfEmployees": whole(companies.employees[rows], rng.random(len(rows)) < 0.9),
        "AnnualRevenue": pa.array(np.round(companies.employees[rows] * rng.uniform(8e4, 3e5, len(rows)), -3)),
        "OwnerId": owner, "CreatedById": owner, "LastModifiedById": owner, "AccountSource": pick(SOURCES, rows % len(SOURCES)),
        "Description": pick([], np.full(len(rows), -1)), **_places(companies.country[rows], "Billing", rng),
    }  # fmt: skip
    ledger = open_ledger(columns, companies.created[rows])
    _become_customers(ledger.change, sold)
    merged = np.flatnonzero(companies.merged_at[rows] != NEVER)
    gone = {"IsDeleted": same(True, len(merged)), "MasterRecordId": pick(ids, companies.merged_into[merged])}
    ledger.change(merged, companies.merged_at[merged], gone)
    return ledger.close()


def _become_customers(change: object, sold: Opportunities) -> None:
    first = np.unique(sold.account[sold.won], return_index=True)
    rows, at = first[0], sold.closed[sold.won][first[1]]
    assert callable(change)
    change(rows, at, {"Type": pick(ACCOUNT_TYPES, np.ones(len(rows), dtype=np.int64))})


def _websites(domains: pa.Array, rng: np.random.Generator) -> pa.Array:
    """As people type them: with and without scheme, www and path; one in six empty."""
    heads = strings(["https://www.", "http://", "www.", "", "https://"]).take(pa.array(rng.integers(0, 5, len(domains))))
    tails = strings(["", "", "/", "/en/home"]).take(pa.array(rng.integers(0, 4, len(domains))))
    sites = pc.binary_join_element_wise(pc.binary_join_element_wise(heads, domains, ""), tails, "")
    return pc.if_else(pa.array(rng.random(len(domains)) < 0.16), pa.scalar(None, pa.string()), sites)


def _places(country: Ints, prefix: str, rng: np.random.Generator) -> dict[str, pa.Array]:
    names = [row[0] for row in COUNTRIES]
    sizes = np.array([len(row[4]) for row in COUNTRIES])
    city = (np.cumsum(sizes) - sizes)[country] + (rng.random(len(country)) * sizes[country]).astype(np.int64)
    return {f"{prefix}City": pick([city for row in COUNTRIES for city in row[4]], city), f"{prefix}Country": pick(names, country)}


def contact_rows(recipe: Recipe, companies: Companies, people: People, directory: Directory, staff: Staff) -> Versions:
    rng = recipe.rng("contact rows")
    person = people_of(people.contact)
    rows, company = np.arange(len(person)), people.company[person]
    created = np.where(people.lead[person] >= 0, people.converted_at[person], people.created[person])
    accounts = make_ids("Account", np.arange(recipe.accounts) + 1)
    owner = pick(staff.ids, staff.owner_of(company))
    columns = {
        "Id": make_ids("Contact", rows + 1), "IsDeleted": same(False, len(rows)), "AccountId": pick(accounts, company),
        **_person(directory, person), "Department": pick(DEPARTMENTS, np.where(rng.random(len(rows)) < 0.3, person % 8, -1)),
        "LeadSource": pick(SOURCES, person % 7 - 2), "HasOptedOutOfEmail": pa.array(rng.random(len(rows)) < 0.03),
        "OwnerId": owner, "CreatedById": owner, "LastModifiedById": owner, **_places(companies.country[company], "Mailing", rng),
    }  # fmt: skip
    ledger = open_ledger(columns, created)
    moved = np.flatnonzero(people.moved_at[person] != NEVER)
    merged = companies.merged_at[company[moved]] != NEVER
    for rows_moved, by_user in ((moved[~merged], True), (moved[merged], False)):
        target = people.next_company[person[rows_moved]]
        at = people.moved_at[person[rows_moved]]
        ledger.change(rows_moved, at, {"AccountId": pick(accounts, target)}, by_user=by_user)
    return ledger.close()


def _person(directory: Directory, person: Ints) -> dict[str, pa.Array]:
    who = pa.array(person)
    return {
        "FirstName": directory.first.take(who), "LastName": directory.last.take(who), "Name": directory.person.take(who),
        "Email": directory.email.take(who), "Title": directory.title.take(who),
    }  # fmt: skip


def people_of(rows: Ints) -> Ints:
    """The person behind each CRM row, given each person's row (-1: none)."""
    person = np.empty(int(rows.max(initial=-1)) + 1, dtype=np.int64)
    person[rows[rows >= 0]] = np.flatnonzero(rows >= 0)
    return person


def lead_rows(recipe: Recipe, companies: Companies, people: People, directory: Directory, staff: Staff) -> Versions:
    rng = recipe.rng("lead rows")
    person = people_of(people.lead)
    rows, company = np.arange(len(person)), people.company[person]
    unset = np.full(len(rows), -1)
    owner = pick(staff.ids, staff.owner_of(company))
    site = np.where(rng.random(len(rows)) < 0.3, company, -1)
    columns = {
        "Id": make_ids("Lead", rows + 1), "IsDeleted": same(False, len(rows)), **_person(directory, person),
        "Company": _as_typed(directory.company.take(pa.array(company)), rng), "Website": pick(directory.domain, site),
        "Status": pick(LEAD_STATUS, unset + 1), "LeadSource": pick(SOURCES, person % len(SOURCES)),
        "IsConverted": same(False, len(rows)), "ConvertedDate": dates(np.full(len(rows), NEVER)),
        "ConvertedAccountId": pick([], unset), "ConvertedContactId": pick([], unset), "ConvertedOpportunityId": pick([], unset),
        "OwnerId": owner, "CreatedById": owner, "LastModifiedById": owner, **_places(companies.country[company], "", rng),
    }  # fmt: skip
    ledger = open_ledger(columns, people.created[person])
    converted_at = people.converted_at[person]
    worked = np.minimum(people.created[person] + rng.integers(1, 12, len(rows)) * DAY, converted_at - DAY // 2)
    ledger.change(rows, worked, {"Status": pick(LEAD_STATUS, unset + 2)})
    ledger.change(rows, converted_at, _conversion(recipe, people, person, converted_at))
    return ledger.close()


def _conversion(recipe: Recipe, people: People, person: Ints, at: Ints) -> dict[str, pa.Array]:
    accounts, contacts = make_ids("Account", np.arange(recipe.accounts) + 1), make_ids("Contact", np.arange(people.contacts) + 1)
    company = people.company_at(person, at)
    known = np.where(at == NEVER, -1, company)
    return {
        "Status": pick(LEAD_STATUS, np.full(len(person), 2)), "IsConverted": same(True, len(person)), "ConvertedDate": dates(at),
        "ConvertedAccountId": pick(accounts, known), "ConvertedContactId": pick(contacts, people.contact[person]),
    }  # fmt: skip


def _as_typed(names: pa.Array, rng: np.random.Generator) -> pa.Array:
    """Company names as visitors type them: mostly right, often without the legal form, sometimes useless."""
    bare = pc.replace_substring_regex(names, r" (Inc\.|LLC|Corp\.|Ltd\.?|plc|GmbH( & Co\. KG)?|AG|SA|SAS|S\.L\.|S\.A\.|B\.V\.|N\.V\.)$", "")
    way = rng.random(len(names))
    useless = strings(["n/a", "Private", "-", "Self"]).take(pa.array(rng.integers(0, 4, len(names))))
    loud = pc.if_else(pa.array(way > 0.86), pc.utf8_upper(bare), names)
    return pc.if_else(pa.array(way > 0.93), useless, pc.if_else(pa.array(way < 0.45), bare, loud))
