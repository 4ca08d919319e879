"""Which EmailMessage rows stand beside the Task rows of mails, and who sent and got them?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from connector.sandbox.world.columns import make_ids, moments, pick, same
from connector.sandbox.world.directory import Directory
from connector.sandbox.world.people import People
from connector.sandbox.world.recipe import Bools, Ints, Recipe
from connector.sandbox.world.staff import Staff
from connector.sandbox.world.tasks import EMAIL, SUBJECTS, Drafts, Related, subjects, who_ids
from connector.sandbox.world.versions import Versions, open_ledger

TWINS = 0.8  # part of the sent mails that went through the CRM and so have an EmailMessage; replies always have one
RELATIONS = ("FromAddress", "ToAddress", "CcAddress")


@dataclass(frozen=True, slots=True)
class Mails:
    """One row an EmailMessage; `task` is the row of its twin."""

    task: Ints
    person: Ints
    owner: Ints
    incoming: Bools
    at: Ints


def draw_mails(recipe: Recipe, drafts: Drafts) -> Mails:
    reply = drafts.subject >= int(subjects("Re: ", np.zeros(1, dtype=np.int64))[0])
    twin = reply | (recipe.rng("mail twins").random(drafts.rows) < TWINS)
    task = np.flatnonzero((drafts.subtype == EMAIL) & twin & (drafts.person >= 0))
    return Mails(task, drafts.person[task], drafts.owner[task], reply[task], drafts.created[task])


def mail_rows(mails: Mails, drafts: Drafts, related: Related, staff: Staff, directory: Directory, accounts: pa.Array) -> Versions:
    count = len(mails.task)
    addresses = pa.concat_arrays([directory.email, staff.emails])
    theirs, ours = mails.person, len(directory.email) + mails.owner
    owner = pick(staff.ids, mails.owner)
    columns = {
        "Id": make_ids("EmailMessage", np.arange(count) + 1), "IsDeleted": same(False, count),
        "ActivityId": make_ids("Task", mails.task + 1), "RelatedToId": pick(accounts, related.account[mails.task]),
        "Subject": pick([start + end for start, ends in SUBJECTS.items() for end in ends], drafts.subject[mails.task]),
        "FromAddress": pick(addresses, np.where(mails.incoming, theirs, ours)), "ToAddress": pick(addresses, np.where(mails.incoming, ours, theirs)),
        "Incoming": pa.array(mails.incoming), "Status": pick(("1", "3"), np.where(mails.incoming, 0, 1)), "MessageDate": moments(mails.at),
        "IsTracked": same(False, count), "IsOpened": same(False, count), "IsBounced": same(False, count),
        "CreatedById": owner, "LastModifiedById": owner,
    }  # fmt: skip
    return open_ledger(columns, mails.at).close()


def mail_relation_rows(mails: Mails, people: People, staff: Staff, directory: Directory, copied: tuple[Ints, Ints]) -> Versions:
    """Sender and receiver of each mail, and those in copy."""
    count, (tasks, colleagues) = len(mails.task), copied
    place = np.minimum(np.searchsorted(mails.task, tasks), max(count - 1, 0))
    found = mails.task[place] == tasks
    extra, colleague = place[found], colleagues[found]
    mail = np.concatenate([np.arange(count), np.arange(count), extra])
    them, us = people.who(mails.person, mails.at), people.contacts + people.leads + mails.owner
    cc = people.who(colleague, mails.at[extra])
    code = np.concatenate([np.where(mails.incoming, them, us), np.where(mails.incoming, us, them), cc])
    kind = np.repeat([0, 1, 2], [count, count, len(extra)])
    theirs, ours = mails.person, len(directory.email) + mails.owner
    address = np.concatenate([np.where(mails.incoming, theirs, ours), np.where(mails.incoming, ours, theirs), colleague])
    columns = {
        "Id": make_ids("EmailMessageRelation", np.arange(len(mail)) + 1), "IsDeleted": same(False, len(mail)),
        "EmailMessageId": make_ids("EmailMessage", mail + 1), "RelationId": pick(pa.concat_arrays([who_ids(people), staff.ids]), code),
        "RelationType": pick(RELATIONS, kind), "RelationAddress": pick(pa.concat_arrays([directory.email, staff.emails]), address),
    }  # fmt: skip
    return open_ledger(columns, mails.at[mail]).close()
