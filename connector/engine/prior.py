"""What pace is usual in the book, for accounts of which we know little?

On the measuring days the accounts' paces r = X / e over the days t-364 .. t-29 (as far as an account had begun) give
    mu = mean r,  v = max(var r - mu mean(1/e), 0.05 mu^2),  alpha = mu^2 / v,  beta = mu / v
and phi says how much more an account's weeks vary than chance alone: Pearson's chi square of the weekly sums by its
degrees of freedom, over the accounts that were active, clipped to [1, most_dispersion].
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from connector.engine.days import AccountDays, Floats, Ints, Span
from connector.engine.exposure import WEEK, Exposure
from connector.engine.rules import SurgeRules

LEAST_SPREAD = 0.05  # of the squared mean: accounts always differ a little
BLOCK = 4096  # accounts whose weeks are made together, to stay small
LEAST_HISTORY = 28  # days an account must have been there to say something about the book


@dataclass(frozen=True, slots=True)
class Prior:
    """From `day` on: a pace is gamma(alpha, beta) person-days by exposure, and weeks vary phi times a Poisson's."""

    day: int
    alpha: float
    beta: float
    phi: float


def priors(days: AccountDays, start: Ints, seen: Exposure, span: Span, rules: SurgeRules) -> list[Prior]:
    """The book measured as soon as there is enough to see, then every `prior_every_days`.

    Those days are multiples of `prior_every_days` since 1970, so that each run measures on the same ones.
    """
    windows = [_window(day, seen.first, rules) for day in _measuring_days(span, rules)]
    counted = _counted(days, start, seen, windows)
    found = (_measure(window, start, seen, each) for window, each in zip(windows, counted, strict=True))
    return [
        Prior(window.last + rules.prior_to_days + 1, *prior[:2], float(np.clip(prior[2], 1.0, rules.most_dispersion)))
        for window, prior in zip(windows, found, strict=True)
        if prior
    ]


def _measuring_days(span: Span, rules: SurgeRules) -> Iterator[int]:
    earliest = span.first + rules.prior_to_days + LEAST_HISTORY
    every = rules.prior_every_days
    if earliest <= span.last:
        yield earliest
    yield from range((earliest // every + 1) * every, span.last + 1, every)


def _window(day: int, first: int, rules: SurgeRules) -> Span:
    """The days that are looked at on a measuring day; its weeks are counted back from the last one."""
    return Span(max(day - rules.prior_from_days, first), day - rules.prior_to_days - 1)


@dataclass(frozen=True, slots=True)
class _Counted:
    """What each account did in a window: its person-days X, and the sum over its weeks of Y^2 by exposure."""

    people: Floats
    squares: Floats


def _counted(days: AccountDays, start: Ints, seen: Exposure, windows: Sequence[Span]) -> list[_Counted]:
    """For each window. Those whose weeks end on one weekday, and begin with a whole one, share their sums."""
    counted = [_Counted(np.zeros(len(start)), np.zeros(len(start))) for _ in windows]
    for first in range(0, len(start), BLOCK):
        block, made = slice(first, min(first + BLOCK, len(start))), dict[Span, _Weeks]()
        mine = days.of(block)
        for window, each in zip(windows, counted, strict=True):
            shared = _shared(window, windows[-1].last, seen.first)
            weeks = made.setdefault(shared, made.get(shared) or _weeks(mine, start[block], seen, shared))
            each.people[block], each.squares[block] = weeks.over(window)
    return counted


def _shared(window: Span, last: int, first: int) -> Span:
    """The longest span whose weeks, counted back from its last day, hold those of the window."""
    if window.first > first and len(window) % WEEK:
        return window
    return Span(first, last - (last - window.last) % WEEK)


@dataclass(frozen=True, slots=True)
class _Weeks:
    """Person-days Y by account (rows) and week (columns; the last is that of `ends`), and Y^2 by exposure."""

    ends: int
    people: Floats
    squares: Floats

    def over(self, window: Span) -> tuple[Floats, Floats]:
        """Both, added up over the weeks of a window."""
        until = self.people.shape[1] - (self.ends - window.last) // WEEK
        weeks = slice(until - math.ceil(len(window) / WEEK), until)
        return self.people[:, weeks].sum(axis=1), self.squares[:, weeks].sum(axis=1)


def _weeks(days: AccountDays, start: Ints, seen: Exposure, span: Span) -> _Weeks:
    """The weeks of a block of accounts, counted back from the last day of the span."""
    rows = np.flatnonzero((days.day >= span.first) & (days.day <= span.last))
    ends = np.arange(span.last - (len(span) - 1) // WEEK * WEEK, span.last + 1, WEEK)
    cells = days.account[rows].astype(np.int64) * len(ends) + (days.day[rows] - ends[0] + WEEK - 1) // WEEK
    people = np.bincount(cells, days.people[rows], len(start) * len(ends)).astype(np.float64)
    people = people.reshape(len(start), len(ends))
    begins, late = np.maximum(ends - WEEK + 1, span.first), np.flatnonzero(start > span.first)
    squares = _by_exposure(people, seen, begins, ends)
    squares[late] = _by_exposure(people[late], seen, np.clip(start[late, None], begins, ends + 1), ends)
    return _Weeks(span.last, people, squares)


def _by_exposure(people: Floats, seen: Exposure, begins: Ints, ends: Ints) -> Floats:
    """Y^2 by the exposure of the days `begins` to `ends`; 0 where there was nobody."""
    exposed = seen.until[ends + 1 - seen.first] - seen.until[begins - seen.first]
    return np.divide(people**2, exposed, out=np.zeros_like(people), where=people > 0)


def _measure(window: Span, start: Ints, seen: Exposure, counted: _Counted) -> tuple[float, float, float] | None:
    """alpha, beta and phi, not clipped; None when nobody in the book was active."""
    since = np.maximum(start, window.first)
    known = since <= window.last - LEAST_HISTORY + 1
    total = np.where(known, counted.people, 0.0)
    if not total.any():
        return None
    exposed = np.where(known, seen.over(since, window.last), 1.0)
    mean, spread = _moments((total / exposed)[known], exposed[known])
    return mean**2 / spread, mean / spread, _dispersion(counted, total / exposed, window.last - since + 1)


def _moments(pace: Floats, exposed: Floats) -> tuple[float, float]:
    """Mean and variance of the accounts' paces, without the variance that chance adds."""
    mean = float(pace.mean())
    return mean, max(float(pace.var()) - mean * float(np.mean(1.0 / exposed)), LEAST_SPREAD * mean**2)


def _dispersion(counted: _Counted, pace: Floats, days: Ints) -> float:
    """Chi square by degrees of freedom, of the accounts that have a pace; `days` is for how many each was there.

    With m = pace x exposure, sum (Y - m)^2 / m is sum Y^2 / m - X, so weeks without activity need no look.
    """
    some = pace > 0
    chi = np.sum(counted.squares[some] / pace[some] - counted.people[some])
    return float(chi / max(np.sum(np.ceil(days[some] / WEEK) - 1), 1.0))
