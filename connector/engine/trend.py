"""Is engagement going up or down: this window of plain minutes against the one before it?

Windows hold whole local days and end with the day asked for: 30 days are ages 0 to 29. Minutes here do not fade.
"""

import math
from datetime import date, timedelta

import numpy as np

from connector.engine.counts import number_of
from connector.engine.days import AccountDays, Floats, Texts, minutes_between

EPOCH = date(1970, 1, 1)
WEEK = 7
WEEKS = 12
NOTHING = "▁"
LEVELS = "▂▃▄▅▆▇█"


def window_minutes(days: AccountDays, as_of: int, length: int, count: int, *, back: int = 0) -> Floats:
    """Minutes of each account in the `length` days that end `back` days before `as_of`."""
    last = as_of - back
    return minutes_between(days, last - length + 1, last, count)


def change_percent(now: Floats, before: Floats) -> Floats:
    """By how many percent `now` is above `before`; NaN when there was nothing to compare with."""
    percent: Floats = np.divide(100.0 * (now - before), before, out=np.full(len(now), np.nan), where=before > 0)
    return percent


def quarter_start(as_of: int) -> int:
    """The first day of the calendar quarter that `as_of` lies in."""
    today = EPOCH + timedelta(days=as_of)
    return (today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1) - EPOCH).days


def quarter_minutes(days: AccountDays, as_of: int, count: int) -> tuple[Floats, Floats]:
    """Minutes of each account in this quarter so far, and in the whole quarter before it."""
    begin = quarter_start(as_of)
    before = minutes_between(days, quarter_start(begin - 1), begin - 1, count)
    return minutes_between(days, begin, as_of, count), before


def quarter_sentence(now: float, before: float) -> str:
    """The quarter in words: 4,289 minutes this quarter, up 122 % from 1,932."""
    minutes = f"{number_of(rounded(now), 'minute')} this quarter"
    if before <= 0:
        return f"{minutes}; none in the quarter before."
    percent = rounded(100.0 * (now - before) / before)
    word = "up" if percent > 0 else "down"
    return f"{minutes}, {f'{word} {abs(percent):,} %' if percent else 'unchanged'} from {rounded(before):,}."


def rounded(value: float) -> int:
    """The whole number as it is shown: halves go up, everywhere."""
    return math.floor(value + 0.5)


def weekly_minutes(days: AccountDays, as_of: int, count: int) -> Floats:
    """Minutes of each account (rows) in the last twelve weeks, oldest first; the last ends with `as_of`."""
    rows = days.between(as_of - WEEKS * WEEK + 1, as_of)
    week = WEEKS - 1 - (as_of - rows.day) // WEEK
    cells = rows.account.astype(np.int64) * WEEKS + week
    return np.bincount(cells, rows.minutes, count * WEEKS).reshape(count, WEEKS).astype(np.float64)


def sparklines(weekly: Floats) -> Texts:
    """Twelve blocks for each account, its busiest week the highest; None without any minutes. No sign is a blank."""
    most = weekly.max(axis=1, initial=0.0)
    share = np.divide(weekly, most[:, None], out=np.zeros_like(weekly), where=most[:, None] > 0)
    heights = np.ceil(share * len(LEVELS)).astype(np.int64)
    signs = np.array([NOTHING, *LEVELS])[heights]
    lines = np.full(len(weekly), None, dtype=np.object_)
    active = most > 0
    lines[active] = np.ascontiguousarray(signs[active]).view(f"<U{WEEKS}").ravel()
    return lines
