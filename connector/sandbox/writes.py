"""What happens when records are written? Each is checked on its own; those that pass are kept together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from connector.sandbox.answers import Json, Refusal
from connector.sandbox.derive import derived
from connector.sandbox.ids import full_id
from connector.sandbox.org import Org
from connector.sandbox.rules import refuse_by_rule, refuse_locked
from connector.sandbox.schema import Field, SObject
from connector.sandbox.values import arrow_table, read_value, required

SAME_ID_MAX = 5
PERMISSIONS = ("FieldPermissions", "PermissionSet", "PermissionSetAssignment", "ObjectPermissions")


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


def readable(org: Org, user_id: str, sobject: SObject, values: Mapping[str, Json], *, new: bool) -> dict[str, Json]:  # noqa: PLR0913 - see below
    """The values by field name, each read by its type. Refuses fields that are not there or not to be written."""
    fields = {name.lower(): field for name, field in org.access.fields(user_id, sobject).items()}
    read: dict[str, Json] = {}
    for name, raw in values.items():
        field = fields.get(name.lower())
        if field is None:
            message = f"No such column '{name}' on sobject of type {sobject.name}"
            raise Refusal(400, "INVALID_FIELD", message)
        if not field.can("C" if new else "U"):
            raise _not_writable(field, new=new)
        read[field.name] = read_value(field, raw)
    return read


def _not_writable(field: Field, *, new: bool) -> Refusal:
    message = (
        f"Unable to create/update fields: {field.name}. Please check the security settings of this field and verify "
        "that it is read/write for your profile or permission set."
    )
    code = "INVALID_FIELD_FOR_INSERT_UPDATE" if new or field.name != "Id" else "INVALID_FIELD"
    return Refusal(400, code, message, fields=[field.name])


def create(org: Org, user_id: str, changes: Sequence[Change]) -> list[Outcome]:
    """Make the records; the outcomes are in the order of the changes."""
    fresh: dict[str, list[dict[str, Json]]] = {}
    outcomes = []
    for change in changes:
        try:
            row = _new_row(org, user_id, change)
        except Refusal as refusal:
            org.journal.wrote(change.sobject.name, "failed", change.values)
            outcomes.append(Outcome(refusal=refusal))
            continue
        fresh.setdefault(change.sobject.name, []).append(row)
        org.journal.wrote(change.sobject.name, "created", change.values)
        outcomes.append(Outcome(row["Id"], created=True))
    for name, rows in fresh.items():
        _keep(org, name, rows)
    return outcomes


def _new_row(org: Org, user_id: str, change: Change) -> dict[str, Json]:
    sobject = change.sobject
    if not sobject.can("C"):
        message = f"entity type cannot be inserted: {sobject.label}"
        raise Refusal(400, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", message)
    values = readable(org, user_id, sobject, change.values, new=True)
    row = _defaults(sobject, user_id) | values
    missing = [f.name for f in sobject.fields if f.can("C") and not f.can("N") and row.get(f.name) is None]
    if missing:
        raise required(missing)
    refuse_by_rule(org, sobject, row, values)
    now = org.clock.now().replace(tzinfo=None)
    stamps = {"CreatedDate": now, "CreatedById": user_id} | _stamps(now, user_id)
    row = {"Id": org.mint.new(sobject.prefix)} | derived(org, sobject, row | stamps)
    return {field.name: row.get(field.name) for field in sobject.fields if field.stored}


def _defaults(sobject: SObject, user_id: str) -> dict[str, Json]:
    row: dict[str, Json] = {f.name: False for f in sobject.fields if f.type == "boolean"}
    row |= {f.name: f.default for f in sobject.fields if f.default and f.type != "boolean"}
    return row | ({"OwnerId": user_id} if sobject.field("OwnerId") else {})


def _stamps(now: datetime, user_id: str) -> dict[str, Json]:
    return {"LastModifiedDate": now, "LastModifiedById": user_id, "SystemModstamp": now}


def update(org: Org, user_id: str, changes: Sequence[Change]) -> list[Outcome]:
    """Change the records; the outcomes are in the order of the changes."""
    rows = _current(org, changes)
    seen: dict[str, int] = {}
    touched: dict[str, dict[str, dict[str, Json]]] = {}
    outcomes = []
    for change in changes:
        key = full_id(change.record_id)
        seen[key] = seen.get(key, 0) + 1
        try:
            row = _changed_row(org, user_id, change, rows.get(key), repeats=seen[key])
        except Refusal as refusal:
            org.journal.wrote(change.sobject.name, "failed", change.values)
            outcomes.append(Outcome(refusal=refusal))
            continue
        rows[key] = touched.setdefault(change.sobject.name, {})[key] = row
        org.journal.wrote(change.sobject.name, "updated", change.values)
        outcomes.append(Outcome(key))
    for name, changed in touched.items():
        _keep(org, name, list(changed.values()))
    return outcomes


def _current(org: Org, changes: Sequence[Change]) -> dict[str, dict[str, Json]]:
    by_object: dict[str, set[str]] = {}
    for change in changes:
        by_object.setdefault(change.sobject.name, set()).add(full_id(change.record_id))
    found: dict[str, dict[str, Json]] = {}
    for name, ids in by_object.items():
        sobject = org.schema.find(name)
        found |= org.tables.rows(sobject, sorted(ids)) if sobject else {}
    return found


def _changed_row(org: Org, user_id: str, change: Change, row: dict[str, Json] | None, *, repeats: int) -> dict[str, Json]:  # noqa: PLR0913
    sobject = change.sobject
    if repeats > SAME_ID_MAX:
        message = f"Maximum number of duplicate updates in one batch ({SAME_ID_MAX} allowed). Attempt to update Id more than once in this Api call: {change.record_id}"
        raise Refusal(400, "LIMIT_EXCEEDED", message)
    refuse_missing(sobject, change.record_id, row)
    assert row is not None  # noqa: S101 - refuse_missing has seen to it
    refuse_locked(org, sobject, row)
    values = readable(org, user_id, sobject, change.values, new=False)
    merged = row | values
    refuse_by_rule(org, sobject, merged, values)
    if org.faults.for_row("silent_noop", sobject.name, row):
        return row
    return derived(org, sobject, merged | _stamps(org.clock.now().replace(tzinfo=None), user_id))


def refuse_missing(sobject: SObject, record_id: str, row: Mapping[str, Json] | None) -> None:
    """Refuse to write what is not there, is deleted, or is another kind of record."""
    if sobject.prefix and record_id[:3] != sobject.prefix:
        message = f"{sobject.label} ID: id value of incorrect type: {record_id}"
        raise Refusal(400, "MALFORMED_ID", message, fields=["Id"])
    if row is None:
        raise Refusal(404, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")
    if row.get("IsDeleted"):
        raise Refusal(404, "ENTITY_IS_DELETED", "entity is deleted")


def _keep(org: Org, name: str, rows: list[dict[str, Json]]) -> None:
    sobject = org.schema.find(name)
    if sobject is None:
        return
    fields = [field for field in sobject.fields if field.stored]
    org.tables.upsert(sobject, arrow_table(fields, rows))
    if name in PERMISSIONS:
        org.access.forget()
    org.changed()
