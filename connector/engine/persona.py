"""Who is this person there: which department, how senior, which part in a purchase, and which rule says so?"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Self, get_args

from pydantic import Field, model_validator

from connector.engine.rules import Rule, Seniority

UNKNOWN = "unknown"
FROM_FIELD = "field"  # the rule's name where the CRM itself says it
SENIORITIES: tuple[str, ...] = get_args(Seniority)

_GENDER = re.compile(r"[:*_]-?(in|innen|r|e|a)\b|/-?(in|innen)\b")
_INITIALS = re.compile(r"\b(\w)\.(?=\w\b)")
_BETWEEN_WORDS = re.compile(r"[^\w&+]+")
_FOLDED = str.maketrans({"ß": "ss", "æ": "ae", "ø": "o", "œ": "oe", "ł": "l", "đ": "d"})


class _Phrases:
    """Finds phrases in plain titles. What a single word means is remembered, because titles share most of theirs."""

    def __init__(self, phrases: Iterable[str]) -> None:
        split = [plain(phrase, keep="*").split() for phrase in phrases]
        self._alone = _pattern(words for words in split if len(words) == 1)
        self._first = _pattern(words[:1] for words in split if len(words) > 1)
        self._whole = _pattern(words for words in split if len(words) > 1)
        self._known: dict[str, tuple[bool, bool]] = {}

    def is_in(self, title: str) -> bool:
        """Whether any of the phrases stands in the title."""
        begins = False
        for word in title.split():
            known = self._known.get(word)
            if known is None:
                known = self._known[word] = bool(self._alone.search(word)), bool(self._first.search(word))
            if known[0]:
                return True
            begins |= known[1]
        return begins and self._whole.search(title) is not None


class TitleRule(Rule):
    """Titles with one of `words` and none of `but_not`; `*` is any letters, alone it is one to three words."""

    rule: str
    words: Annotated[tuple[str, ...], Field(min_length=1)]
    but_not: tuple[str, ...] = ()

    @cached_property
    def _sought(self) -> _Phrases:
        return _Phrases(self.words)

    @cached_property
    def _ruled_out(self) -> _Phrases:
        return _Phrases(self.but_not)

    def is_met(self, plain_title: str) -> bool:
        """Whether the title, already made plain, is one of these."""
        return self._sought.is_in(plain_title) and not self._ruled_out.is_in(plain_title)


class DepartmentRule(TitleRule):
    """Titles that belong to a department."""

    department: str


class SeniorityRule(TitleRule):
    """Titles of one seniority."""

    seniority: Seniority


class BuyingRoleRule(TitleRule):
    """Titles that usually play one part in a purchase."""

    buying_role: str


class Cell(Rule):
    """One cell of the heatmap: who should be engaged."""

    department: str
    seniority: Seniority


class Personas(Rule):
    """mappings/personas.yaml: rules in order, the first that fits wins; and the ideal heatmap."""

    seniorities: tuple[SeniorityRule, ...] = ()
    departments: tuple[DepartmentRule, ...] = ()
    buying_roles: tuple[BuyingRoleRule, ...] = ()
    ideal: tuple[Cell, ...] = ()

    @model_validator(mode="after")
    def _no_dead_words(self) -> Self:
        for kind, rules in self.lists().items():
            first: dict[str, str] = {}
            for rule in rules:
                for word in rule.words:
                    before = first.setdefault(plain(word, keep="*"), rule.rule)
                    if before != rule.rule:
                        raise ValueError(f"{kind}: {word!r} of {rule.rule} stands in {before} too, which comes first")
        return self

    @model_validator(mode="after")
    def _ideal_is_reachable(self) -> Self:
        known = {rule.department for rule in self.departments}
        strange = sorted({cell.department for cell in self.ideal} - known)
        if strange:
            raise ValueError(f"ideal names departments that no rule gives: {', '.join(strange)}")
        return self

    def lists(self) -> dict[str, tuple[TitleRule, ...]]:
        """The rules of each part, as they stand in the file."""
        return {"seniorities": self.seniorities, "departments": self.departments, "buying_roles": self.buying_roles}


@dataclass(frozen=True, slots=True)
class Description:
    """What the CRM says of a person, as people wrote it; many persons share one."""

    title: str | None = None
    department: str | None = None
    seniority: str | None = None
    buying_role: str | None = None


@dataclass(frozen=True, slots=True)
class Persona:
    """What we make of a description; `rule` names, for each part, the rule that said so."""

    department: str
    seniority: str
    buying_role: str | None
    rule: str
    is_unmapped: bool  # there is a title, and no rule knew its department or its seniority


def read_personas(descriptions: Iterable[Description], personas: Personas) -> list[Persona]:
    """One persona for each description, in the same order."""
    return [_read(description, personas) for description in descriptions]


def _read(said: Description, personas: Personas) -> Persona:
    title = plain(said.title)
    department, department_rule = _department(said, title, personas)
    seniority, seniority_rule = _seniority(said, title, personas)
    role, role_rule = _buying_role(said, title, personas)
    rule = f"department: {department_rule}, seniority: {seniority_rule}, buying role: {role_rule}"
    is_unmapped = bool(title) and UNKNOWN in (department_rule, seniority_rule)
    return Persona(department, seniority, role, rule, is_unmapped)


def _department(said: Description, title: str, personas: Personas) -> tuple[str, str]:
    """The department field first, in our own words where a rule knows it; then the title."""
    field = plain(said.department)
    if field:
        named = {plain(rule.department): rule.department for rule in personas.departments}
        known = named.get(field) or next((r.department for r in personas.departments if r.is_met(field)), None)
        return known or (said.department or "").strip(), FROM_FIELD
    found = next((rule for rule in personas.departments if rule.is_met(title)), None)
    return (found.department, found.rule) if found else (UNKNOWN, UNKNOWN)


def _seniority(said: Description, title: str, personas: Personas) -> tuple[str, str]:
    """The seniority field first, if it can be read; then the title."""
    field = plain(said.seniority)
    if field.replace(" ", "_") in SENIORITIES:
        return field.replace(" ", "_"), FROM_FIELD
    of_field = next((rule for rule in personas.seniorities if rule.is_met(field)), None)
    if of_field:
        return of_field.seniority, FROM_FIELD
    found = next((rule for rule in personas.seniorities if rule.is_met(title)), None)
    return (found.seniority, found.rule) if found else (UNKNOWN, UNKNOWN)


def _buying_role(said: Description, title: str, personas: Personas) -> tuple[str | None, str]:
    if said.buying_role:
        return role_word(said.buying_role), FROM_FIELD
    found = next((rule for rule in personas.buying_roles if rule.is_met(title)), None)
    return (found.buying_role, found.rule) if found else (None, "none")


def role_word(text: str) -> str:
    """A picklist's role as the rules spell it: `Decision Maker` is `decision_maker`."""
    return plain(text).replace(" ", "_").replace("&", "and")


def plain(text: str | None, *, keep: str = "") -> str:
    """Lower case, without accents, gender signs and punctuation, single spaces; `keep` are signs that stay."""
    if not text:
        return ""
    ungendered = text.lower() if keep else _GENDER.sub("", text.lower())
    spread = unicodedata.normalize("NFKD", _INITIALS.sub(r"\1", ungendered)).translate(_FOLDED)
    bare = "".join(sign for sign in spread if not unicodedata.combining(sign))
    between = re.compile(rf"[^\w&+{re.escape(keep)}]+") if keep else _BETWEEN_WORDS
    return between.sub(" ", bare).strip()


def _pattern(phrases: Iterable[Sequence[str]]) -> re.Pattern[str]:
    """One pattern that finds any of the phrases between word borders; of none it finds nothing."""
    return re.compile("|".join(rf"(?<!\w){_phrase(words)}(?!\w)" for words in phrases) or r"(?!)")


def _phrase(words: Sequence[str]) -> str:
    return " ".join(
        r"\w+(?: \w+){0,2}" if word == "*" else r"\w*".join(re.escape(part) for part in word.split("*"))
        for word in words
    )
