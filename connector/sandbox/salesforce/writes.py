"""What happens when records are made or changed? Each is checked on its own; those that pass are kept together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from connector.sandbox.answers import Json, Refusal
from connector.sandbox.salesforce.derive import derived
from connector.sandbox.salesforce.ids import full_id
from connector.sandbox.salesforce.org import Org
from connector.sandbox.salesforce.rules import refuse_by_rule, refuse_duplicate, refuse_locked
from connector.sandbox.salesforce.schema import Field, SObject
from connector.sandbox.salesforce.values import arrow_table, read_value, required

SAME_ID_MAX = 5
SAME_ID = (
    "Maximum number of duplicate updates in one batch ({most} allowed). Attempt to update Id more than once in this "
    "Api call: {id}"
)
NOT_WRITABLE = (
    "Unable to create/update fields: {name}. Please check the security settings of this field and verify that it is "
    "read/write for your profile or permission set."
)
PERMISSIONS = ("FieldPermissions", "PermissionSet", "PermissionSetAssignment", "ObjectPermissions")
Row = dict[str, Json]


@dataclass(frozen=True, slots=True)
class Writer:
    """Who writes, and whether an alert about a duplicate is overruled."""

    org: Org
    user_id: str
    allow_duplicates: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """One record a client wants written: an id for an update, none for a create."""

    sobject: SObject
    record_id: str
    values: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it went: the id, or the refusal."""

    record_id: str = ""
    created: bool = False
    refusal: Refusal | None = None

    def json(self, *, upsert: bool = False) -> Json:
        """The outcome as a collection reports it."""
        if self.refusal:
            return {"success": False, "errors": [self.refusal.per_record()]}
        created = {"created": self.created} if upsert else {}
        return {"id": self.record_id, "success": True, "errors": [], **created}


def readable(writer: Writer, change: Change, *, new: bool) -> Row:
    """The values by field name, each read by its type. Refuses fields that are not there or not to be written."""
    fields = {name.lower(): field for name, field in writer.org.access.fields(writer.user_id, change.sobject).items()}
    read: Row = {}
    for name, raw in change.values.items():
        field = fields.get(name.lower())
        if field is None:
            message = f"No such column '{name}' on sobject of type {change.sobject.name}"
            raise Refusal(400, "INVALID_FIELD", message)
        if not field.can("C" if new else "U"):
            message = NOT_WRITABLE.format(name=field.name)
            raise Refusal(400, "INVALID_FIELD_FOR_INSERT_UPDATE", message, fields=[field.name])
        read[field.name] = read_value(field, raw)
    return read


def create(writer: Writer, changes: Sequence[Change]) -> list[Outcome]:
    """Make the records; the outcomes are in the order of the changes."""
    fresh: dict[str, list[Row]] = {}
    outcomes = []
    for change in changes:
        try:
            row = _new_row(writer, change)
        except Refusal as refusal:
            writer.org.journal.wrote(change.sobject.name, "failed", change.values)
            outcomes.append(Outcome(refusal=refusal))
            continue
        fresh.setdefault(change.sobject.name, []).append(row)
        writer.org.journal.wrote(change.sobject.name, "created", change.values)
        outcomes.append(Outcome(row["Id"], created=True))
    for name, rows in fresh.items():
        keep(writer.org, name, rows)
    return outcomes


def _new_row(writer: Writer, change: Change) -> Row:
    org, sobject = writer.org, change.sobject
    if not sobject.can("C"):
        raise Refusal(400, "INVALID_TYPE_FOR_OPERATION", f"entity type cannot be inserted: {sobject.label}")
    values = readable(writer, change, new=True)
    row = _defaults(sobject, writer.user_id) | values
    missing = [f.name for f in sobject.fields if _is_required(f) and row.get(f.name) is None]
    if missing:
        raise required(missing)
    _refuse_by_org(writer, change, row, values)
    now = org.clock.now().replace(tzinfo=None)
    made = {"CreatedDate": now, "CreatedById": writer.user_id} | _stamps(now, writer.user_id)
    return {"Id": org.mint.new(sobject.prefix)} | derived(org, sobject, row | made)


def _is_required(field: Field) -> bool:
    return field.can("C") and not field.can("N") and not field.can("D")


def _defaults(sobject: SObject, user_id: str) -> Row:
    row: Row = {field.name: False for field in sobject.fields if field.type == "boolean"}
    row |= {field.name: field.default for field in sobject.fields if field.default and field.type != "boolean"}
    return row | ({"OwnerId": user_id} if sobject.field("OwnerId") else {})


def _stamps(now: datetime, user_id: str) -> Row:
    return {"LastModifiedDate": now, "LastModifiedById": user_id, "SystemModstamp": now}


def _refuse_by_org(writer: Writer, change: Change, row: Row, values: Row) -> None:
    if writer.org.settings.storage_full:
        raise Refusal(403, "STORAGE_LIMIT_EXCEEDED", "storage limit exceeded")
    refuse_by_rule(writer.org, change.sobject, row, values)
    refuse_duplicate(writer.org, change.sobject, row, alerts=not writer.allow_duplicates)


def update(writer: Writer, changes: Sequence[Change]) -> list[Outcome]:
    """Change the records; the outcomes are in the order of the changes."""
    rows = _current(writer.org, changes)
    seen: dict[str, int] = {}
    touched: dict[str, dict[str, Row]] = {}
    outcomes = []
    for change in changes:
        key = full_id(change.record_id)
        seen[key] = seen.get(key, 0) + 1
        try:
            if seen[key] > SAME_ID_MAX:
                raise Refusal(400, "LIMIT_EXCEEDED", SAME_ID.format(most=SAME_ID_MAX, id=key))
            rows[key] = _changed_row(writer, change, rows.get(key))
        except Refusal as refusal:
            writer.org.journal.wrote(change.sobject.name, "failed", change.values)
            outcomes.append(Outcome(refusal=refusal))
            continue
        touched.setdefault(change.sobject.name, {})[key] = rows[key]
        writer.org.journal.wrote(change.sobject.name, "updated", change.values)
        outcomes.append(Outcome(key))
    for name, changed in touched.items():
        keep(writer.org, name, list(changed.values()))
    return outcomes


def _current(org: Org, changes: Sequence[Change]) -> dict[str, Row]:
    by_object: dict[str, set[str]] = {}
    for change in changes:
        by_object.setdefault(change.sobject.name, set()).add(full_id(change.record_id))
    found: dict[str, Row] = {}
    for name, ids in by_object.items():
        sobject = org.schema.find(name)
        found |= org.tables.rows(sobject, sorted(ids)) if sobject else {}
    return found


def _changed_row(writer: Writer, change: Change, current: Row | None) -> Row:
    org, sobject = writer.org, change.sobject
    row = alive(sobject, change.record_id, current)
    refuse_locked(org, sobject, row)
    values = readable(writer, change, new=False)
    merged = row | values
    _refuse_by_org(writer, change, merged, values)
    if org.faults.for_row("silent_noop", sobject.name, row):
        return row
    stamps = _stamps(org.clock.now().replace(tzinfo=None), writer.user_id)
    return derived(org, sobject, merged | {name: value for name, value in stamps.items() if name in row})


def alive(sobject: SObject, record_id: str, row: Row | None) -> Row:
    """The row, if it may be written. Refuses what is not there, is deleted, or is another kind of record."""
    if sobject.prefix and record_id[:3] != sobject.prefix:
        message = f"{sobject.label} ID: id value of incorrect type: {record_id}"
        raise Refusal(400, "MALFORMED_ID", message, fields=["Id"])
    if row is None:
        raise Refusal(404, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")
    if row.get("IsDeleted"):
        raise Refusal(404, "ENTITY_IS_DELETED", "entity is deleted")
    return row


def keep(org: Org, name: str, rows: Sequence[Row]) -> None:
    """Put whole rows in the place of those with their ids."""
    sobject = org.schema.find(name)
    if sobject is None:
        return
    fields = [field for field in sobject.fields if field.stored]
    org.tables.upsert(sobject, arrow_table(fields, rows))
    if name in PERMISSIONS:
        org.access.forget()
    org.changed()
