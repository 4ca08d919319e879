"""What happens on an upsert? The external id decides between a change and a new record."""

from __future__ import annotations

from collections.abc import Sequence

from connector.sandbox.answers import Json, Refusal
from connector.sandbox.salesforce.org import Org
from connector.sandbox.salesforce.schema import Field, SObject
from connector.sandbox.salesforce.writes import Change, Outcome, Writer, create, update


def key_field(writer: Writer, sobject: SObject, name: str) -> Field:
    """The field upserts may go by. Refuses one that is no external id."""
    fields = {field.name.lower(): field for field in writer.org.access.fields(writer.user_id, sobject).values()}
    field = fields.get(name.lower())
    if field is None or not (field.can("X") or field.can("L")):
        message = f"Provided external ID field does not exist or is not accessible: {name}"
        raise Refusal(404, "NOT_FOUND", message)
    return field


def upsert(writer: Writer, key: str, changes: Sequence[Change]) -> list[Outcome]:
    """Change the records whose key is known, make the others; the outcomes are in the order of the changes."""
    if not changes:
        return []
    sorter = Sorter(writer.org, key_field(writer, changes[0].sobject, key), changes)
    return [sorter.write(writer, change) for change in changes]


class Sorter:
    """Finds the records that have the keys of some changes."""

    def __init__(self, org: Org, field: Field, changes: Sequence[Change]) -> None:
        self.field = field
        self.known: dict[str, list[str]] = {}
        self.seen: set[str] = set()
        wanted = [str(value) for change in changes if (value := self.key(change)) not in (None, "")]
        for value, record_id in org.tables.matches(changes[0].sobject, field, wanted):
            self.known.setdefault(value, []).append(record_id)

    def key(self, change: Change) -> Json:
        """The value of the key in a change."""
        return next((value for name, value in change.values.items() if name.lower() == self.field.name.lower()), None)

    def write(self, writer: Writer, change: Change) -> Outcome:
        """Write one change by its key."""
        try:
            record_id = self.target(change)
        except Refusal as refusal:
            writer.org.journal.wrote(change.sobject.name, "failed", change.values)
            return Outcome(refusal=refusal)
        if record_id is None:
            return create(writer, [change])[0]
        values = {name: value for name, value in change.values.items() if name.lower() != "id"}
        return update(writer, [Change(change.sobject, record_id, values)])[0]

    def target(self, change: Change) -> str | None:
        """The id of the record with the change's key, None where it is new. Refuses keys that are not clear."""
        value = self.key(change)
        if value in (None, ""):
            if self.field.name == "Id":
                return None
            raise Refusal(400, "MISSING_ARGUMENT", f"{self.field.name} not specified")
        folded = str(value).lower()
        if folded in self.seen:
            raise Refusal(400, "DUPLICATE_VALUE", f"Duplicate external id specified: {value}")
        self.seen.add(folded)
        ids = self.known.get(folded, [])
        if len(ids) > 1:
            message = f"{self.field.name}: more than one record found for external id field: [{', '.join(ids)}]"
            raise Refusal(300, "DUPLICATE_EXTERNAL_ID", message)
        return ids[0] if ids else None
