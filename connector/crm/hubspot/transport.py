"""How does one call to HubSpot go? Its turn, budget, timeout, answer or error, and another try where that is right."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import structlog
from urllib3 import Retry as Redo
from urllib3.exceptions import ConnectTimeoutError, HTTPError, MaxRetryError, NewConnectionError, SSLError

from connector.crm.budget import Budget
from connector.crm.hubspot.answers import Json, Later, NotSent, Unclear, error_of, read_refusal
from connector.crm.hubspot.pace import Pace
from connector.crm.hubspot.paths import NUMBERED, Paths
from connector.crm.retry import Retry
from connector.errors import ConnectorError, Rejected, Unavailable
from connector.hidden import HIDDEN, SHORTEST

log = structlog.get_logger()

TIMEOUTS = (5.0, 60.0)  # seconds to connect, and between two pieces of an answer
SEARCHES_PER_SECOND = 4.0  # of five that a portal has
CALLS_PER_SECOND = 9.0  # of ten that the smallest portal has
NOT_RETRIED = (Unclear, Later)
USED_DAILY = ("X-HubSpot-RateLimit-Daily", "X-HubSpot-RateLimit-Daily-Remaining")
Query = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Credentials:
    """The token of a private app or a service key, and where the API stands."""

    access_token: str = field(repr=False)
    base_url: str = "https://api.hubapi.com"


@dataclass(frozen=True, slots=True)
class Speed:
    """How fast and how patient: calls a second, searches a second, timeouts in seconds."""

    calls: float = CALLS_PER_SECOND
    searches: float = SEARCHES_PER_SECOND
    timeouts: tuple[float, float] = TIMEOUTS


class Transport:
    """Calls one portal; all threads of a run share it."""

    def __init__(
        self, credentials: Credentials, budget: Budget, retry: Retry, speed: Speed, version: str = NUMBERED
    ) -> None:
        self.budget, self.paths = budget, Paths(version)
        self._credentials, self._retry, self._timeouts = credentials, retry, speed.timeouts
        self._calls, self._searches = Pace(speed.calls, retry.sleep), Pace(speed.searches, retry.sleep)
        self._client: Any = None  # the library has no types
        self._server_time: datetime | None = None

    def now(self) -> datetime:
        """The server's clock at its newest answer, UTC, to the second; asks for one where there was none yet."""
        if self._server_time is None:
            self.account()
        if self._server_time is None:
            log.warning("server.clock_unknown", next_step="see that the clock of this machine is right")
            return datetime.now(UTC).replace(microsecond=0)
        return self._server_time

    def account(self) -> Mapping[str, Json]:
        """What the portal says of itself."""
        answer = self.get(self.paths.of("account"))
        if not isinstance(answer, dict):
            raise Unavailable("account-info: an answer of a wrong shape")
        return answer

    def sleep(self, seconds: float) -> None:
        """Wait, in the way the retry policy waits."""
        self._retry.sleep(seconds)

    def get(self, path: str, params: Query = ()) -> Json:
        """What stands at `path`; None for an empty answer."""
        return self._retry.run(lambda: self._once("GET", path, params, None), never=NOT_RETRIED)

    def ask(self, path: str, body: Json, check: Callable[[Json], object] = bool) -> Json:
        """The answer to a question that is posted, such as a batch read: asked again while `check` finds it lacking."""

        def once() -> Json:
            answer = self._once("POST", path, (), body)
            check(answer)
            return answer

        return self._retry.run(once, never=NOT_RETRIED)

    def search(self, path: str, body: Json) -> Json:
        """The answer to a search, which has a limit of its own."""
        return self._retry.run(lambda: self._once("POST", path, (), body, self._searches), never=NOT_RETRIED)

    def write(self, method: str, path: str, body: Json) -> Json:
        """Send JSON. Tried again only while it is certain that nothing was done, else Unclear is raised."""
        return self._retry.run(lambda: self._write_once(method, path, body), never=NOT_RETRIED)

    def write_again(self, method: str, path: str, body: Json) -> Json:
        """Send JSON that may arrive twice without harm: whatever fails is tried again."""
        return self._retry.run(lambda: self._once(method, path, (), body), never=NOT_RETRIED)

    def _write_once(self, method: str, path: str, body: Json) -> Json:
        try:
            return self._once(method, path, (), body)
        except Unavailable as error:
            if type(error) is not Unavailable:
                raise  # it says itself that nothing was done
            raise Unclear(str(error)) from None

    def _once(self, method: str, path: str, params: Query, body: Json, pace: Pace | None = None) -> Json:
        """One request, its failure told as one of our errors."""
        (pace or self._calls).wait()
        self.budget.spend()
        try:
            status, headers, content = self._send(method, path, params, body)
        except HTTPError as error:
            raise _broken(error, path) from None
        except UnicodeDecodeError:
            raise Unavailable(f"{path}: an answer that is not text") from None
        self._hear(headers)
        found = _json(self._discreet(content))
        if not 200 <= status < 300:
            raise error_of(read_refusal(status, found, headers), path)
        if found is None and content:
            raise Unavailable(f"{path}: HTTP {status} with an answer that is not from HubSpot's API")
        return found

    def _discreet(self, content: bytes | str) -> bytes | str:
        """An answer without our token, should it repeat it."""
        token = self._credentials.access_token
        if len(token) < SHORTEST:
            return content
        if isinstance(content, str):
            return content.replace(token, HIDDEN)
        return content.replace(token.encode(), HIDDEN.encode())

    def _send(self, method: str, path: str, params: Query, body: Json) -> tuple[int, Mapping[str, str], bytes | str]:
        """Status, headers and content of the answer, whatever they are."""
        from hubspot.crm.objects.exceptions import ApiException

        api = self._api()
        try:
            answer = api.call_api(
                path,
                method,
                query_params=list(params),
                body=body,
                auth_settings=["oauth2"],
                _preload_content=False,
                _request_timeout=self._timeouts,
            )
        except ApiException as error:
            if not error.status:
                raise Rejected(f"{path}: the certificate of the server could not be verified") from None
            return error.status, error.headers or {}, error.body or ""
        return answer.status, answer.headers, answer.data

    def _api(self) -> Any:  # the library has no types
        """The library's own caller, which adds the token and keeps connections. It takes any path and never retries.

        Its generated methods know the v3 and v4 paths only, and its models drop what they do not know.
        """
        if self._client is None:
            from hubspot import HubSpot as Client

            url = self._credentials.base_url.rstrip("/")
            token = self._credentials.access_token
            client = Client(access_token=token, host=url, base_url=url, retry=Redo(total=0, redirect=False))
            self._client = client.crm.objects.basic_api.api_client
        return self._client

    def _hear(self, headers: Mapping[str, str]) -> None:
        """Note what every answer says beside its body: the server's clock and the calls of the day."""
        limit, left = (headers.get(name, "") for name in USED_DAILY)
        if limit.isdigit() and left.isdigit():
            self.budget.hear(int(limit) - int(left), int(limit))
        try:
            self._server_time = parsedate_to_datetime(headers.get("Date", "")).astimezone(UTC)
        except ValueError:
            return


def _json(content: bytes | str) -> Json:
    """What the content says; None where it says nothing or is no JSON."""
    try:
        return json.loads(content) if content else None
    except ValueError:
        return None


def _broken(error: HTTPError, place: str) -> ConnectorError:
    """A connection that failed: surely before anything was sent, or perhaps after."""
    cause = error.reason if isinstance(error, MaxRetryError) and error.reason else error
    if isinstance(cause, SSLError):
        return Rejected(f"{place}: the certificate of the server could not be verified")
    told = f"{place}: no whole answer ({type(cause).__name__})"
    was_sent = not isinstance(cause, NewConnectionError | ConnectTimeoutError)
    return Unavailable(told) if was_sent else NotSent(told)
