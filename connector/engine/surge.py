"""Is an account more active, or less, than its own usual pace: one step a day of a two-state filter.

A, B  what we believe of the account's pace on day t: the book's prior plus its own days t-112 .. t-29, as far as it
      had begun by then:  A = alpha + s / phi,  B = beta + L / phi
llr   what a day says for a pace `ratio` times the usual. It is the difference of two negative binomials whose log
      gammas cancel: (A + x') ln((B + c) / (B + ratio c)) + x' ln ratio,  with x' = x / phi, c = e / phi
P     p = stay P + start (1 - P), then P = p e^llr / (p e^llr + 1 - p)
"""

import math
from dataclasses import dataclass

import numpy as np

from connector.engine.days import NEVER, ByDay, Flags, Floats, Ints
from connector.engine.exposure import Exposure
from connector.engine.fields import SURGES
from connector.engine.prior import Prior
from connector.engine.rules import SurgeRules

SURGING, WARMING, STEADY, COOLING, SILENT, NEW = range(len(SURGES))


@dataclass(frozen=True, slots=True)
class Pace:
    """What we believe on one day of the accounts' usual pace: gamma(A, B) of person-days by exposure."""

    shape: Floats  # A, by account
    rates: Floats  # B, by number of missing baseline days
    grown: int  # accounts from 0 on whose baseline is complete
    missing: Ints  # baseline days that each of the others lacks
    chance: float  # c

    def shift(self, ratio: float) -> Floats:
        """ln((B + c) / (B + ratio c)) of each account."""
        return self._spread(np.log((self.rates + self.chance) / (self.rates + ratio * self.chance)))

    def usual(self, who: Ints) -> Floats:
        """Person-days of the accounts `who` by one unit of exposure, which is about one day."""
        missing, young = np.zeros(len(who), np.int64), np.flatnonzero(who >= self.grown)
        missing[young] = self.missing[who[young] - self.grown]
        return self.shape[who] / self.rates[missing]

    def _spread(self, by_missing: Floats) -> Floats:
        values = np.empty(len(self.shape))
        values[: self.grown] = by_missing[0]
        np.take(by_missing, self.missing, out=values[self.grown :])
        return values


class Watch:
    """What is remembered of some accounts from one day to the next, to see who lives at `ratio` times their usual pace.

    The accounts stand in the order in which their histories begin, so that the young ones are the last.
    """

    def __init__(self, start: Ints, seen: Exposure, rules: SurgeRules, ratio: float) -> None:
        count = len(start)
        self.rules, self.seen, self.start, self.ratio = rules, seen, start, ratio
        self.sure = np.full(count, rules.start)  # P
        self.on, self.warm = np.zeros(count, np.bool_), np.zeros(count, np.bool_)
        self.onset = np.full(count, NEVER)  # the day P last rose over `warming_from`
        self.onset_people = np.zeros(count)  # person-days since then
        self.onset_usual = np.zeros(count)  # the usual pace of that day
        self.pace: Pace | None = None  # as of the newest day that was not held
        self._baseline = np.zeros(count)  # s

    def step(self, day: int, prior: Prior | None, days: ByDay) -> None:
        """Takes the day in. Without a prior, or while the source is silent, what we were sure of is held."""
        gained, lost = day - self.rules.baseline_from_days, day - self.rules.baseline_to_days - 1
        for other_day, sign in ((gained, 1), (lost, -1)):
            rows = days.on(other_day)
            self._baseline[days.account[rows]] += sign * days.people[rows]
        rows = days.on(day)
        today, people = days.account[rows], days.people[rows]
        if prior is not None and not self.seen.silent[day - self.seen.first]:
            self._judge(day, prior, today, people)
        self.onset_people[today] += people

    def usual_on(self, day: int, prior: Prior, days: ByDay) -> Floats:
        """What `usual` will say on a day, without walking there."""
        rows = days.between(day - self.rules.baseline_to_days, day - self.rules.baseline_from_days)
        baseline = np.bincount(days.account[rows], days.people[rows], len(self.start)).astype(np.float64)
        return self._pace(day, prior, baseline).usual(np.arange(len(self.start)))

    def usual(self) -> Floats:
        """Person-days of each account by one unit of exposure, which is about one day; 0 while nothing is known."""
        count = len(self.start)
        return self.pace.usual(np.arange(count)) if self.pace else np.zeros(count)

    def _judge(self, day: int, prior: Prior, today: Ints, people: Floats) -> None:
        self.pace = pace = self._pace(day, prior, self._baseline)
        old = np.searchsorted(self.start, day - self.rules.new_below_days + 1, side="right")
        _update(self.sure, self._odds(pace, today, people / prior.phi), self.rules)
        self.sure[old:] = self.rules.start
        self._note_onsets(day, pace)
        self._keep()

    def _pace(self, day: int, prior: Prior, baseline: Floats) -> Pace:
        longest = self.rules.baseline_to_days - self.rules.baseline_from_days + 1
        oldest = day - self.rules.baseline_to_days
        end = max(oldest + longest, self.seen.first)  # the day after the baseline
        begin = np.clip(np.arange(oldest, oldest + longest + 1), self.seen.first, end)
        rates = prior.beta + self.seen.over(begin, end - 1) / prior.phi
        grown = int(np.searchsorted(self.start, oldest, side="right"))
        missing = np.minimum(self.start[grown:] - oldest, longest)
        chance = float(self.seen.each[day - self.seen.first]) / prior.phi
        return Pace(baseline * (1.0 / prior.phi) + prior.alpha, rates, grown, missing, chance)

    def _odds(self, pace: Pace, today: Ints, people: Floats) -> Floats:
        """e^llr of the day for each account."""
        evidence = pace.shift(self.ratio)
        told = people * (evidence[today] + math.log(self.ratio))
        evidence *= pace.shape
        evidence[today] += told
        return np.exp(np.minimum(evidence, self.rules.most_evidence, out=evidence), out=evidence)

    def _note_onsets(self, day: int, pace: Pace) -> None:
        warm = self.sure >= self.rules.warming_from
        risen = np.flatnonzero(warm > self.warm)
        self.warm = warm
        if len(risen):
            self.onset[risen], self.onset_people[risen], self.onset_usual[risen] = day, 0, pace.usual(risen)

    def _keep(self) -> None:
        """On once we are sure enough, and until we are less sure than `over_below`."""
        likely = np.flatnonzero(self.sure >= self.rules.over_below)
        stays = likely[self.on[likely] | (self.sure[likely] >= self.rules.surging_from)]
        self.on.fill(False)
        self.on[stays] = True


def _update(sure: Floats, odds: Floats, rules: SurgeRules) -> None:
    """One step of the two-state filter, in place: `sure` moves to its next day and takes in the day's odds."""
    sure *= rules.stay - rules.start
    sure += rules.start
    odds *= sure
    sure -= 1.0  # so that odds - sure is p e^llr + 1 - p
    np.divide(odds, np.subtract(odds, sure, out=sure), out=sure)


@dataclass(frozen=True, slots=True)
class Signs:
    """What the name of an account's surge state hangs on, by account."""

    surging: Flags
    sure: Floats
    cooling: Flags
    usual_week: Floats  # usual person-days a week
    quiet_days: Ints  # since the last two-way touch, or since the history began
    history_days: Ints


def state(signs: Signs, rules: SurgeRules) -> Ints:
    """Positions in SURGES; the first that fits: New, Surging, Warming, Cooling, Silent, Steady."""
    cooling = signs.cooling & (signs.usual_week >= rules.cooling_from_week)
    cases = [
        (NEW, signs.history_days < rules.new_below_days),
        (SURGING, signs.surging),
        (WARMING, signs.sure >= rules.warming_from),
        (COOLING, cooling),
        (SILENT, signs.quiet_days >= rules.silent_after_days),
    ]
    return np.select([fits for _, fits in cases], [code for code, _ in cases], STEADY)
