"""What do we believe of every account as of a moment? Account-days become arrays, walk, and come back as a table."""

from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import pyarrow as pa

from connector.backend.beliefs import find_look, find_moved
from connector.backend.days import Weighed, weigh
from connector.backend.portraits import PORTRAYED, Wanted, read_cells, read_portrait, read_top_people
from connector.backend.tables import Bench
from connector.engine.centres import (
    Centres,
    Near,
    account_memory,
    centre_names,
    nearest,
    number_centres,
    walk_centres,
)
from connector.engine.days import (
    ALWAYS,
    NEVER,
    AccountDays,
    Accounts,
    Ints,
    Opportunities,
    Span,
    Texts,
)
from connector.engine.detail import Shown, details
from connector.engine.missing import mqa_missing
from connector.engine.mqa import enter_minutes
from connector.engine.portrait import portrait
from connector.engine.reasons import REACH, ReasonRows, Traces, fading, reason_rows, what_changed, why
from connector.engine.receipts import Moved, Movement, movement
from connector.engine.replay import NOBODY, History, State, joined, replay
from connector.engine.rules import BuyingCentre, Rules
from connector.engine.snapshot import Lately, Register, snapshot
from connector.engine.stored import Column, Columns
from connector.engine.trend import weekly_minutes
from connector.engine.weights import RANKS
from connector.engine.zone import local_day

CORE_ONLY = Wanted()
LATELY_DAYS = 190  # the two quarters that are compared, and a few days
SPAN_STEP = 91  # the first day of a replay moves once in so many days, so that memory is the same from run to run


@dataclass(frozen=True, slots=True)
class Known:
    """The accounts by number; a number that no account has is created ALWAYS."""

    register: Register
    accounts: Accounts
    groups: Texts
    size_bands: Texts


def make_snapshots(bench: Bench, rules: Rules, as_of: datetime, wanted: Wanted = CORE_ONLY) -> Columns:
    """Make derived.snapshots from the other derived tables; its columns, one row an account."""
    day = local_day(as_of, rules.timezone)
    bench = replace(bench, numbers={**bench.numbers, "as_of": day, "reach": REACH})
    known = read_known(bench, rules)
    span = Span((day - rules.history_days) // SPAN_STEP * SPAN_STEP, day)
    weighed = weigh(bench, rules)
    history = History(
        days=weighed.account_days.between(span.first, span.last),
        opportunities=read_deals(bench),
        people=weighed.people_in(span) if rules.mqa.people else NOBODY,
    )
    scene = _Scene(bench, rules, known, weighed, history, as_of)
    state, centres, near = _by_centres(scene, joined(list(replay(history, known.accounts, span, rules))), span)
    columns = _described(scene, state, wanted) | {"buying_centre": centres}
    if "mqa" in wanted.sets:
        columns["mqa_missing"] = mqa_missing(near, columns, known.register, known.accounts.enter_minutes, rules.mqa)
    there = np.flatnonzero(known.accounts.created != ALWAYS)
    chosen = {name: column[there] for name, column in columns.items()}
    bench.keep("derived.snapshots", _as_table(chosen).append_column("as_of", _same_day(as_of, rules, len(there))))
    return chosen


def read_known(bench: Bench, rules: Rules) -> Known:
    """Who the accounts are, each at the place of its number."""
    rows = bench.fetch(bench.query("register"))
    number = _ints(rows, "account_no")
    count = int(number.max(initial=0)) + 1
    texts = ("account_id", "account_name", "parent_id", "override", "group_name", "tier", "size_band")
    said = {name: _placed(rows[name].to_numpy(), number, np.full(count, None, np.object_)) for name in texts}
    register = Register(
        account_id=said["account_id"],
        account_name=said["account_name"],
        parent_id=said["parent_id"],
        excluded=_placed(rows["excluded"].to_numpy(), number, np.zeros(count, np.bool_)),
        override=said["override"],
        snooze_until=_placed(_ints(rows, "snooze_until"), number, np.full(count, NEVER)),
    )
    traits = {"group": said["group_name"], "tier": said["tier"], "size_band": said["size_band"]}
    created = _placed(_ints(rows, "created"), number, np.full(count, ALWAYS))
    limits = enter_minutes(traits, rules.mqa, rules.groups)
    return Known(register, Accounts(created, limits), said["group_name"], said["size_band"])


def read_deals(bench: Bench) -> Opportunities:
    """When which account had an open opportunity."""
    deals = bench.fetch(bench.query("deals"))
    closed = _ints(deals, "closed")
    return Opportunities(_ints(deals, "account_no"), _ints(deals, "opened"), np.where(closed == NEVER, ALWAYS, closed))


@dataclass(frozen=True, slots=True)
class _Scene:
    """All that a snapshot is made of besides what the replay believes."""

    bench: Bench
    rules: Rules
    known: Known
    weighed: Weighed
    history: History
    as_of: datetime


def _by_centres(scene: _Scene, state: State, span: Span) -> tuple[State, Texts, Near]:
    """The state with the memory of the accounts' buying centres, where the rules ask for them; who is in, who near."""
    count = len(state.engaged)
    if scene.rules.mqa.buying_centre == "none":
        nobody = np.full(count, None, np.object_)
        return state, nobody, Near(state, nobody)
    centres = read_centres(scene.bench, scene.rules.mqa.buying_centre, span)
    found = walk_centres(centres, scene.history.opportunities, scene.known.accounts, span, scene.rules)
    names = centre_names(centres, found.memory, count)
    of_accounts = replace(state, memory=account_memory(centres, found.memory, count))
    return of_accounts, names, nearest(centres, found, state)


def read_centres(bench: Bench, choice: BuyingCentre, span: Span) -> Centres:
    """The account-days of every buying centre of every account: by department, region, product line or deal."""
    bench.make("work.deals")
    bench.view("work.signed")
    bench.run(f"CREATE OR REPLACE VIEW work.centred AS {bench.query(f'centre_{choice}')}")
    rows = bench.fetch(bench.query("centre_days"))
    names = ("account_no", "day", "minutes", "people", "two_way", "act_now", "wanted")
    days = AccountDays(*(rows[name].to_numpy() for name in names))
    inside = (days.day >= span.first) & (days.day <= span.last)
    key, name, ends = rows["centre"].to_numpy()[inside], rows["name"].to_numpy()[inside], _ints(rows, "ends")[inside]
    return number_centres(days.where(inside), key, name, ends)


def _described(scene: _Scene, state: State, wanted: Wanted) -> dict[str, Column]:
    """Every column of the snapshot, the sentences too, one row a number."""
    bench, rules, known = scene.bench, scene.rules, scene.known
    lately = _read_lately(scene, state)
    columns = snapshot(state, lately, known.register, rules, scene.as_of)
    if wanted.sets & PORTRAYED:
        traits = known.groups, known.size_bands
        columns |= portrait(columns, read_portrait(bench, rules, wanted.ideal, traits), rules)
    who = np.flatnonzero(known.accounts.created != ALWAYS)
    reasons, moved = _read_moved(scene, state)
    said = {"why": why(state, columns, reasons, lately, who), "what_changed": what_changed(moved, reasons, who)}
    if "trust" in wanted.sets:
        weekly = weekly_minutes(lately.days, state.day, len(state.engaged))
        said["detail"] = details(columns, Shown(read_cells(bench), read_top_people(bench), reasons, weekly), who)
    blank = np.full(len(state.engaged), None, np.object_)
    told = {name: _placed(texts, who, blank.copy()) for name, texts in said.items()}
    return columns | told | moved.columns()


def _read_moved(scene: _Scene, state: State) -> tuple[ReasonRows, Movement]:
    """What makes each account's score, and what moved it since the look we compare with."""
    bench, rules, count = scene.bench, scene.rules, len(state.engaged)
    look = find_look(bench, rules, state.day, count)
    rematched, removed = find_moved(bench, rules, look, count)
    reasons = read_reasons(replace(bench, numbers={**bench.numbers, "since": look.day}), rules)
    moved = Moved(reasons.new_by_account(count), rematched, removed)
    return reasons, movement(look, state.engaged, state.day, moved)


def _read_lately(scene: _Scene, state: State) -> Lately:
    """The last days of the history, and people as far back as the oldest surge."""
    recent = state.day - LATELY_DAYS
    risen = state.onset[(state.onset != NEVER) & state.surging]
    first = int(min(risen.min(initial=recent), recent))
    days = scene.history.days.between(recent, state.day)
    return Lately(days, scene.weighed.people_in(Span(first, state.day)))


def read_reasons(bench: Bench, rules: Rules) -> ReasonRows:
    """What makes each account's score, and what is new in it."""
    rows = bench.fetch(bench.query("traces"))
    left = fading(rules.decay.half_life_days)[bench.numbers["as_of"] - rows["day"].to_numpy()]
    traces = Traces(
        account=rows["account_no"].to_numpy(),
        kind=rows["kind_no"].to_numpy(),
        person=rows["person_no"].to_numpy(),
        activity=rows["activity_no"].to_numpy(),
        senior=rows["seniority_no"].to_numpy(),
        minutes=rows["engaged_minutes"].to_numpy() * left,
        is_shared=rows["is_shared"].to_numpy(),
        is_new=rows["is_new"].to_numpy(),
    )
    kinds, ranks = np.array([None, *rules.kinds], np.object_), np.array([*RANKS], np.object_)
    return reason_rows(traces, kinds, ranks)


def _ints(rows: pa.Table, name: str) -> Ints:
    """A column of whole numbers; null is NEVER."""
    column: Ints = rows[name].cast(pa.int64()).fill_null(NEVER).to_numpy()
    return column


def _placed(values: Column, at: Ints, into: Column) -> Column:
    """`into` with each value at its place."""
    into[at] = values
    return into


def _as_table(columns: Columns) -> pa.Table:
    """Arrays as Arrow; NaN and NaT are null, moments are in UTC."""
    return pa.table({name: _as_arrow(column) for name, column in columns.items()})


def _as_arrow(column: Column) -> pa.Array:
    if column.dtype == np.object_:
        return pa.array(column, pa.string())
    if column.dtype.kind == "M" and np.datetime_data(column.dtype)[0] != "D":
        return pa.array(column.astype("datetime64[us]")).cast(pa.timestamp("us", tz="UTC"))
    return pa.array(column, from_pandas=True)


def _same_day(as_of: datetime, rules: Rules, count: int) -> pa.Array:
    day = np.datetime64(local_day(as_of, rules.timezone), "D")
    return pa.array(np.full(count, day))
