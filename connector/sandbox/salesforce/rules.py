"""Which rules of the org refuse a record? Validation rules, flows, locks and converted leads."""

from __future__ import annotations

from collections.abc import Mapping

from connector.sandbox.answers import Json, Refusal
from connector.sandbox.salesforce.org import Org
from connector.sandbox.salesforce.schema import SObject

RULE_CODE = "FIELD_CUSTOM_VALIDATION_EXCEPTION"


def refuse_by_rule(org: Org, sobject: SObject, row: Mapping[str, Json], values: Mapping[str, Json]) -> None:
    """Refuse the record if a validation rule of the org's settings strikes it."""
    for rule in org.settings.validations:
        if rule.get("object") == sobject.name and _struck(rule, row, values):
            fields = [str(rule["field"])] if rule.get("field") else []
            code = str(rule.get("code") or RULE_CODE)
            raise Refusal(400, code, str(rule.get("message") or "The record breaks a rule."), fields=fields)


def _struck(rule: Mapping[str, Json], row: Mapping[str, Json], values: Mapping[str, Json]) -> bool:
    """A rule strikes when its field is written, with one of its values and on one of its ids where it names them."""
    field = str(rule.get("field") or "")
    if field and field not in values:
        return False
    if "values" in rule and values.get(field) not in rule["values"]:
        return False
    return "ids" not in rule or row.get("Id") in rule["ids"]


def refuse_duplicate(org: Org, sobject: SObject, row: Mapping[str, Json], *, alerts: bool) -> None:
    """Refuse a record that a duplicate rule finds twice. A rule with action `alert` counts only with `alerts`."""
    for rule in org.settings.duplicates:
        if rule.get("object") == sobject.name and (alerts or rule.get("action") != "alert"):
            field = sobject.field(str(rule.get("field")))
            value = row.get(field.name) if field else None
            twins = org.tables.matches(sobject, field, [str(value)]) if field and value else []
            if any(twin != row.get("Id") for _, twin in twins):
                message = "You're creating a duplicate record. We recommend you use an existing record instead."
                raise Refusal(400, "DUPLICATES_DETECTED", message)


def refuse_locked(org: Org, sobject: SObject, row: Mapping[str, Json]) -> None:
    """Refuse a record that nobody may write now."""
    if sobject.name == "Lead" and row.get("IsConverted"):
        raise Refusal(400, "CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead")
    if org.faults.for_row("lock", sobject.name, row):
        message = f"unable to obtain exclusive access to this record or 1 records: {row.get('Id')}"
        raise Refusal(400, "UNABLE_TO_LOCK_ROW", message)
