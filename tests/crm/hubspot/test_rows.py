"""Do HubSpot's texts become the values they stand for, and our values the texts HubSpot takes?"""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.crm.hubspot.answers import error_of, read_refusal
from connector.crm.hubspot.cells import as_text, is_held
from connector.crm.hubspot.properties import PropertyFacts, facts_of
from connector.crm.hubspot.rows import TYPES, Column, cell_of, from_records, milliseconds, moment_of
from connector.engine.records import Cell, Kind
from connector.errors import BudgetReached, ConnectorError, Unavailable

FIXTURES = Path(__file__).parents[4] / "shared" / "fixtures" / "hubspot"
PROPERTIES = FIXTURES / "properties_grouparoo_properties_v1_contacts_properties.json"
ERRORS = FIXTURES / "grouparoo_errors.jsonl"
needs_fixtures = pytest.mark.skipif(not FIXTURES.exists(), reason="the recorded answers are not on this machine")
MOMENT = datetime(2026, 11, 21, 23, 59, 59, 125_000, tzinfo=UTC)
EARLY, LATE = MOMENT.replace(year=1990, tzinfo=None), MOMENT.replace(year=2090, tzinfo=None)


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("Acme", "text", "Acme"), ("", "text", None), (None, "text", None), (73074756, "text", "73074756"),
        (True, "text", "true"), ("a\0b\ud83d", "text", "ab�"), ("43", "integer", 43), ("250.0", "integer", 250),
        ("9007199254740993", "integer", 9007199254740993), ("", "integer", None), ("1e3", "number", 1000.0),
        ("0.200000000000000011102230246251565404236316680908203125", "number", 0.2), ("true", "boolean", True),
        ("false", "boolean", False), (False, "boolean", False), ("", "boolean", None),
        ("2026-11-21", "date", date(2026, 11, 21)), ("1795219200000", "date", date(2026, 11, 21)),
        ("2026-11-21T23:59:59.125Z", "moment", MOMENT), (milliseconds(MOMENT), "moment", MOMENT),
        (str(milliseconds(MOMENT)), "moment", MOMENT),
        ("2026-11-21T23:59:59Z", "moment", MOMENT.replace(microsecond=0)),
        ("2026-11-22T00:59:59.125+01:00", "moment", MOMENT),
    ],
)  # fmt: skip
def test_a_value_is_read_as_what_it_stands_for(text: Any, kind: Kind, value: Any) -> None:
    assert cell_of(text, kind) == value
    table = from_records([{"x": text}], [Column("ours", kind, "x")])
    assert table.schema == pa.schema([("ours", TYPES[kind])])
    assert table["ours"].to_pylist() == [value]


@pytest.mark.parametrize(("text", "kind"), [("abc", "number"), ("soon", "moment"), ("maybe", "boolean"), ([], "date")])
def test_a_value_that_is_none_of_its_kind_is_told_by_its_property(text: Any, kind: Kind) -> None:
    with pytest.raises(Unavailable, match=f"closedate: a value that is no {kind}"):
        from_records([{"closedate": text}], [Column("ours", kind, "closedate")])


@pytest.mark.parametrize("told", ["9007199254740993", "9007199254740993.0", "9007199254740993.000", 9007199254740993])
def test_an_id_stays_itself_when_a_number_property_tells_it_with_a_fraction_of_nothing(told: Any) -> None:
    table = from_records([{"associatedcompanyid": told}], [Column("company_id", "text", "associatedcompanyid")])

    assert table["company_id"].to_pylist() == ["9007199254740993"]


def test_a_column_that_nothing_fills_is_empty_and_no_row_counts_as_deleted() -> None:
    table = from_records([{"id": "1"}], [Column("is_deleted", "boolean"), Column("tier", "text")])
    assert table.to_pylist() == [{"is_deleted": False, "tier": None}]


@given(st.datetimes(EARLY, LATE, timezones=st.just(UTC)))
def test_a_moment_told_in_milliseconds_is_never_earlier_than_it_is(moment: datetime) -> None:
    """A window's edges reach HubSpot as whole milliseconds: a row is inside exactly when its stamp is."""
    told = moment_of(milliseconds(moment))
    assert moment <= told < moment + timedelta(milliseconds=1)


A_NUMBER = PropertyFacts("x", "number")
CELLS = {
    "number": st.floats(-1e12, 1e12, allow_nan=False).map(lambda value: round(value, 6)),
    "date": st.dates(date(1970, 1, 1), date(2100, 1, 1)),
    "datetime": st.datetimes(EARLY, LATE, timezones=st.timezones()),
    "string": st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")).filter(str.strip),
    "bool": st.booleans(),
}


@pytest.mark.parametrize("kind", CELLS)
@given(data=st.data())
def test_what_is_written_reads_back_as_what_was_meant(kind: str, data: st.DataObject) -> None:
    """B21: dates are days, moments are UTC, numbers are plain."""
    facts, cell = PropertyFacts("x", kind), data.draw(CELLS[kind])
    text = as_text(cell, facts)

    assert is_held(text, text, facts)
    assert not is_held(text, "", facts)
    assert "e" not in text.lower() or kind in ("string", "bool")
    assert text == text.strip() or kind == "string"
    if kind == "date":
        assert (text, cell_of(text, "date")) == (cell.isoformat(), cell)
    if kind == "number":
        assert float(text) == pytest.approx(cell)
    if kind == "datetime":
        assert moment_of(text) == cell.astimezone(UTC) - timedelta(microseconds=cell.microsecond % 1_000)


@pytest.mark.parametrize(
    ("cell", "kind", "text"),
    [
        (None, "number", ""), (None, "date", ""), (0.0, "number", "0"), (-0.0, "number", "0"), (42.0, "number", "42"),
        (1e-9, "number", "0.000000001"), (1e16, "number", "10000000000000000"), (7, "number", "7"),
        (True, "enumeration", "true"), (" padded ", "enumeration", "padded"), (" padded ", "string", " padded "),
        (datetime(2026, 11, 21, 23, 30, tzinfo=UTC), "date", "2026-11-21"),
        (date(2026, 11, 21), "datetime", "2026-11-21T00:00:00.000Z"),
    ],
)  # fmt: skip
def test_a_cell_is_written_in_the_way_its_property_takes_it(cell: Cell, kind: str, text: str) -> None:
    assert as_text(cell, PropertyFacts("x", kind)) == text


@pytest.mark.parametrize(
    ("sent", "held", "kind", "is_it"),
    [
        ("", None, "number", True), ("", "", "string", True), ("0", None, "number", False), ("0.2",
        "0.200000000000000011102230246251565404236316680908203125", "number", True), ("5", "6", "number", False),
        ("2026-11-21", "1795219200000", "date", True), ("2026-11-21T00:00:00.000Z", "2026-11-21T00:00:00Z", "datetime",
        True), ("Warm", "warm", "enumeration", False), ("two  calls", "two calls", "string", True), ("5", "x", "number",
        False),
    ],
)  # fmt: skip
def test_what_is_held_is_compared_by_its_meaning(sent: str, held: Any, kind: str, is_it: bool) -> None:
    assert is_held(sent, held, PropertyFacts("x", kind)) is is_it


@needs_fixtures
def test_every_recorded_property_can_be_written_and_read() -> None:
    """B21, on the definitions of a real portal."""
    known = [facts_of(one) for one in json.loads(PROPERTIES.read_text())]
    cells: dict[str, Cell] = {
        "number": 1.5, "date": date(2026, 11, 21), "datetime": MOMENT, "bool": True, "string": "x", "enumeration": "x",
    }  # fmt: skip
    kinds: dict[str, Kind] = {"number": "number", "date": "date", "datetime": "moment", "bool": "boolean"}

    assert len(known) == 225
    for facts in known:
        cell = cells.get(facts.type, "x")
        text = as_text(cell, facts)
        assert cell_of(text, kinds.get(facts.type, "text")) == cell
        assert is_held(text, text, facts)


@needs_fixtures
def test_every_recorded_refusal_becomes_an_error_of_ours_with_its_correlation_id() -> None:
    recorded = [json.loads(line) for line in ERRORS.read_text().splitlines()]
    assert len(recorded) == 75
    for one in recorded:
        refusal = read_refusal(one["status"], one["response"], one["headers"])
        error = error_of(refusal, "place")
        assert isinstance(error, ConnectorError)
        assert not isinstance(error, BudgetReached)
        assert refusal.correlation_id in str(error)
        assert "@" not in str(error)
