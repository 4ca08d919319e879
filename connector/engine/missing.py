"""What would make an account an MQA?"""

import math

import numpy as np

from connector.engine.centres import Near
from connector.engine.counts import number_of
from connector.engine.days import NEVER, Floats, Ints, Texts
from connector.engine.mqa import EQUAL, NOTHING_SAID, SAID, decisions, within
from connector.engine.people import WINDOW_DAYS
from connector.engine.persona import UNKNOWN
from connector.engine.replay import State
from connector.engine.rules import MqaRules
from connector.engine.snapshot import Register
from connector.engine.stored import Columns
from connector.engine.words import day_name, listed


def mqa_missing(near: Near, columns: Columns, register: Register, limits: Floats, rules: MqaRules) -> Texts:
    """In words, what each account lacks, or the buying centre of it that is nearest: 14 minutes in Finance.

    None for an MQA and for an account without any engagement. `limits` are the engaged minutes that it takes.
    """
    state = near.state
    decided = decisions(register.excluded, register.override, register.snooze_until, state.day)
    texts = np.full(len(decided), None, np.object_)
    lacking = np.flatnonzero((state.engaged > 0) & ~columns["mqa"].astype(np.bool_))
    for row in lacking.tolist():
        texts[row] = _lacks(row, near, columns, (decided, limits), rules)
    return texts


def _lacks(row: int, near: Near, columns: Columns, about: tuple[Ints, Floats], rules: MqaRules) -> str:
    (decided, limits), state, name = about, near.state, near.name[row]
    if decided[row] != NOTHING_SAID:
        return str(SAID[decided[row]])
    if state.open_opportunity[row]:
        return "no open opportunity"
    back = int(state.memory.left[row]) + rules.rest_days + 1  # the first day on which it may come again
    if state.memory.left[row] != NEVER and back > state.day:
        return f"rests until {day_name(back)}"
    asked = rules if name is None else rules.model_copy(update={"people": 0})  # who is enough is for the account
    needs = listed(_needs(row, state, columns, float(limits[row]), asked))
    return f"{needs}{_where(name, rules)}" if needs else "a day without a silent source"


def _where(name: str | None, rules: MqaRules) -> str:
    """In which buying centre something is missing: in Finance."""
    if name is None:
        return ""
    return f" of unknown {rules.buying_centre.replace('_', ' ')}" if name == UNKNOWN else f" in {name}"


def _needs(row: int, state: State, columns: Columns, limit: float, rules: MqaRules) -> list[str]:
    """Each thing that is short, as a noun."""
    minutes = math.ceil(limit - state.engaged[row] - EQUAL)
    people = rules.people - int(columns["people_90d"][row])
    urged = state.sure[row] >= rules.enter_surge or _was_within(state.last_act_now, row, state.day, rules.act_now_days)
    wanted = not rules.role or _was_within(state.last_wanted, row, state.day, WINDOW_DAYS)
    short = [
        (minutes > 0, number_of(minutes, "minute")),
        (people > 0, number_of(people, "more person")),
        (not wanted, f"a {rules.role}".replace("_", " ")),
        (not urged, "a surge or a demo request"),
    ]
    return [noun for is_short, noun in short if is_short]


def _was_within(last: Ints, row: int, day: int, days: int) -> bool:
    return bool(within(last[row : row + 1], day, days)[0])
