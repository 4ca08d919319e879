"""What do the resources of lists answer?"""

from __future__ import annotations

from connector.sandbox.answers import Answer, Json
from connector.sandbox.hubspot.asked import body_of, number, page, part
from connector.sandbox.hubspot.calls import Call
from connector.sandbox.hubspot.kinds import kind_of
from connector.sandbox.hubspot.marketing import RecordList
from connector.sandbox.hubspot.moments import iso
from connector.sandbox.hubspot.refusals import Problem, invalid

PROCESSINGS = ("MANUAL", "DYNAMIC", "SNAPSHOT")
MEMBERS, MEMBERS_MAX, SEARCH_MAX = 100, 250, 500


def search_lists(call: Call) -> Answer:
    """POST search: by a part of the name, the way of processing, and ids."""
    body = body_of(call.request)
    text, kinds = str(body.get("query") or "").lower(), part(body, "processingTypes", list, [])
    ids = [str(one) for one in part(body, "listIds", list, [])]
    found = [
        one
        for one in call.portal.marketing.lists.values()
        if text in one.name.lower() and (not kinds or one.processing in kinds) and (not ids or one.id in ids)
    ]
    start, count = int(body.get("offset") or 0), min(int(body.get("count") or 20), SEARCH_MAX)
    end = start + count
    told = {"hasMore": end < len(found), "offset": min(end, len(found)), "total": len(found)}
    return Answer({"lists": [_told(one) for one in found[start:end]], **told})


def _told(one: RecordList) -> dict[str, Json]:
    return {
        "listId": one.id, "name": one.name, "objectTypeId": one.type_id, "processingType": one.processing,
        "processingStatus": "COMPLETE", "listVersion": 1, "createdAt": iso(one.created), "updatedAt": iso(one.updated),
        "filtersUpdatedAt": iso(one.created), "additionalProperties": {"hs_list_size": str(len(one.members))},
    }  # fmt: skip


def create_list(call: Call) -> Answer:
    """POST: a list; its name is unique in the portal."""
    body = body_of(call.request)
    if any(not body.get(name) for name in ("name", "objectTypeId", "processingType")):
        raise invalid("Some required fields were not set: [name, objectTypeId, processingType]")
    if body["processingType"] not in PROCESSINGS:
        raise invalid(f"{body['processingType']} is not one of [{', '.join(PROCESSINGS)}]")
    lists, now = call.portal.marketing.lists, call.portal.now
    if any(one.name == body["name"] for one in lists.values()):
        raise invalid(f"A list named {body['name']} already exists.", subCategory="ILS.DUPLICATE_LIST_NAMES")
    made = RecordList(call.portal.new_id(), str(body["name"]), kind_of(str(body["objectTypeId"])).type_id,
                      str(body["processingType"]), now, now)  # fmt: skip
    lists[made.id] = made
    return Answer({"list": _told(made)})


def _known(call: Call, list_id: str) -> RecordList:
    if list_id not in call.portal.marketing.lists:
        raise Problem(404, "OBJECT_NOT_FOUND", f"List does not exist with ID {list_id}.")
    return call.portal.marketing.lists[list_id]


def read_list(call: Call, list_id: str) -> Answer:
    """GET: one list."""
    return Answer({"list": _told(_known(call, list_id))})


def memberships(call: Call, list_id: str) -> Answer:
    """GET: who is on it, by record id."""
    found = _known(call, list_id)
    return _members(call, sorted(found.members.items(), key=lambda one: int(one[0])))


def join_order(call: Call, list_id: str) -> Answer:
    """GET: who is on it, in the order in which they came."""
    return _members(call, sorted(_known(call, list_id).members.items(), key=lambda one: (one[1], int(one[0]))))


def _members(call: Call, rows: list[tuple[str, int]]) -> Answer:
    limit, start = number(call.request, "limit", MEMBERS, MEMBERS_MAX), int(call.request.query.get("after") or 0)
    end = start + limit
    told = [{"recordId": record_id, "membershipTimestamp": iso(at)} for record_id, at in rows[start:end]]
    answer = page(told, str(end) if end < len(rows) else "", call.request)
    return Answer({**answer.body, "total": len(rows)})


def add_members(call: Call, list_id: str) -> Answer:
    """PUT memberships/add: a list of record ids, onto a list that is kept by hand."""
    found = _known(call, list_id)
    if found.processing == "DYNAMIC":
        raise invalid("Records cannot be added to a list that keeps itself.")
    wanted = [str(one) for one in call.request.json()]
    new = [one for one in wanted if one not in found.members]
    found.members |= dict.fromkeys(new, call.portal.now)
    return Answer({"recordIdsAdded": new, "recordIdsMissing": []})


def lists_of(call: Call, name: str, record_id: str) -> Answer:
    """GET: the lists a record is on."""
    type_id = kind_of(name).type_id
    rows = [
        {"listId": one.id, "listVersion": 1, "lastAddedTimestamp": iso(one.members[record_id])}
        for one in call.portal.marketing.lists.values()
        if one.type_id == type_id and record_id in one.members
    ]
    return Answer({"results": rows, "total": len(rows)})
