"""The published relationship ratio, and an account among its peers."""

import numpy as np
import pytest

from connector.engine.relationship import peer_index, recency_weight, relationship_ratio, tables
from connector.engine.rules import Recency, Relationship

RULES = Relationship()
INDEX = Relationship(scale="index")


def texts(*values: str | None) -> np.ndarray:
    return np.array(values, np.object_)


@pytest.mark.parametrize(
    ("age", "weight"),
    [(0, 0.5), (5, 0.5), (6, 0.2), (10, 0.2), (11, 0.15), (30, 0.15), (31, 0.1), (60, 0.1), (61, 0.05), (9999, 0.05)],
)
def test_recency_bands_end_with_their_upper_bound(age: int, weight: float) -> None:
    """S0-06"""
    assert recency_weight(age, RULES) == weight


def test_beyond_the_last_band_nothing_counts() -> None:
    assert recency_weight(8, Relationship(recency=(Recency(up_to_days=7, weight=1),))) == 0


def test_the_tables_hold_the_published_weights() -> None:
    """S0-05"""
    made = tables(RULES, 61)

    channels = dict(zip(*made["relationship_channels"].values(), strict=True))
    assert channels == {"meeting": 0.5, "phone": 0.3, "email": 0.15, "marketing": 0.05}
    assert sum(channels.values()) == pytest.approx(1)
    assert made["relationship_recency"]["weight"][60:] == [0.1, 0.05]


def test_the_tally_is_divided_by_the_contacts_and_scaled() -> None:
    """S0-07 S0-08"""
    ratio = relationship_ratio(np.array([0.25, 1.0, 1.0]), np.array([1.0, 4.0, 0.0]), texts("a", "a", "a"), RULES)

    assert ratio[:2].tolist() == [250, 250]
    assert np.isnan(ratio[2])


def test_two_hundred_silent_contacts_lower_the_ratio_of_their_own_account_only() -> None:
    before = relationship_ratio(np.array([1.0, 1.0]), np.array([10.0, 10.0]), texts("a", "a"), RULES)
    after = relationship_ratio(np.array([1.0, 1.0]), np.array([210.0, 10.0]), texts("a", "a"), RULES)

    assert after[0] < before[0]
    assert after[1] == before[1]


def test_as_an_index_the_typical_account_of_each_group_is_one_hundred() -> None:
    """S0-11"""
    tally = np.array([1.0, 2.0, 3.0, 40.0])

    index = relationship_ratio(tally, np.ones(4), texts("target", "target", "target", "client"), INDEX)

    assert index.tolist() == [50, 100, 150, 100]


@pytest.mark.parametrize("tally", [0.0, 1.0])
def test_a_group_that_has_no_contact_or_no_touch_has_no_index(tally: float) -> None:
    assert np.isnan(relationship_ratio(np.array([tally]), np.array([1.0 - tally]), texts("a"), INDEX)).all()


def test_the_peer_index_is_the_share_of_peers_that_are_less_engaged() -> None:
    """S4-11: strength compared between accounts."""
    engaged = np.array([0.0, 10.0, 20.0, 30.0, 5.0, 7.0])
    groups = texts("a", "a", "a", "a", "b", "a")
    sizes = texts("big", "big", "big", "big", "big", "small")

    index = peer_index(engaged, groups, sizes)

    assert index[:4] == pytest.approx([0, 100 / 3, 200 / 3, 100])
    assert np.isnan(index[4:]).all()


def test_peers_that_are_alike_stand_in_the_middle() -> None:
    assert peer_index(np.zeros(5), texts(*[None] * 5), texts(*[None] * 5)).tolist() == [50] * 5


def test_a_book_without_accounts_has_no_index() -> None:
    assert peer_index(np.zeros(0), texts(), texts()).tolist() == []
