"""Is the store what the portal is, after any history of changes, faults and late indexes, by the next night?"""

from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connector.errors import Unavailable
from connector.jobs.pull import Pull
from connector.jobs.run import Silent, Tally
from connector.jobs.stop import Stop
from connector.sandbox.hubspot.kinds import Kind, kind_of
from connector.sandbox.hubspot.merging import merge
from connector.sandbox.hubspot.portal import Portal
from connector.sandbox.hubspot.records import Record
from connector.sandbox.hubspot.server import HubSpotSandbox
from connector.sandbox.hubspot.settings import Settings
from connector.sandbox.hubspot.writes import archive, restore
from connector.store.database import Limits, Store, opened
from tests.crm.hubspot.portals import START, a_portal, companies, connect, later, link, ms, put, the_mapping
from tests.torture import tally

MAPPING = the_mapping("company", "contact", "meeting", "association")
COMPANY = kind_of("companies")
PEOPLE, COMPANIES, MEETINGS = 6, 8, 5
AT = ms(START) - 30 * 86_400_000
Event = tuple[str, int, int | str]
NUMBERS = st.integers(1, COMPANIES + 4)
EVENTS = st.one_of(
    st.tuples(st.just("change"), NUMBERS, st.text("abc", min_size=1, max_size=3)),
    st.tuples(st.sampled_from(["archive", "restore"]), NUMBERS, NUMBERS),
    st.tuples(st.just("merge"), NUMBERS, NUMBERS),
    st.tuples(st.just("meet"), st.integers(1, MEETINGS), NUMBERS),
    st.tuples(st.just("hire"), st.integers(1, PEOPLE), NUMBERS),
    st.tuples(st.just("wait"), st.integers(5, 4_000), st.just(0)),
    st.tuples(st.just("pull"), st.just(0), st.just(0)),
    st.tuples(st.just("break"), st.integers(1, 40), st.sampled_from(["drop_after", "html", "truncate", "status"])),
)


class Life:
    """A portal and a store that follows it."""

    def __init__(self, portal: HubSpotSandbox, store: Store) -> None:
        self.portal, self.store = portal, store

    def change(self, number: int, name: str) -> None:
        if number not in self.portal.portal.shelf(COMPANY).aliases:  # what was merged never comes back
            put(self.portal, "companies", {"id": str(number), "name": name})

    def archive(self, number: int, _: int) -> None:
        self._quietly(archive, number)

    def restore(self, number: int, _: int) -> None:
        self._quietly(restore, number)

    def _quietly(self, how: Callable[[Portal, Kind, Record], None], number: int) -> None:
        """Neither leaves a stamp."""
        record = self.portal.portal.shelf(COMPANY).records.get(number)
        if record and bool(record.archived_at) == (how is restore):
            stamp = record.updated
            how(self.portal.portal, COMPANY, record)
            record.updated = stamp

    def merge(self, one: int, two: int) -> None:
        shelf = self.portal.portal.shelf(COMPANY)
        pair = shelf.records.get(one), shelf.records.get(two)
        if one != two and pair[0] and pair[1] and not (pair[0].archived_at or pair[1].archived_at):
            merge(self.portal.portal, COMPANY, (pair[0], pair[1]))

    def meet(self, meeting: int, company: int) -> None:
        links = self.portal.portal.links
        for old in list(links.of("meetings", str(meeting), "companies")):
            links.cut("meetings", str(meeting), "companies", old)
        self._tie("meetings", meeting, company)

    def hire(self, person: int, company: int) -> None:
        self.portal.portal.links.cut_all("contacts", str(person), "companies")
        self._tie("contacts", person, company)

    def _tie(self, kind: str, number: int, company: int) -> None:
        if self.portal.portal.shelf(COMPANY).records.get(company):
            link(self.portal, (kind, str(number)), ("companies", str(company)))

    def wait(self, seconds: int, _: int) -> None:
        later(self.portal, seconds=seconds)

    def pull(self, *_: int) -> None:
        crm = connect(self.portal, MAPPING)
        Pull(crm, self.store, MAPPING, Silent(), Stop(), Tally(), crm.now(), is_forced=True).run()

    def fail(self, nth: int, action: str) -> None:
        """A run that may end in the middle."""
        self.portal.portal.faults.put([{"action": action, "nth": [*range(nth, nth + 9)]}])
        with suppress(Unavailable):
            self.pull()
        self.portal.portal.faults.clear()

    def compare(self) -> None:
        """What the store holds is what the portal has."""
        shelf, links = self.portal.portal.shelf(COMPANY), self.portal.portal.links
        alive = {record.id: record.values["name"] for record in shelf.living()}
        assert self._held("SELECT id, name FROM hubspot.company WHERE NOT is_deleted") == alive
        meant = {
            (kind, str(number), other)
            for kind, table, count in (("meeting", "meetings", MEETINGS), ("contact", "contacts", PEOPLE))
            for number in range(1, count + 1)
            for other in links.of(table, str(number), "companies")
            if other in alive
        }
        rows = self.store.rows("SELECT from_type, from_id, to_id FROM hubspot.association WHERE NOT is_deleted")
        assert {(row["from_type"], row["from_id"], row["to_id"]) for row in rows} == meant
        homes = {record.id: record.values.get("associatedcompanyid") or None for record in self._people()}
        assert self._held("SELECT id, company_id FROM hubspot.contact WHERE NOT is_deleted") == homes

    def _people(self) -> Iterator[Record]:
        return self.portal.portal.shelf(kind_of("contacts")).living()

    def _held(self, query: str) -> dict[str, str | None]:
        return {str(row["id"]): row[[*row][1]] for row in self.store.rows(query)}


@pytest.mark.torture
@given(events=st.lists(EVENTS, min_size=8, max_size=25))
@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_store_is_what_the_portal_is_by_the_next_night(
    tmp_path_factory: pytest.TempPathFactory, events: list[Event]
) -> None:
    folder = tmp_path_factory.mktemp("life")
    people = [
        {"id": str(n), "email": f"p{n}@acme.example", "createdAt": AT, "updatedAt": AT} for n in range(1, PEOPLE + 1)
    ]
    meetings = [
        {"id": str(n), "hs_timestamp": str(AT), "createdAt": AT, "updatedAt": AT} for n in range(1, MEETINGS + 1)
    ]
    late = Settings(burst_limit=0, search_limit=0, index_lag=45.0)
    records = {"companies": companies(COMPANIES, every=86_400), "contacts": people, "meetings": meetings}
    with a_portal(late, **records) as portal, opened(folder / "store.duckdb", Limits("256MB", 2)) as store:
        life = Life(portal, store)
        later(portal, minutes=10)
        for verb, one, two in events:
            getattr(life, "fail" if verb == "break" else verb)(one, two)
        later(portal, hours=25)
        life.pull()
        life.compare()
    tally.count("org histories tried")
