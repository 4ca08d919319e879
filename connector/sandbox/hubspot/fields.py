"""What do the resources of properties and their groups answer? They can be made, changed and archived."""

from __future__ import annotations

import re

from connector.sandbox.answers import Answer, Json
from connector.sandbox.hubspot.asked import body_of, flag, inputs_of, names_in, part
from connector.sandbox.hubspot.batches import complete
from connector.sandbox.hubspot.calls import Call
from connector.sandbox.hubspot.kinds import Kind, kind_of
from connector.sandbox.hubspot.properties import Definitions, Group, Property
from connector.sandbox.hubspot.refusals import Problem, invalid, nested

NAME = re.compile(r"[a-z][a-z0-9_]{0,99}")
TYPES = ("bool", "date", "datetime", "enumeration", "number", "phone_number", "string")
FIELD_TYPES = (
    "booleancheckbox", "calculation_equation", "checkbox", "date", "file", "html", "number", "phonenumber", "radio",
    "select", "text", "textarea",
)  # fmt: skip
REQUIRED = ("name", "label", "type", "fieldType", "groupName")
OPTION_PARTS = ("label", "value", "displayOrder", "hidden")
UNIQUE_MAX = 10
SAME = "PropertyValidationError"


def list_properties(call: Call, name: str) -> Answer:
    """GET: every definition at once, or the archived ones, or those that are named."""
    found, wanted = call.portal.of(kind_of(name)), names_in(call.request, "properties")
    shown = found.archived if flag(call.request, "archived") else list(found.properties.values())
    return Answer({"results": [one.told() for one in shown if not wanted or one.name in wanted]})


def read_property(call: Call, name: str, property_name: str) -> Answer:
    """GET: one definition."""
    found = call.portal.of(kind_of(name))
    if flag(call.request, "archived"):
        gone = [one for one in found.archived if one.name == property_name]
        return Answer((gone[-1] if gone else _known(found, property_name)).told())
    return Answer(_known(found, property_name).told())


def _known(found: Definitions, name: str) -> Property:
    if name not in found.properties:
        raise Problem(404, "OBJECT_NOT_FOUND", f'Property "{name}" does not exist')
    return found.properties[name]


def create_property(call: Call, name: str) -> Answer:
    """POST: 201, or 409 where the name is taken."""
    kind = kind_of(name)
    return Answer(_created(call, kind, body_of(call.request)).told(), 201)


def create_batch(call: Call, name: str) -> Answer:
    """POST batch/create: all or nothing; the newest release answers 200."""
    kind, rows = kind_of(name), inputs_of(body_of(call.request))
    for row in rows:
        _check(call, kind, row)
    made = [_created(call, kind, row).told() for row in rows]
    return complete(call.portal, made, 200 if call.request.version >= "2026-09" and call.is_dated else 201)


def _check(call: Call, kind: Kind, body: dict[str, Json]) -> None:
    found = call.portal.of(kind)
    missing = [part_name for part_name in REQUIRED if not body.get(part_name)]
    if missing:
        raise invalid(f"Some required fields were not set: [{', '.join(missing)}]")
    if not NAME.fullmatch(str(body["name"])):
        raise invalid(f"{body['name']} is not a valid property name.", subCategory=f"{SAME}.INVALID_NAME")
    if body["name"] in found.properties:
        message = f"A property named '{body['name']}' already exists."
        raise Problem(409, "VALIDATION_ERROR", message, subCategory=f"{SAME}.PROPERTY_EXISTS")
    _check_shape(found, body)
    if len(found.custom()) >= call.portal.settings.custom_properties_limit:
        raise invalid("You have reached the limit of custom properties.", subCategory=f"{SAME}.PROPERTY_LIMIT_EXCEEDED")
    if body.get("hasUniqueValue") and len(found.unique()) >= UNIQUE_MAX:
        raise invalid(f"An object may have {UNIQUE_MAX} unique properties at most.")


def _check_shape(found: Definitions, body: dict[str, Json]) -> None:
    """What is sent of type, options and group must be of the known ones."""
    for key, known in (("type", TYPES), ("fieldType", FIELD_TYPES)):
        if key in body and body[key] not in known:
            raise invalid(f"{body[key]} is not one of the {key}s [{', '.join(known)}].")
    if "groupName" in body and body["groupName"] not in found.groups:
        message = f"Property group '{body['groupName']}' does not exist."
        raise invalid(message, subCategory=f"{SAME}.GROUP_DOES_NOT_EXIST")
    options = part(body, "options", list, [])
    if any(key not in option for option in options for key in OPTION_PARTS):
        raise invalid(f"Every option needs [{', '.join(OPTION_PARTS)}].")
    if len({str(option["value"]) for option in options}) < len(options):
        raise invalid("Two options have the same value.", subCategory=f"{SAME}.DUPLICATE_OPTION_VALUE")


def _created(call: Call, kind: Kind, body: dict[str, Json]) -> Property:
    _check(call, kind, body)
    found, now = call.portal.of(kind), call.portal.now
    name, label, type_, field_type, group = (str(body[key]) for key in REQUIRED)
    made = Property(
        name, label, type_, field_type, group, created=now, is_unique=bool(body.get("hasUniqueValue")),
        display_order=_order(found, body.get("displayOrder")), is_calculated=field_type == "calculation_equation",
    )  # fmt: skip
    _take(made, {key: value for key, value in body.items() if key != "displayOrder"}, now)
    found.properties[made.name] = made
    return made


def _order(found: Definitions, wanted: Json) -> int:
    """-1 means after the last one, and reads back as that place."""
    last = max((one.display_order for one in found.properties.values()), default=0)
    return last + 1 if wanted in (None, -1) else int(wanted)


def _take(made: Property, body: dict[str, Json], now: int) -> None:
    """Put what was sent into the definition; a list of options takes the place of the whole list."""
    made.label, made.description = str(body.get("label", made.label)), str(body.get("description", made.description))
    made.group, made.type = str(body.get("groupName", made.group)), str(body.get("type", made.type))
    made.field_type = str(body.get("fieldType", made.field_type))
    made.is_hidden, made.is_form_field = bool(body.get("hidden", made.is_hidden)), bool(body.get("formField"))
    made.has_external_options = bool(body.get("externalOptions", made.has_external_options))
    made.options = [dict(one) for one in part(body, "options", list, made.options)]
    made.updated = now


def change_property(call: Call, name: str, property_name: str) -> Answer:
    """PATCH: what may be changed of a definition."""
    found, body = call.portal.of(kind_of(name)), body_of(call.request)
    made = _known(found, property_name)
    _check_shape(found, body)
    if "hasUniqueValue" in body and bool(body["hasUniqueValue"]) != made.is_unique:
        raise invalid("hasUniqueValue cannot be changed once a property is made.")
    if made.is_standard and set(body) - {"label", "description", "groupName", "displayOrder", "options"}:
        raise invalid(f"The definition of {property_name} is read only.", subCategory=f"{SAME}.READ_ONLY_DEFINITION")
    _take(made, body, call.portal.now)
    if "displayOrder" in body:
        made.display_order = _order(found, body["displayOrder"])
    return Answer(made.told())


def archive_property(call: Call, name: str, property_name: str) -> Answer:
    """DELETE: into the bin; its name is free again at once, and records lose their values."""
    kind = kind_of(name)
    found = call.portal.of(kind)
    made = _known(found, property_name)
    if made.is_standard:
        raise invalid(f"{property_name} is defined by HubSpot and cannot be deleted.")
    retire(call, kind, made)
    return Answer(None, 204)


def archive_batch(call: Call, name: str) -> Answer:
    """POST batch/archive: 204, whatever the state."""
    kind = kind_of(name)
    for row in inputs_of(body_of(call.request)):
        made = call.portal.of(kind).properties.get(str(row.get("name")))
        if made and not made.is_standard:
            retire(call, kind, made)
    return Answer(None, 204)


def retire(call: Call, kind: Kind, made: Property) -> None:
    """Put a definition into the bin with the values of every record."""
    found = call.portal.of(kind)
    made.archived_at = call.portal.now
    found.archived.append(found.properties.pop(made.name))
    for record in call.portal.shelf(kind).records.values():
        record.values.pop(made.name, None)
        record.past.pop(made.name, None)
    call.portal.shelf(kind).version += 1


# -- groups ---------------------------------------------------------------------------------------------------------
def list_groups(call: Call, name: str) -> Answer:
    """GET: every group."""
    return Answer({"results": [one.told() for one in call.portal.of(kind_of(name)).groups.values()]})


def read_group(call: Call, name: str, group: str) -> Answer:
    """GET: one group."""
    return Answer(_group(call.portal.of(kind_of(name)), group).told())


def _group(found: Definitions, name: str) -> Group:
    if name not in found.groups:
        raise Problem(404, "OBJECT_NOT_FOUND", f"Property group '{name}' does not exist.")
    return found.groups[name]


def create_group(call: Call, name: str) -> Answer:
    """POST: 201, or 409 where the name is taken."""
    found, body = call.portal.of(kind_of(name)), body_of(call.request)
    if not body.get("name") or not body.get("label"):
        raise invalid("Some required fields were not set: [name, label]")
    if body["name"] in found.groups:
        message = f"A property group named '{body['name']}' already exists."
        raise Problem(409, "VALIDATION_ERROR", message, subCategory="PropertyGroupError.GROUP_ALREADY_EXISTS")
    wanted = body.get("displayOrder")
    made = Group(str(body["name"]), str(body["label"]), len(found.groups) if wanted in (None, -1) else int(wanted))
    found.groups[made.name] = made
    return Answer(made.told(), 201)


def change_group(call: Call, name: str, group: str) -> Answer:
    """PATCH: label and place."""
    made, body = _group(call.portal.of(kind_of(name)), group), body_of(call.request)
    made.label = str(body.get("label", made.label))
    made.display_order = int(body.get("displayOrder", made.display_order))
    return Answer(made.told())


def archive_group(call: Call, name: str, group: str) -> Answer:
    """DELETE: refused, as a text inside a text, while properties are in it."""
    found = call.portal.of(kind_of(name))
    made = _group(found, group)
    if any(one.group == group for one in found.properties.values()):
        message = "Can't delete or purge a group with active properties"
        refusal = invalid(message, subCategory="PropertyGroupError.GROUP_WITH_ACTIVE_PROPERTIES")
        raise nested(refusal, call.portal.correlation())
    del found.groups[made.name]
    return Answer(None, 204)
