"""Which Task rows do touches leave behind: mails, calls, to-dos, social messages, opens and clicks?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from connector.sandbox.world.columns import dates, make_ids, moments, pick, same, whole
from connector.sandbox.world.opportunities import Opportunities
from connector.sandbox.world.people import People
from connector.sandbox.world.recipe import DAY, HOUR, MINUTE, NEVER, Bools, Ints, Recipe
from connector.sandbox.world.staff import ROBOT, Staff
from connector.sandbox.world.touches import CALL, INBOUND, MISSED, REPLY, SENT, SOCIAL, TODO, Deeds
from connector.sandbox.world.versions import Ledger, Versions, open_ledger
from connector.sandbox.world.words import ASSETS, NOTES, TOPICS, WEBINARS

SUBTYPES = ("Task", "Email", "Call", "LinkedIn", "ListEmail")
TASK, EMAIL, PHONE, LINKEDIN, LIST_EMAIL = range(len(SUBTYPES))
STATUSES = ("Not Started", "In Progress", "Completed")
CALL_TYPES = ("Internal", "Inbound", "Outbound")
DISPOSITIONS = ("Connected", "Left voicemail", "No answer", "Busy")
SUBJECTS = {  # how a subject starts -> how it goes on
    "Email: ": TOPICS, "Re: ": TOPICS, "Call: ": TOPICS, "LinkedIn: ": TOPICS, "Prepare: ": TOPICS,
    "List Email: ": ASSETS, "Opened email: ": ASSETS, "Clicked link in email: ": ASSETS, "Attended webinar: ": WEBINARS,
}  # fmt: skip
ARCHIVED_AFTER = 365 * DAY


class Drafts(NamedTuple):
    """Tasks before they are rows. Codes point into the pools above; -1 is empty."""

    company: Ints
    person: Ints  # -1: about nobody
    created: Ints
    day: Ints  # moment whose date is ActivityDate; NEVER: no date
    completed: Ints  # when it was closed; at `created` for what is logged when done; NEVER: still open
    owner: Ints
    subtype: Ints
    subject: Ints
    call_type: Ints
    seconds: Ints
    disposition: Ints

    @property
    def rows(self) -> int:
        return len(self.company)


@dataclass(frozen=True, slots=True)
class Related:
    """What a record hangs on: codes of WhoId, WhatId and AccountId."""

    who: Ints
    what: Ints
    account: Ints


def subjects(start: str, number: Ints) -> Ints:
    """Codes of subjects that begin like this."""
    starts = np.cumsum([0] + [len(ends) for ends in SUBJECTS.values()])
    return starts[list(SUBJECTS).index(start)] + number % len(SUBJECTS[start])


def _drafts(deeds: Deeds, owner: Ints, subtype: int, subject: Ints) -> Drafts:
    """Tasks that are logged when they are done."""
    none = np.full(len(deeds.at), -1)
    return Drafts(deeds.company, deeds.person, deeds.at, deeds.at, deeds.at, owner, none * 0 + subtype, subject, none, none, none)


def mail_drafts(deeds: Deeds, staff: Staff, rng: np.random.Generator) -> Drafts:
    """Sent mail and replies, in the order of time."""
    mails = deeds.of(SENT, REPLY)
    number = rng.integers(0, 1_000, len(mails.at))
    subject = np.where(mails.kind == SENT, subjects("Email: ", number), subjects("Re: ", number))
    return _drafts(mails, staff.touching(mails.company, rng), EMAIL, subject)


def call_drafts(deeds: Deeds, staff: Staff, rng: np.random.Generator) -> Drafts:
    """Calls; one in twenty is written up days later, which is when the CRM first shows it."""
    calls = deeds.of(CALL, INBOUND, MISSED)
    count = len(calls.at)
    late = np.where(rng.random(count) < 0.05, rng.integers(1, 5, count) * DAY, rng.integers(0, 15, count) * MINUTE)
    missed = calls.kind == MISSED
    seconds = np.where(missed, rng.integers(0, 45, count), np.clip(rng.gamma(1.6, 420.0, count), 40, 5_400).astype(np.int64))
    drafts = _drafts(calls, staff.touching(calls.company, rng), PHONE, subjects("Call: ", rng.integers(0, 1_000, count)))
    return drafts._replace(
        created=calls.at + late, completed=calls.at + late, seconds=seconds,
        call_type=np.where(calls.kind == INBOUND, 1, 2), disposition=np.where(missed, rng.integers(1, 4, count), 0),
    )  # fmt: skip


def social_drafts(deeds: Deeds, staff: Staff, rng: np.random.Generator) -> Drafts:
    social = deeds.of(SOCIAL)
    return _drafts(social, staff.touching(social.company, rng), LINKEDIN, subjects("LinkedIn: ", rng.integers(0, 1_000, len(social.at))))


def todo_drafts(deeds: Deeds, staff: Staff, rng: np.random.Generator) -> Drafts:
    """To-dos: made first, done some days later or never; a third are about nobody in particular."""
    todos = deeds.of(TODO)
    count = len(todos.at)
    done = todos.at + rng.gamma(1.5, 3.0 * DAY, count).astype(np.int64) + HOUR
    drafts = _drafts(todos, staff.touching(todos.company, rng), TASK, subjects("Prepare: ", rng.integers(0, 1_000, count)))
    return drafts._replace(
        person=np.where(rng.random(count) < 0.35, -1, todos.person),
        day=np.where(rng.random(count) < 0.9, todos.at + rng.integers(0, 8, count) * DAY, NEVER),
        completed=np.where(rng.random(count) < 0.85, done, NEVER),
    )


def robot_drafts(deeds: Deeds, start: str, number: Ints) -> Drafts:
    """Tasks written by marketing automation."""
    subtype = LIST_EMAIL if start == "List Email: " else TASK
    return _drafts(deeds, np.full(len(deeds.at), ROBOT), subtype, subjects(start, number))


def stack(parts: list[Drafts]) -> Drafts:
    return Drafts(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def relate(recipe: Recipe, drafts: Drafts, people: People, sold: Opportunities) -> Related:
    """A lead has no account. A contact's record hangs on the open opportunity, the account, or on the contact alone."""
    is_account = drafts.company < recipe.accounts
    known = np.maximum(drafts.person, 0)
    who = np.where(drafts.person < 0, -1, people.who(known, drafts.created))
    is_lead = who >= people.contacts
    deal = np.where(is_account, sold.open_at(drafts.company, drafts.created), -1)
    luck = recipe.rng("relate").random(drafts.rows)
    what = np.where((deal >= 0) & (luck < 0.55), recipe.accounts + deal, np.where(luck < 0.85, drafts.company, -1))
    what = np.where(is_lead | ~is_account | ((drafts.person < 0) & (luck > 0.95)), -1, what)
    has_account = ~is_lead & is_account & ((what >= 0) | (drafts.person >= 0))
    return Related(who, what, np.where(has_account, drafts.company, -1))


def who_ids(people: People) -> pa.Array:
    contacts, leads = np.arange(people.contacts) + 1, np.arange(people.leads) + 1
    return pa.concat_arrays([make_ids("Contact", contacts), make_ids("Lead", leads)])


def what_ids(recipe: Recipe, sold: Opportunities) -> pa.Array:
    return pa.concat_arrays([make_ids("Account", np.arange(recipe.accounts) + 1), sold.ids])


def task_rows(recipe: Recipe, drafts: Drafts, related: Related, people: People, sold: Opportunities, staff: Staff) -> Ledger:
    rng = recipe.rng("task rows")
    rows = drafts.rows
    logged = drafts.completed == drafts.created
    owner = pick(staff.ids, drafts.owner)
    note = np.where((drafts.subtype == PHONE) & (rng.random(rows) < 0.3), rng.integers(0, len(NOTES), rows), -1)
    columns = {
        "Id": make_ids("Task", np.arange(rows) + 1), "IsDeleted": same(False, rows), "IsArchived": same(False, rows),
        "WhoId": pick(who_ids(people), related.who), "WhatId": pick(what_ids(recipe, sold), related.what),
        "AccountId": pick(make_ids("Account", np.arange(recipe.accounts) + 1), related.account),
        "Subject": pick([start + end for start, ends in SUBJECTS.items() for end in ends], drafts.subject),
        "ActivityDate": dates(drafts.day), **_state(logged, drafts.created),
        "Priority": pick(("Normal", "High"), (rng.random(rows) < 0.06).astype(np.int64)),
        "TaskSubtype": pick(SUBTYPES, drafts.subtype), "CallType": pick(CALL_TYPES, drafts.call_type),
        "CallDurationInSeconds": whole(np.maximum(drafts.seconds, 0), drafts.seconds >= 0),
        "CallDisposition": pick(DISPOSITIONS, drafts.disposition), "Description": pick(NOTES, note), "IsRecurrence": same(False, rows),
        "OwnerId": owner, "CreatedById": owner, "LastModifiedById": owner,
    }  # fmt: skip
    closed_day = np.where(drafts.day == NEVER, drafts.created, drafts.day) // DAY * DAY
    archive = np.where(drafts.completed == NEVER, NEVER, np.maximum(closed_day + ARCHIVED_AFTER, np.minimum(drafts.completed, NEVER - 1) + 1))
    return open_ledger(columns, drafts.created, archive)


def _state(closed: Bools, at: Ints) -> dict[str, pa.Array]:
    return {
        "Status": pick(STATUSES, np.where(closed, 2, 0)), "IsClosed": pa.array(closed),
        "CompletedDateTime": moments(np.where(closed, at, NEVER)),
    }  # fmt: skip


def close_tasks(ledger: Ledger, drafts: Drafts, which: Bools) -> None:
    """Open tasks that get done."""
    rows = np.flatnonzero(which & (drafts.completed > drafts.created) & (drafts.completed != NEVER))
    at = drafts.completed[rows]
    ledger.change(rows, at, _state(np.ones(len(rows), dtype=bool), at))


def relation_rows(recipe: Recipe, drafts: Drafts, related: Related, people: People) -> tuple[Versions, Ints, Ints]:
    """TaskRelation: everybody a task is about; also, for the mails, the task and the person of those in copy."""
    rng = recipe.rng("task relations")
    main = np.flatnonzero(related.who >= 0)
    copied = np.flatnonzero((drafts.subtype == EMAIL) & (related.account >= 0) & (rng.random(drafts.rows) < 0.12))
    colleague = people.draw(drafts.company[copied], rng)
    code = people.who(colleague, drafts.created[copied])
    fits = (code < people.contacts) & (code != related.who[copied]) & (people.created[colleague] < drafts.created[copied])
    copied, colleague = copied[fits], colleague[fits]
    task = np.concatenate([main, copied])
    who = np.concatenate([related.who[main], code[fits]])
    columns = {
        "Id": make_ids("TaskRelation", np.arange(len(task)) + 1), "IsDeleted": same(False, len(task)), "IsWhat": same(False, len(task)),
        "TaskId": make_ids("Task", task + 1), "RelationId": pick(who_ids(people), who),
        "AccountId": pick(make_ids("Account", np.arange(recipe.accounts) + 1), related.account[task]),
    }  # fmt: skip
    return open_ledger(columns, drafts.created[task]).close(), copied, colleague
