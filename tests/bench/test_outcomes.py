"""Does the outcome bench measure what it says, and does the score stand up to one small world?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bench.outcomes import ranked, surges
from bench.outcomes.judged import see
from bench.outcomes.rankings import Seen, flat_month, oracle, priority, size
from bench.outcomes.worlds import HELD_OUT, LOOKED_AT, still_worlds, worlds
from connector.mappings import read_mappings
from connector.sandbox.world.recipe import sparse_smb
from connector.shipped import shipped_mappings


@pytest.fixture(scope="module")
def seen() -> Seen:
    return see(
        replace(sparse_smb(31, accounts=500), buying_per_year=0.25), read_mappings(shipped_mappings(), "default")
    )


def test_the_seeds_that_are_judged_were_not_looked_at() -> None:
    assert not set(HELD_OUT) & set(LOOKED_AT)
    assert {recipe.seed for _, recipe in worlds()} == set(HELD_OUT)
    assert all(recipe.buying_per_year == 0 for _, recipe in still_worlds())


def test_a_surge_begins_once_and_again_only_after_it_was_over() -> None:
    sure = np.array([[0.1, 0.95, 0.7, 0.95, 0.4, 0.92, 0.2]])

    began = surges.onsets(sure, 0.9)

    assert np.flatnonzero(began[0]).tolist() == [1, 5]


def test_our_order_beats_the_naive_ones_and_stays_below_an_oracle(seen: Seen) -> None:
    """S3-31: engagement goes before a purchase, measured."""
    ours, flat, people, best = (ranked.judge(seen, ranking) for ranking in (priority, flat_month, size, oracle))

    assert people.lift < flat.lift < ours.lift < best.lift
    assert ours.precision > 1.2 * flat.precision
    assert ours.lift_range[0] <= ours.lift <= ours.lift_range[1]


def test_surges_find_half_of_the_journeys_at_a_tenth_of_the_naive_false_alarms(seen: Seen) -> None:
    ours = surges.at_recall(seen, seen.believed.sure, 0.5)
    naive = surges.at_recall(seen, surges.over_four_weeks(seen), 0.5)

    assert ours.recall >= 0.5
    assert ours.false_per_1000 < naive.false_per_1000 / 10
    assert ours.precision > 0.9


def test_an_account_that_opened_an_opportunity_is_not_ranked_for_a_while(seen: Seen) -> None:
    account, day = (places[0] for places in np.nonzero(seen.outcomes.opened[:, 400:600]))

    ranked_then = [seen.outcomes.is_ranked(seen.known, 400 + day + later)[account] for later in (0, 60, 119)]

    assert ranked_then == [False, False, False]
