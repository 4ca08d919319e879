"""What can be read of each stream in this org? The mapping against describe, with every fault told at once."""

import difflib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from connector.crm.salesforce.describe import COMPOUND, Describes, FieldFacts, ObjectFacts
from connector.crm.salesforce.rows import Column, can_fill
from connector.engine.mapping import Mapping as CrmMapping
from connector.engine.mapping import ReadMapping, Source
from connector.engine.records import SALESFORCE_STREAMS, Kind, Stream
from connector.errors import ConfigError

Place = Callable[[str], str]  # a key of the mapping -> where it stands, such as salesforce.yaml:12
OURS_ALWAYS = ("id", "modified_at", "is_deleted")
WANTED: Mapping[Kind, str] = {
    "text": "a text", "integer": "a number", "number": "a number", "boolean": "a checkbox", "date": "a date",
    "moment": "a date/time",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """One stream as this org can give it: where from, which columns, and which of them are formulas."""

    stream: Stream
    object: ObjectFacts
    columns: Sequence[Column]
    where: str | None
    formulas: tuple[str, ...] = ()

    @property
    def stamp(self) -> str:
        """The field behind `modified_at`, which windows are made of."""
        return next(column.field for column in self.columns if column.name == "modified_at" and column.field)

    @property
    def fields(self) -> list[str]:
        """The select list: every field once."""
        return list(dict.fromkeys(column.field for column in self.columns if column.field))

    @property
    def conditions(self) -> list[str]:
        """The mapping's own filter."""
        return [f"({self.where})"] if self.where else []

    @property
    def keeps_deleted(self) -> bool:
        """Whether deleted rows stay visible for a while, so that a query must ask for them too."""
        return self.object.field("IsDeleted") is not None

    @property
    def order(self) -> list[str]:
        """By stamp, then id: rows with equal stamps keep one order."""
        field = self.object.field(self.stamp)
        return [self.stamp, "Id"] if field and field.is_sortable else ["Id"]

    def shaped_as(self, stream: Stream) -> list[Column]:
        """The columns `stream` asks for; one this org does not have is left empty."""
        known = {column.name: column for column in self.columns}
        return [known.get(name) or Column(name, kind) for name, kind in stream.columns.items()]


class Catalogue:
    """The streams of one org under one mapping."""

    def __init__(self, mapping: CrmMapping, describes: Describes, place: Place) -> None:
        self._mapping, self._describes, self._place = mapping, describes, place
        self._readings: dict[str, Reading] | None = None

    def readings(self) -> Mapping[str, Reading]:
        """Every stream this org has, by name. Raises ConfigError with all that is wrong in the mapping."""
        if self._readings is None:
            faults = self.faults()
            if faults:
                raise ConfigError(*faults)
            found = (self._reading(stream) for stream in self._mapped())
            self._readings = {reading.stream.name: reading for reading in found if reading}
        return self._readings

    def forget(self) -> None:
        """Look again: the org has changed."""
        self._readings = None
        self._describes.forget()

    def faults(self) -> list[str]:
        """One line for each entry of the mapping that this org cannot serve."""
        shape = [f"{self._place(key)}: {told}" for key, told in self._mapping.read_faults(SALESFORCE_STREAMS)]
        return shape or [fault for stream in self._mapped() for fault in self._faults(stream)]

    def absent(self) -> list[str]:
        """The streams that are mapped and that this org does not have, such as those of a feature it lacks."""
        return [s.name for s in self._mapped() if self._describes.of(self._mapping.read[s.name].object.name) is None]

    def _mapped(self) -> list[Stream]:
        return [stream for stream in SALESFORCE_STREAMS if stream.name in self._mapping.read]

    def _faults(self, stream: Stream) -> Iterator[str]:
        mapped = self._mapping.read[stream.name]
        found = self._describes.of(mapped.object.name)
        key = f"read.{stream.name}"
        if found is None:
            if not mapped.object.optional:
                told = f"{mapped.object.name} is not in this org, or the integration user may not read it"
                yield f"{self._place(f'{key}.object')}: {told}; correct the name, give access, or end it with ?"
            return
        for name, source in mapped.fields.items():
            if source:
                fault = self._fault(found, source, name, stream.columns[name])
                yield from [f"{self._place(f'{key}.fields.{name}')}: {fault}"] if fault else []

    def _fault(self, of: ObjectFacts, source: Source, name: str, kind: Kind) -> str | None:
        """What is wrong with one field, and what to do about it."""
        found = self._describes.path(of, source.name)
        full = f"{of.name}.{source.name}"
        if found is None:
            return None if source.optional else f"{full} {_missing(of, source.name)}"
        field = found[1]
        if field.type in COMPOUND:
            return f"{full} is an address; name one of its parts, such as BillingCity"
        if not can_fill(kind, field.type):
            return f"{full} is of type {field.type}; {name} needs {WANTED[kind]}"
        if name == "id" and field.type != "id":
            return f"{full} is of type {field.type}; name Id"
        if name == "modified_at" and not (field.is_filterable and field.type == "datetime" and "." not in source.name):
            return f"{full} cannot say when a row changed; name a date/time of the object, such as SystemModstamp"
        return None

    def _reading(self, stream: Stream) -> Reading | None:
        """The stream as it can be read, or None where the org does not have its object."""
        mapped = self._mapping.read[stream.name]
        found = self._describes.of(mapped.object.name)
        if found is None:
            return None
        resolved = dict(self._resolved(found, mapped))
        columns = [_column(name, kind, resolved.get(name)) for name, kind in stream.columns.items()]
        real = [column for column in columns if column.field or column.name in OURS_ALWAYS]
        formulas = tuple(name for name, (path, field) in resolved.items() if field.is_calculated or "." in path)
        has = Stream(stream.name, {column.name: column.kind for column in real}, stream.required)
        return Reading(has, found, real, mapped.where, formulas)

    def _resolved(self, of: ObjectFacts, mapped: ReadMapping) -> Iterator[tuple[str, tuple[str, FieldFacts]]]:
        for name, source in mapped.fields.items():
            found = self._describes.path(of, source.name) if source else None
            if found:
                yield name, found


def _column(name: str, kind: Kind, found: tuple[str, FieldFacts] | None) -> Column:
    return Column(name, kind, found[0], found[1].type) if found else Column(name, kind)


def _missing(of: ObjectFacts, name: str) -> str:
    """Why a field may be missing, and the name that was probably meant."""
    known = [field.name for field in of.fields.values()]
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.8)
    meant = f"did you mean {close[0]}?" if close else "correct the name, grant the field to the user, or end it with ?"
    return f"is not in this org, or hidden from the integration user (field-level security); {meant}"
