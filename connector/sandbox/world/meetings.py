"""Which Event rows do meetings leave behind: booked, held, missed or called off, with whom, and in which copies?"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa

from connector.sandbox.world.columns import dates, make_ids, moments, pick, same, whole
from connector.sandbox.world.opportunities import Opportunities
from connector.sandbox.world.people import People
from connector.sandbox.world.recipe import DAY, HOUR, MINUTE, NEVER, Bools, Ints, Recipe
from connector.sandbox.world.staff import Staff
from connector.sandbox.world.tasks import ARCHIVED_AFTER, what_ids, who_ids
from connector.sandbox.world.touches import MEETING, Deeds
from connector.sandbox.world.versions import Ledger, Versions, open_ledger
from connector.sandbox.world.words import MEETINGS

MINUTES = (15, 30, 30, 30, 45, 60, 60, 60, 90, 120, 240)
SINGLE, OCCURRENCE, MASTER, CHILD = range(4)
NO_SHOW = "No show: "
INTERNAL = "Internal: account planning"
OCCURRENCES = 6
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
    called_off = np.where((luck < 0.08) & (booked < starts), starts - ((starts - booked) * rng.uniform(0.05, 0.6, count)).astype(np.int64), NEVER)
    none = np.full(count, -1)
    return Bookings(
        meetings.company, np.where(luck > 0.96, -1, meetings.person), starts, booked, rng.choice(MINUTES, count),
        staff.touching(meetings.company, rng), none * 0 + SINGLE, none, rng.random(count) < 0.015, rng.random(count) < 0.3,
        called_off, (luck >= 0.08) & (luck < 0.12), rng.integers(0, len(MEETINGS), count),
    )  # fmt: skip


def with_copies(recipe: Recipe, single: Bookings) -> Bookings:
    """Adds the rows that are no meeting of their own: series masters, and the copies of invited colleagues."""
    rng = recipe.rng("copies")
    series = np.flatnonzero((rng.random(single.rows) < 0.006) & (single.person >= 0) & (single.called_off == NEVER) & ~single.all_day)
    masters = _take(single, series)._replace(shape=np.full(len(series), MASTER))
    times = np.tile(np.arange(OCCURRENCES), len(series))
    repeats = _take(single, np.repeat(series, OCCURRENCES))
    repeats = repeats._replace(
        starts=repeats.starts + times * 7 * DAY, shape=np.full(len(times), OCCURRENCE),
        origin=single.rows - len(series) + np.repeat(np.arange(len(series)), OCCURRENCES), missed=np.zeros(len(times), dtype=bool),
    )  # fmt: skip
    alone = np.ones(single.rows, dtype=bool)
    alone[series] = False
    whole_list = _stack([_take(single, np.flatnonzero(alone)), masters, repeats])
    return _stack([whole_list, _children(recipe, whole_list, rng)])


def _children(recipe: Recipe, bookings: Bookings, rng: np.random.Generator) -> Bookings:
    """One copy for each colleague invited to a group event."""
    staff = max(int(bookings.owner.max(initial=1)), 1)
    parent = np.repeat(np.arange(bookings.rows), rng.integers(0, 3, bookings.rows) * (bookings.group & (bookings.shape != MASTER)))
    copies = _take(bookings, parent)
    colleague = 1 + (copies.owner + rng.integers(0, max(staff - 1, 1), len(parent))) % staff
    twice = np.zeros(len(parent), dtype=bool)
    twice[1:] = (parent[1:] == parent[:-1]) & (colleague[1:] == colleague[:-1])
    fits = ~twice & (colleague != copies.owner)
    return _take(copies._replace(owner=colleague, shape=np.full(len(parent), CHILD), origin=parent), np.flatnonzero(fits))


def _take(bookings: Bookings, rows: Ints) -> Bookings:
    return Bookings(*(column[rows] for column in bookings))


def _stack(parts: list[Bookings]) -> Bookings:
    return Bookings(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def event_rows(recipe: Recipe, bookings: Bookings, people: People, sold: Opportunities, staff: Staff) -> tuple[Ledger, Ints]:
    """The rows, and the account each hangs on."""
    rng = recipe.rng("event rows")
    rows = bookings.rows
    known = np.maximum(bookings.person, 0)
    who = np.where(bookings.person < 0, -1, people.who(known, bookings.booked))
    is_lead, is_account = who >= people.contacts, bookings.company < recipe.accounts
    deal = np.where(is_account, sold.open_at(bookings.company, bookings.booked), -1)
    what = np.where(deal >= 0, recipe.accounts + deal, np.where(is_account, bookings.company, -1))
    what = np.where(is_lead, -1, what)
    account = np.where(is_account & ~is_lead, bookings.company, -1)
    owner = pick(staff.ids, bookings.owner)
    columns = {
        "Id": make_ids("Event", np.arange(rows) + 1), "IsDeleted": same(False, rows), "IsArchived": same(False, rows),
        "WhoId": pick(who_ids(people), who), "WhatId": pick(what_ids(recipe, sold), what),
        "AccountId": pick(make_ids("Account", np.arange(recipe.accounts) + 1), account),
        "Subject": _subjects(bookings, np.zeros(rows, dtype=bool)), "Location": pick(PLACES, rng.integers(-2, len(PLACES), rows)),
        "OwnerId": owner, "CreatedById": owner, "LastModifiedById": owner, "EventSubtype": same("Event", rows),
        "IsPrivate": same(False, rows), "ShowAs": same("Busy", rows), **_times(bookings), **_shapes(bookings),
    }  # fmt: skip
    archive = bookings.starts // DAY * DAY + ARCHIVED_AFTER
    return open_ledger(columns, bookings.booked, archive), account


def _times(bookings: Bookings) -> dict[str, pa.Array]:
    midnight = bookings.starts // DAY * DAY
    starts = np.where(bookings.all_day, midnight, bookings.starts)
    minutes = np.where(bookings.all_day, 1_440, bookings.minutes)
    ends = np.where(bookings.all_day, midnight, starts + minutes * MINUTE)
    return {
        "IsAllDayEvent": pa.array(bookings.all_day), "ActivityDateTime": moments(np.where(bookings.all_day, NEVER, starts)),
        "ActivityDate": dates(starts), "StartDateTime": moments(starts), "EndDateTime": moments(ends), "EndDate": dates(ends),
        "DurationInMinutes": whole(minutes),
    }  # fmt: skip


def _shapes(bookings: Bookings) -> dict[str, pa.Array]:
    rows, is_master = bookings.rows, bookings.shape == MASTER
    series = np.where(bookings.shape == OCCURRENCE, bookings.origin, np.where(is_master, np.arange(rows), -1))
    weekday = (bookings.starts // DAY + 4) % 7  # Salesforce's mask counts from Sunday
    return {
        "IsChild": pa.array(bookings.shape == CHILD), "IsGroupEvent": pa.array(bookings.group),
        "GroupEventType": pick(("0", "1"), bookings.group.astype(np.int64)), "IsRecurrence": pa.array(is_master),
        "RecurrenceActivityId": pick(make_ids("Event", np.arange(rows) + 1), series),
        "RecurrenceType": pick(("RecursWeekly",), np.where(is_master, 0, -1)), "RecurrenceInterval": whole(is_master * 1, is_master),
        "RecurrenceStartDateTime": moments(np.where(is_master, bookings.starts, NEVER)),
        "RecurrenceEndDateOnly": dates(np.where(is_master, bookings.starts + (OCCURRENCES - 1) * 7 * DAY, NEVER)),
        "RecurrenceDayOfWeekMask": whole(1 << weekday, is_master), "IsRecurrence2": same(False, rows),
    }  # fmt: skip


def _subjects(bookings: Bookings, missed: Bools) -> pa.Array:
    pool = [*MEETINGS, *(NO_SHOW + name for name in MEETINGS), INTERNAL]
    held = bookings.subject + np.where(missed, len(MEETINGS), 0)
    return pick(pool, np.where(bookings.person < 0, len(pool) - 1, held))


def settle_events(ledger: Ledger, bookings: Bookings, which: Bools) -> None:
    """Events that were called off are deleted; the owner marks those to which nobody came."""
    off = np.flatnonzero(which & (bookings.called_off != NEVER))
    ledger.change(off, bookings.called_off[off], {"IsDeleted": same(True, len(off))})
    rows = np.flatnonzero(which & bookings.missed & (bookings.called_off == NEVER) & (bookings.person >= 0))
    after = np.maximum(bookings.starts[rows], bookings.booked[rows]) + 3 * HOUR
    ledger.change(rows, after, {"Subject": _subjects(_take(bookings, rows), np.ones(len(rows), dtype=bool))})


def settled_at(bookings: Bookings) -> Ints:
    return np.minimum(bookings.called_off, np.maximum(bookings.starts, bookings.booked) + 3 * HOUR)


def relation_rows(recipe: Recipe, bookings: Bookings, account: Ints, people: People, staff: Staff) -> Versions:
    """EventRelation: the main contact, further guests of group events, and the invited colleagues."""
    rng = recipe.rng("event relations")
    main = np.flatnonzero((bookings.person >= 0) & (bookings.shape != CHILD))
    guests = np.repeat(main, rng.integers(0, 4, len(main)) * (bookings.group[main] & (account[main] >= 0)))
    guest = people.draw(bookings.company[guests], rng)
    who = people.who(guest, bookings.booked[guests])
    fits = (who < people.contacts) & (guest != bookings.person[guests]) & (people.created[guest] <= bookings.booked[guests])
    fits &= np.append(True, (guests[1:] != guests[:-1]) | (guest[1:] != guest[:-1]))[: len(guests)]
    guests, who = guests[fits], who[fits]
    child = np.flatnonzero(bookings.shape == CHILD)
    event = np.concatenate([main, guests, bookings.origin[child]])
    main_who = people.who(bookings.person[main], bookings.booked[main])
    code = np.concatenate([main_who, who, people.contacts + people.leads + bookings.owner[child]])
    is_user = np.arange(len(event)) >= len(main) + len(guests)
    answer = np.where(bookings.group[event], rng.integers(0, len(ANSWERS), len(event)), -1)
    columns = {
        "Id": make_ids("EventRelation", np.arange(len(event)) + 1), "IsDeleted": same(False, len(event)), "IsWhat": same(False, len(event)),
        "IsParent": pa.array(~is_user), "IsInvitee": pa.array(is_user | bookings.group[event]), "EventId": make_ids("Event", event + 1),
        "RelationId": pick(pa.concat_arrays([who_ids(people), staff.ids]), code), "Status": pick(ANSWERS, answer),
        "AccountId": pick(make_ids("Account", np.arange(recipe.accounts) + 1), account[event]),
    }  # fmt: skip
    return open_ledger(columns, bookings.booked[event]).close()
