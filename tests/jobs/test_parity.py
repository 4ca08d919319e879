"""Is one world worth the same through either CRM, and worth no more through both?"""

import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

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
FACTS = """
    SELECT accounts.account_id, people.name, kinds.kind, facts.day, facts.repeats, facts.own_seconds,
        facts.seniority_no, facts.role_no
    FROM derived.facts AS facts
    INNER JOIN derived.accounts AS accounts ON accounts.account_no = facts.account_no
    INNER JOIN work.kinds AS kinds ON kinds.kind_no = facts.kind_no
    LEFT JOIN derived.people AS people ON people.person_no = facts.person_no
"""
LEFT_OUT = "SELECT reason, count(*) AS touches FROM derived.left_out GROUP BY reason ORDER BY reason"
Row = dict[str, Any]  # Any: the columns of a snapshot


class Fact(NamedTuple):
    """One touch that counts, as either CRM should tell it."""

    account_id: str
    name: str | None
    kind: str
    day: int
    repeats: int
    own_seconds: float | None
    seniority_no: int
    role_no: int

    @property
    def elsewhere(self) -> "Fact":
        """The same touch of nobody's account."""
        return self._replace(account_id="")


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

    def facts(self, store: str) -> Counter["Fact"]:
        """Every touch that counts, with its account as Salesforce knows it."""
        accounts = {company: account for account, company in self.companies().items()}
        rows = self.rows(store, FACTS)
        return Counter(Fact(**row | {"account_id": accounts.get(row["account_id"], row["account_id"])}) for row in rows)

    def names(self) -> dict[str, str]:
        """What each contact is called."""
        return {row["id"]: row["name"] for row in self.rows("salesforce", "SELECT id, name FROM salesforce.contact")}

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
    """As any org of the sandbox is: some have no address, some are there twice, some have changed company."""
    return grow(Recipe(7, accounts=ACCOUNTS, activities=ACTIVITIES, days=400))


def a_restless_world() -> LivingWorld:
    """Every third person changes company once."""
    return grow(Recipe(5, accounts=ACCOUNTS, activities=ACTIVITIES, days=400, movers_per_year=0.25))


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worlds]:
    """One world in both CRMs, synced alone and together."""
    with in_both(a_world, tmp_path_factory.mktemp("parity")) as made:
        assert [len(result.refused) for result in walk(made)] == [0, 0]
        yield made


@contextmanager
def in_both(world: Callable[[], LivingWorld], folder: Path) -> Iterator[Worlds]:
    """A world in both CRMs, each synced alone."""
    with ExitStack() as open_ones:
        org = open_ones.enter_context(Sandbox(world(), seed=7))
        unhurried = Settings(burst_limit=0, search_limit=0)
        portal = open_ones.enter_context(HubSpotSandbox(world(), seed=7, settings=unhurried))
        login = Credentials(org.url, "client_credentials", org.client_id, org.client_secret)
        token = HubSpotCredentials(access_token=portal.token, base_url=portal.url)
        crms: dict[str, CRM] = {
            "salesforce": Salesforce(login, MAPPINGS.of("salesforce").mapping),
            "hubspot": HubSpot(token, MAPPINGS.of("hubspot").mapping, HubSpotOptions(speed=Speed(1_000, 1_000))),
        }
        made = Worlds(crms, (org.url, portal.url), folder)
        for crm in CRMS:
            _make_fields(crms[crm], crm)
            sync(made.parts(crm, crm), Options(plan_only=True))
        yield made


def movers_of(world: LivingWorld) -> list[str]:
    """Every contact who changes company."""
    return [row["ContactId"] for row in world.truth["people"].to_pylist() if row["moved_at"] and row["ContactId"]]


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


def test_nothing_differs_but_the_account_of_touches_of_people_who_changed_company(tmp_path: Path) -> None:
    """Salesforce ties each open to an account, and each meeting to its first guest. HubSpot says neither: who is one of
    several guests, or opened something, does so for where they are today, unless we saw them go there.
    """
    with in_both(a_restless_world, tmp_path) as worlds:
        org, portal = worlds.facts("salesforce"), worlds.facts("hubspot")
        rows = {crm: worlds.snapshots(crm) for crm in CRMS}
        companies, names = worlds.companies(), worlds.names()
    movers = {names.get(contact) for contact in movers_of(a_restless_world())}

    gone, come = org - portal, portal - org
    assert len(gone) > 0
    assert {fact.kind for fact in gone} <= {"email_open", "email_click", "meeting"}
    assert Counter(fact.elsewhere for fact in gone) == Counter(fact.elsewhere for fact in come)
    assert {fact.name for fact in gone} <= movers

    others = rows["salesforce"].keys() - {fact.account_id for fact in (*gone, *come)}
    assert len(others) > ACCOUNTS // 4
    assert all(rows["salesforce"][one] == rows["hubspot"][companies[one]] for one in others)


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
