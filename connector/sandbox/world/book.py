"""What do the Account, Contact and Lead rows say, and how do they change when people move, convert or are merged?"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from connector.sandbox.world.cast import Cast
from connector.sandbox.world.columns import dates, empty, no, pick, strings, whole, yes
from connector.sandbox.world.directory import Directory
from connector.sandbox.world.opportunities import Opportunities
from connector.sandbox.world.recipe import DAY, NEVER, Ints
from connector.sandbox.world.versions import Ledger, Versions, open_ledger
from connector.sandbox.world.words import COUNTRIES, FIELDS

ACCOUNT_TYPES = ("Prospect", "Customer - Direct")
LEAD_STATUS = ("Open - Not Contacted", "Working - Contacted", "Closed - Converted")
SOURCES = ("Web", "Phone Inquiry", "Partner Referral", "Purchased List", "Other")
PROMOTED = 0.04
PROMOTIONS = ("Team Lead", "Senior Manager", "Director", "Senior Vice President", "CEO")  # by seniority until then
DEPARTMENTS = ("IT", "Marketing", "Finance", "Procurement", "Operations", "Sales", "Human Resources", "Engineering")


def account_rows(cast: Cast) -> Versions:
    recipe, companies, directory, staff = cast.recipe, cast.companies, cast.directory, cast.staff
    rng, ids = recipe.rng("account rows"), cast.account_ids
    rows = np.arange(recipe.accounts)
    owner = pick(staff.ids, staff.owner_of(rows))
    industry = rng.random(len(rows)) < 0.92
    columns = {
        "Id": ids, "IsDeleted": no(len(rows)), "MasterRecordId": empty(len(rows)),
        "Name": directory.company.slice(0, len(rows)), "Type": pick(ACCOUNT_TYPES, np.zeros(len(rows), dtype=np.int64)),
        "ParentId": pick(ids, companies.parent[rows]), "Website": _websites(directory.domain.slice(0, len(rows)), rng),
        "Industry": pick([name for _, name in FIELDS], np.where(industry, companies.field[rows], -1)),
        "NumberOfEmployees": whole(companies.employees[rows], rng.random(len(rows)) < 0.9),
        "AnnualRevenue": pa.array(np.round(companies.employees[rows] * rng.uniform(8e4, 3e5, len(rows)), -3)),
        "OwnerId": owner, "CreatedById": owner, "LastModifiedById": owner,
        "AccountSource": pick(SOURCES, rows % len(SOURCES)),
        **_places(companies.country[rows], "Billing", rng),
    }  # fmt: skip
    ledger = open_ledger(columns, companies.created[rows])
    _become_customers(ledger, cast.sold)
    merged = np.flatnonzero(companies.merged_at[rows] != NEVER)
    gone = {"IsDeleted": yes(len(merged)), "MasterRecordId": pick(ids, companies.merged_into[merged])}
    ledger.change(merged, companies.merged_at[merged], gone)
    return ledger.close()


def _become_customers(ledger: Ledger, sold: Opportunities) -> None:
    """An account is a customer from its first won opportunity on."""
    order = np.argsort(sold.closed, kind="stable")
    won = order[sold.won[order]]
    rows, first = np.unique(sold.account[won], return_index=True)
    ledger.change(rows, sold.closed[won[first]], {"Type": pick(ACCOUNT_TYPES, np.ones(len(rows), dtype=np.int64))})


def _websites(domains: pa.Array, rng: np.random.Generator) -> pa.Array:
    """As people type them: with and without scheme, www and path; one in six empty."""
    head, tail = rng.integers(0, 5, len(domains)), rng.integers(0, 4, len(domains))
    heads = strings(["https://www.", "http://", "www.", "", "https://"]).take(pa.array(head))
    tails = strings(["", "", "/", "/en/home"]).take(pa.array(tail))
    sites = pc.binary_join_element_wise(heads, domains, tails, "")
    return pc.if_else(pa.array(rng.random(len(domains)) < 0.16), pa.scalar(None, pa.string()), sites)


def _places(country: Ints, prefix: str, rng: np.random.Generator) -> dict[str, pa.Array]:
    cities = [city for row in COUNTRIES for city in row[4]]
    sizes = np.array([len(row[4]) for row in COUNTRIES])
    city = (np.cumsum(sizes) - sizes)[country] + (rng.random(len(country)) * sizes[country]).astype(np.int64)
    return {f"{prefix}City": pick(cities, city), f"{prefix}Country": pick([row[0] for row in COUNTRIES], country)}


def contact_rows(cast: Cast) -> Versions:
    people, rng = cast.people, cast.recipe.rng("contact rows")
    person = people_of(people.contact)
    rows, company = len(person), people.company[person]
    created = np.where(people.lead[person] >= 0, people.converted_at[person], people.created[person])
    owner = pick(cast.staff.ids, cast.staff.owner_of(company))
    columns = {
        "Id": cast.contact_ids, "IsDeleted": no(rows), "MasterRecordId": empty(rows), **_person(cast.directory, person),
        "AccountId": pick(cast.account_ids, _account(cast, people.company_at(person, created))),
        "Department": pick(DEPARTMENTS, np.where(rng.random(rows) < 0.3, person % len(DEPARTMENTS), -1)),
        "LeadSource": pick(SOURCES, person % 7 - 2), "HasOptedOutOfEmail": pa.array(rng.random(rows) < 0.03),
        **_places(cast.companies.country[company], "Mailing", rng),
        "OwnerId": owner, "CreatedById": owner, "LastModifiedById": owner,
    }  # fmt: skip
    ledger = open_ledger(columns, created)
    _promote(cast, ledger, person, created)
    _move(cast, ledger, person, created)
    double = np.flatnonzero(people.doubled_at[person] != NEVER)
    master = pick(cast.contact_ids, people.contact[people.double_of[person[double]]])
    ledger.change(double, people.doubled_at[person[double]], {"IsDeleted": yes(len(double)), "MasterRecordId": master})
    return ledger.close()


def _account(cast: Cast, company: Ints) -> Ints:
    """The company's account, or none where it is no account of ours."""
    return np.where(company < cast.recipe.accounts, company, -1)


def _promote(cast: Cast, ledger: Ledger, person: Ints, created: Ints) -> None:
    """Some get a new title; what they did before was done under the old one."""
    rng = cast.recipe.rng("promotions")
    at = created + rng.integers(60, 600, len(person)) * DAY
    last = np.minimum(cast.people.moved_at[person], cast.people.doubled_at[person]) - DAY
    rows = np.flatnonzero((rng.random(len(person)) < PROMOTED) & (at < last))
    ledger.change(rows, at[rows], {"Title": pick(PROMOTIONS, cast.people.seniority[person[rows]])})


def _move(cast: Cast, ledger: Ledger, person: Ints, created: Ints) -> None:
    """A user moves a contact to another account; a merge moves it without a user."""
    at = cast.people.moved_at[person]
    moves = (at != NEVER) & (at > created)
    merged = cast.companies.merged_at[cast.people.company[person]] != NEVER
    for some, by_user in ((moves & ~merged, True), (moves & merged, False)):
        rows = np.flatnonzero(some)
        target = pick(cast.account_ids, cast.people.next_company[person[rows]])
        ledger.change(rows, at[rows], {"AccountId": target}, by_user=by_user)


def _person(directory: Directory, person: Ints) -> dict[str, pa.Array]:
    who = pa.array(person)
    return {
        "FirstName": directory.first.take(who),
        "LastName": directory.last.take(who),
        "Name": directory.person.take(who),
        "Email": directory.email.take(who),
        "Title": directory.title.take(who),
    }


def people_of(rows: Ints) -> Ints:
    """The person behind each CRM row, given each person's row (-1: none)."""
    person = np.empty(int(rows.max(initial=-1)) + 1, dtype=np.int64)
    person[rows[rows >= 0]] = np.flatnonzero(rows >= 0)
    return person


def lead_rows(cast: Cast) -> Versions:
    people, rng = cast.people, cast.recipe.rng("lead rows")
    person = people_of(people.lead)
    rows, company = len(person), people.company[person]
    unset = np.full(rows, -1)
    owner = pick(cast.staff.ids, cast.staff.owner_of(company))
    columns = {
        "Id": cast.lead_ids, "IsDeleted": no(rows), **_person(cast.directory, person),
        "Company": _as_typed(cast.directory.company.take(pa.array(company)), rng),
        "Website": pick(cast.directory.domain, np.where(rng.random(rows) < 0.3, company, -1)),
        "Status": pick(LEAD_STATUS, unset + 1), "LeadSource": pick(SOURCES, person % len(SOURCES)),
        "IsConverted": no(rows), "ConvertedDate": dates(np.full(rows, NEVER)), "ConvertedAccountId": empty(rows),
        "ConvertedContactId": empty(rows), **_places(cast.companies.country[company], "", rng),
        "OwnerId": owner, "CreatedById": owner, "LastModifiedById": owner,
    }  # fmt: skip
    ledger = open_ledger(columns, people.created[person])
    converted_at = people.converted_at[person]
    worked = np.minimum(people.created[person] + rng.integers(1, 12, rows) * DAY, converted_at - DAY // 2)
    ledger.change(np.arange(rows), worked, {"Status": pick(LEAD_STATUS, unset + 2)})
    ledger.change(np.arange(rows), converted_at, _conversion(cast, person, converted_at))
    return ledger.close()


def _conversion(cast: Cast, person: Ints, at: Ints) -> dict[str, pa.Array]:
    account = np.where(at == NEVER, -1, cast.people.company_at(person, at))
    return {
        "Status": pick(LEAD_STATUS, np.full(len(person), 2)),
        "IsConverted": yes(len(person)),
        "ConvertedDate": dates(at),
        "ConvertedAccountId": pick(cast.account_ids, account),
        "ConvertedContactId": pick(cast.contact_ids, cast.people.contact[person]),
    }


def _as_typed(names: pa.Array, rng: np.random.Generator) -> pa.Array:
    """Company names as visitors type them: mostly right, often without the legal form, sometimes useless."""
    forms = {form.replace(".", r"\.") for row in COUNTRIES for form in row[3] if form}
    bare = pc.replace_substring_regex(names, f" ({'|'.join(sorted(forms, key=len, reverse=True))})$", "")
    way = rng.random(len(names))
    useless = strings(["n/a", "Private", "-", "Self"]).take(pa.array(rng.integers(0, 4, len(names))))
    loud = pc.if_else(pa.array(way > 0.86), pc.utf8_upper(bare), names)
    return pc.if_else(pa.array(way > 0.93), useless, pc.if_else(pa.array(way < 0.45), bare, loud))
