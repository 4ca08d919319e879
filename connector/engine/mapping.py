"""Which CRM objects and fields do we read, and which fields do we write? One mappings/<crm>.yaml as frozen models.

A name that ends in `?` may be missing from an org: a field then reads as not known, an object's stream is left out.
"""

import re
from collections import abc
from collections.abc import Iterable, Iterator
from typing import Any, Self

from pydantic import field_validator, model_serializer, model_validator

from connector.engine.fields import FIELDS
from connector.engine.records import Field, FieldSet, Stream
from connector.engine.rules import Rule
from connector.errors import UnsafePlan

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,79}")
_PATH = re.compile(r"[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*){0,5}")  # up to five parents, as SOQL allows
_LONGEST_NAME = 40  # of a custom field, before its `__c`
_CLAUSES = re.compile(r"\b(order\s+by|group\s+by|having|limit|offset|with|for|all\s+rows|using)\b", re.IGNORECASE)
_TEXT = r"'(?:[^'\\]|\\.)*'"
_LISTS = re.compile(rf"name\s*(=\s*{_TEXT}|in\s*\(\s*{_TEXT}(\s*,\s*{_TEXT})*\s*\))", re.IGNORECASE)
MEMBERSHIPS = "memberships"  # the one thing of HubSpot's that a filter chooses: whose members, by the lists' names


def names_of_lists(where: str | None) -> tuple[str, ...]:
    """The names in `name IN ('A', 'B')` or `name = 'A'`; none without a filter. Raises ValueError for any other."""
    if where is None:
        return ()
    if not _LISTS.fullmatch(where):
        raise ValueError("names lists, as in name IN ('Competitors', 'Agencies')")
    return tuple(re.sub(r"\\(.)", r"\1", text[1:-1]) for text in re.findall(_TEXT, where))


class Source(Rule):
    """Where a column or a stream comes from: the CRM's name, and whether an org may lack it."""

    name: str
    optional: bool = False

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:  # whatever stands in the YAML
        if isinstance(value, str):
            return {"name": value.removesuffix("?").strip(), "optional": value.endswith("?")}
        return value

    @field_validator("name")
    @classmethod
    def _named(cls, name: str) -> str:
        if not _PATH.fullmatch(name):
            raise ValueError(f"{name!r} is not a field or object name; use letters, digits, _ and . only")
        return name

    @model_serializer
    def _as_text(self) -> str:
        return f"{self.name}{'?' if self.optional else ''}"


class ReadMapping(Rule):
    """One stream: the CRM object it comes from, the field behind each of our columns, and an extra filter."""

    object: Source
    fields: abc.Mapping[str, Source | None]
    where: str | None = None

    @field_validator("where")
    @classmethod
    def _one_condition(cls, where: str | None) -> str | None:
        """The filter may only narrow: it is one condition, without clauses and with closed quotes and brackets."""
        if where is None or not where.strip():
            return None
        bare = re.sub(r"'(?:[^'\\]|\\.)*'", "", where)
        if "'" in bare or ";" in bare or _CLAUSES.search(bare) or not _is_balanced(bare):
            raise ValueError(f"{where!r} must be one condition: no other clause, quotes and brackets closed")
        return where.strip()


class WriteMapping(Rule):
    """The object we write scores to, how its fields are named and which sets of them are written."""

    object: str = "Account"
    prefix: str = "Engagement_"
    sets: tuple[FieldSet, ...] = ("core",)
    fields: abc.Mapping[str, str] = {}

    @field_validator("object", "prefix")
    @classmethod
    def _named(cls, name: str) -> str:
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} must begin with a letter and hold letters, digits and _ only")
        return name

    @field_validator("fields")
    @classmethod
    def _known(cls, fields: abc.Mapping[str, str]) -> abc.Mapping[str, str]:
        known = {field.name for field in FIELDS}
        for ours, theirs in fields.items():
            if ours not in known:
                raise ValueError(f"{ours!r} is none of our fields; known are {', '.join(sorted(known))}")
            if not _NAME.fullmatch(theirs):
                raise ValueError(f"{ours}: {theirs!r} is not a field name")
        return fields

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        names = [self.crm_name(field) for field in FIELDS]
        twice = sorted({name for name in names if names.count(name) > 1})
        long = [name for name in names if len(name.removesuffix("__c")) > _LONGEST_NAME]
        if twice or long:
            raise ValueError(f"field names must differ and be at most {_LONGEST_NAME} long: {', '.join(twice + long)}")
        return self

    def refuse_others(self, fields: abc.Mapping[str, str]) -> None:
        """Raise UnsafePlan where `fields`, our names and the CRM's, are not what this mapping calls them."""
        strange = sorted(set(fields.items()) - set(self.every().items()))
        if strange:
            raise UnsafePlan(f"{strange[0][1]} is not what the mapping calls {strange[0][0]}; make the plan again")

    def crm_name(self, field: Field) -> str:
        """The CRM's name of one of our fields: as renamed, else made from the prefix.

        HubSpot writes all its names small, and takes ours as they are; Salesforce marks what is not its own with `__c`.
        """
        ours = f"{self.prefix}{field.name}" if self.object.islower() else f"{self.prefix}{field.suffix}__c"
        return self.fields.get(field.name, ours)

    def every(self) -> abc.Mapping[str, str]:
        """Our name -> the CRM's name, for every field we could ever write."""
        return {field.name: self.crm_name(field) for field in FIELDS if field.set != "input"}

    def written(self) -> abc.Mapping[str, str]:
        """Our name -> the CRM's name, for every field of the chosen sets that we write (never the set `input`)."""
        sets = {field.name: field.set for field in FIELDS}
        return {name: theirs for name, theirs in self.every().items() if sets[name] in self.sets}


class Mapping(Rule):
    """All of one CRM's YAML: what is read, by stream, and what is written."""

    read: abc.Mapping[str, ReadMapping]
    write: WriteMapping = WriteMapping()

    def read_faults(self, streams: Iterable[Stream]) -> Iterator[tuple[str, str]]:
        """The key and the fault of each stream or column that is unknown, missing, or needed and left empty."""
        known = {stream.name: stream for stream in streams}
        for name in self.read.keys() - known.keys():
            yield f"read.{name}", f"unknown stream; known are {', '.join(known)}"
        for name, mapped in self.read.items():
            if name in known:
                yield from _column_faults(known[name], mapped)


def _column_faults(stream: Stream, mapped: ReadMapping) -> Iterator[tuple[str, str]]:
    """The faults in one stream's columns."""
    for column in mapped.fields.keys() - stream.columns.keys():
        yield f"read.{stream.name}.fields.{column}", f"unknown column; known are {', '.join(stream.columns)}"
    for column in sorted(stream.required):
        source = mapped.fields.get(column)
        if source is None or source.optional:
            yield f"read.{stream.name}.fields.{column}", "is needed: name its field, without a question mark"


def _is_balanced(text: str) -> bool:
    """Whether every bracket that closes was opened before, and none stays open."""
    depth = 0
    for sign in text:
        depth += (sign == "(") - (sign == ")")
        if depth < 0:
            return False
    return depth == 0
