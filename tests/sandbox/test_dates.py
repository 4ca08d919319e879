"""Which days does a date word mean?"""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.sandbox.salesforce.soql.dates import COUNTED, PLAIN, span
from connector.sandbox.salesforce.soql.tree import DateWord

MONDAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("word", "count", "first", "after"),
    [
        ("TODAY", 0, date(2026, 3, 2), date(2026, 3, 3)),
        ("THIS_WEEK", 0, date(2026, 3, 1), date(2026, 3, 8)),
        ("LAST_WEEK", 0, date(2026, 2, 22), date(2026, 3, 1)),
        ("LAST_MONTH", 0, date(2026, 2, 1), date(2026, 3, 1)),
        ("THIS_QUARTER", 0, date(2026, 1, 1), date(2026, 4, 1)),
        ("NEXT_QUARTER", 0, date(2026, 4, 1), date(2026, 7, 1)),
        ("LAST_YEAR", 0, date(2025, 1, 1), date(2026, 1, 1)),
        ("LAST_N_DAYS", 3, date(2026, 2, 27), date(2026, 3, 3)),
        ("LAST_90_DAYS", 0, date(2025, 12, 2), date(2026, 3, 3)),
        ("NEXT_N_DAYS", 3, date(2026, 3, 3), date(2026, 3, 6)),
        ("N_DAYS_AGO", 3, date(2026, 2, 27), date(2026, 2, 28)),
        ("LAST_N_MONTHS", 2, date(2026, 1, 1), date(2026, 3, 1)),
        ("N_QUARTERS_AGO", 1, date(2025, 10, 1), date(2026, 1, 1)),
        ("NEXT_N_YEARS", 2, date(2027, 1, 1), date(2029, 1, 1)),
    ],
)
def test_a_date_word_covers_the_days_of_the_reference(word: str, count: int, first: date, after: date) -> None:
    assert span(DateWord(word, count), MONDAY) == (first, after)


@given(st.sampled_from(sorted([*PLAIN, *COUNTED])), st.integers(1, 50), st.dates(date(1900, 1, 1), date(2200, 1, 1)))
def test_every_date_word_covers_at_least_a_day(word: str, count: int, today: date) -> None:
    first, after = span(DateWord(word, count), today)

    assert first < after


@given(st.sampled_from(["WEEK", "MONTH", "QUARTER", "YEAR"]), st.dates(date(1900, 1, 1), date(2200, 1, 1)))
def test_last_this_and_next_join_without_a_gap(unit: str, today: date) -> None:
    last, this, following = (span(DateWord(f"{word}_{unit}"), today) for word in ("LAST", "THIS", "NEXT"))

    assert last[1] == this[0] <= today < this[1] == following[0]
