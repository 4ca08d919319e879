"""Do the accounts at the top open opportunities? Lift and average precision, with how sure we are of them."""

from dataclasses import dataclass

import numpy as np

from bench.outcomes.labels import weeks
from bench.outcomes.rankings import Ranking, Seen
from connector.engine.days import Flags, Floats, Ints

RESAMPLES = 100
TOP = 0.05


@dataclass(frozen=True, slots=True)
class Ranked:
    """How well one ranking does over all weeks: the figure, and the 5th and 95th percentile over redrawn accounts."""

    lift: float  # times as many among the top 5 % of a week as among all
    lift_range: tuple[float, float]
    precision: float  # average precision over all accounts and weeks
    precision_range: tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Cases:
    """One row an account and week: those ranked, best first within the whole."""

    account: Ints
    is_top: Flags
    opens: Flags


def judge(seen: Seen, ranking: Ranking, horizon: int = 30) -> Ranked:
    """The ranking against what opened in the next `horizon` days."""
    cases = _cases(seen, ranking, horizon)
    count = len(seen.known.accounts)
    random = np.random.default_rng(0)
    draws = [np.bincount(random.integers(0, count, count), minlength=count).astype(float) for _ in range(RESAMPLES)]
    drawn = np.array([(_lift(cases, weight), _average_precision(cases, weight)) for weight in draws])
    even = np.ones(count)
    low, high = np.percentile(drawn, [5, 95], axis=0)
    return Ranked(_lift(cases, even), (low[0], high[0]), _average_precision(cases, even), (low[1], high[1]))


def base_rate(seen: Seen, horizon: int = 30) -> float:
    """How often a ranked account opens an opportunity in so many days."""
    return float(_cases(seen, lambda at, _: np.zeros(len(at.known.accounts)), horizon).opens.mean())


def _cases(seen: Seen, ranking: Ranking, horizon: int) -> _Cases:
    parts = [_week(seen, ranking, day, horizon) for day in weeks(seen.known, horizon)]
    value, account, is_top, opens = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    order = np.argsort(-value, kind="stable")
    return _Cases(account[order], is_top[order].astype(np.bool_), opens[order].astype(np.bool_))


def _week(seen: Seen, ranking: Ranking, day: int, horizon: int) -> tuple[Floats, Ints, Floats, Flags]:
    account = np.flatnonzero(seen.outcomes.is_ranked(seen.known, day))
    ties = np.random.default_rng(day).permutation(len(account)) * 1e-12  # nobody may profit from the order of ids
    value = ranking(seen, day)[account] + ties
    is_top = np.zeros(len(account))
    is_top[np.argsort(-value)[: max(round(len(account) * TOP), 1)]] = 1
    return value, account, is_top, seen.outcomes.opens_within(day, horizon)[account]


def _lift(cases: _Cases, weight: Floats) -> float:
    each = weight[cases.account]
    top = each[cases.is_top]
    found = top[cases.opens[cases.is_top]].sum() / max(top.sum(), 1e-9)
    return float(found / max(each[cases.opens].sum() / max(each.sum(), 1e-9), 1e-9))


def _average_precision(cases: _Cases, weight: Floats) -> float:
    each = weight[cases.account]
    hits = np.cumsum(each * cases.opens)
    precision = hits / np.maximum(np.cumsum(each), 1e-9)
    return float((precision * each * cases.opens).sum() / max(hits[-1], 1e-9))
