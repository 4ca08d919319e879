"""Receipts add up to the score, and the difference of two of them to what changed."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.engine.receipts import Contributions, Movement, movement, receipt
from tests.engine.books import FIRST, a_day, a_history, believed

Row = tuple[str, str, str, int, float]


def contributions(*rows: Row) -> Contributions:
    """Rows of account, person, activity, day from FIRST and engaged minutes."""
    columns = list(zip(*rows, strict=True)) or [()] * 5
    texts = [np.array(column, np.object_) for column in columns[:3]]
    return Contributions(*texts, np.array(columns[3], np.int64) + FIRST, np.array(columns[4], np.float64))


def moved(before: list[Row], after: list[Row], *, account: str = "A", half_life: float = 14) -> Movement:
    """What moved the account in the fortnight from day 0 to day 14."""
    old, new = receipt(contributions(*before), FIRST, 14), receipt(contributions(*after), FIRST + 14, half_life)
    return movement(old, new, account)


MEETING: Row = ("A", "p1", "m1", 0, 60.0)


def test_what_is_left_of_each_contribution_adds_up_to_the_engaged_minutes_of_every_account() -> None:
    rng = random.Random(4)
    rows = [(f"{rng.randrange(9)}", f"p{i}", f"a{i}", rng.randrange(730), rng.uniform(0, 200)) for i in range(5000)]
    found = receipt(contributions(*rows), FIRST + 729, 14)

    days: dict[tuple[int, int], float] = {}
    for account, _, _, day, minutes in rows:
        days[int(account), day] = days.get((int(account), day), 0.0) + minutes
    engaged = believed(a_history([a_day(*key, minutes) for key, minutes in days.items()]), 9, 729).engaged

    for number in range(9):
        mine = found.rows.account == str(number)
        assert found.minutes()[mine].sum() == pytest.approx(engaged[number], abs=1e-9)


def test_a_receipt_of_a_day_knows_nothing_of_the_next() -> None:
    assert receipt(contributions(MEETING, ("A", "p1", "m2", 1, 10.0)), FIRST, 14).minutes().tolist() == [60.0]


def test_what_nobody_touched_has_aged() -> None:
    assert moved([MEETING], [MEETING]) == Movement(new=0, aged=-30, reweighted=0, rematched=0, removed=0)


def test_what_came_in_since_is_new() -> None:
    assert moved([], [("A", "p1", "m2", 14, 20.0)]) == Movement(new=20, aged=0, reweighted=0, rematched=0, removed=0)


def test_what_only_now_became_known_is_new_by_what_is_left_of_it() -> None:
    assert moved([], [MEETING]) == Movement(new=30, aged=0, reweighted=0, rematched=0, removed=0)


def test_what_was_deleted_is_removed() -> None:
    assert moved([MEETING], []) == Movement(new=0, aged=0, reweighted=0, rematched=0, removed=-60)


def test_other_rules_weigh_again_what_has_aged_all_the_same() -> None:
    assert moved([MEETING], [("A", "p1", "m1", 0, 80.0)]) == Movement(
        new=0, aged=-30, reweighted=10, rematched=0, removed=0
    )


def test_a_person_who_moved_to_another_account_takes_the_minutes_along() -> None:
    there: Row = ("B", "p1", "m1", 0, 60.0)

    assert moved([MEETING], [there]) == Movement(new=0, aged=0, reweighted=0, rematched=-60, removed=0)
    assert moved([MEETING], [there], account="B") == Movement(new=0, aged=0, reweighted=0, rematched=30, removed=0)


def test_another_half_life_makes_them_age_otherwise() -> None:
    assert moved([MEETING], [MEETING], half_life=7).aged == pytest.approx(-45)


ROWS = st.dictionaries(
    st.tuples(st.sampled_from("pqr"), st.sampled_from("xyz")),
    st.tuples(st.sampled_from("AB"), st.integers(-30, 14), st.floats(0, 500)),
    max_size=9,
)


@given(before=ROWS, after=ROWS)
def test_the_five_movements_are_the_whole_difference(
    before: dict[tuple[str, str], tuple[str, int, float]], after: dict[tuple[str, str], tuple[str, int, float]]
) -> None:
    old = receipt(contributions(*((v[0], *k, *v[1:]) for k, v in before.items())), FIRST, 14)
    new = receipt(contributions(*((v[0], *k, *v[1:]) for k, v in after.items())), FIRST + 14, 14)

    found = movement(old, new, "A")

    five = found.new + found.aged + found.reweighted + found.rematched + found.removed
    now, then = (side.minutes()[side.rows.account == "A"].sum() for side in (new, old))
    assert five == pytest.approx(now - then, abs=1e-9)
