"""What becomes of activity rows when the lead behind them is converted, or their account is merged away?"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from connector.sandbox.world.campaigns import Members
from connector.sandbox.world.cast import Cast
from connector.sandbox.world.columns import pick, same
from connector.sandbox.world.recipe import NEVER, Bools, Ints
from connector.sandbox.world.versions import Ledger


def rehung_at(cast: Cast, person: Ints, company: Ints, created: Ints) -> Ints:
    """When a row is hung elsewhere: its person is converted or merged, or its account is merged; else NEVER."""
    at = np.where(renamed_at(cast, person) != NEVER, renamed_at(cast, person), cast.companies.merged_at[company])
    return np.where(at > created, at, NEVER)


def renamed_at(cast: Cast, person: Ints) -> Ints:
    """When a person's row gives way to another: a lead's to a contact, a double's to the contact that stays."""
    known = np.maximum(person, 0)
    at: Ints = np.minimum(cast.people.converted_at[known], cast.people.doubled_at[known])
    return np.where(person >= 0, at, NEVER)


def rehang_activities(cast: Cast, ledger: Ledger, person: Ints, company: Ints, at: Ints) -> None:
    """A converted lead's activities go to the contact and its account; a merged account's to the one that stays."""
    people, companies = cast.people, cast.companies
    is_renamed = (renamed_at(cast, person) == at) & (at != NEVER)
    moved = np.flatnonzero(is_renamed)
    is_merged = companies.merged_at[company[moved]] <= at[moved]
    now_at = np.where(is_merged, companies.merged_into[company[moved]], company[moved])
    who = pick(cast.contact_ids, people.who(person[moved], at[moved]))
    ledger.change(moved, at[moved], {"WhoId": who, "AccountId": pick(cast.account_ids, now_at)})
    merged = np.flatnonzero(~is_renamed & (at != NEVER))
    winner = pick(cast.account_ids, companies.merged_into[company[merged]])
    ledger.change(merged, at[merged], {"AccountId": winner, "WhatId": winner}, by_user=False)


def rehang_members(cast: Cast, ledger: Ledger, members: Members) -> None:
    """A converted lead's member keeps its LeadId and gets a contact as well; a double's goes to the one that stays.

    Where that one is on the list already, the double's member is deleted.
    """
    at = renamed_at(cast, members.person)
    rows = np.flatnonzero((at != NEVER) & (at > members.created))
    contact = pick(cast.contact_ids, cast.people.who(members.person[rows], at[rows]))
    gone = pa.array(_is_on_the_list(cast, members)[rows])
    new = {"ContactId": contact, "LeadOrContactId": contact, "Type": same("Contact", len(rows)), "IsDeleted": gone}
    ledger.change(rows, at[rows], new, by_user=False)


def _is_on_the_list(cast: Cast, members: Members) -> Bools:
    """Whether the contact a double is merged into has a member of its own in the campaign."""
    other = cast.people.double_of[members.person]
    key, wanted = (members.campaign * len(cast.people) + person for person in (members.person, other))
    on_the_list: Bools = (other >= 0) & np.isin(wanted, key)
    return on_the_list
