"""Which stories can a test tell over the control plane? Records put, touched, archived and brought back."""

from __future__ import annotations

from collections.abc import Callable

from connector.sandbox.answers import Json, Refusal
from connector.sandbox.hubspot.access import CLIENT_SECRET
from connector.sandbox.hubspot.instance import Instance
from connector.sandbox.hubspot.kinds import kind_of
from connector.sandbox.hubspot.merging import erase, merge
from connector.sandbox.hubspot.portal import Portal
from connector.sandbox.hubspot.records import Record
from connector.sandbox.hubspot.seed import put_associations, put_marketing, put_owner, put_records
from connector.sandbox.hubspot.webhooks import Delivery
from connector.sandbox.hubspot.writes import archive, bump, restore

Verb = Callable[[Instance, dict[str, Json]], Json]


def seed(instance: Instance, body: dict[str, Json]) -> Json:
    """{"records": {"companies": [{…}]}, "associations": [{…}], "owners": […], "forms": […], …}: as they are."""
    portal = instance.portal
    for owner in body.get("owners") or []:
        put_owner(portal, owner)
    ids = {name: put_records(portal, kind_of(name), rows) for name, rows in (body.get("records") or {}).items()}
    put_associations(portal, body.get("associations") or [])
    put_marketing(portal, body)
    return {"ids": ids}


def _named(portal: Portal, body: dict[str, Json]) -> list[Record]:
    kind = kind_of(str(body["object"]))
    found = {str(one): portal.shelf(kind).find(str(one)) for one in body["ids"]}
    if missing := [one for one, record in found.items() if record is None]:
        raise Refusal(404, "NOT_FOUND", f"There is no {kind.singular} {missing[0]}.")
    return [record for record in found.values() if record]


def _over(work: Callable[..., None]) -> Verb:
    def verb(instance: Instance, body: dict[str, Json]) -> Json:
        for record in _named(instance.portal, body):
            work(instance.portal, kind_of(str(body["object"])), record)
        return {}

    return verb


def merge_records(instance: Instance, body: dict[str, Json]) -> Json:
    """{"object": "companies", "primary": id, "other": id}: a person merges them."""
    primary, other = _named(instance.portal, {**body, "ids": [body["primary"], body["other"]]})
    return {"id": merge(instance.portal, kind_of(str(body["object"])), (primary, other)).id}


def end_sessions(instance: Instance, _: dict[str, Json]) -> Json:
    """Every token is dead."""
    instance.access.expire_all()
    return {}


def subscribe(instance: Instance, body: dict[str, Json]) -> Json:
    """{"url": "http://127.0.0.1:…", "events": ["company.propertyChange", "*.merge"]}: who is told of what."""
    instance.portal.webhooks.subscribe(str(body["url"]), [str(one) for one in body["events"]])
    return {}


def deliver(instance: Instance, body: dict[str, Json]) -> Json:
    """{"shuffled": true, "again": true, "age_seconds": 400}: send what waits; a receiver may ask us meanwhile."""
    hooks, how = instance.portal.webhooks, Delivery(**body)
    events = hooks.due(how)
    return lambda: {"statuses": hooks.deliver(events, CLIENT_SECRET, how.age_seconds), "waiting": len(hooks.waiting)}


STORIES: dict[tuple[str, str], Verb] = {
    ("POST", "seed"): seed,
    ("POST", "rows"): seed,
    ("POST", "touch"): _over(bump),
    ("POST", "delete"): _over(archive),
    ("POST", "undelete"): _over(restore),
    ("POST", "merge"): merge_records,
    ("POST", "erase"): _over(erase),
    ("DELETE", "sessions"): end_sessions,
    ("POST", "webhooks"): subscribe,
    ("POST", "webhooks/deliver"): deliver,
}
