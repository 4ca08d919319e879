"""Does the made-up org hold its rows the way Salesforce would, with everything a connector can stumble over?"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import duckdb
import pytest

from connector.sandbox.living import Tables
from connector.sandbox.world.days import LAUNCH_DAYS_AGO, OUTAGE_DAYS_AGO
from connector.sandbox.world.journeys import STORIES
from connector.sandbox.world.make import LivingWorld, grow
from connector.sandbox.world.recipe import Recipe

LATER = datetime(2030, 1, 1, tzinfo=UTC)  # when everything planted has come to pass


@pytest.fixture(scope="module")
def world() -> LivingWorld:
    return grow(Recipe(21, accounts=600, activities=50_000, outage=True))


@pytest.fixture(scope="module")
def org(world: LivingWorld) -> Tables:
    return world.history(world.now)


def ask(org: Tables, sql: str) -> list[tuple[object, ...]]:
    """The rows of a query over the org's objects."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    for name, rows in org.items():
        connection.register(name, rows)
    return connection.execute(sql).fetchall()


def count(org: Tables, sql: str) -> int:
    return int(str(ask(org, f"SELECT count(*) FROM {sql}")[0][0]))


def test_the_number_of_activities_is_about_what_was_asked_for(org: Tables) -> None:
    made = sum(org[name].num_rows for name in ("Task", "Event", "CampaignMember"))

    assert 45_000 < made < 55_000


@pytest.mark.parametrize(
    "rows",
    [
        "Account WHERE ParentId IS NOT NULL",
        "Account WHERE IsDeleted AND MasterRecordId IS NOT NULL",
        "Account WHERE Website IS NULL",
        "Contact WHERE AccountId IS NULL",
        "Contact WHERE IsDeleted AND MasterRecordId IS NOT NULL",
        "Contact WHERE Title IS NULL",
        "Contact WHERE Title LIKE '%Geschäftsführer%'",
        "Contact WHERE Email LIKE '%@gmail.com'",
        "Contact WHERE Email IS NULL",
        "Contact WHERE Email LIKE '%@northlight.example'",
        "Lead WHERE IsConverted AND ConvertedAccountId IS NOT NULL AND ConvertedContactId IS NOT NULL",
        "Lead JOIN Contact ON Lead.Email = Contact.Email WHERE NOT Lead.IsConverted",
        "Lead WHERE Company IN ('n/a', 'Private', '-', 'Self')",
        "User WHERE NOT IsActive",
        "Task WHERE TaskSubtype = 'Email'",
        "Task WHERE TaskSubtype = 'Call' AND CallType = 'Inbound' AND CallDurationInSeconds > 0",
        "Task WHERE CallDisposition = 'Left voicemail'",
        "Task WHERE TaskSubtype = 'ListEmail'",
        "Task WHERE TaskSubtype = 'LinkedIn'",
        "Task WHERE WhoId IS NULL AND WhatId IS NOT NULL",
        "Task WHERE WhoId IS NOT NULL AND WhatId IS NULL AND AccountId IS NOT NULL",
        "Task WHERE WhatId LIKE '006%' AND AccountId IS NOT NULL",
        "Task WHERE NOT IsClosed AND CompletedDateTime IS NULL",
        "Task WHERE ActivityDate IS NULL",
        "Task WHERE IsArchived",
        "Task WHERE IsDeleted",
        "Task WHERE CreatedDate > ActivityDate + INTERVAL 2 DAY",
        "Task WHERE Description LIKE '%\n%' OR Description LIKE '%\"%'",
        "Event WHERE IsGroupEvent AND NOT IsChild",
        "Event WHERE IsChild",
        "Event WHERE IsRecurrence AND RecurrenceActivityId = Id",
        "Event WHERE IsRecurrence2 AND Recurrence2PatternText IS NOT NULL",
        "Event WHERE NOT IsRecurrence AND NOT IsRecurrence2 AND RecurrenceActivityId IS NOT NULL",
        "Event WHERE IsAllDayEvent AND ActivityDateTime IS NULL AND DurationInMinutes = 1440",
        "Event WHERE IsDeleted",
        "Event WHERE Subject LIKE 'No show: %'",
        "Event WHERE IsArchived",
        "Event WHERE WhoId IS NULL",
        "EventRelation WHERE Status = 'Declined'",
        "EventRelation WHERE RelationId LIKE '005%' AND IsInvitee AND NOT IsParent",
        "EmailMessage WHERE Incoming",
        "EmailMessage WHERE IsOpened AND FirstOpenedDate >= MessageDate",
        "EmailMessageRelation WHERE RelationType = 'CcAddress'",
        "CampaignMember WHERE LeadId IS NOT NULL AND ContactId IS NOT NULL",
        "CampaignMember WHERE Status = 'No Show' AND NOT HasResponded",
        "Opportunity WHERE IsClosed AND IsWon",
        "Opportunity WHERE IsClosed AND NOT IsWon",
        "Opportunity WHERE NOT IsClosed",
        "OpportunityContactRole WHERE IsPrimary",
    ],
)
def test_the_org_holds(org: Tables, rows: str) -> None:
    assert count(org, rows) > 0


@pytest.mark.parametrize(
    "rows",
    [
        "Task WHERE IsClosed AND Status <> 'Completed' OR NOT IsClosed AND Status = 'Completed'",
        "Task WHERE WhoId LIKE '00Q%' AND (WhatId IS NOT NULL OR AccountId IS NOT NULL)",
        "Task WHERE CallDurationInSeconds IS NOT NULL AND TaskSubtype <> 'Call'",
        "Task WHERE WhatId LIKE '001%' AND AccountId <> WhatId",
        (
            "Task JOIN Opportunity ON Task.WhatId = Opportunity.Id JOIN Account ON Account.Id = Opportunity.AccountId "
            "WHERE Task.AccountId <> Opportunity.AccountId AND NOT Account.IsDeleted"
        ),
        "Task JOIN Lead ON Task.WhoId = Lead.Id WHERE Lead.IsConverted",
        "Task JOIN Contact ON Task.WhoId = Contact.Id WHERE Contact.IsDeleted",
        "Event WHERE NOT IsAllDayEvent AND EndDateTime <> StartDateTime + to_minutes(DurationInMinutes)",
        "Event WHERE NOT IsAllDayEvent AND ActivityDate <> CAST(StartDateTime AS DATE)",
        (
            "Event AS child JOIN Event AS parent ON child.RecurrenceActivityId = parent.Id WHERE NOT "
            "(parent.IsRecurrence OR parent.IsRecurrence2)"
        ),
        "CampaignMember WHERE HasResponded <> (FirstRespondedDate IS NOT NULL)",
        "CampaignMember WHERE (LeadId IS NULL) AND (ContactId IS NULL)",
        (
            "CampaignMember JOIN CampaignMemberStatus AS s ON s.CampaignId = CampaignMember.CampaignId "
            "AND s.Label = CampaignMember.Status WHERE s.HasResponded <> CampaignMember.HasResponded"
        ),
        (
            "CampaignMember ANTI JOIN CampaignMemberStatus AS s ON s.CampaignId = CampaignMember.CampaignId "
            "AND s.Label = CampaignMember.Status"
        ),
        "EmailMessage JOIN Task ON EmailMessage.ActivityId = Task.Id WHERE Task.TaskSubtype <> 'Email'",
        "Lead WHERE IsConverted <> (ConvertedContactId IS NOT NULL)",
        "Opportunity WHERE IsWon AND NOT IsClosed",
        "Contact WHERE AccountId IN (SELECT Id FROM Account WHERE IsDeleted)",
        "Account WHERE Website NOT LIKE '%.example%'",
        "Contact WHERE LastModifiedDate > SystemModstamp",
    ],
)
def test_the_org_never_holds(org: Tables, rows: str) -> None:
    assert count(org, rows) == 0


def test_nobody_is_twice_on_one_campaign(org: Tables) -> None:
    there = "SELECT CampaignId, LeadOrContactId FROM CampaignMember WHERE NOT IsDeleted"

    assert count(org, f"({there} GROUP BY ALL HAVING count(*) > 1)") == 0


def test_a_family_is_at_most_four_deep_and_never_goes_in_circles(org: Tables) -> None:
    line = """
        WITH RECURSIVE line AS (
            SELECT Id, ParentId, 1 AS depth FROM Account
            UNION ALL
            SELECT line.Id, up.ParentId, depth + 1 FROM line JOIN Account AS up ON up.Id = line.ParentId WHERE depth < 9
        )
        SELECT max(depth) FROM line
    """

    assert 3 <= int(str(ask(org, line)[0][0])) <= 4


def test_archived_is_what_is_closed_and_a_year_old(world: LivingWorld, org: Tables) -> None:
    limit = (world.now - timedelta(days=365)).date()

    young = f"Task WHERE IsArchived AND ActivityDate > '{limit}'"
    old = f"Task WHERE NOT IsArchived AND IsClosed AND ActivityDate < '{limit}' AND CompletedDateTime < '{limit}'"
    assert count(org, young) == 0
    assert count(org, old) == 0


def calls_from(org: Tables, first: date, days: int) -> int:
    """How many calls have their day in so many days."""
    last = first + timedelta(days=days - 1)
    return count(org, f"Task WHERE TaskSubtype = 'Call' AND ActivityDate BETWEEN '{first}' AND '{last}'")


def test_weekends_are_quiet_and_the_launch_week_is_loud(world: LivingWorld, org: Tables) -> None:
    calls = dict(ask(org, "SELECT isodow(ActivityDate), count(*) FROM Task WHERE TaskSubtype = 'Call' GROUP BY 1"))
    launch = world.now.date() - timedelta(days=LAUNCH_DAYS_AGO)

    assert int(str(calls[6])) < int(str(calls[2])) / 5
    assert calls_from(org, launch, 7) > 1.5 * calls_from(org, launch - timedelta(days=28), 28) / 4


def test_in_the_week_of_an_outage_nothing_was_recorded(world: LivingWorld, org: Tables) -> None:
    assert calls_from(org, world.now.date() - timedelta(days=OUTAGE_DAYS_AGO), 6) == 0


def test_a_mailing_reaches_hundreds_of_people_in_one_hour(org: Tables) -> None:
    lists = """
        SELECT count(*), max(CreatedDate) - min(CreatedDate) FROM CampaignMember WHERE Status = 'Sent'
        GROUP BY CampaignId ORDER BY 1 DESC LIMIT 1
    """

    people, took = ask(org, lists)[0]

    assert int(str(people)) > 500
    assert isinstance(took, timedelta)
    assert took <= timedelta(hours=1)


def test_scanners_open_once_and_click_three_times_within_half_a_minute(org: Tables) -> None:
    bursts = """(
        SELECT WhoId, CAST(CreatedDate AS DATE), count(*) AS touches, max(CreatedDate) - min(CreatedDate) AS took
        FROM Task WHERE Type IN ('Email Open', 'Email Click')
        GROUP BY ALL HAVING touches = 4 AND took = INTERVAL 26 SECOND
    )"""

    assert count(org, bursts) > 100


def test_each_journey_that_ends_in_a_purchase_has_its_opportunity_on_the_day_it_ends(world: LivingWorld) -> None:
    org = world.history(LATER) | world.truth

    told = "journeys JOIN Opportunity ON journeys.OpportunityId = Opportunity.Id"
    elsewhere = "Opportunity.AccountId <> journeys.AccountId OR Opportunity.CreatedDate <> journeys.ends_at"
    assert count(org, "journeys WHERE kind = 'buying'") > 30
    assert count(org, "journeys WHERE kind IN ('buying', 'unseen') AND OpportunityId IS NULL") == 0
    assert count(org, f"{told} WHERE {elsewhere}") == 0


def test_before_an_opportunity_more_and_more_senior_people_get_in_touch(world: LivingWorld) -> None:
    halves = """
        SELECT CreatedDate > starts_at + (ends_at - starts_at) / 2 AS late,
            count(*), count(DISTINCT (Task.AccountId, Task.WhoId)), avg(seniority)
        FROM journeys
        JOIN Task ON Task.AccountId = journeys.AccountId AND Task.CreatedDate BETWEEN starts_at AND ends_at
        JOIN people ON people.ContactId = Task.WhoId
        WHERE journeys.kind = 'buying' AND (Task.Subject LIKE 'Re: %' OR Task.CallDisposition = 'Connected')
        GROUP BY late ORDER BY late
    """

    early, late = ask(world.history(LATER) | world.truth, halves)

    grown = [float(str(after)) / float(str(before)) for before, after in zip(early[1:], late[1:], strict=True)]
    touches, people, rank = grown
    assert touches > 1.5
    assert people > 1.2
    assert rank > 1.0


def test_a_world_can_be_made_without_journeys() -> None:
    still = Recipe(5, accounts=100, activities=3_000, days=200, buying_per_year=0, noise_per_year=0, stories=False)

    assert set(grow(still).truth["journeys"]["kind"].to_pylist()) == {"unseen"}


def test_the_default_world_tells_a_few_stories_around_now(world: LivingWorld) -> None:
    told = set(world.truth["journeys"]["story"].to_pylist()) - {None}

    assert told == {story.name for story in STORIES}
