"""Which objects and fields does the org have? Salesforce's standard ones, plus what its data and admins added."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

TEXT = frozenset(
    {"id", "reference", "string", "textarea", "picklist", "multipicklist", "combobox", "email", "phone", "url"}
)
NUMBERS = frozenset({"double", "currency", "percent"})
SQL_TYPES = {"boolean": "BOOLEAN", "int": "BIGINT", "date": "DATE", "datetime": "TIMESTAMP"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a picklist."""

    value: str
    label: str
    active: bool = True
    default: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an object. `flags` holds a letter for each thing that is true of it; describe.py names them."""

    name: str
    label: str
    type: str
    length: int = 0
    precision: int = 0
    scale: int = 0
    digits: int = 0
    flags: str = ""
    references: tuple[str, ...] = ()
    relationship: str = ""
    children: str = ""
    compound: str = ""
    extra: str = ""
    choices: tuple[Choice, ...] = ()
    default: str = ""
    feature: str = ""
    formula: str = ""
    help: str = ""

    @property
    def custom(self) -> bool:
        return self.name.endswith("__c")

    @property
    def stored(self) -> bool:
        """Whether rows hold it: an address is put together from its parts."""
        return self.type not in ("address", "location")

    @property
    def sql_type(self) -> str:
        return "DOUBLE" if self.type in NUMBERS else SQL_TYPES.get(self.type, "VARCHAR")

    def can(self, flag: str) -> bool:
        """Whether the flag's letter is set."""
        return flag in self.flags


@dataclass(frozen=True, slots=True)
class SObject:
    """One object with its fields in the order describe lists them."""

    name: str
    label: str
    plural: str
    prefix: str
    flags: str
    feature: str = ""
    api: str = "data"
    fields: tuple[Field, ...] = ()

    @property
    def custom(self) -> bool:
        return self.name.endswith("__c")

    def can(self, flag: str) -> bool:
        """Whether the flag's letter is set."""
        return flag in self.flags

    def field(self, name: str) -> Field | None:
        """The field of that name, whatever its case."""
        return next((one for one in self.fields if one.name.lower() == name.lower()), None)

    def with_field(self, field: Field) -> SObject:
        """The object with the field added, or put in the place of the one with its name."""
        others = [one for one in self.fields if one.name != field.name]
        return replace(self, fields=(*others, field))

    def without_field(self, name: str) -> SObject:
        """The object without the field."""
        return replace(self, fields=tuple(one for one in self.fields if one.name != name))


class Schema:
    """The org's objects by name; names are found whatever their case."""

    def __init__(self, objects: Iterable[SObject]) -> None:
        self._objects = {one.name.lower(): one for one in objects}

    def __iter__(self) -> Iterator[SObject]:
        return iter(self._objects.values())

    def find(self, name: str) -> SObject | None:
        """The object of that name, whatever its case."""
        return self._objects.get(name.lower())

    def put(self, sobject: SObject) -> None:
        """Add the object, or put it in the place of the one with its name."""
        self._objects[sobject.name.lower()] = sobject

    def by_prefix(self, record_id: str) -> SObject | None:
        """The object an id belongs to."""
        return next((one for one in self if one.prefix and one.prefix == record_id[:3]), None)

    def children_of(self, parent: str) -> Iterator[tuple[SObject, Field]]:
        """Each field of another object that points at `parent`."""
        for sobject in self:
            yield from ((sobject, field) for field in sobject.fields if parent in field.references)


def _rows(name: str) -> list[dict[str, str]]:
    text = files("connector.sandbox.salesforce").joinpath("standard", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _choices() -> dict[str, tuple[Choice, ...]]:
    lists: dict[str, list[Choice]] = {}
    for row in _rows("picklists.csv"):
        choice = Choice(row["value"], row["label"] or row["value"], row["active"] != "no", row["default"] == "yes")
        lists.setdefault(row["picklist"], []).append(choice)
    return {name: tuple(values) for name, values in lists.items()}


def _field(row: dict[str, str], choices: dict[str, tuple[Choice, ...]]) -> Field:
    length, precision, scale, digits = (int(row[size] or 0) for size in ("length", "precision", "scale", "digits"))
    words = {word: row[word] for word in ("relationship", "children", "compound", "extra", "default", "feature")}
    return Field(
        row["name"], row["label"], row["type"], length, precision, scale, digits, row["flags"],
        references=tuple(filter(None, row["references"].split(";"))),
        choices=choices.get(row["picklist"], ()),
        **words,
    )  # fmt: skip


@cache
def standard_objects() -> tuple[SObject, ...]:
    """Salesforce's own objects, as the tables in `standard/` list them."""
    choices = _choices()
    fields: dict[str, list[Field]] = {}
    for row in _rows("fields.csv"):
        fields.setdefault(row["object"], []).append(_field(row, choices))
    return tuple(SObject(**row, fields=tuple(fields[row["name"]])) for row in _rows("objects.csv"))
