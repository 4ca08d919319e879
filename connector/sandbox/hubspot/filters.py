"""Which records does a filter of a search take? Thirteen operators, each by the type of its property."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import TypeAlias

from connector.sandbox.answers import Json
from connector.sandbox.hubspot.moments import read_moment
from connector.sandbox.hubspot.properties import Property
from connector.sandbox.hubspot.refusals import invalid

GROUPS_MAX, FILTERS_MAX, TOTAL_MAX = 5, 6, 18
Comparable: TypeAlias = str | int | Decimal
Read = Callable[[str], Comparable | None]


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition on one property."""

    name: str
    operator: str
    value: Comparable | None = None
    high: Comparable | None = None
    values: frozenset[Comparable] = frozenset()
    pattern: re.Pattern[str] | None = None
    read: Read = str

    def takes(self, text: str | None) -> bool:
        """Whether a record with this value passes. What is empty has no value."""
        return self.holds(self.read(text) if text else None)

    def holds(self, found: Comparable | None) -> bool:
        """The same of a value that was read."""
        return TESTS[self.operator](self, found)


def _ordered(test: Callable[[Json, Json], bool]) -> Callable[[Filter, Comparable | None], bool]:
    return lambda one, found: found is not None and one.value is not None and test(found, one.value)


def _between(one: Filter, found: Json) -> bool:
    return bool(found is not None and one.value <= found <= one.high)


TESTS: Mapping[str, Callable[[Filter, Comparable | None], bool]] = {
    "EQ": lambda one, found: found is not None and found == one.value,
    "NEQ": lambda one, found: found is None or found != one.value,
    "LT": _ordered(lambda found, value: found < value),
    "LTE": _ordered(lambda found, value: found <= value),
    "GT": _ordered(lambda found, value: found > value),
    "GTE": _ordered(lambda found, value: found >= value),
    "BETWEEN": _between,
    "IN": lambda one, found: found in one.values,
    "NOT_IN": lambda one, found: found is not None and found not in one.values,
    "HAS_PROPERTY": lambda _, found: found is not None,
    "NOT_HAS_PROPERTY": lambda _, found: found is None,
    "CONTAINS_TOKEN": lambda one, found: bool(found is not None and one.pattern and one.pattern.search(str(found))),
    "NOT_CONTAINS_TOKEN": lambda one, found: not (found is not None and one.pattern and one.pattern.search(str(found))),
}


def reader(type_: str) -> Read:
    """How a value of a type is read so that it compares."""
    if type_ in ("datetime", "date"):
        return _moment
    return _number if type_ == "number" else str.lower


@lru_cache(maxsize=100_000)
def _moment(text: str) -> int | None:
    try:
        return read_moment(text)
    except ValueError:
        return None


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def read_filters(groups: Sequence[Json], types: Mapping[str, Property | None]) -> list[list[Filter]]:
    """The groups of a search, any of which a record must pass. Refuses too many, and what makes no sense."""
    if len(groups) > GROUPS_MAX:
        raise invalid(f"The maximum number of filterGroups is {GROUPS_MAX}. Found {len(groups)}.")
    found = [list(group.get("filters") or []) for group in groups]
    if any(len(one) > FILTERS_MAX for one in found):
        raise invalid(f"The maximum number of filters in a filterGroup is {FILTERS_MAX}.")
    if sum(map(len, found)) > TOTAL_MAX:
        raise invalid(f"The maximum number of filters is {TOTAL_MAX}.")
    return [[read_filter(one, types) for one in filters] for filters in found]


def read_filter(sent: Mapping[str, Json], types: Mapping[str, Property | None]) -> Filter:
    """One filter. Refuses an unknown property or operator, and a value the type cannot have."""
    name, operator = str(sent.get("propertyName")), str(sent.get("operator"))
    if operator not in TESTS:
        raise invalid(f"Invalid input JSON: {operator} is not one of [{', '.join(TESTS)}]")
    if name.startswith("associations."):
        return Filter(name, operator, str(sent.get("value")), values=frozenset(map(str, sent.get("values") or [])))
    definition = types.get(name)
    if definition is None:
        told = {"message": f"Property '{name}' does not exist", "code": "PROPERTY_DOESNT_EXIST"}
        raise invalid("There was a problem with the request.", errors=[told | {"context": {"propertyName": [name]}}])
    read = reader(definition.type)
    return Filter(
        name, operator, _value(sent, "value", read, operator), _value(sent, "highValue", read, operator),
        frozenset(found for value in sent.get("values") or [] if (found := read(str(value))) is not None),
        _token(str(sent.get("value"))) if "TOKEN" in operator else None, read,
    )  # fmt: skip


def _value(sent: Mapping[str, Json], key: str, read: Read, operator: str) -> Comparable | None:
    needs = {"value": ("EQ", "NEQ", "LT", "LTE", "GT", "GTE", "BETWEEN"), "highValue": ("BETWEEN",)}[key]
    if operator not in needs:
        return None
    found = read(str(sent[key])) if sent.get(key) is not None else None
    if found is None:
        raise invalid(f"{key} {sent.get(key)} of filter {sent.get('propertyName')} {operator} is not valid.")
    return found


def _token(text: str) -> re.Pattern[str]:
    """A word, in which a star stands for anything."""
    word = ".*".join(re.escape(part) for part in text.lower().split("*"))
    return re.compile(rf"(?:^|(?<=\W)){word}(?:$|(?=\W))")
