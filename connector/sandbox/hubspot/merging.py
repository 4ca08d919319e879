"""What becomes of two records that are one, and of one that must go for good?"""

from __future__ import annotations

from connector.sandbox.answers import Answer
from connector.sandbox.hubspot.asked import body_of
from connector.sandbox.hubspot.calls import Call
from connector.sandbox.hubspot.kinds import KINDS, Kind, kind_of
from connector.sandbox.hubspot.objects import locate, seek
from connector.sandbox.hubspot.portal import Portal
from connector.sandbox.hubspot.records import Record
from connector.sandbox.hubspot.refusals import invalid
from connector.sandbox.hubspot.seed import place
from connector.sandbox.hubspot.shown import Wanted, shown
from connector.sandbox.hubspot.tied import mirror_company

MERGED = "hs_merged_object_ids"


def merge_records(call: Call, name: str) -> Answer:
    """POST merge: the new record."""
    kind, body = kind_of(name), body_of(call.request)
    primary = locate(call.portal, kind, str(body.get("primaryObjectId")))
    other = locate(call.portal, kind, str(body.get("objectIdToMerge")))
    if primary is other:
        raise invalid("A record cannot be merged with itself.")
    made = merge(call.portal, kind, (primary, other))
    call.portal.journal.wrote(kind.name, "updated")
    return Answer(shown(call.portal, kind, made, Wanted([*made.values])))


def merge(portal: Portal, kind: Kind, pair: tuple[Record, Record], *, new_id: str = "", at: int = 0) -> Record:
    """One record of two, of which the first is the primary: its values and associations win. Both ids lead to it."""
    primary, other = pair
    shelf, old = portal.shelf(kind), (primary.id, other.id)
    values = {**other.values, **{name: value for name, value in primary.values.items() if value}}
    absorbed = [one for record in (primary, other) for one in (*record.values.get(MERGED, "").split(";"), record.id)]
    values[MERGED] = ";".join(dict.fromkeys(filter(None, absorbed)))
    _keep_mails(kind, primary, other, values)
    made = Record(new_id or portal.new_id(), values, min(primary.created, other.created), at or portal.now)
    made.past = {name: list(versions) for name, versions in primary.past.items()}
    for record_id in old:
        shelf.remove(record_id)
        shelf.aliases[int(record_id)] = int(made.id)
    place(portal, kind, made)
    for one in KINDS:
        _hand_over(portal, kind, one, old, made.id)
    for contact in [made.id] if kind.name == "contacts" else portal.links.of(kind.name, made.id, "contacts"):
        mirror_company(portal, ("contacts", contact))
    for group in portal.marketing.lists.values():
        if group.type_id == kind.type_id:
            _on_list(group.members, old, made.id)
    told = {"primaryObjectId": int(old[0]), "mergedObjectIds": [*map(int, old)], "newObjectId": int(made.id)}
    portal.webhooks.note(made.updated, kind, "merge", made.id, **told)
    return made


def _keep_mails(kind: Kind, primary: Record, other: Record, values: dict[str, str]) -> None:
    """The other contact's address stays known as a further one."""
    if kind.name != "contacts":
        return
    further = [one.values.get("hs_additional_emails", "") for one in (primary, other)]
    mails = [*";".join(further).split(";"), other.values.get("email", "")]
    values["hs_additional_emails"] = ";".join(
        dict.fromkeys(mail for mail in mails if mail and mail != values.get("email"))
    )


def _hand_over(portal: Portal, kind: Kind, to_kind: Kind, old: tuple[str, str], new_id: str) -> None:
    """The primary's associations first; of the other one's, a second primary company loses that label."""
    links, primary = portal.links, portal.links.primary(kind.name, to_kind.name)
    for number, old_id in enumerate(old):
        held = {to_id: set(types) for to_id, types in links.of(kind.name, old_id, to_kind.name).items()}
        taken = any(
            primary and primary.type_id in types for types in links.of(kind.name, new_id, to_kind.name).values()
        )
        links.cut_all(kind.name, old_id, to_kind.name)
        for to_id, types in held.items():
            is_second = number == 1 and taken and primary is not None and to_kind.name == "companies"
            links.put(
                kind.name, new_id, to_kind.name, to_id, types - {primary.type_id} if is_second and primary else types
            )


def _on_list(members: dict[str, int], old: tuple[str, str], new_id: str) -> None:
    joined = [members.pop(one) for one in old if one in members]
    if joined:
        members[new_id] = min(joined)


def erase_contact(call: Call, name: str) -> Answer:
    """POST gdpr-delete: gone for good, and not in the archive either."""
    kind, body = kind_of(name), body_of(call.request)
    if kind.name != "contacts":
        raise invalid(f"{kind.name} cannot be deleted for good.")
    key, by = str(body.get("objectId") or body.get("id") or ""), str(body.get("idProperty") or "")
    for archived in (False, True):
        record = seek(call.portal, kind, key, by, archived=archived)
        if record:
            erase(call.portal, kind, record)
    return Answer(None, 204)


def erase(portal: Portal, kind: Kind, record: Record) -> None:
    """Take a record away with all that hangs on it."""
    for one in KINDS:
        portal.links.cut_all(kind.name, record.id, one.name)
    for keys in portal.shelf(kind).by_key.values():
        for key in [key for key, number in keys.items() if number == int(record.id)]:
            del keys[key]
    portal.shelf(kind).remove(record.id)
    portal.journal.wrote(kind.name, "deleted")
    portal.webhooks.note(portal.now, kind, "privacyDeletion", record.id)
