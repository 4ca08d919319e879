"""Does every wrong input of a HubSpot portal end in its exit code and one clear message, with nothing lost?"""

from collections.abc import Iterator
from typing import Any

import pytest

from connector.cli.sandbox import env_of
from connector.sandbox.hubspot.server import HubSpotSandbox
from connector.sandbox.hubspot.settings import Settings
from connector.sandbox.world.make import make_world
from tests.cli.conftest import Shell
from tests.cli.test_forget import store_of
from tests.sandbox.hubspot.small_portal import BORN, Client

UNHURRIED = {"burst_limit": 0, "search_limit": 0}


@pytest.fixture
def portal() -> Iterator[HubSpotSandbox]:
    with HubSpotSandbox(make_world(3, accounts=10, activities=300), settings=Settings(**UNHURRIED)) as running:
        yield running


@pytest.fixture
def person(portal: HubSpotSandbox) -> Client:
    """Somebody who works in the portal."""
    return Client(portal)


@pytest.fixture
def ready(shell: Shell, portal: HubSpotSandbox) -> Shell:
    return made_ready(shell, portal)


def made_ready(shell: Shell, portal: HubSpotSandbox) -> Shell:
    shell.set(**env_of(portal), HUBSPOT_CALLS_PER_SECOND="1000", HUBSPOT_SEARCHES_PER_SECOND="1000")
    assert shell("fields", "apply").code == 0
    return shell


def written(portal: HubSpotSandbox) -> int:
    """How many companies were written since the start."""
    writes = portal.portal.journal.writes.get("companies")
    return writes.updated if writes else 0


def a_plan(ready: Shell) -> tuple[str, list[str]]:
    """The name of a plan, and its companies."""
    rows = ready("sync", "--plan-only", "--json").rows
    return rows[-1]["run_id"], [row["account_id"] for row in rows[:-1]]


@pytest.mark.parametrize("scope", ["crm.objects.deals.read", "crm.objects.owners.read", "crm.objects.companies.write"])
def test_a_token_without_a_scope_is_told_which_and_nothing_is_half_done(
    ready: Shell, portal: HubSpotSandbox, scope: str
) -> None:
    portal.portal.settings.scopes -= {scope}

    refused = ready("sync")
    portal.portal.settings.scopes |= {scope}
    after = ready("sync")

    assert refused.code == 7
    assert len(refused.faults) == 1
    assert refused.faults[0].startswith("/crm/v3/")
    assert f"give the app the scope {scope}, then take its token anew" in refused.faults[0]
    assert (after.code, written(portal)) == (0, 10)


def test_a_scope_that_may_be_missing_is_a_note_until_rows_would_be_lost_by_it(
    ready: Shell, portal: HubSpotSandbox
) -> None:
    portal.portal.settings.scopes -= {"forms"}
    doctor, first = ready("doctor"), ready("sync")
    portal.portal.settings.scopes |= {"forms"}
    second = ready("sync", "--force")  # in so small a world a guard minds what the forms change
    portal.portal.settings.scopes -= {"forms"}
    third = ready("sync")

    assert [one.code for one in (doctor, first, second, third)] == [0, 0, 0, 5]
    assert "give the app the scope forms" in doctor.out
    assert "form_submission: read before, and no longer in this org or no longer visible" in third.faults[0]


def test_a_property_of_ours_that_somebody_archived_stops_the_push_with_the_way_out(
    ready: Shell, portal: HubSpotSandbox, person: Client
) -> None:
    plan, _ = a_plan(ready)
    person.delete("/crm/v3/properties/companies/ae_score")
    stopped, again, doctor = ready("push", plan), ready("sync"), ready("doctor")
    mended = ready("fields", "apply"), ready("sync")

    assert [one.code for one in (stopped, again, doctor)] == [2, 2, 2]
    assert stopped.faults == again.faults == ["companies.ae_score is not there; run connector fields apply"]
    assert "companies.ae_score  was archived by somebody" in doctor.out
    assert [one.code for one in mended] == [0, 0]
    assert written(portal) == 10


def test_a_property_we_read_that_was_renamed_is_told_with_its_line(
    ready: Shell, portal: HubSpotSandbox, person: Client
) -> None:
    group = {"label": "Tier", "groupName": "companyinformation", "type": "string", "fieldType": "text"}
    person.post("/crm/v3/properties/companies", {"name": "our_tier", **group})
    line = ready.edit("hubspot.yaml", "      name: name\n", "      name: our_tier\n")
    fine = ready("sync", "--dry-run")
    person.delete("/crm/v3/properties/companies/our_tier")

    said = ready("sync")

    assert (fine.code, said.code) == (0, 2)
    assert said.faults[0].startswith(f"hubspot.yaml:{line}: read.company.fields.name")
    assert "companies.our_tier was archived by somebody; restore it in HubSpot's settings" in said.faults[0]
    assert written(portal) == 0


def test_an_enumeration_without_our_option_refuses_its_rows_alone_until_it_has_it_again(
    ready: Shell, portal: HubSpotSandbox, person: Client
) -> None:
    plan, companies = a_plan(ready)
    hot = [{"label": "Hot", "value": "Hot", "displayOrder": 0, "hidden": False}]
    person.patch("/crm/v3/properties/companies/ae_band", {"options": hot})
    pushed, doctor, told = ready("push", plan), ready("doctor"), ready("runs", "errors")
    rows = ready("runs", "errors", "--json").rows
    mended = ready("fields", "apply"), ready("sync"), ready("runs", "errors")

    assert (pushed.code, doctor.code) == (3, 2)
    assert 0 < written(portal) - len(rows) < len(companies)
    assert "companies.ae_band  lacks the options" in doctor.out
    assert {row["code"] for row in rows} == {"INVALID_OPTION"}
    assert all("ae_band" in row["message"] and "run connector fields apply" in row["message"] for row in rows)
    kinds = {row["message"].partition(" was not one of")[0] for row in rows}
    assert told.out.count("INVALID_OPTION  ") == len(kinds) < len(rows)  # one block for all that lack one option
    assert [one.code for one in mended] == [0, 0, 0]
    assert mended[-1].err == "Every row got through.\n"
    assert written(portal) == len(companies)


def test_companies_merged_between_plan_and_push_are_named_and_nothing_is_written_on_either(
    ready: Shell, portal: HubSpotSandbox, person: Client
) -> None:
    plan, companies = a_plan(ready)
    pair = {"primaryObjectId": companies[0], "objectIdToMerge": companies[1]}
    merged = person.post("/crm/v3/objects/companies/merge", pair).json()["id"]
    before = written(portal)

    refused = ready("push", plan)
    untouched = written(portal)
    after = ready("sync")
    told = {row["account_id"] for row in ready("accounts", "list", "--json").rows}

    assert refused.code == 5
    assert "2 of 10 accounts were changed or deleted since it was made" in refused.faults[0]
    assert all(one in refused.faults[0] for one in companies[:2])
    assert "connector sync --plan-only" in refused.faults[0]
    assert untouched == before
    assert after.code == 0
    assert merged in told
    assert not told & set(companies[:2])


def by_hand(**records: list[dict[str, Any]]) -> HubSpotSandbox:
    """A portal of these records."""
    return HubSpotSandbox(records, settings=Settings(**UNHURRIED))


def people(count: int, first: int = 1_000) -> list[dict[str, Any]]:
    return [
        {"id": str(n), "email": f"p{n}@acme.example", "firstname": "P", "createdAt": BORN, "updatedAt": BORN}
        for n in range(first, first + count)
    ]


def count(shell: Shell, rows: str) -> int:
    with store_of(shell.folder / ".connector") as store:
        return int(store.execute(f"SELECT count(*) FROM hubspot.{rows}").fetchall()[0][0])


ACME = {"id": "1", "name": "Acme", "domain": "acme.example", "createdAt": BORN, "updatedAt": BORN}


def test_more_than_five_hundred_associations_of_one_record_are_all_followed(shell: Shell) -> None:
    fair = {"id": "9", "hs_timestamp": BORN, "hs_meeting_outcome": "COMPLETED", "createdAt": BORN, "updatedAt": BORN}
    with by_hand(companies=[ACME], contacts=people(1_230), meetings=[fair]) as portal:
        links = [
            {"from": ["contacts", one], "to": to}
            for one in map(str, range(1_000, 2_230))
            for to in (["companies", "1"], ["meetings", "9"])
        ]
        Client(portal).control("seed", {"associations": links})
        ready = made_ready(shell, portal)

        assert ready("sync").code == 0

    assert count(shell, "association WHERE from_type = 'meeting' AND from_id = '9' AND to_type = 'contact'") == 1_230
    assert count(shell, "association WHERE to_type = 'company' AND to_id = '1' AND is_primary") == 1_230


def test_twenty_five_thousand_records_changed_in_one_millisecond_are_all_read(shell: Shell) -> None:
    with by_hand(companies=[ACME], contacts=people(3)) as portal:
        ready = made_ready(shell, portal)
        first = ready("sync")
        Client(portal).control("clock/advance", {"days": 1})
        at = Client(portal).control("clock", method="GET")["now"]
        crowd = [one | {"updatedAt": at, "createdAt": at} for one in people(25_000, 100_000)]
        Client(portal).control("seed", {"records": {"contacts": crowd}})
        Client(portal).control("clock/advance", {"hours": 1})

        second = ready("sync", "--force")

    assert (first.code, second.code) == (0, 0)
    assert count(shell, "contact") == 25_003
