"""How many different people of an account were active: in a window, since a day, on each day of a replay."""

import numpy as np

from connector.engine.days import Flags, Ints, Moves, PersonDays, Running, Span

WINDOW_DAYS = 90


def people_since(people: PersonDays, since: Ints, as_of: int) -> Ints:
    """Different people of each account on the days from its own `since` to `as_of`, both included."""
    known = people.day <= as_of
    account, person, day = people.account[known], people.person[known], people.day[known]
    newest = _last_of_each(account, person)
    recent = newest & (day >= since[account])
    return np.bincount(account[recent], minlength=len(since))


def _last_of_each(account: Ints, person: Ints) -> Flags:
    """The last row of each account and person."""
    last = np.ones(len(account), np.bool_)
    last[:-1] = (account[1:] != account[:-1]) | (person[1:] != person[:-1])
    return last


def breadth(people: PersonDays, span: Span, number: Ints) -> Running:
    """How many different people of each account were active in the last 90 days, on each day of the span.

    `number` is what each account is called in the block.
    """
    until = people.day + WINDOW_DAYS
    goes_on = ~_last_of_each(people.account, people.person)[:-1]
    until[:-1][goes_on] = np.minimum(until[:-1], people.day[1:])[goes_on]
    came, went = np.ones(len(until)), np.full(len(until), -1.0)
    account = number[np.concatenate([people.account, people.account])]
    moves = Moves(account, np.concatenate([people.day, until]), np.concatenate([came, went]))
    return Running(moves, span, len(number))
