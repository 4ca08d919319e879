"""How often is a rule right, and how sure can we be?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.engine.precision import Tried


def test_a_rule_that_was_right_98_times_of_100_is_between_94_and_99_percent() -> None:
    tried = Tried(tried=200, said=100, right=98, confidence=0.9)

    assert (tried.coverage, tried.precision) == (0.5, 0.98)
    assert tried.interval == pytest.approx((0.94135, 0.99336), abs=1e-5)


def test_a_rule_that_said_nothing_is_neither_right_nor_wrong() -> None:
    tried = Tried(tried=0, said=0, right=0)

    assert (tried.coverage, tried.precision, tried.interval) == (None, None, None)


@given(st.integers(1, 10_000), st.data())
def test_an_interval_holds_its_precision_and_stays_a_share(said: int, data: st.DataObject) -> None:
    right = data.draw(st.integers(0, said))

    tried = Tried(said, said, right)

    assert tried.interval is not None
    assert -1e-9 <= tried.interval[0] <= right / said + 1e-9
    assert right / said - 1e-9 <= tried.interval[1] <= 1 + 1e-9
