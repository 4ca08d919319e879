"""How are two records tied together, so that a contact has one primary company and everything mirrors it?"""

from __future__ import annotations

from collections.abc import Iterable

from connector.sandbox.hubspot.kinds import Kind
from connector.sandbox.hubspot.portal import Portal
from connector.sandbox.hubspot.records import Version
from connector.sandbox.hubspot.writes import bump

End = tuple[Kind, str]  # a record
MIRROR = "associatedcompanyid"


def tie(portal: Portal, one: End, two: End, types: Iterable[int] = ()) -> None:
    """Associate two records. A new primary takes the place of the old one; a first company is the primary one."""
    (kind, record_id), (other, to_id) = one, two
    chosen = set(types)
    party, company = _as_party(one, two)
    primary = portal.links.primary(party[0], "companies") if company else None
    if primary:
        sided = primary.type_id if kind.name == party[0] else primary.back
        if sided in chosen or not portal.links.of(party[0], party[1], "companies"):
            _drop_primary(portal, party, primary.type_id)
            chosen.add(sided)
    portal.links.put(kind.name, record_id, other.name, to_id, chosen)
    mirror_company(portal, party)
    _touch(portal, one, two, is_removed=False)


def untie(portal: Portal, one: End, two: End) -> None:
    """Take the whole association away."""
    (kind, record_id), (other, to_id) = one, two
    portal.links.cut(kind.name, record_id, other.name, to_id)
    mirror_company(portal, _as_party(one, two)[0])
    _touch(portal, one, two, is_removed=True)


def _as_party(one: End, two: End) -> tuple[tuple[str, str], str]:
    """The contact or deal of a pair, and the company; no company where the pair has none."""
    (kind, record_id), (other, to_id) = one, two
    if other.name == "companies":
        return (kind.name, record_id), to_id
    return (other.name, to_id), record_id if kind.name == "companies" else ""


def _drop_primary(portal: Portal, party: tuple[str, str], type_id: int) -> None:
    for company in list(portal.links.of(party[0], party[1], "companies")):
        portal.links.cut(party[0], party[1], "companies", company, [type_id])


def primary_company(portal: Portal, kind: str, record_id: str) -> str:
    """The primary company of a contact or deal; empty where it has none."""
    primary = portal.links.primary(kind, "companies")
    linked = portal.links.of(kind, record_id, "companies")
    return next((one for one, types in linked.items() if primary and primary.type_id in types), "")


def mirror_company(portal: Portal, party: tuple[str, str]) -> None:
    """A contact's property says which company is the primary one."""
    record = portal.shelves["contacts"].find(party[1]) if party[0] == "contacts" else None
    if record is None:
        return
    company = primary_company(portal, "contacts", record.id)
    if record.values.get(MIRROR, "") != company:
        record.put(MIRROR, Version(company, portal.now, "CALCULATED", "RollupProperties"))
        portal.shelves["contacts"].version += 1


def _touch(portal: Portal, one: End, two: End, *, is_removed: bool) -> None:
    """What a new association, or the end of one, does beside itself."""
    (kind, record_id), (_, to_id) = one, two
    record = portal.shelf(kind).find(record_id)
    if record and portal.settings.bump_on_association:
        bump(portal, kind, record)
    told = {"fromObjectId": int(record_id), "toObjectId": int(to_id), "associationRemoved": is_removed}
    portal.webhooks.note(portal.now, kind, "associationChange", record_id, **told)
