"""Do several keys sort as one number, and come back as they were?"""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from connector.engine.packing import BITS, packing, sort, together

KEYS = st.tuples(st.integers(-(2**31), 2**31 - 1), st.integers(-3, 70_000), st.integers(0, 2**10))


@given(st.lists(KEYS, min_size=1, max_size=60), st.integers(1, 7))
def test_keys_come_back_in_the_order_of_their_rows(rows: list[tuple[int, int, int]], size: int) -> None:
    keys = np.array(rows, dtype=np.int32).T
    how = packing([(int(key.min()), int(key.max())) for key in keys])
    assert how is not None

    packed = how.packed(([key[at : at + size] for key in keys] for at in range(0, len(rows), size)), len(rows))
    order, first = sort(packed)

    assert list(zip(*(key.tolist() for key in how.keys(packed)), strict=True)) == sorted(rows)
    assert [rows[at] for at in order] == sorted(rows)
    assert [sorted(rows)[at] for at in first] == sorted(set(rows))


def test_keys_that_one_number_cannot_hold_are_not_packed() -> None:
    assert packing([(0, 2**30), (0, 2**32 - 1)]) is not None
    assert packing([(0, 2**31), (0, 2**32 - 1)]) is None
    assert (2**30).bit_length() + (2**32 - 1).bit_length() == BITS


@given(st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3), st.integers(-3, 3)), max_size=40), st.booleans())
def test_rows_stand_together_by_all_their_keys_however_far_apart_these_are(
    rows: list[tuple[int, int, int]], is_far: bool
) -> None:
    far = 10**9 if is_far else 1  # so far that no single number tells all combinations apart
    keys = (np.array(rows, dtype=np.int64).reshape(-1, 3) * far).T

    order, first = together(*keys)

    found = [tuple(row) for row in keys.T[order].tolist()]
    assert found == sorted(tuple(far * key for key in row) for row in rows)
    assert [found[at] for at in first] == sorted(set(found))
