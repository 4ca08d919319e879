"""Is a subscriber told of changes as HubSpot tells: signed, by the hundred, more than once and in any order?"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests
from hubspot.exceptions import InvalidSignatureTimestampError
from hubspot.utils.signature import Signature

from tests.sandbox.hubspot.small_portal import ACME, ANNA, BELA, CARA, GLOBEX, Client, Json

COMPANY = f"/crm/v3/objects/companies/{ACME}"


class Subscriber:
    """Takes what is sent to it, or refuses it; `heard` is each request's body and headers."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, dict[str, str]]] = []
        self.status, self.calls_back = 204, ""
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: object) -> None:
                """Nothing."""

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                outer.heard.append((body, dict(self.headers.items())))
                if outer.calls_back:
                    requests.get(outer.calls_back, timeout=5).raise_for_status()
                self.send_response(outer.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/hook?of=us"

    @property
    def events(self) -> list[Json]:
        return [event for body, _ in self.heard for event in json.loads(body)]

    def names(self) -> list[str]:
        return [one["subscriptionType"] for one in self.events]


@pytest.fixture
def subscriber() -> Iterator[Subscriber]:
    made = Subscriber()
    thread = threading.Thread(target=made.server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join()


def is_ours(client: Client, subscriber: Subscriber, body: str | None = None) -> bool:
    """What HubSpot's own client says of the newest request."""
    sent, headers = subscriber.heard[-1]
    valid: bool = Signature.is_valid(
        headers["X-HubSpot-Signature-v3"], client.portal.client_secret, body or sent, http_uri=subscriber.url,
        http_method="POST", signature_version="v3", timestamp=headers["X-HubSpot-Request-Timestamp"],
    )  # fmt: skip
    return valid


def subscribed(client: Client, subscriber: Subscriber, *events: str) -> None:
    client.control("webhooks", {"url": subscriber.url, "events": list(events)})


def renamed(client: Client, *names: str) -> None:
    for name in names:
        client.patch(COMPANY, {"properties": {"name": name}})


def test_a_change_is_told_with_what_it_was_and_a_signature_that_hubspots_client_takes(
    client: Client, subscriber: Subscriber
) -> None:
    subscribed(client, subscriber, "company.propertyChange")
    renamed(client, "Acme Two", "Acme Two")
    client.post("/crm/v3/objects/contacts", {"properties": {"email": "new@acme.example"}})

    told = client.control("webhooks/deliver", {})

    [event] = subscriber.events
    assert told == {"statuses": [204], "waiting": 0}
    assert (event["objectId"], event["propertyName"], event["propertyValue"]) == (int(ACME), "name", "Acme Two")
    assert (event["portalId"], event["attemptNumber"]) == (client.portal.portal_id, 0)
    assert is_ours(client, subscriber)
    assert not is_ours(client, subscriber, body="[]")


def test_every_kind_of_event_has_its_name_and_its_ids(client: Client, subscriber: Subscriber) -> None:
    subscribed(client, subscriber, "*")
    made = client.post("/crm/v3/objects/companies", {"properties": {"name": "New"}}).json()["id"]
    client.delete(f"/crm/v3/objects/companies/{made}")
    body = {"inputs": [{"from": {"id": ANNA}, "to": {"id": ACME}}]}
    client.post("/crm/v4/associations/contacts/companies/batch/associate/default", body)
    merged = client.post("/crm/v3/objects/companies/merge", {"primaryObjectId": ACME, "objectIdToMerge": GLOBEX}).json()
    client.post("/crm/v3/objects/contacts/gdpr-delete", {"objectId": CARA})
    client.control("webhooks/deliver", {})

    [merge] = [one for one in subscriber.events if one["subscriptionType"] == "company.merge"]
    assert subscriber.names() == [
        "company.creation", "company.deletion", "contact.associationChange", "company.merge", "contact.privacyDeletion",
    ]  # fmt: skip
    assert merge["mergedObjectIds"] == [int(ACME), int(GLOBEX)]
    assert merge["newObjectId"] == int(merged["id"])


def test_a_hundred_events_come_in_one_request_and_the_rest_in_the_next(client: Client, subscriber: Subscriber) -> None:
    subscribed(client, subscriber, "*.propertyChange")
    renamed(client, *(f"Acme {number}" for number in range(130)))
    client.control("webhooks/deliver", {})

    assert [len(json.loads(body)) for body, _ in subscriber.heard] == [100, 30]


def test_events_come_again_and_the_other_way_round_where_a_test_asks_for_it(
    client: Client, subscriber: Subscriber
) -> None:
    subscribed(client, subscriber, "*")
    renamed(client, "One", "Two")
    client.control("webhooks/deliver", {"shuffled": True})
    renamed(client, "Three")
    client.control("webhooks/deliver", {"again": True})

    assert [one["eventId"] for one in subscriber.events] == [2, 1, 2, 1, 3]
    assert is_ours(client, subscriber)


@pytest.mark.parametrize(("age", "is_fresh"), [(0, True), (290, True), (400, False)])
def test_a_request_from_long_ago_has_a_signature_that_is_too_old(
    client: Client, subscriber: Subscriber, age: int, is_fresh: bool
) -> None:
    subscribed(client, subscriber, "*")
    renamed(client, "Acme Two")
    client.control("webhooks/deliver", {"age_seconds": age})

    if is_fresh:
        assert is_ours(client, subscriber)
    else:
        with pytest.raises(InvalidSignatureTimestampError):
            is_ours(client, subscriber)


def test_what_was_not_taken_is_sent_again_ten_times_and_then_given_up(client: Client, subscriber: Subscriber) -> None:
    subscribed(client, subscriber, "*")
    renamed(client, "Acme Two")
    subscriber.status = 500
    waiting = [client.control("webhooks/deliver", {})["waiting"] for _ in range(10)]

    assert waiting == [1] * 9 + [0]
    assert [one["attemptNumber"] for one in subscriber.events] == list(range(10))


def test_nobody_listening_is_no_fault_of_the_portal(client: Client, subscriber: Subscriber) -> None:
    subscribed(client, subscriber, "*")
    subscriber.server.server_close()
    renamed(client, "Acme Two")

    assert client.control("webhooks/deliver", {}) == {"statuses": [0], "waiting": 1}


def test_a_subscriber_may_ask_the_portal_while_it_is_told(client: Client, subscriber: Subscriber) -> None:
    subscribed(client, subscriber, "*")
    renamed(client, "Acme Two")
    subscriber.calls_back = f"{client.portal.url}/__sandbox__/clock"

    assert client.control("webhooks/deliver", {})["statuses"] == [204]


@pytest.mark.parametrize("url", ["https://example.com/hook", "http://example.com/hook", "ftp://127.0.0.1/x", "nowhere"])
def test_nobody_is_called_who_is_not_on_this_machine(client: Client, url: str) -> None:
    answer = requests.post(f"{client.portal.url}/__sandbox__/webhooks", json={"url": url, "events": ["*"]})

    assert answer.status_code == 400
    assert "nobody else is called" in answer.json()["message"]


def test_without_a_subscription_nothing_is_kept(client: Client) -> None:
    renamed(client, "Acme Two")
    client.post("/crm/v3/objects/contacts/merge", {"primaryObjectId": ANNA, "objectIdToMerge": BELA})

    assert client.control("webhooks/deliver", {}) == {"statuses": [], "waiting": 0}
