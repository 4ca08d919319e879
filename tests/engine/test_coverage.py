"""Known people against the ideal: what is covered, who is engaged and where the blind spots are."""

import numpy as np
import pytest

from connector.engine.coverage import Cells, audience, cell_name, missing_roles, percent, spots, top_cell

IDEAL = (("Finance", "c_level"), ("Finance", "director"), ("IT", "director"), ("Sales", "vp"))


def cells(*rows: tuple[int, str, str, dict[str, float]]) -> Cells:
    """Rows of account, department, seniority and the numbers a test is about."""
    plain = {"people": 1, "engaged": 0, "two_way": 0, "reached": 0}
    plain |= {"minutes": 0.0, "sure_minutes": 0.0, "top_minutes": 0.0}
    numbers = {name: np.array([(plain | row[3])[name] for row in rows]) for name in plain}
    texts = [np.array([row[place] for row in rows], np.object_) for place in (1, 2)]
    return Cells(np.array([row[0] for row in rows], np.int64), texts[0], texts[1], **numbers)


BOOK = cells(
    (0, "Finance", "c_level", {"people": 2, "engaged": 1, "two_way": 1, "reached": 2, "minutes": 40.0}),
    (0, "IT", "director", {"people": 1}),
    (0, "HR", "manager", {"people": 3, "engaged": 2, "two_way": 1, "reached": 3, "minutes": 90.0}),
    (2, "Sales", "vp", {"engaged": 1, "minutes": 5.0, "reached": 1}),
)


def test_numerators_and_denominators_are_counted_by_account() -> None:
    """S4-08 S4-09 S4-12 S4-13: coverage, penetration, precision and relevance."""
    found = {name: column.tolist() for name, column in audience(BOOK, IDEAL, 3).items()}

    assert found == {
        "desired_cells": [4, 4, 4],
        "filled_cells": [2, 0, 1],
        "known_people": [6, 0, 1],
        "two_way_people": [2, 0, 0],
        "engaged_people": [3, 0, 1],
        "reached_people": [5, 0, 1],
        "desired_people": [3, 0, 1],
        "engaged_desired": [1, 0, 1],
        "reached_desired": [2, 0, 1],
    }


def test_a_cell_is_covered_by_who_is_known_and_alive_by_who_is_engaged() -> None:
    known, engaged = spots(BOOK, IDEAL, 3)

    assert known[0].tolist() == [True, False, True, False]
    assert engaged[0].tolist() == [True, False, False, False]


def test_blind_spots_name_the_unknown_first_and_then_the_silent() -> None:
    """S0-14 S1-17: who is missing."""
    assert missing_roles(BOOK, IDEAL, 3).tolist() == [
        "Finance director, Sales VP, IT director (silent)",
        "Finance C-level, Finance director, IT director, Sales VP",
        "Finance C-level, Finance director, IT director",
    ]


def test_at_most_five_blind_spots_are_named() -> None:
    ideal = tuple((f"D{number}", "vp") for number in range(9))

    assert missing_roles(cells(), ideal, 1)[0] == "D0 VP, D1 VP, D2 VP, D3 VP, D4 VP"


def test_an_account_that_covers_the_ideal_has_no_blind_spot() -> None:
    book = cells(*((0, *cell, {"engaged": 1}) for cell in IDEAL))

    assert missing_roles(book, IDEAL, 1).tolist() == [None]


def test_without_an_ideal_nothing_is_missing() -> None:
    assert missing_roles(BOOK, (), 3).tolist() == [None] * 3
    assert audience(BOOK, (), 3)["filled_cells"].tolist() == [0, 0, 0]


def test_the_top_cell_is_where_most_time_is_spent() -> None:
    assert top_cell(BOOK, 3).tolist() == ["HR manager", None, "Sales VP"]


def test_an_account_where_nobody_spends_time_has_no_top_cell() -> None:
    assert top_cell(cells((0, "IT", "vp", {})), 1).tolist() == [None]
    assert top_cell(cells(), 1).tolist() == [None]


def test_a_share_of_nothing_is_not_known() -> None:
    shares = percent(np.array([1.0, 0.0]), np.array([4.0, 0.0]))

    assert shares[0] == 25
    assert np.isnan(shares[1])


@pytest.mark.parametrize(
    ("cell", "said"), [(("IT", "c_level"), "IT C-level"), (("Finance", "individual"), "Finance staff")]
)
def test_a_cell_is_called_as_people_call_it(cell: tuple[str, str], said: str) -> None:
    assert cell_name(*cell) == said
