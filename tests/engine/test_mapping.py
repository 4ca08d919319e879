"""Does a mapping say what is read and written, and refuse what cannot be meant?"""

from pathlib import Path

import pytest
from pydantic import ValidationError
from ruamel.yaml import YAML

from connector.engine.mapping import Mapping, ReadMapping, WriteMapping
from connector.engine.records import HUBSPOT_STREAMS, SALESFORCE_STREAMS

SHIPPED = Path(__file__).parents[2] / "mappings" / "salesforce.yaml"


def the_shipped_mapping() -> Mapping:
    return Mapping.model_validate(YAML(typ="safe").load(SHIPPED.read_text()))


def test_the_shipped_mapping_names_every_column_of_every_stream() -> None:
    mapping = the_shipped_mapping()

    assert list(mapping.read_faults(SALESFORCE_STREAMS)) == []
    for stream in SALESFORCE_STREAMS:
        assert set(mapping.read[stream.name].fields) == set(stream.columns)


def test_hubspots_mapping_names_every_column_too_and_writes_small_names() -> None:
    mapping = Mapping.model_validate(YAML(typ="safe").load(SHIPPED.with_name("hubspot.yaml").read_text()))

    assert list(mapping.read_faults(HUBSPOT_STREAMS)) == []
    for stream in HUBSPOT_STREAMS:
        assert set(mapping.read[stream.name].fields) == set(stream.columns)
    assert {"ae_score", "ae_mqa_date"} < set(mapping.write.written().values())
    assert all(name == name.lower() and "__" not in name for name in mapping.write.every().values())


def test_a_question_mark_says_that_an_org_may_lack_the_field() -> None:
    mapping = the_shipped_mapping()

    assert mapping.read["task"].fields["type"].optional
    assert mapping.read["task"].fields["type"].name == "Type"
    assert mapping.read["event_relation"].object.optional
    assert not mapping.read["account"].object.optional


def test_a_mapping_survives_being_written_down() -> None:
    mapping = the_shipped_mapping()

    assert Mapping.model_validate(mapping.model_dump()) == mapping


def test_unknown_streams_and_columns_and_empty_needed_columns_are_all_told() -> None:
    fields = {"id": "Id", "modified_at": None, "naem": "Name", "name": "Name?"}
    mapping = Mapping.model_validate(
        {"read": {"account": {"object": "Account", "fields": fields}, "acount": {"object": "A", "fields": {}}}}
    )

    faults = dict(mapping.read_faults(SALESFORCE_STREAMS))

    assert set(faults) == {
        "read.acount", "read.account.fields.naem", "read.account.fields.modified_at", "read.account.fields.name",
    }


@pytest.mark.parametrize(
    "where",
    ["Type != 'x') OR (Name != ''", "Name = 'a' ORDER BY Id", "Name = 'a' LIMIT 1", "Name = 'it", "a; b", "x) OR (y"],
)
def test_a_filter_that_could_widen_the_query_is_refused(where: str) -> None:
    with pytest.raises(ValidationError, match="one condition"):
        ReadMapping.model_validate({"object": "Account", "fields": {"id": "Id"}, "where": where})


@pytest.mark.parametrize("where", ["Type != 'Competitor'", "(A = 1 OR B = 2) AND Name != 'O\\'Neil) ORDER BY ('"])
def test_a_filter_with_brackets_and_quotes_in_order_is_taken(where: str) -> None:
    assert ReadMapping.model_validate({"object": "Account", "fields": {"id": "Id"}, "where": where}).where == where


@pytest.mark.parametrize("name", ["Id, Name", "Id FROM User --", "", "a.b.c.d.e.f.g", "X__c;"])
def test_a_field_name_is_only_a_name(name: str) -> None:
    with pytest.raises(ValidationError):
        ReadMapping.model_validate({"object": "Account", "fields": {"id": name}})


def test_the_fields_we_write_follow_the_prefix_unless_renamed() -> None:
    write = WriteMapping.model_validate({"prefix": "ABM_", "fields": {"score": "Heat__c"}})

    assert write.written()["score"] == "Heat__c"
    assert write.written()["band"] == "ABM_Band__c"


@pytest.mark.parametrize(
    "write", [{"fields": {"scor": "X__c"}}, {"fields": {"score": "X__c", "band": "X__c"}}, {"prefix": "A" * 40},
              {"prefix": "9x"}, {"sets": ["corr"]}, {"objekt": "Account"}],
)
def test_a_write_mapping_that_cannot_be_meant_is_refused(write: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        WriteMapping.model_validate(write)
