"""Which Event rows do meetings leave behind: booked, held, missed or called off, with whom, and in which copies?"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa

from connector.sandbox.world.cast import Cast
from connector.sandbox.world.columns import dates, first_ids, make_ids, moments, no, pick, same, whole, yes
from connector.sandbox.world.frames import stack, take
from connector.sandbox.world.journeys import EVERYDAY
from connector.sandbox.world.people import People
from connector.sandbox.world.recipe import DAY, HOUR, MINUTE, NEVER, Bools, Ints, Recipe
from connector.sandbox.world.staff import Staff
from connector.sandbox.world.tasks import ARCHIVED_AFTER
from connector.sandbox.world.touches import MEETING, Deeds
from connector.sandbox.world.versions import Ledger, Versions, open_ledger
from connector.sandbox.world.words import MEETINGS

MINUTES = (15, 30, 30, 30, 45, 60, 60, 60, 90, 120, 240)
SINGLE, OCCURRENCE, MASTER, CHILD = range(4)
NO_SHOW = "No show: "
INTERNAL = "Internal: account planning"
OCCURRENCES = 6
GROUPS = (0.10, 0.40)  # part of the meetings with several guests: on ordinary days, and when a purchase is near
PLACES = ("Video call", "Their office", "Our office", "Phone")
ANSWERS = ("Accepted", "Accepted", "New", "Declined")


class Bookings(NamedTuple):
    """Events before they are rows. `origin` is the row a child or an occurrence belongs to, else -1."""

    company: Ints
    person: Ints  # -1: nobody from outside
    starts: Ints
    booked: Ints
    minutes: Ints
    owner: Ints
    shape: Ints
    origin: Ints
    all_day: Bools
    group: Bools
    called_off: Ints  # NEVER, or when the event was deleted
    missed: Bools
    subject: Ints

    @property
    def rows(self) -> int:
        return len(self.company)


def book_meetings(recipe: Recipe, deeds: Deeds, people: People, staff: Staff) -> Bookings:
    """One booking a meeting; most are made days ahead, some are only written up afterwards."""
    rng = recipe.rng("bookings")
    meetings = deeds.of(MEETING)
    count = len(meetings.at)
    starts = meetings.at // (15 * MINUTE) * 15 * MINUTE
    ahead = np.where(rng.random(count) < 0.15, -2 * HOUR, (rng.gamma(1.6, 3.0 * DAY, count)).astype(np.int64) + HOUR)
    booked = np.maximum(starts - ahead, np.minimum(people.created[meetings.person] + HOUR, starts))
    luck = rng.random(count)
    notice = ((starts - booked) * rng.uniform(0.05, 0.6, count)).astype(np.int64)
    called_off = np.where((luck < 0.08) & (booked < starts), starts - notice, NEVER)
    return Bookings(
        company=meetings.company,
        person=np.where(luck > 0.96, -1, meetings.person),
        starts=starts,
        booked=booked,
        minutes=rng.choice(MINUTES, count),
        owner=staff.touching(meetings.company, rng),
        shape=np.full(count, SINGLE),
        origin=np.full(count, -1),
        all_day=rng.random(count) < 0.015,
        group=rng.random(count) < np.where(meetings.journey == EVERYDAY, *GROUPS),
        called_off=called_off,
        missed=(luck >= 0.08) & (luck < 0.12),
        subject=rng.integers(0, len(MEETINGS), count),
    )


def with_copies(recipe: Recipe, single: Bookings) -> Bookings:
    """Adds the rows that are no meeting of their own: series masters, and the copies of invited colleagues."""
    rng = recipe.rng("copies")
    simple = (single.person >= 0) & (single.called_off == NEVER) & ~single.all_day
    series = np.flatnonzero(simple & (rng.random(single.rows) < 0.006))
    masters = take(single, series)._replace(shape=np.full(len(series), MASTER))
    times = np.tile(np.arange(OCCURRENCES), len(series))
    repeats = take(single, np.repeat(series, OCCURRENCES))
    repeats = repeats._replace(
        starts=repeats.starts + times * 7 * DAY,
        shape=np.full(len(times), OCCURRENCE),
        origin=single.rows - len(series) + np.repeat(np.arange(len(series)), OCCURRENCES),
        missed=np.zeros(len(times), dtype=bool),
    )
    alone = np.ones(single.rows, dtype=bool)
    alone[series] = False
    whole_list = stack([take(single, np.flatnonzero(alone)), masters, repeats])
    return stack([whole_list, _children(whole_list, rng)])


def _children(bookings: Bookings, rng: np.random.Generator) -> Bookings:
    """One copy for each colleague invited to a group event."""
    staff = max(int(bookings.owner.max(initial=1)), 1)
    invited = rng.integers(0, 3, bookings.rows) * (bookings.group & (bookings.shape != MASTER))
    parent = np.repeat(np.arange(bookings.rows), invited)
    copies = take(bookings, parent)
    colleague = 1 + (copies.owner + rng.integers(0, max(staff - 1, 1), len(parent))) % staff
    twice = np.zeros(len(parent), dtype=bool)
    twice[1:] = (parent[1:] == parent[:-1]) & (colleague[1:] == colleague[:-1])
    fits = ~twice & (colleague != copies.owner)
    copies = copies._replace(owner=colleague, shape=np.full(len(parent), CHILD), origin=parent)
    return take(copies, fits)


class Hung(NamedTuple):
    """Codes of WhoId, WhatId and AccountId."""

    who: Ints
    what: Ints
    account: Ints


def hang(cast: Cast, bookings: Bookings) -> Hung:
    """A meeting hangs on the open opportunity or the account; a lead's on nothing but the lead."""
    who = np.where(bookings.person < 0, -1, cast.people.who(np.maximum(bookings.person, 0), bookings.booked))
    ours = (bookings.company < cast.recipe.accounts) & (who < cast.people.contacts)
    deal = np.where(ours, cast.sold.open_at(bookings.company, bookings.booked), -1)
    what = np.where(deal >= 0, cast.recipe.accounts + deal, np.where(ours, bookings.company, -1))
    return Hung(who, what, np.where(ours, bookings.company, -1))


def event_rows(cast: Cast, bookings: Bookings, hung: Hung) -> Ledger:
    """Event, as first booked; see `settle_events` for what becomes of it."""
    rng = cast.recipe.rng("event rows")
    rows, owner = bookings.rows, pick(cast.staff.ids, bookings.owner)
    columns = {
        "Id": first_ids("Event", rows), "IsDeleted": no(rows), "IsArchived": no(rows), "IsPrivate": no(rows),
        "WhoId": pick(cast.who_ids, hung.who), "WhatId": pick(cast.what_ids, hung.what),
        "AccountId": pick(cast.account_ids, hung.account), "Subject": _subjects(bookings, np.zeros(rows, dtype=bool)),
        "Type": same("Meeting", rows), "EventSubtype": same("Event", rows), "ShowAs": same("Busy", rows),
        "Location": pick(PLACES, rng.integers(-2, len(PLACES), rows)), **_times(bookings), **_shapes(bookings),
        "OwnerId": owner, "CreatedById": owner, "LastModifiedById": owner,
    }  # fmt: skip
    return open_ledger(columns, bookings.booked, bookings.starts // DAY * DAY + ARCHIVED_AFTER)


def _times(bookings: Bookings) -> dict[str, pa.Array]:
    midnight = bookings.starts // DAY * DAY
    starts = np.where(bookings.all_day, midnight, bookings.starts)
    minutes = np.where(bookings.all_day, 1_440, bookings.minutes)
    ends = np.where(bookings.all_day, midnight, starts + minutes * MINUTE)
    return {
        "IsAllDayEvent": pa.array(bookings.all_day),
        "ActivityDateTime": moments(np.where(bookings.all_day, NEVER, starts)),
        "ActivityDate": dates(starts), "StartDateTime": moments(starts), "EndDateTime": moments(ends),
        "EndDate": dates(ends),
        "DurationInMinutes": whole(minutes),
    }  # fmt: skip


def _shapes(bookings: Bookings) -> dict[str, pa.Array]:
    rows, is_series = bookings.rows, bookings.shape == MASTER
    lightning = is_series & (bookings.starts // HOUR % 2 == 0)  # made in Lightning, where the pattern is a text
    is_master = is_series & ~lightning
    series = np.where(bookings.shape == OCCURRENCE, bookings.origin, np.where(is_series, np.arange(rows), -1))
    weekday = (bookings.starts // DAY + 4) % 7  # Salesforce's mask counts from Sunday
    return {
        "IsChild": pa.array(bookings.shape == CHILD), "IsGroupEvent": pa.array(bookings.group),
        "GroupEventType": pick(("0", "1", "3"), np.where(lightning, 2, bookings.group.astype(np.int64))),
        "IsRecurrence": pa.array(is_master),
        "RecurrenceActivityId": pick(first_ids("Event", rows), series),
        "RecurrenceType": pick(("RecursWeekly",), np.where(is_master, 0, -1)),
        "RecurrenceInterval": whole(is_master * 1, is_master),
        "RecurrenceStartDateTime": moments(np.where(is_master, bookings.starts, NEVER)),
        "RecurrenceEndDateOnly": dates(np.where(is_master, bookings.starts + (OCCURRENCES - 1) * 7 * DAY, NEVER)),
        "RecurrenceDayOfWeekMask": whole(1 << weekday, is_master), "IsRecurrence2": pa.array(lightning),
        "Recurrence2PatternText": pick((f"RRULE:FREQ=WEEKLY;COUNT={OCCURRENCES}",), np.where(lightning, 0, -1)),
    }  # fmt: skip


def _subjects(bookings: Bookings, missed: Bools) -> pa.Array:
    pool = [*MEETINGS, *(NO_SHOW + name for name in MEETINGS), INTERNAL]
    held = bookings.subject + np.where(missed, len(MEETINGS), 0)
    return pick(pool, np.where(bookings.person < 0, len(pool) - 1, held))


def settle_events(ledger: Ledger, bookings: Bookings, which: Bools) -> None:
    """Events that were called off are deleted; the owner marks those to which nobody came."""
    off = np.flatnonzero(which & (bookings.called_off != NEVER))
    ledger.change(off, bookings.called_off[off], {"IsDeleted": yes(len(off))})
    rows = np.flatnonzero(which & bookings.missed & (bookings.called_off == NEVER) & (bookings.person >= 0))
    after = np.maximum(bookings.starts[rows], bookings.booked[rows]) + 3 * HOUR
    ledger.change(rows, after, {"Subject": _subjects(take(bookings, rows), np.ones(len(rows), dtype=bool))})


def settled_at(bookings: Bookings) -> Ints:
    """When it is clear what became of each event."""
    over: Ints = np.maximum(bookings.starts, bookings.booked) + 3 * HOUR
    return np.minimum(bookings.called_off, over)


class Guests(NamedTuple):
    """Who else comes to a group event: rows of the events and the people."""

    event: Ints
    person: Ints


def draw_guests(cast: Cast, bookings: Bookings, hung: Hung) -> Guests:
    """Up to three more people of the account."""
    rng = cast.recipe.rng("guests")
    grouped = np.flatnonzero(bookings.group & (bookings.shape != CHILD) & (bookings.person >= 0) & (hung.account >= 0))
    event = np.repeat(grouped, rng.integers(0, 4, len(grouped)))
    person, at = cast.people.draw(bookings.company[event], rng), bookings.booked[event]
    known = (cast.people.who(person, at) < cast.people.contacts) & (cast.people.created[person] <= at)
    drawn = take(Guests(event, person), known & (person != bookings.person[event]))
    _, first = np.unique(drawn.event * len(cast.people) + drawn.person, return_index=True)
    return take(drawn, np.sort(first))


def relation_rows(cast: Cast, bookings: Bookings, hung: Hung) -> Versions:
    """EventRelation: the main contact, further guests of group events, and the invited colleagues."""
    guests = draw_guests(cast, bookings, hung)
    main = np.flatnonzero((hung.who >= 0) & (bookings.shape != CHILD))
    child = np.flatnonzero(bookings.shape == CHILD)
    event = np.concatenate([main, guests.event, bookings.origin[child]])
    who = cast.people.who(guests.person, bookings.booked[guests.event])
    user = cast.people.contacts + cast.people.leads + bookings.owner[child]
    is_user = np.arange(len(event)) >= len(main) + len(guests.event)
    answer = cast.recipe.rng("answers").integers(0, len(ANSWERS), len(event))
    columns = {
        "Id": first_ids("EventRelation", len(event)), "IsDeleted": no(len(event)), "IsWhat": no(len(event)),
        "EventId": make_ids("Event", event + 1), "IsParent": pa.array(~is_user),
        "RelationId": pick(cast.guest_ids, np.concatenate([hung.who[main], who, user])),
        "IsInvitee": pa.array(is_user | bookings.group[event]),
        "AccountId": pick(cast.account_ids, hung.account[event]),
        "Status": pick(ANSWERS, np.where(bookings.group[event], answer, -1)),
    }  # fmt: skip
    return open_ledger(columns, bookings.booked[event]).close()
