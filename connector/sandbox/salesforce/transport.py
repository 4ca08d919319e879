"""How do requests come in and answers go out? HTTP/1.1 on loopback, with the faults that strike on the way."""

from __future__ import annotations

import contextlib
import gzip
import socket
import struct
import sys
import threading
import time
import zlib
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from connector.sandbox.answers import Answer, Json, Refusal, Request
from connector.sandbox.clock import http_date
from connector.sandbox.faults import Fault
from connector.sandbox.journal import Entry
from connector.sandbox.salesforce.control import PREFIX, control
from connector.sandbox.salesforce.instance import Instance
from connector.sandbox.salesforce.oauth import EXPIRED
from connector.sandbox.salesforce.routes import dispatch, versions
from connector.sandbox.salesforce.soap import PATH as SOAP_PATH
from connector.sandbox.salesforce.soap import soap_login

URI_MAX = 16_384  # bytes of the address, and of address and headers together
GZIP_MIN = 1_024
GZIP_LEVEL = 1
IDLE_SECONDS = 30
HTML = "<html><head><title>Error</title></head><body><h1>We are down for maintenance.</h1></body></html>"
SORRY = b'[{"errorCode":"UNKNOWN_EXCEPTION","message":"An unexpected error occurred."}]'
UNEXPECTED = (
    b"HTTP/1.1 500 Server Error\r\nContent-Type: application/json;charset=UTF-8\r\nConnection: close\r\n"
    b"Content-Length: %d\r\n\r\n%b" % (len(SORRY), SORRY)
)


class Server(ThreadingHTTPServer):
    """The HTTP server of one instance."""

    request_queue_size = 128

    def __init__(self, address: tuple[str, int], instance: Instance) -> None:
        self.instance = instance
        self.numbers = threading.Lock()
        self.number = 0
        self.connections: set[socket.socket] = set()
        super().__init__(address, Connection)

    def next_number(self) -> int:
        """The number of a new request."""
        with self.numbers:
            self.number += 1
            return self.number

    def get_request(self) -> tuple[socket.socket, Json]:
        """The next connection; it is remembered, for a server that stops hangs up on everyone."""
        connection, address = super().get_request()
        self.connections.add(connection)
        return connection, address

    def shutdown_request(self, request: Json) -> None:
        """The connection is over."""
        self.connections.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        """Hang up, and wait for the threads to notice."""
        for connection in list(self.connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        super().server_close()

    def handle_error(self, request: Json, client_address: Json) -> None:
        """A client that hangs up is everyday business; anything else is a bug of ours, told as Salesforce would."""
        if isinstance(sys.exception(), OSError):
            return
        with contextlib.suppress(OSError):
            request.sendall(UNEXPECTED)
        super().handle_error(request, client_address)


class Connection(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    timeout = IDLE_SECONDS
    disable_nagle_algorithm = True
    wbufsize = 1 << 16
    server: Server

    def log_message(self, format: str, *args: Json) -> None:
        """The journal keeps the log."""

    def date_time_string(self, timestamp: float | None = None) -> str:  # noqa: ARG002 - the library's signature
        """The `Date` header follows the org's clock."""
        return http_date(self.server.instance.org.clock.now())

    def version_string(self) -> str:
        return "sfdcedge"

    def do_GET(self) -> None:
        self._serve()

    do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_GET  # noqa: N815 - the library's names

    # -- one request --------------------------------------------------------------------------------------------
    def _serve(self) -> None:
        request = self._request()
        if request.path.startswith(PREFIX):
            self._send(request, answered(self.server.instance, request, control))
            return
        instance = self.server.instance
        fault = instance.org.faults.for_request(request.method, request.path)
        if fault and fault.action == "drop_before":
            self._note(request, 0, 0, fault)
            self._reset()
            return
        with instance.usage.one_running():
            answer = self._answer(request, fault)
        if fault and fault.action == "drop_after":
            self._note(request, answer.status, 0, fault)
            self._reset()
            return
        self._send(request, answer, fault)

    def _request(self) -> Request:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length) if length else b""
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        return Request(self.command, parts.path, dict(parse_qsl(parts.query, keep_blank_values=True)), headers, body)

    def _answer(self, request: Request, fault: Fault | None) -> Answer:
        instance = self.server.instance
        size = len(self.path)
        if size > URI_MAX:
            return Answer(Refusal(414, "URI_TOO_LONG", "URI Too Long").body(), 414)
        if size + sum(len(name) + len(value) for name, value in self.headers.items()) > URI_MAX:
            return Answer(Refusal(431, "HEADER_TOO_LARGE", "Request Header Fields Too Large").body(), 431)
        if fault and fault.action == "expire_token":
            instance.logins.expire_all()
        if fault and fault.action == "limit_reached":
            instance.usage.exhaust()
        if fault and fault.action == "slow":
            time.sleep(fault.seconds)
        if fault and fault.action in ("status", "html"):
            return broken(fault)
        return answered(instance, request, rest)

    def _send(self, request: Request, answer: Answer, fault: Fault | None = None) -> None:
        body = answer.payload()
        if fault and fault.action == "shuffle":
            body = shuffled(answer)
        zipped = "Content-Encoding" not in answer.headers and self._zips(request, body)
        body = gzip.compress(body, GZIP_LEVEL) if zipped else body
        self.send_response(answer.status)
        for name, value in self._headers(request, answer, fault).items():
            self.send_header(name, value)
        if zipped:
            self.send_header("Content-Encoding", "gzip")
        if answer.status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        cut = bool(fault and fault.action == "truncate")
        if request.method != "HEAD":
            self.wfile.write(body[: len(body) // 2] if cut else body)
        self.wfile.flush()
        self.close_connection = self.close_connection or cut
        self._note(request, answer.status, len(body), fault)

    def _zips(self, request: Request, body: bytes) -> bool:
        wanted = "gzip" in request.headers.get("accept-encoding", "") and self.server.instance.org.settings.gzip
        return wanted and len(body) >= GZIP_MIN

    def _headers(self, request: Request, answer: Answer, fault: Fault | None) -> dict[str, str]:
        wrong = fault and fault.action == "wrong_content_type"
        headers = {"Content-Type": "text/plain" if wrong else answer.content_type} if answer.body is not None else {}
        if request.path.startswith("/services/data"):
            headers["Sforce-Limit-Info"] = self.server.instance.usage.header()
        return headers | dict(answer.headers)

    def _note(self, request: Request, status: int, sent: int, fault: Fault | None) -> None:
        org = self.server.instance.org
        user = self.server.instance.logins.peek(request.headers.get("authorization", ""))
        entry = Entry(
            self.server.next_number(), org.clock.now().isoformat(), request.method, request.path,
            dict(request.query), status, user, len(request.body), sent, fault.action if fault else "",
        )  # fmt: skip
        if not request.path.startswith(PREFIX):
            org.journal.note(entry)

    def _reset(self) -> None:
        """Hang up without a word: the client sees a reset connection."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()


def broken(fault: Fault) -> Answer:
    """The answer a fault puts in the place of the real one."""
    if fault.action == "html":
        return Answer(HTML.encode(), fault.status, content_type="text/html")
    unavailable = [{"errorCode": "SERVER_UNAVAILABLE", "message": "Server Unavailable"}]
    return Answer(unavailable if fault.body is None else fault.body, fault.status)


def shuffled(answer: Answer) -> bytes:
    """The records of a page in the opposite order."""
    if isinstance(answer.body, dict) and isinstance(answer.body.get("records"), list):
        return Answer(answer.body | {"records": answer.body["records"][::-1]}).payload()
    return answer.payload()


def answered(instance: Instance, request: Request, resource: Json) -> Answer:
    """The resource's answer, or its refusal as an answer."""
    try:
        answer = resource(instance, request)
        assert isinstance(answer, Answer)  # noqa: S101 - resources promise it
    except Refusal as refusal:
        if refusal.code == EXPIRED:
            return unauthorized(instance, refusal)
        return Answer(refusal.body(), refusal.status)
    return answer


def unauthorized(instance: Instance, refusal: Refusal) -> Answer:
    """A 401 in the shape the org's settings ask for: the API's array, an object, or a proxy's page."""
    shape = instance.org.settings.unauthorized_as
    if shape == "html":
        return Answer(HTML.encode(), 401, content_type="text/html")
    body = refusal.body()
    return Answer(body[0] if shape == "object" else body, 401)


def rest(instance: Instance, request: Request) -> Answer:
    """The answer of a real org's path: login first, then one call of the day's allowance."""
    path = request.path.rstrip("/")
    if path == "/services/data":
        return versions()
    request = unzipped(request)
    if request.method == "POST" and (opened := login(instance, request, path)):
        return opened
    user = instance.logins.user_of(request.headers.get("authorization", ""))
    instance.usage.count()
    with instance.org.lock:
        return dispatch(instance, replace(request, user_id=user))


def unzipped(request: Request) -> Request:
    """The request with its body as it was before it was compressed."""
    if "gzip" not in request.headers.get("content-encoding", ""):
        return request
    try:
        return replace(request, body=gzip.decompress(request.body))
    except (OSError, EOFError, zlib.error) as fault:
        raise Refusal(400, "MALFORMED_REQUEST", f"The body is not compressed with gzip: {fault}") from fault


def login(instance: Instance, request: Request, path: str) -> Answer | None:
    """The answer of a path that opens or ends sessions; None for any other."""
    if path == "/services/oauth2/token":
        return instance.logins.token(request)
    if path == "/services/oauth2/revoke":
        return instance.logins.revoke(request)
    soap = SOAP_PATH.fullmatch(path)
    return soap_login(instance, request, soap.group(1)) if soap else None
