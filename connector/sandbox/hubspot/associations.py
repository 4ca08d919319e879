"""What do the association resources answer? Batch reads with a page for each record, single reads, labels, writes."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence

from connector.sandbox.answers import Answer, Json
from connector.sandbox.hubspot.asked import body_of, inputs_of, number, page, part
from connector.sandbox.hubspot.batches import complete, partial
from connector.sandbox.hubspot.calls import Call
from connector.sandbox.hubspot.kinds import Kind, kind_of
from connector.sandbox.hubspot.objects import locate
from connector.sandbox.hubspot.portal import Portal
from connector.sandbox.hubspot.refusals import invalid, no_path, not_found
from connector.sandbox.hubspot.tied import tie, untie

INPUTS_MAX = 1_000
PAGE_MAX = 500
WITHOUT_SINGLE = "2026-09"  # the release whose documents no longer know the associations of one record


def _rows(call: Call, kind: Kind, record_id: str, other: Kind) -> list[Json]:
    """Every association of a record. v4 writes the other id as a number, the releases by month as a text."""
    types = {one.type_id: one for one in call.portal.links.between(kind.name, other.name)}
    shelf = call.portal.shelf(other)
    return [
        {
            "toObjectId": to_id if call.is_dated else int(to_id),
            "associationTypes": [types[one].told() for one in sorted(held)],
        }
        for to_id, held in call.portal.links.of(kind.name, record_id, other.name).items()
        if shelf.alive(to_id)
    ]


def _cursor(place: int) -> str:
    return urlsafe_b64encode(str(place).encode()).decode().rstrip("=")


def _place(after: str) -> int:
    try:
        return int(urlsafe_b64decode(after + "=" * (-len(after) % 4)).decode()) if after else 0
    except ValueError:
        raise invalid(f"Invalid value for after: {after}") from None


def read_batch(call: Call, name: str, other_name: str) -> Answer:
    """POST batch/read: what each record is associated with, a page at a time; who has nothing is told as an error."""
    kind, other = kind_of(name), kind_of(other_name)
    results, errors = [], []
    for row in inputs_of(body_of(call.request), INPUTS_MAX):
        record = call.portal.shelf(kind).alive(str(row.get("id")))
        rows = _rows(call, kind, record.id, other) if record else []
        if rows:
            results.append(_page(call, str(row["id"]), rows, str(row.get("after") or "")))
        else:
            errors.append(_nothing(kind, other, str(row.get("id"))))
    return partial(call, results, errors)


def _page(call: Call, record_id: str, rows: Sequence[Json], after: str) -> dict[str, Json]:
    start = _place(after)
    end = start + call.portal.settings.association_page
    found: dict[str, Json] = {"from": {"id": record_id}, "to": rows[start:end]}
    if end < len(rows):
        link = f"https://api.hubapi.com{call.request.path}?after={_cursor(end)}"
        found["paging"] = {"next": {"after": _cursor(end), "link": link}}
    return found


def _nothing(kind: Kind, other: Kind, record_id: str) -> dict[str, Json]:
    return {
        "status": "error", "category": "OBJECT_NOT_FOUND", "subCategory": "crm.associations.NO_ASSOCIATIONS_FOUND",
        "message": f"No {other.singular} is associated with {kind.singular} {record_id}.",
        "context": {
            "fromObjectId": [record_id], "fromObjectType": [kind.singular], "toObjectType": [other.singular],
        },
    }  # fmt: skip


def read_one(call: Call, name: str, record_id: str, other_name: str) -> Answer:
    """GET: the associations of one record; not in the newest release."""
    if call.is_dated and call.request.version >= WITHOUT_SINGLE:
        raise no_path()
    kind, other = kind_of(name), kind_of(other_name)
    limit, start = number(call.request, "limit", PAGE_MAX, PAGE_MAX), _place(call.request.query.get("after", ""))
    rows = _rows(call, kind, locate(call.portal, kind, record_id).id, other)
    return page(rows[start : start + limit], _cursor(start + limit) if start + limit < len(rows) else "", call.request)


def labels(call: Call, name: str, other_name: str) -> Answer:
    """GET: the types of one direction."""
    found = call.portal.links.between(kind_of(name).name, kind_of(other_name).name)
    return Answer({"results": [one.told() for one in found]})


def add_label(call: Call, name: str, other_name: str) -> Answer:
    """POST: a label of the portal's own, with the one of the other end."""
    body = body_of(call.request)
    label = str(body.get("label") or "")
    if not label or not body.get("name"):
        raise invalid("Some required fields were not set: [label, name]")
    kind, other = kind_of(name), kind_of(other_name)
    if any(one.label == label for one in call.portal.links.between(kind.name, other.name)):
        raise invalid(f"A label {label} exists already between {kind.name} and {other.name}.")
    made = call.portal.links.define(kind.name, other.name, label, str(body.get("inverseLabel") or label))
    return Answer({"results": [one.told() for one in made]})


def create_batch(call: Call, name: str, other_name: str) -> Answer:
    """POST batch/create: associations with their types."""
    kind, other = kind_of(name), kind_of(other_name)
    results = []
    for row in inputs_of(body_of(call.request), INPUTS_MAX):
        types = [int(one["associationTypeId"]) for one in part(row, "types", list, [])]
        results.append(_tied(call.portal, (kind, str(row["from"]["id"])), (other, str(row["to"]["id"])), types))
    return complete(call.portal, results, 201)


def default_batch(call: Call, name: str, other_name: str) -> Answer:
    """POST batch/associate/default: the unlabelled type."""
    kind, other = kind_of(name), kind_of(other_name)
    rows = inputs_of(body_of(call.request), INPUTS_MAX)
    ends = [((kind, str(row["from"]["id"])), (other, str(row["to"]["id"]))) for row in rows]
    return complete(call.portal, [_tied(call.portal, one, two, []) for one, two in ends])


def archive_batch(call: Call, name: str, other_name: str) -> Answer:
    """POST batch/archive: whole associations."""
    kind, other = kind_of(name), kind_of(other_name)
    for row in inputs_of(body_of(call.request), INPUTS_MAX):
        for one in row["to"] if isinstance(row["to"], list) else [row["to"]]:
            untie(call.portal, (kind, str(row["from"]["id"])), (other, str(one["id"])))
    return Answer(None, 204)


def _tied(portal: Portal, one: tuple[Kind, str], two: tuple[Kind, str], types: list[int]) -> dict[str, Json]:
    known = {found.type_id: found for found in portal.links.between(one[0].name, two[0].name)}
    for kind, record_id in (one, two):
        if portal.shelf(kind).alive(record_id) is None:
            raise not_found(kind.singular, [record_id])
    if unknown := [type_id for type_id in types if type_id not in known]:
        raise invalid(f"{unknown[0]} is not a valid association type from {one[0].name} to {two[0].name}.")
    tie(portal, one, two, types)
    return {
        "fromObjectTypeId": one[0].type_id, "fromObjectId": int(one[1]), "toObjectTypeId": two[0].type_id,
        "toObjectId": int(two[1]), "labels": [known[type_id].label for type_id in types if known[type_id].label],
    }  # fmt: skip
