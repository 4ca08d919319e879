"""What do people do on ordinary days, and what kind of touch is each?"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from connector.sandbox.world.companies import Companies, moods
from connector.sandbox.world.days import BLOCK, Days, draw_weighted, office_time
from connector.sandbox.world.frames import stack, take
from connector.sandbox.world.journeys import EVERYDAY, STEADY, Journeys, Touches
from connector.sandbox.world.people import People
from connector.sandbox.world.recipe import DAY, NEVER, Ints, Recipe

KINDS = ("sent", "missed call", "to-do", "social", "reply", "call", "inbound call", "meeting", "response")
SENT, MISSED, TODO, SOCIAL, REPLY, CALL, INBOUND, MEETING, RESPONSE = range(len(KINDS))
OURS = (0.62, 0.18, 0.15, 0.05)  # what we do when the other side does nothing: SENT .. SOCIAL
THEIRS = (0.34, 0.16, 0.05, 0.17, 0.28)  # what the other side does: REPLY .. RESPONSE
JOURNEY_EARLY = (0.17, 0.08, 0.05, 0.08, 0.62)
JOURNEY_LATE = (0.25, 0.16, 0.06, 0.37, 0.16)
LOST = 1.15  # what falls on accounts that are too young, and on people who are twice on one list
JOURNEY_OURS = 0.30  # part of a journey's touches that are our own side working the account


class Deeds(NamedTuple):
    """Touches of a known kind, in the order of time; `company` is where the person worked at that moment."""

    company: Ints
    person: Ints
    at: Ints
    kind: Ints
    journey: Ints

    def of(self, *kinds: int) -> Deeds:
        return take(self, np.isin(self.kind, kinds))


def everyday_touches(recipe: Recipe, companies: Companies, people: People, days: Days) -> Touches:
    """Traffic in proportion to each account's weight, its mood in that month, and how busy the day is."""
    rng = recipe.rng("everyday")
    mood = moods(recipe, companies, days) * companies.weight[:, None]
    blocks = mood.shape[1]
    busy = np.add.reduceat(days.weight, np.arange(0, len(days), BLOCK))
    starts = recipe.first_ms + np.arange(1, blocks + 1) * BLOCK * DAY
    mood *= busy * (companies.created[:, None] < starts)
    count = _everyday_count(recipe)
    cell = draw_weighted(mood.ravel(), count, rng)
    company, block = np.divmod(cell, blocks)
    at = recipe.first_ms + _day_in_block(days, block, rng) * DAY + office_time(count, rng)
    return Touches(company, people.draw(company, rng), at, np.full(count, EVERYDAY), np.zeros(count))


def _everyday_count(recipe: Recipe) -> int:
    """What blasts, scanners, opens and journeys leave of the wanted number of activities, over the whole span."""
    mailings = recipe.activities * (recipe.blast_share + recipe.bot_share + recipe.open_share)
    journeys = recipe.accounts * recipe.days / 365.25 * (recipe.buying_per_year + 0.6 * recipe.noise_per_year)
    sold = recipe.accounts * recipe.days / 365.25 * (recipe.buying_per_year + recipe.unseen_per_year) * 12
    rest = recipe.activities - mailings - journeys * recipe.journey_touches - sold
    return max(round(rest * recipe.stretch * LOST), 0)


def _day_in_block(days: Days, block: Ints, rng: np.random.Generator) -> Ints:
    edges = np.concatenate([[0.0], np.cumsum(days.weight)])
    low = edges[block * BLOCK]
    high = edges[np.minimum((block + 1) * BLOCK, len(days))]
    day = np.searchsorted(edges, low + rng.random(len(block)) * (high - low), side="right") - 1
    inside: Ints = np.clip(day, 0, len(days) - 1)
    return inside


def settle(recipe: Recipe, parts: list[Touches], people: People, days: Days) -> tuple[Touches, Ints]:
    """All touches in the order of time, on working days mostly, by people who existed; and where each person worked."""
    touches = stack(parts)
    planned = touches.journey >= 0
    touches = touches._replace(at=np.where(planned, days.nearest_working(touches.at), touches.at))
    anchor = people.starts[touches.account]
    unknown = touches.at < people.created[touches.person]
    touches = touches._replace(person=np.where(unknown, anchor, touches.person))
    real = (touches.at >= people.created[touches.person]) & (touches.at < recipe.end_ms) & ~days.is_silent(touches.at)
    order = np.flatnonzero(real)[np.argsort(touches.at[real], kind="stable")]
    touches = take(touches, order)
    return touches, people.company_at(touches.person, touches.at)


def name_kinds(recipe: Recipe, touches: Touches, company: Ints) -> Deeds:
    """What each touch is: on ordinary days mostly our own mail, along a journey first reading, later talking."""
    rng = recipe.rng("kinds")
    count = len(touches.at)
    planned = touches.journey >= 0
    ours = rng.random(count) < np.where(planned, JOURNEY_OURS, 1.0 - recipe.engaged_share)
    late = planned & (rng.random(count) < touches.progress)
    theirs = np.where(planned, _kinds(JOURNEY_EARLY, count, rng), _kinds(THEIRS, count, rng))
    theirs = np.where(late, _kinds(JOURNEY_LATE, count, rng), theirs)
    kind = np.where(ours, _kinds(OURS, count, rng), theirs + REPLY)
    return Deeds(company, touches.person, touches.at, kind, touches.journey)


def _kinds(shares: tuple[float, ...], count: int, rng: np.random.Generator) -> Ints:
    kinds: Ints = np.searchsorted(np.cumsum(shares)[:-1], rng.random(count)).astype(np.int64)
    return kinds


def without_the_silenced(touches: Touches, journeys: Journeys) -> Touches:
    """The accounts of the cooling and silent stories have no everyday touches once their story is over."""
    steady = take(journeys, journeys.kind == STEADY)
    silent_from = np.full(int(max(touches.account.max(initial=0), steady.account.max(initial=0))) + 1, NEVER)
    silent_from[steady.account] = steady.ends
    loud = touches.at < silent_from[touches.account]
    return take(touches, loud)
