"""Is one world worth the same through either CRM, and worth no more through both?"""

import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from connector.crm.base import CRM
from connector.crm.hubspot.client import HubSpot
from connector.crm.hubspot.client import Options as HubSpotOptions
from connector.crm.hubspot.login import Credentials as HubSpotCredentials
from connector.crm.hubspot.transport import Speed
from connector.crm.salesforce.client import Salesforce
from connector.crm.salesforce.login import Credentials
from connector.engine.fields import FIELDS
from connector.jobs.parts import Parts
from connector.jobs.run import Result
from connector.jobs.sync import Options, sync, sync_every
from connector.mappings import read_mappings
from connector.sandbox.hubspot.server import HubSpotSandbox
from connector.sandbox.hubspot.settings import Settings
from connector.sandbox.salesforce.server import Sandbox
from connector.sandbox.world.make import LivingWorld, grow
from connector.sandbox.world.recipe import Recipe
from connector.shipped import shipped_mappings
from connector.store.database import Limits, opened
from connector.store.home import Home
from connector.store.published import read_published

ACCOUNTS, ACTIVITIES = 24, 2_000
CRMS = ("salesforce", "hubspot")
MAPPINGS = read_mappings(shipped_mappings(), "default", CRMS)
TOLD = ("score", "band", "minutes_30d", "minutes_90d", "trend_30d", "sparkline", "surge", "people_90d", "mqa")
LEFT_OUT = "SELECT reason, count(*) AS touches FROM derived.left_out GROUP BY reason ORDER BY reason"
Row = dict[str, Any]  # Any: the columns of a snapshot


@dataclass(frozen=True)
class Worlds:
    """The CRMs of one world, and a store of each alone and of both."""

    crms: dict[str, CRM]
    urls: tuple[str, ...]
    folder: Path

    def parts(self, crm: str, store: str) -> Parts:
        rules, personas, mapping = MAPPINGS.rules, MAPPINGS.personas, MAPPINGS.of(crm).mapping
        home = Home(self.folder / store)
        return Parts(self.crms[crm], home, rules, personas, mapping, MAPPINGS.digest, Limits("512MB", 2))

    def rows(self, store: str, sql: str) -> list[Row]:
        """What a store answers."""
        with opened(Home(self.folder / store).store, Limits("512MB", 2)) as kept:
            return [dict(row) for row in kept.rows(sql)]

    def snapshots(self, store: str) -> dict[str, Row]:
        """What is believed of each account, by its id; to nine digits, as sums depend on the order of what is added."""
        rows = self.rows(store, f"SELECT account_id, engaged_minutes, {', '.join(TOLD)} FROM derived.snapshots")
        return {row.pop("account_id"): {name: _rounded(value) for name, value in row.items()} for row in rows}

    def companies(self) -> dict[str, str]:
        """The company of each account, as the sync knows it."""
        rows = self.rows("hubspot", "SELECT salesforce_account_id, id FROM hubspot.company WHERE NOT is_deleted")
        return {row["salesforce_account_id"]: row["id"] for row in rows}

    def held(self, crm: str) -> dict[str, float | None]:
        """The score on each record, as the CRM has it."""
        names = MAPPINGS.of(crm).mapping.write.written()
        pages = self.crms[crm].current(None, {"score": names["score"]})
        return {row["id"]: row["score"] for page in pages for row in page.to_pylist()}


def _rounded(value: Any) -> Any:
    return round(value, 9) if isinstance(value, float) else value


def a_world() -> LivingWorld:
    """HubSpot knows people by their address, so everybody has one, and nobody is there twice. Nobody changes company:
    HubSpot does not say where somebody was when they opened a mailing."""
    alike = {"no_mail": 0.0, "known_leads": 0.0, "movers_per_year": 0.0}
    return grow(Recipe(7, accounts=ACCOUNTS, activities=ACTIVITIES, days=400, **alike))


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worlds]:
    """One world in both CRMs, synced alone and together."""
    with ExitStack() as open_ones:
        org = open_ones.enter_context(Sandbox(a_world(), seed=7))
        unhurried = Settings(burst_limit=0, search_limit=0)
        portal = open_ones.enter_context(HubSpotSandbox(a_world(), seed=7, settings=unhurried))
        login = Credentials(org.url, "client_credentials", org.client_id, org.client_secret)
        token = HubSpotCredentials(access_token=portal.token, base_url=portal.url)
        crms: dict[str, CRM] = {
            "salesforce": Salesforce(login, MAPPINGS.of("salesforce").mapping),
            "hubspot": HubSpot(token, MAPPINGS.of("hubspot").mapping, HubSpotOptions(speed=Speed(1_000, 1_000))),
        }
        made = Worlds(crms, (org.url, portal.url), tmp_path_factory.mktemp("parity"))
        for crm in CRMS:
            _make_fields(crms[crm], crm)
            sync(made.parts(crm, crm), Options(plan_only=True))
        assert [len(result.refused) for result in walk(made)] == [0, 0]
        yield made


def walk(worlds: Worlds, **options: bool) -> list[Result]:
    """A sync of both, forced: among so few accounts any news looks like a landslide."""
    alone = [worlds.parts(crm, "both") for crm in CRMS]
    every = [replace(one, beside=tuple(other for other in alone if other is not one)) for one in alone]
    return [result for _, result in sync_every(every, Options(is_forced=True, **options))]


def pass_a_week(url: str) -> None:
    request = urllib.request.Request(f"{url}/__sandbox__/clock/advance", b'{"days": 7}', method="POST")
    request.add_header("Content-Type", "application/json")
    urllib.request.urlopen(request, timeout=60).close()


def _make_fields(crm: CRM, name: str) -> None:
    names = MAPPINGS.of(name).mapping.write.written()
    crm.apply_fields(crm.plan_fields([field for field in FIELDS if field.name in names], names))


def test_one_world_is_worth_the_same_through_either_crm(worlds: Worlds) -> None:
    companies, portal, org = worlds.companies(), worlds.snapshots("hubspot"), worlds.snapshots("salesforce")

    assert len(org) == len(portal) >= ACCOUNTS // 2
    assert sum(row["engaged_minutes"] > 10 for row in org.values()) >= ACCOUNTS // 4
    assert {one: portal[companies[one]] for one in org} == org


def test_no_touch_counts_twice_where_all_is_mirrored(worlds: Worlds) -> None:
    mirrored = worlds.rows("both", "SELECT count(*) AS touches FROM derived.left_out WHERE reason = 'mirrored'")
    facts = [worlds.rows(store, "SELECT count(*) AS facts FROM derived.facts") for store in ("salesforce", "both")]

    assert mirrored[0]["touches"] > ACTIVITIES // 10
    assert facts[0] == facts[1]
    assert worlds.snapshots("both") == worlds.snapshots("salesforce")


def test_both_crms_are_told_the_same_score(worlds: Worlds) -> None:
    org, portal, companies = worlds.held("salesforce"), worlds.held("hubspot"), worlds.companies()
    told = {one: score for one, score in org.items() if score is not None}

    assert len(told) > ACCOUNTS // 2
    assert {one: portal[companies[one]] for one in told} == told


def test_the_report_says_what_was_joined_and_by_what(worlds: Worlds) -> None:
    joined = read_published(Home(worlds.folder / "both")).joined().to_pylist()
    companies = worlds.companies()

    assert {row["rule"] for row in joined} == {"sync"}
    assert {row["record_id"]: row["stands_for"] for row in joined if row["noun"] == "account"} == {
        company: account for account, company in companies.items()
    }


def test_a_week_later_what_changed_says_what_a_whole_build_says(worlds: Worlds) -> None:
    for url in worlds.urls:
        pass_a_week(url)

    news = walk(worlds)
    partly, reasons = worlds.snapshots("both"), worlds.rows("both", LEFT_OUT)
    quiet = walk(worlds)
    walk(worlds, is_full=True)

    assert [len(result.plan) > 0 for result in news] == [True, True]
    assert [len(result.plan) for result in quiet] == [0, 0]
    assert worlds.snapshots("both") == partly
    assert worlds.rows("both", LEFT_OUT) == reasons
