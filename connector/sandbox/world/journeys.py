"""Which accounts are on their way to buy, when, with whom? The planted truth, and noise that looks a little like it."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from connector.sandbox.world.companies import Companies
from connector.sandbox.world.days import office_time
from connector.sandbox.world.frames import stack, take
from connector.sandbox.world.people import People
from connector.sandbox.world.recipe import DAY, HOUR, NEVER, Floats, Ints, Recipe

KINDS = ("buying", "noise", "unseen", "steady")
BUYING, NOISE, UNSEEN, STEADY = range(len(KINDS))
EVERYDAY, WHILE_OPEN = -1, -2
REST = 75 * DAY  # between two journeys of one account


class Story(NamedTuple):
    """A scripted journey near `now`, so that a demo has something to tell."""

    name: str
    kind: int
    starts_in_days: int
    lasts_days: int
    touches: int
    people: int
    copies: int


STORIES = (
    Story("surging", BUYING, -26, 37, 62, 7, 3),
    Story("warming", BUYING, -11, 40, 70, 6, 3),
    Story("qualified", BUYING, -34, 48, 80, 8, 2),
    Story("opens next week", BUYING, -30, 33, 50, 6, 2),
    Story("wakes up next week", BUYING, -1, 11, 70, 7, 3),
    Story("cooling", STEADY, -330, 305, 130, 4, 2),
    Story("silent", STEADY, -400, 280, 60, 3, 2),
)


class Journeys(NamedTuple):
    account: Ints
    kind: Ints
    starts: Ints
    ends: Ints  # for buying and unseen: when the opportunity opens
    touches: Ints
    people: Ints
    story: Ints  # place in STORIES, or -1

    @property
    def rows(self) -> int:
        return len(self.account)


class Touches(NamedTuple):
    """One row a touch: who did (or got) what, when. `kind` is filled in by touches.py."""

    account: Ints
    person: Ints
    at: Ints
    journey: Ints  # EVERYDAY, WHILE_OPEN, or the place of the journey
    progress: Floats  # 0 .. 1 along the journey


def draw_journeys(recipe: Recipe, companies: Companies) -> Journeys:
    rng = recipe.rng("journeys")
    rates = (recipe.buying_per_year, recipe.noise_per_year, recipe.unseen_per_year)
    counts = [rng.poisson(rate * recipe.accounts * recipe.years) for rate in rates]
    kind = np.repeat([BUYING, NOISE, UNSEEN], counts)
    account = _some_accounts(companies, len(kind), rng)
    starts = rng.integers(recipe.first_ms, recipe.end_ms, len(kind))
    low, high = recipe.journey_weeks
    lasts = np.where(kind == UNSEEN, DAY, (rng.uniform(low * 7, high * 7, len(kind)) * DAY).astype(np.int64))
    strength = np.exp(rng.normal(np.log(recipe.journey_touches), 0.55, len(kind))) * np.where(kind == NOISE, 0.6, 1.0)
    touches = np.where(kind == UNSEEN, 0, rng.poisson(strength))
    people = 1 + rng.poisson(np.where(kind == NOISE, 0.5, 1.0) * (recipe.journey_people - 1), len(kind))
    drawn = Journeys(account, kind, starts, starts + lasts, touches, people, np.full(len(kind), -1))
    told = _stories(recipe, companies, rng) if recipe.stories else take(drawn, np.arange(0))
    return _spaced(stack([told, take(drawn, ~np.isin(account, told.account))]), companies)


def _some_accounts(companies: Companies, count: int, rng: np.random.Generator) -> Ints:
    """Larger accounts buy a little more often; much less than they talk."""
    odds = companies.weight[: companies.accounts] ** 0.3
    return rng.choice(companies.accounts, count, p=odds / odds.sum()).astype(np.int64)


def _stories(recipe: Recipe, companies: Companies, rng: np.random.Generator) -> Journeys:
    """Scripted journeys on accounts of middling size that have been there from the start."""
    weight = companies.weight[: companies.accounts]
    old = companies.created[: companies.accounts] < recipe.first_ms
    fit = np.flatnonzero(old & (weight > 0.4) & (weight < 2.5) & (companies.merged_at[: companies.accounts] == NEVER))
    script = [place for place, story in enumerate(STORIES) for _ in range(story.copies)][: len(fit)]
    told = np.array([STORIES[place][1:6] for place in script], dtype=np.int64).reshape(-1, 5)
    starts = recipe.now_ms + told[:, 1] * DAY
    return Journeys(
        rng.permutation(fit)[: len(script)], told[:, 0], starts, starts + told[:, 2] * DAY, told[:, 3], told[:, 4],
        np.array(script, dtype=np.int64),
    )  # fmt: skip


def _spaced(journeys: Journeys, companies: Companies) -> Journeys:
    """In the order of account and time, without those that follow too closely or precede the account itself."""
    ordered = take(journeys, np.lexsort((journeys.starts, journeys.account)))
    close = np.zeros(ordered.rows, dtype=bool)
    close[1:] = (ordered.account[1:] == ordered.account[:-1]) & (ordered.starts[1:] < ordered.ends[:-1] + REST)
    alive = (ordered.starts > companies.created[ordered.account] + 7 * DAY) & (
        ordered.ends < companies.merged_at[ordered.account]
    )
    return take(ordered, ~close & alive)


def journey_touches(recipe: Recipe, journeys: Journeys, people: People) -> Touches:
    """The touches of all journeys: rising towards the opportunity when somebody buys, up and down again when not."""
    rng = recipe.rng("journey touches")
    journey = np.repeat(np.arange(journeys.rows), journeys.touches)
    kind = journeys.kind[journey]
    rising = rng.beta(1.7, 1.0, len(journey))
    fading = rng.beta(2.0, 2.5, len(journey))
    progress = np.choose(kind, [rising, fading, rising, rng.random(len(journey))])
    day = journeys.starts[journey] + (progress * (journeys.ends - journeys.starts)[journey]).astype(np.int64)
    at = day // DAY * DAY + office_time(len(journey), rng)
    at = np.clip(at, journeys.starts[journey], journeys.ends[journey] - HOUR)
    person = _travellers(journeys, (journey, progress), people, rng)
    return Touches(journeys.account[journey], person, at, journey, progress)


def _travellers(journeys: Journeys, steps: tuple[Ints, Floats], people: People, rng: np.random.Generator) -> Ints:
    """Who of the committee acts at each step (journey, progress): more of them, and more senior ones, further on."""
    journey, progress = steps
    member, starts, size = _committees(journeys, people, rng)
    reach = np.maximum(np.ceil(size[journey] * (0.35 + 0.65 * progress)), 1)
    slot = (rng.random(len(journey)) * reach).astype(np.int64)
    acting: Ints = member[starts[journey] + slot]
    return acting


def _committees(journeys: Journeys, people: People, rng: np.random.Generator) -> tuple[Ints, Ints, Ints]:
    """For each journey its people, those who come in late last: everybody, where each committee starts, its size."""
    headcount = np.diff(people.starts)[journeys.account]
    journey = np.repeat(np.arange(journeys.rows), headcount)
    within = np.arange(len(journey)) - np.repeat(np.cumsum(headcount) - headcount, headcount)
    person = people.starts[journeys.account][journey] + within
    standing = people.seniority[person] + rng.normal(0.0, 2.0, len(person))
    order = np.lexsort((-standing, journey))
    chosen = order[within < journeys.people[journey]]  # `within` numbers each journey's rows from 0, in any order
    lateness = people.seniority[person[chosen]] + rng.normal(0.0, 0.8, len(chosen))
    chosen = chosen[np.lexsort((lateness, journey[chosen]))]
    size = np.minimum(journeys.people, headcount)
    return person[chosen], np.cumsum(size) - size, size


def with_first_touches(people: People, touches: Touches) -> People:
    """People as the CRM knows them: nobody is created after their first touch in a journey."""
    created = people.created.copy()
    np.minimum.at(created, touches.person, touches.at - HOUR)
    return replace(people, created=created)
