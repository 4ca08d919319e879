"""Is everything known that hangs together, also what moved without a trace?"""

from collections import Counter
from datetime import timedelta

import pyarrow as pa
import pytest

from connector.crm.hubspot.associations import Associations
from connector.crm.hubspot.sources import Records
from connector.engine.records import Window
from connector.errors import Incomplete, Unavailable
from connector.sandbox.hubspot.server import HubSpotSandbox
from tests.crm.hubspot.portals import (
    PATIENT,
    START,
    a_portal,
    calls,
    connect,
    ids_of,
    link,
    moment,
    ms,
    pulled,
    stream_of,
)
from tests.crm.hubspot.stand_in import Asked, Reply, Said, StandIn, an_error


def people(count: int) -> list[dict[str, object]]:
    return [
        {"id": str(n), "createdAt": ms(moment(0)), "updatedAt": ms(moment(n)), "email": f"p{n}@acme.example"}
        for n in range(1, count + 1)
    ]


def a_meeting(number: int) -> dict[str, object]:
    at = ms(moment(number))
    return {"id": str(number), "createdAt": at, "updatedAt": at, "hs_timestamp": str(at)}


def a_company(number: int) -> dict[str, object]:
    return {"id": str(number), "name": f"Company {number}"}


@pytest.fixture(params=["v3", "2026-09"])
def family(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize("count", [0, 1, 499, 500, 501, 1_300])
def test_a_record_with_any_number_of_associations_is_followed_to_its_last(count: int, family: str) -> None:
    """B13."""
    with a_portal(contacts=people(count), meetings=[a_meeting(9_001)]) as portal:
        for n in range(1, count + 1):
            link(portal, ("meetings", "9001"), ("contacts", str(n)))
        rows = pulled(connect(portal, family=family), "association").to_pylist()

    found = Counter(row["to_id"] for row in rows if row["from_id"] == "9001")
    assert found == Counter(str(n) for n in range(1, count + 1))


def test_each_label_of_a_pair_is_a_row_and_the_primary_one_says_so(family: str) -> None:
    with a_portal(contacts=people(1), companies=[a_company(51), a_company(52)]) as portal:
        link(portal, ("contacts", "1"), ("companies", "51"))
        link(portal, ("contacts", "1"), ("companies", "52"))
        rows = pulled(connect(portal, family=family), "association").to_pylist()

    of = {(row["to_id"], row["is_primary"]) for row in rows}
    assert of == {("51", True), ("51", False), ("52", False)}
    assert {(row["from_type"], row["to_type"]) for row in rows} == {("contact", "company")}
    assert len({row["id"] for row in rows}) == len(rows) == 3
    assert all(isinstance(row["to_id"], str) for row in rows)


def test_a_row_carries_the_stamp_of_the_record_it_hangs_on() -> None:
    with a_portal(contacts=people(9), companies=[a_company(51)]) as portal:
        for n in range(1, 10):
            link(portal, ("contacts", str(n)), ("companies", "51"))
        window = Window(moment(3), moment(6))
        rows = pulled(connect(portal), "association", window).to_pylist()

    assert {(row["from_id"], row["modified_at"]) for row in rows} == {(str(n), moment(n)) for n in (3, 4, 5)}


def moved(portal: HubSpotSandbox, meeting: str, old: str, new: str) -> None:
    """Move a meeting from one company to another."""
    with portal.portal.lock:
        portal.portal.links.cut("meetings", meeting, "companies", old)
    link(portal, ("meetings", meeting), ("companies", new))


def test_a_meeting_that_moves_without_a_trace_is_found_by_the_sweep() -> None:
    """B14: nothing is stamped, and still the sweep sees one row gone and one row new, with where to read for it."""
    with a_portal(companies=[a_company(1), a_company(2)], meetings=[a_meeting(9)]) as portal:
        link(portal, ("meetings", "9"), ("companies", "1"))
        crm = connect(portal)
        stream = stream_of(crm, "association")
        before = pa.concat_tables(crm.stamps(stream)).to_pylist()
        moved(portal, "9", "1", "2")

        since_then = Window(START - timedelta(hours=1), START + timedelta(days=1))
        assert pulled(crm, "association", since_then).num_rows == 0
        after = pa.concat_tables(crm.stamps(stream)).to_pylist()
        assert [row["id"] for row in before] == ["meeting-9-company-1-188"]
        assert [row["id"] for row in after] == ["meeting-9-company-2-188"]
        stamp = after[0]["modified_at"]
        assert ids_of(pulled(crm, "association", Window(stamp, stamp + timedelta(seconds=1)))) == [after[0]["id"]]


def test_a_thousand_records_are_asked_for_in_one_call_a_pair_of_types() -> None:
    with a_portal(contacts=people(1_000)) as portal:
        pulled(connect(portal), "association")
        assert calls(portal, "/associations/contacts/companies/batch/read") == 1


def test_the_count_is_a_guess_that_reads_nothing() -> None:
    with a_portal(contacts=people(20), companies=[a_company(51)]) as portal:
        crm = connect(portal)
        stream = stream_of(crm, "association")
        portal.portal.journal.clear()

        assert crm.count(stream, Window(None, START)) == 20
        assert calls(portal, "/associations/") == 0


def a_source(server: StandIn) -> Associations:
    transport = server.transport()
    return Associations(
        transport, {"contact": Records(transport, "contacts", "lastmodifieddate", [], keeps_archived=False)}
    )


def told(batch: object) -> Reply:
    """What a portal with one contact says, with `batch` for its associations."""

    def reply(asked: Asked) -> Said:
        if asked.path.endswith("/search"):
            one = {"id": "1", "properties": {"lastmodifieddate": "1000"}}
            return Said({"total": 1, "results": [one]})
        return Said(batch)

    return reply


def test_a_record_that_cannot_be_answered_for_is_never_taken_for_one_without_associations() -> None:
    """B13: an error for one id, between results."""
    torn = {"results": [], "errors": [an_error("INTERNAL_ERROR", "try later")]}
    with StandIn(told(torn)) as server, pytest.raises(Unavailable, match="INTERNAL_ERROR"):
        list(a_source(server).during(Window(moment(-1e10), START)))
    assert sum("associations" in asked.path for asked in server.asked) == PATIENT.tries


def test_a_server_that_ignores_where_to_go_on_is_found_out() -> None:
    """B13: `after` was ignored once, and clients asked for ever."""
    to = [{"toObjectId": 5, "associationTypes": [{"category": "HUBSPOT_DEFINED", "typeId": 279, "label": None}]}]
    page = {"from": {"id": "1"}, "to": to, "paging": {"next": {"after": "x"}}}
    with StandIn(told({"results": [page]})) as server:
        with pytest.raises(Incomplete, match="circle"):
            list(a_source(server).during(Window(moment(-1e10), START)))
        assert len(server.asked) < 6


def test_the_column_that_mirrors_an_association_is_known_to_change_without_a_stamp() -> None:
    """B14: a contact that moves to another company is read again with the next refresh, whatever its stamp says."""
    with a_portal() as portal:
        crm = connect(portal)
        told = {stream.name: tuple(crm.formulas(stream)) for stream in crm.streams()}

    assert {name: columns for name, columns in told.items() if columns} == {"contact": ("company_id",)}
