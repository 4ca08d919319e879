"""Where does the stranger listen? One small HTTP server on loopback: tokens, routes, headers and faults."""

import base64
import gzip
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from tests.stranger.bulk import Bulk
from tests.stranger.org import Org, Refused
from tests.stranger.rest import Json, Rest

CLIENT, SECRET, REFRESH = "stranger-key", "stranger-secret", "stranger-refresh"
CUT, GONE = b'{"totalSize": 5, "records": [{"Id": ', b"\0hang up"
HTML = b"<html><body><h1>Bad gateway</h1></body></html>"
Parts = dict[str, str]  # a query string, or a form
JSON = "application/json"


def _refusal(code: str, message: str) -> bytes:
    return json.dumps([{"errorCode": code, "message": message}]).encode()


LIMITS: dict[str, Parts] = {
    "plain": {"Sforce-Limit-Info": "api-usage=18/15000"}, "none": {},
    "per_app": {"Sforce-Limit-Info": "api-usage=25/15000; per-app-api-usage=17/250(appName=a)"},
}  # fmt: skip
OAUTH = {"invalid_client": "invalid client credentials", "invalid_grant": "authentication failure"}
FAULTS: dict[str, tuple[int, str, bytes]] = {
    "502": (502, "text/html", HTML),
    "420": (420, "text/plain", b"Enhance your calm"),
    "503": (503, JSON, _refusal("SERVER_UNAVAILABLE", "Server Unavailable")),
    "500": (500, JSON, _refusal("UNKNOWN_EXCEPTION", "An unexpected error occurred")),
    "200 html": (200, "text/html", HTML),
    "401": (401, JSON, _refusal("INVALID_SESSION_ID", "Session expired or invalid")),
    "used up": (403, JSON, _refusal("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")),
    "no api": (403, JSON, _refusal("API_DISABLED_FOR_ORG", "The REST API is not enabled for this Organization.")),
    "no right": (403, JSON, _refusal("INSUFFICIENT_ACCESS", "insufficient access rights on cross-reference id")),
    "404 html": (404, "text/html", HTML),
    "403 html": (403, "text/html", HTML),
    "404": (404, JSON, _refusal("NOT_FOUND", "The requested resource does not exist")),
    "200 empty": (200, JSON, b""),
    "200 null": (200, JSON, b"null"),
    "200 other": (200, JSON, b'{"hello": "world"}'),
    "200 list": (200, JSON, b"[]"),
    "200 number": (200, JSON, b"7"),
    "cut": (200, JSON, CUT),
    "gone": (200, JSON, GONE),
}


class Stranger:
    """A running org; `url` is where to log in."""

    def __init__(self, org: Org, key: RSAPublicKey | None = None) -> None:
        self.org, self.key = org, key
        self._rest = Rest(org, lambda: self.instance)
        self._bulk = Bulk(org, self._rest)
        self._lock, self._calls, self._faults = Lock(), 0, list(org.quirks.faults)
        self._servers = [_listening(self) for _ in range(2)]
        self._refresh = REFRESH

    @property
    def url(self) -> str:
        """Where to log in."""
        return f"http://127.0.0.1:{self._servers[0].server_address[1]}"

    @property
    def instance(self) -> str:
        """Where the org lives."""
        port = self._servers[1 if self.org.quirks.instance == "other_port" else 0].server_address[1]
        return f"http://127.0.0.1:{port}"

    def close(self) -> None:
        """Listen no more."""
        for server in self._servers:
            server.shutdown()
            server.server_close()

    def answer(self, method: str, target: str, body: bytes, headers: Any) -> tuple[int, bytes, Parts]:
        """Status, body and headers of the answer to any request."""
        with self._lock:
            url = urlsplit(target)
            args = {name: values[-1] for name, values in parse_qs(url.query).items()}
            self.org.calls.append(f"{method} {url.path}")
            try:
                status, told, more = self._routed(method, url.path, args, body, headers)
            except Refused as error:
                fields = {"fields": list(error.fields)} if error.fields else {}
                status, told, more = error.status, [{"errorCode": error.code, "message": error.message} | fields], {}
            if not isinstance(told, bytes):
                told = b"" if told is None else json.dumps(told).encode()
                more = {"Content-Type": self.org.quirks.json_type} | more
            return status, told, more

    def _routed(self, method: str, path: str, args: Parts, body: bytes, headers: Any) -> tuple[int, Json, Parts]:
        fault = self._fault(method, path)
        if fault:
            return fault[0], fault[2], {"Content-Type": fault[1]}
        if path == "/services/oauth2/token":
            return (*self._token({k: v[-1] for k, v in parse_qs(body.decode()).items()}, headers), {})
        if headers.get("Authorization") != f"Bearer {self._value()}":
            raise Refused(401, "INVALID_SESSION_ID", "Session expired or invalid")
        if path == "/services/oauth2/userinfo" and self.org.quirks.userinfo:
            org_id = next(iter(self.org.rows["Organization"]))
            return 200, {"user_id": self.org.user_id, "organization_id": org_id, "sub": "x"}, {}
        inner = re.fullmatch(r"/services/data/v[2-9]\d\.\d/(.*)", path)
        if inner and (moved := self._moved(inner[1])):
            asked = urlsplit(headers["X-Target"]).query
            return 307, None, {"Location": f"/services/data/v67.0/{moved}{'?' if args else ''}{asked}"}
        for verb, pattern, ask in self._routes(args, body):
            found = re.fullmatch(pattern, inner[1] if inner else "")
            if inner and found and verb == method:
                answer = ask(*found.groups())
                return answer if len(answer) == 3 else (*answer, {})
        raise Refused(404, "NOT_FOUND", "The requested resource does not exist")

    def _moved(self, path: str) -> str:
        """Where a server that is strict about the slash at the end sends us; empty where it does not."""
        wanted = self.org.quirks.slashes
        folders = r"query|queryAll|tooling/query|limits|sobjects/\w+(/(describe|deleted))?"
        is_folder = re.fullmatch(folders, path.rstrip("/"))
        if wanted == "redirect" and is_folder and not path.endswith("/"):
            return f"{path}/"
        return path.rstrip("/") if wanted == "redirect_bare" and path.endswith("/") else ""

    def _routes(self, args: Parts, body: bytes) -> Iterator[tuple[str, str, Callable[..., Any]]]:
        rest, bulk = self._rest, self._bulk

        def sent() -> Json:
            return json.loads(body)

        yield "GET", r"(query|queryAll)/?", lambda way: rest.query(args["q"], is_all=way == "queryAll")
        yield "GET", r"query/(01g[^/]+)", rest.more
        yield "GET", r"sobjects/(\w+)/describe/?", rest.describe
        yield "GET", r"sobjects/(\w+)/deleted/?", lambda name: rest.deleted(name, args["start"], args["end"])
        yield "POST", r"sobjects/(\w+)/?", lambda name: rest.create(name, sent())
        yield "PATCH", r"sobjects/(\w+)/(\w+)/?", lambda name, row: rest.update_one(name, row, sent())
        yield "PATCH", r"composite/sobjects/?", lambda: rest.update_many(sent())
        yield "GET", r"tooling/query/?", lambda: rest.look_up_fields(args["q"])
        yield "POST", r"tooling/sobjects/CustomField/?", lambda: rest.make_field(sent())
        yield "GET", r"limits/?", self._limits
        yield "POST", r"jobs/query/?", lambda: bulk.ask(sent())
        yield "GET", r"jobs/(?:query|ingest)/(\w+)/?", bulk.look
        yield "GET", r"jobs/query/(\w+)/results/?", lambda job: self._sheet(
            bulk.results(job, args.get("locator", ""), int(args.get("maxRecords", 50_000)))
        )
        yield "POST", r"jobs/ingest/?", lambda: bulk.open(sent())
        yield "PUT", r"jobs/ingest/(\w+)/batches/?", lambda job: bulk.upload(job, body)
        yield "PATCH", r"jobs/ingest/(\w+)/?", lambda job: bulk.close(job, sent())
        yield (
            "GET", r"jobs/ingest/(\w+)/(successfulResults|failedResults|unprocessedrecords)/?",
            lambda job, name: self._sheet(bulk.file(job, name)),
        )  # fmt: skip

    def _sheet(self, sheet: tuple[int, bytes, Parts]) -> tuple[int, bytes, Parts]:
        status, text, headers = sheet
        kind = {"Content-Type": self.org.quirks.csv_type} if self.org.quirks.csv_type else {}
        return status, text, kind | headers

    def _limits(self) -> tuple[int, Json]:
        if self.org.quirks.limits != 200:
            raise Refused(self.org.quirks.limits, "FORBIDDEN", "You need View Setup")
        return 200, {"DailyApiRequests": {"Max": 15000, "Remaining": 14000}}

    def _fault(self, method: str, path: str) -> tuple[int, str, bytes] | None:
        """The fault of this call, where it is one's turn."""
        every = self.org.quirks.fault_every
        self._calls += 1
        for trouble in self.org.troubles:
            if trouble.meets(f"{method} {path}"):
                return FAULTS[trouble.what]
        if not every or not self._faults or self._calls % every or path.startswith("/services/oauth2"):
            return None
        self._faults.append(self._faults.pop(0))
        return FAULTS[self._faults[-1]]

    def _value(self) -> str:
        is_nameless = "Organization" in self.org.quirks.absent
        return "opaque" if is_nameless else f"{next(iter(self.org.rows['Organization']))[:15]}!token"

    def _token(self, form: Parts, headers: Any) -> tuple[int, Json]:
        """A token for whoever proves who they are."""
        error = self._login_fault(form, headers.get("Authorization", ""))
        if error:
            return 400, {"error": error, "error_description": OAUTH[error]}
        quirks, org_id = self.org.quirks, next(iter(self.org.rows["Organization"]))
        body: dict[str, Json] = {"access_token": self._value(), "token_type": "Bearer", "issued_at": "1700000000000"}
        body |= {"signature": "x=", "scope": "api"}
        if quirks.token_id == "url":
            body["id"] = f"{self.url}/id/{org_id}/{self.org.user_id}"
        said = {"slash": f"{self.instance}/", "bare": self.instance.partition("://")[2], "missing": None}
        body["instance_url"] = said.get(quirks.instance, self.instance)
        if quirks.expires_in:
            body["expires_in"] = "7200"
        if quirks.rotates and form["grant_type"] == "refresh_token":
            self._refresh += "x"
            body["refresh_token"] = self._refresh
        return 200, {name: value for name, value in body.items() if value is not None}

    def _login_fault(self, form: Parts, header: str) -> str:
        """The OAuth error of a login; empty where it is good."""
        way, where = form.get("grant_type", ""), self.org.quirks.client_secret_in
        if way.endswith("jwt-bearer"):
            assert self.key
            try:
                claims = jwt.decode(form["assertion"], self.key, algorithms=["RS256"], audience=self.url)
            except jwt.InvalidTokenError:
                return "invalid_grant"
            return "" if claims["iss"] == CLIENT else "invalid_grant"
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        is_header = header == f"Basic {basic}" and where != "body"
        is_body = (form.get("client_id"), form.get("client_secret")) == (CLIENT, SECRET) and where != "header"
        if not (is_header or is_body):
            return "invalid_client"
        if way == "refresh_token" and form.get("refresh_token") != self._refresh:
            return "invalid_grant"
        return ""


def _listening(stranger: Stranger) -> ThreadingHTTPServer:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(stranger))
    server.daemon_threads = True
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    return server


def _handler(stranger: Stranger) -> type[BaseHTTPRequestHandler]:
    quirks = stranger.org.quirks

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 1 << 16  # one packet an answer: two of them wait for each other

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.headers["X-Target"] = self.path
            status, told, more = stranger.answer(self.command, self.path, body, self.headers)
            self.close_connection = told in (CUT, GONE)
            if told == GONE:
                return
            wants_gzip = "gzip" in self.headers.get("Accept-Encoding", "")
            if quirks.gzip and wants_gzip and told not in (b"", CUT):
                told, more = gzip.compress(told, 1), more | {"Content-Encoding": "gzip"}
            self.send_response_only(status)
            if quirks.date_header:
                self.send_header("Date", format_datetime(stranger.org.now, usegmt=True))
            for name, value in (LIMITS[quirks.limit_header] | more).items():
                self.send_header(name, value)
            if status != 204:
                self.send_header("Content-Length", str(len(told) + (1_000 if told == CUT else 0)))
            self.end_headers()
            self.wfile.write(told)

        do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _answer  # noqa: N815 - the library's names

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    return Handler


@contextmanager
def running(org: Org, key: RSAPublicKey | None = None) -> Iterator[Stranger]:
    """The org on loopback, until the block ends."""
    stranger = Stranger(org, key)
    try:
        yield stranger
    finally:
        stranger.close()
