"""What do the resources of forms, marketing e-mail, campaigns and occasions answer?"""

from __future__ import annotations

from connector.sandbox.answers import Answer, Json
from connector.sandbox.hubspot.asked import flag, names_in, number, offset_page
from connector.sandbox.hubspot.calls import Call
from connector.sandbox.hubspot.marketing import Campaign, Form, MailEvent
from connector.sandbox.hubspot.moments import iso, read_moment
from connector.sandbox.hubspot.refusals import Problem, invalid

SUBMISSIONS_MAX, EVENTS_MAX, FORMS_MAX, CAMPAIGNS, CAMPAIGNS_MAX = 50, 1_000, 500, 50, 100
NO_SUBMISSIONS = ("blog_comment",)
ENTERPRISE = "enterprise"
CAMPAIGN_DEFAULTS = ("hs_name",)


def list_forms(call: Call) -> Answer:
    """GET: the forms of the types that are asked for; those made in HubSpot where none is."""
    archived, types = flag(call.request, "archived"), names_in(call.request, "formTypes") or ["hubspot"]
    forms = [one for one in call.portal.marketing.forms.values() if "all" in types or one.type in types]
    rows = [] if archived else [_form(one) for one in forms]
    return offset_page(rows, call.request, 20, FORMS_MAX)


def read_form(call: Call, form_id: str) -> Answer:
    """GET: one form."""
    return Answer(_form(_known(call, form_id)))


def _known(call: Call, form_id: str) -> Form:
    if form_id not in call.portal.marketing.forms:
        raise Problem(404, "OBJECT_NOT_FOUND", f"No form found with id {form_id}")
    return call.portal.marketing.forms[form_id]


def _form(form: Form) -> dict[str, Json]:
    stamps = {"createdAt": iso(form.created), "updatedAt": iso(form.updated), "archived": False}
    return {"id": form.id, "name": form.name, "formType": form.type, "fieldGroups": [], **stamps}


def submissions(call: Call, form_id: str) -> Answer:
    """GET: what was sent in, newest first; there is no filter by date."""
    form = _known(call, form_id)
    if form.type in NO_SUBMISSIONS:
        raise invalid(f"Form type {form.type} is not allowed", subCategory="FORM_TYPE_NOT_ALLOWED")
    newest = sorted(form.submissions.items(), key=lambda one: (-one[1][0], one[0]))
    rows = [
        {
            "conversionId": key, "submittedAt": at, "pageUrl": page,
            "values": [{"name": name, "value": value, "objectTypeId": "0-1"} for name, value in values.items()],
        }
        for key, (at, values, page) in newest
    ]  # fmt: skip
    return offset_page(rows, call.request, 20, SUBMISSIONS_MAX)


def email_events(call: Call) -> Answer:
    """GET: events between two moments, both included, newest first; to begin at 0 is a 500."""
    query = call.request.query
    if query.get("startTimestamp") == "0":
        raise Problem(500, "", "internal error")
    first, last = int(query.get("startTimestamp") or 1), int(query.get("endTimestamp") or call.portal.now)
    kind, recipient, campaign = query.get("eventType"), query.get("recipient"), query.get("campaignId")
    found = [
        one
        for one in call.portal.marketing.mails.between(first, last)
        if (not kind or one.type == kind)
        and (not recipient or one.recipient == recipient)
        and (not campaign or str(one.campaign) == campaign)
    ]
    limit, start = number(call.request, "limit", 10, EVENTS_MAX), int(query.get("offset") or "0", 36)
    end = start + limit
    told = [_event(call, one) for one in found[start:end]]
    return Answer({"hasMore": end < len(found), "offset": _base36(end), "events": told})


def _base36(place: int) -> str:
    """An offset that looks like nothing one could count with."""
    digits = ""
    while place:
        place, digit = divmod(place, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return digits or "0"


def _event(call: Call, event: MailEvent) -> dict[str, Json]:
    told: dict[str, Json] = {
        "id": event.id, "created": event.created, "type": event.type, "recipient": event.recipient,
        "emailCampaignId": event.campaign, "emailCampaignGroupId": event.campaign, "appId": 113,
        "appName": "Batch", "portalId": call.portal.id, "filteredEvent": event.filtered,
        "sentBy": {"id": f"sent-{event.id}", "created": event.created},
    }  # fmt: skip
    return told | ({"url": event.url} if event.url else {})


def mail_campaign(call: Call, campaign_id: str) -> Answer:
    """GET: the name of one mailing."""
    del call
    return Answer({"id": int(campaign_id), "appId": 113, "name": f"Mailing {campaign_id}", "type": "BATCH_EMAIL"})


def list_campaigns(call: Call) -> Answer:
    """GET: the campaigns; some properties are not for everybody."""
    names = names_in(call.request, "properties")
    if banned := [name for name in names if name in call.portal.settings.forbidden_campaign_properties]:
        raise invalid(f"Property {banned[0]} cannot be read here.")
    rows = [_campaign(one, names) for one in call.portal.marketing.campaigns.values()]
    return offset_page(rows, call.request, CAMPAIGNS, CAMPAIGNS_MAX)


def read_campaign(call: Call, campaign_id: str) -> Answer:
    """GET: one campaign."""
    found = call.portal.marketing.campaigns.get(campaign_id)
    if found is None:
        raise Problem(404, "OBJECT_NOT_FOUND", f"There is no campaign {campaign_id}.")
    return Answer(_campaign(found, names_in(call.request, "properties")))


def _campaign(one: Campaign, names: list[str]) -> dict[str, Json]:
    wanted = {name: one.properties.get(name) for name in names or CAMPAIGN_DEFAULTS}
    return {"id": one.id, "properties": wanted, "createdAt": iso(one.created), "updatedAt": iso(one.updated)}


def list_occasions(call: Call) -> Answer:
    """GET: webinars, fairs and dinners."""
    rows = [
        {
            "objectId": one.id, "eventName": one.name, "eventType": one.type, "startDateTime": iso(one.starts),
            "endDateTime": iso(one.ends), "createdAt": iso(one.created), "updatedAt": iso(one.created),
        }
        for one in call.portal.marketing.occasions.values()
    ]  # fmt: skip
    return offset_page(rows, call.request, 10, 100)


def participations(call: Call, occasion_id: str) -> Answer:
    """GET: what became of each guest of one occasion."""
    occasion = call.portal.marketing.occasions.get(occasion_id)
    if occasion is None:
        raise Problem(404, "OBJECT_NOT_FOUND", f"There is no marketing event {occasion_id}.")
    shelf, rows = call.portal.shelves["contacts"], []
    for guest, (state, at) in occasion.guests.items():
        contact = shelf.alive(guest)
        if contact is None:
            continue
        who = {
            "contactId": contact.id,
            **{key: contact.values.get(key, "") for key in ("email", "firstname", "lastname")},
        }
        event = {"marketingEventId": occasion.id, "name": occasion.name}
        rows.append(
            {
                "id": f"{occasion.id}-{contact.id}",
                "createdAt": iso(at),
                "associations": {"contact": who, "marketingEvent": event},
                "properties": {"attendanceState": state, "occurredAt": at},
            }
        )
    return offset_page(rows, call.request, 10, 100)


def visits(call: Call) -> Answer:
    """GET: event occurrences of a record or a type; only in the highest tier."""
    _must_be_enterprise(call)
    query = call.request.query
    if not query.get("objectId") and not query.get("eventType"):
        raise invalid("Name an objectId or an eventType.")
    first, last = read_moment(query.get("occurredAfter") or "0"), read_moment(query.get("occurredBefore") or "9" * 14)
    rows = [
        one
        for one in call.portal.marketing.visits
        if all(not query.get(key) or one[key] == query[key] for key in ("objectId", "eventType"))
        and first <= read_moment(str(one["occurredAt"])) <= last
    ]
    rows.sort(key=lambda one: str(one["occurredAt"]), reverse=query.get("sort", "").startswith("-"))
    return offset_page(rows, call.request, 20, 100)


def visit_types(call: Call) -> Answer:
    """GET: which event types there are."""
    _must_be_enterprise(call)
    return Answer({"eventTypes": sorted({str(one["eventType"]) for one in call.portal.marketing.visits})})


def _must_be_enterprise(call: Call) -> None:
    if call.portal.settings.tier != ENTERPRISE:
        raise Problem(403, "MISSING_SCOPES", "This account does not have access to event occurrences.")
