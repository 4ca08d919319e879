"""Which opportunities open, move through their stages and close, and who plays which role in them?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from connector.sandbox.world.columns import dates, first_ids, moments, no, pick
from connector.sandbox.world.companies import Companies
from connector.sandbox.world.days import office_time
from connector.sandbox.world.journeys import BUYING, UNSEEN, WHILE_OPEN, Journeys, Touches
from connector.sandbox.world.people import People
from connector.sandbox.world.recipe import DAY, HOUR, NEVER, Bools, Floats, Ints, Recipe
from connector.sandbox.world.staff import Staff
from connector.sandbox.world.versions import Ledger, Versions, open_ledger
from connector.sandbox.world.words import ROLES

STAGES = (  # name, probability, forecast category: the standard ones
    ("Qualification", 10, "Pipeline"), ("Proposal/Price Quote", 75, "BestCase"), ("Negotiation/Review", 90, "Commit"),
    ("Closed Won", 100, "Closed"), ("Closed Lost", 0, "Omitted"),
)  # fmt: skip
WON, LOST = 3, 4
WIN_RATE = 0.32
OLD_CUSTOMERS = 0.22  # accounts that bought before the history starts
TOUCHES_WHILE_OPEN = 12
TYPES = ("New Customer", "Existing Customer - Upgrade")


@dataclass(frozen=True, slots=True)
class Opportunities:
    """Sorted by account and opening; `journey` is -1 for sales older than the history."""

    account: Ints
    opened: Ints
    closed: Ints
    won: Bools
    amount: Floats
    journey: Ints

    def __len__(self) -> int:
        return len(self.account)

    @property
    def ids(self) -> pa.Array:
        return first_ids("Opportunity", len(self))

    def open_at(self, account: Ints, at: Ints) -> Ints:
        """The opportunity each account had open at a moment, or -1."""
        span = int(max(self.closed.max(initial=1), at.max(initial=1))) + 1  # one key for account and time
        low = int(min(self.opened.min(initial=0), at.min(initial=0)))
        key, wanted = self.account * (span - low) + self.opened - low, account * (span - low) + at - low
        latest = np.searchsorted(key, wanted, side="right") - 1
        found = np.maximum(latest, 0)
        is_open = (latest >= 0) & (self.account[found] == account) & (at < self.closed[found])
        opportunity: Ints = np.where(is_open, found, -1)
        return opportunity


def draw_opportunities(recipe: Recipe, companies: Companies, journeys: Journeys) -> Opportunities:
    rng = recipe.rng("opportunities")
    opens = np.flatnonzero(np.isin(journeys.kind, (BUYING, UNSEEN)))
    there = companies.created[: recipe.accounts] < recipe.first_ms
    old = np.flatnonzero(there & (rng.random(recipe.accounts) < OLD_CUSTOMERS))
    account = np.concatenate([journeys.account[opens], old])
    before = recipe.first_ms - rng.integers(130, 900, len(old)) * DAY
    opened = np.concatenate([journeys.ends[opens], np.maximum(before, companies.created[old] + DAY)])
    lasts = (rng.gamma(3.0, 22.0, len(account)) * DAY).astype(np.int64) + 10 * DAY
    closed = np.where(np.arange(len(account)) < len(opens), opened + lasts, opened + np.minimum(lasts, 100 * DAY))
    won = (rng.random(len(account)) < WIN_RATE) | (np.arange(len(account)) >= len(opens))
    amount = np.round(np.exp(rng.normal(9.6, 0.7, len(account))) * companies.employees[account] ** 0.25, -2)
    journey = np.concatenate([opens, np.full(len(old), -1)])
    order = np.lexsort((opened, account))
    return Opportunities(account[order], opened[order], closed[order], won[order], amount[order], journey[order])


def touches_while_open(recipe: Recipe, opportunities: Opportunities, people: People) -> Touches:
    """Selling goes on after an opportunity has opened."""
    rng = recipe.rng("touches while open")
    each = rng.poisson(TOUCHES_WHILE_OPEN, len(opportunities)) * (opportunities.closed > recipe.first_ms)
    row = np.repeat(np.arange(len(opportunities)), each)
    length = (opportunities.closed - opportunities.opened)[row]
    day = opportunities.opened[row] + (rng.random(len(row)) * length).astype(np.int64)
    at = np.clip(day // DAY * DAY + office_time(len(row), rng), opportunities.opened[row] + HOUR, None)
    account = opportunities.account[row]
    return Touches(account, people.draw(account, rng), at, np.full(len(row), WHILE_OPEN), np.ones(len(row)))


def opportunity_rows(recipe: Recipe, opportunities: Opportunities, staff: Staff, names: pa.Array) -> Versions:
    rng = recipe.rng("opportunity rows")
    rows = len(opportunities)
    owner = pick(staff.ids, staff.owner_of(opportunities.account))
    is_first = np.append(True, opportunities.account[1:] != opportunities.account[:-1])
    suffix = pick((" - new business", " - expansion"), np.where(is_first, 0, 1)).cast(pa.string())
    created = opportunities.opened
    columns = {
        "Id": opportunities.ids, "IsDeleted": no(rows),
        "AccountId": pick(first_ids("Account", recipe.accounts), opportunities.account),
        "Name": pc.binary_join_element_wise(names.take(pa.array(opportunities.account)), suffix, ""),
        "Amount": pa.array(opportunities.amount), "CloseDate": dates(created + rng.integers(40, 120, rows) * DAY),
        "Type": pick(TYPES, np.where(is_first, 0, 1)), "OwnerId": owner, "CreatedById": owner,
        "LastModifiedById": owner,
        **_stage(np.zeros(rows, dtype=np.int64), created),
    }  # fmt: skip
    ledger = open_ledger(columns, created)
    _advance(ledger, opportunities)
    return ledger.close()


def _stage(stage: Ints, at: Ints) -> dict[str, pa.Array]:
    names, odds, forecast = zip(*STAGES, strict=True)
    return {
        "StageName": pick(names, stage), "Probability": pa.array(np.array(odds, dtype=float)[stage]),
        "ForecastCategory": pick(forecast, stage), "IsClosed": pa.array(stage >= WON), "IsWon": pa.array(stage == WON),
        "LastStageChangeDate": moments(at),
    }  # fmt: skip


def _advance(ledger: Ledger, opportunities: Opportunities) -> None:
    """Two steps on the way, then won or lost; one in five of the lost is lost before the second step."""
    rows = np.arange(len(opportunities))
    length = opportunities.closed - opportunities.opened
    for stage, part in ((1, 0.35), (2, 0.75)):
        goes_on = opportunities.won | (rows % (5 // stage) != 0)
        at = opportunities.opened + (length * part).astype(np.int64)
        ledger.change(rows[goes_on], at[goes_on], _stage(np.full(goes_on.sum(), stage), at[goes_on]))
    end = np.where(opportunities.won, WON, LOST)
    closing = {**_stage(end, opportunities.closed), "CloseDate": dates(opportunities.closed)}
    ledger.change(rows, opportunities.closed, closing)


def role_rows(recipe: Recipe, opportunities: Opportunities, people: People, staff: Staff) -> Versions:
    """OpportunityContactRole: one to four contacts of the account, most of whom were there when it opened."""
    rng = recipe.rng("roles")
    opportunity = np.repeat(np.arange(len(opportunities)), rng.integers(0, 5, len(opportunities)))
    person = people.draw(opportunities.account[opportunity], rng)
    created = opportunities.opened[opportunity] + rng.integers(0, 20 * DAY, len(opportunity))
    known = (people.created[person] < created) & (people.who(person, created) < people.contacts)
    known &= people.moved_at[person] == NEVER
    pair = opportunity * len(people) + person
    first = np.zeros(len(pair), dtype=bool)
    first[np.unique(pair, return_index=True)[1]] = True
    opportunity, person, created = (column[known & first] for column in (opportunity, person, created))
    owner = pick(staff.ids, staff.owner_of(opportunities.account[opportunity]))
    role = np.where(rng.random(len(person)) < 0.15, -1, people.seniority[person])
    columns = {
        "Id": first_ids("OpportunityContactRole", len(person)), "IsDeleted": no(len(person)),
        "OpportunityId": pick(opportunities.ids, opportunity),
        "ContactId": pick(first_ids("Contact", people.contacts), people.contact[person]),
        "Role": pick(ROLES, role),
        "IsPrimary": pa.array(np.append(True, opportunity[1:] != opportunity[:-1])[: len(person)]),
        "CreatedById": owner, "LastModifiedById": owner,
    }  # fmt: skip
    return open_ledger(columns, created).close()
