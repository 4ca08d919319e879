"""Who works where, since when do we know them, and what becomes of them (converted, moved on)?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from connector.sandbox.world.companies import Companies
from connector.sandbox.world.recipe import DAY, HOUR, MINUTE, NEVER, Bools, Floats, Ints, Recipe

SENIORITY_SHARE = (0.42, 0.28, 0.15, 0.09, 0.06)
CONVERTED = 0.35  # of the leads that belong to one of our accounts
PRIVATE = 0.15  # of the people of companies that are no account: kept as a contact without one
DOUBLES = 0.006  # contacts that turn out to be the same person as another contact of the account


@dataclass(frozen=True, slots=True)
class People:
    """All people, by company; within one, the anchor contact comes first. One person may be two CRM rows."""

    company: Ints
    seniority: Ints
    eager: Floats  # how likely it is this person when somebody of the company does something
    created: Ints
    contact: Ints  # row among the contacts: native contacts first, then converted leads; -1: never a contact
    lead: Ints  # row among the leads; -1: never a lead
    converted_at: Ints
    moved_at: Ints  # NEVER, or when the person changed company (or their account was merged)
    next_company: Ints
    doubled_at: Ints  # NEVER, or when the contact was merged into that of `double_of`
    double_of: Ints
    starts: Ints  # first person of each company; one more entry at the end

    def __len__(self) -> int:
        return len(self.company)

    @property
    def contacts(self) -> int:
        return int(self.contact.max()) + 1

    @property
    def leads(self) -> int:
        return int(self.lead.max()) + 1

    def company_at(self, person: Ints, at: Ints) -> Ints:
        """Where somebody worked at a moment."""
        moved: Ints = np.where(at >= self.moved_at[person], self.next_company[person], self.company[person])
        return moved

    def who(self, person: Ints, at: Ints) -> Ints:
        """The code of WhoId: contacts count from 0, leads from `contacts`; a converted lead is a contact."""
        is_lead = (self.lead[person] >= 0) & (at < self.converted_at[person])
        code = np.where(is_lead, self.contacts + self.lead[person], self.contact[person])
        merged = at >= self.doubled_at[person]
        known: Ints = np.where(merged, self.contact[np.maximum(self.double_of[person], 0)], code)
        return known

    def draw(self, company: Ints, rng: np.random.Generator) -> Ints:
        """Somebody of each of these companies, the eager more often."""
        edges = np.concatenate([[0.0], np.cumsum(self.eager)])
        low, high = edges[self.starts[company]], edges[self.starts[company + 1]]
        person = np.searchsorted(edges, low + rng.random(len(company)) * (high - low), side="right") - 1
        drawn: Ints = np.clip(person, self.starts[company], self.starts[company + 1] - 1)
        return drawn


def draw_people(recipe: Recipe, companies: Companies) -> People:
    rng = recipe.rng("people")
    company, is_lead = _headcount(recipe, companies, rng)
    starts = np.searchsorted(company, np.arange(len(companies) + 1))
    created = _created(recipe, companies, company, starts, rng)
    lead = np.where(is_lead, np.cumsum(is_lead) - 1, -1)
    converted_at = _converted_at(recipe, is_lead & (company < companies.accounts), created, rng)
    contact = _contact_rows(is_lead, converted_at)
    eager = rng.pareto(1.5, len(company)) + 0.2
    settled = is_lead.copy()
    settled[starts[:-1]] = True
    moves = _merged(companies, company, *_moves(recipe, companies, company, settled, rng))
    doubles = _doubles(recipe, created, ~settled & (moves[0] == NEVER), starts[company])
    seniority = rng.choice(len(SENIORITY_SHARE), len(company), p=SENIORITY_SHARE).astype(np.int64)
    return People(company, seniority, eager, created, contact, lead, converted_at, *moves, *doubles, starts)


def _headcount(recipe: Recipe, companies: Companies, rng: np.random.Generator) -> tuple[Ints, Bools]:
    """Contacts and then leads of each company: an account has at least one contact, a ghost one lead or one contact."""
    size = companies.weight**0.6
    size = size / size[: companies.accounts].mean()
    contacts = 1 + rng.poisson(size * (recipe.contacts_per_account - 1))
    leads = rng.poisson(size * recipe.leads_per_account * 0.75)
    private = rng.random(len(companies) - companies.accounts) < PRIVATE
    contacts[companies.accounts :], leads[companies.accounts :] = private, ~private
    kinds = np.stack([contacts, leads], axis=1).ravel()
    company = np.repeat(np.repeat(np.arange(len(companies)), 2), kinds)
    return company, np.repeat(np.tile([False, True], len(companies)), kinds)


def _created(recipe: Recipe, companies: Companies, company: Ints, starts: Ints, rng: np.random.Generator) -> Ints:
    """The anchor comes with the account; the others over the years, most of them long ago."""
    span = recipe.end_ms - recipe.first_ms
    created = recipe.first_ms + (rng.triangular(-1.0, -0.2, 1.0, len(company)) * span).astype(np.int64)
    created = np.maximum(created, companies.created[company] + HOUR)
    anchors = starts[:-1]
    created[anchors] = companies.created + rng.integers(1, 50, len(companies)) * MINUTE
    return created


def _converted_at(recipe: Recipe, may_convert: Bools, created: Ints, rng: np.random.Generator) -> Ints:
    wait = (rng.gamma(2.0, 25.0, len(created)) * DAY).astype(np.int64) + HOUR
    converts = may_convert & (rng.random(len(created)) < CONVERTED)
    at = np.where(converts, created + wait, NEVER)
    return np.where(at < recipe.end_ms, at, NEVER)


def _contact_rows(is_lead: Bools, converted_at: Ints) -> Ints:
    natives = int((~is_lead).sum())
    converts = converted_at != NEVER
    rows = np.where(is_lead, -1, np.cumsum(~is_lead) - 1)
    return np.where(converts, natives + np.cumsum(converts) - 1, rows)


def _moves(
    recipe: Recipe, companies: Companies, company: Ints, settled: Bools, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    """A few contacts change company; leads and anchors are settled."""
    movers = ~settled & (rng.random(len(company)) < recipe.movers_per_year * recipe.years)
    at = rng.integers(recipe.first_ms, recipe.end_ms, len(company))
    target = rng.integers(0, companies.accounts, len(company))
    target = np.where(companies.merged_at[target] != NEVER, companies.merged_into[target], target)
    can = movers & (companies.created[target] < at - DAY) & (target != company)
    return np.where(can, at, NEVER), np.where(can, target, -1)


def _merged(companies: Companies, company: Ints, moved_at: Ints, next_company: Ints) -> tuple[Ints, Ints]:
    """Everybody at a merged account goes to the one it was merged into."""
    merged = companies.merged_at[company] != NEVER
    moved = np.where(merged, companies.merged_at[company], moved_at)
    return moved, np.where(merged, companies.merged_into[company], next_company)


def _doubles(recipe: Recipe, created: Ints, may_be: Bools, anchor: Ints) -> tuple[Ints, Ints]:
    """Some contacts are doubles of their company's anchor and are merged into it one day."""
    rng = recipe.rng("doubles")
    at = rng.integers(recipe.first_ms, recipe.end_ms, len(created))
    doubles = may_be & (rng.random(len(created)) < DOUBLES) & (at > created + DAY)
    return np.where(doubles, at, NEVER), np.where(doubles, anchor, -1)
