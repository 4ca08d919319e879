"""What came to pass? Opportunities that opened, and the journeys that were planted, by account and day of the span."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import numpy as np

from bench.outcomes.walk import Known
from connector.engine.days import Flags, Floats, Ints
from connector.sandbox.world.make import LivingWorld

WARM_UP_DAYS = 365  # nothing is judged before the filter has seen a year
REST_DAYS = 120  # after an opportunity was created an account is not ranked for so long
AFTERGLOW_DAYS = 21  # after a journey or an opportunity has ended, what is left of it is not a false alarm
BUYING, NOISE = "buying", "noise"


class Journeys(NamedTuple):
    """What was planted, on days of the span; `start` and `end` both included."""

    account: Ints
    is_buying: Flags
    start: Ints
    end: Ints


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Accounts x days of the span."""

    opened: Flags  # an opportunity was created on the day
    in_opportunity: Flags  # one is open, or was closed a short while ago
    in_journey: Flags  # on a planted journey, or it ended a short while ago
    pressure: Floats  # how far along a planted journey the account is, 0 .. 1: what only an oracle knows
    journeys: Journeys

    def opens_within(self, day: int, horizon: int) -> Flags:
        """Whether an opportunity is created in the `horizon` days after `day`."""
        opens: Flags = np.any(self.opened[:, day + 1 : day + 1 + horizon], axis=1)
        return opens

    def is_ranked(self, known: Known, day: int) -> Flags:
        """Accounts four weeks old or more, without an open opportunity and without a new one for a while."""
        old = (known.created >= 0) & (known.created <= known.span.first + day - 28)
        lately = self.opened[:, max(day - REST_DAYS + 1, 0) : day + 1].any(axis=1)
        ranked: Flags = old & ~lately & ~self.in_opportunity[:, day]
        return ranked


def weeks(known: Known, horizon: int) -> range:
    """The days, one a week, from which the next `horizon` days are known and a year lies before."""
    return range(WARM_UP_DAYS, len(known.span) - horizon - 1, 7)


def outcomes(world: LivingWorld, known: Known) -> Outcomes:
    """What the world knows and the engine does not."""
    shape = (len(known.accounts), len(known.span))
    deals, first, last = known.history.opportunities, known.span.first, known.span.last
    opened, in_opportunity, in_journey = (np.zeros(shape, np.bool_) for _ in range(3))
    inside = (deals.opened >= first) & (deals.opened <= last)
    opened[deals.account[inside], deals.opened[inside] - first] = True
    for account, start, end in zip(deals.account, deals.opened, np.minimum(deals.closed, last), strict=True):
        in_opportunity[account, max(start - first, 0) : max(end - first + 1 + AFTERGLOW_DAYS, 0)] = True
    planted = _journeys(world, known)
    pressure = np.zeros(shape)
    for account, _, start, end in zip(*planted, strict=True):
        in_journey[account, max(start, 0) : max(end + 1 + AFTERGLOW_DAYS, 0)] = True
        along = (np.arange(start, end + 1) - start + 1) / (end - start + 1)
        pressure[account, max(start, 0) : max(end + 1, 0)] = along[max(-start, 0) : max(shape[1] - start, 0)]
    return Outcomes(opened, in_opportunity, in_journey, pressure, planted)


def _journeys(world: LivingWorld, known: Known) -> Journeys:
    number = {account: place for place, account in enumerate(known.accounts)}
    told = [
        (number[row["AccountId"]], row["kind"] == BUYING, _day(row["starts_at"]), _day(row["ends_at"]))
        for row in world.truth["journeys"].to_pylist()
        if row["kind"] in (BUYING, NOISE) and row["AccountId"] in number
    ]
    account, buying, start, end = (np.array(column) for column in zip(*told, strict=True)) if told else _nothing()
    return Journeys(account, buying.astype(np.bool_), start - known.span.first, end - known.span.first)


def _nothing() -> tuple[Ints, ...]:
    return tuple(np.empty(0, np.int64) for _ in range(4))


def _day(moment: datetime) -> int:
    return int(moment.timestamp()) // 86_400
