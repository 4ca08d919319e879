"""Are all records read, each once, whatever HubSpot's search and lists do meanwhile?"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connector.crm.hubspot.objects import Objects
from connector.crm.hubspot.search import OutOfOrder, Search
from connector.crm.hubspot.sources import Records
from connector.engine.records import Window
from connector.errors import AccessDenied, ConfigError, Incomplete
from connector.sandbox.hubspot.kinds import kind_of
from connector.sandbox.hubspot.seed import put_owner
from connector.sandbox.hubspot.server import HubSpotSandbox
from connector.sandbox.hubspot.settings import Settings
from connector.sandbox.hubspot.writes import archive, bump, restore
from tests.crm.hubspot.portals import (
    EVER,
    START,
    a_portal,
    calls,
    companies,
    connect,
    ids_of,
    later,
    merged,
    moment,
    pulled,
    put,
    stream_of,
    the_mapping,
)
from tests.crm.hubspot.stand_in import Asked, Reply, Said, StandIn

COMPANY = kind_of("companies")
STAMP = "hs_lastmodifieddate"


def wide(first: float, last: float) -> Window:
    """From so many seconds to so many."""
    return Window(moment(first), moment(last))


def change(portal: HubSpotSandbox, how: Callable[..., None], *ids: int) -> None:
    """Touch, archive or restore companies inside the portal."""
    with portal.portal.lock:
        for one in ids:
            record = portal.portal.shelf(COMPANY).find(str(one))
            assert record
            how(portal.portal, COMPANY, record)


def test_a_first_load_walks_the_lists_and_asks_search_for_numbers_alone() -> None:
    with a_portal(companies=companies(1_234)) as portal:
        crm = connect(portal)

        assert ids_of(pulled(crm, "company")) == [str(n) for n in range(1, 1_235)]
        assert calls(portal, "/companies/search") == 2  # how many there are, before and after


def test_a_window_holds_what_was_changed_in_it_and_nothing_else() -> None:
    with a_portal(companies=companies(900)) as portal:
        crm = connect(portal)

        assert ids_of(pulled(crm, "company", wide(100, 700))) == [str(n) for n in range(101, 701)]
        assert crm.count(stream_of(crm, "company"), wide(100, 700)) == 600


def test_twenty_five_thousand_records_in_one_millisecond_are_all_read() -> None:
    """B10 and B11: search shows 10,000 of a question, and a walk by stamps alone would stand still."""
    rows = [(n, n) for n in range(1, 300)] + [(n, 1_000) for n in range(300, 25_300)] + [(30_000, 2_000)]
    with StandIn(a_search(rows)) as server:
        search = Search(server.transport(), "companies", STAMP, [STAMP])
        ids = [int(one["id"]) for page in search.during(Window(None, START)) for one in page]

        assert sorted(ids) == [n for n, _ in rows]
        assert search.count(Window(None, START)) == len(rows)
        assert all("after" not in asked.body for asked in server.asked)


@pytest.mark.parametrize("every", [0, 0.5])
def test_more_changes_than_search_shows_of_one_question_are_all_read(every: float) -> None:
    """B10, against the sandbox: of one millisecond, and of many."""
    narrow = Settings(burst_limit=0, search_limit=0, search_window=1_000)
    with a_portal(settings=narrow, companies=companies(2_450, every=every)) as portal:
        assert ids_of(pulled(connect(portal), "company", wide(-1, 20_000))) == [str(n) for n in range(1, 2_451)]


@given(stamps=st.lists(st.integers(0, 4), min_size=1, max_size=15), page=st.integers(1, 5))
@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_walk_by_stamp_and_id_gives_every_record_once_whatever_the_page(
    stamps: list[int], page: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [(n, 1_000 + stamp) for n, stamp in enumerate(stamps, start=1)]
    monkeypatch.setattr("connector.crm.hubspot.search.PAGE_ROWS", page)
    with StandIn(a_search(rows)) as server:
        search = Search(server.transport(), "companies", STAMP, [STAMP])
        ids = [int(one["id"]) for found in search.during(Window(None, START)) for one in found]

    assert sorted(ids) == [n for n, _ in rows]


def a_search(rows: list[tuple[int, int]], *, by: Callable[[int], Any] = int, deaf: bool = False) -> Reply:
    """Search over (id, stamp); `by` is how it compares ids, `deaf` ignores the filter by id."""
    ids, stamps = (np.array(column) for column in zip(*rows, strict=True))
    named = {STAMP: stamps, "hs_object_id": np.array([by(one) for one in ids.tolist()])}
    compare = {"GTE": np.greater_equal, "GT": np.greater, "LT": np.less, "EQ": np.equal}

    def reply(asked: Asked) -> Said:
        keeps = np.full(len(rows), True)
        for one in asked.body["filterGroups"][0]["filters"]:
            if one["propertyName"] == STAMP:
                keeps &= compare[one["operator"]](stamps, int(one["value"]))
            elif not deaf:
                keeps &= compare[one["operator"]](named["hs_object_id"], by(int(one["value"])))
        found = np.flatnonzero(keeps)
        order = np.argsort(named[asked.body["sorts"][0]["propertyName"]][found], kind="stable")
        shown = found[order][: asked.body["limit"]]
        results = [{"id": str(ids[n]), "properties": {STAMP: str(stamps[n])}} for n in shown]
        return Said({"total": len(found), "results": results})

    return reply


@pytest.mark.parametrize("broken", [{"by": str}, {"deaf": True}])
def test_a_search_that_compares_ids_as_text_or_not_at_all_is_found_out(broken: dict[str, Any]) -> None:
    """B11 and B12: the walk ends with the place, it neither spins nor skips."""
    with StandIn(a_search([(n, 1_000) for n in range(1, 900)], **broken)) as server:
        search = Search(server.transport(), "companies", STAMP, [STAMP])
        with pytest.raises(OutOfOrder, match="ids out of order"):
            list(search.during(Window(moment(-1e10), moment(0))))
        assert len(server.asked) < 20


def test_where_search_is_out_of_order_the_list_is_read_instead(monkeypatch: pytest.MonkeyPatch) -> None:
    """B12."""

    def out_of_order(*_: Any) -> Any:
        raise OutOfOrder("companies: search gives ids out of order")

    with a_portal(companies=companies(500)) as portal:
        crm = connect(portal)
        monkeypatch.setattr(Search, "during", out_of_order)

        assert ids_of(pulled(crm, "company", wide(100, 300))) == [str(n) for n in range(101, 301)]


def test_a_page_that_announces_more_than_it_holds_is_looked_at_again() -> None:
    torn, whole = {"total": 1, "results": []}, {"total": 0, "results": []}
    left = [torn, torn, whole]
    with StandIn(lambda _: Said(left.pop(0))) as server:
        assert list(Search(server.transport(), "companies", STAMP, []).during(wide(0, 1))) == []
    assert len(server.asked) == 3


def test_a_page_that_never_holds_what_it_announces_is_incomplete() -> None:
    with StandIn(lambda _: Said({"total": 3, "results": []})) as server, pytest.raises(Incomplete, match="announces 3"):
        list(Search(server.transport(), "companies", STAMP, []).during(wide(0, 1)))


def test_a_list_that_ends_too_early_is_incomplete() -> None:
    def reply(asked: Asked) -> Said:
        if asked.path.endswith("/search"):
            return Said({"total": 250, "results": [{"id": "1", "properties": {}}]})
        return Said({"results": [{"id": str(n), "properties": {STAMP: "1000"}} for n in range(100)]})

    with StandIn(reply) as server:
        records = Records(server.transport(), "companies", STAMP, [STAMP])
        with pytest.raises(Incomplete, match="100 records came, 250 were announced"):
            list(records.alive())


@pytest.mark.parametrize("behind", [0, 3], ids=["among the others", "behind the last"])
def test_a_search_that_counts_ghosts_does_not_stop_a_list_that_is_whole(behind: int) -> None:
    def reply(asked: Asked) -> Said:
        if asked.path.endswith("/search"):
            filters = asked.body["filterGroups"][0]["filters"]
            is_behind = filters[0]["propertyName"] == "hs_object_id"
            return Said({"total": behind if is_behind else 103, "results": []})
        return Said({"results": [{"id": str(n), "properties": {STAMP: "1000"}} for n in range(100)]})

    with StandIn(reply) as server:
        records = Records(server.transport(), "companies", STAMP, [STAMP])
        assert sum(len(page) for page in records.alive()) == 100


def test_a_list_that_turns_in_a_circle_is_incomplete() -> None:
    def reply(asked: Asked) -> Said:
        if asked.path.endswith("/search"):
            return Said({"total": 1, "results": []})
        return Said({"results": [{"id": "1", "properties": {STAMP: "1000"}}], "paging": {"next": {"after": "1"}}})

    with StandIn(reply) as server, pytest.raises(Incomplete, match="circle"):
        list(Records(server.transport(), "companies", STAMP, [STAMP]).alive())


@pytest.mark.parametrize("action", ["drop_before", "drop_after", "html", "truncate", "status", "wrong_content_type"])
@pytest.mark.parametrize("nth", [1, 2, 5, 9])
def test_a_fault_at_any_call_costs_no_record_and_gives_none_twice(action: str, nth: int) -> None:
    with a_portal(companies=companies(700)) as portal:
        crm = connect(portal)
        stream = stream_of(crm, "company")
        portal.portal.faults.put([{"action": action, "nth": [nth], "path": "/companies"}])

        assert ids_of(pa.concat_tables(crm.pull(stream, EVER))) == [str(n) for n in range(1, 701)]
        assert ids_of(pa.concat_tables(crm.pull(stream, wide(0, 600)))) == [str(n) for n in range(1, 601)]


def test_archived_records_come_as_deleted_rows() -> None:
    with a_portal(companies=companies(250)) as portal:
        change(portal, archive, 7, 170)
        table = pulled(connect(portal), "company")

        assert table.num_rows == 250
        assert ids_of(table.filter(table["is_deleted"])) == ["7", "170"]


def test_what_was_archived_is_told_though_its_stamp_did_not_move() -> None:
    """B15: archive, restore and archive again between two runs."""
    with a_portal(companies=companies(30)) as portal:
        crm = connect(portal)
        company = stream_of(crm, "company")
        since, until = START - timedelta(hours=1), START + timedelta(days=2)
        change(portal, archive, 3, 4)
        later(portal, hours=1)
        change(portal, restore, 3, 4)
        later(portal, hours=1)
        change(portal, archive, 4)

        gone = pa.concat_tables(crm.deleted(company, since, until))
        alive = pa.concat_tables(crm.stamps(company))
        assert gone.to_pylist() == [{"id": "4", "deleted_at": START + timedelta(hours=2)}]
        assert "3" in ids_of(alive)
        assert "4" not in ids_of(alive)
        assert not list(crm.deleted(company, since, START + timedelta(hours=1)))


def test_a_merged_company_comes_under_its_new_id_and_its_old_ids_are_gone() -> None:
    """B16."""
    with a_portal(companies=companies(5)) as portal:
        crm = connect(portal)
        company = stream_of(crm, "company")
        made = merged(portal, "companies", "1", "2")

        table = pulled(crm, "company", Window(START - timedelta(hours=1), START + timedelta(hours=1)))
        gone = pa.concat_tables(crm.deleted(company, START - timedelta(hours=1), START + timedelta(hours=1)))
        assert table.select(["id", "merged_ids"]).to_pylist() == [{"id": made, "merged_ids": "1;2"}]
        assert gone["id"].to_pylist() == ["1", "2"]


def test_a_record_the_index_shows_late_is_in_the_window_that_reaches_back() -> None:
    """B17: search lags behind writes; what it does not show yet is in a later window, by the overlap."""
    lagging = Settings(burst_limit=0, search_limit=0, index_lag=30.0)
    with a_portal(settings=lagging, companies=companies(3)) as portal:
        later(portal, minutes=5)
        crm = connect(portal)
        change(portal, bump, 2)
        window = Window(START + timedelta(minutes=1), START + timedelta(hours=1))

        assert "2" not in ids_of(pulled(crm, "company", window))
        later(portal, minutes=1)
        assert ids_of(pulled(crm, "company", window)) == ["2"]


def test_the_sweep_knows_every_living_record_though_search_is_late() -> None:
    """B17: the sweep walks lists."""
    lagging = Settings(burst_limit=0, search_limit=0, index_lag=30.0)
    with a_portal(settings=lagging, companies=companies(3)) as portal:
        crm = connect(portal)
        put(portal, "companies", {"id": "9", "name": "New"})

        assert set(ids_of(pa.concat_tables(crm.stamps(stream_of(crm, "company"))))) == {"1", "2", "3", "9"}


def test_more_properties_than_an_address_holds_are_read_by_batches() -> None:
    names = [f"a_property_with_a_rather_long_name_{n:03}" for n in range(300)]
    rows = [one | {name: name for name in names} for one in companies(130)]
    with a_portal(companies=rows) as portal:
        change(portal, archive, 5)
        transport = connect(portal)._transport
        for archived, count in ((False, 129), (True, 1)):
            pages = Objects(transport, "companies", STAMP, names).all(archived=archived)
            found = [record for page in pages for record in page]
            assert len(found) == count
            assert all(record[name] == name for record in found for name in names)
        assert calls(portal, "/companies/batch/read") == 3


def test_pages_are_never_larger_than_what_one_call_brings() -> None:
    with a_portal(companies=companies(650)) as portal:
        crm = connect(portal)
        company = stream_of(crm, "company")

        assert max(page.num_rows for page in crm.pull(company, EVER)) <= 100
        assert max(page.num_rows for page in crm.pull(company, wide(0, 600))) <= 200


def test_a_property_that_is_not_there_is_told_with_the_name_that_was_meant() -> None:
    with a_portal() as portal:
        crm = connect(portal, the_mapping("company", company={"name": "domian", "city": "annualrevenue"}))
        with pytest.raises(ConfigError, match="did you mean domain") as caught:
            crm.streams()
    assert len(caught.value.problems) == 1  # a number may fill a text


def test_a_property_of_the_wrong_type_and_an_archived_one_are_told_apart() -> None:
    with a_portal() as portal:
        crm = connect(portal, the_mapping("company", company={"employees": "name", "territory": "region"}))
        with pytest.raises(ConfigError) as caught:
            crm.streams()
        told = "\n".join(caught.value.problems)
        assert "employees needs a number" in told
        assert "companies.region is not in this portal" in told


def test_an_optional_property_that_is_missing_leaves_its_column_out() -> None:
    with a_portal() as portal:
        stream = stream_of(connect(portal, the_mapping("company", company={"territory": "sales_region?"})), "company")
    assert "territory" not in stream.columns


def test_a_token_without_a_scope_says_which_before_anything_is_read() -> None:
    with a_portal() as portal:
        portal.portal.settings.scopes -= {"crm.objects.companies.read", "crm.schemas.companies.read"}
        with pytest.raises(AccessDenied, match=r"crm\.(schemas|objects)\.companies\.read"):
            connect(portal).streams()


def test_our_own_people_are_known_also_when_they_have_left() -> None:
    with a_portal() as portal:
        with portal.portal.lock:
            put_owner(
                portal.portal, {"id": "11", "email": "a@us.example", "firstName": "A", "lastName": "B", "userId": 5}
            )
            put_owner(portal.portal, {"id": "12", "email": "c@us.example", "archived": True})
        table = pulled(connect(portal), "owner")

    rows = {row["id"]: row for row in table.to_pylist()}
    assert set(rows) == {"11", "12"}
    assert rows["11"]["user_id"] == "5"
    assert rows["12"]["is_deleted"] is True
