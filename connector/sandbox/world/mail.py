"""Which EmailMessage rows stand beside the Task rows of mails, and who sent and got them?"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa

from connector.sandbox.world.cast import Cast
from connector.sandbox.world.columns import first_ids, make_ids, moments, no, pick, yes
from connector.sandbox.world.recipe import HOUR, NEVER, Bools, Ints
from connector.sandbox.world.tasks import EMAIL, Copied, Drafts, Related, all_subjects, subjects
from connector.sandbox.world.versions import Versions, open_ledger

TWINS = 0.8  # part of the sent mails that went through the CRM and so have an EmailMessage; replies always have one
OPENED = 0.3  # part of the sent mails that were opened later
RELATIONS = ("FromAddress", "ToAddress", "CcAddress")


class Mails(NamedTuple):
    """One row an EmailMessage; `task` is the row of its twin."""

    task: Ints
    person: Ints
    owner: Ints
    incoming: Bools
    at: Ints

    @property
    def rows(self) -> int:
        return len(self.task)


def draw_mails(cast: Cast, drafts: Drafts) -> Mails:
    reply = drafts.subject >= int(subjects("Re: ", np.zeros(1, dtype=np.int64))[0])
    twin = reply | (cast.recipe.rng("mail twins").random(drafts.rows) < TWINS)
    task = np.flatnonzero((drafts.subtype == EMAIL) & twin & (drafts.person >= 0))
    return Mails(task, drafts.person[task], drafts.owner[task], reply[task], drafts.created[task])


def mail_rows(cast: Cast, mails: Mails, drafts: Drafts, related: Related) -> Versions:
    rows, owner = mails.rows, pick(cast.staff.ids, mails.owner)
    sender, receiver = _addresses(cast, mails)
    columns = {
        "Id": first_ids("EmailMessage", rows), "IsDeleted": no(rows), "ActivityId": make_ids("Task", mails.task + 1),
        "RelatedToId": pick(cast.account_ids, related.account[mails.task]), "MessageDate": moments(mails.at),
        "Subject": pick(all_subjects(), drafts.subject[mails.task]), "FromAddress": pick(cast.addresses, sender),
        "ToAddress": pick(cast.addresses, receiver), "Incoming": pa.array(mails.incoming),
        "Status": pick(("1", "3"), np.where(mails.incoming, 0, 1)), "IsTracked": pa.array(~mails.incoming),
        "IsBounced": no(rows), **_opened(no(rows), np.full(rows, NEVER)),
        "CreatedById": owner, "LastModifiedById": owner,
    }  # fmt: skip
    ledger = open_ledger(columns, mails.at)
    rng = cast.recipe.rng("opened mails")
    read = np.flatnonzero(~mails.incoming & (rng.random(rows) < OPENED))
    at = mails.at[read] + (rng.gamma(1.0, 6.0, len(read)) * HOUR).astype(np.int64) + HOUR // 30
    ledger.change(read, at, _opened(yes(len(read)), at), by_user=False)
    return ledger.close()


def _opened(opened: pa.Array, at: Ints) -> dict[str, pa.Array]:
    return {"IsOpened": opened, "FirstOpenedDate": moments(at), "LastOpenedDate": moments(at)}


def _addresses(cast: Cast, mails: Mails) -> tuple[Ints, Ints]:
    theirs, ours = mails.person, len(cast.directory.email) + mails.owner
    return np.where(mails.incoming, theirs, ours), np.where(mails.incoming, ours, theirs)


def relation_rows(cast: Cast, mails: Mails, copied: Copied) -> Versions:
    """Sender and receiver of each mail, and those in copy."""
    place = np.minimum(np.searchsorted(mails.task, copied.task), max(mails.rows - 1, 0))
    found = mails.task[place] == copied.task
    extra, colleague = place[found], copied.person[found]
    mail = np.concatenate([np.arange(mails.rows), np.arange(mails.rows), extra])
    them = cast.people.who(mails.person, mails.at)
    us = cast.people.contacts + cast.people.leads + mails.owner
    cc = cast.people.who(colleague, mails.at[extra])
    code = np.concatenate([np.where(mails.incoming, them, us), np.where(mails.incoming, us, them), cc])
    kind = np.repeat([0, 1, 2], [mails.rows, mails.rows, len(extra)])
    columns = {
        "Id": first_ids("EmailMessageRelation", len(mail)), "IsDeleted": no(len(mail)),
        "EmailMessageId": make_ids("EmailMessage", mail + 1), "RelationId": pick(cast.guest_ids, code),
        "RelationType": pick(RELATIONS, kind),
        "RelationAddress": pick(cast.addresses, np.concatenate([*_addresses(cast, mails), colleague])),
    }  # fmt: skip
    return open_ledger(columns, mails.at[mail]).close()
