"""How do requests come in and answers go out? HTTP/1.1 on loopback, with the faults that strike on the way."""

from __future__ import annotations

import contextlib
import gzip
import socket
import struct
import sys
import threading
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Protocol
from urllib.parse import parse_qsl, urlsplit

from connector.sandbox.answers import Answer, Json, Request
from connector.sandbox.clock import http_date
from connector.sandbox.faults import Fault
from connector.sandbox.journal import Entry
from connector.sandbox.steering import PREFIX, Steered

GZIP_MIN = 1_024
GZIP_LEVEL = 1
IDLE_SECONDS = 30
POLL_SECONDS = 0.05  # until a server that is to stop notices
HTML = "<html><head><title>Error</title></head><body><h1>We are down for maintenance.</h1></body></html>"
PAGES = ("records", "results")  # what the rows of a page are called


class Site(Protocol):
    """What stands behind a server: one CRM, with its own words for everything that goes wrong."""

    @property
    def steered(self) -> Steered:
        """What has the clock, the plan of faults and the journal."""

    @property
    def banner(self) -> str:
        """The `Server` header."""

    @property
    def unexpected(self) -> bytes:
        """The body of a 500 that nobody meant."""

    @property
    def gzips(self) -> bool:
        """Whether answers are compressed for those who ask for it."""

    def answer(self, request: Request, fault: Fault | None) -> Answer:
        """The answer of a path of the CRM; refusals are answers too."""

    def broken(self, fault: Fault) -> Json:
        """The body of a status that a fault puts in the place of the answer."""

    def control(self, request: Request) -> Answer:
        """The answer of the control plane."""

    def headers(self, request: Request, answer: Answer) -> Mapping[str, str]:
        """What the CRM adds to the headers of this answer."""

    def who(self, request: Request) -> str:
        """Who asks, for the journal; empty where nobody knows."""


class Server(ThreadingHTTPServer):
    """The HTTP server of one site, in a thread of its own; port 0 takes a free one."""

    request_queue_size = 128

    def __init__(self, port: int, site: Site) -> None:
        self.site = site
        self.numbers = threading.Lock()
        self.number = 0
        self.connections: set[socket.socket] = set()
        super().__init__(("127.0.0.1", port), Connection)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self._thread = threading.Thread(target=self.serve_forever, args=(POLL_SECONDS,), daemon=True)

    def start(self) -> None:
        """Listen until `stop`."""
        self._thread.start()

    def stop(self) -> None:
        """Listen no more, and hang up on everyone."""
        self.shutdown()
        self.server_close()

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
        """A client that hangs up is everyday business; anything else is a bug of ours, told as the CRM would."""
        if isinstance(sys.exception(), OSError):
            return
        with contextlib.suppress(OSError):
            request.sendall(_sorry(self.site.unexpected))
        super().handle_error(request, client_address)


def _sorry(body: bytes) -> bytes:
    head = b"HTTP/1.1 500 Server Error\r\nContent-Type: application/json;charset=UTF-8\r\nConnection: close\r\n"
    return head + b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


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
        """The `Date` header follows the sandbox's clock."""
        return http_date(self.server.site.steered.clock.now())

    def version_string(self) -> str:
        return self.server.site.banner

    def do_GET(self) -> None:
        self._serve()

    do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_GET  # noqa: N815 - the library's names

    # -- one request --------------------------------------------------------------------------------------------
    def _serve(self) -> None:
        request, site = self._request(), self.server.site
        if request.path.startswith(PREFIX):
            self._send(request, site.control(request))
            return
        fault = site.steered.faults.for_request(request.method, request.path)
        if fault and fault.action == "drop_before":
            self._note(request, 0, 0, fault)
            self._reset()
            return
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
        pairs = tuple(parse_qsl(parts.query, keep_blank_values=True))
        return Request(self.command, parts.path, dict(pairs), headers, body, target=self.path, pairs=pairs)

    def _answer(self, request: Request, fault: Fault | None) -> Answer:
        if fault and fault.action == "slow":
            time.sleep(fault.seconds)
        if fault and fault.action == "html":
            return Answer(HTML.encode(), fault.status, fault.headers, content_type="text/html")
        if fault and fault.action == "status":
            body = self.server.site.broken(fault) if fault.body is None else fault.body
            return Answer(body, fault.status, fault.headers)
        return self.server.site.answer(request, fault)

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
        self._note(request, answer.status, len(body), fault)  # before a client that has its answer looks into the log
        if request.method != "HEAD":
            self.wfile.write(body[: len(body) // 2] if cut else body)
        self.wfile.flush()
        self.close_connection = self.close_connection or cut

    def _zips(self, request: Request, body: bytes) -> bool:
        wanted = "gzip" in request.headers.get("accept-encoding", "") and self.server.site.gzips
        return wanted and len(body) >= GZIP_MIN

    def _headers(self, request: Request, answer: Answer, fault: Fault | None) -> dict[str, str]:
        wrong = fault and fault.action == "wrong_content_type"
        headers = {"Content-Type": "text/plain" if wrong else answer.content_type} if answer.body is not None else {}
        return {**headers, **self.server.site.headers(request, answer), **answer.headers}

    def _note(self, request: Request, status: int, sent: int, fault: Fault | None) -> None:
        site = self.server.site
        entry = Entry(
            self.server.next_number(), site.steered.clock.now().isoformat(), request.method, request.path,
            dict(request.query), status, site.who(request), len(request.body), sent, fault.action if fault else "",
        )  # fmt: skip
        if not request.path.startswith(PREFIX):
            site.steered.journal.note(entry)

    def _reset(self) -> None:
        """Hang up without a word: the client sees a reset connection."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()


def shuffled(answer: Answer) -> bytes:
    """The rows of a page in the opposite order."""
    rows = next((name for name in PAGES if isinstance(answer.body, dict) and name in answer.body), None)
    if rows and isinstance(answer.body[rows], list):
        return Answer(answer.body | {rows: answer.body[rows][::-1]}).payload()
    return answer.payload()
