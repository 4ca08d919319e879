"""Why is the score what it is and what moved it? The sentences of many accounts, made of what is left of touches."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import TypeVar

import numpy as np

from connector.engine import trend, words
from connector.engine.days import Flags, Floats, Ints, Texts
from connector.engine.packing import heads, together
from connector.engine.people import people_since
from connector.engine.receipts import Movement
from connector.engine.replay import State
from connector.engine.snapshot import Lately
from connector.engine.stored import Column, Columns

WEEK = 7
REACH = 180  # days after which an activity has faded too far to be named
TOLD_APART = 6  # decimals of minutes; the last digits differ with the order in which they were added up
RISING = ("Surging", "Warming")
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Traces:
    """What is left of each touch (sql/traces.sql). Somebody whom the CRM does not name is one more person."""

    account: Ints
    kind: Ints
    person: Ints
    activity: Ints
    senior: Ints
    minutes: Floats  # faded to today
    is_shared: Flags  # by several people of the account
    is_new: Flags  # since we last looked


@dataclass(frozen=True, slots=True)
class ReasonRows:
    """What each kind of activity does for each account, the weightiest first; kinds and seniorities by name."""

    account: Ints
    kind: Texts
    senior: Texts
    minutes: Floats
    new_minutes: Floats
    touches: Ints
    new_touches: Ints
    people: Ints

    def of(self, accounts: Ints) -> Iterator[Sequence[words.Reason]]:
        """The reasons of each of the accounts, the weightiest first."""
        columns = [getattr(self, name).tolist() for name in words.Reason._fields]
        rows = list(map(words.Reason._make, zip(*columns, strict=True)))
        yield from _of_each(rows, self.account, accounts)

    def said(self, accounts: Ints) -> Iterator[Sequence[str]]:
        """The reasons of each of the accounts in words, the weightiest first."""
        whole = np.floor(self.minutes + 0.5).astype(np.int64)
        columns = (self.kind, whole, self.touches, self.people, self.senior)
        yield from _of_each(_each(words.reason, columns), self.account, accounts)

    def news(self, accounts: Ints) -> Iterator[Sequence[str]]:
        """What is new at each of the accounts, counted, the weightiest first."""
        new = np.flatnonzero(self.new_touches)
        new = new[np.lexsort((-np.round(self.new_minutes[new], TOLD_APART), self.account[new]))]
        said = _each(words.counted, (self.kind[new], self.new_touches[new]))
        yield from _of_each(said, self.account[new], accounts)

    def new_by_account(self, count: int) -> Floats:
        """What is left of the new minutes of each account."""
        minutes: Floats = np.bincount(self.account, self.new_minutes, count).astype(np.float64)
        return minutes


def fading(half_life_days: float) -> Floats:
    """What is left of a minute, by its age in days up to REACH."""
    faded: Floats = 2.0 ** (-np.arange(REACH + 1) / half_life_days)
    return faded


def reason_rows(traces: Traces, kinds: Texts, ranks: Texts) -> ReasonRows:
    """The touches by account and kind; kinds and ranks by number. An activity with several people is one touch."""
    order, people = together(traces.account, traces.kind, traces.person)
    account, kind, new = traces.account[order], traces.kind[order], traces.is_new[order]
    first, minutes = heads(account, kind), traces.minutes[order]
    again = _again(traces, _group_of(order, first))
    minutes_of_each = np.add.reduceat(minutes, first)
    rows = np.lexsort((kind[first], -np.round(minutes_of_each, TOLD_APART), account[first]))
    return ReasonRows(
        account=account[first][rows],
        kind=kinds[kind[first]][rows],
        senior=ranks[np.maximum.reduceat(traces.senior[order], first)][rows],
        minutes=minutes_of_each[rows],
        new_minutes=np.add.reduceat(minutes * new, first)[rows],
        touches=(np.diff(first, append=len(order)) - again[0])[rows],
        new_touches=(np.add.reduceat(new, first, dtype=np.int64) - again[1])[rows],
        people=np.diff(np.searchsorted(people, first), append=len(people))[rows],
    )


def _group_of(order: Ints, first: Ints) -> Ints:
    """The number of the group that each row belongs to."""
    group = np.empty(len(order), np.int64)
    group[order] = np.repeat(np.arange(len(first)), np.diff(first, append=len(order)))
    return group


def _again(traces: Traces, group: Ints) -> tuple[Ints, Ints]:
    """How many touches of each group only tell one more person of an activity: all of them, and the new ones."""
    shared, count = np.flatnonzero(traces.is_shared), int(group.max(initial=-1)) + 1
    keys = group[shared], traces.activity[shared], traces.is_new[shared].astype(np.int64)
    order, first = together(*keys)
    at, others = keys[0][order][first], np.diff(first, append=len(order)) - 1
    new = keys[2][order][first]
    return _counted(at, others, count), _counted(at, others * new, count)


def _counted(at: Ints, values: Ints, count: int) -> Ints:
    return np.bincount(at, values, count).astype(np.int64)


def why(state: State, columns: Columns, reasons: ReasonRows, lately: Lately, who: Ints) -> Column:
    """What makes the score of the accounts `who`; `columns` are those of the snapshot."""
    leads = _leads(state, columns, lately, who)
    engaged, usual = columns["engaged_minutes"][who].tolist(), columns["usual_minutes"][who].tolist()
    return _texts(list(map(words.why, engaged, usual, reasons.said(who), leads)))


def what_changed(moved: Movement, reasons: ReasonRows, who: Ints) -> Column:
    """What moved the minutes of the accounts `who`."""
    change, parts = moved.shown()
    changes = map(words.Change._make, np.vstack([change, parts])[:, who].astype(np.int64).T.tolist())
    return _texts(list(map(words.what_changed, changes, repeat(moved.since), reasons.news(who))))


def _leads(state: State, columns: Columns, lately: Lately, who: Ints) -> list[str]:
    """What comes before the minutes: the evidence of a surge, or how little there was lately."""
    people = people_since(lately.people, state.onset, state.day)
    recent = trend.window_minutes(lately.days, state.day, 2 * WEEK, len(state.engaged))
    return [_lead(account, columns["surge"][account], people, recent, (state, columns)) for account in who.tolist()]


def _lead(account: int, name: str, people: Ints, recent: Floats, known: tuple[State, Columns]) -> str:
    state, columns = known
    if name in RISING:
        evidence = float(state.onset_people[account]), int(people[account]), float(state.onset_usual[account])
        return words.rise_sentence(words.Rise(name, int(state.onset[account]), *evidence, float(state.sure[account])))
    if name == "Cooling":
        return words.cooling_sentence(float(recent[account]), float(columns["usual_week"][account]))
    return ""


def _texts(said: Sequence[str]) -> Column:
    column = np.empty(len(said), np.object_)
    column[:] = said
    return column


def _each(say: Callable[..., str], columns: Sequence[Column]) -> list[str]:
    """Every row in words."""
    return list(map(say, *(column.tolist() for column in columns)))


def _of_each(rows: Sequence[Row], owner: Ints, accounts: Ints) -> Iterator[Sequence[Row]]:
    """The rows of each of the accounts; `owner` is the account of each row, rising."""
    starts = np.searchsorted(owner, accounts, side="left").tolist()
    ends = np.searchsorted(owner, accounts, side="right").tolist()
    return (rows[start:end] for start, end in zip(starts, ends, strict=True))
