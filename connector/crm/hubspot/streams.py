"""Which streams can this portal give us? The mapping checked against its properties, every fault told at once."""

import difflib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from connector.crm.hubspot.associations import LINKED, Associations
from connector.crm.hubspot.directory import campaigns, email_events, knock, lists, owners, submissions
from connector.crm.hubspot.members import members, unknown_lists
from connector.crm.hubspot.properties import Definitions, PropertyFacts
from connector.crm.hubspot.rows import Column, can_fill
from connector.crm.hubspot.sources import MERGED, Records, Source
from connector.crm.hubspot.transport import Transport
from connector.engine.mapping import MEMBERSHIPS, ReadMapping, names_of_lists
from connector.engine.mapping import Mapping as CrmMapping
from connector.engine.mapping import Source as Named
from connector.engine.records import HUBSPOT_STREAMS, Kind, Stream
from connector.errors import AccessDenied, ConfigError

Place = Callable[[str], str]
WANTED: Mapping[Kind, str] = {
    "text": "a text", "integer": "a number", "number": "a number", "boolean": "a checkbox", "date": "a date",
    "moment": "a date and time",
}  # fmt: skip
OUTSIDE = frozenset({"archived", "createdAt", "updatedAt", "hs_object_id"})  # told beside the properties
MIRROR = "associatedcompanyid"  # says of a contact which of its companies is the primary one
OURS_ALWAYS = frozenset({"id", "modified_at", "is_deleted"})
KEYS: Mapping[str, frozenset[str]] = {  # what lists other than those of CRM objects know; campaigns name properties too
    "owners": frozenset({
        "id", "updatedAt", "createdAt", "archived", "firstName", "lastName", "email", "userId", "type",
    }),
    "lists": frozenset({
        "listId", "name", "updatedAt", "createdAt", "processingType", "objectTypeId", "hs_list_size",
    }),
    "memberships": frozenset({"id", "listId", "recordId", "updatedAt"}),
    "forms": frozenset({"id", "submittedAt", "formId", "name", "email", "pageUrl"}),
    "email_events": frozenset({
        "id", "created", "type", "recipient", "emailCampaignId", "filteredEvent", "url", "browser", "deviceType",
    }),
    "associations": frozenset({
        "id", "modifiedAt", "fromType", "fromId", "toType", "toId", "typeId", "label", "isPrimary",
    }),
}  # fmt: skip
LISTS = frozenset({*KEYS, "campaigns"})


@dataclass(frozen=True, slots=True)
class Reading:
    """One stream as this portal can give it: where from, which columns, and which of them change without a stamp."""

    stream: Stream
    source: Source
    columns: Sequence[Column]
    formulas: tuple[str, ...] = ()

    def shaped_as(self, stream: Stream) -> list[Column]:
        """The columns `stream` asks for; one this portal does not have is left empty."""
        known = {column.name: column for column in self.columns}
        return [known.get(name) or Column(name, kind) for name, kind in stream.columns.items()]


class Catalogue:
    """The streams of one portal under one mapping."""

    def __init__(self, mapping: CrmMapping, transport: Transport, definitions: Definitions, place: Place) -> None:
        self._mapping, self._transport, self._definitions, self._place = mapping, transport, definitions, place
        self._readings: dict[str, Reading] | None = None
        self._there: dict[str, bool] = {}

    def readings(self) -> Mapping[str, Reading]:
        """Every stream this portal has, by name. Raises ConfigError with all that is wrong in the mapping."""
        if self._readings is None:
            faults = self.faults()
            if faults:
                raise ConfigError(*faults)
            found = (self._reading(stream) for stream in self._mapped() if self._is_there(stream))
            self._readings = {reading.stream.name: reading for reading in found}
        return self._readings

    def forget(self) -> None:
        """Look again: the portal has changed."""
        self._readings = None
        self._there.clear()
        self._definitions.forget()

    def faults(self) -> list[str]:
        """One line for each entry of the mapping that this portal cannot serve."""
        shape = [f"{self._place(key)}: {told}" for key, told in self._mapping.read_faults(HUBSPOT_STREAMS)]
        return shape or [fault for stream in self._mapped() for fault in self._faults(stream)]

    def absent(self) -> list[str]:
        """The streams that are mapped and that this portal or this token does not have."""
        return [stream.name for stream in self._mapped() if not self._is_there(stream)]

    def _mapped(self) -> list[Stream]:
        return [stream for stream in HUBSPOT_STREAMS if stream.name in self._mapping.read]

    def _is_there(self, stream: Stream) -> bool:
        """Whether the stream can be read; one that may be missing is left out, any other says what it lacks."""
        mapped = self._mapping.read[stream.name].object
        name = "lists" if mapped.name == MEMBERSHIPS else mapped.name
        try:
            if name not in self._there:
                self._there[name] = self._knock(name)
        except AccessDenied:
            if not mapped.optional:
                raise
            self._there[name] = False
        return self._there[name]

    def _knock(self, name: str) -> bool:
        """Whether HubSpot answers for a type of record, or for a list by its first row."""
        if name == "associations":
            return True
        if name not in LISTS:
            return self._definitions.of(name) is not None
        knock(self._transport, name)
        return True

    def _faults(self, stream: Stream) -> Iterator[str]:
        mapped = self._mapping.read[stream.name]
        key = f"read.{stream.name}"
        if mapped.where and mapped.object.name != MEMBERSHIPS:
            told = "HubSpot has no filter of that kind; remove it, or map a checkbox to `excluded`"
            yield f"{self._place(f'{key}.where')}: {told}"
        if not self._is_there(stream):
            if not mapped.object.optional:
                told = f"{mapped.object.name} is no type of record in this portal"
                yield f"{self._place(f'{key}.object')}: {told}; correct the name, or end it with ?"
            return
        if mapped.object.name == MEMBERSHIPS:
            for name in unknown_lists(self._transport, names_of_lists(mapped.where)):
                told = f"no list of contacts is called {name!r}; correct the name or take it out"
                yield f"{self._place(f'{key}.where')}: {told}"
        for name, source in mapped.fields.items():
            fault = self._fault(mapped, source, name, stream.columns[name]) if source else None
            if fault:
                yield f"{self._place(f'{key}.fields.{name}')}: {fault}"

    def _fault(self, mapped: ReadMapping, source: Named, name: str, kind: Kind) -> str | None:
        """What is wrong with one field, and what to do about it."""
        of, full = mapped.object.name, f"{mapped.object.name}.{source.name}"
        if of in KEYS:
            known = KEYS[of]
            return None if source.optional or source.name in known else f"{full} {_missing(known, source.name)}"
        if of == "campaigns" or source.name in OUTSIDE:
            return None
        properties = self._definitions.of(of) or {}
        found = properties.get(source.name)
        if found is None:
            return None if source.optional else f"{full} {self._gone(of, properties, source.name)}"
        if not can_fill(kind, found.type):
            return f"{full} is of type {found.type}; {name} needs {WANTED[kind]}"
        return None

    def _gone(self, of: str, properties: Mapping[str, PropertyFacts], name: str) -> str:
        """Why a property may be missing."""
        if name in self._definitions.archived(of):
            return "was archived by somebody; restore it in HubSpot's settings, name another, or end it with ?"
        return _missing(properties, name)

    def _reading(self, stream: Stream) -> Reading:
        mapped = self._mapping.read[stream.name]
        fields = {name: source.name for name, source in mapped.fields.items() if source and self._has(mapped, source)}
        columns = [Column(name, kind, fields.get(name)) for name, kind in stream.columns.items()]
        real = [column for column in columns if column.field or column.name in OURS_ALWAYS]
        has = Stream(stream.name, {column.name: column.kind for column in real}, stream.required)
        mirrors = tuple(column for column, field in fields.items() if field == MIRROR)
        return Reading(has, self._source(mapped, fields), real, mirrors)

    def _has(self, mapped: ReadMapping, source: Named) -> bool:
        of = mapped.object.name
        if of in KEYS:
            return source.name in KEYS[of]
        return of == "campaigns" or source.name in OUTSIDE or source.name in (self._definitions.of(of) or {})

    def _source(self, mapped: ReadMapping, fields: Mapping[str, str]) -> Source:
        of = mapped.object.name
        if of == "associations":
            return Associations(self._transport, self._linked())
        if of in LISTS:
            return self._list(mapped)
        properties = sorted({*fields.values()} - OUTSIDE)
        is_merging = MERGED in fields.values()
        return Records(
            self._transport, of, fields["modified_at"], properties,
            keeps_archived=fields.get("is_deleted") == "archived", is_merging=is_merging,
        )  # fmt: skip

    def _list(self, mapped: ReadMapping) -> Source:
        """The source of a list that is not one of CRM objects."""
        plain: Mapping[str, Callable[[Transport], Source]] = {
            "owners": owners, "lists": lists, "forms": submissions, "email_events": email_events,
        }  # fmt: skip
        if mapped.object.name == MEMBERSHIPS:
            return members(self._transport, names_of_lists(mapped.where))
        if mapped.object.name in plain:
            return plain[mapped.object.name](self._transport)
        outside = OUTSIDE | {"id"}
        named = (source.name for source in mapped.fields.values() if source)
        return campaigns(self._transport, [name for name in named if name not in outside])

    def _linked(self) -> dict[str, Records]:
        """Where associations are read from: the mapped streams that hang on something."""
        found = {}
        for name in LINKED:
            mapped = self._mapping.read.get(name)
            stamp = mapped.fields.get("modified_at") if mapped else None
            if mapped and stamp and self._definitions.of(mapped.object.name) is not None:
                found[name] = Records(
                    self._transport, mapped.object.name, stamp.name, [stamp.name], keeps_archived=False
                )
        return found


def _missing(known: Mapping[str, object] | frozenset[str], name: str) -> str:
    """That a property is missing, and the name that was probably meant."""
    close = difflib.get_close_matches(name, list(known), n=1, cutoff=0.8)
    meant = f"did you mean {close[0]}?" if close else "correct the name, make it, or end it with ?"
    return f"is not in this portal; {meant}"
