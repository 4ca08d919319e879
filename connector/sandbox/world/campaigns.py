"""Which campaigns run, who is on their lists, and who responds?"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa

from connector.sandbox.world.cast import Cast
from connector.sandbox.world.columns import dates, first_ids, make_ids, no, pick, strings, yes
from connector.sandbox.world.days import Days
from connector.sandbox.world.frames import stack, take
from connector.sandbox.world.people import People
from connector.sandbox.world.recipe import DAY, HOUR, NEVER, Bools, Ints, Recipe
from connector.sandbox.world.staff import ROBOT, Staff
from connector.sandbox.world.touches import RESPONSE, Deeds
from connector.sandbox.world.versions import Ledger, Versions, open_ledger
from connector.sandbox.world.words import ASSETS, WEBINARS

TYPES = ("Email", "Webinar", "Trade Show", "Dinner", "Content Download", "Demo Request")
BLAST, WEBINAR, SHOW, DINNER, CONTENT, FORM = range(len(TYPES))
EVERY_DAYS = (14, 14, 91, 61, 91, 91)  # how often a campaign of each type comes round
STATUSES = (  # label before the response, label of the response, label of those who did not come
    ("Sent", "Clicked", "Sent"), ("Registered", "Attended", "No Show"), ("Invited", "Visited Booth", "Invited"),
    ("Invited", "Attended", "Declined"), ("Sent", "Downloaded", "Sent"), ("Sent", "Submitted", "Sent"),
)  # fmt: skip
EVERYDAY_MIX = (0.06, 0.30, 0.10, 0.03, 0.47, 0.04)
JOURNEY_MIX = (0.06, 0.28, 0.07, 0.05, 0.36, 0.18)
STATES = ("Planned", "In Progress", "Completed")
TURN_UP = 0.68  # of those who register
NEAR = 9 * DAY  # an event further away than this does not take up a response


class Campaigns(NamedTuple):
    type: Ints
    starts: Ints
    ends: Ints
    number: Ints  # counts within the type

    @property
    def rows(self) -> int:
        return len(self.type)


class Members(NamedTuple):
    """People on the list of a campaign; each is there once."""

    campaign: Ints
    person: Ints
    created: Ints
    answered: Ints  # when the status changes; at `created` for those who come with their answer; NEVER
    responded: Bools

    @property
    def rows(self) -> int:
        return len(self.campaign)


def draw_campaigns(recipe: Recipe) -> Campaigns:
    """All campaigns, those of one type in the order of time and one type after the other."""
    span = recipe.days + recipe.future_days
    counts = [span // every + 1 for every in EVERY_DAYS]
    kind = np.repeat(np.arange(len(TYPES)), counts)
    number = np.concatenate([np.arange(count) for count in counts])
    day = number * np.array(EVERY_DAYS)[kind] + np.array([2, 8, 30, 40, 0, 0])[kind]
    starts = recipe.first_ms + day * DAY + np.where(kind >= CONTENT, 0, 14 * HOUR)
    lasts = np.array([1, 1, 3, 1, EVERY_DAYS[CONTENT], EVERY_DAYS[FORM]])[kind] * DAY
    return Campaigns(kind, starts, starts + lasts, number)


def respond(recipe: Recipe, campaigns: Campaigns, deeds: Deeds) -> Members:
    """The responses among the touches, each put on the list of a fitting campaign."""
    rng = recipe.rng("responses")
    answers = deeds.of(RESPONSE)
    count = len(answers.at)
    everyday, journey = (np.searchsorted(np.cumsum(mix)[:-1], rng.random(count)) for mix in (EVERYDAY_MIX, JOURNEY_MIX))
    wanted = np.where(answers.journey >= 0, journey, everyday)
    campaign, is_near = _fitting(campaigns, wanted, answers.at)
    shelf, _ = _fitting(campaigns, np.full(count, CONTENT), answers.at)
    campaign = np.where(is_near, campaign, shelf)
    kind, starts = campaigns.type[campaign], campaigns.starts[campaign]
    at_event = np.isin(kind, (WEBINAR, SHOW, DINNER))
    answered = np.where(at_event & (starts > answers.at), starts + HOUR, answers.at)
    responded = ~at_event | (rng.random(count) < TURN_UP)
    return _once(Members(campaign, answers.person, answers.at, answered, responded))


def _fitting(campaigns: Campaigns, kind: Ints, at: Ints) -> tuple[Ints, Bools]:
    """The running or next campaign of a type, and whether it is near enough."""
    first, every = np.searchsorted(campaigns.type, kind), np.array(EVERY_DAYS)[kind] * DAY
    last = np.searchsorted(campaigns.type, kind, side="right") - 1
    since = at - campaigns.starts[first]
    steps = np.where(kind >= CONTENT, since // every, -(-since // every))
    steps = np.where(kind == BLAST, since // every, steps)
    campaign = np.clip(first + steps, first, last)
    near = (kind >= CONTENT) | (np.abs(campaigns.starts[campaign] - at) < NEAR)
    near &= (kind != BLAST) | (campaigns.starts[campaign] <= at)
    return campaign, near


def _once(members: Members) -> Members:
    """Nobody is twice on one list: the first time stays."""
    key = members.campaign * (members.person.max(initial=0) + 1) + members.person
    order = np.argsort(members.created, kind="stable")
    _, first = np.unique(key[order], return_index=True)
    return take(members, np.sort(order[first]))


def blast(recipe: Recipe, campaigns: Campaigns, people: People, days: Days) -> Members:
    """One day, thousands of people: the lists of mass mailings, of whom a few click in the days after."""
    rng = recipe.rng("blasts")
    mailings = np.flatnonzero((campaigns.type == BLAST) & (campaigns.starts < recipe.end_ms))
    size = rng.pareto(1.4, len(mailings)) + 0.4
    size = np.minimum(size / size.sum() * recipe.activities * recipe.blast_share * recipe.stretch, len(people) * 0.7)
    campaign = np.repeat(mailings, size.astype(np.int64))
    person = rng.integers(0, len(people), len(campaign))
    created = campaigns.starts[campaign] + rng.integers(0, 40 * 60_000, len(campaign))
    clicks = rng.random(len(campaign)) < 0.015
    answered = np.where(
        clicks, created + (rng.gamma(1.0, 0.8 * DAY, len(campaign))).astype(np.int64) + HOUR // 4, NEVER
    )
    reached = (people.created[person] < created) & ~days.is_silent(created)
    return _once(take(Members(campaign, person, created, answered, clicks), reached))


def join(parts: list[Members], people: People) -> Members:
    """All lists; who was merged into another contact is on them as that contact from then on."""
    members = stack(parts)
    merged = members.created >= people.doubled_at[members.person]
    person = np.where(merged, people.double_of[members.person], members.person)
    return _once(members._replace(person=person))


def campaign_rows(campaigns: Campaigns, staff: Staff) -> Versions:
    rows = campaigns.rows
    robot = pick(staff.ids, np.full(rows, ROBOT))
    created = campaigns.starts - 21 * DAY
    planned = np.zeros(rows, dtype=np.int64)
    columns = {
        "Id": first_ids("Campaign", rows), "IsDeleted": no(rows), "Name": strings(_names(campaigns)),
        "Type": pick(TYPES, campaigns.type), "Status": pick(STATES, planned),
        "IsActive": yes(rows), "StartDate": dates(campaigns.starts), "EndDate": dates(campaigns.ends),
        "OwnerId": robot, "CreatedById": robot, "LastModifiedById": robot,
    }  # fmt: skip
    ledger = open_ledger(columns, created)
    for step, at in enumerate((campaigns.starts - HOUR, campaigns.ends), start=1):
        active = yes(rows) if step == 1 else no(rows)
        ledger.change(np.arange(rows), at, {"Status": pick(STATES, planned + step), "IsActive": active})
    return ledger.close()


def _names(campaigns: Campaigns) -> list[str]:
    shows = ("Spring fair", "Data days", "Autumn expo", "Winter summit")
    topics = (ASSETS, WEBINARS, shows, ("Leaders' table",), ("Library",), ("Demo form",))
    names = []
    for kind, number, at in zip(campaigns.type, campaigns.number, campaigns.starts, strict=True):
        topic = topics[kind][number % len(topics[kind])]
        month = np.datetime64(int(at), "ms").astype("datetime64[M]")
        names.append(f"{TYPES[kind]}: {topic} {month} #{number + 1}")
    return names


def status_rows(campaigns: Campaigns, staff: Staff) -> Versions:
    """CampaignMemberStatus: the labels each campaign knows, and which of them is a response."""
    labels = [
        (row, label, place, label == STATUSES[kind][1])
        for row, kind in enumerate(campaigns.type)
        for place, label in enumerate(dict.fromkeys(STATUSES[kind]))
    ]
    campaign, names, places, responses = (list(column) for column in zip(*labels, strict=True))
    robot = pick(staff.ids, np.full(len(labels), ROBOT))
    columns = {
        "Id": first_ids("CampaignMemberStatus", len(labels)), "IsDeleted": no(len(labels)),
        "CampaignId": make_ids("Campaign", np.array(campaign) + 1), "Label": strings(names),
        "SortOrder": pa.array(places).cast(pa.int64()),
        "IsDefault": pa.array([place == 0 for place in places]), "HasResponded": pa.array(responses),
        "CreatedById": robot, "LastModifiedById": robot,
    }  # fmt: skip
    return open_ledger(columns, (campaigns.starts - 21 * DAY)[np.array(campaign)]).close()


def member_rows(cast: Cast, campaigns: Campaigns, members: Members) -> Ledger:
    rows = members.rows
    who = cast.people.who(members.person, members.created)
    is_lead = who >= cast.people.contacts
    robot = pick(cast.staff.ids, np.full(rows, ROBOT))
    lead = np.where(is_lead, who - cast.people.contacts, -1)
    columns = {
        "Id": first_ids("CampaignMember", rows), "IsDeleted": no(rows),
        "CampaignId": pick(first_ids("Campaign", campaigns.rows), members.campaign),
        "LeadId": pick(cast.lead_ids, lead), "ContactId": pick(cast.contact_ids, np.where(is_lead, -1, who)),
        "LeadOrContactId": pick(cast.who_ids, who), "Type": pick(("Contact",
        "Lead"), is_lead.astype(np.int64)),
        **_answer(campaigns, members, members.answered == members.created), "CreatedById": robot,
        "LastModifiedById": robot,
    }  # fmt: skip
    return open_ledger(columns, members.created)


def _answer(campaigns: Campaigns, members: Members, answered: Bools) -> dict[str, pa.Array]:
    labels = sorted({label for row in STATUSES for label in row})
    codes = np.array([[labels.index(label) for label in row] for row in STATUSES])
    place = np.where(answered, np.where(members.responded, 1, 2), 0)
    responded = answered & members.responded
    return {
        "Status": pick(labels, codes[campaigns.type[members.campaign], place]), "HasResponded": pa.array(responded),
        "FirstRespondedDate": dates(np.where(responded, members.answered, NEVER)),
    }  # fmt: skip


def answer_members(ledger: Ledger, campaigns: Campaigns, members: Members, which: Bools) -> None:
    """Members whose status changes after they were put on the list."""
    rows = np.flatnonzero(which & (members.answered > members.created) & (members.answered != NEVER))
    late = take(members, rows)
    ledger.change(rows, late.answered, _answer(campaigns, late, np.ones(len(rows), dtype=bool)))
