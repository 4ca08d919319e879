"""What becomes of activity rows when the lead behind them is converted, or their account is merged away?"""

from __future__ import annotations

import numpy as np
from connector.sandbox.world.columns import make_ids, pick
from connector.sandbox.world.companies import Companies
from connector.sandbox.world.people import People
from connector.sandbox.world.recipe import NEVER, Ints, Recipe
from connector.sandbox.world.versions import Ledger


def deadlines(companies: Companies, people: People, person: Ints, company: Ints, created: Ints) -> Ints:
    """When a row is hung elsewhere by the system: at conversion or merge, whichever it lives to see; else NEVER."""
    known = np.maximum(person, 0)
    converted = np.where(person >= 0, people.converted_at[known], NEVER)
    converted = np.where(converted > created, converted, NEVER)
    merged = companies.merged_at[company]
    deadline: Ints = np.where(converted != NEVER, converted, np.where(merged > created, merged, NEVER))
    return deadline


def rehang_activities(recipe: Recipe, ledger: Ledger, companies: Companies, people: People, rows: tuple[Ints, Ints, Ints]) -> None:
    """A converted lead's activities go to the contact and its account; a merged account's to the one that stays."""
    person, company, at = rows
    is_lead = (person >= 0) & (people.converted_at[np.maximum(person, 0)] == at) & (at != NEVER)
    accounts = make_ids("Account", np.arange(recipe.accounts) + 1)
    contacts = make_ids("Contact", np.arange(people.contacts) + 1)
    moved = np.flatnonzero(is_lead)
    now_at = np.where(companies.merged_at[company] <= at, companies.merged_into[company], company)
    target = pick(accounts, now_at[moved])
    ledger.change(moved, at[moved], {"WhoId": pick(contacts, people.contact[person[moved]]), "AccountId": target})
    merged = np.flatnonzero(~is_lead & (at != NEVER))
    target = pick(accounts, companies.merged_into[company[merged]])
    ledger.change(merged, at[merged], {"AccountId": target, "WhatId": target}, by_user=False)


def rehang_members(ledger: Ledger, people: People, person: Ints, created: Ints) -> None:
    """A campaign member that was a lead keeps its LeadId and gets the contact's id as well."""
    converted = people.converted_at[person]
    rows = np.flatnonzero((converted != NEVER) & (converted > created))
    contact = pick(make_ids("Contact", np.arange(people.contacts) + 1), people.contact[person[rows]])
    ledger.change(rows, converted[rows], {"ContactId": contact}, by_user=False)
