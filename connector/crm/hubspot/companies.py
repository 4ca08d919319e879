"""What do the companies hold in HubSpot at this moment? The properties we write, with the stamp of each record."""

from collections.abc import Iterable, Iterator, Mapping

import pyarrow as pa

from connector.crm.hubspot.cells import ID
from connector.crm.hubspot.objects import Objects
from connector.crm.hubspot.properties import PropertyFacts
from connector.crm.hubspot.rows import Column, from_records
from connector.crm.hubspot.sources import Records
from connector.crm.hubspot.transport import Transport
from connector.engine.records import Kind
from connector.errors import ConfigError

KINDS: Mapping[str, Kind] = {"number": "number", "date": "date", "datetime": "moment", "bool": "boolean"}


class Companies:
    """Reads the records we write to; `known` are their properties, `stamp` the one that says when one was changed."""

    def __init__(
        self, transport: Transport, object_type: str, stamp: str, known: Mapping[str, PropertyFacts]
    ) -> None:
        self._transport, self._type, self._stamp, self._known = transport, object_type, stamp, known

    def current(self, account_ids: Iterable[str] | None, fields: Mapping[str, str]) -> Iterator[pa.Table]:
        """Pages of id, modified_at and each of `fields`; all living companies when no ids are given.

        A company that was merged is another one now, and does not come under its old id.
        """
        columns = self._columns(fields)
        names = sorted({*fields.values(), self._stamp})
        if account_ids is None:
            pages = Records(self._transport, self._type, self._stamp, names).living(names)
            yield from (from_records(page, columns) for page in pages if page)
            return
        wanted = [one for one in account_ids if ID.fullmatch(one)]
        asked = set(wanted)
        for page in Objects(self._transport, self._type, self._stamp, names).read(wanted):
            own = {record["id"]: record for record in page if record["id"] in asked}
            if own:
                yield from_records(list(own.values()), columns)

    def _columns(self, fields: Mapping[str, str]) -> list[Column]:
        """The columns to read. Raises ConfigError naming every property that is not there."""
        missing = [theirs for theirs in fields.values() if theirs not in self._known]
        if missing:
            raise ConfigError(*(f"{self._type}.{name} is not there; run connector fields apply" for name in missing))
        ours = [Column("id", "text", "id"), Column("modified_at", "moment", self._stamp)]
        return ours + [Column(name, _kind(self._known[theirs]), theirs) for name, theirs in fields.items()]


def _kind(facts: PropertyFacts) -> Kind:
    if facts.field_type == "booleancheckbox":
        return "boolean"
    return KINDS.get(facts.type, "text")
