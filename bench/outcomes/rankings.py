"""In which order would each way of looking at accounts call them? The product's order, five naive ones, an oracle's."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import get_args

import numpy as np

from bench.outcomes.labels import Outcomes
from bench.outcomes.walk import Believed, Known
from connector.engine.days import Floats, Ints
from connector.engine.rules import Channel, Rules

MONTH = 30
DECAY_DAYS, DECAY_CAP = 90, 60.0  # a popular scheme: a day's minutes fade in a line to nothing, and are capped


@dataclass(frozen=True, slots=True)
class Seen:
    """All a ranking may look at, for the day it is asked about and the days before."""

    known: Known
    believed: Believed
    outcomes: Outcomes
    rules: Rules
    minutes: Floats  # accounts x days, not faded
    ratios: Floats  # accounts x days: channel weight x touches


Ranking = Callable[[Seen, int], Floats]


def look(known: Known, believed: Believed, outcomes: Outcomes, rules: Rules) -> Seen:
    """The account-days spread out over the days."""
    shape = (len(known.accounts), len(known.span))
    days, touches = known.history.days, known.touches
    weight = np.array([rules.relationship.channel.get(name, 0.0) for name in get_args(Channel)])
    minutes = _spread(shape, days.account, days.day - known.span.first, days.minutes)
    weighted = touches["touches"] * weight[touches["channel"]]
    return Seen(
        known, believed, outcomes, rules, minutes,
        _spread(shape, touches["account"], touches["day"] - known.span.first, weighted),
    )  # fmt: skip


def _spread(shape: tuple[int, int], account: Ints, day: Ints, values: Floats) -> Floats:
    wide = np.zeros(shape)
    inside = (day >= 0) & (day < shape[1])
    np.add.at(wide, (account[inside], day[inside]), values[inside])
    return wide


def priority(seen: Seen, day: int) -> Floats:
    """E x (0.1 + P): the order of our work lists."""
    return seen.believed.engaged[:, day] * (0.1 + seen.believed.sure[:, day])


def engaged(seen: Seen, day: int) -> Floats:
    """E alone."""
    return seen.believed.engaged[:, day]


def flat_month(seen: Seen, day: int) -> Floats:
    """Minutes of the last 30 days."""
    minutes: Floats = seen.minutes[:, max(day - MONTH + 1, 0) : day + 1].sum(axis=1)
    return minutes


def linear(seen: Seen, day: int) -> Floats:
    """Minutes of 90 days, capped a day, fading in a line."""
    window = np.minimum(seen.minutes[:, max(day - DECAY_DAYS + 1, 0) : day + 1], DECAY_CAP)
    faded: Floats = window @ np.linspace(1.0 / DECAY_DAYS, 1.0, window.shape[1])
    return faded


def channel_by_recency(seen: Seen, day: int) -> Floats:
    """The published ratio: channel weight x recency weight of every touch, divided by the contacts."""
    ages = np.arange(day, -1, -1)
    steps = seen.rules.relationship.recency
    bounds = [step.up_to_days for step in steps if step.up_to_days is not None]
    weight = np.array([step.weight for step in steps])[np.searchsorted(bounds, ages)]
    ratio: Floats = seen.ratios[:, : day + 1] @ weight / np.maximum(seen.known.contacts, 1)
    return ratio


def recency(seen: Seen, day: int) -> Floats:
    """Who did something last."""
    active = seen.minutes[:, : day + 1] > 0
    return np.where(active.any(axis=1), day - active[:, ::-1].argmax(axis=1), -1).astype(np.float64)


def size(seen: Seen, _: int) -> Floats:
    """Who has the most people."""
    return seen.known.contacts.astype(np.float64)


def oracle(seen: Seen, day: int) -> Floats:
    """Who is furthest along on a planted journey, of either kind."""
    return seen.outcomes.pressure[:, day]


RANKINGS: Mapping[str, Ranking] = {
    "priority": priority, "E": engaged, "minutes in 30 days": flat_month, "linear decay with a cap": linear,
    "channel x recency per contact": channel_by_recency, "recency": recency, "number of people": size, "oracle": oracle,
}  # fmt: skip
