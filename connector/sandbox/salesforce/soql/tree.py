"""What can a SOQL query say? The tree a text is read into."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Path:
    """A field, reached through parents: Account.Owner.Name."""

    names: tuple[str, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Call:
    """A function of fields: COUNT(Id), CALENDAR_YEAR(CreatedDate)."""

    function: str
    arguments: tuple[Path | Call, ...]
    at: int


Operand: TypeAlias = Path | Call


@dataclass(frozen=True, slots=True)
class DateWord:
    """A span of days named relative to today: LAST_N_DAYS:30, THIS_MONTH."""

    name: str
    count: int = 0


Value: TypeAlias = str | float | bool | date | datetime | DateWord | None


@dataclass(frozen=True, slots=True)
class Compare:
    """A field against a value, against several, or against the rows of another query."""

    left: Operand
    sign: str
    right: Value | tuple[Value, ...] | Query
    at: int


@dataclass(frozen=True, slots=True)
class Both:
    """Several conditions joined by AND or by OR."""

    word: str
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of a condition."""

    part: Condition


Condition: TypeAlias = Compare | Both | Not


@dataclass(frozen=True, slots=True)
class TypeOf:
    """Fields that depend on what a polymorphic lookup points at."""

    lookup: str
    cases: tuple[tuple[str, tuple[Path, ...]], ...]
    otherwise: tuple[Path, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of the SELECT list."""

    what: Path | Call | TypeOf | Query
    alias: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """One entry of ORDER BY."""

    by: Operand
    descending: bool
    nulls_last: bool


@dataclass(frozen=True, slots=True)
class Query:
    """A whole SELECT."""

    items: tuple[Item, ...]
    source: Path
    alias: str = ""
    where: Condition | None = None
    group: tuple[Operand, ...] = ()
    having: Condition | None = None
    order: tuple[Order, ...] = ()
    limit: int | None = None
    offset: int = 0
    at: int = 0
