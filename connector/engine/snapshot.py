"""What is every account told on a day? The columns of engine/fields.py, made of what the replay believes."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from connector.engine import score, surge, trend
from connector.engine.days import NEVER, AccountDays, Flags, Ints, PersonDays, Texts, sums
from connector.engine.exposure import WEEK
from connector.engine.fields import BANDS, SURGES
from connector.engine.mqa import decisions, reasons, shown
from connector.engine.people import WINDOW_DAYS, people_since
from connector.engine.replay import FOUR_WEEKS, State
from connector.engine.rules import Rules
from connector.engine.stored import Column
from connector.engine.zone import read_zone

WINDOWS = (7, 30, 60, 90)  # days that are shown, each beside as many before it
NO_DAY = np.datetime64("NaT", "D")


@dataclass(frozen=True, slots=True)
class Register:
    """Who the accounts are and what people decided of them; the position is the account's number."""

    account_id: Texts
    account_name: Texts
    parent_id: Texts
    excluded: Flags
    override: Texts  # Exclude, Pin MQA, Suppress MQA or None
    snooze_until: Ints  # the day it ends, NEVER without one


@dataclass(frozen=True, slots=True)
class Lately:
    """What happened lately: account-days of the last 190 days, person-days of the last 190 and of every surge."""

    days: AccountDays
    people: PersonDays


def snapshot(state: State, lately: Lately, register: Register, rules: Rules, at: datetime) -> dict[str, Column]:
    """Every column but the sentences, unrounded; `at` is the moment of the CRM up to which everything was read."""
    stamp = np.datetime64(at.astimezone(UTC).replace(tzinfo=None), "s")
    return {
        "account_id": register.account_id,
        "account_name": register.account_name,
        "parent_id": register.parent_id,
        **_scores(state, lately.days, rules),
        **_minutes(state, lately),
        **_surges(state, lately, rules),
        **_mqa(state, register, rules),
        "last_two_way": days_or_none(state.last_two_way),
        "scored_at": np.full(len(state.engaged), stamp),
        "data_through": np.full(len(state.engaged), stamp),
        "rules_version": np.full(len(state.engaged), rules.version),
    }


def _scores(state: State, days: AccountDays, rules: Rules) -> dict[str, Column]:
    points = score.score(state.engaged, rules.decay.half_score_minutes)
    band = score.band(np.floor(points + 0.5), state.engaged > 0, rules.bands)
    pace = score.usual_pace(days, state.day, len(points), rules.decay)
    return {
        "engaged_minutes": state.engaged,
        "usual_minutes": score.usual_minutes(pace, rules.decay.half_life_days),
        "usual_week": pace * WEEK,
        "score": points,
        "band": np.array(BANDS, np.object_)[band],
        "surge_probability": state.sure,
        "priority": score.priority(state.engaged, state.sure),
    }


def _minutes(state: State, lately: Lately) -> dict[str, Column]:
    days, as_of, count = lately.days, state.day, len(state.engaged)
    now = {length: trend.window_minutes(days, as_of, length, count) for length in WINDOWS}
    before = {length: trend.window_minutes(days, as_of, length, count, back=length) for length in WINDOWS}
    quarter, last_quarter = trend.quarter_minutes(days, as_of, count)
    return {
        **{f"minutes_{length}d": minutes for length, minutes in now.items()},
        **{f"minutes_before_{length}d": minutes for length, minutes in before.items()},
        **{f"trend_{length}d": trend.change_percent(now[length], before[length]) for length in WINDOWS},
        "quarter_minutes": quarter,
        "last_quarter_minutes": last_quarter,
        "sparkline": trend.sparklines(trend.weekly_minutes(days, as_of, count)),
        "people_90d": people_since(lately.people, np.full(count, as_of - WINDOW_DAYS + 1), as_of),
    }


def _surges(state: State, lately: Lately, rules: Rules) -> dict[str, Column]:
    heard = np.maximum(state.last_two_way, state.day - state.history_days)
    signs = surge.Signs(
        surging=state.surging,
        sure=state.sure,
        cooling=state.cooling,
        usual_week=state.usual * WEEK,
        quiet_days=state.day - heard,
        history_days=state.history_days,
    )
    position = surge.state(signs, rules.surge)
    recent = lately.days.between(state.day - FOUR_WEEKS + 1, state.day)
    usual = state.usual * state.exposed
    ratio = np.divide(
        sums(recent, recent.people, len(usual)), usual, out=np.full(len(usual), np.nan), where=usual > 0
    )
    risen = np.isin(position, (surge.SURGING, surge.WARMING))
    return {
        "surge": np.array(SURGES, np.object_)[position],
        "surge_ratio": np.where(position == surge.NEW, np.nan, ratio),
        "surge_since": days_or_none(np.where(risen, state.onset, NEVER)),
    }


def _mqa(state: State, register: Register, rules: Rules) -> dict[str, Column]:
    decided = decisions(register.excluded, register.override, register.snooze_until, state.day)
    memory = state.memory
    return {
        "mqa": shown(memory.inside, decided),
        "mqa_date": moments_or_none(memory.last, rules.timezone),
        "mqa_first_date": moments_or_none(memory.first, rules.timezone),
        "mqa_exit_date": moments_or_none(memory.left, rules.timezone),
        "mqa_count": memory.times,
        "mqa_reason": reasons(memory, decided),
    }


def days_or_none(days: Ints) -> Column:
    """Days as dates; NEVER is empty."""
    return np.where(days == NEVER, NO_DAY, days.astype("datetime64[D]"))


def moments_or_none(days: Ints, timezone: str) -> Column:
    """The moment each day began in the zone, in UTC; NEVER is empty."""
    zone = read_zone(timezone)
    known, at = np.unique(days, return_inverse=True)
    midnights = [
        datetime(1970, 1, 1, tzinfo=zone) + timedelta(days=day) for day in known.tolist()
    ]  # wall-clock arithmetic: it is midnight on either side of a change of the clocks
    moments = [np.datetime64(midnight.astimezone(UTC).replace(tzinfo=None), "s") for midnight in midnights]
    return np.where(days == NEVER, np.datetime64("NaT"), np.array(moments, "datetime64[s]")[at])
