"""Which function answers which path? One table, of which every row has its path in both families of versions."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import unquote

from connector.sandbox.answers import Answer, Request
from connector.sandbox.hubspot import (
    account,
    associations,
    batches,
    fields,
    lists,
    mailings,
    merging,
    objects,
    pipelines,
    search,
)
from connector.sandbox.hubspot.calls import Call
from connector.sandbox.hubspot.kinds import BY_NAME
from connector.sandbox.hubspot.refusals import Problem, no_path

RELEASES = ("2025-09", "2026-03", "2026-09")
Resource = Callable[..., Answer]
AREAS: dict[str, tuple[str, str]] = {  # how an area's paths begin: with a number, and with a month
    "objects": ("/crm/v3/objects", "/crm/objects/DATE"),
    "links": ("/crm/v4/objects", "/crm/objects/DATE"),
    "associations": ("/crm/v4/associations", "/crm/associations/DATE"),
    "properties": ("/crm/v3/properties", "/crm/properties/DATE"),
    "pipelines": ("/crm/v3/pipelines", "/crm/pipelines/DATE"),
    "owners": ("/crm/v3/owners", "/crm/owners/DATE"),
    "account": ("/account-info/v3", "/account-info/DATE"),
    "limits": ("/crm/v3/limits", "/crm/limits/DATE"),
    "lists": ("/crm/v3/lists", "/crm/lists/DATE"),
    "campaigns": ("/marketing/v3/campaigns", "/marketing/campaigns/DATE"),
    "occasions": ("/marketing/v3/marketing-events", "/marketing/marketing-events/DATE"),
    "visits": ("/events/v3/events", "/events/event-occurrences/DATE"),
    "forms": ("/marketing/v3/forms", ""),  # the rest has no path with a month yet
    "submissions": ("/form-integrations/v1/submissions/forms", ""),
    "mail": ("/email/public/v1", ""),
}
T, N = r"([\w-]+)", r"([^/]+)"  # a type, a name or an id
READ, WRITE = "crm.objects.{kind}.read", "crm.objects.{kind}.write"
SEE, DEFINE = f"crm.schemas.{{kind}}.read {READ}", "crm.schemas.{kind}.write"

TABLE: tuple[tuple[str, str, str, Resource, str], ...] = (
    ("GET", "objects", rf"/{T}", objects.list_records, READ),
    ("POST", "objects", rf"/{T}", objects.create_record, WRITE),
    ("POST", "objects", rf"/{T}/search", search.search, READ),
    ("POST", "objects", rf"/{T}/batch/read", batches.read_batch, READ),
    ("POST", "objects", rf"/{T}/batch/create", batches.create_batch, WRITE),
    ("POST", "objects", rf"/{T}/batch/update", batches.update_batch, WRITE),
    ("POST", "objects", rf"/{T}/batch/upsert", batches.upsert_batch, WRITE),
    ("POST", "objects", rf"/{T}/batch/archive", batches.archive_batch, WRITE),
    ("POST", "objects", rf"/{T}/merge", merging.merge_records, WRITE),
    ("POST", "objects", rf"/{T}/gdpr-delete", merging.erase_contact, WRITE),
    ("GET", "objects", rf"/{T}/{N}", objects.read_record, READ),
    ("PATCH", "objects", rf"/{T}/{N}", objects.change_record, WRITE),
    ("DELETE", "objects", rf"/{T}/{N}", objects.archive_record, WRITE),
    ("GET", "links", rf"/{T}/{N}/associations/{T}", associations.read_one, READ),
    ("POST", "associations", rf"/{T}/{T}/batch/read", associations.read_batch, READ),
    ("POST", "associations", rf"/{T}/{T}/batch/create", associations.create_batch, WRITE),
    ("POST", "associations", rf"/{T}/{T}/batch/associate/default", associations.default_batch, WRITE),
    ("POST", "associations", rf"/{T}/{T}/batch/archive", associations.archive_batch, WRITE),
    ("GET", "associations", rf"/{T}/{T}/labels", associations.labels, READ),
    ("POST", "associations", rf"/{T}/{T}/labels", associations.add_label, WRITE),
    ("GET", "properties", rf"/{T}", fields.list_properties, SEE),
    ("POST", "properties", rf"/{T}", fields.create_property, DEFINE),
    ("POST", "properties", rf"/{T}/batch/create", fields.create_batch, DEFINE),
    ("POST", "properties", rf"/{T}/batch/archive", fields.archive_batch, DEFINE),
    ("GET", "properties", rf"/{T}/groups", fields.list_groups, SEE),
    ("POST", "properties", rf"/{T}/groups", fields.create_group, DEFINE),
    ("GET", "properties", rf"/{T}/groups/{N}", fields.read_group, SEE),
    ("PATCH", "properties", rf"/{T}/groups/{N}", fields.change_group, DEFINE),
    ("DELETE", "properties", rf"/{T}/groups/{N}", fields.archive_group, DEFINE),
    ("GET", "properties", rf"/{T}/{N}", fields.read_property, SEE),
    ("PATCH", "properties", rf"/{T}/{N}", fields.change_property, DEFINE),
    ("DELETE", "properties", rf"/{T}/{N}", fields.archive_property, DEFINE),
    ("GET", "pipelines", rf"/{T}", pipelines.pipelines, "crm.objects.deals.read crm.schemas.deals.read"),
    ("GET", "pipelines", rf"/{T}/{N}", pipelines.pipeline, "crm.objects.deals.read crm.schemas.deals.read"),
    ("GET", "owners", r"", account.list_owners, "crm.objects.owners.read"),
    ("GET", "owners", rf"/{N}", account.read_owner, "crm.objects.owners.read"),
    ("GET", "account", r"/details", account.details, ""),
    ("GET", "account", r"/api-usage/daily/private-apps", account.daily_usage, ""),
    ("GET", "limits", r"/custom-properties", account.property_limits, ""),
    ("POST", "lists", r"/search", lists.search_lists, "crm.lists.read"),
    ("POST", "lists", r"", lists.create_list, "crm.lists.write"),
    ("GET", "lists", rf"/records/{T}/{N}/memberships", lists.lists_of, "crm.lists.read"),
    ("GET", "lists", rf"/{N}/memberships", lists.memberships, "crm.lists.read"),
    ("GET", "lists", rf"/{N}/memberships/join-order", lists.join_order, "crm.lists.read"),
    ("PUT", "lists", rf"/{N}/memberships/add", lists.add_members, "crm.lists.write"),
    ("GET", "lists", rf"/{N}", lists.read_list, "crm.lists.read"),
    ("GET", "campaigns", r"", mailings.list_campaigns, "marketing.campaigns.read"),
    ("GET", "campaigns", rf"/{N}", mailings.read_campaign, "marketing.campaigns.read"),
    ("GET", "occasions", r"", mailings.list_occasions, "crm.objects.marketing_events.read"),
    (
        "GET",
        "occasions",
        rf"/participations/{N}/breakdown",
        mailings.participations,
        "crm.objects.marketing_events.read",
    ),
    ("GET", "visits", r"", mailings.visits, "business-intelligence"),
    ("GET", "visits", r"/event-types", mailings.visit_types, "business-intelligence"),
    ("GET", "forms", r"", mailings.list_forms, "forms"),
    ("GET", "forms", rf"/{N}", mailings.read_form, "forms"),
    ("GET", "submissions", rf"/{N}", mailings.submissions, "forms"),
    ("GET", "mail", r"/events", mailings.email_events, "content"),
    ("GET", "mail", rf"/campaigns/{N}", mailings.mail_campaign, "content"),
)


@dataclass(frozen=True, slots=True)
class Route:
    """One row of the table in one family."""

    method: str
    pattern: re.Pattern[str]
    resource: Resource
    scopes: str
    version: str  # of a path with a number; that of a release stands in the path

    def demanded(self, groups: Sequence[str]) -> list[str]:
        """The scopes of which a token needs one; the type in the path says which."""
        kind = BY_NAME.get(groups[0].lower()) if groups else None
        return [scope.format(kind=kind.scope if kind else "custom") for scope in self.scopes.split()]


def routes() -> list[Route]:
    """The table in both families."""
    found = []
    for method, area, tail, resource, scopes in TABLE:
        numbered, dated = AREAS[area]
        version = re.search(r"/(v\d)(?:/|$)", numbered)
        number = version.group(1) if version else "v1"
        found.append(Route(method, re.compile(numbered + tail), resource, scopes, number))
        if dated:
            month = dated.replace("DATE", f"(?P<release>{'|'.join(RELEASES)})")
            found.append(Route(method, re.compile(month + tail), resource, scopes, ""))
    return found


@dataclass(frozen=True, slots=True)
class Found:
    """The row of a request, and what its path names."""

    route: Route
    version: str
    names: tuple[str, ...]


def find(known: Sequence[Route], request: Request) -> Found:
    """The row that answers the path, with or without a slash at its end. Refuses 404 and 405."""
    path = request.path.rstrip("/")
    matches = [(route, match) for route in known if (match := route.pattern.fullmatch(path))]
    for route, match in matches:
        if route.method == request.method:
            release = match.groupdict().get("release", "")
            names = match.groups()[1:] if release else match.groups()
            return Found(route, release or route.version, tuple(unquote(name) for name in names))
    if matches:
        raise Problem(405, "", "HTTP 405 Method Not Allowed")
    raise no_path()


def answer(found: Found, call: Call) -> Answer:
    """What the row answers."""
    version = replace(call.request, version=found.version)
    return found.route.resource(replace(call, request=version), *found.names)
