"""Why is the score what it is and what moved it: the sentences of many accounts, made from sql/reasons.sql."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from connector.engine import trend, words
from connector.engine.days import Floats, Ints, Texts
from connector.engine.people import people_since
from connector.engine.replay import State
from connector.engine.snapshot import Lately
from connector.engine.stored import Column, Columns

WEEK = 7
REACH = 180  # days after which an activity has faded too far to be named
RISING = ("Surging", "Warming")


@dataclass(frozen=True, slots=True)
class ReasonRows:
    """The rows of sql/reasons.sql, sorted by account, then minutes falling; kinds and seniorities by name."""

    account: Ints
    kind: Texts
    senior: Texts
    minutes: Floats
    new_minutes: Floats
    minutes_week_ago: Floats
    touches: Ints
    new_touches: Ints
    people: Ints

    def of(self, accounts: Ints) -> Iterator[list[words.Reason]]:
        """The reasons of each of the accounts, the weightiest first."""
        columns = [getattr(self, name).tolist() for name in words.Reason._fields]
        starts = np.searchsorted(self.account, accounts, side="left").tolist()
        ends = np.searchsorted(self.account, accounts, side="right").tolist()
        for start, end in zip(starts, ends, strict=True):
            yield [words.Reason(*row) for row in zip(*(column[start:end] for column in columns), strict=True)]


def fading(half_life_days: float) -> dict[str, Sequence[float]]:
    """The table work.fading: by age what is left of a minute now and what was a week ago, and whether it came since."""
    ages = range(REACH + 1)
    return {
        "age": list(ages),
        "now": [2.0 ** (-age / half_life_days) for age in ages],
        "week_ago": [2.0 ** (-(age - WEEK) / half_life_days) if age >= WEEK else 0.0 for age in ages],
        "is_new": [age < WEEK for age in ages],
    }


def sentences(state: State, columns: Columns, rows: ReasonRows, lately: Lately, who: Ints) -> dict[str, Column]:
    """`why` and `what_changed` of the accounts `who`, in their order; `columns` are those of the snapshot."""
    found = list(rows.of(who))
    leads = _leads(state, columns, lately, who)
    engaged, usual = columns["engaged_minutes"][who].tolist(), columns["usual_minutes"][who].tolist()
    since = state.day - WEEK
    return {
        "why": _texts([words.why(*each) for each in zip(engaged, usual, found, leads, strict=True)]),
        "what_changed": _texts([_moved(reasons, since) for reasons in found]),
    }


def _moved(reasons: Sequence[words.Reason], since: int) -> str:
    now, before = sum(reason.minutes for reason in reasons), sum(reason.minutes_week_ago for reason in reasons)
    return words.what_changed(now, before, since, reasons)


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
