"""How does an admin add a field? The Tooling API's CustomField, invisible to everyone until it is granted."""

from __future__ import annotations

import re

from connector.sandbox.answers import Answer, Json, Refusal, Request, a_list, an_object, not_found
from connector.sandbox.salesforce.ids import full_id
from connector.sandbox.salesforce.instance import Instance
from connector.sandbox.salesforce.org import Org
from connector.sandbox.salesforce.schema import Choice, Field, SObject
from connector.sandbox.salesforce.values import arrow_table

NAME = re.compile(r"[A-Za-z](?:_?[A-Za-z0-9])*__c")
NAME_MAX, LABEL_MAX, CUSTOM_MAX = 43, 40, 800
# Metadata type -> describe type, and the flags of a field that may be read and edited.
TYPES = {
    "Text": ("string", "CUFGSNAP"), "Number": ("double", "CUFSNAP"), "Percent": ("percent", "CUFSNAP"),
    "Currency": ("currency", "CUFSNAP"), "Checkbox": ("boolean", "CUFGSPD"), "Date": ("date", "CUFGSNAP"),
    "DateTime": ("datetime", "CUFSNAP"), "Picklist": ("picklist", "CUFGSNAP"), "Email": ("email", "CUFGSNAP"),
    "MultiselectPicklist": ("multipicklist", "CUFNP"), "Phone": ("phone", "CUFGSNAP"), "Url": ("url", "CUFGSNAP"),
    "TextArea": ("textarea", "CUFGSNAP"), "LongTextArea": ("textarea", "CUNP"), "Html": ("textarea", "CUNP"),
    "Lookup": ("reference", "CUFGSNAPp"),
}  # fmt: skip
NUMBERS = ("Number", "Percent", "Currency")
LENGTHS = {
    "TextArea": 255, "Email": 80, "Phone": 40, "Url": 255, "Picklist": 255, "MultiselectPicklist": 4_099, "Lookup": 18,
}  # fmt: skip


def create_field(instance: Instance, request: Request) -> Answer:
    """POST /tooling/sobjects/CustomField."""
    body, org = request.object(), instance.org
    sobject, name = _placed(org, str(body.get("FullName") or ""))
    metadata = body.get("Metadata")
    if metadata is None:
        raise Refusal(400, "REQUIRED_FIELD_MISSING", "Required fields are missing: [Metadata]", fields=["Metadata"])
    field = read_metadata(name, an_object(metadata, "Metadata"))
    refuse_taken(sobject, field)
    add_field(org, sobject, field)
    record_id = _record(org, sobject, field, request.user_id)
    return Answer({"id": record_id, "success": True, "errors": [], "warnings": [], "infos": []}, 201)


def _placed(org: Org, full_name: str) -> tuple[SObject, str]:
    owner, _, name = full_name.partition(".")
    sobject = org.access.sobject(owner)
    if sobject is None or not name:
        raise Refusal(400, "INVALID_FULL_NAME", f"Entity Enumeration Or ID: bad value: {owner}", fields=["FullName"])
    if not NAME.fullmatch(name) or len(name) > NAME_MAX:
        message = f"The object name you provided {name} on object {owner} is not in proper format"
        raise Refusal(400, "FIELD_INTEGRITY_EXCEPTION", message, fields=["FullName"])
    return sobject, name


def refuse_taken(sobject: SObject, field: Field) -> None:
    """Refuse a name that is in use, and one field too many."""
    if sobject.field(field.name):
        stem = field.name.removesuffix("__c")
        message = f"There is already a field named {stem} on {sobject.label}."
        raise Refusal(400, "DUPLICATE_DEVELOPER_NAME", message, fields=["DeveloperName"])
    if sum(1 for one in sobject.fields if one.custom) >= CUSTOM_MAX:
        message = "You have reached the maximum number of custom fields for this object."
        raise Refusal(400, "LIMIT_EXCEEDED", message)


def read_metadata(name: str, metadata: dict[str, Json]) -> Field:
    """The field that the metadata of a CustomField describes. Refuses what Setup would refuse."""
    kind, label = str(metadata.get("type")), str(metadata.get("label") or "")
    if kind not in TYPES:
        raise _bad(f"Cannot deserialize {kind} as a field type")
    if not label or len(label) > LABEL_MAX:
        raise _bad(f"Label: must have 1 to {LABEL_MAX} characters: {label}")
    describe_type, flags = TYPES[kind]
    restricted = an_object(metadata.get("valueSet") or {}, "valueSet").get("restricted")
    flags += ("X" if metadata.get("externalId") else "") + ("u" if metadata.get("unique") else "")
    flags += ("R" if restricted else "") + ("W" if metadata.get("formula") else "")
    if metadata.get("required"):
        flags = flags.replace("N", "")
    if metadata.get("formula"):
        flags = flags.replace("C", "").replace("U", "")
    length, precision, scale = _sizes(kind, metadata)
    return Field(
        name, label, describe_type, length=length, precision=precision, scale=scale, flags=flags,
        references=tuple(map(str, filter(None, [metadata.get("referenceTo")]))),
        relationship=name.removesuffix("__c") + "__r" if kind == "Lookup" else "",
        children=str(metadata.get("relationshipName") or ""), choices=_choices(metadata),
        extra={"TextArea": "plaintextarea", "LongTextArea": "plaintextarea", "Html": "richtextarea"}.get(kind, ""),
        formula=str(metadata.get("formula") or ""), help=str(metadata.get("inlineHelpText") or ""),
    )  # fmt: skip


def _sizes(kind: str, metadata: dict[str, Json]) -> tuple[int, int, int]:
    """Length, precision and scale; each type must give its own."""
    if kind in NUMBERS:
        precision, scale = metadata.get("precision"), metadata.get("scale")
        if not isinstance(precision, int) or not isinstance(scale, int):
            raise _bad("Must specify 'precision' and 'scale' for a CustomField of type " + kind)
        if not 0 <= scale <= precision <= 18:
            raise _bad("precision and scale: together they may have 18 digits")
        return 0, precision, scale
    if kind in ("Text", "LongTextArea", "Html"):
        most = 255 if kind == "Text" else 131_072
        length = metadata.get("length")
        if not isinstance(length, int) or not 1 <= length <= most:
            raise _bad(f"Must specify 'length' of 1 to {most} for a CustomField of type {kind}")
        if kind != "Text" and not metadata.get("visibleLines"):
            raise _bad(f"Must specify 'visibleLines' for a CustomField of type {kind}")
        return length, 0, 0
    if kind == "Checkbox" and "defaultValue" not in metadata:
        raise _bad("Must specify 'defaultValue' for a CustomField of type Checkbox")
    return LENGTHS.get(kind, 0), 0, 0


def _choices(metadata: dict[str, Json]) -> tuple[Choice, ...]:
    value_set = an_object(metadata.get("valueSet") or {}, "valueSet")
    definition = an_object(value_set.get("valueSetDefinition") or {}, "valueSetDefinition")
    values = [an_object(one, "value") for one in a_list(definition.get("value") or [], "value")]
    return tuple(
        Choice(
            str(one.get("fullName") or one.get("valueName")),
            str(one.get("label") or one.get("fullName") or one.get("valueName")),
            default=bool(one.get("default")),
        )
        for one in values
    )


def _bad(message: str) -> Refusal:
    return Refusal(400, "FIELD_INTEGRITY_EXCEPTION", message)


def add_field(org: Org, sobject: SObject, field: Field) -> None:
    """Put the field on the object; nobody sees it before a permission set shows it."""
    wider = sobject.with_field(field)
    org.schema.put(wider)
    org.tables.ensure(wider)
    if field.can("N") or field.type == "boolean":  # a required field is everyone's
        org.access.ungranted.add(f"{sobject.name}.{field.name}")
    _note_change(org)


def delete_field(instance: Instance, _: Request, record_id: str) -> Answer:
    """DELETE /tooling/sobjects/CustomField/{id}: the field, its values and its grants are gone."""
    org, table = instance.org, instance.org.schema.find("CustomField")
    row = org.tables.rows(table, [full_id(record_id)]).get(full_id(record_id)) if table else None
    sobject = org.schema.find(str(row["TableEnumOrId"])) if row else None
    if table is None or row is None or sobject is None:
        raise not_found()
    org.schema.put(sobject.without_field(f"{row['DeveloperName']}__c"))
    org.tables.drop_column(sobject, f"{row['DeveloperName']}__c")
    org.tables.remove(table, [row["Id"]])
    org.tables.query('DELETE FROM "FieldPermissions" WHERE "Field" = $name', {"name": row["FullName"]})
    org.access.ungranted.discard(row["FullName"])
    _note_change(org)
    return Answer(status=204)


def _note_change(org: Org) -> None:
    note_limits(org)
    org.access.forget()
    org.changed()


def note_limits(org: Org) -> None:
    """Write down how many custom fields each object may still get, where the Tooling API reads it."""
    table = org.schema.find("EntityLimit")
    rows = [
        {
            "Id": f"{one.name}.CustomFields", "DurableId": f"{one.name}.CustomFields", "EntityDefinitionId": one.name,
            "Label": "Custom Fields", "Type": "CustomFields", "Max": CUSTOM_MAX,
            "Remaining": CUSTOM_MAX - sum(1 for field in one.fields if field.custom),
        }
        for one in org.schema if one.api == "data"
    ]  # fmt: skip
    if table:
        org.tables.upsert(table, arrow_table([field for field in table.fields if field.stored], rows))


def _record(org: Org, sobject: SObject, field: Field, user_id: str) -> str:
    """The row by which the Tooling API knows the field."""
    table = org.schema.find("CustomField")
    if table is None:
        return ""
    now = org.clock.now().replace(tzinfo=None)
    row = {
        "Id": org.mint.new("00N"), "TableEnumOrId": sobject.name, "DeveloperName": field.name.removesuffix("__c"),
        "FullName": f"{sobject.name}.{field.name}", "Length": field.length or None,
        "Precision": field.precision or None, "Scale": field.scale, "InlineHelpText": field.help or None,
        "ManageableState": "unmanaged", "CreatedDate": now, "CreatedById": user_id, "LastModifiedDate": now,
        "LastModifiedById": user_id, "SystemModstamp": now,
    }  # fmt: skip
    org.tables.upsert(table, arrow_table([one for one in table.fields if one.stored], [row]))
    return str(row["Id"])
