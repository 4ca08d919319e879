"""What does a search answer? What the index shows by now, in a window of ten thousand, two hundred at a time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from connector.sandbox.answers import Answer, Json
from connector.sandbox.hubspot.asked import body_of, part
from connector.sandbox.hubspot.calls import Call
from connector.sandbox.hubspot.filters import Filter, read_filters, reader
from connector.sandbox.hubspot.kinds import Kind, kind_of
from connector.sandbox.hubspot.portal import Portal
from connector.sandbox.hubspot.properties import Property
from connector.sandbox.hubspot.records import Record
from connector.sandbox.hubspot.refusals import invalid
from connector.sandbox.hubspot.shown import Wanted, shown, value_of

LIMIT, LIMIT_MAX, QUERY_MAX = 10, 200, 3_000
KEPT_SEARCHES = 8
SEARCHED = ("firstname", "lastname", "email", "company", "name", "domain", "website", "dealname")


def search(call: Call, name: str) -> Answer:
    """POST /{type}/search."""
    kind, body, portal = kind_of(name), body_of(call.request), call.portal
    limit, start = _whole(body, "limit", LIMIT), _whole(body, "after", 0)
    if not 0 <= limit <= LIMIT_MAX:
        raise invalid(f"limit must be between 0 and {LIMIT_MAX}, and is {limit}.")
    if start + limit > portal.settings.search_window:
        raise invalid(f"You can page through {portal.settings.search_window} results at most; narrow the search.")
    rows = _found(portal, kind, body)
    wanted = Wanted([str(one) for one in part(body, "properties", list, [])], redacted=call.is_redacted)
    told: dict[str, Json] = {
        "total": len(rows),
        "results": [shown(portal, kind, as_indexed(portal, row), wanted) for row in rows[start : start + limit]],
    }
    end = start + limit
    if end < len(rows):
        told["paging"] = {"next": {"after": str(end), "link": f"?after={end}"}}
    return Answer(told)


def _whole(body: dict[str, Json], name: str, default: int) -> int:
    text = str(body.get(name, default) if body.get(name) != "" else default)
    if not text.isascii() or not text.isdigit():
        raise invalid(f"Invalid value for {name}: {text}")
    return int(text)


def as_indexed(portal: Portal, record: Record) -> Record:
    """The record as the index shows it: without a change that is too young."""
    if record.indexed is None or portal.is_heard_of(record.id, record.updated):
        return record
    values, updated = record.indexed
    return replace(record, values=values, updated=updated)


def _is_heard_of(portal: Portal, record: Record) -> bool:
    """Whether the index knows the record at all."""
    return not portal.settings.index_lag or portal.is_heard_of(record.id, record.created)


def _found(portal: Portal, kind: Kind, body: dict[str, Json]) -> list[Record]:
    """Every record that is found, in order. The same question again is answered from what was kept."""
    question = {key: body.get(key) for key in ("filterGroups", "sorts", "query")}
    key = (kind.name, json.dumps(question, sort_keys=True), portal.shelf(kind).version, portal.now)
    if key not in portal.searches:
        if len(portal.searches) >= KEPT_SEARCHES:
            del portal.searches[next(iter(portal.searches))]
        portal.searches[key] = _sought(portal, kind, body)
    return portal.searches[key]


def _sought(portal: Portal, kind: Kind, body: dict[str, Json]) -> list[Record]:
    properties = portal.of(kind).properties
    groups = read_filters(part(body, "filterGroups", list, []), properties)
    query = str(body.get("query") or "")
    if len(query) > QUERY_MAX:
        raise invalid(f"query may have {QUERY_MAX} characters at most.")
    sorts = _read_sorts(part(body, "sorts", list, []), properties)
    heard = [record for record in portal.shelf(kind).living() if _is_heard_of(portal, record)]
    found = [record for record in heard if _passes(portal, kind, as_indexed(portal, record), groups, query)]
    for name, descending in sorts:
        _sort(portal, kind, found, properties[name], descending=descending)
    return found


def _passes(portal: Portal, kind: Kind, record: Record, groups: Sequence[Sequence[Filter]], query: str) -> bool:
    if query and not any(query.lower() in record.values.get(name, "").lower() for name in SEARCHED):
        return False
    return not groups or any(all(_takes(portal, kind, record, one) for one in group) for group in groups)


def _takes(portal: Portal, kind: Kind, record: Record, one: Filter) -> bool:
    if one.name.startswith("associations."):
        other = kind_of(one.name.partition(".")[2])
        linked = portal.links.of(kind.name, record.id, other.name)
        return any(to_id == one.value or to_id in one.values for to_id in linked)
    if one.name == kind.stamp and "TOKEN" not in one.operator:
        return one.holds(record.updated)
    return one.takes(value_of(portal, kind, record, one.name))


def _read_sorts(sorts: Sequence[Json], properties: dict[str, Property]) -> list[tuple[str, bool]]:
    """One sort, as an object or as a text with a minus for descending. Refuses more, and unknown properties."""
    if len(sorts) > 1:
        raise invalid("Only one sort is supported.")
    found = []
    for one in sorts:
        name = one.removeprefix("-") if isinstance(one, str) else str(one.get("propertyName"))
        descending = one.startswith("-") if isinstance(one, str) else one.get("direction") == "DESCENDING"
        if name not in properties:
            told = {"message": f"Property '{name}' does not exist", "code": "PROPERTY_DOESNT_EXIST"}
            raise invalid("There was a problem with the request.", errors=[told])
        found.append((name, descending))
    return found


def _sort(portal: Portal, kind: Kind, found: list[Record], by: Property, *, descending: bool) -> None:
    """By one property, equal ones by id; what has no value comes last."""
    read = reader(by.type)

    def value(record: Record) -> Json:
        shown_now = as_indexed(portal, record)
        if by.name == kind.stamp:
            return shown_now.updated
        text = value_of(portal, kind, shown_now, by.name)
        return read(text) if text else None

    keyed = [(value(record), record) for record in found]
    known = sorted((one for one in keyed if one[0] is not None), key=lambda one: one[0], reverse=descending)
    found[:] = [record for _, record in known] + [record for key, record in keyed if key is None]
