"""What is a property, and which ones does each kind of record have?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from connector.sandbox.answers import Json
from connector.sandbox.hubspot.kinds import KINDS, Kind
from connector.sandbox.hubspot.moments import iso
from connector.sandbox.hubspot.standard import GROUPS, NAMES, OPTIONS

BORN = 1_565_059_288_204  # when HubSpot's own properties were made
WORD = re.compile(r"(?P<name>\w+?)(?::(?P<type>[a-z]))?(?:<(?P<options>\w+)>)?(?P<marks>[;!=*@]*)$")
TYPES = {
    None: ("string", "text"), "n": ("number", "number"), "d": ("date", "date"), "t": ("datetime", "date"),
    "b": ("bool", "booleancheckbox"), "o": ("enumeration", "select"), "p": ("phone_number", "phonenumber"),
    "h": ("string", "textarea"),
}  # fmt: skip


@dataclass(slots=True)
class Property:
    """The definition of a property. `archived_at` is 0 while it is in use."""

    name: str
    label: str
    type: str
    field_type: str
    group: str
    options: list[dict[str, Json]] = field(default_factory=list)
    description: str = ""
    display_order: int = 0
    is_calculated: bool = False
    has_external_options: bool = False
    is_unique: bool = False
    is_hidden: bool = False
    is_form_field: bool = False
    is_standard: bool = False
    is_read_only: bool = False
    created: int = BORN
    updated: int = BORN
    archived_at: int = 0

    @property
    def allowed(self) -> set[str]:
        """The option values a write may name."""
        return {str(option["value"]) for option in self.options}

    def told(self) -> dict[str, Json]:
        """The definition as the API shows it."""
        flags = {
            "archivable": not self.is_standard, "readOnlyDefinition": self.is_standard,
            "readOnlyValue": self.is_read_only or self.is_calculated,
        }  # fmt: skip
        shown: dict[str, Json] = {
            "name": self.name, "label": self.label, "type": self.type, "fieldType": self.field_type,
            "description": self.description, "groupName": self.group, "options": self.options,
            "displayOrder": self.display_order, "calculated": self.is_calculated,
            "externalOptions": self.has_external_options, "hasUniqueValue": self.is_unique, "hidden": self.is_hidden,
            "hubspotDefined": self.is_standard, "modificationMetadata": flags, "formField": self.is_form_field,
            "dataSensitivity": "non_sensitive", "createdAt": iso(self.created), "updatedAt": iso(self.updated),
            "archived": bool(self.archived_at),
        }  # fmt: skip
        return shown | ({"archivedAt": iso(self.archived_at)} if self.archived_at else {})


@dataclass(slots=True)
class Group:
    """What properties are shown under."""

    name: str
    label: str
    display_order: int = 0
    archived_at: int = 0

    def told(self) -> dict[str, Json]:
        """The group as the API shows it."""
        shown = {"name": self.name, "label": self.label, "displayOrder": self.display_order}
        return {**shown, "archived": bool(self.archived_at)}


class Definitions:
    """The properties and groups of one kind; archived definitions lie apart, for their names may be used again."""

    def __init__(self, kind: Kind) -> None:
        first = GROUPS.get(kind.name, (f"{kind.singular}information",))
        self.groups = {name: Group(name, name.capitalize(), place) for place, name in enumerate(first)}
        self.properties = {one.name: one for one in _standard(kind, first)}
        self.archived: list[Property] = []

    def custom(self) -> list[Property]:
        """The properties somebody added."""
        return [one for one in self.properties.values() if not one.is_standard]

    def unique(self) -> list[str]:
        """The properties by which a record can be named."""
        return [one.name for one in self.properties.values() if one.is_unique]


def _standard(kind: Kind, groups: tuple[str, ...]) -> Iterator[Property]:
    for place, word in enumerate(dict.fromkeys(NAMES[kind.name].split())):
        found = WORD.match(word)
        assert found, word  # noqa: S101 - the table is ours
        name, options, marks = found["name"], found["options"], found["marks"]
        type_, field_type = TYPES[found["type"]]
        if options:
            type_, field_type = "enumeration", "checkbox" if ";" in marks else "select"
        is_sync = name.startswith("salesforce") and "salesforceinformation" in groups
        group = "salesforceinformation" if is_sync else groups[0]
        yield Property(
            name, name.replace("_", " ").capitalize(), type_, field_type, group,
            [an_option(value, number) for number, value in enumerate(OPTIONS.get(options or "", "").split())],
            display_order=place, is_calculated="=" in marks, has_external_options="@" in marks or found["type"] == "o",
            is_unique="*" in marks, is_standard=True, is_read_only="!" in marks or "=" in marks,
        )  # fmt: skip


def an_option(value: str, order: int) -> dict[str, Json]:
    """One option of HubSpot's own lists."""
    return {"label": value.replace("_", " ").capitalize(), "value": value, "displayOrder": order, "hidden": False}


def all_definitions() -> dict[str, Definitions]:
    """The properties of a new portal, by kind."""
    return {kind.name: Definitions(kind) for kind in KINDS}
