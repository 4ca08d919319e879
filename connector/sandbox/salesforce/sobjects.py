"""What do the resources under /sobjects answer? Describes, and single records read and written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC

from connector.sandbox.answers import Answer, Json, Refusal, Request, not_found
from connector.sandbox.clock import rest_time
from connector.sandbox.salesforce.deletes import delete
from connector.sandbox.salesforce.describe import describe_in_short, describe_object
from connector.sandbox.salesforce.ids import full_id
from connector.sandbox.salesforce.instance import Instance
from connector.sandbox.salesforce.records import Links
from connector.sandbox.salesforce.schema import Field, SObject
from connector.sandbox.salesforce.upserts import key_field, upsert
from connector.sandbox.salesforce.writes import Change, Outcome, Writer, create, update

MAX_BATCH = 200
CREATED_BODY_SINCE = 46.0  # from this version on an upsert that changed a record answers with a body


def found(instance: Instance, name: str, *, api: str = "data") -> SObject:
    """The object the user can reach under that name. Refuses any other."""
    sobject = instance.org.access.sobject(name, api=api)
    if sobject is None:
        raise not_found()
    return sobject


def writer_of(instance: Instance, request: Request) -> Writer:
    """The user of the request, with what its headers overrule."""
    overruled = "allowsave=true" in request.headers.get("sforce-duplicate-rule-header", "").lower()
    return Writer(instance.org, request.user_id, allow_duplicates=overruled)


def describe_all(instance: Instance, request: Request) -> Answer:
    """GET /sobjects: only what the user may read."""
    org = instance.org
    seen = sorted((one for one in org.schema if org.access.sobject(one.name)), key=lambda one: one.name)
    listed = [describe_in_short(one, request.version) for one in seen]
    return Answer({"encoding": "UTF-8", "maxBatchSize": MAX_BATCH, "sobjects": listed})


def describe(instance: Instance, request: Request, name: str) -> Answer:
    """GET /sobjects/{object}/describe."""
    api = "tooling" if "/tooling/" in request.path else "data"
    sobject, org = found(instance, name, api=api), instance.org
    fields = org.access.fields(request.user_id, sobject)
    return Answer(describe_object(sobject, fields, org.schema, request.version))


def basics(instance: Instance, request: Request, name: str) -> Answer:
    """GET /sobjects/{object}."""
    sobject = found(instance, name)
    return Answer({"objectDescribe": describe_in_short(sobject, request.version), "recentItems": []})


@dataclass(frozen=True, slots=True)
class Shape:
    """How a row becomes a record: the fields wanted, or all the user can see."""

    version: str
    sobject: SObject
    fields: Mapping[str, Field]
    wanted: str = ""

    def json(self, row: Mapping[str, Json]) -> Json:
        """The row as a record. Refuses a field that is not there."""
        record = {"attributes": Links(self.version).attributes(self.sobject.name, row["Id"])}
        return record | {field.name: _json(field, row.get(field.name)) for field in self._chosen()}

    def _chosen(self) -> list[Field]:
        names = [name.strip().lower() for name in self.wanted.split(",") if name.strip()]
        if not names:
            return [field for field in self.fields.values() if field.stored]
        by_name = {name.lower(): field for name, field in self.fields.items()}
        for name in names:
            if name not in by_name:
                raise Refusal(400, "INVALID_FIELD", f"No such column '{name}' on entity '{self.sobject.name}'")
        return [by_name[name] for name in names]


def _json(field: Field, value: Json) -> Json:
    if value is None or field.type not in ("date", "datetime"):
        return value
    return value.isoformat() if field.type == "date" else rest_time(value.replace(tzinfo=UTC))


def read(instance: Instance, request: Request, name: str, record_id: str) -> Answer:
    """GET /sobjects/{object}/{id}?fields=…"""
    sobject, key = found(instance, name), full_id(record_id)
    row = instance.org.tables.rows(sobject, [key]).get(key)
    if row is None or row.get("IsDeleted"):
        raise not_found()
    fields = instance.org.access.fields(request.user_id, sobject)
    return Answer(Shape(request.version, sobject, fields, request.query.get("fields", "")).json(row))


def insert(instance: Instance, request: Request, name: str) -> Answer:
    """POST /sobjects/{object}."""
    change = Change(found(instance, name), "", _values(request.object()))
    instance.org.journal.called(change.sobject.name)
    outcome = _alone(create(writer_of(instance, request), [change]))
    return Answer({"id": outcome.record_id, "success": True, "errors": []}, 201)


def _values(body: dict[str, Json]) -> dict[str, Json]:
    return {name: value for name, value in body.items() if name != "attributes"}


def _alone(outcomes: Sequence[Outcome]) -> Outcome:
    """The only outcome; a refused one is raised, for single records answer with their error's own status."""
    if outcomes[0].refusal:
        raise outcomes[0].refusal
    return outcomes[0]


def change(instance: Instance, request: Request, name: str, record_id: str) -> Answer:
    """PATCH /sobjects/{object}/{id}."""
    wanted = Change(found(instance, name), record_id, _values(request.object()))
    instance.org.journal.called(wanted.sobject.name)
    _alone(update(writer_of(instance, request), [wanted]))
    return Answer(status=204)


def remove(instance: Instance, request: Request, name: str, record_id: str) -> Answer:
    """DELETE /sobjects/{object}/{id}."""
    sobject = found(instance, name)
    instance.org.journal.called(sobject.name)
    _alone(delete(writer_of(instance, request), [Change(sobject, record_id, {})]))
    return Answer(status=204)


def upsert_one(instance: Instance, request: Request, name: str, *way: str) -> Answer:
    """PATCH /sobjects/{object}/{external id field}/{value}."""
    sobject, (key, value) = found(instance, name), way
    instance.org.journal.called(sobject.name)
    wanted = Change(sobject, "", _values(request.object()) | {key: value})
    writer = writer_of(instance, request)
    ids = _with_key(writer, sobject, key, value)
    if len(ids) > 1:
        return _several(request, sobject, ids)
    outcome = _alone(upsert(writer, key, [wanted]))
    if not outcome.created and float(request.version) < CREATED_BODY_SINCE:
        return Answer(status=204)
    body = {"id": outcome.record_id, "success": True, "errors": [], "created": outcome.created}
    return Answer(body, 201 if outcome.created else 200)


def read_by_key(instance: Instance, request: Request, name: str, *way: str) -> Answer:
    """GET /sobjects/{object}/{external id field}/{value}."""
    sobject, (key, value) = found(instance, name), way
    ids = _with_key(writer_of(instance, request), sobject, key, value)
    if len(ids) > 1:
        return _several(request, sobject, ids)
    if not ids:
        raise not_found()
    return read(instance, request, name, ids[0])


def _with_key(writer: Writer, sobject: SObject, key: str, value: str) -> list[str]:
    found = writer.org.tables.matches(sobject, key_field(writer, sobject, key), [value])
    return [record_id for _, record_id in found]


def _several(request: Request, sobject: SObject, ids: Sequence[str]) -> Answer:
    """An external id of several records answers with their addresses."""
    return Answer([f"/services/data/v{request.version}/sobjects/{sobject.name}/{one}" for one in ids], 300)
