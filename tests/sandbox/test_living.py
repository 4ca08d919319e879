"""Does a made world live in the sandbox: all kinds of meetings, tasks, members, leads and relations?"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connector.sandbox.salesforce.server import Sandbox
from connector.sandbox.salesforce.settings import Settings
from connector.sandbox.world.make import make_world
from tests.sandbox.small_org import Client


@pytest.fixture(scope="module")
def living() -> Iterator[Client]:
    world = make_world(11, accounts=150, activities=12_000, days=500)
    with Sandbox(world, settings=Settings(token_lifetime=10**9)) as sandbox:
        client = Client(sandbox)
        with client.http:
            yield client


def count(client: Client, soql: str) -> int:
    total: int = client.query(soql, path="/queryAll").json()["totalSize"]
    return total


@pytest.mark.parametrize(
    "where",
    [
        "Event WHERE IsChild = true",
        "Event WHERE IsGroupEvent = true AND IsChild = false",
        "Event WHERE IsRecurrence = true OR IsRecurrence2 = true",
        "Event WHERE RecurrenceActivityId != null",
        "Event WHERE IsAllDayEvent = true",
        "Event WHERE IsDeleted = true",
        "EventRelation WHERE Status = 'Declined'",
        "Task WHERE WhoId = null OR WhatId = null",
        "Task WHERE What.Type = 'Opportunity' AND AccountId != null",
        "Task WHERE ActivityDate = null",
        "Task WHERE TaskSubtype = 'Email'",
        "Task WHERE TaskSubtype = 'ListEmail'",
        "Task WHERE IsArchived = true",
        "EmailMessage WHERE ActivityId IN (SELECT Id FROM Task WHERE TaskSubtype = 'Email')",
        "CampaignMember WHERE HasResponded = true",
        "CampaignMember WHERE LeadId != null",
        "CampaignMember WHERE ContactId != null",
        "Lead WHERE IsConverted = true",
        "Lead WHERE IsConverted = false",
        "Account WHERE ParentId != null",
        "User WHERE IsActive = false",
        "OpportunityContactRole WHERE IsPrimary = true",
        "TaskRelation WHERE IsWhat = false",
    ],
)
def test_the_world_holds_every_kind_a_connector_must_know(living: Client, where: str) -> None:
    assert count(living, f"SELECT COUNT() FROM {where}") > 0


@pytest.mark.parametrize(
    ("child", "lookup", "parent"),
    [
        ("Contact", "AccountId", "Account"),
        ("Opportunity", "AccountId", "Account"),
        ("Task", "AccountId", "Account"),
        ("CampaignMember", "CampaignId", "Campaign"),
        ("EventRelation", "EventId", "Event"),
        ("TaskRelation", "TaskId", "Task"),
    ],
)
def test_every_lookup_leads_somewhere(living: Client, child: str, lookup: str, parent: str) -> None:
    soql = f"SELECT COUNT() FROM {child} WHERE {lookup} != null AND {lookup} NOT IN (SELECT Id FROM {parent})"

    assert count(living, soql) == 0


def test_a_week_later_there_is_more_and_nothing_is_lost(living: Client) -> None:
    before = set(living.values("SELECT Id FROM Task", path="/queryAll"))
    living.advance(days=7)
    after = set(living.values("SELECT Id FROM Task", path="/queryAll"))
    news = living.values("SELECT Id FROM Task WHERE SystemModstamp = LAST_N_DAYS:7", path="/queryAll")

    assert len(after) > len(before)
    assert after - before <= set(news)


def test_bulk_and_rest_tell_the_same(living: Client) -> None:
    pages = living.bulk_pages("SELECT Id FROM Event", "queryAll", size=1_000)
    ids = [line.strip('"') for page in pages for line in page.text.splitlines()[1:]]

    assert len(ids) == len(set(ids))
    assert set(ids) == set(living.values("SELECT Id FROM Event", path="/queryAll"))
