"""What do the batch resources answer? Up to a hundred rows, in another order, and some of them refused."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence

from connector.sandbox.answers import Answer, Json
from connector.sandbox.hubspot.asked import body_of, flag, inputs_of, part
from connector.sandbox.hubspot.calls import Call
from connector.sandbox.hubspot.kinds import Kind, kind_of
from connector.sandbox.hubspot.moments import iso
from connector.sandbox.hubspot.objects import locate, made, seek
from connector.sandbox.hubspot.portal import Portal
from connector.sandbox.hubspot.records import Record
from connector.sandbox.hubspot.refusals import Problem, invalid, not_found
from connector.sandbox.hubspot.shown import Wanted, shown, submitted
from connector.sandbox.hubspot.writes import archive, change, create, read_values

OK_WITH_ERRORS = "2026-09"  # from this release on the documents know no 207
Rows = list[dict[str, Json]]


def complete(portal: Portal, results: Sequence[Json], status: int = 200, errors: Sequence[Json] = ()) -> Answer:
    """A finished batch; the rows come in another order than they were sent."""
    rows, now = list(results), iso(portal.now)
    if portal.settings.shuffle:
        random.Random(len(rows)).shuffle(rows)
    told: dict[str, Json] = {"status": "COMPLETE", "results": rows, "startedAt": now, "completedAt": now}
    if errors:
        told |= {"numErrors": len(errors), "errors": list(errors)}
    return Answer(told, status)


def partial(call: Call, results: Sequence[Json], errors: Sequence[Json], status: int = 200) -> Answer:
    """A batch of which some rows failed: 207, or the usual status where the release knows no 207."""
    dated = call.is_dated and call.request.version >= OK_WITH_ERRORS
    return complete(call.portal, results, 207 if errors and not dated else status, errors)


def read_batch(call: Call, name: str) -> Answer:
    """POST batch/read: by id or by a unique property. What is missing is told in one error."""
    kind, body = kind_of(name), body_of(call.request)
    keys = [str(one.get("id")) for one in inputs_of(body)]
    _each_once(keys)
    history = part(body, "propertiesWithHistory", list, [])
    wanted = Wanted([*part(body, "properties", list, []), *history], history, (), call.is_redacted)
    by, archived = str(body.get("idProperty") or ""), flag(call.request, "archived")
    found = {key: seek(call.portal, kind, key, by, archived=archived) for key in keys}
    rows = {record.id: shown(call.portal, kind, record, wanted) for record in found.values() if record}
    missing = [key for key, record in found.items() if record is None]
    return partial(call, list(rows.values()), [not_found(kind.singular, missing).in_batch()] if missing else [])


def _each_once(keys: Sequence[str]) -> None:
    twice = [key for key, count in Counter(keys).items() if count > 1]
    if twice:
        message = f"Duplicate IDs found in batch input: [{', '.join(twice)}]. IDs must be unique"
        raise invalid(message, context={"ids": twice})


def create_batch(call: Call, name: str) -> Answer:
    """POST batch/create: all or nothing."""
    kind, rows = kind_of(name), inputs_of(body_of(call.request))
    for row in rows:
        _check_values(call.portal, kind, row)
    call.portal.journal.called(kind.name)
    return complete(call.portal, [_made(call.portal, kind, row) for row in rows], 201)


def _check_values(portal: Portal, kind: Kind, row: dict[str, Json], record: Record | None = None) -> None:
    _checked(row, lambda: read_values(portal, kind, part(row, "properties", dict, {}), record))


def _made(portal: Portal, kind: Kind, row: dict[str, Json]) -> Json:
    made_one = _checked(row, lambda: made(portal, kind, row))
    trace = row.get("objectWriteTraceId")
    return made_one | ({"objectWriteTraceId": str(trace)} if trace else {})


def _checked(row: dict[str, Json], work: Callable[[], Json]) -> Json:
    """What the work gives; a refusal names the row by the trace id it was sent with."""
    try:
        return work()
    except Problem as problem:
        trace = row.get("objectWriteTraceId")
        if trace:
            problem.more["context"] = {**problem.more.get("context", {}), "objectWriteTraceId": [str(trace)]}
        raise


def update_batch(call: Call, name: str) -> Answer:
    """POST batch/update: rows that are missing fail alone; a bad value fails the batch, unless the switch says."""
    portal, kind, rows = call.portal, kind_of(name), inputs_of(body_of(call.request))
    _each_once([str(row.get("id")) for row in rows])
    portal.journal.called(kind.name)
    errors: Rows = []
    found = _found(portal, kind, rows, errors)
    ready = [(row, record) for row, record in found if _passes(portal, kind, row, record, errors)]
    results = [_changed(portal, kind, row, record) for row, record in ready]
    for _ in errors:
        portal.journal.wrote(kind.name, "failed")
    return partial(call, [one for one in results if one], errors)


def _found(portal: Portal, kind: Kind, rows: Rows, errors: Rows) -> list[tuple[dict[str, Json], Record]]:
    found = []
    for row in rows:
        record = seek(portal, kind, str(row.get("id")), str(row.get("idProperty") or ""))
        if record is None:
            errors.append(not_found(kind.singular, [str(row.get("id"))]).in_batch(**_trace(row)))
        else:
            found.append((row, record))
    return found


def _trace(row: dict[str, Json]) -> dict[str, list[str]]:
    trace = row.get("objectWriteTraceId")
    return {"objectWriteTraceId": [str(trace)]} if trace else {}


def _passes(portal: Portal, kind: Kind, row: dict[str, Json], record: Record, errors: Rows) -> bool:
    """Whether the row's values are taken; the whole batch falls with one that is not, unless rows fail alone."""
    try:
        _check_values(portal, kind, row, record)
    except Problem as problem:
        if not portal.settings.row_errors:
            portal.journal.wrote(kind.name, "failed")
            raise
        errors.append(problem.in_batch(ids=[record.id]))
        return False
    return True


def _changed(portal: Portal, kind: Kind, row: dict[str, Json], record: Record) -> Json | None:
    """The record after its change; nothing at all where the write is silently lost."""
    if portal.faults.for_row("silent_noop", kind.name, {"Id": record.id}):
        return None
    sent = part(row, "properties", dict, {})
    change(portal, kind, record, sent)
    return submitted(kind, shown(portal, kind, record, Wanted(list(sent))), sent)


def upsert_batch(call: Call, name: str) -> Answer:
    """POST batch/upsert: by a unique property; every row says whether it is new, and bad rows fail alone."""
    portal, kind, rows = call.portal, kind_of(name), inputs_of(body_of(call.request))
    _each_once([str(row.get("id")) for row in rows])
    portal.journal.called(kind.name)
    results: Rows = []
    errors: Rows = []
    for row in rows:
        try:
            results.append(_upserted(portal, kind, row))
        except Problem as problem:
            portal.journal.wrote(kind.name, "failed")
            errors.append(problem.in_batch(**_trace(row)))
    return partial(call, results, errors)


def _upserted(portal: Portal, kind: Kind, row: dict[str, Json]) -> dict[str, Json]:
    by, key = str(row.get("idProperty") or ""), str(row.get("id"))
    sent = part(row, "properties", dict, {})
    record = seek(portal, kind, key, by)
    is_new = record is None
    if record is None:
        if not by:
            locate(portal, kind, key)
        record = create(portal, kind, {by: key, **sent})
    else:
        change(portal, kind, record, sent)
    return {**submitted(kind, shown(portal, kind, record, Wanted(list(sent))), sent), "new": is_new}


def archive_batch(call: Call, name: str) -> Answer:
    """POST batch/archive: 204, whatever was there."""
    kind = kind_of(name)
    for row in inputs_of(body_of(call.request)):
        record = call.portal.shelf(kind).alive(str(row.get("id")))
        if record:
            archive(call.portal, kind, record)
    return Answer(None, 204)
