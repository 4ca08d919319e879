"""Which types of record are there, and by which names do clients call them?"""

from __future__ import annotations

from dataclasses import dataclass

from connector.sandbox.hubspot.refusals import unknown_type


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of record."""

    name: str
    singular: str
    type_id: str
    defaults: tuple[str, ...]  # properties that are returned when none are asked for
    is_engagement: bool = False

    @property
    def stamp(self) -> str:
        """The property that says when a record was last changed."""
        return "lastmodifieddate" if self.name == "contacts" else "hs_lastmodifieddate"

    @property
    def created(self) -> str:
        """The property that says when a record was made."""
        return "hs_createdate" if self.is_engagement else "createdate"

    @property
    def scope(self) -> str:
        """The kind whose scopes cover this one: engagements are covered by those of contacts."""
        return self.name if self.name in ("contacts", "companies", "deals") else "contacts"


def _engagement(name: str, singular: str, type_id: str) -> Kind:
    return Kind(name, singular, type_id, ("hs_createdate", "hs_lastmodifieddate", "hs_object_id"), is_engagement=True)


KINDS: tuple[Kind, ...] = (
    Kind("contacts", "contact", "0-1", ("createdate", "email", "firstname", "hs_object_id", "lastmodifieddate",
                                        "lastname")),
    Kind("companies", "company", "0-2", ("createdate", "domain", "hs_lastmodifieddate", "hs_object_id", "name")),
    Kind("deals", "deal", "0-3", ("amount", "closedate", "createdate", "dealname", "dealstage", "hs_lastmodifieddate",
                                  "hs_object_id", "pipeline")),
    _engagement("communications", "communication", "0-18"),
    _engagement("tasks", "task", "0-27"),
    _engagement("notes", "note", "0-46"),
    _engagement("meetings", "meeting", "0-47"),
    _engagement("calls", "call", "0-48"),
    _engagement("emails", "email", "0-49"),
    _engagement("postal_mail", "postal_mail", "0-116"),
)  # fmt: skip
BY_NAME = {name: kind for kind in KINDS for name in (kind.name, kind.singular, kind.type_id)}


def kind_of(name: str) -> Kind:
    """The kind of a name in a path: plural, singular or type id, in any case. Refuses any other."""
    kind = BY_NAME.get(name.lower())
    if kind is None:
        raise unknown_type(name)
    return kind
