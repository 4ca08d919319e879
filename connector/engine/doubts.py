"""Which lines of the rules contradict one another, say nothing or are never reached? No fault, but hardly meant so."""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import combinations
from typing import NamedTuple, TypeVar

from connector.engine.mapping import Mapping
from connector.engine.persona import SENIORITIES, role_word
from connector.engine.rules import KindOf, MqaThreshold, PageRule, Rules

Line = TypeVar("Line")
TOLD_BY = {"region": ("contact", "lead"), "product_line": ("campaign", "opportunity", "deal")}  # by which streams


class Doubt(NamedTuple):
    """A line of the rules by its dotted key, what is odd about it, and what to do."""

    key: str
    told: str


def doubts(rules: Rules) -> list[Doubt]:
    """Everything odd about the rules, part by part."""
    parts = (_kinds, _kind_of, _pages, _roles, _surge, _limits, _sizes, _domains)
    return [found for part in parts for found in part(rules)]


def centre_doubts(rules: Rules, mappings: Iterable[Mapping]) -> Iterator[Doubt]:
    """Whether buying centres are asked for by something that no mapping names a field for."""
    choice = rules.mqa.buying_centre
    streams = TOLD_BY.get(choice, ())
    fields = [one.read[stream].fields.get(choice) for one in mappings for stream in streams if stream in one.read]
    if streams and not any(fields):
        place = f"read.{streams[0]}.fields.{choice}"
        yield Doubt("mqa.buying_centre", f"is {choice}, and no mapping names a field for it; name one at {place}")


def _kinds(rules: Rules) -> Iterator[Doubt]:
    for name, kind in rules.kinds.items():
        key = f"kinds.{name}"
        if kind.act_now_from and not kind.act_now:
            yield Doubt(f"{key}.act_now_from", "says nothing without act_now: true; add it, or take this out")
        if kind.unknown and not kind.timed:
            yield Doubt(f"{key}.unknown", "says nothing without timed: true; add it, or take this out")
        if kind.act_now and not (kind.minutes or kind.timed):
            yield Doubt(f"{key}.act_now", "acts now and is worth nothing; give it minutes")
        if max(kind.minutes, kind.unknown) > rules.clamp.longest_minutes:
            told = f"is more than clamp.longest_minutes, {rules.clamp.longest_minutes:g}; raise that, or lower this"
            yield Doubt(f"{key}.{'minutes' if kind.minutes > rules.clamp.longest_minutes else 'unknown'}", told)


def _kind_of(rules: Rules) -> Iterator[Doubt]:
    yield from _hidden("kind_of", rules.kind_of, _says_more)


def _says_more(first: KindOf, second: KindOf) -> bool:
    """Whether every record that fits the second line fits the first."""
    words = ((first.type, second.type), (first.status, second.status))
    return first.source == second.source and all(not one or one.casefold() == two.casefold() for one, two in words)


def _pages(rules: Rules) -> Iterator[Doubt]:
    yield from _hidden("pages", rules.pages, _sees_more)


def _sees_more(first: PageRule, second: PageRule) -> bool:
    """Whether the first pattern fits the second, its stars taken as any sign."""
    pattern = ".*".join(map(re.escape, first.page.strip().split("*")))
    return re.fullmatch(pattern, second.page.strip(), re.IGNORECASE | re.DOTALL) is not None


def _limits(rules: Rules) -> Iterator[Doubt]:
    yield from _hidden("mqa.by", rules.mqa.by, _names_more)
    role = rules.mqa.role
    if role and role_word(role) not in rules.roles.buying_role:
        known = ", ".join(rules.roles.buying_role)
        yield Doubt("mqa.role", f"is {role}, which no person plays; known are {known}")


def _names_more(first: MqaThreshold, second: MqaThreshold) -> bool:
    """Whether every account that fits the second line fits the first."""
    traits = ("group", "tier", "size_band")
    return all(getattr(first, one) in (None, getattr(second, one)) for one in traits)


def _hidden(key: str, lines: tuple[Line, ...], covers: Callable[[Line, Line], bool]) -> Iterator[Doubt]:
    """Lines that an earlier one leaves nothing for; the first that fits wins."""
    found: dict[int, int] = {}
    for (one, first), (two, second) in combinations(enumerate(lines), 2):
        if covers(first, second):
            found.setdefault(two, one)
    for two, one in sorted(found.items()):
        yield Doubt(f"{key}.{two}", f"is never reached: line {one + 1} of {key} takes all it could; move it up")


def _roles(rules: Rules) -> Iterator[Doubt]:
    missing = [name for name in SENIORITIES if name not in rules.roles.seniority]
    if missing:
        yield Doubt("roles.seniority", f"has no weight for {', '.join(missing)}: they count 1.0; write it down")


def _surge(rules: Rules) -> Iterator[Doubt]:
    surge = rules.surge
    if surge.warming_from > surge.surging_from:
        yield Doubt("surge.warming_from", f"is above surging_from, {surge.surging_from:g}: nothing can warm; lower it")
    if rules.mqa.enter_surge > surge.surging_from:
        told = f"is above surge.surging_from, {surge.surging_from:g}: a surge alone makes no MQA; lower it"
        yield Doubt("mqa.enter_surge", told)


def _sizes(rules: Rules) -> Iterator[Doubt]:
    most = -1.0
    for number, band in enumerate(rules.size_bands):
        end = float("inf") if band.up_to_employees is None else float(band.up_to_employees)
        if end <= most:
            yield Doubt(f"size_bands.{number}", f"{band.name} is never reached: one before it ends later; move it up")
        most = max(most, end)


def _domains(rules: Rules) -> Iterator[Doubt]:
    """A domain that is said to be two things at once."""
    people = rules.people
    said = {"own_domains": people.own_domains, "excluded_domains": people.excluded_domains}
    free = {domain.strip().lower() for domain in people.free_mail_domains}
    for name, domains in said.items():
        both = sorted(free & {domain.strip().lower() for domain in domains})
        if both:
            told = f"{', '.join(both)} is a free mail domain too: everybody there would be left out; take it out of one"
            yield Doubt(f"people.{name}", told)
