"""Which Task rows do touches leave behind: mails, calls, to-dos, social messages, opens and clicks?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from connector.sandbox.world.cast import Cast
from connector.sandbox.world.columns import dates, first_ids, make_ids, moments, no, pick, whole, yes
from connector.sandbox.world.frames import take
from connector.sandbox.world.recipe import DAY, HOUR, MINUTE, NEVER, Bools, Ints
from connector.sandbox.world.staff import ROBOT, Staff
from connector.sandbox.world.touches import CALL, INBOUND, MISSED, REPLY, SENT, SOCIAL, TODO, Deeds
from connector.sandbox.world.versions import Ledger, Versions, open_ledger
from connector.sandbox.world.words import ASSETS, NOTES, TOPICS, WEBINARS

SUBTYPES = ("Task", "Email", "Call", "LinkedIn", "ListEmail")
TASK, EMAIL, PHONE, LINKEDIN, LIST_EMAIL = range(len(SUBTYPES))
TYPES = ("Other", "Email", "Call", "Email Open", "Email Click", "Webinar")
STATUSES = ("Not Started", "In Progress", "Completed")
CALL_TYPES = ("Internal", "Inbound", "Outbound")
DISPOSITIONS = ("Connected", "Left voicemail", "No answer", "Busy")
SUBJECTS = {  # how a subject starts -> how it goes on
    "Email: ": TOPICS, "Re: ": TOPICS, "Call: ": TOPICS, "LinkedIn: ": TOPICS, "Prepare: ": TOPICS,
    "List Email: ": ASSETS, "Opened email: ": ASSETS, "Clicked link in email: ": ASSETS, "Attended webinar: ": WEBINARS,
}  # fmt: skip
ROBOT_TYPES = {"List Email: ": 1, "Opened email: ": 3, "Clicked link in email: ": 4, "Attended webinar: ": 5}
DELETED = 0.004
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
    type: Ints

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
    codes: Ints = starts[list(SUBJECTS).index(start)] + number % len(SUBJECTS[start])
    return codes


def all_subjects() -> list[str]:
    """The pool behind the codes."""
    return [start + end for start, ends in SUBJECTS.items() for end in ends]


def _drafts(deeds: Deeds, owner: Ints, subtype: int, subject: Ints) -> Drafts:
    """Tasks that are logged when they are done."""
    none = np.full(len(deeds.at), -1)
    kind = np.full(len(deeds.at), subtype)
    logged = (deeds.at, deeds.at, deeds.at)
    return Drafts(
        deeds.company, deeds.person, *logged, owner, kind, subject, none, none, none, np.minimum(kind, PHONE) % 3
    )


def _some(start: str, count: int, rng: np.random.Generator) -> Ints:
    return subjects(start, rng.integers(0, 1_000, count))


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
    talked = np.clip(rng.gamma(1.6, 420.0, count), 40, 5_400).astype(np.int64)
    drafts = _drafts(calls, staff.touching(calls.company, rng), PHONE, _some("Call: ", count, rng))
    return drafts._replace(
        created=calls.at + late,
        completed=calls.at + late,
        seconds=np.where(missed, rng.integers(0, 45, count), talked),
        call_type=np.where(calls.kind == INBOUND, 1, 2),
        disposition=np.where(missed, rng.integers(1, 4, count), 0),
    )


def social_drafts(deeds: Deeds, staff: Staff, rng: np.random.Generator) -> Drafts:
    social = deeds.of(SOCIAL)
    return _drafts(social, staff.touching(social.company, rng), LINKEDIN, _some("LinkedIn: ", len(social.at), rng))


def todo_drafts(deeds: Deeds, staff: Staff, rng: np.random.Generator) -> Drafts:
    """To-dos: made first, done some days later or never; a third are about nobody in particular."""
    todos = deeds.of(TODO)
    count = len(todos.at)
    done = todos.at + rng.gamma(1.5, 3.0 * DAY, count).astype(np.int64) + HOUR
    drafts = _drafts(todos, staff.touching(todos.company, rng), TASK, _some("Prepare: ", count, rng))
    return drafts._replace(
        person=np.where(rng.random(count) < 0.35, -1, todos.person),
        day=np.where(rng.random(count) < 0.9, todos.at + rng.integers(0, 8, count) * DAY, NEVER),
        completed=np.where(rng.random(count) < 0.85, done, NEVER),
    )


def robot_drafts(deeds: Deeds, start: str, number: Ints) -> Drafts:
    """Tasks written by marketing automation."""
    subtype = LIST_EMAIL if start == "List Email: " else TASK
    drafts = _drafts(deeds, np.full(len(deeds.at), ROBOT), subtype, subjects(start, number))
    return drafts._replace(type=np.full(len(deeds.at), ROBOT_TYPES[start]))


def relate(cast: Cast, drafts: Drafts) -> Related:
    """A lead has no account. A contact's record hangs on the open opportunity, the account, or on the contact alone."""
    is_account = drafts.company < cast.recipe.accounts
    who = np.where(drafts.person < 0, -1, cast.people.who(np.maximum(drafts.person, 0), drafts.created))
    is_lead = who >= cast.people.contacts
    deal = np.where(is_account, cast.sold.open_at(drafts.company, drafts.created), -1)
    luck = cast.recipe.rng("relate").random(drafts.rows)
    what = np.where(luck < 0.85, drafts.company, -1)
    what = np.where((deal >= 0) & (luck < 0.55), cast.recipe.accounts + deal, what)
    what = np.where(is_lead | ~is_account, -1, what)
    has_account = ~is_lead & is_account & ((what >= 0) | (drafts.person >= 0))
    return Related(who, what, np.where(has_account, drafts.company, -1))


def task_rows(cast: Cast, drafts: Drafts, related: Related) -> Ledger:
    """Task, as first written; see `close_tasks` for what happens to the open ones."""
    rng = cast.recipe.rng("task rows")
    rows = drafts.rows
    owner = pick(cast.staff.ids, drafts.owner)
    note = np.where((drafts.subtype == PHONE) & (rng.random(rows) < 0.3), rng.integers(0, len(NOTES), rows), -1)
    columns = {
        "Id": first_ids("Task", rows), "IsDeleted": no(rows), "IsArchived": no(rows), "IsRecurrence": no(rows),
        "WhoId": pick(cast.who_ids, related.who), "WhatId": pick(cast.what_ids, related.what),
        "AccountId": pick(cast.account_ids, related.account), "Subject": pick(all_subjects(), drafts.subject),
        "ActivityDate": dates(drafts.day), **_state(drafts.completed == drafts.created, drafts.created),
        "Priority": pick(("Normal", "High"), (rng.random(rows) < 0.06).astype(np.int64)),
        "TaskSubtype": pick(SUBTYPES, drafts.subtype), "Type": pick(TYPES, drafts.type),
        "CallType": pick(CALL_TYPES, drafts.call_type), "CallDisposition": pick(DISPOSITIONS, drafts.disposition),
        "CallDurationInSeconds": whole(np.maximum(drafts.seconds, 0), drafts.seconds >= 0),
        "Description": pick(NOTES, note), "OwnerId": owner, "CreatedById": owner, "LastModifiedById": owner,
    }  # fmt: skip
    return open_ledger(columns, drafts.created, _archived_at(drafts))


def _archived_at(drafts: Drafts) -> Ints:
    """A year after its day, once it is closed."""
    day = np.where(drafts.day == NEVER, drafts.created, drafts.day) // DAY * DAY
    archived: Ints = np.maximum(day + ARCHIVED_AFTER, drafts.completed)
    return archived


def _state(closed: Bools, at: Ints) -> dict[str, pa.Array]:
    return {
        "Status": pick(STATUSES, np.where(closed, 2, 0)),
        "IsClosed": pa.array(closed),
        "CompletedDateTime": moments(np.where(closed, at, NEVER)),
    }


def close_tasks(ledger: Ledger, drafts: Drafts, which: Bools) -> None:
    """Open tasks that get done."""
    rows = np.flatnonzero(which & (drafts.completed > drafts.created) & (drafts.completed != NEVER))
    at = drafts.completed[rows]
    ledger.change(rows, at, _state(np.ones(len(rows), dtype=bool), at))


def delete_tasks(cast: Cast, ledger: Ledger, drafts: Drafts) -> None:
    """A few tasks were a mistake and go to the bin."""
    rng = cast.recipe.rng("deleted tasks")
    rows = np.flatnonzero((rng.random(drafts.rows) < DELETED) & (drafts.owner != ROBOT))
    ledger.change(rows, drafts.created[rows] + rng.integers(1, 40, len(rows)) * DAY, {"IsDeleted": yes(len(rows))})


class Copied(NamedTuple):
    """People in copy of a mail, and the task of that mail."""

    task: Ints
    person: Ints


def draw_copied(cast: Cast, drafts: Drafts, related: Related) -> Copied:
    """A colleague of the receiver in copy, on one mail in eight."""
    rng = cast.recipe.rng("copied")
    task = np.flatnonzero((drafts.subtype == EMAIL) & (related.account >= 0) & (rng.random(drafts.rows) < 0.12))
    person, at = cast.people.draw(drafts.company[task], rng), drafts.created[task]
    who = cast.people.who(person, at)
    known = (who < cast.people.contacts) & (who != related.who[task]) & (cast.people.created[person] < at)
    return take(Copied(task, person), known)


def relation_rows(cast: Cast, drafts: Drafts, related: Related, copied: Copied) -> Versions:
    """TaskRelation: everybody a task is about."""
    main = np.flatnonzero(related.who >= 0)
    task = np.concatenate([main, copied.task])
    who = np.concatenate([related.who[main], cast.people.who(copied.person, drafts.created[copied.task])])
    columns = {
        "Id": first_ids("TaskRelation", len(task)), "IsDeleted": no(len(task)), "IsWhat": no(len(task)),
        "TaskId": make_ids("Task", task + 1), "RelationId": pick(cast.who_ids, who),
        "AccountId": pick(cast.account_ids, related.account[task]),
    }  # fmt: skip
    return open_ledger(columns, drafts.created[task]).close()
