"""What do we believe of every account on a day, after walking there one day at a time?

Exposure and prior look at the whole book once. Then blocks of accounts are walked over the days, one vector step a
day: minutes fade and add up, the surge filters move, the MQA memory decides. The same walk is the daily run (one day is
asked for) and the backfill (many are): nothing here knows which it is.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from operator import itemgetter
from typing import Any, TypeVar

import numpy as np

from connector.engine.days import (
    NEVER,
    AccountDays,
    Accounts,
    Flags,
    Floats,
    Ints,
    Moves,
    Opportunities,
    PersonDays,
    Running,
    Span,
    by_day,
    check_sorted,
    history_start,
)
from connector.engine.exposure import WEEK, Exposure, exposure
from connector.engine.mqa import Evidence, Memory, blank
from connector.engine.people import breadth
from connector.engine.prior import Prior, priors
from connector.engine.rules import Rules
from connector.engine.surge import Watch

BLOCK = 16384  # accounts walked together; their arrays fit into a core's cache
FOUR_WEEKS = 28
NOBODY = PersonDays(*(np.empty(0, np.int64) for _ in range(3)))


@dataclass(frozen=True, slots=True)
class History:
    """All that happened: account-days, opportunities, and person-days (read by the gate `mqa.people` only)."""

    days: AccountDays
    opportunities: Opportunities
    people: PersonDays

    def of(self, accounts: slice) -> "History":
        """What happened to a stretch of accounts, numbered from 0."""
        return History(self.days.of(accounts), self.opportunities.of(accounts), self.people.of(accounts))


@dataclass(frozen=True, slots=True)
class State:
    """What we believe at the end of `day` of the accounts from number `start` on; what never happened is NEVER."""

    day: int
    start: int
    held: bool  # the source was silent on this day
    history_days: Ints
    engaged: Floats  # E
    sure: Floats  # P of a surge
    surging: Flags
    cooling: Flags
    usual: Floats  # usual person-days by exposure, which is about one day
    exposed: float  # exposure of the last four weeks
    onset: Ints  # the day P last rose
    onset_people: Floats  # person-days since then
    onset_usual: Floats  # what was usual then, for as long
    last_two_way: Ints
    last_act_now: Ints
    last_wanted: Ints  # when somebody with the role that an MQA asks for was last active
    open_opportunity: Flags
    memory: Memory


Part = TypeVar("Part", State, Memory)


def replay(
    history: History, accounts: Accounts, span: Span, rules: Rules, *, record: Collection[int] = ()
) -> Iterator[State]:
    """One state per block of accounts for each day in `record` and for the last day; blocks in order, days in order."""
    check_sorted(history.days)
    days = history.days.between(span.first, span.last)
    start = history_start(days, accounts.created, span)
    seen = exposure(days, span, rules.surge)
    known = replace(history, days=days, people=history.people if rules.mqa.people else NOBODY)
    book = _Book(span, seen, _by_day(priors(days, start, seen, span, rules.surge), span), rules)
    for first in range(0, max(len(accounts), 1), BLOCK):  # of no account there is one empty state
        block = slice(first, min(first + BLOCK, len(accounts)))
        walk = _Walk(known.of(block), start[block], accounts.enter_minutes[block], book)
        walk.watch_coolings(is_any_day=bool(record))
        for day in span:
            walk.step(day)
            if day == span.last or day in record:
                yield walk.state(day, first)


def joined(states: Sequence[State]) -> State:
    """The states of all blocks on one day as one."""
    return replace(_concatenated(states), memory=_concatenated([state.memory for state in states]))


@dataclass(frozen=True, slots=True)
class _Book:
    """What the whole book says about each day of the span."""

    span: Span
    seen: Exposure
    priors: list[Prior | None]
    rules: Rules

    def held(self, day: int) -> bool:
        """Whether the source was silent on the day."""
        return bool(self.seen.silent[day - self.span.first])

    def last_judged(self) -> tuple[int, Prior | None]:
        """The last day on which a pace was judged, and by which prior; None if there was no such day."""
        judged = ((day, prior) for day, prior in zip(self.span, self.priors, strict=True) if not self.held(day))
        return max(((day, prior) for day, prior in judged if prior), default=(self.span.last, None), key=itemgetter(0))


class _Walk:
    """A block of accounts on its way through the days, in the order in which their histories begin."""

    def __init__(self, history: History, start: Ints, enter_minutes: Floats, book: _Book) -> None:
        count, order = len(start), np.argsort(start, kind="stable")
        self.book, self.start, self.enter_minutes = book, start[order], enter_minutes[order]
        self.number = np.empty_like(order)  # of each account on this walk
        self.number[order] = np.arange(count)
        self.days = by_day(history.days, self.number, book.span)
        self.surge = Watch(self.start, book.seen, book.rules.surge, book.rules.surge.ratio)
        self.memory = blank(count)
        self.engaged = np.zeros(count)
        self.last_two_way, self.last_act_now, self.last_wanted = (np.full(count, NEVER) for _ in range(3))
        self.open = _open_opportunities(history.opportunities, book.span, self.number)
        self.breadth = breadth(history.people, book.span, self.number)

    def watch_coolings(self, *, is_any_day: bool) -> None:
        """Watch those who may be said to cool: anybody on any day, or those whose pace at the end is one that cools."""
        rules = self.book.rules.surge
        self.might = np.flatnonzero(is_any_day | (self._last_usual() * WEEK >= rules.cooling_from_week))
        self.cooling = Watch(self.start[self.might], self.book.seen, rules, rules.cooling_ratio)
        self.their_days = self.days.of(self.might, len(self.start))

    def _last_usual(self) -> Floats:
        """The usual pace of each account at the end of the span; 0 where nothing is known."""
        day, prior = self.book.last_judged()
        return self.surge.usual_on(day, prior, self.days) if prior else np.zeros(len(self.start))

    def step(self, day: int) -> None:
        """Takes one day in, which follows the day before."""
        rules, days, rows = self.book.rules, self.days, self.days.on(day)
        today = days.account[rows]
        self.engaged *= 2.0 ** (-1.0 / rules.decay.half_life_days)
        self.engaged[today] += days.minutes[rows]
        self.last_two_way[today[days.two_way[rows]]] = day
        self.last_act_now[today[days.act_now[rows]]] = day
        self.last_wanted[today[days.wanted[rows]]] = day
        prior = self.book.priors[day - self.book.span.first]
        self.surge.step(day, prior, days)
        self.cooling.step(day, prior, self.their_days)
        self.open.step(day)
        self.breadth.step(day)
        self.memory.step(self._evidence(day), rules.mqa)

    def _evidence(self, day: int) -> Evidence:
        return Evidence(
            day=day,
            held=self.book.held(day),
            engaged=self.engaged,
            enter_minutes=self.enter_minutes,
            sure=self.surge.sure,
            act_now=self.last_act_now,
            wanted=self.last_wanted,
            people=self.breadth.now,
            open_opportunities=self.open.now,
        )

    def state(self, day: int, first_account: int) -> State:
        """A copy of what is believed now."""
        seen, first, watch = self.book.seen, self.book.span.first, self.surge
        number, cooling = self.number, np.zeros(len(self.start), np.bool_)
        cooling[self.might] = self.cooling.on
        return State(
            day=day,
            start=first_account,
            held=self.book.held(day),
            exposed=seen.over(np.array([max(day - FOUR_WEEKS + 1, first)]), day).item(),
            history_days=np.maximum(day - self.start + 1, 0)[number],
            engaged=self.engaged[number],
            sure=watch.sure[number],
            surging=watch.on[number],
            cooling=cooling[number],
            usual=watch.usual()[number],
            onset=watch.onset[number],
            onset_people=watch.onset_people[number],
            onset_usual=(watch.onset_usual * seen.over(np.maximum(watch.onset, first), day))[number],
            last_two_way=self.last_two_way[number],
            last_act_now=self.last_act_now[number],
            last_wanted=self.last_wanted[number],
            open_opportunity=self.open.now[number] > 0,
            memory=self.memory.of(number),
        )


def _open_opportunities(known: Opportunities, span: Span, number: Ints) -> Running:
    """How many opportunities of each account are open. One is open on the day it was created, even if closed on it."""
    account = number[np.concatenate([known.account, known.account])]
    day = np.concatenate([known.opened, np.maximum(known.closed, known.opened + 1)])
    return Running(Moves(account, day, np.repeat([1.0, -1.0], len(known.account))), span, len(number))


def _by_day(measured: Sequence[Prior], span: Span) -> list[Prior | None]:
    """The prior that holds on each day of the span; none before the first."""
    at = np.searchsorted([prior.day for prior in measured], np.arange(span.first, span.last + 1), side="right")
    return [measured[i - 1] if i else None for i in at]


def _concatenated(parts: Sequence[Part]) -> Part:
    """Arrays end to end; single values of the first part."""
    names = [field.name for field in fields(parts[0]) if isinstance(getattr(parts[0], field.name), np.ndarray)]
    arrays: dict[str, Any] = {  # the names are those of the arrays, which the type of `replace` cannot say
        name: np.concatenate([getattr(part, name) for part in parts]) for name in names
    }
    return replace(parts[0], **arrays)
