"""How does the demo get its Salesforce? A sandbox in a process of its own, steered and read over plain HTTP.

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
ENV_LINES = 4  # what `sandbox serve` prints when it is ready

Json = Any  # parsed JSON: what it holds is known where it is read


@dataclass(frozen=True, slots=True)
class StandIn:
    """A running sandbox; `env` are the settings that reach it."""

    env: Mapping[str, str]

    @property
    def url(self) -> str:
        """Where it answers."""
        return self.env["SALESFORCE_LOGIN_URL"]

    def advance(self, days: int) -> int:
        """Let so many days pass; how many rows the people there made or changed meanwhile."""
        answer = self._call("POST", f"{CONTROL}clock/advance", json.dumps({"days": days}).encode())
        return sum(answer["rows"].values())

    def writes(self, object_name: str) -> Mapping[str, int]:
        """What was written to an object since the start: calls, updated, unchanged, failed."""
        found: Mapping[str, int] = self._call("GET", f"{CONTROL}writes")["writes"].get(object_name, {})
        return found

    def calls(self) -> int:
        """API calls that were answered since the start."""
        answered = self._call("GET", f"{CONTROL}requests")["requests"]
        return sum(one["path"].startswith("/services/data") for one in answered)

    def read(self, object_name: str, fields: list[str]) -> dict[str, Mapping[str, Json]]:
        """Every record of an object by id, as anybody with a token would read it."""
        token = self._token()
        soql = quote(f"SELECT Id, {', '.join(fields)} FROM {object_name}")  # noqa: S608 - SOQL, and names of our own
        page = self._call("GET", f"/services/data/v67.0/query/?q={soql}", token=token)
        records = page["records"]
        while not page["done"]:
            page = self._call("GET", page["nextRecordsUrl"], token=token)
            records += page["records"]
        return {record["Id"]: record for record in records}

    def _token(self) -> str:
        names = {"client_id": "SALESFORCE_CLIENT_ID", "client_secret": "SALESFORCE_CLIENT_SECRET"}
        form = {"grant_type": "client_credentials"} | {key: self.env[name] for key, name in names.items()}
        return str(self._call("POST", "/services/oauth2/token", urlencode(form).encode())["access_token"])

    def _call(self, method: str, path: str, body: bytes | None = None, *, token: str = "") -> Json:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        request = Request(f"{self.url}{path}", body, headers, method=method)  # noqa: S310 - our own loopback address
        try:
            with urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310 - our own loopback address
                return json.load(answer)
        except OSError as error:
            raise Unavailable(f"the sandbox at {self.url} did not answer ({error}); start the demo again") from None


@contextmanager
def served(*source: str) -> Iterator[StandIn]:
    """A sandbox with these options, that ends with us, whatever happens. Raises ConfigError when it does not start."""
    command = [sys.executable, "-m", "connector.cli.main", "sandbox", "serve", "--port", "0", "--until-eof", *source]
    with (
        tempfile.TemporaryFile("w+") as said,
        subprocess.Popen(  # noqa: S603 - our own command
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said, text=True, start_new_session=True
        ) as server,
    ):
        lines = [server.stdout.readline().strip() for _ in range(ENV_LINES)] if server.stdout else []
        if not all(lines):
            server.wait()
            said.seek(0)
            raise ConfigError(*[line.removeprefix("error: ") for line in said.read().splitlines()])
        try:
            yield StandIn(dict(line.split("=", 1) for line in lines))
        finally:
            server.terminate()
