"""What moved the minutes since a look: five parts that add up, exactly and as they are shown."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.engine.receipts import Look, Moved, Movement, movement, whole

MONDAY = 20_000
minutes = st.floats(0, 1e5)
signed = st.floats(-1e4, 1e4)


def moved(
    then: float | None, now: float, new: float = 0, rematched: float = 0, removed: float = 0, half_life: float = 14
) -> Movement:
    """What moved one account in the fortnight after a look; without `then` nobody looked."""
    look = Look(MONDAY, half_life, None if then is None else np.array([then]))
    told = Moved(np.array([float(new)]), np.array([float(rematched)]), np.array([float(removed)]))
    return movement(look, np.array([float(now)]), MONDAY + 14, told)


def parts(found: Movement) -> list[float]:
    """The five: new, aged, re-weighted, re-matched, removed."""
    return [float(part[0]) for part in found.parts()]


def test_what_nobody_touched_has_aged() -> None:
    assert parts(moved(60, 30)) == [0, -30, 0, 0, 0]


def test_what_came_in_since_is_new() -> None:
    assert parts(moved(0, 20, new=20)) == [20, 0, 0, 0, 0]


def test_what_was_deleted_takes_what_would_be_left_of_it_today() -> None:
    assert parts(moved(60, 0, removed=-30)) == [0, -30, 0, 0, -30]


def test_what_moved_to_another_account_is_missing_here_and_there_it_is_won() -> None:
    assert parts(moved(60, 0, rematched=-30)) == [0, -30, 0, -30, 0]
    assert parts(moved(0, 30, rematched=30)) == [0, 0, 0, 30, 0]


def test_what_no_touch_tells_was_weighed_anew() -> None:
    assert parts(moved(60, 40)) == [0, -30, 10, 0, 0]


def test_minutes_fade_until_today_as_they_did_at_the_look() -> None:
    assert parts(moved(60, 30, half_life=7)) == [0, -45, 15, 0, 0]


def test_where_nobody_looked_all_that_is_not_new_has_faded_since_then() -> None:
    found = moved(None, 50, new=20)

    assert found.then.tolist() == [60]
    assert parts(found) == [20, -30, 0, 0, 0]


@given(then=minutes, now=minutes, new=minutes, rematched=signed, removed=minutes)
def test_the_five_are_the_whole_difference(
    then: float, now: float, new: float, rematched: float, removed: float
) -> None:
    found = moved(then, now, new, rematched, -removed)

    assert sum(parts(found)) == pytest.approx(now - then, abs=1e-5)


@given(
    rows=st.lists(
        st.tuples(minutes, st.floats(-1e5, 0), signed, signed, st.floats(-1e5, 0), minutes), min_size=1, max_size=20
    )
)
def test_as_they_are_shown_they_add_up_too_and_none_takes_another_sign(rows: list[tuple[float, ...]]) -> None:
    table = np.array(rows).T
    given_parts, then = table[:5], table[5]
    totals = np.floor(then + given_parts.sum(axis=0) + 0.5) - np.floor(then + 0.5)

    shown = whole(given_parts, totals)

    assert (shown.sum(axis=0) == totals).all()
    assert (np.abs(shown - given_parts) < 2).all()
    assert (shown * given_parts >= -1e-5 * np.abs(shown)).all()


def test_a_crumb_is_no_change() -> None:
    change, shown = moved(1 - 1e-9, 0.5 - 1e-9).shown()

    assert (change.tolist(), shown[1].tolist()) == ([-1], [-1])
    assert moved(0.4999999999, 0.5, new=0.25, removed=0.0).shown()[0].tolist() == [0]
