"""What becomes of activity rows when the lead behind them is converted, or their account is merged away?"""

from __future__ import annotations

import numpy as np

from connector.sandbox.world.cast import Cast
from connector.sandbox.world.columns import pick
from connector.sandbox.world.recipe import NEVER, Ints
from connector.sandbox.world.versions import Ledger


def rehung_at(cast: Cast, person: Ints, company: Ints, created: Ints) -> Ints:
    """When a row is hung elsewhere by the system: at conversion or merge, whichever it lives to see; else NEVER."""
    converted = np.where(person >= 0, cast.people.converted_at[np.maximum(person, 0)], NEVER)
    merged = cast.companies.merged_at[company]
    at: Ints = np.where(converted != NEVER, converted, merged)
    return np.where(at > created, at, NEVER)


def rehang_activities(cast: Cast, ledger: Ledger, person: Ints, company: Ints, at: Ints) -> None:
    """A converted lead's activities go to the contact and its account; a merged account's to the one that stays."""
    people, companies = cast.people, cast.companies
    is_lead = (person >= 0) & (people.lead[np.maximum(person, 0)] >= 0)
    moved = np.flatnonzero(is_lead & (at != NEVER))
    is_merged = companies.merged_at[company[moved]] <= at[moved]
    now_at = np.where(is_merged, companies.merged_into[company[moved]], company[moved])
    who = pick(cast.contact_ids, people.contact[person[moved]])
    ledger.change(moved, at[moved], {"WhoId": who, "AccountId": pick(cast.account_ids, now_at)})
    merged = np.flatnonzero(~is_lead & (at != NEVER))
    winner = pick(cast.account_ids, companies.merged_into[company[merged]])
    ledger.change(merged, at[merged], {"AccountId": winner, "WhatId": winner}, by_user=False)


def rehang_members(cast: Cast, ledger: Ledger, person: Ints, created: Ints) -> None:
    """A campaign member that was a lead keeps its LeadId and gets the contact's id as well."""
    converted = cast.people.converted_at[person]
    rows = np.flatnonzero((converted != NEVER) & (converted > created))
    contact = pick(cast.contact_ids, cast.people.contact[person[rows]])
    ledger.change(rows, converted[rows], {"ContactId": contact}, by_user=False)
