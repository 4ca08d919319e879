"""What do the resources of single records answer? List, get, create, change and archive."""

from __future__ import annotations

from bisect import bisect_right

from connector.sandbox.answers import Answer, Json
from connector.sandbox.hubspot.asked import body_of, flag, names_in, number, page, part
from connector.sandbox.hubspot.calls import Call
from connector.sandbox.hubspot.kinds import Kind, kind_of
from connector.sandbox.hubspot.links import LinkType
from connector.sandbox.hubspot.portal import Portal
from connector.sandbox.hubspot.records import Record
from connector.sandbox.hubspot.refusals import Problem, invalid, not_found
from connector.sandbox.hubspot.shown import Wanted, shown, submitted
from connector.sandbox.hubspot.tied import tie
from connector.sandbox.hubspot.writes import archive, change, create, find_key

LIMIT, LIMIT_MAX, LIMIT_WITH_HISTORY = 10, 100, 50


def wanted_of(call: Call) -> Wanted:
    """What the query asks of each record."""
    request = call.request
    history, linked = names_in(request, "propertiesWithHistory"), names_in(request, "associations")
    properties = [*names_in(request, "properties"), *(history if request.query.get("properties") else ())]
    return Wanted(properties, history, linked, call.is_redacted)


def list_records(call: Call, name: str) -> Answer:
    """GET /{type}: all of them, by id, page after page; no end but the last page."""
    kind, wanted = kind_of(name), wanted_of(call)
    limit = number(call.request, "limit", LIMIT, LIMIT_WITH_HISTORY if wanted.history else LIMIT_MAX)
    archived, shelf = flag(call.request, "archived"), call.portal.shelf(kind)
    rows: list[Record] = []
    for place in range(_start(shelf.order, call.request.query.get("after", "")), len(shelf.order)):
        record = shelf.records[shelf.order[place]]
        if bool(record.archived_at) != archived:
            continue
        if len(rows) == limit:
            return page([shown(call.portal, kind, row, wanted) for row in rows], rows[-1].id, call.request)
        rows.append(record)
    return page([shown(call.portal, kind, row, wanted) for row in rows], "", call.request)


def _start(order: list[int], after: str) -> int:
    if after and not (after.isascii() and after.isdigit()):
        raise invalid(f"Invalid value for after: {after}")
    return bisect_right(order, int(after)) if after else 0


def read_record(call: Call, name: str, key: str) -> Answer:
    """GET /{type}/{id}: by id, also of a record that was merged away, or by a unique property."""
    kind = kind_of(name)
    by, archived = call.request.query.get("idProperty", ""), flag(call.request, "archived")
    record = locate(call.portal, kind, key, by, archived=archived)
    return Answer(shown(call.portal, kind, record, wanted_of(call)))


def locate(portal: Portal, kind: Kind, key: str, id_property: str = "", *, archived: bool = False) -> Record:
    """The record of an id or of a unique value. Refuses with 404."""
    found = seek(portal, kind, key, id_property, archived=archived)
    if found is None:
        raise not_found(kind.singular, [key])
    return found


def seek(portal: Portal, kind: Kind, key: str, id_property: str = "", *, archived: bool = False) -> Record | None:
    """The record of an id or of a unique value, if there is one."""
    if id_property and id_property != "hs_object_id":
        definition = portal.of(kind).properties.get(id_property)
        if definition is None or not definition.is_unique:
            raise invalid(f"Property {id_property} is not a unique property of {kind.name}; idProperty must be one.")
        known = find_key(portal, kind, id_property, key)
        key = "" if known is None else str(known)
    return portal.shelf(kind).alive(key, archived=archived)


def create_record(call: Call, name: str) -> Answer:
    """POST /{type}."""
    kind, body = kind_of(name), body_of(call.request)
    return Answer(made(call.portal, kind, body), 201)


def made(portal: Portal, kind: Kind, body: dict[str, Json]) -> Json:
    """A new record, with its associations, as it is answered."""
    wished = [_link_of(portal, kind, one) for one in part(body, "associations", list, [])]
    record = create(portal, kind, part(body, "properties", dict, {}))
    for other, to_id, types in wished:
        tie(portal, (kind, record.id), (other, to_id), types)
    names = [*body.get("properties", {}), *kind.defaults]
    return shown(portal, kind, record, Wanted(names))


def _link_of(portal: Portal, kind: Kind, wish: Json) -> tuple[Kind, str, list[int]]:
    """One association of a new record: the types say to which kind."""
    to_id = str(wish["to"]["id"])
    ids = [int(one["associationTypeId"]) for one in wish["types"]]
    found: list[LinkType] = [
        one for one in portal.links.types.values() if one.from_kind == kind.name and one.type_id in ids
    ]
    if not found:
        raise invalid(f"{ids[:1]} is not a valid association type of {kind.name}.")
    other = kind_of(found[0].to_kind)
    if portal.shelf(other).alive(to_id) is None:
        raise Problem(404, "OBJECT_NOT_FOUND", f"{other.singular.upper()} {to_id} does not exist.")
    return other, to_id, ids


def change_record(call: Call, name: str, key: str) -> Answer:
    """PATCH /{type}/{id}."""
    kind, body = kind_of(name), body_of(call.request)
    record = locate(call.portal, kind, key, call.request.query.get("idProperty", ""))
    sent = part(body, "properties", dict, {})
    if not call.portal.faults.for_row("silent_noop", kind.name, {"Id": record.id}):
        change(call.portal, kind, record, sent)
    return Answer(submitted(kind, shown(call.portal, kind, record, Wanted(list(sent))), sent))


def archive_record(call: Call, name: str, key: str) -> Answer:
    """DELETE /{type}/{id}: 204, also for one that is gone."""
    kind = kind_of(name)
    record = call.portal.shelf(kind).alive(key)
    if record:
        archive(call.portal, kind, record)
    return Answer(None, 204)
