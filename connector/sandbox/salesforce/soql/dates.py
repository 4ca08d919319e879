"""Which days does a SOQL date word cover, seen from today?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from connector.sandbox.salesforce.soql.tree import DateWord

Span = tuple[date, date]  # first day, and the first day after

UNIT_MONTHS = {"MONTH": 1, "QUARTER": 3, "YEAR": 12}


def week_start(day: date) -> date:
    """The first day of the week: Sunday, as in an org with the English (United States) locale."""
    return day - timedelta(days=(day.weekday() + 1) % 7)


def month_start(day: date, months: int = 0) -> date:
    """The first of the month that lies `months` from the one of `day`."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def unit_start(unit: str, day: date, steps: int) -> date:
    """The first day of the unit `steps` away from the one that holds `day`."""
    if unit == "DAY":
        return day + timedelta(days=steps)
    if unit == "WEEK":
        return week_start(day) + timedelta(weeks=steps)
    months = UNIT_MONTHS[unit]
    into = {1: 0, 3: (day.month - 1) % 3, 12: day.month - 1}[months]
    return month_start(day, steps * months - into)


def _single(unit: str, steps: int) -> Callable[[date, int], Span]:
    return lambda today, _: (unit_start(unit, today, steps), unit_start(unit, today, steps + 1))


def _past(unit: str) -> Callable[[date, int], Span]:
    """The last n whole units; for days today comes on top: n + 1 days, as the SOQL reference has it."""
    end = 1 if unit == "DAY" else 0
    return lambda today, count: (unit_start(unit, today, -count), unit_start(unit, today, end))


def _coming(unit: str) -> Callable[[date, int], Span]:
    return lambda today, count: (unit_start(unit, today, 1), unit_start(unit, today, count + 1))


def _ago(unit: str) -> Callable[[date, int], Span]:
    return lambda today, count: (unit_start(unit, today, -count), unit_start(unit, today, 1 - count))


UNITS = ("DAY", "WEEK", "MONTH", "QUARTER", "YEAR")
STEPS = {"LAST": -1, "THIS": 0, "NEXT": 1}
PLAIN: dict[str, Callable[[date, int], Span]] = {
    "YESTERDAY": _single("DAY", -1),
    "TODAY": _single("DAY", 0),
    "TOMORROW": _single("DAY", 1),
    "LAST_90_DAYS": lambda today, _: _past("DAY")(today, 90),
    "NEXT_90_DAYS": lambda today, _: _coming("DAY")(today, 90),
} | {f"{word}_{unit}": _single(unit, steps) for word, steps in STEPS.items() for unit in UNITS[1:]}
COUNTED: dict[str, Callable[[date, int], Span]] = (
    {f"LAST_N_{unit}S": _past(unit) for unit in UNITS}
    | {f"NEXT_N_{unit}S": _coming(unit) for unit in UNITS}
    | {f"N_{unit}S_AGO": _ago(unit) for unit in UNITS}
)


def known(word: DateWord) -> bool:
    """Whether the word names a span, with a count where it needs one."""
    return word.name in PLAIN or (word.name in COUNTED and word.count > 0)


def span(word: DateWord, today: date) -> Span:
    """The days the word covers: the first, and the first after."""
    return (PLAIN.get(word.name) or COUNTED[word.name])(today, word.count)


def moment_span(word: DateWord, today: date, zone: str) -> tuple[datetime, datetime]:
    """The same span as moments in UTC, cut at midnight of the user's time zone."""
    first, after = span(word, today)
    return midnight(first, zone), midnight(after, zone)


def midnight(day: date, zone: str) -> datetime:
    """The moment in UTC at which the day begins in the zone."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
