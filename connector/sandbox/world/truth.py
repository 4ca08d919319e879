"""What was planted, for those who measure whether it is found?"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from connector.sandbox.living import Tables
from connector.sandbox.world.columns import first_ids, moments, pick, whole
from connector.sandbox.world.journeys import KINDS, STORIES, Journeys
from connector.sandbox.world.opportunities import Opportunities
from connector.sandbox.world.people import People
from connector.sandbox.world.recipe import NEVER, Recipe


def tell(recipe: Recipe, planted: Journeys, sold: Opportunities, people: People) -> Tables:
    """What was planted and when it starts and ends, where each opportunity came from, and who works where."""
    accounts = first_ids("Account", recipe.accounts)
    return {
        "journeys": _journeys(planted, sold, accounts),
        "opportunities": _opportunities(planted, sold, accounts),
        "people": _people(recipe, people, accounts),
    }


def _journeys(planted: Journeys, sold: Opportunities, accounts: pa.Array) -> pa.Table:
    opportunity = np.full(planted.rows, -1)
    opportunity[sold.journey[sold.journey >= 0]] = np.flatnonzero(sold.journey >= 0)
    return pa.table({
        "AccountId": pick(accounts, planted.account).cast(pa.string()),
        "kind": pick(KINDS, planted.kind).cast(pa.string()),
        "starts_at": moments(planted.starts), "ends_at": moments(planted.ends), "touches": whole(planted.touches),
        "people": whole(planted.people),
        "OpportunityId": pick(sold.ids, opportunity).cast(pa.string()),
        "story": pick([story.name for story in STORIES], planted.story).cast(pa.string()),
    })  # fmt: skip


def _opportunities(planted: Journeys, sold: Opportunities, accounts: pa.Array) -> pa.Table:
    kind = np.append(planted.kind, -1)[np.where(sold.journey >= 0, sold.journey, planted.rows)]
    return pa.table({
        "Id": sold.ids, "AccountId": pick(accounts, sold.account).cast(pa.string()),
        "kind": pick(KINDS, kind).cast(pa.string()),
        "opened_at": moments(sold.opened), "closed_at": moments(sold.closed), "won": pa.array(sold.won),
    })  # fmt: skip


def _people(recipe: Recipe, people: People, accounts: pa.Array) -> pa.Table:
    """A person's true account; null for people of companies that are no account."""
    account = np.where(people.company < recipe.accounts, people.company, -1)
    return pa.table({
        "ContactId": pick(first_ids("Contact", people.contacts), people.contact).cast(pa.string()),
        "LeadId": pick(first_ids("Lead", people.leads), people.lead).cast(pa.string()),
        "AccountId": pick(accounts, account).cast(pa.string()), "moved_at": moments(people.moved_at),
        "next_AccountId": pick(accounts, np.where(people.moved_at == NEVER, -1, people.next_company)).cast(pa.string()),
        "seniority": whole(people.seniority),
    })  # fmt: skip
