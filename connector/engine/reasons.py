"""Why is the score what it is and what moved it: the sentences of many accounts, made from sql/reasons.sql."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import TypeVar

import numpy as np

from connector.engine import trend, words
from connector.engine.days import Floats, Ints, Texts
from connector.engine.people import people_since
from connector.engine.receipts import Movement
from connector.engine.replay import State
from connector.engine.snapshot import Lately
from connector.engine.stored import Column, Columns

WEEK = 7
REACH = 180  # days after which an activity has faded too far to be named
RISING = ("Surging", "Warming")
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class ReasonRows:
    """The rows of sql/reasons.sql, sorted by account, then minutes falling; kinds and seniorities by name."""

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
        columns = (self.kind, self.minutes, self.touches, self.people, self.senior)
        yield from _of_each(_each(words.reason, columns), self.account, accounts)

    def news(self, accounts: Ints) -> Iterator[Sequence[str]]:
        """What is new at each of the accounts, counted, the weightiest first."""
        new = np.flatnonzero(self.new_touches)
        new = new[np.lexsort((-self.new_minutes[new], self.account[new]))]
        said = _each(words.counted, (self.kind[new], self.new_touches[new]))
        yield from _of_each(said, self.account[new], accounts)

    def new_by_account(self, count: int) -> Floats:
        """What is left of the new minutes of each account."""
        minutes: Floats = np.bincount(self.account, self.new_minutes, count).astype(np.float64)
        return minutes


def fading(half_life_days: float) -> dict[str, Sequence[float]]:
    """The table work.fading: by age what is left of a minute."""
    return {"age": list(range(REACH + 1)), "now": [2.0 ** (-age / half_life_days) for age in range(REACH + 1)]}


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
