"""How is a whole org made from a seed, and asked for its rows?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from connector.sandbox.living import Tables
from connector.sandbox.world import (
    afterlife,
    book,
    campaigns,
    journeys,
    mail,
    meetings,
    opportunities,
    robots,
    staff,
    tasks,
    touches,
    truth,
)
from connector.sandbox.world.cast import Cast
from connector.sandbox.world.companies import draw_companies
from connector.sandbox.world.days import make_days
from connector.sandbox.world.directory import make_directory
from connector.sandbox.world.frames import stack
from connector.sandbox.world.people import draw_people
from connector.sandbox.world.recipe import MONDAY, Recipe
from connector.sandbox.world.versions import Versions


@dataclass(frozen=True, slots=True)
class LivingWorld:
    """An org whose every change is already written down; see `connector.sandbox.living.World`."""

    recipe: Recipe
    objects: dict[str, Versions]
    truth: Tables  # what was planted: journeys, people, machines, stories

    @property
    def now(self) -> datetime:
        return self.recipe.now

    def history(self, until: datetime) -> Tables:
        return {name: versions.as_of(_milliseconds(until)) for name, versions in self.objects.items()}

    def between(self, since: datetime, until: datetime) -> Tables:
        window = _milliseconds(since), _milliseconds(until)
        news = {name: versions.between(*window) for name, versions in self.objects.items()}
        return {name: rows for name, rows in news.items() if rows.num_rows}


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1_000)


def make_world(
    seed: int, *, accounts: int = 2_000, activities: int = 200_000, days: int = 730, now: datetime = MONDAY
) -> LivingWorld:
    """The org of a seed: the same seed, sizes and `now` give the same rows, however the clock is advanced."""
    return grow(Recipe(seed, accounts=accounts, activities=activities, days=days, now=now))


def grow(recipe: Recipe) -> LivingWorld:
    """The org of a recipe."""
    cast, travelled = make_cast(recipe)
    deeds = _deeds(cast, travelled)
    run = campaigns.draw_campaigns(recipe)
    blasted = campaigns.blast(recipe, run, cast.people, cast.days)
    members = campaigns.join([campaigns.respond(recipe, run, deeds), blasted], cast.people)
    drafts = stack([*people_drafts(cast, deeds), *robots.drafts(recipe, run, blasted, members, cast.people)])
    objects = {**make_book(cast), **_campaigns(cast, run, members), **_tasks(cast, drafts), **_events(cast, deeds)}
    return LivingWorld(recipe, objects, truth.tell(recipe, cast.journeys, cast.sold, cast.people))


def make_cast(recipe: Recipe) -> tuple[Cast, journeys.Touches]:
    """Everybody there is, and what they do on the planted journeys."""
    days, companies = make_days(recipe), draw_companies(recipe)
    planted = journeys.draw_journeys(recipe, companies)
    people = draw_people(recipe, companies)
    travelled = journeys.journey_touches(recipe, planted, people)
    people = journeys.with_first_touches(people, travelled)
    ours = staff.draw_staff(recipe, len(companies))
    sold = opportunities.draw_opportunities(recipe, companies, planted)
    directory = make_directory(recipe, companies, people)
    return Cast(recipe, days, companies, people, ours, directory, planted, sold), travelled


def _deeds(cast: Cast, travelled: journeys.Touches) -> touches.Deeds:
    everyday = touches.everyday_touches(cast.recipe, cast.companies, cast.people, cast.days)
    everyday = touches.without_the_silenced(everyday, cast.journeys)
    selling = opportunities.touches_while_open(cast.recipe, cast.sold, cast.people)
    settled, company = touches.settle(cast.recipe, [everyday, travelled, selling], cast.people, cast.days)
    return touches.name_kinds(cast.recipe, settled, company)


def make_book(cast: Cast) -> dict[str, Versions]:
    """Users, accounts, people and opportunities."""
    recipe, sold = cast.recipe, cast.sold
    return {
        "User": staff.user_rows(recipe, cast.staff),
        "Account": book.account_rows(cast),
        "Contact": book.contact_rows(cast),
        "Lead": book.lead_rows(cast),
        "Opportunity": opportunities.opportunity_rows(recipe, sold, cast.staff, cast.directory.company),
        "OpportunityContactRole": opportunities.role_rows(recipe, sold, cast.people, cast.staff),
    }


def people_drafts(cast: Cast, deeds: touches.Deeds) -> list[tasks.Drafts]:
    """The tasks that people's touches leave behind."""
    rng = cast.recipe.rng("drafts")
    made = (tasks.mail_drafts, tasks.call_drafts, tasks.social_drafts, tasks.todo_drafts)
    return [draft(deeds, cast.staff, rng) for draft in made]


def _campaigns(cast: Cast, run: campaigns.Campaigns, members: campaigns.Members) -> dict[str, Versions]:
    ledger = campaigns.member_rows(cast, run, members)
    early = members.answered < afterlife.renamed_at(cast, members.person)
    campaigns.answer_members(ledger, run, members, early)
    afterlife.rehang_members(cast, ledger, members)
    campaigns.answer_members(ledger, run, members, ~early)
    return {
        "Campaign": campaigns.campaign_rows(run, cast.staff),
        "CampaignMemberStatus": campaigns.status_rows(run, cast.staff),
        "CampaignMember": ledger.close(),
    }


def _tasks(cast: Cast, drafts: tasks.Drafts) -> dict[str, Versions]:
    related = tasks.relate(cast, drafts)
    ledger = tasks.task_rows(cast, drafts, related)
    rehung = afterlife.rehung_at(cast, drafts.person, drafts.company, drafts.created)
    tasks.close_tasks(ledger, drafts, drafts.completed < rehung)
    afterlife.rehang_activities(cast, ledger, drafts.person, drafts.company, rehung)
    tasks.close_tasks(ledger, drafts, drafts.completed >= rehung)
    tasks.delete_tasks(cast, ledger, drafts)
    copied, mails = tasks.draw_copied(cast, drafts, related), mail.draw_mails(cast, drafts)
    return {
        "Task": ledger.close(),
        "TaskRelation": tasks.relation_rows(cast, drafts, related, copied),
        "EmailMessage": mail.mail_rows(cast, mails, drafts, related),
        "EmailMessageRelation": mail.relation_rows(cast, mails, copied),
    }


def _events(cast: Cast, deeds: touches.Deeds) -> dict[str, Versions]:
    single = meetings.book_meetings(cast.recipe, deeds, cast.people, cast.staff)
    bookings = meetings.with_copies(cast.recipe, single)
    hung = meetings.hang(cast, bookings)
    ledger = meetings.event_rows(cast, bookings, hung)
    rehung = afterlife.rehung_at(cast, bookings.person, bookings.company, bookings.booked)
    early = meetings.settled_at(bookings) < rehung
    meetings.settle_events(ledger, bookings, early)
    afterlife.rehang_activities(cast, ledger, bookings.person, bookings.company, rehung)
    meetings.settle_events(ledger, bookings, ~early)
    return {"Event": ledger.close(), "EventRelation": meetings.relation_rows(cast, bookings, hung)}
