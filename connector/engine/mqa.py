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
from connector.engine.people import WINDOW_DAYS
from connector.engine.rules import Group, GroupRules, MqaRules

EQUAL = 1e-9  # minutes; fading day by day leaves a last digit that must not decide
NOT_YET, BY_SURGE, BY_ACT_NOW = range(3)  # why it came
STILL_IN, FADED, CONVERTED, CLOSED = range(4)  # why it left
NOTHING_SAID, EXCLUDED, SUPPRESSED, SNOOZED, PINNED = range(5)  # what people decided

CAME = np.array([None, "surge", "act-now activity"], np.object_)
WENT = np.array([None, "faded", "opportunity opened", "opportunity closed"], np.object_)
WORDS = ("excluded", "suppressed", "snoozed", "pinned")
SAID = np.array([None, *(f"{word} by a person" for word in WORDS)], np.object_)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of each account on one day; the days are the last ones, NEVER if there was none."""

    day: int
    held: bool  # the source is silent
    engaged: Floats  # E
    enter_minutes: Floats
    sure: Floats  # P of a surge
    act_now: Ints
    wanted: Ints  # somebody with the role that is asked for was active
    people: Floats  # different people in 90 days
    open_opportunities: Floats

    def merits(self, rules: MqaRules) -> Ints:
        """The accounts with enough minutes that a surge or an act asks for."""
        asked = within(self.act_now, self.day, rules.act_now_days)
        asked |= self.sure >= rules.enter_surge
        asked &= self.engaged >= self.enter_minutes - EQUAL
        return np.flatnonzero(asked)

    def passes(self, who: Ints, rules: MqaRules) -> Flags:
        """Which of the accounts are let through every gate."""
        passes: Flags = (self.open_opportunities[who] == 0) & (self.people[who] >= rules.people)
        return passes & within(self.wanted[who], self.day, WINDOW_DAYS) if rules.role else passes


def within(last: Ints, day: int, days: int) -> Flags:
    """Whether the last time is one of the `days` days up to `day`."""
    recent: Flags = (last != NEVER) & (last > day - days)
    return recent


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

    def of(self, who: Ints) -> "Memory":
        """A copy for the accounts `who`, in that order."""
        return Memory(*(getattr(self, field.name)[who] for field in fields(self)))

    def step(self, known: Evidence, rules: MqaRules) -> None:
        """Takes one day in. An account does not leave and enter on the same day."""
        converted = self.inside & (known.open_opportunities > 0)
        if not known.held:
            entering = self._entering(known, rules)
            low = self.inside & (known.engaged < rules.leave_share * known.enter_minutes - EQUAL)
            faded = np.flatnonzero(low > converted)
            self._leave(faded[known.day - self.last[faded] >= rules.least_days], known.day, FADED)
            self._enter(entering, known, rules)
        self._leave(np.flatnonzero(converted), known.day, CONVERTED)

    def _entering(self, known: Evidence, rules: MqaRules) -> Ints:
        who = known.merits(rules)
        who = who[~self.inside[who]]
        rested = (self.left[who] == NEVER) | (known.day - self.left[who] > rules.rest_days)
        entering: Ints = who[rested & known.passes(who, rules)]
        return entering

    def _enter(self, who: Ints, known: Evidence, rules: MqaRules) -> None:
        self.inside[who], self.last[who] = True, known.day
        self.first[who] = np.where(self.first[who] == NEVER, known.day, self.first[who])
        self.times[who] += 1
        self.came_by[who] = np.where(known.sure[who] >= rules.enter_surge, BY_SURGE, BY_ACT_NOW)
        self.left_by[who] = STILL_IN

    def _leave(self, who: Ints, day: int, reason: int) -> None:
        self.inside[who], self.left[who], self.left_by[who] = False, day, reason


def blank(count: int) -> Memory:
    """The memory of accounts of which nothing is known yet."""
    none = np.zeros(count, np.int64)
    return Memory(none > 0, none + NEVER, none + NEVER, none + NEVER, none, none.copy(), none.copy())


def shown(inside: Flags, decided: Ints) -> Flags:
    """Whether the CRM is told that the account is one: what was decided by a person wins."""
    return np.where(decided == NOTHING_SAID, inside, decided == PINNED)


def reasons(memory: Memory, decided: Ints) -> Texts:
    """Why the flag is what it is: a person's word, else why the machine let it in or out; None if it never was one."""
    machine = np.where(memory.inside, CAME[memory.came_by], WENT[memory.left_by])
    return np.where(decided == NOTHING_SAID, machine, SAID[decided])


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
