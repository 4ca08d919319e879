"""How much did a day give the whole book, against what such a day usually gives?

T         person-days of the book on a day, at most 2 of one account
w         weekday factor: T on this weekday over the whole weeks before (at most 52), against a seventh of all those
          weeks, both damped: w = (same + damping) / (all / 7 + damping), so its mean over a week is 1
expected  w * median(T of the last 8 whole weeks) / 7; a median, so that no holiday, launch or outage moves it
e         exposure: w * (T + damping) / (expected + damping); before the first whole week it is 1

Only the day itself and the days before it are looked at. A holiday or an outage lowers e and a launch raises it, so an
account is compared with what the day gave everybody.
"""

from dataclasses import dataclass

import numpy as np

from connector.engine.days import AccountDays, Flags, Floats, Ints, Span
from connector.engine.rules import SurgeRules

WEEK = 7
MOST_OF_ONE = 2  # person-days of one account in the total: one big event is not the whole book
WEEKDAY_WEEKS = 52
LEVEL_WEEKS = 8
TELLING = 10.0  # expected person-days below which an empty day says nothing about the source


@dataclass(frozen=True, slots=True)
class Exposure:
    """By day from `first`: the exposure e, and whether the source has gone silent."""

    first: int
    each: Floats
    until: Floats  # sum of `each` before a day; one longer
    silent: Flags  # surges and MQAs are held on these days

    def over(self, since: Ints, to: int) -> Floats:
        """Sum of the exposure from each of the days `since` to the day `to`, both included."""
        gone: Floats = self.until[np.minimum(since, to + 1) - self.first]
        here: float = self.until[to - self.first + 1]
        return here - gone


def exposure(days: AccountDays, span: Span, rules: SurgeRules) -> Exposure:
    """The exposure of every day of the span."""
    totals = book_totals(days, span)
    weekday = np.array([_weekday(totals[:day], rules.exposure_damping) for day in range(len(totals))])
    expected = np.array([_level(totals[:day], total) for day, total in enumerate(totals)]) * weekday
    each = weekday * (totals + rules.exposure_damping) / (expected + rules.exposure_damping)
    return Exposure(span.first, each, np.concatenate([[0.0], np.cumsum(each)]), _silent(totals, expected, rules))


def book_totals(days: AccountDays, span: Span) -> Floats:
    """T of every day of the span."""
    rows = days.between(span.first, span.last)
    return np.bincount(rows.day - span.first, np.minimum(rows.people, MOST_OF_ONE), len(span)).astype(np.float64)


def _whole_weeks(before: Floats, most: int) -> Floats:
    """The last whole weeks, one a row; each begins on the weekday of the day after `before`."""
    weeks = min(most, len(before) // WEEK)
    return before[len(before) - weeks * WEEK :].reshape(weeks, WEEK)


def _weekday(before: Floats, damping: float) -> float:
    """What the weekday after `before` usually has against a mean day."""
    weeks = _whole_weeks(before, WEEKDAY_WEEKS)
    return float((weeks[:, 0].sum() + damping) / (weeks.sum() / WEEK + damping))


def _level(before: Floats, today: float) -> float:
    """Person-days of a mean day in the weeks before; before the first whole week, what today has."""
    weeks = _whole_weeks(before, LEVEL_WEEKS)
    return float(np.median(weeks.sum(axis=1))) / WEEK if len(weeks) else today


def _silent(totals: Floats, expected: Floats, rules: SurgeRules) -> Flags:
    """Days on which the source has been quiet for long enough; days on which little is expected do not tell."""
    silent = np.zeros(len(totals), dtype=np.bool_)
    run = 0
    for day, (total, usual) in enumerate(zip(totals, expected, strict=True)):
        if usual >= TELLING:
            run = run + 1 if total < rules.source_silent_share * usual else 0
        silent[day] = run >= rules.source_silent_days
    return silent
