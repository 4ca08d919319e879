"""How does one call to HubSpot go? Its turn, budget, timeout, answer or error, and another try where that is right."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import structlog

from connector.crm.budget import Budget
from connector.crm.hubspot.answers import Json, Later, Unclear, error_of, parsed, read_refusal
from connector.crm.hubspot.login import ANEW, Credentials, Login
from connector.crm.hubspot.pace import Pace
from connector.crm.hubspot.paths import NUMBERED, Paths
from connector.crm.hubspot.wire import Heard, Query, Request, Wire
from connector.crm.retry import Retry
from connector.errors import AccessDenied, ConnectorError, Unavailable

log = structlog.get_logger()

TIMEOUTS = (5.0, 60.0)  # seconds to connect, and between two pieces of an answer
SEARCHES_PER_SECOND = 4.0  # of five that a portal has
CALLS_PER_SECOND = 9.0  # of ten that the smallest portal has
NOT_RETRIED = (Unclear, Later)
USED_DAILY = ("X-HubSpot-RateLimit-Daily", "X-HubSpot-RateLimit-Daily-Remaining")


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
        self._retry, self._wire = retry, Wire(credentials.base_url, speed.timeouts)
        self.login = Login(credentials, self._wire, self.paths.of("token"))
        self._calls, self._searches = Pace(speed.calls, retry.sleep), Pace(speed.searches, retry.sleep)
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
        return self._retry.run(lambda: self._once(Request("GET", path, params)), never=NOT_RETRIED)

    def ask(self, path: str, body: Json, check: Callable[[Json], object] = bool) -> Json:
        """The answer to a question that is posted, such as a batch read: asked again while `check` finds it lacking."""

        def once() -> Json:
            answer = self._once(Request("POST", path, body=body))
            check(answer)
            return answer

        return self._retry.run(once, never=NOT_RETRIED)

    def search(self, path: str, body: Json) -> Json:
        """The answer to a search, which has a limit of its own."""
        return self._retry.run(lambda: self._once(Request("POST", path, body=body), self._searches), never=NOT_RETRIED)

    def write(self, method: str, path: str, body: Json) -> Json:
        """Send JSON. Tried again only while it is certain that nothing was done, else Unclear is raised."""
        return self._retry.run(lambda: self._write_once(method, path, body), never=NOT_RETRIED)

    def write_again(self, method: str, path: str, body: Json) -> Json:
        """Send JSON that may arrive twice without harm: whatever fails is tried again."""
        return self._retry.run(lambda: self._once(Request(method, path, body=body)), never=NOT_RETRIED)

    def _write_once(self, method: str, path: str, body: Json) -> Json:
        try:
            return self._once(Request(method, path, body=body))
        except Unavailable as error:
            if type(error) is not Unavailable:
                raise  # it says itself that nothing was done
            raise Unclear(str(error)) from None

    def _once(self, request: Request, pace: Pace | None = None) -> Json:
        """One request, its failure told as one of our errors; a token that has just run out is renewed once."""
        token = self.login.token()
        heard = self._send(request, token, pace)
        if heard.status == 401 and self.login.ends:
            heard = self._send(request, self.login.renew(token), pace)
        found = parsed(self.login.hide(heard.content))
        if not 200 <= heard.status < 300:
            raise self._refusal(heard, found, request.path)
        if found is None and heard.content:
            raise Unavailable(f"{request.path}: HTTP {heard.status} with an answer that is not from HubSpot's API")
        return found

    def _send(self, request: Request, token: str, pace: Pace | None) -> Heard:
        """The answer to one request, in its turn and counted."""
        (pace or self._calls).wait()
        self.budget.spend()
        heard = self._wire.send(request, token)
        self._hear(heard.headers)
        return heard

    def _refusal(self, heard: Heard, found: Json, path: str) -> ConnectorError:
        """The error to raise for what was answered."""
        refusal = read_refusal(heard.status, found, heard.headers)
        if heard.status == 401 and self.login.ends:
            told = f"{refusal.at(path)}; a token made a moment ago is not taken"
            return AccessDenied(f"{told}: {ANEW}", code=refusal.code)
        return error_of(refusal, path)

    def _hear(self, headers: Mapping[str, str]) -> None:
        """Note what every answer says beside its body: the server's clock and the calls of the day."""
        limit, left = (headers.get(name, "") for name in USED_DAILY)
        if limit.isdigit() and left.isdigit():
            self.budget.hear(int(limit) - int(left), int(limit))
        try:
            self._server_time = parsedate_to_datetime(headers.get("Date", "")).astimezone(UTC)
        except ValueError:
            return
