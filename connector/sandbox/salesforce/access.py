"""What may the running user see and edit? Features, permission sets and field-level security decide."""

from __future__ import annotations

from dataclasses import replace

from connector.sandbox.salesforce.schema import Field, Schema, SObject
from connector.sandbox.salesforce.settings import Settings
from connector.sandbox.salesforce.tables import Tables

HIDDEN, READONLY = "hidden", "readonly"
GRANTS = """
SELECT p."SobjectType", p."Field", bool_or(p."PermissionsRead"), bool_or(p."PermissionsEdit")
FROM "FieldPermissions" p JOIN "PermissionSetAssignment" a ON a."PermissionSetId" = p."ParentId"
WHERE a."AssigneeId" = $user GROUP BY ALL
"""


class Access:
    """The schema as one user sees it. `forget` must be called when permissions, features or fields change."""

    def __init__(self, schema: Schema, settings: Settings, tables: Tables) -> None:
        self._schema, self._settings, self._tables = schema, settings, tables
        self.ungranted: set[str] = set()  # "Account.X__c": made by an admin, shown to nobody yet
        self._seen: dict[tuple[str, str], dict[str, Field]] = {}

    def forget(self) -> None:
        """Look again at what users may see."""
        self._seen.clear()

    def sobject(self, name: str, *, api: str = "data") -> SObject | None:
        """The object, unless its feature is off or it is hidden from the user."""
        found = self._schema.find(name)
        if found is None or found.api != api or self._settings.access.get(found.name) == HIDDEN:
            return None
        return found if not found.feature or found.feature in self._settings.features else None

    def fields(self, user_id: str, sobject: SObject) -> dict[str, Field]:
        """The fields the user can see, by name; those that cannot be edited have lost their edit flags."""
        key = (user_id, sobject.name)
        if key not in self._seen:
            grants = self._grants(user_id)
            judged = (self._judged(sobject, field, grants) for field in sobject.fields)
            self._seen[key] = {field.name: field for field in judged if field}
        return self._seen[key]

    def _grants(self, user_id: str) -> dict[str, tuple[bool, bool]]:
        rows = self._tables.query(GRANTS, {"user": user_id})
        return {str(field): (bool(read), bool(edit)) for _, field, read, edit in rows}

    def _judged(self, sobject: SObject, field: Field, grants: dict[str, tuple[bool, bool]]) -> Field | None:
        if field.feature and field.feature not in self._settings.features:
            return None
        name = f"{sobject.name}.{field.name}"
        setting = self._settings.access.get(name)
        read, edit = grants.get(name, (False, False)) if name in self.ungranted else (True, True)
        if setting == HIDDEN or not read:
            return None
        inactive = self._settings.inactive_values.get(name)
        if inactive:
            choices = tuple(replace(one, active=one.value not in inactive) for one in field.choices)
            field = replace(field, choices=choices)
        if setting == READONLY or not edit:
            return replace(field, flags=field.flags.replace("C", "").replace("U", ""))
        return field
