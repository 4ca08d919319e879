"""Which company properties must be made or changed? A group of our own, and one property a field."""

from collections.abc import Mapping, Sequence

from connector.crm.base import FieldStep, Finding
from connector.crm.hubspot.answers import Json
from connector.crm.hubspot.objects import results_of
from connector.crm.hubspot.properties import Definitions, PropertyFacts
from connector.crm.hubspot.transport import Transport
from connector.engine.records import Field
from connector.errors import Rejected

GROUP, GROUP_LABEL = "account_engagement", "Account engagement"
EXISTS = ("PROPERTY_EXISTS", "GROUP_ALREADY_EXISTS", "409", "CONFLICT")
TYPES: Mapping[str, tuple[str, str]] = {  # our type -> HubSpot's type and field type
    "number": ("number", "number"),
    "percent": ("number", "number"),
    "text": ("string", "text"),
    "long_text": ("string", "textarea"),
    "picklist": ("enumeration", "select"),
    "checkbox": ("enumeration", "booleancheckbox"),
    "date": ("date", "date"),
    "datetime": ("datetime", "date"),
}
ALSO: Mapping[str, frozenset[str]] = {"checkbox": frozenset({"bool"}), "picklist": frozenset({"string"})}
YES_NO = (("true", "Yes"), ("false", "No"))
ADVICE = "name another property in the mapping, or archive this one and run connector fields apply"


class Fields:
    """Plans and makes the properties of one object type."""

    def __init__(self, transport: Transport, definitions: Definitions, object_type: str) -> None:
        self._transport, self._definitions, self._type = transport, definitions, object_type

    def plan(self, fields: Sequence[Field], names: Mapping[str, str]) -> list[FieldStep]:
        """One step a field; nothing is changed."""
        return [self._step(field, names[field.name]) for field in fields]

    def apply(self, steps: Sequence[FieldStep]) -> list[Finding]:
        """Carry the steps out, all that can be done; one finding each. Doing it again changes nothing."""
        fault = self._make_group() if any(step.action == "create" for step in steps) else ""
        faults = [fault or self._carry_out(step) for step in steps]
        self._definitions.forget()
        return [self._finding(step, told) for step, told in zip(steps, faults, strict=True)]

    def _step(self, field: Field, name: str) -> FieldStep:
        """What one field needs."""
        known = self._definitions.of(self._type) or {}
        facts = known.get(name)
        if facts is None:
            was = name in self._definitions.archived(self._type)
            told = "was archived by somebody; it is made anew" if was else " ".join(TYPES[field.type])
            return FieldStep(field, name, "create", told)
        fault = misfit(field, facts)
        if fault:
            return FieldStep(field, name, "blocked", fault)
        lacking = missing_options(field, facts)
        if lacking:
            return FieldStep(field, name, "update", f"lacks the options {', '.join(lacking)}")
        return FieldStep(field, name, "keep", "is there")

    def _make_group(self) -> str:
        """Make our group where it is not; what was refused."""
        path = f"{self._transport.paths.of('properties', type=self._type)}/groups"
        try:
            found = results_of(self._transport.get(path), path)
            if any(one.get("name") == GROUP for one in found):
                return ""
            self._post(path, {"name": GROUP, "label": GROUP_LABEL, "displayOrder": -1})
        except Rejected as error:
            return str(error)
        return ""

    def _carry_out(self, step: FieldStep) -> str:
        """Do what there is to do; what was refused."""
        path = self._transport.paths.of("properties", type=self._type)
        try:
            if step.action == "create":
                self._post(path, definition(step.field, step.crm_field))
            if step.action == "update":
                self._change(step, f"{path}/{step.crm_field}")
        except Rejected as error:
            return str(error)
        return ""

    def _change(self, step: FieldStep, path: str) -> None:
        """Give a property all our options: the list is replaced as a whole, so what others added goes along."""
        there = self._transport.get(path)
        ours = options_of(step.field)
        values = {option["value"] for option in ours}
        others = [option for option in there.get("options") or [] if option.get("value") not in values]
        options = [{**option, "displayOrder": place} for place, option in enumerate([*ours, *others])]
        self._transport.write_again("PATCH", path, {"options": options})

    def _post(self, path: str, body: Json) -> None:
        """Make something; that it is there already, perhaps from a try whose answer was lost, is as good."""
        try:
            self._transport.write_again("POST", path, body)
        except Rejected as error:
            if not any(known in f"{error.code} {error}" for known in EXISTS):
                raise

    def _finding(self, step: FieldStep, fault: str) -> Finding:
        """How a step ended: whether the property is there and fits."""
        place = f"{self._type}.{step.crm_field}"
        if step.action == "blocked":
            return Finding("error", place, step.detail, ADVICE)
        after = self._step(step.field, step.crm_field)
        if after.action != "keep":
            told = fault or f"{step.action}: nothing was refused, and still it is not there: {after.detail}"
            return Finding("error", place, told, "let an admin make it, by hand or with this command")
        done = {"create": f"created in the group {GROUP_LABEL}", "update": "its options are complete now"}
        return Finding("ok", place, done.get(step.action, step.detail))


def misfit(field: Field, facts: PropertyFacts) -> str | None:
    """Why a property that exists cannot take what we write; None when it can."""
    theirs, _ = TYPES[field.type]
    if facts.is_calculated:
        return "is calculated, which nobody can write"
    if facts.is_read_only and field.set != "input":
        return "is read-only: its value cannot be set"
    if facts.type != theirs and facts.type not in ALSO.get(field.type, ()):
        return f"is of type {facts.type}; it must be {theirs}"
    return None


def missing_options(field: Field, facts: PropertyFacts) -> list[str]:
    """Those of our values that the property does not take."""
    if facts.type != "enumeration" or facts.is_open:
        return []
    return [option["value"] for option in options_of(field) if option["value"] not in facts.options]


def options_of(field: Field) -> list[dict[str, Json]]:
    """The options of a field that has some."""
    pairs = YES_NO if field.type == "checkbox" else [(value, value) for value in field.values]
    return [
        {"label": label, "value": value, "displayOrder": place, "hidden": False}
        for place, (value, label) in enumerate(pairs)
    ]


def definition(field: Field, name: str) -> dict[str, Json]:
    """What HubSpot is told of a new property."""
    theirs, field_type = TYPES[field.type]
    body: dict[str, Json] = {
        "name": name, "label": field.label, "type": theirs, "fieldType": field_type, "groupName": GROUP,
        "description": field.help, "displayOrder": -1, "hasUniqueValue": False, "hidden": False, "formField": False,
    }  # fmt: skip
    return body | ({"options": options_of(field)} if theirs == "enumeration" else {})
