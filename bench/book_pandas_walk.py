"""What does the walk over the days say of one account? Pandas has no form for memory, so this is a loop."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from connector.engine.days import NEVER, AccountDays, Ints, Span
from connector.engine.exposure import exposure
from connector.engine.prior import Prior, priors
from connector.engine.rules import Rules


@dataclass(frozen=True, slots=True)
class Book:
    """What the whole book says of its days. It is the engine's own, which pandas is given for nothing."""

    span: Span
    each: Sequence[float]  # exposure, by day from the first; lists, which a loop reads faster than arrays
    until: Sequence[float]
    silent: Sequence[bool]
    priors: Sequence[Prior]
    rules: Rules


def book_of(days: pd.DataFrame, start: Ints, span: Span, rules: Rules) -> Book:
    """Look at all account-days once."""
    names = ("account_no", "day", "minutes", "people", "two_way", "act_now", "wanted")
    rows = AccountDays(*(days.assign(wanted=False)[name].to_numpy() for name in names))
    seen = exposure(rows, span, rules.surge)
    measured = priors(rows, start, seen, span, rules.surge)
    return Book(span, seen.each.tolist(), seen.until.tolist(), seen.silent.tolist(), measured, rules)


@dataclass(slots=True)
class Filter:
    """A two-state filter that asks whether the pace is another one."""

    ratio: float
    sure: float
    on: bool = False

    def step(self, told: tuple[float, float, float, float], rules: Rules, *, is_new: bool) -> None:
        """One day: shape, rate, chance and person-days."""
        shape, rate, chance, people = told
        surge = rules.surge
        llr = (shape + people) * math.log((rate + chance) / (rate + self.ratio * chance))
        odds = math.exp(min(llr + people * math.log(self.ratio), surge.most_evidence))
        sure = surge.stay * self.sure + surge.start * (1 - self.sure)
        self.sure = surge.start if is_new else sure * odds / (sure * odds + 1 - sure)
        self.on = self.sure >= surge.surging_from or (self.on and self.sure >= surge.over_below)


@dataclass(slots=True)
class Walk:
    """An account on its way through the days."""

    start: int
    rise: Filter
    fall: Filter
    engaged: float = 0.0
    usual: float = 0.0
    baseline: int = 0
    onset: int = NEVER
    onset_people: int = 0
    onset_usual: float = 0.0
    act_now: int = NEVER
    mqa: bool = False
    came: int = NEVER
    left: int = NEVER


def walk(days: pd.DataFrame, start: int, deals: Sequence[tuple[int, int]], book: Book) -> Walk:
    """The account after the last day of the span."""
    rules, span = book.rules, book.span
    rows = {row[0]: row[1:] for row in days[["day", "minutes", "people", "act_now"]].itertuples(index=False)}
    rise, fall = (Filter(ratio, rules.surge.start) for ratio in (rules.surge.ratio, rules.surge.cooling_ratio))
    account = Walk(start, rise, fall)
    keep, nothing, measured = 0.5 ** (1 / rules.decay.half_life_days), (0.0, 0, False), iter([*book.priors, None])
    prior, following = None, next(measured)
    for day in span:
        minutes, people, acts = rows.get(day, nothing)
        account.engaged = account.engaged * keep + minutes
        account.act_now = day if acts else account.act_now
        account.baseline += rows.get(day - rules.surge.baseline_from_days, nothing)[1]
        account.baseline -= rows.get(day - rules.surge.baseline_to_days - 1, nothing)[1]
        if following and following.day == day:
            prior, following = following, next(measured)
        held = book.silent[day - span.first]
        if prior and not held:
            judge(account, day, people, prior, book)
        account.onset_people += people
        is_open = bool(deals) and any(opened <= day < closed for opened, closed in deals)
        qualify(account, day, rules, is_open=is_open, held=held)
    return account


def judge(account: Walk, day: int, people: int, prior: Prior, book: Book) -> None:
    """One step of both filters."""
    rules, first, warm = book.rules.surge, book.span.first, account.rise.sure >= book.rules.surge.warming_from
    until = max(day - rules.baseline_from_days + 1, first)
    since = min(max(day - rules.baseline_to_days, account.start, first), until)
    shape = prior.alpha + account.baseline / prior.phi
    rate = prior.beta + (book.until[until - first] - book.until[since - first]) / prior.phi
    told = shape, rate, book.each[day - first] / prior.phi, people / prior.phi
    for each in (account.rise, account.fall):
        each.step(told, book.rules, is_new=day - account.start + 1 < rules.new_below_days)
    account.usual = shape / rate
    if account.rise.sure >= rules.warming_from and not warm:
        account.onset, account.onset_people, account.onset_usual = day, 0, account.usual


def qualify(account: Walk, day: int, rules: Rules, *, is_open: bool, held: bool) -> None:
    """The memory of an MQA: leaves or enters, never both on one day."""
    mqa = rules.mqa
    if account.mqa:
        faded = account.engaged < mqa.leave_share * mqa.enter_minutes - 1e-9 and day - account.came >= mqa.least_days
        if is_open or (faded and not held):
            account.mqa, account.left = False, day
    elif account.engaged >= mqa.enter_minutes - 1e-9 and not held and not is_open:
        acted = account.act_now != NEVER and account.act_now > day - mqa.act_now_days
        rested = account.left == NEVER or day - account.left > mqa.rest_days
        if rested and (acted or account.rise.sure >= mqa.enter_surge):
            account.mqa, account.came = True, day


def surge_name(account: Walk, last_two_way: int, day: int, rules: Rules) -> str:
    """The first that fits."""
    surge, history = rules.surge, max(day - account.start + 1, 0)
    cases = {
        "New": history < surge.new_below_days,
        "Surging": account.rise.on,
        "Warming": account.rise.sure >= surge.warming_from,
        "Cooling": account.fall.on and 7 * account.usual >= surge.cooling_from_week,
        "Silent": day - max(last_two_way, day - history) >= surge.silent_after_days,
    }
    return next((name for name, fits in cases.items() if fits), "Steady")
