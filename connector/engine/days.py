"""What happened to which account on which day? The arrays that every day sequence walks over.

Days are integers since 1970-01-01 in the organisation's zone. Accounts are numbered 0, 1, 2 ... without a gap.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from connector.errors import StoreError

Ints = NDArray[np.integer[Any]]  # any width: the store keeps small integers small
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Texts = NDArray[np.object_]

NEVER = -1  # the day of what did not happen
ALWAYS = 2**31 - 1  # the day on which what has no end ends, and what is not there begins


@dataclass(frozen=True, slots=True)
class AccountDays:
    """One row per account and day on which something counted, sorted by account, then day, no pair twice."""

    account: Ints
    day: Ints
    minutes: Floats  # engaged minutes, not decayed
    people: Ints  # person-days that count for surges, at most 2 a week and person
    two_way: Flags  # somebody there answered, spoke or met with us
    act_now: Flags  # asked for a demo, met with a director or above
    wanted: Flags  # somebody with the buying role that an MQA asks for was active

    def between(self, first: int, last: int) -> "AccountDays":
        """The rows of the days `first` to `last`, both included."""
        inside = (self.day >= first) & (self.day <= last)
        return self if inside.all() else self.where(inside)

    def of(self, accounts: slice) -> "AccountDays":
        """The rows of a stretch of accounts, numbered from 0."""
        bounds = np.array([accounts.start, accounts.stop], self.account.dtype)  # of one type, or all would be copied
        mine = self.where(slice(*np.searchsorted(self.account, bounds)))
        return replace(mine, account=mine.account - bounds[0])

    def where(self, rows: Flags | Ints | slice) -> "AccountDays":
        """The chosen rows."""
        return replace(self, **{field.name: getattr(self, field.name)[rows] for field in fields(self)})


@dataclass(frozen=True, slots=True)
class PersonDays:
    """One row per account, person and day with a kept, non-zero activity, sorted by account, person, day."""

    account: Ints
    person: Ints
    day: Ints

    def of(self, accounts: slice) -> "PersonDays":
        """The rows of a stretch of accounts, numbered from 0."""
        bounds = np.array([accounts.start, accounts.stop], self.account.dtype)
        rows = slice(*np.searchsorted(self.account, bounds))
        return PersonDays(self.account[rows] - bounds[0], self.person[rows], self.day[rows])


@dataclass(frozen=True, slots=True)
class Opportunities:
    """When an account had an open opportunity: from the day it was created, up to the day before it was closed."""

    account: Ints
    opened: Ints
    closed: Ints  # ALWAYS while it is open

    def of(self, accounts: slice) -> "Opportunities":
        """Those of a stretch of accounts, numbered from 0."""
        mine = (self.account >= accounts.start) & (self.account < accounts.stop)
        return Opportunities(self.account[mine] - accounts.start, self.opened[mine], self.closed[mine])


@dataclass(frozen=True, slots=True)
class Accounts:
    """What the day sequences need to know of each account; the position is the account's number."""

    created: Ints  # the day the CRM first had it, NEVER when not known; ALWAYS for a number that no account has
    enter_minutes: Floats  # engaged minutes that make an MQA (mqa.enter_minutes)

    def __len__(self) -> int:
        return len(self.created)


@dataclass(frozen=True, slots=True)
class Span:
    """The days of a replay, both included. `first` should stay the same from run to run, so that memory does."""

    first: int
    last: int

    def __len__(self) -> int:
        return self.last - self.first + 1

    def __iter__(self) -> Iterator[int]:
        return iter(range(self.first, self.last + 1))


def is_sorted(days: AccountDays) -> bool:
    """Whether the rows are in order, and no pair of account and day comes twice."""
    account, day = days.account, days.day
    same = account[1:] == account[:-1]
    return not (np.any(account[1:] < account[:-1]) or np.any(same & (day[1:] <= day[:-1])))


def check_sorted(days: AccountDays) -> None:
    """Raises StoreError when rows are out of order or a pair of account and day comes twice."""
    if not is_sorted(days):
        raise StoreError("account_days is not one row per account and day, in that order; run connector sync --full")


def history_start(days: AccountDays, created: Ints, span: Span) -> Ints:
    """The day each account's history begins: when it was created or first active, not before the span.

    A CRM's creation day may be that of a migration, so earlier activity counts; an account nobody dated is as old as
    the span.
    """
    start = np.where(created == NEVER, span.first, created).astype(np.int64)
    heads = np.flatnonzero(np.concatenate([[True], days.account[1:] != days.account[:-1]])[: len(days.account)])
    owners = days.account[heads]
    start[owners] = np.minimum(start[owners], days.day[heads])
    return np.clip(start, span.first, None)


def sums(days: AccountDays, values: Floats | Ints, count: int) -> Floats:
    """`values` of the rows added up per account."""
    return np.bincount(days.account, values, count).astype(np.float64)


def minutes_between(days: AccountDays, first: int, last: int, count: int) -> Floats:
    """Minutes of each account on the days `first` to `last`, both included."""
    rows = np.flatnonzero((days.day >= first) & (days.day <= last))
    return np.bincount(days.account[rows], days.minutes[rows], count).astype(np.float64)


@dataclass(frozen=True, slots=True)
class ByDay:
    """What happened to a block of accounts, sorted by day, to be walked one day at a time."""

    account: Ints  # by the number each has in the block
    minutes: Floats
    people: Floats
    two_way: Flags
    act_now: Flags
    wanted: Flags
    first: int
    bounds: Sequence[int]

    def on(self, day: int) -> slice:
        """Where the rows of the day stand; of a day outside the span, nowhere."""
        return self.between(day, day)

    def of(self, who: Ints, count: int) -> "ByDay":
        """What happened to the accounts `who` of the `count` of the block, by their place in it."""
        number = _numbered(who, count)[self.account]
        rows = np.flatnonzero(number >= 0)
        bounds = np.searchsorted(rows, self.bounds).tolist()
        flags = self.two_way[rows], self.act_now[rows], self.wanted[rows]
        return ByDay(number[rows], self.minutes[rows], self.people[rows], *flags, self.first, bounds)

    def between(self, first: int, last: int) -> slice:
        """Where the rows of the days `first` to `last` stand, both included; those outside the span have none."""
        low, high = (min(max(day - self.first, 0), len(self.bounds) - 1) for day in (first, last + 1))
        return slice(self.bounds[low], self.bounds[high])


def _numbered(who: Ints, count: int) -> Ints:
    """By account its place in `who`; -1 for all others."""
    number = np.full(count, -1)
    number[who] = np.arange(len(who))
    return number


def by_day(days: AccountDays, number: Ints, span: Span) -> ByDay:
    """The rows, all inside the span, sorted by day; `number` is what each account is called in the block."""
    offset = (days.day - span.first).astype(np.min_scalar_type(len(span)))  # a small type sorts in linear time
    order = np.argsort(offset, kind="stable")
    bounds = np.concatenate([[0], np.cumsum(np.bincount(offset, minlength=len(span)))])
    return ByDay(
        account=number[days.account[order]],
        minutes=days.minutes[order],
        people=days.people[order].astype(np.float64),
        two_way=days.two_way[order],
        act_now=days.act_now[order],
        wanted=days.wanted[order],
        first=span.first,
        bounds=bounds.tolist(),
    )


@dataclass(frozen=True, slots=True)
class Moves:
    """What is added to which account's balance on which day."""

    account: Ints
    day: Ints
    amount: Floats


class Running:
    """A balance of each account that changes on some days; `now` is that of the day last stepped to."""

    def __init__(self, moves: Moves, span: Span, count: int) -> None:
        self.now = np.zeros(count)
        inside = moves.day <= span.last
        offset = np.maximum(moves.day[inside] - span.first, 0)  # what came before the span stands from its first day
        order = np.argsort(offset, kind="stable")
        self._account, self._amount = moves.account[inside][order], moves.amount[inside][order]
        self._first = span.first
        self._bounds = [0, *np.cumsum(np.bincount(offset, minlength=len(span))).tolist()]

    def step(self, day: int) -> None:
        """Takes in the moves of `day`, which follows the day before."""
        start, end = self._bounds[day - self._first : day - self._first + 2]
        if start < end:
            np.add.at(self.now, self._account[start:end], self._amount[start:end])
