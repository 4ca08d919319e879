"""How does the stranger answer on REST? Describe, queries page by page, updates, deletes, and what Setup does."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from tests.stranger import soql
from tests.stranger.org import Org, Refused, Row
from tests.stranger.schema import Made

Json = Any  # what a JSON body holds
Answer = tuple[int, Json]
EMPTY = dict.fromkeys(("length", "precision", "scale", "referenceTo", "relationshipName", "picklistValues"))


class Rest:
    """Answers for one org."""

    def __init__(self, org: Org, base: Callable[[], str]) -> None:
        self._org, self._quirks, self._base = org, org.quirks, base
        self._cursors: list[tuple[list[Json], int]] = []

    def describe(self, name: str) -> Answer:
        """What our user may know of an object."""
        if name not in self._org.schema or (self._quirks.absent_as == "403" and name in self._quirks.absent):
            told = {
                "404": (404, "NOT_FOUND", "The requested resource does not exist"),
                "400": (400, "INVALID_TYPE", f"sObject type '{name}' is not supported."),
                "403": (403, "INSUFFICIENT_ACCESS", "You do not have access to this object"),
            }
            raise Refused(*told[self._quirks.absent_as])
        recorded = self._org.recorded.get(name)
        if recorded:
            ours = [self._field(made) for made in self._org.fields(name).values() if made.is_custom]
            return 200, {**recorded, "fields": [*recorded["fields"], *ours]}
        fields = [self._field(made) for made in self._org.fields(name).values()]
        if self._quirks.describe_more:
            fields += [{"name": f"Odd{kind}__c", "type": kind} | EMPTY for kind in ("hologram", "json", "location", "")]
        body = {
            "name": name, "label": name, "queryable": True, "createable": True, "updateable": True, "deletable": False,
            "replicateable": True, "fields": fields,
        }  # fmt: skip
        return 200, body | ({"associateEntityType": None, "new": [1]} if self._quirks.unknown_keys else {})

    def _field(self, made: Made) -> Json:
        is_plain = made.type != "textarea"
        values = [{"active": True, "value": one, "label": one, "defaultValue": False} for one in made.values]
        told = {
            "name": made.name, "type": made.type, "updateable": made.is_custom and self._org.edits(made.name),
            "filterable": is_plain, "sortable": is_plain, "length": made.length, "precision": made.precision,
            "scale": made.scale, "referenceTo": list(made.refers_to), "relationshipName": made.relationship,
            "restrictedPicklist": made.is_restricted,
            "picklistValues": values,
        }  # fmt: skip
        if self._quirks.describe_bones:
            return {"name": made.name, "type": made.type}
        if self._quirks.describe_bare:
            return {key: value for key, value in told.items() if value not in (0, None, [], False)}
        more = {"label": made.name, "calculated": False, "nillable": True, "custom": made.is_custom, "unique": False}
        return told | more | ({"aiPredictionField": False} if self._quirks.unknown_keys else {})

    def query(self, text: str, *, is_all: bool) -> Answer:
        """The first page."""
        asked = self._understood(text)
        rows = self._found(asked, is_all=is_all)
        if asked.is_count:
            return self._count(len(rows))
        name = next(one for one in self._org.schema if one.lower() == asked.object.lower())
        self._cursors.append(([self._record(name, row, asked.fields) for row in rows], len(rows)))
        return self._page(len(self._cursors) - 1, 0)

    def more(self, locator: str) -> Answer:
        """A further page."""
        cursor, _, start = locator.removeprefix("01g").partition("-")
        if not start.isdigit() or int(cursor) >= len(self._cursors):
            raise Refused(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
        return self._page(int(cursor), int(start))

    def _understood(self, text: str) -> soql.Query:
        try:
            asked = soql.read(text)
        except soql.Malformed as error:
            raise Refused(400, "MALFORMED_QUERY", str(error)) from None
        if asked.is_count and (self._quirks.count == "refused" or asked.fields == ("COUNT(Id)",)):
            raise Refused(400, "MALFORMED_QUERY", "unexpected token: COUNT")
        name = asked.object
        fields = self._org.fields(name)
        for path in (*(() if asked.is_count else asked.fields), *asked.paths):
            if "." not in path and path.lower() not in {one.lower() for one in fields}:
                raise Refused(400, "INVALID_FIELD", f"No such column '{path}' on entity '{name}'.")
        return asked

    def _found(self, asked: soql.Query, *, is_all: bool) -> list[Row]:
        org, name = self._org, asked.object
        name = next(one for one in org.schema if one.lower() == name.lower())
        ways = {path: org.named(name, path).name for path in asked.paths if "." not in path}

        def value(row: Row, path: str) -> Any:  # typed as the field is
            return row.get(ways[path]) if path in ways else org.value(name, row, path)

        rows = [row for row in org.alive(name, is_all=is_all) if asked.test(row, value)]
        for path, descending in reversed(asked.order):
            rows.sort(key=lambda row: ((one := value(row, path)) is not None, one), reverse=descending)
        return rows if asked.limit is None else rows[: asked.limit]

    def _count(self, rows: int) -> Answer:
        if self._quirks.count == "aggregate":
            record = {"attributes": {"type": "AggregateResult"}, "expr0": rows}
            return 200, {"totalSize": 1, "done": True, "records": [record]}
        return 200, {"totalSize": rows, "done": True, "records": []}

    def _page(self, cursor: int, start: int) -> Answer:
        records, total = self._cursors[cursor]
        end = start + self._quirks.page_rows
        body: dict[str, Json] = {"totalSize": total, "done": end >= total, "records": records[start:end]}
        if end < total:
            path = f"/services/data/v67.0/query/01g{cursor}-{end}"
            body["nextRecordsUrl"] = f"{self._base()}{path}" if self._quirks.next_page == "absolute" else path
        return 200, body | ({"queryPlan": {}} if self._quirks.unknown_keys else {})

    def _record(self, name: str, row: Row, paths: Sequence[str]) -> Json:
        url = f"/services/data/v67.0/sobjects/{name}/{row['Id']}"
        record: dict[str, Json] = {"attributes": {"type": name, "url": url}} if self._quirks.attributes else {}
        for path in paths:
            if "." in path:
                self._lay(record, path, self._org.value(name, row, path))
                continue
            made = self._org.named(name, path)
            value = shown(row.get(made.name), made, self._org)
            if value is not None or self._quirks.nulls == "null":
                record[made.name] = value
        return record

    @staticmethod
    def _lay(record: dict[str, Json], path: str, value: Json) -> None:
        head, _, rest = path.partition(".")
        record.setdefault(head, {"attributes": {"type": head}})[rest] = value

    def deleted(self, name: str, start: str, end: str) -> Answer:
        """The delete log, of which only the newest fortnight is known."""
        self._org.fields(name)
        if self._quirks.deletes in ("404", "400"):
            if self._quirks.deletes == "400":
                raise Refused(400, "INVALID_TYPE", f"{name} is not replicateable")
            raise Refused(404, "NOT_FOUND", "The requested resource does not exist")
        since, until = (datetime.fromisoformat(one.replace(" ", "+")).astimezone(UTC) for one in (start, end))
        if since < self._org.now - timedelta(days=15):
            raise Refused(400, "INVALID_REPLICATION_DATE", "startDate cannot be more than 30 days ago")
        gone = [
            row for row in self._org.rows[name].values() if row["IsDeleted"] and since <= row["SystemModstamp"] < until
        ]
        stamp = Made("x", "datetime")
        records = [{"id": r["Id"], "deletedDate": shown(r["SystemModstamp"], stamp, self._org)} for r in gone]
        records = [] if self._quirks.deletes == "empty" else records
        return 200, {"deletedRecords": records, "earliestDateAvailable": start, "latestDateCovered": end}

    def update_many(self, body: Json) -> Answer:
        """Up to 200 accounts, each with its own end."""
        if self._quirks.collections == "missing":
            raise Refused(404, "NOT_FOUND", "The requested resource does not exist")
        records = body["records"]
        if len(records) > 200:
            raise Refused(400, "INVALID_BATCH_SIZE", "cannot have more than 200 records")
        return 200, [self._ended(record) for record in records]

    def _ended(self, record: Mapping[str, Json]) -> Json:
        values = {name: value for name, value in record.items() if name not in ("attributes", "id", "Id")}
        row_id = record.get("id") or record.get("Id") or ""
        try:
            self._org.update(row_id, values)
        except Refused as error:
            fields = {"fields": list(error.fields)} if self._quirks.error_fields else {}
            told = {self._quirks.error_key: error.code, "message": error.message} | fields
            return {"success": False, "errors": [told]} | ({"id": row_id} if self._quirks.failed_ids else {})
        named = {} if self._quirks.success_as == "without_id" else {"id": row_id}
        return named | {"success": True, "errors": []} | ({"created": False} if self._quirks.unknown_keys else {})

    def update_one(self, name: str, row_id: str, body: Json) -> Answer:
        """One record; of Setup's objects anything may be changed."""
        if name == "Account":
            self._org.update(row_id, body)
        else:
            found = self._org.find(row_id)
            if not found or self._quirks.grants == "missing":
                raise Refused(404, "NOT_FOUND", "The requested resource does not exist")
            found[1].update(body)
            self._grant(found[1])
        status = self._quirks.update_status
        return status, None if status == 204 else {"id": row_id, "success": True, "errors": []}

    def create(self, name: str, body: Json) -> Answer:
        """A permission set, its assignment, or a field permission."""
        self._org.fields(name)
        if name == "PermissionSetAssignment" and self._quirks.assignment == "refused":
            raise Refused(400, "INSUFFICIENT_ACCESS", "you may not assign permission sets")
        if name == "FieldPermissions":
            if self._quirks.grants == "missing":
                raise Refused(404, "NOT_FOUND", "The requested resource does not exist")
            if self._quirks.grants == "given":
                self._grant(body)
                raise Refused(400, "DUPLICATE_VALUE", "duplicate value found: unknown duplicates a record")
            self._grant(body)
        return 201, {"id": self._org.put(name, **body), "success": True, "errors": []}

    def _grant(self, row: Mapping[str, Json]) -> None:
        field = str(row.get("Field", "")).partition(".")[2]
        if field and row.get("PermissionsRead"):
            self._org.granted[field] = bool(row.get("PermissionsEdit"))

    def make_field(self, body: Json) -> Answer:
        """A new field of Account, by the Tooling API."""
        if self._quirks.tooling == "missing":
            raise Refused(404, "NOT_FOUND", "The requested resource does not exist")
        name = str(body["FullName"]).partition(".")[2]
        self._org.make_field(name, body["Metadata"])
        self._org.rescale()
        return 201, {"id": "00N000000000001AAA", "success": True, "errors": [], "warnings": [], "infos": []}

    def look_up_fields(self, text: str) -> Answer:
        """Setup's own list of fields, asked by the Tooling API."""
        if self._quirks.tooling == "missing":
            raise Refused(404, "NOT_FOUND", "The requested resource does not exist")
        asked = {one.lower() for one in re.findall(r"'([^']*)'", text)}
        made = [name for name, one in self._org.schema["Account"].items() if one.is_custom]
        found = [name.removesuffix("__c") for name in made if name.removesuffix("__c").lower() in asked]
        records = [{"attributes": {"type": "CustomField"}, "DeveloperName": name} for name in found]
        return 200, {"size": len(records), "totalSize": len(records), "done": True, "records": records}


def number(value: float, way: str) -> Json:
    """A number in one of the ways there are to say it."""
    if way in ("text", "exponent"):
        return f"{value:.15E}" if way == "exponent" else str(value)
    return float(value) if way == "float" else value


def shown(value: Any, made: Made, org: Org) -> Json:  # a typed value in, JSON out
    """A value as JSON has it here."""
    quirks = org.quirks
    if isinstance(value, datetime):
        return value.strftime(quirks.datetimes)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return str(value).lower() if quirks.booleans_as_text else value
    if isinstance(value, int | float):
        return number(value, quirks.numbers)
    return value[: quirks.ids] if made.type in ("id", "reference") and value else value
