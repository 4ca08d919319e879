"""The laws of the walk over the days: order, causality, and that a replay is a daily run."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connector.engine import replay as walking
from connector.engine.days import ALWAYS, Accounts, Span, check_sorted
from connector.engine.replay import History, State, joined, replay
from connector.errors import StoreError
from tests.engine.books import FIRST, a_day, a_history, account_days, accounts, believed, path, some_rules

Rows = list[tuple[object, ...]]
COUNT = 6
LAST = 160


def a_book(seed: int, last: int = LAST) -> Rows:
    """A small book whose accounts come and go."""
    rng = random.Random(seed)
    active = [rng.uniform(0.02, 0.6) for _ in range(COUNT)]
    return [
        a_day(i, day, rng.uniform(0, 60), rng.randint(0, 4), two_way=rng.random() < 0.3, act_now=rng.random() < 0.05)
        for i in range(COUNT)
        for day in range(last + 1)
        if rng.random() < active[i] * (3 if (day // 40 + i) % 3 == 0 else 1)
    ]


def deals(seed: int) -> list[tuple[int, int, int | None]]:
    rng = random.Random(seed)
    return [(i, opened := rng.randint(-50, LAST), opened + rng.randint(0, 60)) for i in range(0, COUNT, 2)]


def assert_same(one: State, other: State) -> None:
    """Fails unless both say the same, to the last digit."""
    for name in State.__dataclass_fields__:
        mine, theirs = getattr(one, name), getattr(other, name)
        if name == "memory":
            for kept in type(mine).__dataclass_fields__:
                assert getattr(mine, kept).tolist() == getattr(theirs, kept).tolist(), kept
        elif isinstance(mine, np.ndarray):
            assert mine.tolist() == theirs.tolist(), name
        else:
            assert mine == theirs, name


@pytest.mark.parametrize("seed", range(4))
def test_a_replay_day_by_day_is_one_backfill(seed: int) -> None:
    rows, known = a_book(seed), deals(seed)

    for day, state in enumerate(path(a_history(rows, deals=known), COUNT, LAST)):
        if day % 20 == 0 or day == LAST:
            until = [row for row in rows if row[1] <= FIRST + day]
            assert_same(state, believed(a_history(until, deals=known), COUNT, day))


@pytest.mark.parametrize("seed", range(4))
def test_what_happens_later_never_changes_what_was_believed(seed: int) -> None:
    rows = a_book(seed)
    future = [a_day(i, LAST + 1 + i, 500, 9, two_way=True, act_now=True) for i in range(COUNT)]

    assert_same(believed(a_history(rows), COUNT, LAST), believed(a_history(rows + future), COUNT, LAST))


def test_an_activity_of_tomorrow_waits_for_its_day() -> None:
    history = a_history([a_day(0, 11, 60)])

    assert [state.engaged[0] for state in path(history, 1, 11)] == [0.0] * 11 + [60.0]


def test_an_activity_before_the_first_day_is_not_in_this_history() -> None:
    assert believed(a_history([a_day(0, -19_000, 60)]), 1, 5).engaged[0] == 0


@given(seed=st.integers(0, 10**6))
@settings(max_examples=20, deadline=None)
def test_the_order_in_which_accounts_are_numbered_does_not_matter(seed: int) -> None:
    rows = a_book(seed, 60)
    turned = list(range(COUNT))
    random.Random(seed).shuffle(turned)

    one = believed(a_history(rows), COUNT, 60)
    other = believed(a_history([(turned[row[0]], *row[1:]) for row in rows]), COUNT, 60)

    assert other.engaged[turned].tolist() == one.engaged.tolist()
    assert other.memory.times[turned].tolist() == one.memory.times.tolist()
    assert other.sure[turned].tolist() == pytest.approx(one.sure.tolist(), abs=1e-9)


@given(seed=st.integers(0, 10**6), day=st.integers(0, 60), minutes=st.floats(0.001, 120))
@settings(max_examples=20, deadline=None)
def test_one_more_kept_activity_never_lowers_the_engaged_minutes_of_any_day(
    seed: int, day: int, minutes: float
) -> None:
    rows = {(row[0], row[1]): row for row in a_book(seed, 60)}
    _, _, before, people, *flags = rows.get((0, FIRST + day), a_day(0, day, 0.0, 0))
    more = rows | {(0, FIRST + day): (0, FIRST + day, before + minutes, people + 1, *flags)}

    without = path(a_history(rows.values()), COUNT, 60)
    with_it = path(a_history(more.values()), COUNT, 60)

    assert all(a.engaged[0] <= b.engaged[0] for a, b in zip(without, with_it, strict=True))
    assert all(a.engaged[1] == b.engaged[1] for a, b in zip(without, with_it, strict=True))


def test_the_walked_minutes_are_those_that_faded_one_by_one() -> None:
    rows = a_book(7)

    engaged = believed(a_history(rows), COUNT, LAST).engaged

    for i in range(COUNT):
        left = [row[2] * 2 ** (-(FIRST + LAST - row[1]) / 14) for row in rows if row[0] == i]
        assert engaged[i] == pytest.approx(sum(left), abs=1e-9)


def test_blocks_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    history = a_history(a_book(3), deals=deals(3))
    whole = believed(history, COUNT, LAST)

    monkeypatch.setattr(walking, "BLOCK", 2)

    assert_same(whole, believed(history, COUNT, LAST))


def test_states_come_block_by_block_for_the_days_asked_for_and_the_last() -> None:
    span = Span(FIRST, FIRST + 9)

    states = list(replay(a_history([a_day(0, 1)]), accounts(2), span, some_rules(), record={FIRST + 3, FIRST + 9}))

    assert [(state.start, state.day - FIRST) for state in states] == [(0, 3), (0, 9)]
    assert len(span) == 10


def test_a_number_that_no_account_has_changes_nothing() -> None:
    rows = a_book(5)
    book = accounts(COUNT)
    gap = Accounts(np.append(book.created, ALWAYS), np.append(book.enter_minutes, 60.0))
    span = Span(FIRST, FIRST + LAST)

    without = believed(a_history(rows), COUNT, LAST)
    with_gap = joined(list(replay(a_history(rows), gap, span, some_rules())))

    assert with_gap.sure[:COUNT].tolist() == without.sure.tolist()
    assert (with_gap.engaged[COUNT], with_gap.history_days[COUNT]) == (0, 0)


def test_late_arrivals_equal_a_replay_that_had_them_all_along() -> None:
    rows = a_book(9)
    late = rows[::7]
    early = [row for row in rows if row not in late]

    assert_same(believed(a_history(rows), COUNT, LAST), believed(a_history(early + late), COUNT, LAST))


def test_a_book_without_any_activity_is_believed_to_be_at_rest() -> None:
    state = believed(History(account_days([]), a_history([]).opportunities, a_history([]).people), 3, 200)

    assert state.engaged.tolist() == [0, 0, 0]
    assert not state.surging.any()
    assert not state.memory.inside.any()


@pytest.mark.parametrize(
    "rows", [[a_day(1, 0), a_day(0, 0)], [a_day(0, 1), a_day(0, 0)], [a_day(0, 0), a_day(0, 0)]]
)
def test_account_days_out_of_order_are_refused(rows: Rows) -> None:
    columns = [np.array(column) for column in zip(*rows, strict=True)]

    with pytest.raises(StoreError, match="connector sync --full"):
        check_sorted(type(account_days([]))(*columns))
