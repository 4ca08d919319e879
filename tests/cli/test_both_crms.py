"""Do the commands work on HubSpot as they do on Salesforce, and on both when both have a login?"""

from collections.abc import Iterator

import pytest

from connector.cli.sandbox import env_of
from connector.sandbox.hubspot.server import HubSpotSandbox
from connector.sandbox.hubspot.settings import Settings
from connector.sandbox.salesforce.server import Sandbox
from connector.sandbox.world.make import make_world
from tests.cli.conftest import Shell

ACCOUNTS, ACTIVITIES = 10, 300


@pytest.fixture
def portal() -> Iterator[HubSpotSandbox]:
    unhurried = Settings(burst_limit=0, search_limit=0)
    with HubSpotSandbox(make_world(3, accounts=ACCOUNTS, activities=ACTIVITIES), settings=unhurried) as running:
        yield running


@pytest.fixture
def twin() -> Iterator[Sandbox]:
    """The Salesforce of the same world."""
    with Sandbox(make_world(3, accounts=ACCOUNTS, activities=ACTIVITIES)) as running:
        yield running


def test_the_whole_loop_runs_on_hubspot_alone(shell: Shell, portal: HubSpotSandbox) -> None:
    shell.set(**env_of(portal))
    pending = shell("fields", "plan", "--exit-code")
    made = shell("fields", "apply")
    doctor = shell("doctor")
    planned = shell("sync", "--plan-only", "--json").rows
    pushed = shell("push", planned[-1]["run_id"])
    quiet = shell("sync", "--dry-run", "--exit-code")
    first = planned[0]["account_id"]
    explained = shell("explain", first)
    back = shell("runs", "rollback", pushed.out.split()[1].rstrip(":"), "--dry-run")

    assert [one.code for one in (pending, made, doctor, pushed, quiet, explained, back)] == [4, 0, 0, 0, 0, 0, 0]
    assert "ae_score" in pending.out
    assert first.isdigit()
    assert "HubSpot API" in pushed.err
    assert f"{len(planned) - 1:,} accounts would be put back" in back.out


def test_with_both_each_is_told_and_a_plan_goes_to_the_crm_it_was_made_for(
    shell: Shell, twin: Sandbox, portal: HubSpotSandbox
) -> None:
    shell.set(**env_of(twin), **env_of(portal))
    fields = shell("fields", "apply")
    planned = shell("sync", "--plan-only", "--json").rows
    runs = [row["run_id"] for row in planned if row["type"] == "run"]
    pushed = [shell("push", run) for run in runs]
    quiet = shell("sync")
    joined = [row for row in shell("match", "report", "--json").rows if row["type"] == "joined"]

    scores = {row["account_id"]: row["cells"]["score"] for row in planned if row["type"] == "change"}
    pairs = {row["record_id"]: row["stands_for"] for row in joined if row["noun"] == "account"}
    assert [fields.code, quiet.code, *(one.code for one in pushed)] == [0, 0, 0, 0]
    assert "HubSpot API" in pushed[1].err
    assert "Salesforce API" in pushed[0].err
    assert {scores[company] == scores[account] for company, account in pairs.items()} == {True}
    assert "0 accounts were written to Salesforce" in quiet.out
    assert "0 accounts were written to HubSpot" in quiet.out
    best = max(pairs.values(), key=lambda account: scores[account])
    ours = shell("explain", best, "--json").rows[0]["our_side"]
    assert len({row["user_name"] for row in ours}) == len(ours) > 0  # nobody is two for having a user in each


def test_a_run_of_a_crm_that_has_no_login_any_more_cannot_be_taken_back(
    shell: Shell, twin: Sandbox, portal: HubSpotSandbox
) -> None:
    shell.set(**env_of(portal))
    assert shell("fields", "apply").code == 0
    run = shell("sync", "--json").rows[-1]["run_id"]
    shell.set(**env_of(twin), HUBSPOT_ACCESS_TOKEN="")

    said = shell("runs", "rollback", run)

    assert said.code == 2
    assert said.faults == [f"run {run} was for HubSpot, which has no login now; set it in .env"]


def test_a_token_of_another_portal_is_refused_before_a_row_is_mixed(shell: Shell, portal: HubSpotSandbox) -> None:
    shell.set(**env_of(portal))
    assert shell("fields", "apply").code == 0
    assert shell("sync").code == 0
    portal.portal.id += 1

    said = shell("sync")

    assert said.code == 2
    assert f"{portal.portal.id - 1}, this login is for org {portal.portal.id}" in said.faults[0]
    assert portal.portal.journal.writes["companies"].calls == 1


def test_doctor_says_of_which_crm_it_speaks_and_that_a_token_is_wrong(
    shell: Shell, twin: Sandbox, portal: HubSpotSandbox
) -> None:
    shell.set(**env_of(twin), **env_of(portal) | {"HUBSPOT_ACCESS_TOKEN": "pat-na1-wrong"})

    said = shell("doctor", "--json")

    wrong = [row["place"] for row in said.rows if row["level"] == "error"]
    assert said.code == 7
    assert "HubSpot token" in wrong
    assert all(place.startswith(("HubSpot ", "Salesforce ")) for place in wrong)


def test_an_oauth_app_runs_the_whole_loop_and_its_refusals_end_with_7(shell: Shell, portal: HubSpotSandbox) -> None:
    shell.set(
        HUBSPOT_BASE_URL=portal.url, HUBSPOT_CLIENT_ID=portal.client_id, HUBSPOT_CLIENT_SECRET=portal.client_secret,
        HUBSPOT_REFRESH_TOKEN=portal.refresh_token(),
    )  # fmt: skip
    made, doctor, synced = shell("fields", "apply"), shell("doctor"), shell("sync")
    shell.set(HUBSPOT_REFRESH_TOKEN="na1-of-an-app-that-was-removed")
    refused, examined = shell("sync"), shell("doctor")
    shell.set(HUBSPOT_ACCESS_TOKEN=portal.token)
    doubled = shell("doctor")

    assert [one.code for one in (made, doctor, synced, refused, examined, doubled)] == [0, 0, 0, 7, 7, 2]
    assert "by the refresh token of an OAuth app" in doctor.out
    assert "calls by this run; how many the day has is unknown" in synced.err
    assert "BAD_REFRESH_TOKEN" in refused.faults[0]
    assert "HUBSPOT_REFRESH_TOKEN" in refused.faults[0]
    assert "na1-of-an-app" not in refused.err + examined.out + examined.err
    assert "HUBSPOT_ACCESS_TOKEN is set, and so is HUBSPOT_CLIENT_ID" in doubled.faults[0]
