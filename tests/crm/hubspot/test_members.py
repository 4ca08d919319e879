"""Are the members of the lists that are named read whole, and is a name that no list has told?"""

from collections.abc import Iterator

import pytest

from connector.engine.mapping import Mapping
from connector.engine.records import Window
from connector.errors import AccessDenied, ConfigError
from connector.sandbox.hubspot.seed import put_marketing
from connector.sandbox.hubspot.server import HubSpotSandbox
from tests.crm.hubspot.portals import EVER, a_portal, connect, ids_of, moment, ms, pulled, stream_of, the_mapping

COMPETITORS = list(range(1, 621))


def naming(where: str | None) -> Mapping:
    """The shipped mapping of list members, with lists named."""
    told = the_mapping("list_member").model_dump()
    told["read"]["list_member"]["where"] = where
    return Mapping.model_validate(told)


@pytest.fixture
def portal() -> Iterator[HubSpotSandbox]:
    """A list of 620 that keeps itself, one by hand, one of companies, and one nobody asks for."""
    told = [
        ("1", "Competitors", "0-1", "DYNAMIC", COMPETITORS), ("2", "O'Neill; agency", "0-1", "MANUAL", [7, 9]),
        ("3", "Partners", "0-2", "SNAPSHOT", [5]), ("4", "Newsletter", "0-1", "SNAPSHOT", [1, 2, 3]),
    ]  # fmt: skip
    with a_portal() as running:
        keys = ("id", "name", "objectTypeId", "processingType", "members")
        rows = [dict(zip(keys, one, strict=True)) | {"createdAt": ms(moment(5))} for one in told]
        put_marketing(running.portal, {"lists": rows})
        yield running


def test_all_members_of_the_lists_that_are_named_are_read(portal: HubSpotSandbox) -> None:
    crm = connect(portal, naming(r"name IN ('Competitors', 'O\'Neill; agency')"))
    rows = pulled(crm, "list_member").to_pylist()

    assert len(rows) == crm.count(stream_of(crm, "list_member"), EVER) == 622
    assert {(row["list_id"], row["contact_id"]) for row in rows} == {
        *(("1", str(one)) for one in COMPETITORS), ("2", "7"), ("2", "9"),
    }  # fmt: skip
    assert {row["modified_at"] for row in rows} == {moment(5)}


def test_a_window_has_those_who_came_in_it_and_the_sweep_sees_who_is_there_still(portal: HubSpotSandbox) -> None:
    crm = connect(portal, naming(r"name = 'O\'Neill; agency'"))
    members = portal.portal.marketing.lists["2"].members
    members["11"] = ms(moment(50))
    del members["7"]

    came = ids_of(pulled(crm, "list_member", Window(moment(40), moment(60))))
    there = [one for page in crm.stamps(stream_of(crm, "list_member")) for one in page["id"].to_pylist()]

    assert list(came) == ["2-11"]
    assert sorted(there) == ["2-11", "2-9"]


def test_while_no_list_is_named_nobody_is_read_and_no_membership_is_asked_for(portal: HubSpotSandbox) -> None:
    crm = connect(portal, naming(None))

    assert pulled(crm, "list_member").num_rows == 0
    assert not [one for one in portal.portal.journal.entries if "memberships" in one.path]


@pytest.mark.parametrize("name", ["Competitor", "Partners"])
def test_a_name_that_no_list_of_contacts_has_is_told_by_its_place(portal: HubSpotSandbox, name: str) -> None:
    with pytest.raises(ConfigError, match=rf"read\.list_member\.where: no list of contacts is called '{name}'"):
        connect(portal, naming(f"name = '{name}'")).streams()


@pytest.mark.parametrize("where", ["size > 3", "name LIKE 'Comp%'", "name IN ()", "name = 'A' OR name = 'B'"])
def test_a_filter_that_names_no_lists_is_refused(portal: HubSpotSandbox, where: str) -> None:
    with pytest.raises(ValueError, match="names lists, as in"):
        connect(portal, naming(where)).streams()


def test_without_the_right_to_lists_the_stream_is_left_out(portal: HubSpotSandbox) -> None:
    portal.portal.settings.scopes -= {"crm.lists.read"}
    told = naming("name = 'Competitors'").model_dump()
    needed = told["read"]["list_member"] | {"object": "memberships"}

    assert connect(portal, naming("name = 'Competitors'")).streams() == []
    with pytest.raises(AccessDenied, match=r"crm\.lists\.read"):
        connect(portal, Mapping.model_validate(told | {"read": {"list_member": needed}})).streams()
