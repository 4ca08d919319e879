"""How does the org describe its objects and fields to a client?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from connector.sandbox.answers import Json
from connector.sandbox.salesforce.schema import Choice, Field, Schema, SObject

FIELD_FLAGS = {
    "createable": "C", "updateable": "U", "filterable": "F", "groupable": "G", "sortable": "S", "nillable": "N",
    "idLookup": "L", "aggregatable": "A", "permissionable": "P", "defaultedOnCreate": "D", "restrictedPicklist": "R",
    "searchPrefilterable": "p", "namePointing": "o", "polymorphicForeignKey": "y", "nameField": "m",
    "queryByDistance": "q", "calculated": "W", "unique": "u", "caseSensitive": "c", "externalId": "X",
}  # fmt: skip
OBJECT_FLAGS = {
    "createable": "C", "updateable": "U", "deletable": "D", "undeletable": "R", "queryable": "Q", "replicateable": "P",
    "retrieveable": "T", "searchable": "S", "mergeable": "M", "triggerable": "G", "layoutable": "L",
    "feedEnabled": "F", "mruEnabled": "X", "deepCloneable": "E",
}  # fmt: skip
SOAP_TYPES = {
    "id": "tns:ID", "reference": "tns:ID", "boolean": "xsd:boolean", "int": "xsd:int", "double": "xsd:double",
    "currency": "xsd:double", "percent": "xsd:double", "date": "xsd:date", "datetime": "xsd:dateTime",
    "address": "urn:address", "location": "urn:location", "base64": "xsd:base64Binary",
}  # fmt: skip
NEVER = (
    "aiPredictionField", "autoNumber", "cascadeDelete", "dependentPicklist", "deprecatedAndHidden",
    "displayLocationInDecimal", "encrypted", "formulaTreatNullNumberAsZero", "highScaleNumber", "htmlFormatted",
    "restrictedDelete", "writeRequiresMasterRead",
)  # fmt: skip
NOTHING = (
    "controllerName", "defaultValueFormula", "filteredLookupInfo", "mask", "maskType", "referenceTargetField",
    "relationshipOrder",
)  # fmt: skip
BYTES_PER_CHARACTER = 3


def describe_field(field: Field) -> Json:
    """One field as describe lists it."""
    default: Json = field.default or (False if field.type == "boolean" else None)
    single_bytes = field.type in ("id", "reference") or field.can("b")
    return {
        "name": field.name,
        "label": field.label,
        "type": field.type,
        "length": field.length,
        "byteLength": field.length * (1 if single_bytes else BYTES_PER_CHARACTER),
        "precision": field.precision,
        "scale": field.scale,
        "digits": field.digits,
        "custom": field.custom,
        "calculatedFormula": field.formula or None,
        "compoundFieldName": field.compound or None,
        "defaultValue": default,
        "extraTypeInfo": field.extra or None,
        "inlineHelpText": field.help or None,
        "picklistValues": [_choice(choice) for choice in field.choices],
        "referenceTo": list(field.references),
        "relationshipName": field.relationship or None,
        "soapType": SOAP_TYPES.get(field.type, "xsd:string"),
        **{name: field.can(flag) for name, flag in FIELD_FLAGS.items()},
        **dict.fromkeys(NEVER, False),
        **dict.fromkeys(NOTHING),
    }


def _choice(choice: Choice) -> Json:
    return {
        "active": choice.active,
        "defaultValue": choice.default,
        "label": choice.label,
        "validFor": None,
        "value": choice.value,
    }


def describe_in_short(sobject: SObject, version: str) -> Json:
    """One object as the list of all objects shows it."""
    base = f"/services/data/v{version}/sobjects/{sobject.name}"
    return {
        "name": sobject.name,
        "label": sobject.label,
        "labelPlural": sobject.plural,
        "keyPrefix": sobject.prefix or None,
        "custom": sobject.custom,
        "activateable": False,
        "associateEntityType": None,
        "associateParentEntity": None,
        "customSetting": False,
        "deprecatedAndHidden": False,
        "hasSubtypes": False,
        "isInterface": False,
        "isSubtype": False,
        "urls": {"rowTemplate": f"{base}/{{ID}}", "describe": f"{base}/describe", "sobject": base},
        **{name: sobject.can(flag) for name, flag in OBJECT_FLAGS.items()},
    }


def describe_object(sobject: SObject, fields: Mapping[str, Field], schema: Schema, version: str) -> Json:
    """One object in full, with only the fields the user can see."""
    return describe_in_short(sobject, version) | {
        "fields": [describe_field(field) for field in fields.values()],
        "childRelationships": list(_children(sobject, schema)),
        "recordTypeInfos": [],
        "actionOverrides": [],
        "namedLayoutInfos": [],
        "supportedScopes": [{"label": f"All {sobject.plural.lower()}", "name": "everything"}],
        "compactLayoutable": sobject.can("L"),
        "searchLayoutable": sobject.can("S"),
        "defaultImplementation": None,
        "extendedBy": None,
        "extendsInterfaces": None,
        "implementedBy": None,
        "implementsInterfaces": None,
        "listviewable": None,
        "lookupLayoutable": None,
        "networkScopeFieldName": None,
        "sobjectDescribeOption": "FULL",
    }


def _children(sobject: SObject, schema: Schema) -> Iterable[Json]:
    for child, field in schema.children_of(sobject.name):
        if child.api == "data":
            yield {
                "childSObject": child.name,
                "field": field.name,
                "relationshipName": field.children or None,
                "cascadeDelete": False,
                "deprecatedAndHidden": False,
                "junctionIdListNames": [],
                "junctionReferenceTo": [],
                "restrictedDelete": False,
            }
