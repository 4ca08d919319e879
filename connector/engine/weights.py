"""Which small tables do the rules make? Columns of numbers that the SQL joins in, so that no query knows a weight."""

from collections.abc import Mapping, Sequence
from typing import get_args

from connector.engine.persona import SENIORITIES, UNKNOWN, role_word
from connector.engine.rules import Channel, KindRule, Rules
from connector.engine.trend import EPOCH
from connector.engine.zone import offsets

Column = Sequence[int] | Sequence[float] | Sequence[str] | Sequence[bool]
Columns = Mapping[str, Column]

CHANNELS: tuple[str, ...] = get_args(Channel)
RANKS = {UNKNOWN: 0} | {name: rank for rank, name in enumerate((s for s in SENIORITIES if s != UNKNOWN), start=1)}
MADE_BY_MACHINES = ("email_open", "email_click")
MOST_REPEATS = 1000  # more repeats in a week than this weigh the same
NEVER_ACT_NOW = 99  # above every seniority
SECONDS_A_DAY = 86_400
BEFORE_ALL = -(10**9)  # a day before any other


def tables(rules: Rules) -> dict[str, Columns]:
    """The tables of the schema `work` by name."""
    return {
        "kinds": _kinds(rules),
        "seniorities": {"seniority_no": list(RANKS.values()), "seniority": list(RANKS)},
        "roles": {"role_no": list(_roles(rules).values()), "buying_role": list(_roles(rules))},
        "seniority_weights": _seniority_weights(rules),
        "role_weights": _role_weights(rules),
        "group_weights": _group_weights(rules),
        "repeat_weights": _repeat_weights(rules.decay.repeat_factor),
        "size_bands": _size_bands(rules),
        "match_rules": _match_rules(rules),
        "domains": _domains(rules),
        "said_locks": {"person_id": [*rules.match.locks], "account_id": [*rules.match.locks.values()]},
        "days": offsets(rules.timezone),
    }


def numbers(rules: Rules) -> dict[str, int | float]:
    """The numbers that stand in window frames and comparisons, by the name the SQL has for them."""
    return {
        "burst_count": rules.touches.burst_count,
        "burst_seconds": rules.touches.burst_seconds,
        "same_touch_seconds": rules.touches.same_touch_seconds,
        "repeat_seconds": rules.decay.repeat_window_days * SECONDS_A_DAY,
        "account_cap": rules.clamp.account_cap,
        "least_confidence": rules.match.least_confidence,
        "most_role": rules.roles.most,
        "people_cap": rules.surge.person_days_cap,
        "score_from": (rules.score_from - EPOCH).days if rules.score_from else BEFORE_ALL,
    }


def _kinds(rules: Rules) -> Columns:
    kinds = rules.kinds
    return {
        "kind_no": list(range(1, len(kinds) + 1)),
        "kind": list(kinds),
        "channel": [kind.channel for kind in kinds.values()],
        "channel_no": [CHANNELS.index(kind.channel) for kind in kinds.values()],
        "minutes": [kind.minutes for kind in kinds.values()],
        "timed": [kind.timed for kind in kinds.values()],
        "unknown": [kind.unknown for kind in kinds.values()],
        "longest_seconds": [int(rules.clamp.longest_minutes * 60) for _ in kinds],
        "two_way": [kind.two_way for kind in kinds.values()],
        "person_day": [kind.person_day for kind in kinds.values()],
        "act_now_from": [_act_now_from(kind) for kind in kinds.values()],
        "by_machines": [name in MADE_BY_MACHINES for name in kinds],
    }


def _act_now_from(kind: KindRule) -> int:
    """The lowest rank that makes one of these an act-now activity."""
    if not kind.act_now:
        return NEVER_ACT_NOW
    return RANKS[kind.act_now_from] if kind.act_now_from else 0


def _roles(rules: Rules) -> dict[str, int]:
    """Numbers from 1; 0 is any role the rules do not name, and none."""
    return {name: number for number, name in enumerate(rules.roles.buying_role, start=1)}


def _role_weights(rules: Rules) -> Columns:
    """What each buying role weighs, none too; and whether an MQA asks for it."""
    roles = {0: 1.0} | {number: rules.roles.buying_role[name] for name, number in _roles(rules).items()}
    wanted = _roles(rules).get(role_word(rules.mqa.role)) if rules.mqa.role else None
    is_wanted = [number == wanted for number in roles]
    return {"role_no": list(roles), "factor": list(roles.values()), "is_wanted": is_wanted}


def _seniority_weights(rules: Rules) -> Columns:
    """What each seniority weighs; one of which the rules say nothing weighs once."""
    said = {str(name): weight for name, weight in rules.roles.seniority.items()}
    return {"seniority_no": list(RANKS.values()), "factor": [said.get(name, 1.0) for name in RANKS]}


def _group_weights(rules: Rules) -> Columns:
    """How many times the minutes of a kind count in a group, where that is not once."""
    numbers = {name: number for number, name in enumerate(rules.kinds, start=1)}
    rows = [(group, numbers[kind], times) for group, ours in rules.groups.items() for kind, times in ours.times.items()]
    return {
        "group_name": [group for group, _, _ in rows],
        "kind_no": [number for _, number, _ in rows],
        "factor": [times for _, _, times in rows],
    }


def _repeat_weights(factor: float) -> Columns:
    counts = list(range(MOST_REPEATS + 1))
    return {"repeats": counts, "factor": [factor**count for count in counts]}


def _size_bands(rules: Rules) -> Columns:
    """From and below how many employees; bands as they are listed, each from where the one before ends."""
    ends = [float("inf") if b.up_to_employees is None else float(b.up_to_employees + 1) for b in rules.size_bands]
    return {
        "name": [band.name for band in rules.size_bands],
        "least_employees": [0.0, *ends][: len(ends)],
        "below_employees": ends,
    }


def _match_rules(rules: Rules) -> Columns:
    confidence = rules.match.confidence
    order = list(range(1, len(confidence) + 1))
    return {"rule": list(confidence), "rule_no": order, "confidence": [float(value) for value in confidence.values()]}


def _domains(rules: Rules) -> Columns:
    people = rules.people
    says = {"own": people.own_domains, "excluded": people.excluded_domains, "free": people.free_mail_domains}
    rows = [(domain.strip().lower(), what) for what, domains in says.items() for domain in domains]
    return {"domain": [domain for domain, _ in rows], "says": [what for _, what in rows]}
