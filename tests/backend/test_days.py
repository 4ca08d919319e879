"""Are rows of one account, day and person put together, however far apart the numbers are?"""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.backend.days import KEYS, by_keys

ROWS = st.lists(st.tuples(st.integers(1, 3), st.integers(-2, 3), st.integers(-1, 3)), max_size=40)


@pytest.mark.parametrize("apart", [1, 1_000, 500_000_000], ids=["near", "far", "too far for one number"])
@given(rows=ROWS)
def test_each_combination_is_there_once_in_order(apart: int, rows: list[tuple[int, int, int]]) -> None:
    keys = np.array(rows, dtype=np.int32).reshape(-1, 3).T * np.int32(apart)
    told = list(zip(*keys.tolist(), strict=True))

    found, order, first = by_keys(pa.table(list(keys), KEYS))

    assert list(zip(*(key.tolist() for key in found), strict=True)) == sorted(set(told))
    assert [told[at] for at in order] == sorted(told)
    assert [sorted(told)[at] for at in first] == sorted(set(told))
