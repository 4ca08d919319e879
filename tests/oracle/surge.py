"""Is an account livelier or quieter than is usual for it? The filter, one account and day at a time."""

import math
from dataclasses import dataclass, field
from statistics import fmean, median, pvariance

TELLING = 10.0  # a day on which less is expected of the whole book says nothing about the source

PersonDays = dict[str, dict[int, int]]  # by account and day: people who count


@dataclass
class Account:
    """What one account was on one day after another."""

    start: int
    sure: dict[int, float] = field(default_factory=dict)
    cool: dict[int, float] = field(default_factory=dict)
    surging: dict[int, bool] = field(default_factory=dict)
    cooling: dict[int, bool] = field(default_factory=dict)
    usual: dict[int, float] = field(default_factory=dict)
    onset: int | None = None


@dataclass(frozen=True)
class Book:
    """What the days gave the whole book."""

    first: int
    last: int
    exposure: dict[int, float]
    silent: dict[int, bool]
    priors: dict[int, tuple[float, float, float]]  # alpha, beta, phi from a day on


def history_start(lived: list[int], created: int | None, first: int) -> int:
    """The day it was made or first did anything, not before the first day we look at."""
    born = first if created is None else created
    return max(first, min([born, *lived]))


def filtered(people: PersonDays, starts: dict[str, int], first: int, last: int, rules: dict) -> tuple[dict, Book]:
    """Every account on every day from `first` to `last`."""
    exposed, silent = exposure(people, first, last, rules)
    book = Book(first, last, exposed, silent, priors(people, starts, exposed, (first, last), rules))
    accounts = {row_id: Account(start) for row_id, start in starts.items()}
    for row_id, account in accounts.items():
        _walk(account, people.get(row_id, {}), book, rules)
    return accounts, book


def exposure(people: PersonDays, first: int, last: int, rules: dict) -> tuple[dict[int, float], dict[int, bool]]:
    """How much each day gave the whole book against what such a day gives, and whether the source was silent."""
    damping = rules["exposure_damping"]
    totals: list[float] = []
    each: dict[int, float] = {}
    silent: dict[int, bool] = {}
    quiet_days = 0
    for day in range(first, last + 1):
        today = float(sum(min(days.get(day, 0), 2) for days in people.values()))
        weekday = _weekday(_whole_weeks(totals, 52), damping)
        weeks = [sum(week) for week in _whole_weeks(totals, 8)]
        expected = weekday * (median(weeks) / 7 if weeks else today)
        each[day] = weekday * (today + damping) / (expected + damping)
        if expected >= TELLING:
            quiet_days = quiet_days + 1 if today < rules["source_silent_share"] * expected else 0
        silent[day] = quiet_days >= rules["source_silent_days"]
        totals.append(today)
    return each, silent


def _whole_weeks(totals: list[float], most: int) -> list[list[float]]:
    """The last weeks before a day; each begins on the weekday of that day."""
    weeks = []
    end = len(totals)
    while end >= 7 and len(weeks) < most:
        weeks.append(totals[end - 7 : end])
        end -= 7
    return weeks


def _weekday(weeks: list[list[float]], damping: float) -> float:
    same = sum(week[0] for week in weeks)
    return (same + damping) / (sum(map(sum, weeks)) / 7 + damping)


def priors(
    people: PersonDays, starts: dict[str, int], exposed: dict[int, float], span: tuple[int, int], rules: dict
) -> dict[int, tuple[float, float, float]]:
    """The book measured as early as it tells something, then on every day that divides by 91."""
    earliest = span[0] + rules["prior_to_days"] + 28
    days = [d for d in range(earliest, span[1] + 1) if d == earliest or d % rules["prior_every_days"] == 0]
    found = {day: _measured(people, starts, exposed, day, rules) for day in days}
    return {day: prior for day, prior in found.items() if prior}


def _measured(
    people: PersonDays, starts: dict[str, int], exposed: dict[int, float], day: int, rules: dict
) -> tuple[float, float, float] | None:
    begin = max(day - rules["prior_from_days"], min(exposed))
    end = day - rules["prior_to_days"] - 1
    since = {row_id: max(start, begin) for row_id, start in starts.items() if end - max(start, begin) + 1 >= 28}
    lived = {row_id: {d: x for d, x in people.get(row_id, {}).items() if begin <= d <= end} for row_id in since}
    if not any(sum(days.values()) for days in lived.values()):
        return None
    seen = {row_id: math.fsum(exposed[d] for d in range(since[row_id], end + 1)) for row_id in since}
    paces = {row_id: sum(lived[row_id].values()) / seen[row_id] for row_id in since}
    mean = fmean(paces.values())
    by_chance = mean * fmean(1 / one for one in seen.values())
    spread = max(pvariance(paces.values()) - by_chance, 0.05 * mean**2)
    phi = _dispersion(
        {row_id: (since[row_id], lived[row_id], pace) for row_id, pace in paces.items() if pace > 0}, exposed, end
    )
    return mean**2 / spread, mean / spread, min(max(phi, 1.0), rules["most_dispersion"])


def _dispersion(active: dict[str, tuple[int, dict[int, int], float]], exposed: dict[int, float], end: int) -> float:
    """How much weeks vary more than chance: chi square over its degrees of freedom."""
    chi, freedom = 0.0, 0
    for since, lived, pace in active.values():
        weeks = 0
        last = end
        while last >= since:
            days = range(max(last - 6, since), last + 1)
            expected = pace * math.fsum(exposed[d] for d in days)
            chi += (sum(lived.get(d, 0) for d in days) - expected) ** 2 / expected
            last -= 7
            weeks += 1
        freedom += weeks - 1
    return chi / max(freedom, 1)


def _walk(account: Account, lived: dict[int, int], book: Book, rules: dict) -> None:
    sure = cool = rules["start"]
    surging = cooling = False
    usual = 0.0
    for day in range(book.first, book.last + 1):
        measured = [when for when in book.priors if when <= day]
        if measured and not book.silent[day]:
            alpha, beta, phi = book.priors[max(measured)]
            shape, rate = _baseline(account.start, lived, book, day, (alpha, beta, phi), rules)
            now, chance = lived.get(day, 0) / phi, book.exposure[day] / phi
            was_sure = sure
            sure = _step(sure, _llr(now, shape, rate, chance, rules["ratio"]), rules)
            cool = _step(cool, _llr(now, shape, rate, chance, rules["cooling_ratio"]), rules)
            if day - account.start + 1 < rules["new_below_days"]:
                sure = cool = rules["start"]
            if sure >= rules["warming_from"] > was_sure:
                account.onset = day
            surging = sure >= rules["surging_from"] or (surging and sure >= rules["over_below"])
            cooling = cool >= rules["surging_from"] or (cooling and cool >= rules["over_below"])
            usual = shape / rate
        account.sure[day], account.cool[day], account.usual[day] = sure, cool, usual
        account.surging[day], account.cooling[day] = surging, cooling


def _baseline(
    start: int, lived: dict[int, int], book: Book, day: int, prior: tuple[float, float, float], rules: dict
) -> tuple[float, float]:
    """A and B: the book's prior and the account's own days t-112 to t-29, as far as it had begun."""
    alpha, beta, phi = prior
    days = range(max(day - rules["baseline_to_days"], start), day - rules["baseline_from_days"] + 1)
    return alpha + sum(lived.get(d, 0) for d in days) / phi, beta + math.fsum(book.exposure[d] for d in days) / phi


def _llr(x: float, shape: float, rate: float, chance: float, ratio: float) -> float:
    """How much better a pace `ratio` times the usual explains the day, by two negative binomials."""
    return _lnb(x, shape, rate / (rate + ratio * chance)) - _lnb(x, shape, rate / (rate + chance))


def _lnb(x: float, shape: float, p: float) -> float:
    return math.lgamma(x + shape) - math.lgamma(shape) - math.lgamma(x + 1) + shape * math.log(p) + x * math.log1p(-p)


def _step(before: float, llr: float, rules: dict) -> float:
    p = rules["stay"] * before + rules["start"] * (1 - before)
    odds = math.exp(min(llr, rules["most_evidence"]))
    return p * odds / (p * odds + 1 - p)


def state_name(account: Account, day: int, last_two_way: int | None, rules: dict) -> str:
    """The first of New, Surging, Warming, Cooling, Silent, Steady that fits."""
    quiet = day - max(last_two_way or 0, account.start - 1)  # the day before the history began counts as heard
    cases = [
        ("New", day - account.start + 1 < rules["new_below_days"]),
        ("Surging", account.surging[day]),
        ("Warming", account.sure[day] >= rules["warming_from"]),
        ("Cooling", account.cooling[day] and 7 * account.usual[day] >= rules["cooling_from_week"]),
        ("Silent", quiet >= rules["silent_after_days"]),
    ]
    return next((name for name, holds in cases if holds), "Steady")
