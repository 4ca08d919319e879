"""What do the sObject Collections answer? Up to 200 records in one call, each with its own outcome."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from connector.sandbox.answers import Answer, Json, Refusal, Request, a_list, an_object
from connector.sandbox.salesforce.deletes import delete
from connector.sandbox.salesforce.ids import full_id
from connector.sandbox.salesforce.instance import Instance
from connector.sandbox.salesforce.org import Org
from connector.sandbox.salesforce.sobjects import Shape, found, writer_of
from connector.sandbox.salesforce.trial import all_or_none
from connector.sandbox.salesforce.upserts import upsert
from connector.sandbox.salesforce.writes import Change, Outcome, Writer, create, update

Write = Callable[[Writer, Sequence[Change]], list[Outcome]]
RECORDS_MAX, READ_MAX = 200, 2_000
TOO_MANY = f"record limit reached. cannot submit more than {RECORDS_MAX} records into this call"


def create_all(instance: Instance, request: Request) -> Answer:
    """POST /composite/sobjects."""
    return _written(instance, request, create)


def update_all(instance: Instance, request: Request) -> Answer:
    """PATCH /composite/sobjects."""
    return _written(instance, request, update)


def _written(instance: Instance, request: Request, write: Write) -> Answer:
    body, writer = request.object(), writer_of(instance, request)
    changes = [_change(instance, record, by_id=write is update) for record in _records(body)]
    outcomes = _tried(writer.org, changes, lambda: write(writer, changes), together=bool(body.get("allOrNone")))
    return Answer([outcome.json() for outcome in outcomes])


def _records(body: dict[str, Json]) -> list[Json]:
    records = a_list(body.get("records"), "records")
    if len(records) > RECORDS_MAX:
        raise Refusal(400, "EXCEEDED_MAX_SIZE_REQUEST", TOO_MANY)
    return [an_object(record, "record") for record in records]


def _change(instance: Instance, record: Json, *, by_id: bool, name: str = "") -> Change:
    attributes = an_object(record.get("attributes") or {}, "attributes")
    kind = name or attributes.get("type")
    if not kind:
        raise Refusal(400, "INVALID_TYPE", "Each record must name its type in attributes.")
    values = {key: value for key, value in record.items() if key != "attributes"}
    record_id = next((values.pop(key) for key in list(values) if by_id and key.lower() == "id"), "")
    if by_id and not record_id:
        raise Refusal(400, "MISSING_ARGUMENT", "Id not specified in an update call")
    return Change(found(instance, str(kind)), str(record_id), values)


def _tried(org: Org, changes: Sequence[Change], write: Callable[[], list[Outcome]], *, together: bool) -> list[Outcome]:
    for name in {change.sobject.name for change in changes}:
        org.journal.called(name)
    return all_or_none(org, write) if together else write()


def upsert_all(instance: Instance, request: Request, name: str, key: str) -> Answer:
    """PATCH /composite/sobjects/{object}/{external id field}."""
    body, sobject, writer = request.object(), found(instance, name), writer_of(instance, request)
    changes = [_change(instance, record, by_id=False, name=sobject.name) for record in _records(body)]
    outcomes = _tried(writer.org, changes, lambda: upsert(writer, key, changes), together=bool(body.get("allOrNone")))
    return Answer([outcome.json(upsert=True) for outcome in outcomes])


def delete_all(instance: Instance, request: Request) -> Answer:
    """DELETE /composite/sobjects?ids=…&allOrNone=…"""
    ids = [one for one in request.query.get("ids", "").split(",") if one]
    if len(ids) > RECORDS_MAX:
        raise Refusal(400, "EXCEEDED_MAX_SIZE_REQUEST", TOO_MANY)
    changes = [_by_id(instance, one) for one in ids]
    together, writer = request.query.get("allOrNone", "").lower() == "true", writer_of(instance, request)
    outcomes = _tried(writer.org, changes, lambda: delete(writer, changes), together=together)
    return Answer([outcome.json() for outcome in outcomes])


def _by_id(instance: Instance, record_id: str) -> Change:
    sobject = instance.org.schema.by_prefix(record_id)
    if sobject is None:
        raise Refusal(400, "MALFORMED_ID", f"malformed id {record_id}")
    return Change(sobject, record_id, {})


def read_all(instance: Instance, request: Request, name: str) -> Answer:
    """GET /composite/sobjects/{object}?ids=…&fields=…, or POST the same as a body."""
    sobject = found(instance, name)
    body = request.object() if request.method == "POST" else {}
    ids = [str(one) for one in a_list(body.get("ids") or request.query.get("ids", "").split(","), "ids")]
    fields = ",".join(map(str, a_list(body.get("fields") or [], "fields"))) or request.query.get("fields", "")
    if not fields or len(ids) > READ_MAX:
        raise Refusal(400, "INVALID_FIELD", f"Give the fields to read, and at most {READ_MAX} ids.")
    rows = instance.org.tables.rows(sobject, [full_id(one) for one in ids])
    alive = {key: row for key, row in rows.items() if not row.get("IsDeleted")}
    shape = Shape(request.version, sobject, instance.org.access.fields(request.user_id, sobject), fields)
    return Answer([shape.json(alive[full_id(one)]) if full_id(one) in alive else None for one in ids])
