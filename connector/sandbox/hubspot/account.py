"""What does a portal say of itself? Its id and zone, who owns records, and how much of its limits is used."""

from __future__ import annotations

from datetime import UTC
from zoneinfo import ZoneInfo

from connector.sandbox.answers import Answer
from connector.sandbox.hubspot.asked import flag, number, page
from connector.sandbox.hubspot.calls import Call
from connector.sandbox.hubspot.kinds import KINDS
from connector.sandbox.hubspot.moments import milliseconds
from connector.sandbox.hubspot.refusals import Problem

OWNERS, OWNERS_MAX = 100, 500


def details(call: Call) -> Answer:
    """GET: which account this is."""
    zone = call.portal.settings.time_zone
    offset = call.portal.clock.now().astimezone(ZoneInfo(zone)).strftime("%z")
    told = {
        "portalId": call.portal.id, "accountType": "STANDARD", "timeZone": zone, "companyCurrency": "EUR",
        "additionalCurrencies": [], "utcOffset": f"{offset[:3]}:{offset[3:]}", "uiDomain": "app.hubspot.com",
        "utcOffsetMilliseconds": milliseconds_of(offset), "dataHostingLocation": "na1",
    }  # fmt: skip
    return Answer(told)


def milliseconds_of(offset: str) -> int:
    """The milliseconds of an offset such as +0530."""
    sign = -1 if offset.startswith("-") else 1
    return sign * (int(offset[1:3]) * 60 + int(offset[3:5])) * 60_000


def daily_usage(call: Call) -> Answer:
    """GET: calls of the day and when it ends."""
    zone = ZoneInfo(call.portal.settings.time_zone)
    now = call.portal.clock.now().astimezone(zone)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    limit = {
        "name": "private-apps-api-calls-daily", "usageLimit": call.portal.settings.daily_limit,
        "currentUsage": call.usage.today, "collectedAt": now.astimezone(UTC).isoformat(),
        "fetchStatus": "SUCCESS", "resetsAt": milliseconds(midnight) + 86_400_000,
    }  # fmt: skip
    return Answer({"results": [limit]})


def property_limits(call: Call) -> Answer:
    """GET: how many properties of one's own there are and may be."""
    most = call.portal.settings.custom_properties_limit
    used = {kind: len(call.portal.of(kind).custom()) for kind in KINDS}
    rows = [
        {
            "objectTypeId": kind.type_id, "limit": most, "usage": count, "percentage": count / most,
            "singularLabel": kind.singular.capitalize(), "pluralLabel": kind.name.capitalize(),
        }
        for kind, count in used.items()
    ]  # fmt: skip
    whole, overall = most * len(KINDS), sum(used.values())
    shares = {"overallLimit": whole, "overallUsage": overall, "overallPercentage": overall / whole}
    return Answer({**shares, "byObjectType": rows})


def list_owners(call: Call) -> Answer:
    """GET: owners, page after page; those who were deactivated only when asked for."""
    mail, archived = call.request.query.get("email"), flag(call.request, "archived")
    found = sorted(call.portal.owners.values(), key=lambda owner: int(owner.id))
    rows = [one for one in found if one.is_archived == archived and (not mail or one.email == mail)]
    limit, after = number(call.request, "limit", OWNERS, OWNERS_MAX), call.request.query.get("after") or "0"
    left = [one for one in rows if int(one.id) > int(after)]
    last = left[limit - 1].id if len(left) > limit else ""
    return page([one.told() for one in left[:limit]], last, call.request)


def read_owner(call: Call, owner_id: str) -> Answer:
    """GET: one owner, by id or by user id."""
    key = "userId" if call.request.query.get("idProperty") == "userId" else "id"
    archived = flag(call.request, "archived")
    for owner in call.portal.owners.values():
        if str(owner.user_id if key == "userId" else owner.id) == owner_id and owner.is_archived == archived:
            return Answer(owner.told())
    raise Problem(404, "OBJECT_NOT_FOUND", "resource not found")
