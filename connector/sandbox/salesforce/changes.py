"""Which records changed or went away between two moments? getUpdated and getDeleted."""

# ruff: noqa: S608 - names come from the schema and are quoted; values are parameters
from __future__ import annotations

from datetime import UTC, datetime, timedelta

from connector.sandbox.answers import Answer, Json, Refusal, Request
from connector.sandbox.clock import parse_moment, rest_time
from connector.sandbox.salesforce.instance import Instance
from connector.sandbox.salesforce.schema import SObject
from connector.sandbox.salesforce.sobjects import found
from connector.sandbox.salesforce.soql.scope import quoted

UPDATED_DAYS, DELETED_DAYS = timedelta(days=30), timedelta(days=15)


def updated(instance: Instance, request: Request, name: str) -> Answer:
    """GET /sobjects/{object}/updated?start=…&end=…"""
    sobject = _replicated(instance, name)
    start, end = _window(instance, request, UPDATED_DAYS)
    sql = f'SELECT "Id" FROM {quoted(sobject.name)} WHERE "SystemModstamp" >= $start AND "SystemModstamp" < $end'
    sql += ' AND NOT "IsDeleted"' if sobject.field("IsDeleted") else ""
    limit = instance.org.settings.updated_ids_limit
    ids = [row[0] for row in instance.org.tables.query(sql, _bounds(start, end))]
    if len(ids) > limit:
        raise Refusal(400, "EXCEEDED_ID_LIMIT", f"The request would return more than {limit} ids")
    return Answer({"ids": ids, "latestDateCovered": rest_time(end)})


def deleted(instance: Instance, request: Request, name: str) -> Answer:
    """GET /sobjects/{object}/deleted?start=…&end=…"""
    sobject, now = _replicated(instance, name), instance.org.clock.now()
    start, end = _window(instance, request, DELETED_DAYS)
    sql = 'SELECT "Id", deleted_at FROM _gone WHERE sobject = $name AND deleted_at >= $start AND deleted_at < $end'
    rows = instance.org.tables.query(sql, {"name": sobject.name} | _bounds(start, end))
    records = [{"id": one, "deletedDate": rest_time(at.replace(tzinfo=UTC))} for one, at in rows]
    earliest = rest_time(now - DELETED_DAYS)
    return Answer({"deletedRecords": records, "earliestDateAvailable": earliest, "latestDateCovered": rest_time(end)})


def _replicated(instance: Instance, name: str) -> SObject:
    sobject = found(instance, name)
    if not sobject.can("P"):
        raise Refusal(400, "INVALID_TYPE", f"Object {sobject.name} is not replicable")
    return sobject


def _bounds(start: datetime, end: datetime) -> dict[str, Json]:
    return {"start": start.replace(tzinfo=None), "end": end.replace(tzinfo=None)}


def _window(instance: Instance, request: Request, reach: timedelta) -> tuple[datetime, datetime]:
    """The window asked for, to the whole minute, and not beyond the present."""
    now = instance.org.clock.now()
    try:
        start, end = (parse_moment(request.query[edge]) for edge in ("start", "end"))
    except (KeyError, ValueError) as fault:
        raise Refusal(400, "INVALID_REPLICATION_DATE", f"start and end must be dates with a time: {fault}") from fault
    start, end = start.replace(second=0, microsecond=0), end.replace(second=0, microsecond=0)
    if start < now - reach - timedelta(minutes=1):
        message = f"start date {rest_time(start)} is more than {reach.days} days ago"
        raise Refusal(400, "INVALID_REPLICATION_DATE", message)
    if end <= start:
        raise Refusal(400, "INVALID_REPLICATION_DATE", "end date must be at least one minute after start date")
    return start, min(end, now)
