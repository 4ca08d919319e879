"""How do arrays of numbers become Salesforce columns and ids?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from connector.sandbox.world.recipe import DAY, NEVER, Bools, Ints

PREFIXES = {
    "Account": "001", "Contact": "003", "Lead": "00Q", "User": "005", "Opportunity": "006", "Task": "00T",
    "OpportunityContactRole": "00K", "Event": "00U", "TaskRelation": "0RT", "EventRelation": "0RE",
    "EmailMessage": "02s",
    "EmailMessageRelation": "0CB", "Campaign": "701", "CampaignMember": "00v", "CampaignMemberStatus": "01Y",
}  # fmt: skip
DIGITS = np.frombuffer(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", dtype=np.uint8)
CHECKSUM = np.frombuffer(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345", dtype=np.uint8)
POD = b"Wd00"  # characters 4 to 7 name the instance and are the same throughout an org


def make_ids(sobject: str, numbers: Ints) -> pa.Array:
    """The 18-character ids of the n-th records of an object; the last three characters check the case of the rest."""
    chars = np.empty((len(numbers), 18), dtype=np.uint8)
    chars[:, :7] = np.frombuffer(PREFIXES[sobject].encode() + POD, dtype=np.uint8)
    left = numbers.copy()
    for place in range(14, 6, -1):
        left, digit = np.divmod(left, 62)
        chars[:, place] = DIGITS[digit]
    upper = (chars[:, :15] >= ord("A")) & (chars[:, :15] <= ord("Z"))
    bits = upper.reshape(-1, 3, 5) @ (1 << np.arange(5))
    chars[:, 15:] = CHECKSUM[bits]
    return _fixed_width_strings(chars)


def first_ids(sobject: str, count: int) -> pa.Array:
    """The ids of the first records of an object."""
    return make_ids(sobject, np.arange(count) + 1)


def _fixed_width_strings(chars: np.ndarray[tuple[int, int], np.dtype[np.uint8]]) -> pa.Array:
    rows, width = chars.shape
    offsets = np.arange(rows + 1, dtype=np.int32) * width
    return pa.StringArray.from_buffers(rows, pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(chars)))


def pick(pool: pa.Array | Sequence[str | None], codes: Ints) -> pa.Array:
    """The pool's value for each code, kept as a dictionary; a negative code is null."""
    values = pool if isinstance(pool, pa.Array) else pa.array(pool, pa.string())
    if values.null_count:  # Arrow cannot put dictionaries with nulls end to end
        known = values.is_valid().to_numpy(zero_copy_only=False)
        codes, values = np.where((codes >= 0) & known[codes], codes, -1), values.fill_null("")
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32), mask=codes < 0), values)


def same(value: str, rows: int) -> pa.Array:
    """One word for every row."""
    return pick([value], np.zeros(rows, dtype=np.int64))


def no(rows: int) -> pa.Array:
    return pa.array(np.zeros(rows, dtype=bool))


def yes(rows: int) -> pa.Array:
    return pa.array(np.ones(rows, dtype=bool))


def empty(rows: int) -> pa.Array:
    """A text column without a value."""
    return pick([], np.full(rows, -1))


def moments(at: Ints) -> pa.Array:
    """Milliseconds as UTC timestamps, cut to the whole seconds Salesforce keeps; NEVER is null."""
    return pa.array(at // 1_000 * 1_000, mask=at == NEVER).cast(pa.timestamp("ms", "UTC"))


def dates(at: Ints) -> pa.Array:
    """The UTC dates of moments; NEVER is null."""
    return pa.array(np.where(at == NEVER, 0, at // DAY).astype(np.int32), mask=at == NEVER).cast(pa.date32())


def whole(values: Ints, known: Bools | None = None) -> pa.Array:
    return pa.array(values.astype(np.int64), mask=None if known is None else ~known)


def strings(values: Sequence[str | None]) -> pa.Array:
    return pa.array(values, pa.string())
