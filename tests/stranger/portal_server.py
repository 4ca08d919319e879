"""Where does the stranger's portal listen? One small HTTP server on loopback: tokens, routes, headers and faults."""

import gzip
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

from tests.stranger.portal import Json, Portal, Refused, property_of
from tests.stranger.portal_records import Records, paged

TOKEN, CLIENT, SECRET, REFRESH = "pat-eu1-stranger", "portal-client", "portal-secret", "portal-refresh"
JSON, HTML = "application/json", b"<!DOCTYPE html><html><body><h1>Error 1015</h1></body></html>"
CUT, GONE = b'{"results": [{"id": "1", "properties": {"hs_', b"\0hang up"
NO_SCOPE = "This app hasn't been granted all required scopes to make this call."
Headers = dict[str, str]


def _error(status: int, category: str, message: str, **more: Json) -> tuple[int, str, bytes]:
    told = {"status": "error", "message": message, "correlationId": "c033cdaa-2c40-4a64-ae48-b4cec88dad24"}
    return status, JSON, json.dumps(told | ({"category": category} if category else {}) | more).encode()


FAULTS: dict[str, tuple[int, str, bytes]] = {
    "503": (503, "text/html", b""),
    "502": (502, "text/html", HTML),
    "524": (524, "text/html", HTML),
    "500": _error(500, "", "internal error"),
    "423": _error(423, "LOCKED", "the record is being written by somebody else"),
    "429": _error(
        429, "", "You have reached your ten_secondly_rolling limit.", errorType="RATE_LIMIT",
        policyName="TEN_SECONDLY_ROLLING",
    ),
    "429 second": _error(429, "RATE_LIMITS", "You have reached your secondly limit."),
    "429 day": _error(429, "RATE_LIMITS", "You have reached your daily limit.", policyName="DAILY"),
    "401": _error(401, "INVALID_AUTHENTICATION", "Authentication credentials not found."),
    "401 expired": _error(401, "EXPIRED_AUTHENTICATION", "The OAuth token used to make this call expired 7 s ago."),
    "403": _error(403, "MISSING_SCOPES", NO_SCOPE),
    "404": _error(404, "", "resource not found"),
    "200 html": (200, "text/html", HTML),
    "200 empty": (200, JSON, b""),
    "200 null": (200, JSON, b"null"),
    "200 list": (200, JSON, b"[]"),
    "cut": (200, JSON, CUT),
    "gone": (200, JSON, GONE),
}  # fmt: skip
SCOPES = {
    r"/crm/.*/objects/(\w+)": "crm.objects.{}.read", r"/marketing/.*forms": "forms", r"/form-integrations": "forms",
    r"/email/": "content", r"/marketing/.*campaigns": "marketing.campaigns.read", r"/lists": "crm.lists.read",
    r"/owners": "crm.objects.owners.read",
}  # fmt: skip
DATED = r"20\d\d-\d\d"


class PortalServer:
    """A running portal; `url` is where its API answers."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self._records, self._lock, self._tokens = Records(portal), Lock(), {TOKEN}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    @property
    def url(self) -> str:
        """Where the API answers."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        """Listen no more."""
        self._server.shutdown()
        self._server.server_close()

    def answer(self, method: str, target: str, body: bytes, authorization: str) -> tuple[int, bytes, Headers]:
        """Status, body and headers of the answer to any request."""
        with self._lock:
            self.portal.calls.append(f"{method} {target}")
            for trouble in self.portal.troubles:
                if trouble.meets(f"{method} {target} {body.decode()}"):
                    status, kind, told = FAULTS[trouble.what]
                    self._tokens -= {authorization.removeprefix("Bearer ")} if "expired" in trouble.what else set()
                    return status, told, {"Content-Type": kind}
            try:
                status, found = self._routed(method, target, body, authorization)
            except Refused as error:
                status, _, told = _error(error.status, error.category, str(error), **error.more)
                return status, told, {"Content-Type": self.portal.ways.json_type}
            if status == 307:
                return status, b"", {"Location": found}
            return status, json.dumps(found).encode(), {"Content-Type": self.portal.ways.json_type}

    def _routed(self, method: str, target: str, body: bytes, authorization: str) -> tuple[int, Json]:
        url = urlsplit(target)
        if re.fullmatch(rf"/oauth/(v1|v3|{DATED})/token", url.path):
            return self._token(dict(parse_qsl(body.decode())))
        if authorization.removeprefix("Bearer ") not in self._tokens:
            kind = "EXPIRED_AUTHENTICATION" if authorization else "INVALID_AUTHENTICATION"
            raise Refused(401, kind, "Authentication credentials not found.")
        if len(target) > 15_000:
            raise Refused(414, "VALIDATION_ERROR", "URI too long")
        if self.portal.ways.slashes == "redirect" and url.path.endswith("/"):
            return 307, url.path.rstrip("/") + (f"?{url.query}" if url.query else "")
        self._permit(url.path)
        asked = parse_qs(url.query, keep_blank_values=True)
        for verb, path, ask in self._routes({name: many[-1] for name, many in asked.items()}, asked, body):
            met = re.fullmatch(path, url.path.rstrip("/"))
            if met and verb == method:
                return ask(*met.groups())
        raise Refused(404, "", "resource not found")

    def _routes(self, args: Headers, every: Any, body: bytes) -> Iterator[tuple[str, str, Callable[..., Any]]]:
        records = self._records

        def sent() -> Json:
            return json.loads(body)

        crm = rf"/crm/(?:v3/objects|objects/{DATED})/(\w+)"
        yield "GET", crm, lambda name: records.walk(name, args, every.get("properties", []))
        yield "POST", rf"{crm}/search", lambda name: records.search(name, sent())
        yield "POST", rf"{crm}/batch/read", lambda name: records.read(name, args, sent())
        yield "POST", rf"{crm}/batch/update", lambda name: records.update(name, sent())
        links = r"/(\w+)/(\w+)/batch/read"
        yield "POST", rf"/crm/v4/associations{links}", lambda a, b: records.linked(a, b, sent(), dated=False)
        yield "POST", rf"/crm/associations/{DATED}{links}", lambda a, b: records.linked(a, b, sent(), dated=True)
        properties = rf"/crm/(?:v3/properties|properties/{DATED})/(\w+)"
        yield "GET", properties, lambda name: (200, {"results": list(self._made(name).values())})
        yield "GET", rf"{properties}/groups", lambda _: (200, {"results": [{"name": g} for g in self.portal.groups]})
        yield "POST", rf"{properties}/groups", lambda _: self._group(sent())
        yield "POST", properties, lambda name: self._property(name, sent())
        yield "GET", rf"{properties}/(\w+)", self._one_property
        info = rf"/account-info/(?:v3|{DATED})"
        yield "GET", f"{info}/details", lambda: (200, ACCOUNT)
        yield "GET", f"{info}/api-usage/daily/private-apps", self._usage
        yield "GET", rf"/crm/(?:v3/owners|owners/{DATED})", lambda: self._owners(args)
        yield "POST", rf"/crm/(?:v3/lists|lists/{DATED})/search", lambda: self._lists(sent())
        members = rf"/crm/(?:v3/lists|lists/{DATED})/(\w+)/memberships"
        yield "GET", members, lambda listed: self._members(listed, args)
        yield "GET", rf"/marketing/(?:v3/campaigns|campaigns/{DATED})", lambda: self._campaigns(args, every)
        yield "GET", rf"/marketing/(?:v3/forms|forms/{DATED})", lambda: self._forms(args, every)
        yield "GET", r"/form-integrations/v1/submissions/forms/([\w-]+)", lambda form: self._submissions(form, args)
        yield "GET", r"/email/public/v1/events", lambda: self._events(args)

    def _permit(self, path: str) -> None:
        """Raise Refused where we have not the scope that a path needs."""
        for pattern, named in SCOPES.items():
            found = re.search(pattern, path)
            scope = named.format(*found.groups()) if found else ""
            if scope in self.portal.ways.hidden:
                told = "One or more of the following scopes are required."
                inner = [{"message": told, "context": {"requiredGranularScopes": [scope]}}]
                raise Refused(403, "MISSING_SCOPES", NO_SCOPE, errors=inner)

    def _token(self, form: Headers) -> tuple[int, Json]:
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT, SECRET):
            raise Refused(400, "", "missing or unknown client id")
        if (form.get("grant_type"), form.get("refresh_token")) != ("refresh_token", REFRESH):
            return 400, {"status": "BAD_REFRESH_TOKEN", "message": "missing or invalid refresh token"}
        token = f"oauth-{len(self.portal.calls)}"
        self._tokens.add(token)
        told = {"access_token": token, "refresh_token": REFRESH, "token_type": "bearer"}
        return 200, told | ({"expires_in": 1800} if self.portal.ways.expires_in else {})

    def _made(self, name: str) -> dict[str, Json]:
        if name not in self.portal.properties:
            raise Refused(400, "VALIDATION_ERROR", f"Unable to infer object type from: {name}")
        return self.portal.properties[name]

    def _one_property(self, name: str, wanted: str) -> tuple[int, Json]:
        if wanted not in self._made(name):
            raise Refused(404, "OBJECT_NOT_FOUND", f"{wanted} does not exist")
        return 200, self._made(name)[wanted]

    def _group(self, body: Json) -> tuple[int, Json]:
        if not body.get("name") or not body.get("label"):
            raise Refused(400, "VALIDATION_ERROR", "name and label must be set")
        if body["name"] in self.portal.groups:
            raise Refused(409, "VALIDATION_ERROR", "exists", subCategory="PropertyGroupError.GROUP_ALREADY_EXISTS")
        self.portal.groups.add(body["name"])
        return 201, body | {"displayOrder": 9, "archived": False}

    def _property(self, name: str, body: Json) -> tuple[int, Json]:
        if body.get("name") in self._made(name):
            told = f"A property named '{body['name']}' already exists."
            raise Refused(409, "VALIDATION_ERROR", told, subCategory="PropertyValidationError.PROPERTY_EXISTS")
        made = property_of(body, is_ours=True)
        if made["groupName"] not in self.portal.groups:
            raise Refused(400, "VALIDATION_ERROR", f"Property group {made['groupName']} does not exist")
        self._made(name)[made["name"]] = made
        return 201, made

    def _usage(self) -> tuple[int, Json]:
        if self.portal.ways.usage != 200:
            raise Refused(self.portal.ways.usage, "MISSING_SCOPES", "not for this kind of app")
        told = {"name": "private-apps-api-calls-daily", "usageLimit": 500_000, "currentUsage": 18}
        times = {"collectedAt": "2026-11-21T06:46:40.789Z", "resetsAt": "2026-11-21T23:00:00Z"}
        return 200, {"results": [told | times | {"fetchStatus": "SUCCESS"}]}

    def _owners(self, args: Headers) -> tuple[int, Json]:
        is_archived = args.get("archived", "").lower() == "true"
        rows = [one for one in self.portal.things["owners"] if one["archived"] == is_archived]
        return 200, paged(self.portal, rows, args, 500, 100)

    def _lists(self, body: Json) -> tuple[int, Json]:
        rows, start, count = self.portal.things["lists"], body.get("offset", 0), body.get("count", 20)
        if not 0 < count <= 500:
            raise Refused(400, "VALIDATION_ERROR", "count must be between 1 and 500")
        asked = body.get("additionalProperties") or []
        end = start + min(count, self.portal.ways.page_rows)
        told = [
            {name: value for name, value in one.items() if name != "members"}
            | {"additionalProperties": {name: str(len(one["members"])) for name in asked}}
            for one in rows[start:end]
        ]
        return 200, {"lists": told, "hasMore": end < len(rows), "offset": end, "total": len(rows)}

    def _members(self, list_id: str, args: Headers) -> tuple[int, Json]:
        rows = next((one["members"] for one in self.portal.things["lists"] if one["listId"] == list_id), None)
        if rows is None:
            raise Refused(404, "OBJECT_NOT_FOUND", f"List {list_id} does not exist")
        return 200, paged(self.portal, rows, args, 250, 100) | {"total": len(rows)}

    def _campaigns(self, args: Headers, every: Any) -> tuple[int, Json]:
        asked = [one for word in every.get("properties", []) for one in word.split(",")]
        rows = [
            one | {"properties": {name: value for name, value in one["properties"].items() if name in asked}}
            for one in self.portal.things["campaigns"]
        ]
        return 200, paged(self.portal, rows, args, 100, 50)

    def _forms(self, args: Headers, every: Any) -> tuple[int, Json]:
        asked = [one for word in every.get("formTypes", ["hubspot"]) for one in word.split(",")]
        is_archived = args.get("archived", "").lower() == "true"
        rows = [
            one for one in self.portal.things["forms"]
            if ("all" in asked or one["formType"] in asked) and one["archived"] == is_archived
        ]  # fmt: skip
        if self.portal.ways.form_types == "untold":
            rows = [{name: value for name, value in one.items() if name != "formType"} for one in rows]
        return 200, paged(self.portal, rows, args, 500, 20)

    def _submissions(self, form_id: str, args: Headers) -> tuple[int, Json]:
        form = next((one for one in self.portal.things["forms"] if one["id"] == form_id), None)
        if form is None:
            raise Refused(404, "OBJECT_NOT_FOUND", "no such form")
        if form["formType"] == "blog_comment":
            hint = "FORM_TYPE_NOT_ALLOWED" if self.portal.ways.form_types == "untold" else "no"
            raise Refused(400, "VALIDATION_ERROR", hint, errors=[{"code": "FORM_TYPE_NOT_ALLOWED"}])
        rows = [one["said"] for one in self.portal.things["submissions"] if one["form"] == form_id]
        return 200, paged(self.portal, sorted(rows, key=lambda one: -one["submittedAt"]), args, 50, 20)

    def _events(self, args: Headers) -> tuple[int, Json]:
        first, last = int(args.get("startTimestamp", 1)), int(args.get("endTimestamp", 2**53))
        if first == 0:
            raise Refused(500, "", "internal error")
        rows = [
            one for one in self.portal.things["email_events"]
            if first <= one["created"] <= last and one["type"] == args.get("eventType", one["type"])
        ]  # fmt: skip
        start, most = int(args.get("offset") or 0), min(int(args.get("limit", 10)), self.portal.ways.page_rows)
        page = sorted(rows, key=lambda one: -one["created"])[start : start + most]
        return 200, {"hasMore": start + most < len(rows), "offset": str(start + most), "events": page}


ACCOUNT = {
    "portalId": 4711, "accountType": "STANDARD", "timeZone": "Europe/Zurich", "companyCurrency": "CHF",
    "additionalCurrencies": [], "utcOffset": "+01:00", "utcOffsetMilliseconds": 3_600_000,
    "uiDomain": "app-eu1.hubspot.com", "dataHostingLocation": "eu1",
}  # fmt: skip


def _rates(portal: Portal, target: str) -> Headers:
    """The headers that tell how much is left; a search tells only of the day."""
    name, every = "X-HubSpot-RateLimit", {"-Daily": "250000", "-Daily-Remaining": "249000"}
    if not target.endswith("/search"):
        every |= {"-Max": "100", "-Remaining": "90", "-Interval-Milliseconds": "10000", "-Secondly": "10"}
    told = {f"{name}{tail}": value for tail, value in every.items()} | {"X-HubSpot-Correlation-Id": "c0"}
    lower = {one.lower(): value for one, value in told.items()}
    return {"plain": told, "lower": lower, "none": {}}[portal.ways.rate_headers]


def _handler(server: PortalServer) -> type[BaseHTTPRequestHandler]:
    portal = server.portal

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 1 << 16  # one packet an answer: two of them wait for each other

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, told, more = server.answer(self.command, self.path, body, self.headers.get("Authorization", ""))
            self.close_connection = told in (CUT, GONE)
            if told == GONE:
                return
            wants_gzip = "gzip" in self.headers.get("Accept-Encoding", "")
            if portal.ways.gzip and wants_gzip and told not in (b"", CUT):
                told, more = gzip.compress(told, 1), more | {"Content-Encoding": "gzip"}
            self.send_response_only(status)
            if portal.ways.date_header:
                self.send_header("Date", format_datetime(portal.now, usegmt=True))
            for name, value in (_rates(portal, self.path) | more).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(told) + (1_000 if told == CUT else 0)))
            self.end_headers()
            self.wfile.write(told)

        do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _answer  # noqa: N815 - the library's names

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    return Handler


@contextmanager
def listening(portal: Portal) -> Iterator[PortalServer]:
    """The portal on loopback, until the block ends."""
    server = PortalServer(portal)
    try:
        yield server
    finally:
        server.close()
