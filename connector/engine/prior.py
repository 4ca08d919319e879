"""What pace is usual in the book, for accounts of which we know little?

On the measuring days the accounts' paces r = X / e over the days t-364 .. t-29 (as far as an account had begun) give
    mu = mean r,  v = max(var r - mu mean(1/e), 0.05 mu^2),  alpha = mu^2 / v,  beta = mu / v
and phi says how much more an account's weeks vary than chance alone: Pearson's chi square of the weekly sums by its
degrees of freedom, over the accounts that were active, clipped to [1, most_dispersion].
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from connector.engine.days import AccountDays, Floats, Ints, Span
from connector.engine.exposure import WEEK, Exposure
from connector.engine.rules import SurgeRules

LEAST_SPREAD = 0.05  # of the squared mean: accounts always differ a little
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
    found = (_measure(days, start, seen, day, rules) for day in _measuring_days(span, rules))
    return [prior for prior in found if prior is not None]


def _measuring_days(span: Span, rules: SurgeRules) -> Iterator[int]:
    earliest = span.first + rules.prior_to_days + LEAST_HISTORY
    every = rules.prior_every_days
    if earliest <= span.last:
        yield earliest
    yield from range((earliest // every + 1) * every, span.last + 1, every)


def _measure(days: AccountDays, start: Ints, seen: Exposure, day: int, rules: SurgeRules) -> Prior | None:
    """The prior on `day`; None when nobody in the book was active."""
    span = Span(max(day - rules.prior_from_days, seen.first), day - rules.prior_to_days - 1)
    window = _Window(span, np.maximum(start, span.first), seen)
    known = window.since <= span.last - LEAST_HISTORY + 1
    rows = np.flatnonzero((days.day >= span.first) & (days.day <= span.last))
    counted = _Counted(days.account[rows], days.day[rows], days.people[rows].astype(np.float64))
    total = np.where(known, np.bincount(counted.account, counted.people, len(start)), 0.0)
    if not total.any():
        return None
    exposed = np.where(known, window.exposed(), 1.0)
    mean, spread = _moments((total / exposed)[known], exposed[known])
    phi = float(np.clip(window.dispersion(counted, total / exposed), 1.0, rules.most_dispersion))
    return Prior(day, mean**2 / spread, mean / spread, phi)


def _moments(pace: Floats, exposed: Floats) -> tuple[float, float]:
    """Mean and variance of the accounts' paces, without the variance that chance adds."""
    mean = float(pace.mean())
    return mean, max(float(pace.var()) - mean * float(np.mean(1.0 / exposed)), LEAST_SPREAD * mean**2)


@dataclass(frozen=True, slots=True)
class _Counted:
    """Person-days, sorted by account, then day."""

    account: Ints
    day: Ints
    people: Floats


@dataclass(frozen=True, slots=True)
class _Window:
    """The days a prior is measured on, as far as each account had begun; weeks are counted back from the last day."""

    span: Span
    since: Ints
    seen: Exposure

    def exposed(self) -> Floats:
        """Exposure of each account over the window."""
        return self.seen.over(self.since, self.span.last)

    def dispersion(self, counted: _Counted, pace: Floats) -> float:
        """Chi square by degrees of freedom, of the accounts that have a pace.

        sum (Y - m)^2 / m is sum Y^2 / m - X, so weeks without activity need no look.
        """
        back = (self.span.last - counted.day) // WEEK
        week = counted.account.astype(np.int64) * len(self.span) - back
        heads = np.flatnonzero(np.diff(week, prepend=-len(self.span)))
        weekly = np.add.reduceat(counted.people, heads)
        expected = self._expected(counted.account[heads], back[heads], pace)
        some = expected > 0
        weeks = np.ceil((self.span.last - self.since[pace > 0] + 1) / WEEK)
        return float((np.sum(weekly[some] ** 2 / expected[some]) - weekly[some].sum()) / max(np.sum(weeks - 1), 1.0))

    def _expected(self, account: Ints, back: Ints, pace: Floats) -> Floats:
        """Person-days that the account's pace gives in the week so many weeks back."""
        end = self.span.last - back * WEEK
        begin = np.maximum(end - WEEK + 1, self.since[account])
        until, first = self.seen.until, self.seen.first
        expected: Floats = pace[account] * (until[end + 1 - first] - until[begin - first])
        return expected
