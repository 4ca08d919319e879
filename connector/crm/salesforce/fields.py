"""Which Account fields must be made or granted? Custom fields by the Tooling API, granted by a permission set."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import structlog

from connector.crm.base import FieldStep, Finding
from connector.crm.salesforce import soql
from connector.crm.salesforce.describe import Describes, FieldFacts
from connector.crm.salesforce.transport import Json, Transport
from connector.engine.records import Field
from connector.errors import Rejected, Unavailable

log = structlog.get_logger()

PERMISSION_SET = "Account_Engagement_Connector"
PERMISSION_SET_LABEL = "Account Engagement Connector"
SUFFIX = "__c"
LONG_TEXT_LINES = 5
TYPES: Mapping[str, tuple[str, str]] = {  # our type -> what describe calls it, what Setup calls it
    "number": ("double", "Number"),
    "percent": ("percent", "Percent"),
    "text": ("string", "Text"),
    "long_text": ("textarea", "LongTextArea"),
    "picklist": ("picklist", "Picklist"),
    "checkbox": ("boolean", "Checkbox"),
    "date": ("date", "Date"),
    "datetime": ("datetime", "DateTime"),
}


class Fields:
    """Plans and makes the fields of one object."""

    def __init__(self, transport: Transport, describes: Describes, object_name: str) -> None:
        self._transport, self._describes, self._object = transport, describes, object_name

    def plan(self, fields: Sequence[Field], names: Mapping[str, str]) -> list[FieldStep]:
        """One step a field; nothing is changed."""
        hidden = self._made({names[field.name] for field in fields})
        return [self._step(field, names[field.name], hidden) for field in fields]

    def apply(self, steps: Sequence[FieldStep]) -> list[Finding]:
        """Carry the steps out, all that can be done; one finding a step. Doing it again changes nothing."""
        waiting = [step for step in steps if step.action in ("create", "grant")]
        granting, refused = self._granting() if waiting else ("", "")
        faults = [self._carry_out(step, granting) or refused for step in steps]
        self._describes.forget()
        return [self._finding(step, fault) for step, fault in zip(steps, faults, strict=True)]

    def _step(self, field: Field, name: str, hidden: set[str]) -> FieldStep:
        """What one field needs."""
        facts = self._facts(name)
        if facts is None and name.lower() in hidden:
            return FieldStep(field, name, "grant", "is there, but hidden from the integration user")
        if facts is None:
            if not name.endswith(SUFFIX):
                return FieldStep(field, name, "blocked", f"is not there, and a custom field's name ends in {SUFFIX}")
            return FieldStep(field, name, "create", TYPES[field.type][1])
        fault = misfit(field, facts)
        if fault:
            return FieldStep(field, name, "blocked", fault)
        if field.set != "input" and not facts.is_updateable:
            return FieldStep(field, name, "grant", "the integration user may not edit it")
        return FieldStep(field, name, "keep", "is there")

    def _facts(self, name: str) -> FieldFacts | None:
        found = self._describes.of(self._object)
        return found.field(name) if found else None

    def _made(self, names: set[str]) -> set[str]:
        """Those of the names that exist, seen or not, in lower case."""
        stems = sorted(name.removesuffix(SUFFIX) for name in names if name.endswith(SUFFIX) and not self._facts(name))
        if not stems:
            return set()
        listed = ",".join(map(soql.text, stems))
        conditions = [f"TableEnumOrId = {soql.text(self._object)}", f"DeveloperName IN ({listed})"]
        query = soql.select(["DeveloperName"], "CustomField", conditions)
        try:
            found = self._transport.get("tooling/query/", {"q": query})
        except Rejected:
            return set()  # who may not look into Setup learns from the attempt to make the field
        return {f"{row['DeveloperName']}{SUFFIX}".lower() for row in _records(found)}

    def _carry_out(self, step: FieldStep, granting: str) -> str:
        """Do what there is to do; what was refused. That alone says little: what counts is what describe shows then."""
        place = f"{self._object}.{step.crm_field}"
        try:
            if step.action == "create":
                self._create(step)
            if step.action in ("create", "grant") and granting:
                self._grant(place, granting, may_edit=step.field.set != "input")
        except Rejected as error:
            return str(error)
        return ""

    def _finding(self, step: FieldStep, fault: str) -> Finding:
        """How a step ended: whether our user sees a field that fits, and may edit it."""
        place = f"{self._object}.{step.crm_field}"
        if step.action == "blocked":
            return Finding("error", place, step.detail, "correct it in Setup, or name another field in the mapping")
        after = self._step(step.field, step.crm_field, set())
        if after.action == "blocked":
            return Finding("error", place, after.detail, "correct it in Setup, or name another field in the mapping")
        if after.action != "keep":
            told = fault or f"{step.action}: nothing was refused, and still our user may not use it"
            return Finding("error", place, told, "let an admin make it and grant it, by hand or with this command")
        done = {"create": "created and granted", "grant": "granted"}
        return Finding("ok", place, done.get(step.action, step.detail))

    def _create(self, step: FieldStep) -> None:
        """Make the field."""
        path = "tooling/sobjects/CustomField"
        body = {"FullName": f"{self._object}.{step.crm_field}", "Metadata": metadata(step.field)}
        self._transport.read(path, lambda client: client.restful(path, method="POST", json=body))

    def _grant(self, place: str, permission_set: str, *, may_edit: bool) -> None:
        """Let whoever has the permission set see the field, and edit it where we write it."""
        allowed = {"PermissionsRead": True, "PermissionsEdit": may_edit}
        key = {"ParentId": permission_set, "Field": place}
        record_id = self._ensure("FieldPermissions", key, {"SobjectType": self._object, **allowed})
        path = f"sobjects/FieldPermissions/{record_id}"
        self._transport.read(path, lambda client: client.restful(path, method="PATCH", json=allowed))

    def _granting(self) -> tuple[str, str]:
        """The id of the permission set that grants; or nothing, and why our user may make none."""
        try:
            return self._permission_set(), ""
        except Rejected as error:
            log.warning("permission_set.refused", reason=str(error))
            return "", str(error)

    def _permission_set(self) -> str:
        """The id of our permission set, made and given to our own user where it was not."""
        made = self._ensure("PermissionSet", {"Name": PERMISSION_SET}, {"Label": PERMISSION_SET_LABEL})
        key = {"AssigneeId": self._transport.token.user_id, "PermissionSetId": made}
        self._ensure("PermissionSetAssignment", key, {})
        return made

    def _ensure(self, object_name: str, key: Mapping[str, str], more: Mapping[str, Json]) -> str:
        """The id of the one record with this key; made with `more` where there is none."""
        path = f"sobjects/{object_name}/"
        body = {**key, **more}
        found = self._first(object_name, key)
        try:
            made = found or self._transport.read(path, lambda client: client.restful(path, method="POST", json=body))
        except Rejected:
            made = self._first(object_name, key)  # a try whose answer was lost has made it
            if not made:
                raise
        record_id = made.get("id") if isinstance(made, dict) else made
        if not record_id:
            raise Unavailable(f"{path}: an answer of a wrong shape")
        return str(record_id)

    def _first(self, object_name: str, key: Mapping[str, str]) -> str:
        """The id of the record with this key; empty where there is none."""
        conditions = [f"{name} = {soql.text(value)}" for name, value in key.items()]
        rows = list(_records(self._transport.query(soql.select(["Id"], object_name, conditions))))
        return str(rows[0]["Id"]) if rows else ""


def misfit(field: Field, facts: FieldFacts) -> str | None:
    """Why a field that exists cannot take what we write, with what to change; None when it can."""
    theirs, setup = TYPES[field.type]
    if facts.is_calculated:
        return "is a formula, which nobody can write"
    if facts.type != theirs and not (field.type == "text" and facts.type in ("textarea", "picklist")):
        return f"is of type {facts.type}; it must be {setup}"
    if field.type in ("text", "long_text") and facts.type != "picklist" and 0 < facts.length < field.length:
        return f"holds {facts.length} characters; it must hold {field.length}"
    if field.type in ("number", "percent") and facts.precision:
        return _too_few_digits(field, facts)
    if field.type == "picklist" and facts.is_restricted:
        return _missing_values(field.values, facts.values)
    return None


def _too_few_digits(field: Field, facts: FieldFacts) -> str | None:
    """Which digits of ours the field cannot keep."""
    if facts.precision - facts.scale < field.digits:
        return f"holds {facts.precision - facts.scale} digits before the point; it must hold {field.digits}"
    if facts.scale < field.scale:
        return f"keeps {facts.scale} decimal places; it must keep {field.scale}"
    return None


def metadata(field: Field) -> dict[str, Json]:
    """What the Tooling API is told of a new field."""
    every = {"label": field.label, "type": TYPES[field.type][1], "inlineHelpText": field.help, "required": False}
    if field.type in ("number", "percent"):
        return every | {"precision": field.digits + field.scale, "scale": field.scale}
    if field.type == "text":
        return every | {"length": field.length}
    if field.type == "long_text":
        return every | {"length": field.length, "visibleLines": LONG_TEXT_LINES}
    if field.type == "checkbox":
        return every | {"defaultValue": "false"}
    if field.type == "picklist":
        values = [{"valueName": value, "label": value, "default": False} for value in field.values]
        return every | {"valueSet": {"restricted": True, "valueSetDefinition": {"sorted": False, "value": values}}}
    return every


def _missing_values(wanted: Sequence[str], there: Sequence[str]) -> str | None:
    """The picklist values that are not active, or only in another case."""
    missing = [value for value in wanted if value not in there]
    if not missing:
        return None
    lower = {value.lower(): value for value in there}
    near = {value: lower[value.lower()] for value in missing if value.lower() in lower}
    told = [f"{value!r} (there is {near[value]!r})" if value in near else repr(value) for value in missing]
    return f"its restricted picklist lacks {', '.join(told)}; add the value with exactly this spelling"


def _records(answer: Any) -> Iterator[Mapping[str, Any]]:  # a query's answer as it came
    """The records of a short query."""
    if not isinstance(answer, dict) or not isinstance(answer.get("records"), list):
        raise Unavailable("query: an answer of a wrong shape")
    yield from answer["records"]
