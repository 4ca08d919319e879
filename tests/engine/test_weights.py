"""Do the rules become the numbers that the queries join?"""

import pytest

from connector.engine.rules import Rules
from connector.engine.weights import numbers, tables
from connector.mappings import read_mappings
from connector.shipped import shipped_mappings


@pytest.fixture(scope="module")
def rules() -> Rules:
    return read_mappings(shipped_mappings(), "default").rules


def test_a_seniority_without_a_weight_counts_once(rules: Rules) -> None:
    plain = Rules.model_validate(rules.model_dump() | {"roles": {"seniority": {}, "buying_role": {}}})

    assert set(tables(plain)["seniority_weights"]["factor"]) == {1.0}
    assert tables(plain)["role_weights"] == {"role_no": [0], "factor": [1.0], "is_wanted": [False]}


def test_each_repeat_halves(rules: Rules) -> None:
    assert list(tables(rules)["repeat_weights"]["factor"])[:4] == [1.0, 0.5, 0.25, 0.125]


def test_size_bands_follow_each_other(rules: Rules) -> None:
    bands = tables(rules)["size_bands"]

    assert list(bands["least_employees"]) == [0.0, 100.0, 1000.0, 10000.0]
    assert list(bands["below_employees"])[-1] == float("inf")


def test_a_meeting_is_urgent_from_a_director_on_and_a_demo_request_from_anybody(rules: Rules) -> None:
    kinds = tables(rules)["kinds"]
    from_rank = dict(zip(kinds["kind"], kinds["act_now_from"], strict=True))

    assert (from_rank["meeting"], from_rank["demo_form"], from_rank["call"]) == (3, 0, 99)


def test_the_numbers_in_the_queries_are_those_of_the_rules(rules: Rules) -> None:
    told = numbers(rules)

    assert told["repeat_seconds"] == 7 * 86_400
    assert (told["burst_count"], told["burst_seconds"], told["same_touch_seconds"]) == (3, 120, 60)
