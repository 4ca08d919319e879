"""Is somebody whom HubSpot knows gone from every file of ours, with one CRM or both, and do they stay away?"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from connector.cli.sandbox import env_of
from connector.sandbox.hubspot.server import HubSpotSandbox
from connector.sandbox.hubspot.settings import Settings
from connector.sandbox.salesforce.server import Sandbox
from connector.sandbox.world.make import make_world
from tests.cli.conftest import Shell
from tests.cli.test_forget import places, store_of
from tests.sandbox.hubspot.small_portal import Client

WORLD = {"seed": 3, "accounts": 10, "activities": 300}
MOST_NAMED = """
    SELECT contact.id, contact.email, contact.first_name || ' ' || contact.last_name, contact.salesforce_contact_id
    FROM hubspot.contact AS contact
    JOIN hubspot.association AS link ON link.to_id = contact.id AND link.from_type = 'call'
    JOIN hubspot.email_event AS event ON event.recipient = contact.email
    WHERE NOT contact.is_deleted AND contact.company_id IS NOT NULL
    GROUP BY ALL ORDER BY count(*) DESC, contact.id LIMIT 1
"""


@pytest.fixture
def portal() -> Iterator[HubSpotSandbox]:
    unhurried = Settings(burst_limit=0, search_limit=0)
    with HubSpotSandbox(make_world(**WORLD), settings=unhurried) as running:
        yield running


@pytest.fixture
def twin() -> Iterator[Sandbox]:
    """The Salesforce of the same world."""
    with Sandbox(make_world(**WORLD)) as running:
        yield running


@pytest.fixture
def scored(shell: Shell, portal: HubSpotSandbox) -> Shell:
    """A shell that has synced once with the portal."""
    shell.set(**env_of(portal), HUBSPOT_CALLS_PER_SECOND="1000", HUBSPOT_SEARCHES_PER_SECOND="1000")
    assert [shell("fields", "apply").code, shell("sync").code] == [0, 0]
    return shell


def somebody(home: Path) -> tuple[str, ...]:
    """What would tell that it is them: id, address, name, and the id in the other CRM."""
    with store_of(home) as store:
        found = store.execute(MOST_NAMED).fetchone()
    assert found is not None
    return tuple(filter(None, found))


def live_on(shell: Shell, *running: HubSpotSandbox | Sandbox) -> list[int]:
    """A full sync, a week, and an ordinary one with its sweep."""
    codes = [shell("sync", "--full", "--force").code]
    for one in running:
        world = one.portal if isinstance(one, HubSpotSandbox) else one.org
        world.advance(world.clock.now() + timedelta(days=8))
    return [*codes, shell("sync", "--force").code]


def test_nothing_of_somebody_forgotten_is_left_and_no_sync_with_hubspot_brings_them_back(
    scored: Shell, portal: HubSpotSandbox
) -> None:
    """Promise S3: by address, then the CRM unchanged through a full sync, a week and a sweep."""
    home = scored.folder / ".connector"
    signs = somebody(home)
    assert {"hubspot.contact email", "hubspot.association to_id", "store.duckdb"} <= set(places(home, signs))

    said = scored("people", "forget", signs[1].upper(), "--json")
    after = list(places(home, signs))
    codes = live_on(scored, portal)

    assert (said.code, said.rows[0]["records"]) == (0, 1)
    assert said.rows[0]["mentions"] > 0
    assert after == []
    assert codes == [0, 0]
    assert list(places(home, signs)) == []
    assert signs[1] not in said.out + said.err


def test_with_both_crms_somebody_goes_from_both_by_the_id_of_either(
    shell: Shell, twin: Sandbox, portal: HubSpotSandbox
) -> None:
    """Promise S3"""
    shell.set(**env_of(twin), **env_of(portal), HUBSPOT_CALLS_PER_SECOND="1000", HUBSPOT_SEARCHES_PER_SECOND="1000")
    assert [shell("fields", "apply").code, shell("sync").code] == [0, 0]
    home = shell.folder / ".connector"
    signs = somebody(home)
    assert {"hubspot.contact email", "salesforce.contact email"} <= set(places(home, signs))

    said = shell("people", "forget", signs[0], "--json")
    after = list(places(home, signs))
    codes = live_on(shell, twin, portal)

    assert (said.code, said.rows[0]["records"]) == (0, 2)
    assert after == []
    assert codes == [0, 0]
    assert list(places(home, signs)) == []


@pytest.mark.parametrize("how", ["archived", "erased"])
def test_whom_hubspot_has_deleted_can_be_forgotten_and_stays_away(
    scored: Shell, portal: HubSpotSandbox, how: str
) -> None:
    """Promise S3: an archived contact is still shown by the list of the archived, an erased one (GDPR) by none."""
    home = scored.folder / ".connector"
    signs = somebody(home)
    person = Client(portal)
    if how == "archived":
        gone = person.delete(f"/crm/v3/objects/contacts/{signs[0]}")
    else:
        gone = person.post("/crm/v3/objects/contacts/gdpr-delete", {"objectId": signs[0]})
    known = scored("sync", "--force").code

    said = scored("people", "forget", signs[0], "--json")
    after = list(places(home, signs))
    codes = live_on(scored, portal)

    assert gone.status_code == 204
    assert (known, said.code, said.rows[0]["records"]) == (0, 0, 1)
    assert after == []
    assert codes == [0, 0]
    assert list(places(home, signs)) == []


def test_what_somebody_forgotten_did_stays_with_the_company_as_somebodys(scored: Shell) -> None:
    """Promise S3"""
    home = scored.folder / ".connector"
    signs = somebody(home)
    with store_of(home) as store:
        (company,) = store.execute("SELECT company_id FROM hubspot.contact WHERE id = ?", [signs[0]]).fetchone()
    before = scored("explain", company, "--json").rows[0]

    scored("people", "forget", signs[0])

    story = scored("explain", company, "--json").rows[0]
    assert f"contact{signs[0]}" in {row["person_id"] for row in before["receipts"]}
    assert f"contact{signs[0]}" not in {row["person_id"] for row in story["receipts"]}
    assert story["engaged_minutes"] > 0
    assert sum(row["minutes_now"] for row in story["receipts"]) == pytest.approx(story["engaged_minutes"], abs=1e-9)
