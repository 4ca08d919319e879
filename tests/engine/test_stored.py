"""The round-trip law: what the CRM gives back after storing our value is the same value to us."""

from datetime import UTC, date, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.engine.fields import FIELDS
from connector.engine.records import Field, FieldType, Value
from connector.engine.stored import Column, cells, empty_column, is_empty, is_same, stored

NUMBER = Field("n", "core", "N", "number", "N", "", digits=3)
PERCENT = Field("p", "core", "P", "percent", "P", "", digits=5, scale=1)
TEXT = Field("t", "core", "T", "text", "T", "", length=5)
FLAG = Field("f", "core", "F", "checkbox", "F", "")
DAY = Field("d", "core", "D", "date", "D", "")
MOMENT = Field("m", "core", "M", "datetime", "M", "")

VALUES: dict[FieldType, st.SearchStrategy[object]] = {
    "number": st.floats(-1e12, 1e12) | st.just(np.nan),
    "percent": st.floats(-1e7, 1e7) | st.just(np.nan),
    "checkbox": st.booleans(),
    "text": st.none() | st.text(),
    "picklist": st.none() | st.text(),
    "long_text": st.none() | st.text(),
    "date": st.dates() | st.none(),
    "datetime": st.datetimes() | st.none(),
}


def as_told(values: list[object], field: Field) -> Column:
    """The values as a column of a snapshot."""
    if field.type in ("date", "datetime"):
        return np.array(values, "datetime64[us]" if field.type == "datetime" else "datetime64[D]")
    column = np.empty(len(values), "float64" if field.type in ("number", "percent") else object)
    column[:] = values
    return column


def given_back(values: list[Value], field: Field) -> Column:
    """The cells as the CRM gives them back: JSON numbers, ISO texts, dates and moments."""
    if field.type == "datetime":
        bare = [value and value.replace(tzinfo=None) for value in values if isinstance(value, datetime | None)]
        return np.array(bare, "datetime64[us]")
    if field.type == "date":
        return np.array(values, "datetime64[D]")
    column = np.empty(len(values), object)
    column[:] = values
    return column.astype(np.float64) if field.type in ("number", "percent") else column


@given(data=st.data(), field=st.sampled_from(FIELDS))
def test_a_stored_value_read_back_is_the_same(data: st.DataObject, field: Field) -> None:
    values = data.draw(st.lists(VALUES[field.type], min_size=1, max_size=5))

    ours = stored(as_told(values, field), field)
    theirs = stored(given_back(cells(ours, field), field), field)

    assert is_same(ours, theirs).all()


@pytest.mark.parametrize(
    ("told", "shown"), [(49.5, 50), (50.49, 50), (-0.4, 0), (-0.5, 0), (1234.0, 999), (-5000.0, -999), (np.nan, None)]
)
def test_a_number_is_rounded_half_up_and_kept_inside_its_field(told: float, shown: int | None) -> None:
    assert cells(stored(np.array([told]), NUMBER), NUMBER) == [shown]


def test_there_is_no_minus_zero() -> None:
    assert not np.signbit(stored(np.array([-0.1]), NUMBER)[0])


def test_a_percent_keeps_one_digit_and_stays_a_fraction() -> None:
    assert cells(stored(np.array([12.25, -3.0]), PERCENT), PERCENT) == [12.3, -3.0]


@pytest.mark.parametrize(
    ("told", "shown"),
    [("abcdef", "abcde"), ("  ab ", "ab"), ("abcd efg", "abcd"), ("   ", None), ("", None), (None, None)],
)
def test_a_text_is_cut_and_trimmed_and_never_empty(told: str | None, shown: str | None) -> None:
    assert cells(stored([told], TEXT), TEXT) == [shown]


def test_an_empty_checkbox_is_an_unticked_one() -> None:
    assert stored([None, False, True], FLAG).tolist() == [False, False, True]
    assert not is_empty(stored([None], FLAG)).any()


def test_a_moment_is_kept_to_the_second_and_is_utc() -> None:
    told = np.array(["2024-03-01T10:00:00.999", "NaT"], "datetime64[ms]")

    assert cells(stored(told, MOMENT), MOMENT) == [datetime(2024, 3, 1, 10, tzinfo=UTC), None]


def test_a_day_is_a_day() -> None:
    assert cells(stored(np.array(["2024-03-01", "NaT"], "datetime64[D]"), DAY), DAY) == [date(2024, 3, 1), None]


@pytest.mark.parametrize("field", [NUMBER, PERCENT, TEXT, DAY, MOMENT])
def test_an_empty_column_is_empty(field: Field) -> None:
    column = empty_column(field, 2)

    assert is_empty(column).all()
    assert is_same(column, stored(column, field)).all()


def test_an_empty_checkbox_column_is_unticked() -> None:
    assert empty_column(FLAG, 2).tolist() == [False, False]
