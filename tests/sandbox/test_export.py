"""Does a team's own data export become an org, whole, and does a bad cell say where it is?"""

from __future__ import annotations

import zipfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from connector.errors import ConfigError
from connector.sandbox.salesforce.export import read_export
from tests.sandbox.leadforge_export import leadforge_tables, write_export

ACCOUNT = '"Id","Name","NumberOfEmployees","AnnualRevenue","IsDeleted","CreatedDate","SystemModstamp"\n'
FIRST = '"001000000000001AAA","Brook & Söhne","120","1500000.50","0","2025-03-01 08:30:00","2026-01-02 03:04:05"\n'
MADE_BY_OTHERS = Path(__file__).parents[3] / "shared" / "fixtures" / "salesforce" / "csv_dataloader"
REFERENCES = (
    ("Contact", "AccountId", "Account"),
    ("Opportunity", "AccountId", "Account"),
    ("CampaignMember", "LeadId", "Lead"),
    ("CampaignMember", "CampaignId", "Campaign"),
    ("Task", "OwnerId", "User"),
    ("OpportunityContactRole", "ContactId", "Contact"),
)


def export_of(folder: Path, **files: str | bytes) -> Path:
    """A folder with these CSV files, and an account unless one is given."""
    for name, content in {"Account": ACCOUNT + FIRST, **files}.items():
        text = content.encode() if isinstance(content, str) else content
        (folder / f"{name}.csv").write_bytes(text)
    return folder


def test_cells_become_values_of_their_field(tmp_path: Path) -> None:
    account = read_export(export_of(tmp_path)).tables["Account"].to_pylist()[0]

    assert account == {
        "Id": "001000000000001AAA",
        "Name": "Brook & Söhne",
        "NumberOfEmployees": 120,
        "AnnualRevenue": 1_500_000.5,
        "IsDeleted": False,
        "CreatedDate": datetime(2025, 3, 1, 8, 30, tzinfo=UTC),
        "SystemModstamp": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
    }


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "iso-8859-1", "utf-16", "utf-32"])
def test_umlauts_survive_every_encoding_salesforce_and_its_tools_write(tmp_path: Path, encoding: str) -> None:
    export = export_of(tmp_path, Account=(ACCOUNT + FIRST).encode(encoding))

    assert read_export(export).tables["Account"]["Name"].to_pylist() == ["Brook & Söhne"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-01-02 03:04:05", "2026-01-02T03:04:05"),
        ("2026-01-02T03:04:05.000Z", "2026-01-02T03:04:05"),
        ("2026-01-02T03:04:05.000+0000", "2026-01-02T03:04:05"),
        ("2026-01-02T03:04:05+02:00", "2026-01-02T01:04:05"),
        ("2026-01-01 22:14:45-0800", "2026-01-02T06:14:45"),
        ("2026-01-02 03:04", "2026-01-02T03:04:00"),
    ],
)
def test_moments_are_read_as_utc_however_they_are_written(tmp_path: Path, written: str, meant: str) -> None:
    event = f'"Id","StartDateTime"\n"00U000000000001AAA","{written}"\n'

    starts = read_export(export_of(tmp_path, Event=event)).tables["Event"]["StartDateTime"].to_pylist()

    assert starts == [datetime.fromisoformat(meant).replace(tzinfo=UTC)]


def test_a_date_keeps_its_day_whatever_time_follows_it(tmp_path: Path) -> None:
    task = '"Id","ActivityDate"\n"00T000000000001AAA","2026-01-31"\n"00T000000000002AAA","2026-01-31 00:00:00"\n'

    days = read_export(export_of(tmp_path, Task=task)).tables["Task"]["ActivityDate"].to_pylist()

    assert days == [date(2026, 1, 31)] * 2


def test_a_bad_cell_is_named_with_file_line_and_column(tmp_path: Path) -> None:
    task = (
        '"Id","Subject","ActivityDate","CallDurationInSeconds"\n'
        '"00T000000000001AAA","two\nlines","2026-01-31","60"\n'
        '"00T000000000002AAA","late","31.12.2025","a minute"\n'
    )

    with pytest.raises(ConfigError) as told:
        read_export(export_of(tmp_path, Task=task))

    assert told.value.problems == (
        "Task.csv line 4, ActivityDate: '31.12.2025' is not a date such as 2026-01-31",
        "Task.csv line 4, CallDurationInSeconds: 'a minute' is not a whole number such as 42",
    )


def test_a_thousand_bad_cells_are_counted_not_listed(tmp_path: Path) -> None:
    rows = "".join(f'"00T{n:012d}AAA","never"\n' for n in range(1_000))

    with pytest.raises(ConfigError) as told:
        read_export(export_of(tmp_path, Task='"Id","ActivityDate"\n' + rows))

    assert len(told.value.problems) == 21
    assert told.value.problems[-1] == "Task.csv, ActivityDate: 980 more cells that cannot be read"


def test_a_row_with_a_cell_too_many_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"Task.csv row 3: 3 cells where the header has 2"):
        read_export(
            export_of(tmp_path, Task='"Id","Subject"\n"00T000000000001AAA","a"\n"00T000000000002AAA","b","c"\n')
        )


def test_unknown_files_and_columns_are_named_and_left_out(tmp_path: Path) -> None:
    (tmp_path / "readme.txt").write_text("hello")
    export = read_export(
        export_of(tmp_path, Contact='"Id","Shoe"\n"003000000000001AAA","44"\n', Gadget='"Id"\n"a01000000000001AAA"\n')
    )

    assert export.tables["Contact"].column_names == ["Id", "SystemModstamp"]
    assert export.left_out == (
        "Contact.csv: column Shoe",
        "Gadget.csv: not an object we know",
        "readme.txt: not an object we know",
    )


def test_fields_and_objects_of_the_teams_own_come_with_the_type_their_cells_suggest(tmp_path: Path) -> None:
    heads = '"Id","Tier__c","Ready__c","Seats__c","Spend__c","Since__c"\n'
    own = heads + '"001000000000001AAA","A","1","12","9.5","2026-01-31"\n"001000000000002AAA","","0","","",""\n'
    export = read_export(export_of(tmp_path, Account=own, Thing__c='"Id","Size__c"\n"a01000000000001AAA","7"\n'))

    assert [str(kind) for kind in export.tables["Account"].drop("SystemModstamp").schema.types] == [
        "string", "string", "bool", "int64", "double", "date32[day]",
    ]  # fmt: skip
    assert export.tables["Thing__c"].drop("SystemModstamp").to_pylist() == [{"Id": "a01000000000001AAA", "Size__c": 7}]


def test_several_zips_are_one_export_and_the_last_word_on_a_row_counts(tmp_path: Path) -> None:
    later = FIRST.replace("Brook & Söhne", "Brook AG")
    for number, rows in enumerate((FIRST, FIRST.replace("01AAA", "02AAA") + later), start=1):
        with zipfile.ZipFile(tmp_path / f"WE_00D_{number}.ZIP", "w") as part:
            part.writestr("Account.csv", ACCOUNT + rows)

    accounts = read_export(tmp_path).tables["Account"].sort_by("Id")

    assert accounts["Name"].to_pylist() == ["Brook AG", "Brook & Söhne"]


def test_the_clock_starts_at_the_newest_stamp_and_rows_appear_when_they_were_created(tmp_path: Path) -> None:
    export = read_export(
        export_of(tmp_path, Account=ACCOUNT + FIRST + FIRST.replace("01AAA", "02AAA").replace("2025-03", "2025-06"))
    )
    spring, autumn = datetime(2025, 4, 1, tzinfo=UTC), datetime(2025, 10, 1, tzinfo=UTC)

    assert export.now == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert export.history(spring)["Account"].num_rows == 1
    assert export.between(spring, autumn)["Account"]["Id"].to_pylist() == ["001000000000002AAA"]
    assert export.history(export.now)["Account"].num_rows == 2


def test_ids_of_fifteen_characters_are_those_of_eighteen(tmp_path: Path) -> None:
    found = read_export(export_of(tmp_path, Contact=b"Id,AccountId\n0030000000000aB,001000000000001\n,\n"))

    assert found.tables["Contact"].select(["Id", "AccountId"]).to_pylist() == [
        {"Id": "0030000000000aBAAQ", "AccountId": "001000000000001AAA"}, {"Id": None, "AccountId": None},
    ]  # fmt: skip


def test_rows_without_a_stamp_are_there_from_the_start_and_the_clock_shows_today(tmp_path: Path) -> None:
    found = read_export(export_of(tmp_path, Account=b"Id, name \n001000000000001AAA,Acme\n"))

    (row,) = found.history(found.now)["Account"].to_pylist()

    assert (row["Name"], row["SystemModstamp"]) == ("Acme", datetime(2000, 1, 1, tzinfo=UTC))
    assert datetime.now(UTC) - found.now < timedelta(days=1)


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({}, "there is no Account.csv in it"),
        ({"Account.csv": b'"Name"\n"x"\n'}, "Account.csv: has no column Id"),
        ({"Account.csv": b"Id,Name,name\n001000000000001,x,y\n"}, "Account.csv: there is more than one column name"),
        ({"export.zip": b"not a zip"}, "cannot be unpacked"),
        ({"Account.csv": b'"Id","Name"\n"12","x"\n'}, "'12' is not an id of 15 or 18 letters and digits"),
    ],
)
def test_what_is_no_export_is_refused_in_one_clear_line(tmp_path: Path, files: dict[str, bytes], told: str) -> None:
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)

    with pytest.raises(ConfigError, match=told):
        read_export(tmp_path)


def test_a_path_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such folder or zip"):
        read_export(tmp_path / "nowhere")


@pytest.mark.skipif(not MADE_BY_OTHERS.exists(), reason="the shared fixtures are not here")
@pytest.mark.parametrize(
    "name", ["accountsForInsert.csv", "csvtext_BOM_UTF16LE.csv", "csvtext_BOM_UTF32BE.csv", "csvEscapedQuotes.csv"]
)
def test_files_other_tools_made_are_read_up_to_their_missing_ids(tmp_path: Path, name: str) -> None:
    (tmp_path / "Account.csv").write_bytes((MADE_BY_OTHERS / name).read_bytes())

    with pytest.raises(ConfigError, match=r"Account.csv: has no column Id"):
        read_export(tmp_path)


def test_a_world_nobody_here_wrote_comes_in_whole(tmp_path: Path) -> None:
    world = leadforge_tables(tmp_path / "leadforge", accounts=60, leads=150)
    written = write_export(world, tmp_path / "export")

    export = read_export(tmp_path / "export")

    assert {name: rows.num_rows for name, rows in export.tables.items()} == {
        name: len(rows) for name, rows in written.items()
    }
    assert export.left_out == ()
    newest = max(world["touches"]["touch_timestamp"].max(), world["sales_activities"]["activity_timestamp"].max())
    assert export.now.date() == date.fromisoformat(newest)
    for child, field, parent in REFERENCES:
        assert lost(export.tables[child][field], export.tables[parent]) == 0, f"{child}.{field}"
    people = pa.concat_tables([export.tables[name].select(["Id"]) for name in ("Contact", "Lead")])
    assert lost(export.tables["Task"]["WhoId"], people) == 0
    assert lost(export.tables["Event"]["WhoId"], people) == 0


def lost(references: pa.ChunkedArray, rows: pa.Table) -> int:
    """How many references lead nowhere."""
    found = pc.is_in(references, rows["Id"].combine_chunks())
    return int(pc.sum(pc.and_(pc.is_valid(references), pc.invert(found))).as_py() or 0)
