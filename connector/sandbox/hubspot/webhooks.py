"""Who is told of a change as it happens? One subscriber: events by the hundred, signed, twice or in any order."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import time
from dataclasses import dataclass, field
from fnmatch import fnmatch
from urllib.parse import urlsplit

from connector.sandbox.answers import Json, Refusal
from connector.sandbox.hubspot.kinds import Kind

EVENTS_MAX, TRIES = 100, 10  # events of one request; how often one is sent before it is given up
TIMEOUT_SECONDS = 10
LOOPBACK = ("127.0.0.1", "localhost", "::1")
APP_ID = 1


@dataclass(frozen=True, slots=True)
class Delivery:
    """How the events that wait are sent: the other way round, those of before again, as if signed so long ago."""

    shuffled: bool = False
    again: bool = False
    age_seconds: float = 0.0


@dataclass(slots=True)
class Webhooks:
    """The subscription, the events nobody has taken yet, and those of the newest delivery."""

    portal_id: int
    url: str = ""
    types: tuple[str, ...] = ()  # such as company.propertyChange or *.merge
    waiting: list[dict[str, Json]] = field(default_factory=list)
    sent: list[dict[str, Json]] = field(default_factory=list)
    count: int = 0

    def subscribe(self, url: str, types: list[str]) -> None:
        """From now on, events of these types are kept for `url`, which must be on this machine."""
        if urlsplit(url).hostname not in LOOPBACK or urlsplit(url).scheme != "http":
            raise Refusal(400, "INVALID_REQUEST", f"{url} is not http:// on this machine; nobody else is called.")
        self.url, self.types = url, tuple(types)

    def note(self, at: int, kind: Kind, what: str, record_id: str, **more: Json) -> None:
        """Keep an event, if it is subscribed to."""
        name = f"{kind.singular}.{what}"
        if not any(fnmatch(name, pattern) for pattern in self.types):
            return
        self.count += 1
        told = {
            "eventId": self.count, "subscriptionId": 1, "portalId": self.portal_id, "appId": APP_ID, "occurredAt": at,
            "subscriptionType": name, "attemptNumber": 0, "objectId": int(record_id), "changeSource": "INTEGRATION",
            "sourceId": "sandbox",
        }  # fmt: skip
        self.waiting.append(told | more)

    def due(self, how: Delivery) -> list[dict[str, Json]]:
        """The events to send now; they wait no more."""
        events, self.waiting = [*(self.sent if how.again else ()), *self.waiting], []
        return events[::-1] if how.shuffled else events

    def deliver(self, events: list[dict[str, Json]], secret: str, age_seconds: float) -> list[int]:
        """The status of each request; 0 where nobody answered. What was not taken waits again, ten times at most."""
        self.sent, statuses = [], list[int]()
        for start in range(0, len(events), EVENTS_MAX):
            batch = events[start : start + EVENTS_MAX]
            statuses.append(self._post(batch, secret, age_seconds))
            if 200 <= statuses[-1] < 300:
                self.sent += batch
            else:
                later = [one | {"attemptNumber": one["attemptNumber"] + 1} for one in batch]
                self.waiting += [one for one in later if one["attemptNumber"] < TRIES]
        return statuses

    def _post(self, events: list[dict[str, Json]], secret: str, age_seconds: float) -> int:
        parts, body = urlsplit(self.url), json.dumps(events)
        stamp = str(round((time.time() - age_seconds) * 1_000))  # of the real clock, which receivers compare it with
        headers = {
            "Content-Type": "application/json", "X-HubSpot-Request-Timestamp": stamp,
            "X-HubSpot-Signature-v3": signature(secret, f"POST{self.url}{body}{stamp}"),
        }  # fmt: skip
        connection = http.client.HTTPConnection(parts.netloc, timeout=TIMEOUT_SECONDS)
        try:
            connection.request("POST", f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}", body, headers)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()


def signature(secret: str, text: str) -> str:
    """The third version of HubSpot's signature: of method, whole address, body and time stamp."""
    return base64.b64encode(hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest()).decode()
