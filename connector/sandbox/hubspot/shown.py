"""How does a record look in an answer? Its properties as text, its stamps, and what it is associated with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from connector.sandbox.answers import Json
from connector.sandbox.hubspot.kinds import Kind, kind_of
from connector.sandbox.hubspot.moments import iso
from connector.sandbox.hubspot.portal import Portal
from connector.sandbox.hubspot.records import Record, Version

INLINE_MAX = 100  # associations of one kind that come with a record
BODIES = ("hs_email_text", "hs_email_html", "hs_email_subject", "hs_email_headers")
COUNTS = {
    f"{prefix}num_associated_{kind}": kind for kind in ("contacts", "companies", "deals") for prefix in ("", "hs_")
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an answer should hold of each record."""

    properties: Sequence[str] = ()  # none: the defaults of the kind
    history: Sequence[str] = ()
    associations: Sequence[str] = ()
    redacted: bool = False  # the token may not see the texts of e-mails


def value_of(portal: Portal, kind: Kind, record: Record, name: str) -> str | None:
    """What a property says; None where it was never set."""
    if name == "hs_object_id":
        return record.id
    if name == kind.stamp:
        return iso(record.updated)
    if name in (kind.created, "hs_createdate"):
        return iso(record.created)
    if name in COUNTS and name in portal.of(kind).properties:
        return str(len(portal.links.of(kind.name, record.id, COUNTS[name])))
    return record.values.get(name)


def shown(portal: Portal, kind: Kind, record: Record, wanted: Wanted) -> dict[str, Json]:
    """One record. Properties nobody defined are left out without a word."""
    known = portal.of(kind).properties
    names = [*dict.fromkeys((*(wanted.properties or kind.defaults), *always(kind)))]
    properties = {name: value_of(portal, kind, record, name) for name in names if name in known}
    if wanted.redacted:
        properties |= {name: "" for name in BODIES if properties.get(name)}
    told: dict[str, Json] = {
        "id": record.id, "properties": properties, "createdAt": iso(record.created), "updatedAt": iso(record.updated),
        "archived": bool(record.archived_at), "url": _url(portal, kind, record),
    }  # fmt: skip
    if record.archived_at:
        told["archivedAt"] = iso(record.archived_at)
    if wanted.history:
        told["propertiesWithHistory"] = {name: _history(kind, record, name) for name in wanted.history if name in known}
    if wanted.associations:
        told |= _inline(portal, kind, record, wanted.associations)
    return told


def always(kind: Kind) -> tuple[str, ...]:
    """The properties that come with every record."""
    return ("hs_object_id", kind.created, kind.stamp)


def _url(portal: Portal, kind: Kind, record: Record) -> str:
    return f"https://app.hubspot.com/contacts/{portal.id}/record/{kind.type_id}/{record.id}"


def _history(kind: Kind, record: Record, name: str) -> list[dict[str, Json]]:
    if name == kind.stamp:
        return [_told(Version(iso(record.updated), record.updated, "CALCULATED"))]
    return [_told(version) for version in record.versions(name)]


def _told(version: Version) -> dict[str, Json]:
    told = {"value": version.value, "timestamp": iso(version.at), "sourceType": version.source}
    return told | ({"sourceId": version.source_id} if version.source_id else {})


def _inline(portal: Portal, kind: Kind, record: Record, names: Sequence[str]) -> dict[str, Json]:
    """Ids and the types as words; an id comes once for each of its types."""
    found = {}
    for other in map(kind_of, names):
        words = {one.type_id: word(one.label, kind, other) for one in portal.links.between(kind.name, other.name)}
        has_primary = portal.links.primary(kind.name, other.name) is not None
        linked = portal.links.of(kind.name, record.id, other.name)
        rows = [
            {"id": to_id, "type": name}
            for to_id, types in list(linked.items())[:INLINE_MAX]
            for name in _words([words[one] for one in sorted(types)], kind, other, has_primary=has_primary)
        ]
        if rows:
            link = f"https://api.hubapi.com/crm/v4/objects/{kind.name}/{record.id}/associations/{other.name}?after="
            after = list(linked)[INLINE_MAX - 1] if len(linked) > INLINE_MAX else ""
            paging = {"paging": {"next": {"after": after, "link": link + after}}} if after else {}
            found[other.name] = {"results": rows, **paging}
    return {"associations": found} if found else {}


def word(label: str | None, kind: Kind, other: Kind) -> str:
    """A type as an inline association names it."""
    plain = f"{kind.singular}_to_{other.singular}"
    if label == "Primary":
        return plain
    return f"{plain}_unlabeled" if label is None else label.lower().replace(" ", "_")


def _words(names: Sequence[str], kind: Kind, other: Kind, *, has_primary: bool) -> list[str]:
    """Between contacts, companies and deals, the plain type comes with its unlabelled twin."""
    plain = f"{kind.singular}_to_{other.singular}"
    labelled = [name for name in names if not name.endswith("_unlabeled")]
    twin = [f"{plain}_unlabeled"] if has_primary else []
    return list(dict.fromkeys([plain, *labelled, *twin]))


def submitted(kind: Kind, answer: dict[str, Json], names: Mapping[str, Json]) -> dict[str, Json]:
    """What a write answers: only the properties that were sent, and those the system keeps."""
    kept = {name: value for name, value in answer["properties"].items() if name in names or name in always(kind)}
    return {**answer, "properties": kept}
