"""How does the demo get its CRMs? Sandboxes in a process of their own, steered and read over plain HTTP.

What is read here does not go through our own client, so that it can bear witness for it.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

from connector.errors import ConfigError, Unavailable

CONTROL = "/__sandbox__/"
TIMEOUT_SECONDS = 120
ADDRESSES = {"salesforce": "SALESFORCE_LOGIN_URL", "hubspot": "HUBSPOT_BASE_URL"}
ENV_LINES = {"salesforce": 4, "hubspot": 2, "both": 6}  # what `sandbox serve` prints when it is ready

Json = Any  # parsed JSON: what it holds is known where it is read


@dataclass(frozen=True, slots=True)
class StandIn:
    """A running sandbox of one CRM (`salesforce` or `hubspot`); `env` are the settings that reach it."""

    crm: str
    env: Mapping[str, str]

    @property
    def url(self) -> str:
        """Where it answers."""
        return self.env[ADDRESSES[self.crm]]

    def advance(self, days: int) -> int:
        """Let so many days pass; how many rows the people there made or changed meanwhile."""
        answer = ask(self.url, "POST", f"{CONTROL}clock/advance", json.dumps({"days": days}).encode())
        return sum(answer["rows"].values())

    def writes(self, object_name: str) -> Mapping[str, int]:
        """What was written to an object since the start: calls, updated, unchanged, failed."""
        found: Mapping[str, int] = ask(self.url, "GET", f"{CONTROL}writes")["writes"].get(object_name, {})
        return found

    def calls(self) -> int:
        """API calls that were answered since the start, but for those that steer."""
        answered = ask(self.url, "GET", f"{CONTROL}requests")["requests"]
        return sum(not one["path"].startswith(CONTROL) for one in answered)

    def read(self, object_name: str, fields: list[str]) -> dict[str, Mapping[str, Json]]:
        """Every record of an object by id, as anybody with a token would read it."""
        read = _read_salesforce if self.crm == "salesforce" else _read_hubspot
        return read(self.url, self.env, object_name, fields)


def ask(url: str, method: str, path: str, body: bytes | None = None, *, token: str = "") -> Json:
    """What a sandbox answers. Raises Unavailable."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    request = Request(f"{url}{path}", body, headers, method=method)  # noqa: S310 - our own loopback address
    try:
        with urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310 - our own loopback address
            return json.load(answer)
    except OSError as error:
        raise Unavailable(f"the sandbox at {url} did not answer ({error}); start the demo again") from None


def _read_salesforce(url: str, env: Mapping[str, str], name: str, fields: list[str]) -> dict[str, Mapping[str, Json]]:
    """Every record of an org."""
    names = {"client_id": "SALESFORCE_CLIENT_ID", "client_secret": "SALESFORCE_CLIENT_SECRET"}
    form = {"grant_type": "client_credentials"} | {key: env[setting] for key, setting in names.items()}
    token = str(ask(url, "POST", "/services/oauth2/token", urlencode(form).encode())["access_token"])
    soql = quote(f"SELECT Id, {', '.join(fields)} FROM {name}")  # noqa: S608 - SOQL, and names of our own
    page = ask(url, "GET", f"/services/data/v67.0/query/?q={soql}", token=token)
    records = page["records"]
    while not page["done"]:
        page = ask(url, "GET", page["nextRecordsUrl"], token=token)
        records += page["records"]
    return {record["Id"]: record for record in records}


def _read_hubspot(url: str, env: Mapping[str, str], name: str, fields: list[str]) -> dict[str, Mapping[str, Json]]:
    """Every record of a portal; a text that is empty was cleared."""
    records: dict[str, Mapping[str, Json]] = {}
    asked = {"limit": "100", "properties": ",".join(fields)}
    while True:
        path = f"/crm/v3/objects/{name}?{urlencode(asked)}"
        page = ask(url, "GET", path, token=env["HUBSPOT_ACCESS_TOKEN"])
        for record in page["results"]:
            said = {field: value or None for field, value in record["properties"].items()}
            records[record["id"]] = {"Id": record["id"], **said}
        if "paging" not in page:
            return records
        asked["after"] = page["paging"]["next"]["after"]


@contextmanager
def served(crm: str, *source: str) -> Iterator[list[StandIn]]:
    """Sandboxes with these options, that end with us, whatever happens. Raises ConfigError when one does not start."""
    options = ["--port", "0", "--until-eof", "--crm", crm, *source]
    command = [sys.executable, "-m", "connector.cli.main", "sandbox", "serve", *options]
    with (
        tempfile.TemporaryFile("w+") as said,
        subprocess.Popen(  # noqa: S603 - our own command
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said, text=True, start_new_session=True
        ) as server,
    ):
        lines = [server.stdout.readline().strip() for _ in range(ENV_LINES[crm])] if server.stdout else []
        if not all(lines):
            server.wait()
            said.seek(0)
            raise ConfigError(*[line.removeprefix("error: ") for line in said.read().splitlines()])
        try:
            yield _stand_ins(dict(line.split("=", 1) for line in lines))
        finally:
            server.terminate()


def _stand_ins(env: Mapping[str, str]) -> list[StandIn]:
    """The sandboxes that these settings reach."""
    return [StandIn(crm, env) for crm, address in ADDRESSES.items() if address in env]
