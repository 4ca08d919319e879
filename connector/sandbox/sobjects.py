"""What do the resources under /sobjects answer? Describes, and single records read and written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC

from connector.sandbox.answers import Answer, Json, Refusal, Request, not_found
from connector.sandbox.clock import rest_time
from connector.sandbox.deletes import delete
from connector.sandbox.describe import describe_in_short, describe_object
from connector.sandbox.ids import full_id
from connector.sandbox.instance import Instance
from connector.sandbox.records import Links
from connector.sandbox.schema import Field, SObject
from connector.sandbox.writes import Change, Outcome, create, update

MAX_BATCH = 200


def found(instance: Instance, name: str, *, api: str = "data") -> SObject:
    """The object the user can reach under that name. Refuses any other."""
    sobject = instance.org.access.sobject(name, api=api)
    if sobject is None:
        raise not_found()
    return sobject


def describe_all(instance: Instance, request: Request) -> Answer:
    """GET /sobjects: only what the user may read."""
    org = instance.org
    seen = sorted(
        (one for one in org.schema if org.access.sobject(one.name)), key=lambda one: one.name
    )  # fmt: skip
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


def insert(instance: Instance, request: Request, name: str) -> Answer:
    """POST /sobjects/{object}."""
    change = Change(found(instance, name), "", _values(request.object()))
    outcome = _alone(create(instance.org, request.user_id, [change]))
    instance.org.journal.called(change.sobject.name)
    return Answer({"id": outcome.record_id, "success": True, "errors": []}, 201)


def _values(body: dict[str, Json]) -> dict[str, Json]:
    return {name: value for name, value in body.items() if name != "attributes"}


def _alone(outcomes: Sequence[Outcome]) -> Outcome:
    """The only outcome; a refused one is raised, for single records answer with their error's own status."""
    if outcomes[0].refusal:
        raise outcomes[0].refusal
    return outcomes[0]


def read(instance: Instance, request: Request, name: str, record_id: str) -> Answer:
    """GET /sobjects/{object}/{id}?fields=…"""
    sobject = found(instance, name)
    row = instance.org.tables.rows(sobject, [full_id(record_id)]).get(full_id(record_id))
    if row is None or row.get("IsDeleted"):
        raise not_found()
    return Answer(record_json(instance, request, sobject, row, request.query.get("fields")))


def record_json(instance: Instance, request: Request, sobject: SObject, row: Json, wanted: str | None) -> Json:  # noqa: PLR0913
    """One row as a record with the fields wanted, or all the user can see."""
    fields = instance.org.access.fields(request.user_id, sobject)
    names = [name for name in (wanted or "").split(",") if name] or [f.name for f in fields.values() if f.stored]
    by_lower = {name.lower(): field for name, field in fields.items()}
    record = {"attributes": Links(request.version).attributes(sobject.name, row["Id"])}
    for name in names:
        field = by_lower.get(name.strip().lower())
        if field is None:
            message = f"No such column '{name}' on entity '{sobject.name}'"
            raise Refusal(400, "INVALID_FIELD", message)
        record[field.name] = value_json(field, row.get(field.name))
    return record


def value_json(field: Field, value: Json) -> Json:
    """A stored value as JSON writes it."""
    if value is None:
        return None
    if field.type == "datetime":
        return rest_time(value.replace(tzinfo=UTC))
    return value.isoformat() if field.type == "date" else value


def change(instance: Instance, request: Request, name: str, record_id: str) -> Answer:
    """PATCH /sobjects/{object}/{id}."""
    wanted = Change(found(instance, name), record_id, _values(request.object()))
    instance.org.journal.called(wanted.sobject.name)
    _alone(update(instance.org, request.user_id, [wanted]))
    return Answer(status=204)


def remove(instance: Instance, request: Request, name: str, record_id: str) -> Answer:
    """DELETE /sobjects/{object}/{id}."""
    sobject = found(instance, name)
    instance.org.journal.called(sobject.name)
    _alone(delete(instance.org, [Change(sobject, record_id, {})]))
    return Answer(status=204)
