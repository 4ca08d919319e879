"""Does every change of a HubSpot portal get into the store, also those that search never shows?"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from connector.errors import Unavailable
from connector.jobs.pull import Pull
from connector.jobs.run import Silent, Tally
from connector.jobs.stop import Stop
from connector.sandbox.hubspot.kinds import kind_of
from connector.sandbox.hubspot.server import HubSpotSandbox
from connector.sandbox.hubspot.settings import Settings
from connector.sandbox.hubspot.writes import archive, bump, restore
from connector.store.database import Limits, Store, opened
from tests.crm.hubspot.portals import START, a_portal, companies, connect, later, link, merged, ms, put, the_mapping

MAPPING = the_mapping("company", "contact", "meeting", "association")
COMPANY = kind_of("companies")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    with opened(tmp_path / "store.duckdb", Limits("256MB", 2)) as store:
        yield store


@pytest.fixture
def portal() -> Iterator[HubSpotSandbox]:
    """Twenty companies, twenty contacts and a meeting with the first company; the index is 90 seconds late."""
    at = ms(START - timedelta(days=9))
    people = [{"id": str(n), "email": f"p{n}@acme.example", "createdAt": at, "updatedAt": at} for n in range(1, 21)]
    meeting = {"id": "9", "hs_timestamp": str(at), "createdAt": at, "updatedAt": at}
    late = Settings(burst_limit=0, search_limit=0, index_lag=90.0)
    with a_portal(late, companies=companies(20, every=86_400), contacts=people, meetings=[meeting]) as running:
        link(running, ("meetings", "9"), ("companies", "1"))
        link(running, ("contacts", "1"), ("companies", "1"))
        later(running, minutes=10)
        yield running


def pull(portal: HubSpotSandbox, store: Store, **options: Any) -> Tally:
    """Pull once, at the portal's own time."""
    crm, tally = connect(portal, MAPPING), Tally()
    Pull(crm, store, MAPPING, Silent(), Stop(), tally, crm.now(), **options).run()
    return tally


def change(portal: HubSpotSandbox, how: Any, *ids: int) -> None:
    """Archive or restore companies inside the portal; their last-modified stamp stays, as HubSpot leaves it."""
    with portal.portal.lock:
        for one in ids:
            record = portal.portal.shelf(COMPANY).find(str(one))
            assert record
            stamp = record.updated
            how(portal.portal, COMPANY, record)
            record.updated = stamp


def alive(store: Store, table: str = "company", column: str = "id") -> set[str]:
    """What the store holds as alive."""
    return {str(row["x"]) for row in store.rows(f"SELECT {column} AS x FROM hubspot.{table} WHERE NOT is_deleted")}


def numbers(*left_out: int) -> set[str]:
    return {str(n) for n in range(1, 21) if n not in left_out}


def test_the_first_pull_reads_everything_and_the_next_what_changed(portal: HubSpotSandbox, store: Store) -> None:
    assert pull(portal, store).counts()["pulled"] == {"company": 20, "contact": 20, "meeting": 1, "association": 3}
    later(portal, hours=1)
    put(portal, "companies", {"id": "21", "name": "New"})
    later(portal, minutes=10)

    assert pull(portal, store).counts()["changed"]["company"] == 1
    assert alive(store) == numbers() | {"21"}


def test_what_the_index_shows_late_is_read_by_the_next_run(portal: HubSpotSandbox, store: Store) -> None:
    """B17: search lags behind; the next window reaches back behind what was seen."""
    pull(portal, store)
    later(portal, hours=1)
    put(portal, "companies", {"id": "21", "name": "New"})
    with portal.portal.lock:
        bump(portal.portal, COMPANY, portal.portal.shelf(COMPANY).records[5])
    later(portal, seconds=70)  # settled for us, not yet for the index
    pull(portal, store)
    later(portal, minutes=5)
    pull(portal, store)

    stamps = store.rows("SELECT modified_at AS at FROM hubspot.company WHERE id IN ('5', '21')")
    assert [row["at"] for row in stamps] == [START + timedelta(minutes=70)] * 2


def test_archived_restored_and_archived_again_ends_as_it_is(portal: HubSpotSandbox, store: Store) -> None:
    """B15: none of it is stamped."""
    pull(portal, store)
    change(portal, archive, 3, 4)
    later(portal, minutes=10)
    pull(portal, store)
    assert alive(store) == numbers(3, 4)

    change(portal, restore, 3, 4)
    later(portal, hours=25)
    pull(portal, store)
    assert alive(store) == numbers()

    change(portal, archive, 4)
    later(portal, minutes=10)
    change(portal, restore, 4)
    change(portal, archive, 4)
    later(portal, minutes=10)
    pull(portal, store)
    assert alive(store) == numbers(4)


def test_a_meeting_that_moves_to_another_company_is_there_by_the_next_night(
    portal: HubSpotSandbox, store: Store
) -> None:
    """B14: neither the meeting nor a company says that it was changed."""
    pull(portal, store)
    with portal.portal.lock:
        portal.portal.links.cut("meetings", "9", "companies", "1")
    link(portal, ("meetings", "9"), ("companies", "2"))
    later(portal, hours=1)
    pull(portal, store)
    later(portal, hours=23)
    pull(portal, store)

    held = store.rows("SELECT to_id, is_deleted FROM hubspot.association WHERE from_type = 'meeting' ORDER BY to_id")
    assert [tuple(row.values()) for row in held] == [("1", True), ("2", False)]


def test_a_contact_that_moves_to_another_company_is_there_by_the_next_night(
    portal: HubSpotSandbox, store: Store
) -> None:
    """B14: the mirror of the association is not stamped either."""
    pull(portal, store)
    with portal.portal.lock:
        portal.portal.links.cut("contacts", "1", "companies", "1")
    link(portal, ("contacts", "1"), ("companies", "7"))
    later(portal, hours=24)
    pull(portal, store)

    assert "7" in alive(store, "contact", "company_id")


def test_two_companies_that_became_one_are_one_with_the_next_run(portal: HubSpotSandbox, store: Store) -> None:
    """B16."""
    pull(portal, store)
    later(portal, hours=1)
    made = merged(portal, "companies", "1", "2")
    later(portal, minutes=10)
    pull(portal, store)

    assert alive(store) == numbers(1, 2) | {made}
    (row,) = store.rows(f"SELECT merged_ids FROM hubspot.company WHERE id = '{made}'")
    assert row["merged_ids"] == "1;2"


@pytest.mark.parametrize("action", ["drop_after", "html", "truncate"])
def test_a_run_that_fails_in_the_middle_keeps_no_half_window_and_the_next_one_goes_on(
    portal: HubSpotSandbox, store: Store, action: str
) -> None:
    third = [*range(3, 99)]  # the first two lists of contacts are counted, the third is read
    portal.portal.faults.put([{"action": action, "method": "GET", "path": "/objects/contacts", "nth": third}])
    with pytest.raises(Unavailable):
        pull(portal, store)
    assert alive(store) == numbers()
    assert alive(store, "contact") == set()
    portal.portal.faults.clear()
    pull(portal, store)

    assert alive(store, "contact") == numbers()
