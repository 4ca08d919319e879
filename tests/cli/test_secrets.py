"""Does a secret show anywhere? In no output, no log and no file, whatever is done and whatever is answered."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
import requests

from connector.sandbox.hubspot.server import HubSpotSandbox
from connector.sandbox.hubspot.settings import Settings
from connector.sandbox.salesforce.server import Sandbox
from connector.sandbox.world.make import make_world
from tests.cli.conftest import Shell
from tests.cli.test_forget import store_of
from tests.said import Said

REFRESH = "canary-5Aep861-refresh"
SILENT_WAYS = ("Transfer-Encoding", "Content-Encoding", "Content-Length", "Connection", "Server", "Date")
COMMANDS = (
    "doctor", "fields plan", "fields apply", "sync --dry-run --json", "sync --plan-only", "sync",
    "explain {account} --json", "accounts list --json", "accounts summary --by owner", "people unmapped",
    "match report", "runs list --json", "runs show {run} --json", "runs errors --json", "push {run} --force",
    "runs rollback {run}", "people forget 003000000000001AAA", "mappings check", "health",
)  # fmt: skip


@dataclass
class Parrot:
    """Stands before an org or a portal, passes calls on, and repeats in a refusal what it was told where a path fits.

    `as_rows` refuses each account of a write to Salesforce on its own instead.
    """

    org: Sandbox | HubSpotSandbox
    repeats: str = "$^"
    as_rows: bool = False
    heard: set[str] = field(default_factory=set)  # every secret that went by
    url: str = ""

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:
        self.heard |= set(re.findall(r"(?:Bearer|Basic) (\S+)", headers.get("Authorization", "")))
        if re.search(self.repeats, path):
            return self.repeat(path, headers, body)
        url = f"{self.org.url}{path}"
        real = requests.request(method, url, headers=headers, data=body, timeout=30, allow_redirects=False)
        passed = {name: value for name, value in real.headers.items() if name not in SILENT_WAYS}
        content = real.content.replace(self.org.url.encode(), self.url.encode())
        if path.endswith("/token") and real.status_code == 200:
            self.heard.add(real.json()["access_token"])
        return real.status_code, passed, content

    def repeat(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:
        told = f"your call said {headers.get('Authorization')} and {body.decode(errors='replace')}"
        if isinstance(self.org, HubSpotSandbox):
            refused = {"status": "error", "category": "VALIDATION_ERROR", "message": told}
            return 400, {"Content-Type": "application/json"}, json.dumps(refused).encode()
        refusal = [{"errorCode": "CANNOT_EXECUTE_FLOW_TRIGGER", "statusCode": "X", "message": told}]
        if self.as_rows and "composite" in path:
            rows = json.loads(body)["records"]
            errors = [{"success": False, "errors": [{**refusal[0], "message": told[:200], "fields": []}]} for _ in rows]
            return 200, {"Content-Type": "application/json"}, json.dumps(errors).encode()
        if path.endswith("/token"):
            return 400, {}, json.dumps({"error": "invalid_client", "error_description": told}).encode()
        return 400, {"Content-Type": "application/json"}, json.dumps(refusal).encode()


@contextmanager
def served(parrot: Parrot) -> Iterator[Parrot]:
    class Perch(BaseHTTPRequestHandler):
        def hear(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name: value for name, value in self.headers.items() if name not in ("Host", "Accept-Encoding")}
            status, told, content = parrot.answer(self.command, self.path, headers, body)
            self.send_response(status)
            for name, value in {**told, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"):
        setattr(Perch, f"do_{method}", Perch.hear)
    with ThreadingHTTPServer(("127.0.0.1", 0), Perch) as server:
        server.daemon_threads = True
        thread = Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        parrot.url = f"http://127.0.0.1:{server.server_port}"
        yield parrot
        server.shutdown()
        thread.join()


@pytest.fixture
def parrot(connected: Shell, org: Sandbox) -> Iterator[Parrot]:
    """A shell that reaches its org through the parrot, and logs all there is to log."""
    with served(Parrot(org)) as bird:
        connected.set(
            SALESFORCE_LOGIN_URL=bird.url, SALESFORCE_REFRESH_TOKEN=REFRESH, CONNECTOR_LOG_LEVEL="debug",
            CONNECTOR_LOG_FORMAT="json",
        )  # fmt: skip
        yield bird


def everything(folder: Path, said: list[Said]) -> bytes:
    """All that was said, and every file but the one that the secrets come from."""
    files = [path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.name != ".env"]
    return "".join(one.out + one.err for one in said).encode() + b"".join(files)


def people(home: Path) -> list[str]:
    """The names and addresses of all contacts, leads and users."""
    with store_of(home) as store:
        every = " UNION ALL ".join(f"SELECT name, email FROM salesforce.{one}" for one in ("contact", "lead", "user"))
        return [text for row in store.execute(every).fetchall() for text in row if text]


def test_no_secret_shows_in_what_any_command_says_or_leaves(connected: Shell, parrot: Parrot) -> None:
    """Promise S1: every command, with every step logged as JSON; nor does a log name anybody."""
    said: list[Said] = []
    run = account = ""
    for command in COMMANDS:
        said.append(connected("-v", *command.format(run=run, account=account).split()))
        if not run and command == "sync":
            run = connected("runs", "list", "--json").rows[0]["run_id"]
            account = connected("accounts", "list", "--json").rows[0]["account_id"]
    codes = {command: one.code for command, one in zip(COMMANDS, said, strict=True)}

    found = everything(connected.folder, said)

    assert {command: code for command, code in codes.items() if code not in (0, 2, 5)} in ({}, {"health": 1})
    assert b"stream.pulled" in found
    assert len(parrot.heard) >= 8  # a token for each login, and what it was got with
    assert [secret for secret in (*parrot.heard, parrot.org.client_secret, REFRESH) if secret.encode() in found] == []
    assert [text for text in people(connected.folder / ".connector") if text in "".join(one.err for one in said)] == []


@pytest.mark.parametrize(
    ("place", "as_rows"),
    [("token$", False), ("/query", False), ("/describe", False), ("composite", False), ("composite", True)],
)
def test_a_refusal_that_repeats_our_secrets_is_told_without_them(
    connected: Shell, parrot: Parrot, place: str, as_rows: bool
) -> None:
    """Promise S1: failing logins, calls and rows, in the words of somebody who repeats all they heard."""
    assert connected("fields", "apply").code == 0
    parrot.repeats, parrot.as_rows = place, as_rows

    said = [connected("-v", *command.split()) for command in ("doctor", "sync", "runs list --json", "runs errors")]

    found = everything(connected.folder, said)
    assert said[1].code in (1, 2, 3, 7)
    assert b"[hidden]" in found
    assert [secret for secret in (*parrot.heard, parrot.org.client_secret, REFRESH) if secret.encode() in found] == []


@pytest.mark.parametrize("place", ["$^", "token$", "/crm/v3/properties", "/crm/v3/objects/contacts", "batch/update$"])
def test_no_secret_of_an_oauth_app_shows_whatever_a_portal_repeats(shell: Shell, place: str) -> None:
    """Promise S1: nor any token it was given, when all goes well and when everything said is thrown back at us."""
    unhurried = Settings(burst_limit=0, search_limit=0)
    with (
        HubSpotSandbox(make_world(3, accounts=5, activities=100), settings=unhurried) as portal,
        served(Parrot(portal)) as bird,
    ):
        ours = portal.client_secret, portal.refresh_token()
        shell.set(
            HUBSPOT_BASE_URL=bird.url, HUBSPOT_CLIENT_ID=portal.client_id, HUBSPOT_CLIENT_SECRET=ours[0],
            HUBSPOT_REFRESH_TOKEN=ours[1], HUBSPOT_CALLS_PER_SECOND="1000", HUBSPOT_SEARCHES_PER_SECOND="1000",
            CONNECTOR_LOG_LEVEL="debug", CONNECTOR_LOG_FORMAT="json",
        )  # fmt: skip
        assert shell("fields", "apply").code == 0
        bird.repeats = place
        said = [shell("-v", *command.split()) for command in ("doctor", "sync", "runs list --json", "runs errors")]

    found = everything(shell.folder, said)
    assert (said[1].code == 0) == (place == "$^")
    assert (b"[hidden]" in found) == (place != "$^")
    assert len(bird.heard) >= (1 if place == "token$" else 3)  # a token for each command that is let in
    assert [secret for secret in (*bird.heard, *ours) if secret.encode() in found] == []
