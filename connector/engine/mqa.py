"""Is an account marketing qualified: a state machine that remembers.

Enters with enough engaged minutes and a surge (or an act-now activity a few days ago), without an open opportunity and
not within the rest days after it left. Leaves when an opportunity is open (converted), or when its minutes have faded
below a share of what it took to enter, but not in the first days. A silent source holds all but conversions.

What a person decided is laid over what the machine remembers, and does not change it: when the override is taken away
or the snooze ends, the account is what it would have been.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np

from connector.engine.days import NEVER, Flags, Floats, Ints, Texts
from connector.engine.rules import Group, GroupRules, MqaRules

NOT_YET, BY_SURGE, BY_ACT_NOW = range(3)  # why it came
STILL_IN, FADED, CONVERTED = range(3)  # why it left
NOTHING_SAID, EXCLUDED, SUPPRESSED, SNOOZED, PINNED = range(5)  # what people decided


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of each account on one day."""

    engaged: Floats  # E
    enter_minutes: Floats
    surge: Flags
    act_now: Flags  # in the last `act_now_days`
    open_opportunity: Flags
    gates: Flags  # enough people, the role that is asked for
    held: bool  # the source is silent


@dataclass(frozen=True, slots=True)
class Memory:
    """What is remembered of each account, changed in place day by day; what never happened has the day NEVER."""

    inside: Flags
    first: Ints
    last: Ints
    left: Ints
    times: Ints
    came_by: Ints
    left_by: Ints

    def step(self, day: int, known: Evidence, rules: MqaRules) -> None:
        """Takes one day in. An account does not leave and enter on the same day."""
        inside = np.flatnonzero(self.inside)
        entering = inside[:0] if known.held else self._entering(day, known, rules)
        converted = known.open_opportunity[inside]
        if not known.held:
            faded = known.engaged[inside] < rules.leave_share * known.enter_minutes[inside]
            faded &= day - self.last[inside] >= rules.least_days
            self._leave(inside[faded & ~converted], day, FADED)
        self._leave(inside[converted], day, CONVERTED)
        self._enter(entering, day, known)

    def _entering(self, day: int, known: Evidence, rules: MqaRules) -> Ints:
        who = np.flatnonzero((known.engaged >= known.enter_minutes) & ~self.inside)
        rested = (self.left[who] == NEVER) | (day - self.left[who] >= rules.rest_days)
        urged = known.surge[who] | known.act_now[who]
        entering: Ints = who[rested & urged & known.gates[who] & ~known.open_opportunity[who]]
        return entering

    def _enter(self, who: Ints, day: int, known: Evidence) -> None:
        self.inside[who], self.last[who] = True, day
        self.first[who] = np.where(self.first[who] == NEVER, day, self.first[who])
        self.times[who] += 1
        self.came_by[who] = np.where(known.surge[who], BY_SURGE, BY_ACT_NOW)
        self.left_by[who] = STILL_IN

    def _leave(self, who: Ints, day: int, reason: int) -> None:
        self.inside[who], self.left[who], self.left_by[who] = False, day, reason


def blank(count: int) -> Memory:
    """The memory of accounts of which nothing is known yet."""
    none = np.zeros(count, np.int64)
    return Memory(none > 0, none + NEVER, none + NEVER, none + NEVER, none, none.copy(), none.copy())


def copied(memory: Memory) -> Memory:
    """The memory as it is now, untouched by later steps."""
    return Memory(*(getattr(memory, field.name).copy() for field in fields(memory)))


def shown(inside: Flags, decided: Ints) -> Flags:
    """Whether the CRM is told that the account is one: what was decided by a person wins."""
    return np.where(decided == NOTHING_SAID, inside, decided == PINNED)


def decisions(excluded: Flags, override: Texts, snooze_until: Ints, as_of: int) -> Ints:
    """What people decided of each account, the strongest word first: Exclude, Pin MQA, Suppress MQA, a snooze."""
    cases = [
        (EXCLUDED, excluded | (override == "Exclude")),
        (PINNED, override == "Pin MQA"),
        (SUPPRESSED, override == "Suppress MQA"),
        (SNOOZED, snooze_until > as_of),
    ]
    return np.select([said for _, said in cases], [code for code, _ in cases], NOTHING_SAID)


def enter_minutes(traits: Mapping[str, Texts], rules: MqaRules, groups: Mapping[Group, GroupRules]) -> Floats:
    """The engaged minutes that make each account an MQA: the first of `by` that fits, its group's, everybody's.

    `traits` holds group, tier and size_band of each account.
    """
    count = len(traits["group"])
    minutes = np.full(count, rules.enter_minutes)
    for group, limits in groups.items():
        minutes[traits["group"] == group] = limits.enter_minutes or rules.enter_minutes
    for limit in reversed(rules.by):
        wanted = limit.model_dump(include={"group", "tier", "size_band"}, exclude_none=True)
        fits = [traits[name] == value for name, value in wanted.items()]
        minutes[np.logical_and.reduce([np.ones(count, np.bool_), *fits])] = limit.enter_minutes
    return minutes
