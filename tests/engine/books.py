"""Small books of accounts for the engine's tests: a row is one account on one day, everything unsaid is plain."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import numpy as np

from connector.engine.days import ALWAYS, NEVER, AccountDays, Accounts, Opportunities, PersonDays, Span
from connector.engine.replay import History, State, joined, replay
from connector.engine.rules import KindRule, Match, Roles, Rules
from connector.engine.snapshot import Lately, Register, snapshot
from connector.engine.stored import Column

FIRST = 19_700  # a Saturday in December 2023
FLAGS = ("two_way", "act_now", "wanted")
AT = datetime(2024, 9, 16, 6, 30, 15, 123456, tzinfo=UTC)


def some_rules(**changed: object) -> Rules:
    """The default rules with a kind or two, and what the test is about."""
    plain: dict[str, object] = {
        "kinds": {"meeting": KindRule(channel="meeting", timed=True, unknown=45)},
        "roles": Roles(seniority={"vp": 1.6, "unknown": 1.0}, buying_role={}),
        "match": Match(confidence={"link": 1.0}),
    }
    return Rules(**(plain | changed))


def a_day(account: int, day: int, minutes: float = 10.0, people: int = 1, **flags: bool) -> tuple[object, ...]:
    """One row; the day counts from FIRST."""
    return (account, FIRST + day, minutes, people, *(flags.get(name, False) for name in FLAGS))


def account_days(rows: Iterable[Sequence[object]]) -> AccountDays:
    """The rows in the order the engine asks for."""
    columns = list(zip(*sorted(rows), strict=True)) or [()] * 7
    types = (np.int32, np.int32, np.float64, np.int64, np.bool_, np.bool_, np.bool_)
    return AccountDays(*(np.array(column, kind) for column, kind in zip(columns, types, strict=True)))


def person_days(rows: Iterable[tuple[int, int, int]] = ()) -> PersonDays:
    """Rows of account, person and day from FIRST."""
    account, person, day = np.array(sorted(rows), np.int64).reshape(-1, 3).T.copy()
    return PersonDays(account, person, day + FIRST)


def opportunities(rows: Iterable[tuple[int, int, int | None]] = ()) -> Opportunities:
    """Rows of account, the day it was opened and the day it was closed, if it was."""
    known = [(account, FIRST + day, ALWAYS if closed is None else FIRST + closed) for account, day, closed in rows]
    return Opportunities(*np.array(known, np.int64).reshape(-1, 3).T.copy())


def a_history(
    rows: Iterable[Sequence[object]], *, deals: Iterable[tuple[int, int, int | None]] = (),
    people: Iterable[tuple[int, int, int]] = (),
) -> History:
    """What happened, from rows."""
    return History(account_days(rows), opportunities(deals), person_days(people))


def accounts(count: int, *, enter_minutes: float = 60.0, created: int | None = None) -> Accounts:
    """Accounts that are as old as the span, or created on a day from FIRST."""
    born = NEVER if created is None else FIRST + created
    return Accounts(np.full(count, born), np.full(count, enter_minutes))


def believed(history: History, count: int, last: int, rules: Rules | None = None, **about: object) -> State:
    """What is believed on a day from FIRST."""
    book = accounts(count, **about)
    return joined(list(replay(history, book, Span(FIRST, FIRST + last), rules or some_rules())))


def path(history: History, count: int, last: int, rules: Rules | None = None, **about: object) -> list[State]:
    """What was believed on each day; one state a day."""
    span = Span(FIRST, FIRST + last)
    states = list(replay(history, accounts(count, **about), span, rules or some_rules(), record=set(span)))
    return [joined(states[i :: len(span)]) for i in range(len(span))]


def a_register(count: int, **columns: Sequence[object]) -> Register:
    """Accounts called A0, A1 ... about which nobody said anything."""
    names = [f"A{number}" for number in range(count)]
    plain: dict[str, Sequence[object]] = {
        "account_id": names, "account_name": names, "parent_id": [None] * count, "override": [None] * count,
    }  # fmt: skip
    texts = {name: np.array(column, np.object_) for name, column in (plain | columns).items() if name in plain}
    excluded = np.array(columns.get("excluded", [False] * count), np.bool_)
    snooze = np.array(columns.get("snooze_until", [NEVER] * count), np.int64)
    return Register(excluded=excluded, snooze_until=snooze, **texts)


def told(history: History, count: int, last: int, rules: Rules | None = None, **about: object) -> dict[str, Column]:
    """The columns of the snapshot on a day from FIRST."""
    rules = rules or some_rules()
    said = {name: about.pop(name) for name in ("excluded", "override", "snooze_until") if name in about}
    state = believed(history, count, last, rules, **about)
    return snapshot(state, Lately(history.days, history.people), a_register(count, **said), rules, AT)
