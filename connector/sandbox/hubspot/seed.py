"""How do records get into a portal as they are, without the rules of the API? By hand, or from a world."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from connector.sandbox.answers import Json
from connector.sandbox.hubspot.kinds import Kind, kind_of
from connector.sandbox.hubspot.marketing import Campaign, Form, MailEvent, RecordList
from connector.sandbox.hubspot.moments import read_moment
from connector.sandbox.hubspot.owners import Owner
from connector.sandbox.hubspot.portal import Portal
from connector.sandbox.hubspot.properties import Property
from connector.sandbox.hubspot.records import Record, Version
from connector.sandbox.hubspot.stages import stage_values
from connector.sandbox.hubspot.tied import tie
from connector.sandbox.hubspot.values import as_text
from connector.sandbox.hubspot.writes import keep_for_index, note_mails, stage_of


def put_records(portal: Portal, kind: Kind, rows: Iterable[Mapping[str, Json]]) -> list[str]:
    """Put rows in: {"id", "properties", "createdAt", "updatedAt", "archived"}, or properties alone beside `id`.

    Moments are ISO or milliseconds; without them it is now. Properties nobody defined become texts of their own.
    """
    return [_put(portal, kind, row).id for row in rows]


def _put(portal: Portal, kind: Kind, row: Mapping[str, Json]) -> Record:
    named = {"id", "createdAt", "updatedAt", "archived", "properties"}
    given = row.get("properties") or {name: value for name, value in row.items() if name not in named}
    values = {name: as_text(value) for name, value in given.items() if value is not None}
    created = read_moment(str(row.get("createdAt") or values.pop(kind.created, "") or portal.now))
    updated = read_moment(str(row.get("updatedAt") or values.pop(kind.stamp, "") or max(created, portal.now)))
    archived_at = updated if row.get("archived") else 0
    record = Record(str(row.get("id") or portal.new_id()), values, created, updated, archived_at)
    return place(portal, kind, record)


def place(portal: Portal, kind: Kind, record: Record) -> Record:
    """Put a whole record in, in the place of the one with its id; what follows from its values is worked out."""
    before = portal.shelf(kind).records.get(int(record.id))
    for name in record.values.keys() - portal.of(kind).properties.keys():
        define(portal, kind, name)
    record.values |= stage_values(stage_of(portal, kind, record.values))
    if mail := record.values.get("email"):
        record.values["hs_email_domain"] = mail.rpartition("@")[2]
    if before:
        keep_for_index(portal, before)
        record.indexed, record.created = before.indexed, before.created
        record.past = _past(before, record)
    portal.shelf(kind).add(record)
    _index(portal, kind, record, before)
    return record


def _past(before: Record, record: Record) -> dict[str, list[Version]]:
    """The history goes on where a value differs."""
    kept = Record(record.id, dict(before.values), before.created, before.updated, past=dict(before.past))
    for name, value in record.values.items():
        if before.values.get(name) != value:
            kept.put(name, Version(value, record.updated, record.source))
    return kept.past


def _index(portal: Portal, kind: Kind, record: Record, before: Record | None) -> None:
    """Remember unique values; those of an archived record are free."""
    for name in portal.of(kind).unique():
        keys = portal.shelf(kind).by_key.setdefault(name, {})
        if before and before.values.get(name):
            keys.pop(before.values[name].lower(), None)
        if record.values.get(name) and not record.archived_at:
            keys[record.values[name].lower()] = int(record.id)
    if kind.name == "contacts":
        note_mails(portal, record)


def define(portal: Portal, kind: Kind, name: str) -> Property:
    """A text property of the portal's own."""
    group = next(iter(portal.of(kind).groups))
    made = Property(name, name, "string", "text", group, display_order=len(portal.of(kind).properties))
    portal.of(kind).properties[name] = made
    return made


def put_associations(portal: Portal, rows: Sequence[Mapping[str, Json]]) -> None:
    """Each {"from": ["contacts", "1"], "to": ["companies", "2"], "types": [1]}; the plain type comes along."""
    for row in rows:
        (from_kind, from_id), (to_kind, to_id) = row["from"], row["to"]
        ends = (kind_of(from_kind), str(from_id)), (kind_of(to_kind), str(to_id))
        tie(portal, *ends, row.get("types") or ())


def put_owner(portal: Portal, row: Mapping[str, Json]) -> None:
    """{"id", "email", "firstName", "lastName", "userId", "archived", "type", "createdAt", "updatedAt"}."""
    created = read_moment(str(row.get("createdAt") or portal.now))
    updated = read_moment(str(row.get("updatedAt") or created))
    user_id = row.get("userId")
    portal.owners[str(row["id"])] = Owner(
        str(row["id"]), str(row.get("email") or ""), str(row.get("firstName") or ""), str(row.get("lastName") or ""),
        None if user_id is None else int(user_id), created, updated, bool(row.get("archived")),
        str(row.get("type") or "PERSON"),
    )  # fmt: skip


def put_marketing(portal: Portal, body: Mapping[str, Json]) -> None:
    """{"forms": […], "email_events": […], "campaigns": […], "lists": […], "visits": […]}, each as the API shows it."""
    marketing = portal.marketing
    for row in body.get("forms") or []:
        _put_form(portal, row)
    for row in body.get("email_events") or []:
        marketing.mails.put(_mail_event(row))
    for row in body.get("campaigns") or []:
        at, moved = _moment(portal, row, "createdAt"), _moment(portal, row, "updatedAt")
        marketing.campaigns[str(row["id"])] = Campaign(str(row["id"]), dict(row.get("properties") or {}), at, moved)
    for row in body.get("lists") or []:
        made = _moment(portal, row, "createdAt")
        members = {str(one): made for one in row.get("members") or []}
        listed = RecordList(str(row["id"]), str(row["name"]), str(row.get("objectTypeId") or "0-1"),
                            str(row.get("processingType") or "MANUAL"), made, made, members)  # fmt: skip
        marketing.lists[listed.id] = listed
    marketing.visits += [dict(row) for row in body.get("visits") or []]


def _moment(portal: Portal, row: Mapping[str, Json], name: str) -> int:
    return read_moment(str(row.get(name) or portal.now))


def _put_form(portal: Portal, row: Mapping[str, Json]) -> None:
    form = Form(str(row["id"]), str(row["name"]), _moment(portal, row, "createdAt"), _moment(portal, row, "updatedAt"),
                str(row.get("formType") or "hubspot"))  # fmt: skip
    for number, one in enumerate(row.get("submissions") or []):
        values = {str(value["name"]): str(value["value"]) for value in one.get("values") or []}
        key = str(one.get("conversionId") or f"{form.id}-{number}")
        form.submissions[key] = (_moment(portal, one, "submittedAt"), values, str(one.get("pageUrl") or ""))
    portal.marketing.forms[form.id] = form


def _mail_event(row: Mapping[str, Json]) -> MailEvent:
    return MailEvent(
        int(row["created"]), str(row["id"]), str(row["type"]), str(row["recipient"]),
        int(row.get("emailCampaignId") or 0), bool(row.get("filteredEvent")), str(row.get("url") or ""),
    )  # fmt: skip
