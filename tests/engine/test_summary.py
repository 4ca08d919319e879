"""Parts of the book side by side."""

import numpy as np
import pytest

from connector.engine.days import Texts
from connector.engine.stored import Column
from connector.engine.summary import growth_leaders, summary

NAN = float("nan")


def texts(*values: str | None) -> Texts:
    return np.array(values, np.object_)


NUMBERS: dict[str, list[float]] = {
    "minutes_90d": [100, 50, 0, 400],
    "minutes_before_90d": [50, 50, 10, 0],
    "awareness": [9, 0, 1, 0],
    "awareness_before": [3, 0, 0, 0],
    "won": [1, 0, 0, 3],
    "closed": [2, 2, 0, 3],
    "won_days": [30, 0, 0, 180],
    "was_client": [1, 1, 0, 1],
    "stayed_client": [1, 0, 0, 1],
    "filled_cells": [2, 0, 0, 3],
    "desired_cells": [4, 4, 4, 4],
    "two_way_people": [3, 0, 0, 1],
    "known_people": [6, 0, 4, 2],
    "reached_desired": [1, 1, 0, 1],
    "reached_people": [3, 1, 0, 2],
    "engaged_desired": [1, 0, 0, 1],
    "desired_people": [2, 2, 0, 1],
    "written_people": [4, 0, 0, 2],
    "opened_people": [3, 0, 0, 2],
    "clicked_people": [2, 0, 0, 1],
    "replied_people": [1, 0, 0, 1],
    "obtainable_revenue": [1000, NAN, NAN, 500],
}
BOOK: dict[str, Column] = {name: np.array(values, np.float64) for name, values in NUMBERS.items()} | {
    "surge": texts("Surging", "Steady", "Cooling", "Steady"),
    "band": texts("Hot", "Cold", "No data", "Hot"),
    "mqa": np.array([True, False, False, True]),
}
PARTS = texts("North", "North", "South", None)


def of(part: str) -> dict[str, object]:
    found = summary(BOOK, PARTS)
    row = found["part"].tolist().index(part)
    return {name: column[row] for name, column in found.items()}


def test_the_most_engaged_part_comes_first_and_accounts_without_one_have_their_own_line() -> None:
    assert summary(BOOK, PARTS)["part"].tolist() == ["none", "North", "South"]


def test_minutes_and_states_of_a_part_are_those_of_its_accounts() -> None:
    """S1-21"""
    north = of("North")

    assert (north["accounts"], north["engaged_accounts"], north["mqas"]) == (2, 2, 1)
    assert (north["surging"], north["cooling"], north["hot"]) == (1, 0, 1)
    assert (north["minutes_90d"], north["minutes_before_90d"], north["change"]) == (150, 100, 50)


def test_shares_of_a_part_are_made_of_its_sums_not_of_its_accounts_shares() -> None:
    """S4-08 S4-09 S4-12 S4-13"""
    north = of("North")

    assert (north["coverage"], north["penetration"], north["precision"], north["relevance"]) == (25, 50, 50, 25)


def test_impact_is_win_rate_days_to_win_and_clients_that_stayed() -> None:
    """S4-15"""
    north, none = of("North"), of("none")

    assert (north["win_rate"], north["days_to_win"], north["retention"]) == (25, 30, 50)
    assert (none["win_rate"], none["days_to_win"]) == (100, 60)


def test_obtainable_revenue_says_for_how_many_accounts_it_is_known() -> None:
    """S4-06 S4-07"""
    north = of("North")

    assert (north["obtainable_revenue"], north["revenue_known"]) == (1000, 50)


def test_of_the_people_we_wrote_to_some_opened_some_clicked_and_some_answered() -> None:
    """S3-14: open rate, click-through rate, reply rate."""
    north = of("North")

    assert (north["open_rate"], north["click_rate"], north["reply_rate"]) == (75, 50, 25)


@pytest.mark.parametrize("share", ["penetration", "win_rate", "retention", "precision", "relevance", "days_to_win"])
def test_a_share_of_nothing_is_not_known(share: str) -> None:
    quiet = {name: np.zeros(1) for name in NUMBERS} | {name: BOOK[name][2:3] for name in ("surge", "band", "mqa")}

    found = summary(quiet, texts("South"))

    assert np.isnan(found[share]).all()


def test_the_accounts_that_grew_most_come_first_and_only_those_that_grew() -> None:
    assert growth_leaders(BOOK, 5).tolist() == [3, 0]
    assert growth_leaders(BOOK, 1).tolist() == [3]
