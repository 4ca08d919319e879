"""Do JSON records and CSV pages become the same columns, with every character as it was?"""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.crm.salesforce.rows import Column, can_fill, columns_of_csv, from_csv, from_records
from connector.errors import Unavailable
from tests.crm.orgs import FIXTURES

ID = Column("id", "text", "Id", "id")
NAME = Column("name", "text", "Name", "string")
EVERY = (
    ID,
    NAME,
    Column("owner", "text", "Owner.Name", "string"),
    Column("amount", "number", "Amount", "currency"),
    Column("employees", "integer", "NumberOfEmployees", "int"),
    Column("size", "integer", "Size__c", "double"),
    Column("is_closed", "boolean", "IsClosed", "boolean"),
    Column("due_on", "date", "ActivityDate", "date"),
    Column("starts_at", "moment", "StartDateTime", "datetime"),
    Column("since", "moment", "Since__c", "date"),
    Column("started_on", "date", "StartDateTime", "datetime"),
    Column("missing", "text"),
    Column("is_deleted", "boolean"),
)
RECORD = {
    "attributes": {"type": "Task"}, "Id": "00T1", "Name": 'Zoë, "Ada"\nLtd', "Owner": {"Name": "Ann"}, "Amount": 12.5,
    "NumberOfEmployees": 7, "Size__c": 3.0, "IsClosed": True, "ActivityDate": "2026-01-02",
    "StartDateTime": "2026-01-02T03:04:05.000+0000", "Since__c": "2026-01-02",
}  # fmt: skip
NOTHING = {"attributes": {"type": "Task"}, "Id": "00T2", "Owner": None}


def page(rows: list[list[str]], *, lead: bytes = b"") -> bytes:
    """A Bulk page: every cell quoted, LF."""
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
    return lead + text.getvalue().encode()


def in_pieces(body: bytes, size: int) -> Iterator[bytes]:
    return (body[at : at + size] for at in range(0, len(body), size))


def test_a_json_record_becomes_columns_of_our_kinds() -> None:
    table = from_records([RECORD, NOTHING], EVERY)

    assert table.to_pylist()[0] == {
        "id": "00T1", "name": 'Zoë, "Ada"\nLtd', "owner": "Ann", "amount": 12.5, "employees": 7, "size": 3,
        "is_closed": True, "due_on": date(2026, 1, 2), "starts_at": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        "since": datetime(2026, 1, 2, tzinfo=UTC), "started_on": date(2026, 1, 2), "missing": None, "is_deleted": False,
    }  # fmt: skip
    assert table.to_pylist()[1] == dict.fromkeys(table.column_names) | {"id": "00T2", "is_deleted": False}


def test_the_same_rows_over_bulk_become_the_same_table() -> None:
    fields = ["Id", "Name", "Owner.Name", "Amount", "NumberOfEmployees", "Size__c", "IsClosed", "ActivityDate",
              "StartDateTime", "Since__c"]  # fmt: skip
    rows = [
        fields,
        ["00T1", 'Zoë, "Ada"\nLtd', "Ann", "12.5", "7", "3.0", "true", "2026-01-02", "2026-01-02T03:04:05.000Z",
         "2026-01-02"],
        ["00T2", *[""] * 9],
    ]

    assert from_csv([page(rows)], EVERY).to_pylist() == from_records([RECORD, NOTHING], EVERY).to_pylist()


@pytest.mark.parametrize("value", ["NA", "NULL", "null", "#N/A", "nan", "None", " ", "0", "false"])
def test_only_an_empty_cell_is_nothing(value: str) -> None:
    body = page([["Id", "Name"], ["1", value], ["2", ""]])

    assert from_csv([body], (ID, NAME))["name"].to_pylist() == [value, None]


@pytest.mark.parametrize("size", range(1, 40))
def test_a_character_cut_in_two_on_the_wire_arrives_whole(size: int) -> None:
    body = page([["Id", "Name"], ["1", "Zoë 😀 Ωμέγα"], ["2", "b"]], lead=b"\xef\xbb\xbf")

    assert from_csv(in_pieces(body, size), (ID, NAME))["name"].to_pylist() == ["Zoë 😀 Ωμέγα", "b"]


def test_a_nul_is_taken_out_over_rest_and_bulk_alike() -> None:
    by_rest = from_records([{"Id": "1", "Name": "a\0b"}], (ID, NAME))
    by_bulk = from_csv([page([["Id", "Name"], ["1", "a\0b"]])], (ID, NAME))

    assert by_rest.to_pylist() == by_bulk.to_pylist() == [{"id": "1", "name": "ab"}]


def test_half_a_surrogate_pair_does_not_stop_a_page() -> None:
    table = from_records([{"Id": "1", "Name": "broken \ud83d name"}, {"Id": "2", "Name": "whole 😀"}], (ID, NAME))

    assert table["name"].to_pylist() == ["broken \ufffd name", "whole 😀"]


def test_a_page_without_rows_has_a_header_only() -> None:
    assert from_csv([page([["Id", "Name"]])], (ID, NAME)).num_rows == 0
    assert from_csv([b'"Id","Name"'], (ID, NAME)).num_rows == 0


def test_a_page_without_a_byte_has_no_rows() -> None:
    assert from_csv([b""], (ID, NAME)).num_rows == 0
    assert from_csv([], (ID, NAME)).column_names == from_csv([page([["Id", "Name"]])], (ID, NAME)).column_names


@pytest.mark.parametrize(
    "told",
    ["2026-01-02T03:04:05.000+0000", "2026-01-02T03:04:05Z", "2026-01-02T03:04:05", "2026-01-02 03:04:05",
     "2026-01-02T03:04:05.000Z", "2026-01-02T05:04:05+02:00"],
)  # fmt: skip
def test_a_moment_means_the_same_however_it_is_written(told: str) -> None:
    starts, day = Column("at", "moment", "At", "datetime"), Column("on", "date", "On", "date")

    by_rest = from_records([{"At": told, "On": told}, {"At": None, "On": None}], (starts, day))
    by_bulk = from_csv([page([["At", "On"], [told, told], ["", ""]])], (starts, day))

    assert by_rest["at"].to_pylist() == by_bulk["at"].to_pylist() == [datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), None]
    assert by_rest["on"].to_pylist() == by_bulk["on"].to_pylist() == [date(2026, 1, 2), None]


@pytest.mark.parametrize(("yes", "no"), [("true", "false"), ("True", "False"), ("TRUE", "FALSE"), ("1", "0")])
def test_a_checkbox_means_the_same_however_it_is_written(yes: str, no: str) -> None:
    closed, seconds = Column("closed", "boolean", "IsClosed", "boolean"), Column("seconds", "integer", "S", "int")

    by_rest = from_records([{"IsClosed": yes, "S": "600"}, {"IsClosed": no, "S": 600.0}], (closed, seconds))
    by_bulk = from_csv([page([["IsClosed", "S"], [yes, "600"], [no, "600.0"]])], (closed, seconds))

    assert by_rest["closed"].to_pylist() == by_bulk["closed"].to_pylist() == [True, False]
    assert by_rest["seconds"].to_pylist() == by_bulk["seconds"].to_pylist() == [600, 600]


def test_a_short_id_becomes_a_long_one() -> None:
    owner = Column("owner", "text", "OwnerId", "reference")

    table = from_records([{"Id": "0015500001QdZPK", "OwnerId": None, "Name": "fifteen letters"}], (ID, owner, NAME))

    assert table.to_pylist() == [{"id": "0015500001QdZPKAA3", "owner": None, "name": "fifteen letters"}]


@pytest.mark.parametrize(
    "body",
    [b"Records not found for this query", b"<html>Down</html>", page([["Id"], ["1"]]),
     page([["Id", "Name", "X"], ["1", "a", "b"]]), page([["Id", "Name"], ["1", "a"], ["2"]]),
     page([["Id", "Name"], ["1", "ok"]]) + b'"2","\xff"\n'],
)  # fmt: skip
def test_a_page_that_is_not_what_was_asked_for_is_not_believed(body: bytes) -> None:
    with pytest.raises(Unavailable, match="Bulk results"):
        from_csv([body], (ID, NAME))


@pytest.mark.parametrize(
    ("field", "value"),
    [("Amount", "much"), ("IsClosed", "yes"), ("ActivityDate", "2026-13-40"), ("StartDateTime", "noon")],
)
def test_a_json_value_of_a_wrong_type_is_named(field: str, value: str) -> None:
    with pytest.raises(Unavailable, match=field):
        from_records([RECORD | {field: value}], EVERY)


ROWS = st.tuples(st.text(), st.integers(-(2**53), 2**53), st.booleans(), st.none() | st.dates(date(1700, 1, 1)))


@given(st.lists(ROWS, max_size=20), st.integers(1, 50))
def test_whatever_text_a_row_holds_both_ways_agree(rows: list[tuple[Any, ...]], size: int) -> None:
    number, flag = Column("n", "integer", "N", "int"), Column("b", "boolean", "B", "boolean")
    columns = (NAME, number, flag, Column("d", "date", "D", "date"))
    rows = [(name.replace("\r", ""), *rest) for name, *rest in rows]
    body = [[name, str(n), str(b).lower(), d.isoformat() if d else ""] for name, n, b, d in rows]
    records = [{"Name": name or None, "N": n, "B": b, "D": d.isoformat() if d else None} for name, n, b, d in rows]

    by_bulk = from_csv(in_pieces(page([["Name", "N", "B", "D"], *body]), size), columns)

    by_rest = from_records(records, columns)
    assert by_bulk.num_rows == by_rest.num_rows
    assert [row | {"name": row["name"] or None} for row in by_rest.to_pylist()] == by_bulk.to_pylist()


def test_which_fields_can_fill_which_columns() -> None:
    assert can_fill("text", "picklist")
    assert can_fill("text", "double")
    assert can_fill("integer", "currency")
    assert can_fill("moment", "date")
    assert not can_fill("number", "string")
    assert not can_fill("boolean", "picklist")
    assert not can_fill("date", "string")


def test_columns_of_a_result_file_are_found_by_name_in_any_order() -> None:
    body = page([["sf__Error", "Other", "Id"], ["CODE:text", "x", "1"]])

    table = columns_of_csv([body], ["Id", "sf__Id", "sf__Error"])

    assert table.to_pylist() == [{"Id": "1", "sf__Id": None, "sf__Error": "CODE:text"}]
    assert columns_of_csv([b""], ["Id"]) == pa.table({"Id": pa.array([], pa.string())})


@pytest.mark.skipif(not FIXTURES.is_dir(), reason="the recorded fixtures are not beside this checkout")
@pytest.mark.parametrize(
    "name", ["csv_dataloader/csvtext.csv", "csv_dataloader/csvtext_BOM_UTF8.csv", "csv_dataloader/csvEscapedQuotes.csv",
             "csv_jsforce/Account_bulk2_test.csv"],
)  # fmt: skip
def test_recorded_csv_files_read_as_the_standard_library_reads_them(name: str) -> None:
    body = (FIXTURES / name).read_bytes()
    wanted = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))
    columns = [Column(field, "text", field, "string") for field in wanted[0]]

    table = from_csv(in_pieces(body, 7), columns)

    assert table.to_pylist() == [{key: value or None for key, value in row.items()} for row in wanted]
