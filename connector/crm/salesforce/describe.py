"""What does the org have, as our user sees it? Objects and fields from describe, read once a run."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from connector.crm.salesforce.answers import is_hidden
from connector.crm.salesforce.transport import Transport
from connector.errors import Rejected, Unavailable

COMPOUND = frozenset({"address", "location"})  # not readable over Bulk; their parts are


@dataclass(frozen=True, slots=True)
class FieldFacts:
    """One field; `values` are the picklist's active ones. A field hidden from our user is not described at all.

    A length or precision of 0 was not told; what may be done with a field is believed until the org says otherwise.
    """

    name: str
    type: str
    length: int = 0
    precision: int = 0
    scale: int = 0
    is_filterable: bool = False
    is_sortable: bool = False
    is_updateable: bool = False
    is_calculated: bool = False
    is_restricted: bool = False
    values: tuple[str, ...] = ()
    refers_to: tuple[str, ...] = ()
    relationship: str = ""


@dataclass(frozen=True, slots=True)
class ObjectFacts:
    """One object; `fields` by their names in lower case."""

    name: str
    fields: Mapping[str, FieldFacts]
    is_replicateable: bool
    may_create: bool
    may_delete: bool

    def field(self, name: str) -> FieldFacts | None:
        """The field of that name, in whatever case it is written."""
        return self.fields.get(name.lower())


class Describes:
    """Asks each object's describe once; a new one is made for each run, so that a lost permission shows."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._known: dict[str, ObjectFacts | None] = {}

    def of(self, name: str) -> ObjectFacts | None:
        """The object, or None where the org lacks it or our user may not see it."""
        if name.lower() not in self._known:
            self._known[name.lower()] = self._ask(name)
        return self._known[name.lower()]

    def path(self, of: ObjectFacts, path: str) -> tuple[str, FieldFacts] | None:
        """The field at the end of a dotted path with its proper spelling, or None where a step is missing."""
        head, _, rest = path.partition(".")
        if not rest:
            field = of.field(head)
            return (field.name, field) if field else None
        for relationship, parent in self._parents(of, head):
            found = self.path(parent, rest)
            if found:
                return f"{relationship}.{found[0]}", found[1]
        return None

    def forget(self) -> None:
        """Ask anew from now on: fields were made or granted."""
        self._known.clear()

    def _parents(self, of: ObjectFacts, relationship: str) -> Iterator[tuple[str, ObjectFacts]]:
        """The objects a relationship may lead to; a lookup to several kinds is tried in turn."""
        for field in of.fields.values():
            if field.relationship.lower() == relationship.lower():
                for name in field.refers_to:
                    parent = self.of(name)
                    if parent:
                        yield field.relationship, parent

    def _ask(self, name: str) -> ObjectFacts | None:
        try:
            return _object(self._transport.get(f"sobjects/{name}/describe"))
        except Rejected as error:
            if is_hidden(error) or error.code == "404":
                return None
            raise


def _object(body: Any) -> ObjectFacts:  # a describe as it came
    try:
        return ObjectFacts(
            name=body["name"],
            fields={field["name"].lower(): _field(field) for field in body["fields"]},
            is_replicateable=bool(body.get("replicateable", True)),
            may_create=bool(body.get("createable")),
            may_delete=bool(body.get("deletable")),
        )
    except (KeyError, TypeError, AttributeError):
        raise Unavailable("describe: an answer of a wrong shape") from None


def _field(body: Mapping[str, Any]) -> FieldFacts:  # one field of a describe
    return FieldFacts(
        name=body["name"],
        type=body["type"],
        length=body.get("length") or 0,
        precision=body.get("precision") or 0,
        scale=body.get("scale") or 0,
        is_filterable=bool(body.get("filterable", True)),
        is_sortable=bool(body.get("sortable", True)),
        is_updateable=bool(body.get("updateable", True)),
        is_calculated=bool(body.get("calculated")),
        is_restricted=bool(body.get("restrictedPicklist")),
        values=tuple(value["value"] for value in body.get("picklistValues") or () if value.get("active", True)),
        refers_to=tuple(body.get("referenceTo") or ()),
        relationship=body.get("relationshipName") or "",
    )
