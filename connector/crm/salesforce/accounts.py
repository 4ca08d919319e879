"""What do the accounts hold in the CRM at this moment? The fields we write, with the stamp of each record."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta

import pyarrow as pa
import pyarrow.compute as pc

from connector.crm.salesforce import rest, soql
from connector.crm.salesforce.describe import ObjectFacts
from connector.crm.salesforce.question import Question
from connector.crm.salesforce.read import Reader
from connector.crm.salesforce.rows import Column
from connector.crm.salesforce.transport import Transport
from connector.engine.records import Cell, Kind, Window
from connector.errors import ConfigError

STAMP = "SystemModstamp"
IDS_PER_CALL = 300  # 18 characters each: about 7 kB of an address
MOST_BY_ID = 10_000  # beyond this many, reading all is cheaper
AHEAD = timedelta(days=1)  # no record is stamped later than this
KINDS: Mapping[str, Kind] = {
    "boolean": "boolean", "int": "integer", "double": "number", "currency": "number", "percent": "number",
    "date": "date", "datetime": "moment",
}  # fmt: skip


class Accounts:
    """Reads the object we write to."""

    def __init__(self, transport: Transport, reader: Reader, facts: ObjectFacts, conditions: Sequence[str]) -> None:
        self._transport, self._reader, self._facts, self._conditions = transport, reader, facts, tuple(conditions)

    def current(self, account_ids: Iterable[str] | None, fields: Mapping[str, str]) -> Iterator[pa.Table]:
        """Pages of id, modified_at and each of `fields` (our name -> theirs); all accounts when no ids are given."""
        columns = self._columns(fields)
        wanted = None if account_ids is None else [one for one in account_ids if soql.ID.fullmatch(one)]
        if wanted is None:
            yield from self._all(columns)
        elif len(wanted) > MOST_BY_ID:
            keys = pa.array([one[:15] for one in wanted])
            for table in self._all(columns):
                yield table.filter(pc.is_in(pc.utf8_slice_codeunits(table["id"], 0, 15), keys))
        else:
            for start in range(0, len(wanted), IDS_PER_CALL):
                listed = soql.ids(wanted[start : start + IDS_PER_CALL])
                yield from rest.pages(self._transport, Question(self._facts.name, columns, (f"Id IN {listed}",)))

    def records(self, account_ids: Sequence[str], names: Sequence[str]) -> Iterator[Mapping[str, Cell]]:
        """The same as one mapping a record, under their own names, beside `id`."""
        for table in self.current(account_ids, {name: name for name in names}):
            yield from table.to_pylist()

    def _all(self, columns: Sequence[Column]) -> Iterator[pa.Table]:
        now = self._transport.now()
        question = Question(self._facts.name, columns, self._conditions, (STAMP, "Id"))
        yield from self._reader.during(question, STAMP, Window(None, now + AHEAD))

    def _columns(self, fields: Mapping[str, str]) -> list[Column]:
        """The columns to read. Raises ConfigError naming every field that is not there."""
        missing = [theirs for theirs in fields.values() if self._facts.field(theirs) is None]
        if missing:
            told = (f"{self._facts.name}.{name} is not there or hidden; run connector fields apply" for name in missing)
            raise ConfigError(*told)
        ours = [Column("id", "text", "Id", "id"), Column("modified_at", "moment", STAMP, "datetime")]
        found = ((name, self._facts.field(theirs)) for name, theirs in fields.items())
        return ours + [Column(name, KINDS.get(f.type, "text"), f.name, f.type) for name, f in found if f]

