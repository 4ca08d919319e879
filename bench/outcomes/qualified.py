"""Are MQAs worth a call? Flags for one account in fifty, ours and the naive ones: precision, recall, unrest."""

from dataclasses import dataclass

import numpy as np

from bench.outcomes.labels import REST_DAYS, WARM_UP_DAYS
from bench.outcomes.rankings import MONTH, Seen
from bench.outcomes.walk import walk
from connector.engine.days import Flags, Floats

BUDGET = 0.02  # of the accounts are flagged on a mean day
HORIZON = 60
BACK_WITHIN = 30
QUARTER = 91
STEPS = 7  # halvings while the limit for the budget is looked for


@dataclass(frozen=True, slots=True)
class Qualified:
    """What flags with one limit did over the judged days."""

    limit: float
    flagged: float  # share of the account-days
    precision: float  # share of the entries with an opportunity within HORIZON days
    recall: float  # share of the opportunities whose account was flagged in the HORIZON days before
    changes: float  # of the flag, per account that ever had it and quarter
    back: float  # share of the exits that are back within BACK_WITHIN days


def ours(seen: Seen) -> Qualified:
    """The state machine, with the limit of engaged minutes that spends the budget."""
    low, high = 1.0, 4_000.0
    for _ in range(STEPS):
        middle = float(np.sqrt(low * high))
        inside = walk(seen.known, seen.rules, enter_minutes=middle).inside
        low, high = (middle, high) if _share(seen, inside) > BUDGET else (low, middle)
    return _judge(seen, walk(seen.known, seen.rules, enter_minutes=high).inside, high)


def naive(seen: Seen) -> Qualified:
    """Flagged while the minutes of 30 days are over a limit."""
    total = np.cumsum(np.pad(seen.minutes, ((0, 0), (MONTH, 0))), axis=1)
    month = total[:, MONTH:] - total[:, :-MONTH]
    limit = float(np.quantile(month[_alive(seen)][:, WARM_UP_DAYS:], 1.0 - BUDGET))
    return _judge(seen, month > limit, limit)


def _alive(seen: Seen) -> Flags:
    alive: Flags = seen.known.created >= 0
    return alive


def _share(seen: Seen, inside: Flags) -> float:
    return float(inside[_alive(seen)][:, WARM_UP_DAYS:].mean())


def _judge(seen: Seen, inside: Flags, limit: float) -> Qualified:
    flags = inside[:, WARM_UP_DAYS - 1 :]
    came, went = ~flags[:, :-1] & flags[:, 1:], flags[:, :-1] & ~flags[:, 1:]
    opened = seen.outcomes.opened[:, WARM_UP_DAYS:]
    wearers = flags.any(axis=1).sum()
    quarters = came.shape[1] / QUARTER
    return Qualified(
        limit=limit,
        flagged=_share(seen, inside),
        precision=_followed(came, opened, HORIZON),
        recall=_preceded(seen, inside),
        changes=float((came.sum() + went.sum()) / max(wearers, 1) / quarters),
        back=_followed(went, came, BACK_WITHIN),
    )


def _followed(first: Flags, then: Flags, within: int) -> float:
    """Share of the first events that have one of the second within so many days; the last days are not judged."""
    soon = _sum_ahead(then, within)
    judged = first[:, :-within]
    return float((soon[:, :-within][judged] > 0).mean()) if judged.any() else float("nan")


def _sum_ahead(events: Flags, within: int) -> Floats:
    total = np.cumsum(np.pad(events.astype(np.float64), ((0, 0), (0, within))), axis=1)
    ahead: Floats = total[:, within:] - total[:, :-within]
    return ahead


def _preceded(seen: Seen, inside: Flags) -> float:
    """Share of the opportunities (no other one shortly before) whose account was flagged before they opened."""
    account, day = np.nonzero(seen.outcomes.opened)
    judged = [
        inside[a, d - HORIZON : d].any()
        for a, d in zip(account, day, strict=True)
        if d >= WARM_UP_DAYS + HORIZON and not seen.outcomes.opened[a, d - REST_DAYS : d].any()
    ]
    return float(np.mean(judged)) if judged else float("nan")
