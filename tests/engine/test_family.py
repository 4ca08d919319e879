"""Parents and daughters, also where the CRM has them go round in circles."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.engine.family import family_sums, parent_rows

NAN = float("nan")


def texts(values: list[str | None]) -> np.ndarray:
    return np.array(values, np.object_)


def sums(values: list[float], parents: list[int]) -> list[float]:
    return family_sums(np.array(values), np.array(parents)).tolist()


def test_a_parent_has_its_own_and_all_below_it() -> None:
    assert sums([1, 10, 100, 1000], [-1, 0, 1, 0]) == pytest.approx([1111, 110, NAN, NAN], nan_ok=True)


def test_an_account_without_daughters_is_no_family() -> None:
    assert np.isnan(sums([5, 6], [-1, -1])).all()


@pytest.mark.timeout(5)
def test_parents_in_a_circle_do_not_go_round_for_ever() -> None:
    assert sums([1, 10, 100, 1000], [1, 2, 0, 0]) == pytest.approx([1001, 10, 100, NAN], nan_ok=True)


def test_a_parent_that_is_not_scored_or_itself_is_none() -> None:
    ids, parents = texts(["A", "B", "C", None]), texts(["C", "gone", "C", None])

    assert parent_rows(ids, parents).tolist() == [2, -1, -1, -1]


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(-1, 20)), min_size=1, max_size=21))
def test_a_tree_adds_up_however_deep(rows: list[tuple[int, int]]) -> None:
    values = [float(value) for value, _ in rows]
    parents = [min(parent, number - 1) for number, (_, parent) in enumerate(rows)]  # parents stand first

    found = sums(values, parents)

    expected = values[:]
    for number in range(len(rows) - 1, -1, -1):
        if parents[number] >= 0:
            expected[parents[number]] += expected[number]
    heads = set(parents)
    assert [value for number, value in enumerate(found) if number in heads] == [
        value for number, value in enumerate(expected) if number in heads
    ]
