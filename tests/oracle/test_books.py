"""Does the walk through the days believe what the slow filter believes, of books that surge, cool and fall silent?"""

from dataclasses import dataclass
from random import Random

import numpy as np
import pytest

from connector.engine.days import ALWAYS, NEVER, AccountDays, Accounts, Opportunities, Span
from connector.engine.exposure import exposure
from connector.engine.prior import priors
from connector.engine.replay import NOBODY, History, State, joined, replay
from connector.engine.rules import Rules
from tests.oracle import engine, mqa, surge

FIRST = 20_020  # no multiple of 91
CLOSE = {"rtol": 1e-9, "atol": 1e-12}
Days = dict[str, dict[int, tuple[float, int, bool]]]  # by account and day: minutes, people, act now


@dataclass(frozen=True)
class Book:
    """What happened to some accounts."""

    days: Days
    created: dict[str, int | None]
    deals: list[tuple[str, int, int | None]]
    last: int

    @property
    def accounts(self) -> list[str]:
        """In the order of their numbers."""
        return sorted(self.created)


def a_book(seed: int, *, count: int = 25, length: int = 400) -> Book:
    """Quiet and busy accounts, weekends, an outage, a launch, surges and pauses, deals that open and close."""
    order = Random(seed)
    last = FIRST + length - 1
    accounts = [f"A{number:03d}" for number in range(count)]
    dark = order.randint(min(200, length - 20), length - 20)
    outage = set(range(FIRST + dark, FIRST + dark + order.choice([0, 1, 3, 6])))
    launch = FIRST + order.randint(50, length - 10)
    created = {row_id: order.choice([None, FIRST - 900, FIRST + order.randint(0, length)]) for row_id in accounts}
    days: Days = {row_id: {} for row_id in accounts}
    for row_id in accounts:
        pace = order.choice([0.0, 0.02, 0.1, 0.5, 1.5, 3.0])
        wave = FIRST + order.randint(0, length)
        change = order.choice([1.0, 1.0, 0.1, 0.0, 3.0, 6.0])
        for day in range(FIRST, last + 1):
            today = pace * (change if 0 <= day - wave < 35 else 1.0) * (0.1 if day % 7 in (2, 3) else 1.0)
            today *= (3.0 if 0 <= day - launch < 5 else 1.0) * (day not in outage)
            people = sum(order.random() < today / 4 for _ in range(4))
            if people or order.random() < 0.01 * (day not in outage):
                days[row_id][day] = (people * order.choice([3.0, 10.0, 45.0 * 1.3]), people, order.random() < 0.02)
    deals = [_deal(order, accounts, length) for _ in range(count // 3)]
    return Book(days, created, deals, last)


def _deal(order: Random, accounts: list[str], length: int) -> tuple[str, int, int | None]:
    opened = FIRST + order.randint(-30, length)
    return order.choice(accounts), opened, order.choice([None, opened, opened - 3, opened + order.randint(1, 60)])


def walked(book: Book, rules: Rules, record: list[int]) -> dict[int, State]:
    """What the engine believes on some days, or at the end alone."""
    rows = sorted(
        (at, day, *said) for at, row_id in enumerate(book.accounts) for day, said in book.days[row_id].items()
    )
    account, day, minutes, people, act_now = (np.array(column) for column in zip(*rows, strict=True))
    nothing = np.zeros(len(account), np.bool_)
    days = AccountDays(account, day, minutes.astype(float), people, nothing, act_now.astype(bool), nothing)
    deals = Opportunities(
        np.array([book.accounts.index(row_id) for row_id, _, _ in book.deals], int),
        np.array([opened for _, opened, _ in book.deals], int),
        np.array([ALWAYS if closed is None else closed for _, _, closed in book.deals], int),
    )
    created = np.array([NEVER if book.created[row_id] is None else book.created[row_id] for row_id in book.accounts])
    known = Accounts(created, np.full(len(created), rules.mqa.enter_minutes))
    states = list(replay(History(days, deals, NOBODY), known, Span(FIRST, book.last), rules, record=record))
    return {when: joined([state for state in states if state.day == when]) for when in record or [book.last]}


def slowly(book: Book, rules: dict) -> tuple[dict[str, surge.Account], surge.Book]:
    """The oracle's filter over the book."""
    people = {row_id: {day: said[1] for day, said in days.items() if said[1]} for row_id, days in book.days.items()}
    starts = {
        row_id: surge.history_start(list(book.days[row_id]), book.created[row_id], FIRST) for row_id in book.accounts
    }
    return surge.filtered(people, starts, FIRST, book.last, rules["surge"])


def remembered(book: Book, row_id: str, account: surge.Account, seen: surge.Book, rules: dict) -> dict[int, mqa.Memory]:
    """The MQA memory of an account after each day."""
    memory, engaged, acted, path = mqa.Memory(), 0.0, None, {}
    deals = [
        (opened, max(closed, opened + 1) if closed is not None else ALWAYS)
        for of, opened, closed in book.deals
        if of == row_id
    ]
    for day in range(FIRST, book.last + 1):
        minutes, _, act_now = book.days[row_id].get(day, (0.0, 0, False))
        engaged = engaged * 0.5 ** (1 / rules["decay"]["half_life_days"]) + minutes
        acted = day if act_now else acted
        today = mqa.Today(
            engaged=engaged,
            sure=account.sure[day],
            act_now=acted is not None and day - acted < rules["mqa"]["act_now_days"],
            gates=True,
            open_opportunity=any(opened <= day < closed for opened, closed in deals),
            held=seen.silent[day],
        )
        mqa.step(memory, day, today, rules["mqa"]["enter_minutes"], rules["mqa"])
        path[day] = mqa.Memory(**vars(memory))
    return path


def compare_coolings(alone: State, last: State, rules: Rules) -> None:
    """Who is said to cool is the same where only those are watched whose pace can cool."""
    can_cool = 7 * last.usual >= rules.surge.cooling_from_week
    assert (alone.cooling & can_cool).tolist() == (last.cooling & can_cool).tolist()
    np.testing.assert_array_equal(alone.usual, last.usual)


def compare(book: Book, rules: Rules) -> list[str]:
    """The states of every account on many days; what happened on the way."""
    plain = rules.model_dump(mode="python")
    ours, seen = slowly(book, plain)
    record = [*range(FIRST + 60, book.last, 17), book.last]
    states = walked(book, rules, record)
    compare_coolings(walked(book, rules, [])[book.last], states[book.last], rules)
    memories = {row_id: remembered(book, row_id, ours[row_id], seen, plain) for row_id in book.accounts}
    for day, state in states.items():
        accounts = [ours[row_id] for row_id in book.accounts]
        assert state.held == seen.silent[day]
        np.testing.assert_allclose(state.sure, [one.sure[day] for one in accounts], **CLOSE)
        np.testing.assert_allclose(state.usual, [one.usual[day] for one in accounts], **CLOSE)
        assert state.surging.tolist() == [one.surging[day] for one in accounts]
        assert state.cooling.tolist() == [one.cooling[day] for one in accounts]
        compare_memory(state, [memories[row_id][day] for row_id in book.accounts])
    return [name for row_id in book.accounts for name in _met(ours[row_id], memories[row_id][book.last], seen)]


def compare_memory(state: State, memories: list[mqa.Memory]) -> None:
    """Inside, since when, how often, and why."""
    theirs = state.memory
    for name in ("first", "last", "left"):
        days = [NEVER if getattr(one, name) is None else getattr(one, name) for one in memories]
        assert getattr(theirs, name).tolist() == days
    assert theirs.inside.tolist() == [one.inside for one in memories]
    assert theirs.times.tolist() == [one.times for one in memories]
    assert theirs.came_by.tolist() == [[None, "surge", "act now"].index(one.came_by) for one in memories]
    assert theirs.left_by.tolist() == [[None, "faded", "converted"].index(one.left_by) for one in memories]


def _met(account: surge.Account, memory: mqa.Memory, seen: surge.Book) -> list[str]:
    signs = {
        "surging": any(account.surging.values()),
        "cooling": any(account.cooling.values()),
        "silent": any(seen.silent.values()),
        "came": memory.times > 0,
        "came back": memory.times > 1,
        "faded": memory.left_by == "faded",
        "converted": memory.left_by == "converted",
    }
    return [name for name, holds in signs.items() if holds]


def test_the_walk_believes_what_the_slow_filter_believes() -> None:
    met = {name for seed in range(4) for name in compare(a_book(seed), engine.shipped())}

    assert met == {"surging", "cooling", "silent", "came", "came back", "faded", "converted"}


def test_the_walk_believes_the_same_by_other_rules() -> None:
    rules = engine.changed(
        engine.shipped(),
        surge={
            "ratio": 2.0, "stay": 0.9, "start": 0.01, "most_evidence": 2.0, "exposure_damping": 3.0,
            "prior_every_days": 50, "baseline_from_days": 15, "baseline_to_days": 60, "new_below_days": 40,
            "source_silent_days": 1, "most_dispersion": 1.5,
        },
        mqa={
            "enter_minutes": 30.0, "leave_share": 0.8, "least_days": 3, "rest_days": 5, "enter_surge": 0.2,
            "act_now_days": 2,
        },
        decay={"half_life_days": 5.0},
    )  # fmt: skip

    met = {name for seed in (10, 11) for name in compare(a_book(seed), rules)}

    assert {"surging", "came back", "faded"} <= met


@pytest.mark.torture
@pytest.mark.parametrize("seed", range(100, 160))
def test_the_walk_believes_the_same_of_many_books(seed: int) -> None:
    order = Random(seed)

    assert (
        compare(a_book(seed, count=order.randint(1, 60), length=order.randint(70, 800)), engine.shipped()) is not None
    )


def test_exposure_and_prior_are_those_of_the_slow_reading() -> None:
    book = a_book(7)
    rules = engine.shipped()
    _, seen = slowly(book, rules.model_dump(mode="python"))
    rows = sorted(
        (at, day, said[1]) for at, row_id in enumerate(book.accounts) for day, said in book.days[row_id].items()
    )
    account, day, people = (np.array(column) for column in zip(*rows, strict=True))
    none = np.zeros(len(rows), np.bool_)
    days, span = AccountDays(account, day, none.astype(float), people, none, none, none), Span(FIRST, book.last)

    each = exposure(days, span, rules.surge)
    starts = np.array(
        [surge.history_start(list(book.days[row_id]), book.created[row_id], FIRST) for row_id in book.accounts]
    )
    measured = priors(days, starts, each, span, rules.surge)

    np.testing.assert_allclose(each.each, list(seen.exposure.values()), **CLOSE)
    assert each.silent.tolist() == list(seen.silent.values())
    assert {one.day: pytest.approx((one.alpha, one.beta, one.phi), rel=1e-9) for one in measured} == seen.priors
