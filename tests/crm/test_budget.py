"""Are the calls of the day shared with people, whatever the gauge says?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.crm.base import Usage
from connector.crm.budget import Budget
from connector.errors import BudgetReached


def test_nothing_is_refused_before_the_first_reading() -> None:
    budget = Budget()

    budget.spend()

    assert budget.calls == 1
    assert budget.left() is None
    assert budget.usage is None


def test_a_fifth_of_the_day_is_left_to_people() -> None:
    budget = Budget(reserve=0.2)
    budget.hear(79, 100)

    budget.spend()

    with pytest.raises(BudgetReached, match=r"80 of 100 API calls.*20% are left to people.*CONNECTOR_API_RESERVE"):
        budget.spend()
    assert budget.calls == 1


def test_a_run_has_a_cap_of_its_own() -> None:
    budget = Budget(calls_per_run=2)
    budget.hear(10, 100_000)
    budget.spend()
    budget.spend()

    with pytest.raises(BudgetReached, match="CONNECTOR_API_CALLS_PER_RUN is 2"):
        budget.spend()


def test_what_does_not_fit_is_told_before_it_is_begun() -> None:
    budget = Budget(reserve=0.2)
    budget.hear(70, 100)

    budget.afford(10)
    with pytest.raises(BudgetReached, match="11 more do not fit"):
        budget.afford(11)


def test_a_gauge_that_steps_back_a_little_is_not_believed() -> None:
    budget = Budget()
    for reading in (8408, 8398, 8403, 8270 + 100):
        budget.hear(reading, 15_000)

    assert budget.usage == Usage(8408, 15_000)


def test_when_the_rolling_day_moves_on_there_is_room_again() -> None:
    budget = Budget()
    budget.hear(12_000, 15_000)
    assert budget.left() == 0

    budget.hear(3_000, 15_000)

    assert budget.left() == 9_000


@given(
    noise=st.lists(st.integers(-3, 3), min_size=50, max_size=300),
    begin=st.integers(0, 90),
    reserve=st.sampled_from([0.0, 0.1, 0.2, 0.5]),
)
def test_the_line_is_never_crossed_however_the_gauge_trembles(noise: list[int], begin: int, reserve: float) -> None:
    limit, used, budget = 400, begin, Budget(reserve=reserve)
    budget.hear(begin, limit)

    for error in noise:
        try:
            budget.spend()
        except BudgetReached:
            break
        used += 1
        budget.hear(max(used + error, 0), limit)

    assert used <= limit * (1 - reserve) or used == begin
