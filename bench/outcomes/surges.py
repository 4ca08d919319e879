"""Are surges real? False alarms for the journeys found, over all thresholds and by how busy an account is."""

from dataclasses import dataclass

import numpy as np

from bench.outcomes.labels import WARM_UP_DAYS
from bench.outcomes.rankings import Seen
from connector.engine.days import Flags, Floats, Ints

OVER_BELOW = 0.5  # a surge is over when P falls below it; below half of the threshold where that is lower
STRATA = 3


@dataclass(frozen=True, slots=True)
class Found:
    """What a threshold finds, and what it costs. Counts of several worlds may be added up."""

    journeys: int  # buying journeys that lie in the judged days
    reached: int  # those during which the threshold was reached
    true: int  # onsets in a journey of either kind
    false: int  # onsets outside of journeys and opportunities
    weeks: float  # account-weeks outside of them

    def __add__(self, other: "Found") -> "Found":
        return Found(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))

    @property
    def recall(self) -> float:
        return self.reached / max(self.journeys, 1)

    @property
    def false_per_1000(self) -> float:
        """False alarms per 1,000 account-weeks."""
        return 1_000 * self.false / max(self.weeks, 1.0)

    @property
    def precision(self) -> float:
        """Share of the onsets that fall into a journey."""
        return self.true / max(self.true + self.false, 1)


def at_recall(seen: Seen, values: Floats, recall: float) -> Found:
    """At the threshold that finds this share of the journeys."""
    return at_threshold(seen, values, float(np.quantile(_peaks(seen, values), 1.0 - recall)))


def at_threshold(seen: Seen, values: Floats, threshold: float, accounts: Flags | None = None) -> Found:
    """`values` (accounts x days) against a threshold, among these accounts."""
    among = np.ones(len(values), np.bool_) if accounts is None else accounts
    began, quiet = onsets(values, threshold) & among[:, None], _quiet(seen) & among[:, None]
    judged = np.s_[:, WARM_UP_DAYS:]
    peaks = _peaks(seen, values, among)
    return Found(
        journeys=len(peaks),
        reached=int((peaks >= threshold).sum()),
        true=int((began & seen.outcomes.in_journey)[judged].sum()),
        false=int((began & quiet)[judged].sum()),
        weeks=float(quiet[judged].sum() / 7),
    )


def by_volume(seen: Seen, values: Floats, threshold: float) -> list[Found]:
    """The same for the quiet, the middling and the busy third of the accounts, by their minutes outside of journeys."""
    volume = (seen.minutes * _quiet(seen)).sum(axis=1)
    bounds = np.quantile(volume[volume > 0], [part / STRATA for part in range(1, STRATA)])
    stratum = np.where(volume > 0, np.digitize(volume, bounds), -1)
    return [at_threshold(seen, values, threshold, stratum == part) for part in range(STRATA)]


def onsets(values: Floats, threshold: float) -> Flags:
    """When each surge begins; the next one only begins after the last is over."""
    began = np.zeros(values.shape, np.bool_)
    on = np.zeros(len(values), np.bool_)
    for day in range(values.shape[1]):
        began[:, day] = ~on & (values[:, day] >= threshold)
        on = (on | began[:, day]) & (values[:, day] >= min(OVER_BELOW, threshold / 2))
    return began


def _quiet(seen: Seen) -> Flags:
    """Account-days on which a surge would be a false alarm."""
    quiet: Flags = ~seen.outcomes.in_journey & ~seen.outcomes.in_opportunity
    return quiet


def _peaks(seen: Seen, values: Floats, among: Flags | None = None) -> Floats:
    """The highest value in each buying journey that lies wholly in the judged days."""
    planted, last = seen.outcomes.journeys, values.shape[1]
    judged = planted.is_buying & (planted.start >= WARM_UP_DAYS) & (planted.end < last)
    rows: Ints = np.flatnonzero(judged if among is None else judged & among[planted.account])
    spans = zip(planted.account[rows], planted.start[rows], planted.end[rows], strict=True)
    return np.array([values[account, start : end + 1].max() for account, start, end in spans])


def over_four_weeks(seen: Seen) -> Floats:
    """The naive spike: minutes of the last week against the mean week of the four before."""
    total = np.cumsum(np.pad(seen.minutes, ((0, 0), (36, 0))), axis=1)
    week = total[:, 35 + 1 :] - total[:, 35 + 1 - 7 : -7]
    before = (total[:, 35 + 1 - 7 : -7] - total[:, 35 + 1 - 35 : -35]) / 4
    return week / (before + 5.0)
