"""Which companies exist, how large are they, who belongs to whom, and when is each in the mood to talk?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from connector.sandbox.world.days import BLOCK, Days
from connector.sandbox.world.frames import numbered_within
from connector.sandbox.world.recipe import DAY, HOUR, NEVER, Floats, Ints, Recipe
from connector.sandbox.world.words import COUNTRIES, FIELDS, HEADS, REGIONS, TAILS

GHOST_SHARE = 0.25  # of the leads: from companies that are no account of ours
STEMS = len(HEADS) * len(TAILS)
MAX_DEPTH = 4
DORMANT = 0.04  # what is left of an account's traffic once it has gone quiet


@dataclass(frozen=True, slots=True)
class Companies:
    """Accounts first (0 .. accounts-1), then ghosts: companies we only know through a lead."""

    accounts: int
    weight: Floats  # share of the everyday traffic
    created: Ints
    stem: Ints  # place in HEADS x TAILS
    field: Ints
    country: Ints
    parent: Ints  # -1: none
    region: Ints  # -1: not a subsidiary
    employees: Ints
    merged_at: Ints  # NEVER, or when the account was merged into `merged_into`
    merged_into: Ints

    def __len__(self) -> int:
        return len(self.weight)

    @property
    def root(self) -> Ints:
        """The top of each family."""
        top = np.where(self.parent < 0, np.arange(len(self)), self.parent)
        for _ in range(MAX_DEPTH):
            top = np.where(self.parent[top] < 0, top, self.parent[top])
        return top


def draw_companies(recipe: Recipe) -> Companies:
    rng = recipe.rng("companies")
    ghosts = round(recipe.accounts * recipe.leads_per_account * GHOST_SHARE)
    count = recipe.accounts + ghosts
    weight = _rank_weights(recipe, count, rng)
    stem, field = _unique_names(count, rng)
    parent, region = _families(recipe.accounts, count, rng)
    country = rng.choice(len(COUNTRIES), count, p=np.array([share for _, _, share, _, _ in COUNTRIES]))
    employees = np.clip(np.exp(rng.normal(5.0, 1.3, count)) * weight**0.7, 4, 250_000).astype(np.int64)
    created = _created(recipe, parent, rng)
    merged_at, merged_into = _merges(recipe, weight, parent, created)
    return Companies(
        recipe.accounts, weight, created, stem, field, country, parent, region, employees, merged_at, merged_into
    )


def _rank_weights(recipe: Recipe, count: int, rng: np.random.Generator) -> Floats:
    weight = (np.arange(count) + 10.0) ** -recipe.skew
    weight = rng.permutation(weight / weight[: recipe.accounts].mean())
    weight[recipe.accounts :] = weight.min()
    return np.clip(weight, 0.05, 25.0)


def _unique_names(count: int, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """A stem and a field for each company: the same stem may come again, but never with the same field."""
    rounds = np.arange(count) // STEMS
    stem = rng.permutation(STEMS)[np.arange(count) % STEMS]
    field = (rng.integers(len(FIELDS), size=STEMS)[stem] + rounds) % len(FIELDS)
    return stem, field


def _families(accounts: int, count: int, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Parents come before their children, at most MAX_DEPTH generations deep."""
    parent = np.full(count, -1)
    children = np.sort(rng.choice(np.arange(accounts // 10, accounts), size=round(accounts * 0.12), replace=False))
    parent[children] = rng.integers(0, np.maximum(children // 4, 1))
    second = children[rng.random(len(children)) < 0.35]
    elder = np.searchsorted(children, second)
    parent[second[elder > 0]] = children[(elder[elder > 0] * rng.random((elder > 0).sum())).astype(np.int64)]
    depth = np.zeros(count, dtype=np.int64)
    for child in children:  # parents come first, so one pass in order is enough
        if depth[parent[child]] >= MAX_DEPTH - 1:
            parent[child] = -1
        else:
            depth[child] = depth[parent[child]] + 1
    return parent, _regions(parent)


def _regions(parent: Ints) -> Ints:
    """Children of one parent are in different regions, and in none that the parent's own name has."""
    region, numbered = np.full(len(parent), -1), numbered_within(parent)
    for child in np.flatnonzero(parent >= 0):
        region[child] = (region[parent[child]] + 1 + numbered[child]) % len(REGIONS)
    return region


def _created(recipe: Recipe, parent: Ints, rng: np.random.Generator) -> Ints:
    """Two thirds were there before the history starts; the rest came since, and some are still to come."""
    count = len(parent)
    before = recipe.first_ms - (rng.random(count) * 4 * 365 * DAY).astype(np.int64)
    since = recipe.first_ms + (rng.random(count) * (recipe.end_ms - recipe.first_ms)).astype(np.int64)
    created = np.where(rng.random(count) < 0.68, before, since)
    for child in np.flatnonzero(parent >= 0):
        created[child] = max(created[child], created[parent[child]] + HOUR)
    return created


def _merges(recipe: Recipe, weight: Floats, parent: Ints, created: Ints) -> tuple[Ints, Ints]:
    """A few small, childless accounts turn out to be doubles and are merged into another."""
    rng = recipe.rng("merges")
    at, into = np.full(len(weight), NEVER), np.full(len(weight), -1)
    childless = np.setdiff1d(np.flatnonzero((weight < 0.8) & (parent < 0)), parent)
    losers = rng.permutation(childless[childless < recipe.accounts])[: max(recipe.accounts // 250, 2)]
    others = np.setdiff1d(np.arange(recipe.accounts), np.append(losers, np.flatnonzero(parent >= 0)))
    if len(others):
        into[losers] = rng.choice(others, len(losers))
        at[losers] = rng.integers(recipe.first_ms + recipe.days * DAY // 3, recipe.end_ms, len(losers))
    too_young = (into >= 0) & (np.maximum(created, created[into]) > at - 30 * DAY)
    return np.where(too_young, NEVER, at), np.where(too_young, -1, into)


def moods(recipe: Recipe, companies: Companies, days: Days) -> Floats:
    """Company x block of BLOCK days: how talkative, around 1; some go quiet for good, which is how accounts cool."""
    rng = recipe.rng("moods")
    blocks = -(-len(days) // BLOCK)
    level = rng.normal(0.0, recipe.mood, len(companies))
    mood = np.empty((len(companies), blocks))
    for block in range(blocks):
        level = 0.8 * level + rng.normal(0.0, 0.6 * recipe.mood, len(companies))
        mood[:, block] = np.exp(level - recipe.mood**2 / 2)
    quiet_from = np.where(rng.random(len(companies)) < 0.15, rng.integers(3, max(blocks, 4), len(companies)), blocks)
    mood[np.arange(blocks) >= quiet_from[:, None]] *= DORMANT
    return mood
