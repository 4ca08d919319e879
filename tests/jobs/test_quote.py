"""Is it known beforehand what reading costs, and afterwards when it may go on?"""

from datetime import timedelta
from pathlib import Path

import pytest

from connector.engine.records import HUBSPOT_STREAMS
from connector.errors import BudgetReached
from connector.jobs.pull import Pull
from connector.jobs.quote import Quote, quote, resumable, resume_at
from connector.jobs.run import Silent, Tally
from connector.jobs.stop import Stop
from connector.sandbox.hubspot.server import HubSpotSandbox
from connector.sandbox.hubspot.settings import Settings
from connector.sandbox.world.make import make_world
from connector.store.bookmarks import read_bookmarks
from connector.store.database import Limits, Store, opened
from connector.store.runs import RunList
from tests.crm.hubspot.portals import connect, the_mapping
from tests.jobs.orgs import START, FakeOrg, shipped, stream_of

DAY = timedelta(days=1)


def test_a_quote_counts_what_is_new_and_what_is_read_whole_again(tmp_path: Path) -> None:
    org, task = FakeOrg(names=("task",)), stream_of("task")
    for number in range(950):
        org.put("task", f"00T{number:03}", at=START - DAY)
    with opened(tmp_path / "store.duckdb", Limits("256MB", 2)) as store:
        first = quote(org, store, [(task, None)], org.now())
        Pull(org, store, shipped().mapping, Silent(), Stop(), Tally(), org.now()).run()
        known = read_bookmarks(store, "salesforce")["task"]
        hourly = quote(org, store, [(task, known)], START + DAY / 24)
        daily = quote(org, store, [(task, known)], START + DAY)
        org.traceless = {"task": ("status",)}
        refreshed = quote(org, store, [(task, known)], START + DAY)

    whole, accounts = 1 + 10, 1  # a count and ten pages; the accounts are looked at for the plan
    assert first.calls == 1 + whole + accounts
    assert hourly.calls == 1 + 1 + 1 + accounts  # a count, a page, the deletions
    assert (daily.calls, refreshed.calls) == (hourly.calls + whole, hourly.calls + 2 * whole)


def test_what_is_said_of_hubspot_is_what_it_takes_on_a_first_load_and_on_an_ordinary_day(tmp_path: Path) -> None:
    """Within a quarter, associations and forms with all."""
    with opened(tmp_path / "store.duckdb", Limits("256MB", 2)) as store, a_living_portal() as portal:
        shares = []
        for wait in (0 * DAY, DAY / 24, DAY, DAY):
            portal.portal.advance(portal.portal.clock.now() + wait)
            said, counting, whole = calls_of(portal, store)
            shares.append(said / (whole - counting))

    assert all(0.75 < share < 1.25 for share in shares), shares


def a_living_portal() -> HubSpotSandbox:
    return HubSpotSandbox(
        make_world(7, accounts=20, activities=1_500), settings=Settings(burst_limit=0, search_limit=0)
    )


def calls_of(portal: HubSpotSandbox, store: Store) -> tuple[int, int, int]:
    """What is said of a pull, what it takes to say it, and the calls of the pull with that and a look at the plan's."""
    mapping = the_mapping(*(stream.name for stream in HUBSPOT_STREAMS))
    crm, made = connect(portal, mapping), portal.portal.journal.entries
    known = read_bookmarks(store, "hubspot")
    streams = [(stream, known.get(stream.name)) for stream in crm.streams()]
    begun = len(made)
    said = quote(crm, store, streams, crm.now()).calls
    counted = len(made)
    Pull(crm, store, mapping, Silent(), Stop(), Tally(), crm.now()).run()
    list(crm.current(None, {}))
    return said, counted - begun, len(made) - counted


@pytest.mark.parametrize(
    ("left", "told"),
    [
        (None, "Reading salesforce: about 1,200 API calls."),
        (5_000, "Reading salesforce: about 1,200 API calls; 5,000 left to us after the reserve."),
        (100, "left to us after the reserve; the run stops there, the next goes on."),
    ],
)
def test_a_quote_says_whether_it_fits(left: int | None, told: str) -> None:
    assert Quote("salesforce", 1_200, left).sentence.endswith(told)


def test_calls_are_free_again_a_day_after_the_first_of_ours(tmp_path: Path) -> None:
    runs = RunList(tmp_path / "runs.sqlite")
    for crm in ("hubspot", "salesforce", "salesforce"):
        with runs.lease("sync", crm):
            pass
    newest = runs.newest()[0].started_at
    ours = min(run.started_at for run in runs.newest() if run.crm == "salesforce")

    assert resume_at(runs, "salesforce", DAY, newest) == ours + DAY
    assert resume_at(runs, "salesforce", DAY, newest + 2 * DAY) == newest + 3 * DAY


def test_where_nobody_knows_when_calls_lapse_no_moment_is_promised(tmp_path: Path) -> None:
    runs = RunList(tmp_path / "runs.sqlite")

    with pytest.raises(BudgetReached) as told, resumable(runs, "hubspot"):
        raise BudgetReached("650,000 calls are made; go on after midnight in the portal's time zone")

    assert "Resume" not in str(told.value)
    assert not (tmp_path / "runs.sqlite").exists()
