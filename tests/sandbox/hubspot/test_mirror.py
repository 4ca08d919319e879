"""Does a portal made from a world tell the same story as the org made from it?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.sandbox.hubspot.mirror.ids import hubspot_id, merged_id
from connector.sandbox.hubspot.portal import Portal
from connector.sandbox.hubspot.server import HubSpotSandbox
from connector.sandbox.hubspot.settings import Settings
from connector.sandbox.living import Tables
from connector.sandbox.salesforce.export import read_export
from connector.sandbox.world.make import LivingWorld, grow
from connector.sandbox.world.recipe import Recipe
from tests.sandbox.hubspot.small_portal import Client
from tests.sandbox.leadforge_export import leadforge_tables, write_export

EVER = 10**15  # milliseconds
FREE = Settings(burst_limit=0, search_limit=0)
Row = dict[str, Any]  # a Salesforce row


@pytest.fixture(scope="module")
def world() -> LivingWorld:
    return grow(Recipe(5, accounts=40, activities=4_000, days=500))


@pytest.fixture(scope="module")
def client(world: LivingWorld) -> Iterator[Client]:
    with HubSpotSandbox(world, settings=FREE) as running:
        caller = Client(running)
        with caller.http:
            yield caller


class Later:
    """The same world, begun on a later day."""

    def __init__(self, world: LivingWorld, now: datetime) -> None:
        self._world, self.now = world, now

    def history(self, until: datetime) -> Tables:
        return self._world.history(until)

    def between(self, since: datetime, until: datetime) -> Tables:
        return self._world.between(since, until)


def _state(portal: Portal) -> Row:
    """Everything a portal holds."""
    records = {
        (kind, record.id): (dict(record.values), record.created, record.updated, bool(record.archived_at))
        for kind, shelf in portal.shelves.items()
        for record in shelf.records.values()
    }
    links = {end: {one: frozenset(types) for one, types in held.items()} for end, held in portal.links._ends.items()}
    return {
        "records": records,
        "links": {end: held for end, held in links.items() if held},
        "mails": set(portal.marketing.mails.between(0, EVER)),
        "forms": {one.id: one.submissions for one in portal.marketing.forms.values() if one.submissions},
        "lists": {one.id: one.members for one in portal.marketing.lists.values()},
    }


def _differing(one: Row, other: Row) -> list[Any]:
    """A few of the places where two states differ: a whole portal is too much to look at."""
    parts = ("records", "links", "forms", "lists")
    flat = [{(part, key): value for part in parts for key, value in state[part].items()} for state in (one, other)]
    differing = [key for key in flat[0].keys() | flat[1].keys() if flat[0].get(key) != flat[1].get(key)]
    return [*differing[:5], *list(one["mails"] ^ other["mails"])[:5]]


@pytest.mark.parametrize("steps", [(45,), (7, 1, 37)])
def test_a_portal_that_lived_through_weeks_is_the_one_begun_after_them(
    world: LivingWorld, steps: tuple[int, ...]
) -> None:
    with HubSpotSandbox(world) as lived, HubSpotSandbox(Later(world, world.now + timedelta(days=45))) as begun:
        for days in steps:
            lived.portal.advance(lived.portal.clock.now() + timedelta(days=days))

        assert _differing(_state(lived.portal), _state(begun.portal)) == []


def _living(world: LivingWorld, name: str) -> list[Row]:
    return [row for row in world.history(world.now)[name].to_pylist() if not row["IsDeleted"]]


def test_every_call_is_there_at_its_moment_and_with_its_length(world: LivingWorld, client: Client) -> None:
    calls = [one for one in _living(world, "Task") if one["Type"] == "Call" and one["IsClosed"]]
    asked = {"inputs": [{"id": hubspot_id(one["Id"])} for one in calls[:100]]}
    wanted = ["hs_timestamp", "hs_call_duration", "salesforceactivityid"]

    answer = client.post("/crm/v3/objects/calls/batch/read", {**asked, "properties": wanted})

    found = {one["properties"]["salesforceactivityid"]: one["properties"] for one in answer.json()["results"]}
    assert found.keys() == {one["Id"] for one in calls[:100]}
    for one in calls[:100]:
        told = found[one["Id"]]
        assert datetime.fromisoformat(told["hs_timestamp"]) == one["CompletedDateTime"]
        seconds = one["CallDurationInSeconds"]
        assert told["hs_call_duration"] == (None if seconds is None else str(seconds * 1_000))


def test_every_living_account_is_a_company_that_names_it(world: LivingWorld, client: Client) -> None:
    accounts = {one["Id"]: one for one in _living(world, "Account")}
    found, after = {}, ""
    while True:
        answer = client.get("/crm/v3/objects/companies", limit=100, after=after, properties="salesforceaccountid,name")
        found |= {one["properties"]["salesforceaccountid"]: one for one in answer.json()["results"]}
        if "paging" not in answer.json():
            break
        after = answer.json()["paging"]["next"]["after"]

    assert found.keys() == accounts.keys()
    assert all(found[key]["properties"]["name"] == one["Name"] for key, one in accounts.items())


def test_a_contact_belongs_to_the_company_of_its_account_and_a_lead_to_none(world: LivingWorld, client: Client) -> None:
    contacts = [one for one in _living(world, "Contact") if one["AccountId"]]
    leads = [one for one in _living(world, "Lead") if not one["IsConverted"]]
    for row, name in ((contacts[3], "salesforcecontactid"), (leads[-1], "salesforceleadid")):
        [found] = client.search(
            "contacts",
            filterGroups=[{"filters": [{"propertyName": name, "operator": "EQ", "value": row["Id"]}]}],
            properties=["associatedcompanyid", "lastname", "company"],
        )["results"]

        assert found["properties"]["lastname"] == row["LastName"]
        company = found["properties"]["associatedcompanyid"]
        if name == "salesforceleadid":
            assert not company
            assert found["properties"]["company"] == row["Company"]
        else:
            read = client.get(f"/crm/v3/objects/companies/{company}", properties="salesforceaccountid").json()
            assert read["properties"]["salesforceaccountid"] == row["AccountId"]


def test_nobody_is_in_the_portal_twice_under_one_address(client: Client) -> None:
    contacts = [one for one in client.portal.portal.shelves["contacts"].living() if one.values.get("email")]

    assert len({one.values["email"] for one in contacts}) == len(contacts) > 0


def test_opens_and_clicks_that_marketing_automation_wrote_down_are_events_of_marketing_mail(
    world: LivingWorld, client: Client
) -> None:
    written = [one for one in _living(world, "Task") if one["Type"] == "Email Open" and one["WhoId"]]
    moments = sorted(one["CompletedDateTime"].timestamp() * 1_000 for one in written)

    answer = client.get(
        "/email/public/v1/events", eventType="OPEN", limit=1_000, startTimestamp=1, endTimestamp=EVER
    ).json()

    assert sorted(one["created"] for one in answer["events"]) == moments
    assert answer["hasMore"] is False


def test_somebody_who_responded_to_a_campaign_has_sent_in_its_form(world: LivingWorld, client: Client) -> None:
    campaigns = {one["Id"]: one for one in _living(world, "Campaign")}
    responses = {
        one["Id"]
        for one in _living(world, "CampaignMember")
        if one["HasResponded"] and campaigns[one["CampaignId"]]["Type"] != "Email"
    }
    forms = client.get("/marketing/v3/forms", limit=500).json()["results"]
    sent_in = set()
    for form in forms:
        after = ""
        while not form["name"].startswith("Registration"):
            answer = client.get(f"/form-integrations/v1/submissions/forms/{form['id']}", limit=50, after=after).json()
            sent_in |= {one["conversionId"] for one in answer["results"]}
            if "paging" not in answer:
                break
            after = answer["paging"]["next"]["after"]

    assert sent_in == responses


def test_whoever_answers_marketing_has_an_address_though_salesforce_knows_none(
    world: LivingWorld, client: Client
) -> None:
    unknown = {one["Id"] for name in ("Contact", "Lead") for one in _living(world, name) if not one["Email"]}
    answered = {
        one["ContactId"] or one["LeadId"] for one in _living(world, "CampaignMember") if one["HasResponded"]
    } & unknown
    ids = [{"id": hubspot_id(one)} for one in sorted(answered)]

    read = client.post("/crm/v3/objects/contacts/batch/read", {"inputs": ids, "properties": ["email"]}).json()

    assert len(ids) > 0
    assert {one["properties"]["email"].split("@")[1] for one in read["results"]} == {"gmail.com"}


def test_merged_accounts_are_one_new_company_that_both_ids_lead_to(world: LivingWorld) -> None:
    merging = replace(world.recipe, accounts=200)
    told = grow(merging)
    gone = [one for one in told.history(told.now)["Account"].to_pylist() if one["MasterRecordId"]]
    assert gone
    with HubSpotSandbox(told, settings=FREE) as running:
        caller = Client(running)
        with caller.http:
            for row in gone:
                ids = [hubspot_id(row[name]) for name in ("Id", "MasterRecordId")]
                found = [caller.get(f"/crm/v3/objects/companies/{one}", properties="name").json() for one in ids]

                assert len({one["id"] for one in found}) == 1
                assert found[0]["id"] not in ids


def test_what_a_role_is_called_is_the_label_of_contact_and_deal(world: LivingWorld, client: Client) -> None:
    role = next(one for one in _living(world, "OpportunityContactRole") if one["Role"])
    deal = hubspot_id(role["OpportunityId"])

    answer = client.post("/crm/v4/associations/deals/contacts/batch/read", {"inputs": [{"id": deal}]}).json()

    labels = {kind["label"] for one in answer["results"][0]["to"] for kind in one["associationTypes"]}
    assert role["Role"] in labels


def test_meetings_leave_out_copies_series_rules_and_whole_days(world: LivingWorld, client: Client) -> None:
    wanted = {
        one["Id"]
        for one in _living(world, "Event")
        if not (one["IsChild"] or one["IsRecurrence"] or one["IsRecurrence2"] or one["IsAllDayEvent"])
    }

    held = {one.values["salesforceactivityid"] for one in client.portal.portal.shelves["meetings"].living()}

    assert held == wanted


def test_guests_of_a_webinar_are_told_by_what_became_of_them(world: LivingWorld, client: Client) -> None:
    campaigns = {one["Id"]: one for one in _living(world, "Campaign") if one["Type"] == "Webinar"}
    told: dict[str, int] = {}
    for campaign in campaigns:
        path = f"/marketing/v3/marketing-events/participations/{hubspot_id(campaign)}/breakdown"
        for one in client.get(path, limit=100).json()["results"]:
            state = one["properties"]["attendanceState"]
            told[state] = told.get(state, 0) + 1
    members = [one for one in _living(world, "CampaignMember") if one["CampaignId"] in campaigns]
    people = {hubspot_id(one["ContactId"] or one["LeadId"]) for one in members if one["Status"] == "Attended"}

    assert set(told) <= {"ATTENDED", "NO_SHOW", "REGISTERED"}
    assert 0 < told["ATTENDED"] <= sum(one["Status"] == "Attended" for one in members)
    assert people


def test_a_campaign_is_a_list_of_its_people(world: LivingWorld, client: Client) -> None:
    sizes = {
        one["Id"]: sum(member["CampaignId"] == one["Id"] for member in _living(world, "CampaignMember"))
        for one in _living(world, "Campaign")
    }
    campaign = max(sizes, key=lambda one: sizes[one])

    answer = client.get(f"/crm/v3/lists/{hubspot_id(campaign)}/memberships", limit=250).json()

    assert 0 < answer["total"] <= sizes[campaign]
    assert len(answer["results"]) == min(answer["total"], 250)


def test_a_teams_own_export_becomes_a_portal_and_its_last_days_come_in(tmp_path: Path) -> None:
    write_export(leadforge_tables(tmp_path / "made"), tmp_path / "export")
    export = read_export(tmp_path / "export")
    rewound = replace(export, now=export.now - timedelta(days=30))

    with HubSpotSandbox(rewound, settings=FREE) as running:
        begun = sum(len(shelf.records) for shelf in running.portal.shelves.values())
        news = running.portal.advance(export.now)
        companies = [one.values for one in running.portal.shelves["companies"].living()]

    accounts = {one["Id"]: one["Name"] for one in export.tables["Account"].to_pylist()}
    assert begun > len(accounts)
    assert sum(news.values()) > 0
    assert {one["salesforceaccountid"]: one["name"] for one in companies} == accounts


@given(st.lists(st.text("0123456789ABCxyz", min_size=8, max_size=8), min_size=2, max_size=20, unique=True))
def test_ids_of_any_org_are_numbers_that_json_can_hold_and_differ(counters: list[str]) -> None:
    ids = [f"{prefix}5g00{counter}" for prefix in ("001", "003", "00T", "a0B") for counter in counters]

    numbers = [hubspot_id(one) for one in ids] + [merged_id(one) for one in ids]

    assert len(set(numbers)) == len(numbers)
    assert all(0 < int(one) < 2**53 for one in numbers)
