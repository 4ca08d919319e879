"""What if HubSpot answered like this? A server on loopback that says whatever a test has it say."""

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from connector.crm.budget import Budget
from connector.crm.hubspot.login import Credentials
from connector.crm.hubspot.transport import Transport
from tests.crm.hubspot.portals import HURRIED, PATIENT

TOKEN = "pat-na1-not-a-real-one"


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came; a form is the text that was sent."""

    method: str
    path: str
    query: Mapping[str, str]
    body: Any
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Said:
    """One answer: JSON, or bytes as they are."""

    body: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


Reply = Callable[[Asked], Said]


class StandIn:
    """Answers every request with what `reply` says, and remembers what was asked."""

    def __init__(self, reply: Reply) -> None:
        self.asked: list[Asked] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: object) -> None:
                """Nothing is told."""

            def do_GET(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                sent = self.rfile.read(length)
                is_form = "form" in self.headers.get("Content-Type", "")
                body = sent.decode() if is_form else json.loads(sent) if sent else None
                parts = urlsplit(self.path)
                asked = Asked(self.command, parts.path, dict(parse_qsl(parts.query)), body, dict(self.headers.items()))
                outer.asked.append(asked)
                said = reply(asked)
                content = said.body if isinstance(said.body, bytes) else json.dumps(said.body).encode()
                self.send_response(said.status)
                for name, value in {"Content-Type": "application/json", **said.headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_POST = do_PATCH = do_GET  # noqa: N815 the library's names

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def transport(self, **options: Any) -> Transport:
        """A transport that calls it, and never really waits."""
        retry, speed = options.pop("retry", PATIENT), options.pop("speed", HURRIED)
        return Transport(Credentials(TOKEN, self.url), Budget(**options), retry, speed)


def in_turn(*said: Said) -> Reply:
    """One answer after the other; the last one for good."""
    left = list(said)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


def an_error(category: str, message: str = "no", **more: Any) -> dict[str, Any]:
    """HubSpot's envelope."""
    told = {"status": "error", "message": message, "category": category, "correlationId": "c-1"}
    return {**told, **more}
