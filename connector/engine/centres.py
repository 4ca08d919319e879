"""Which parts of an account qualify on their own: a buying centre walks its days as an account does.

A centre is what belongs to one department, region, product line or deal of an account; what belongs to none is one
too. It needs the account's minutes, its deals bar all its centres, and the account is an MQA while one of them is.
A centre that is a deal is barred by none, and ends when it is closed.
"""

from dataclasses import dataclass, replace

import numpy as np

from connector.engine.days import ALWAYS, NEVER, AccountDays, Accounts, Ints, Opportunities, Span, Texts
from connector.engine.mqa import CLOSED, CONVERTED, Memory, blank
from connector.engine.replay import NOBODY, History, State, joined, replay
from connector.engine.rules import Rules

LONGEST = 120
EVIDENCE = {  # of a state, what an MQA needs, and what an account without any centre has of it
    "engaged": 0.0, "sure": 0.0, "last_act_now": NEVER, "last_wanted": NEVER, "open_opportunity": False,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Centres:
    """What happened in each centre: account-days whose number is the centre's, and whose each centre is."""

    days: AccountDays
    owner: Ints  # the account of each centre
    name: Texts
    ends: Ints  # the day on which the deal that it is was closed, ALWAYS while that is open; NEVER where it is no deal


@dataclass(frozen=True, slots=True)
class Near:
    """What is nearest to an MQA of each account: a centre of it, and what that is called; None: the account itself."""

    state: State
    name: Texts


def number_centres(days: AccountDays, key: Texts, name: Texts, ends: Ints) -> Centres:
    """Centres from account-days that stand sorted by account, key of the centre and day, with what each is."""
    fresh = np.ones(len(days.day), np.bool_)
    fresh[1:] = (days.account[1:] != days.account[:-1]) | (key[1:] != key[:-1])
    number = np.cumsum(fresh) - 1
    return Centres(replace(days, account=number), days.account[fresh], name[fresh], ends[fresh])


def walk_centres(centres: Centres, deals: Opportunities, accounts: Accounts, span: Span, rules: Rules) -> State:
    """What is believed of every centre on the last day. Gates on people are the account's, not a centre's."""
    of_centres = Accounts(accounts.created[centres.owner], accounts.enter_minutes[centres.owner])
    gates = rules.model_copy(update={"mqa": rules.mqa.model_copy(update={"people": 0})})
    history = History(centres.days, _bars(centres, deals), NOBODY)
    state = joined(list(replay(history, of_centres, span, gates)))
    is_over = (centres.ends != NEVER) & (state.memory.left_by == CONVERTED)
    return replace(state, memory=replace(state.memory, left_by=np.where(is_over, CLOSED, state.memory.left_by)))


def account_memory(centres: Centres, memory: Memory, count: int) -> Memory:
    """The accounts' memory: one while a centre is, first by its first, last by its last; came and left by that one."""
    found, owner = blank(count), centres.owner
    np.logical_or.at(found.inside, owner, memory.inside)
    np.maximum.at(found.last, owner, memory.last)
    np.maximum.at(found.left, owner, memory.left)
    np.add.at(found.times, owner, memory.times)
    first = np.full(count, np.iinfo(np.int64).max)
    np.minimum.at(first, owner, np.where(memory.first == NEVER, np.iinfo(np.int64).max, memory.first))
    newest, latest = memory.last == found.last[owner], memory.left == found.left[owner]
    found.came_by[owner[newest]] = memory.came_by[newest]
    found.left_by[owner[latest]] = memory.left_by[latest]
    return replace(found, first=np.where(found.last == NEVER, NEVER, first))


def centre_names(centres: Centres, memory: Memory, count: int) -> Texts:
    """The centres that are in, by account, in the order of the alphabet; None without any."""
    names: dict[int, list[str]] = {}
    for row in np.flatnonzero(memory.inside).tolist():
        names.setdefault(int(centres.owner[row]), []).append(str(centres.name[row]))
    said = np.full(count, None, np.object_)
    for account, inside in names.items():
        said[account] = ", ".join(sorted(set(inside)))[:LONGEST]
    return said


def nearest(centres: Centres, found: State, state: State) -> Near:
    """The centre with most engaged minutes of each account, if it can of those no deal bars; none that has ended."""
    barred = found.open_opportunity
    able = np.flatnonzero(~barred | (centres.ends == NEVER))
    order = able[np.lexsort((found.engaged[able], ~barred[able], centres.owner[able]))]
    rows = order[np.diff(centres.owner[order], append=NEVER) != 0]
    owner, name = centres.owner[rows], np.full(len(state.engaged), None, np.object_)
    name[owner] = centres.name[rows]
    told = {field: np.full_like(getattr(state, field), blank) for field, blank in EVIDENCE.items()}
    for field, values in told.items():
        values[owner] = getattr(found, field)[rows]
    left = np.full_like(state.memory.left, NEVER)
    left[owner] = found.memory.left[rows]
    return Near(replace(state, **told, memory=replace(state.memory, left=left)), name)


def _bars(centres: Centres, deals: Opportunities) -> Opportunities:
    """What keeps centres out: every deal of their account; a centre that is a deal, from the day that is closed."""
    ordinary, dealt = np.flatnonzero(centres.ends == NEVER), np.flatnonzero(centres.ends != NEVER)
    theirs = _deals_of(centres.owner[ordinary], deals)
    return Opportunities(
        np.concatenate([ordinary[theirs.account], dealt]),
        np.concatenate([theirs.opened, centres.ends[dealt]]),
        np.concatenate([theirs.closed, np.full(len(dealt), ALWAYS)]),
    )


def _deals_of(owner: Ints, deals: Opportunities) -> Opportunities:
    """Every deal of an account on each of its centres."""
    order = np.argsort(deals.account, kind="stable")
    starts = np.searchsorted(deals.account, owner, side="left", sorter=order)
    many = np.searchsorted(deals.account, owner, side="right", sorter=order) - starts
    centre = np.repeat(np.arange(len(owner)), many)
    rows = order[np.repeat(starts - np.cumsum(many) + many, many) + np.arange(many.sum())]
    return Opportunities(centre, deals.opened[rows], deals.closed[rows])
