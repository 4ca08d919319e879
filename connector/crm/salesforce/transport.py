"""How does one call to Salesforce go? Budget, token, timeout, answer or error, and another try where that is right."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

import requests
import structlog
from simple_salesforce.api import Salesforce as Client
from simple_salesforce.exceptions import SalesforceError
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from connector.crm.budget import Budget
from connector.crm.retry import Retry
from connector.crm.salesforce.answers import (
    EVERYWHERE,
    LocatorLost,
    SessionEnded,
    TooMuch,
    Unclear,
    error_of,
    is_hidden,
    read_refusal,
)
from connector.crm.salesforce.login import Login, Token
from connector.errors import AccessDenied, ConnectorError, Rejected, Unavailable

T = TypeVar("T")
log = structlog.get_logger()
Json = Any  # parsed JSON: the caller knows its shape, and Salesforce's answers are checked where they are used

LOGINS_PER_CALL = 2
USAGE = re.compile(r"(?:^|[\s;])api-usage=(\d+)/(\d+)")
NOT_RETRIED = (Unclear, TooMuch, LocatorLost)


class Transport:
    """Calls Salesforce as one user; all threads of a run share it."""

    def __init__(self, login: Login, session: requests.Session, budget: Budget, retry: Retry, *, version: str) -> None:
        self.budget, self.version = budget, version
        self._login, self._session, self._retry = login, session, retry
        self._clients: dict[Token, Client] = {}
        self._server_time: datetime | None = None
        session.hooks["response"].append(self._hear)

    @property
    def token(self) -> Token:
        """Whose calls these are."""
        return self._retry.run(self._login.token)

    def now(self) -> datetime:
        """The server's clock at its newest answer, UTC, to the second; asks for one where there was none yet.

        Where something between us takes the date out of every answer, the clock of this machine has to do.
        """
        if self._server_time is None:
            self.touch()
        if self._server_time is None:
            log.warning("server.clock_unknown", next_step="see that the clock of this machine is right")
            return datetime.now(UTC).replace(microsecond=0)
        return self._server_time

    def touch(self) -> None:
        """The cheapest call there is: what it tells stands beside its body, also where that is a refusal."""
        try:
            self.query("SELECT Id FROM Organization")
        except Rejected as error:
            if not is_hidden(error):
                raise

    def hide(self, text: str) -> str:
        """Salesforce's words without secrets, tokens and mail addresses."""
        return self._login.hide(text)

    def sleep(self, seconds: float) -> None:
        """Wait, in the way the retry policy waits."""
        self._retry.sleep(seconds)

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Json:
        """What stands at `path` below /services/data/vNN.N/; None for an empty answer."""
        return self.read(path, lambda client: client.restful(path, params=dict(params or {})))

    def query(self, soql: str, *, deleted: bool = False) -> Json:
        """The first page of a query; with `deleted`, rows in the recycle bin and archived ones too."""
        return self.read(EVERYWHERE, lambda client: client.query(soql, include_deleted=deleted))

    def more(self, url: str) -> Json:
        """The page at a `nextRecordsUrl`, which is a path on the same host."""
        url = url.removeprefix(self.token.origin)
        if not url.startswith("/services/"):
            raise Rejected("query: the address of the next page lies outside the API")
        return self.read("query/more", lambda client: client.query_more(url, identifier_is_url=True))

    def read(self, place: str, ask: Callable[[Client], T]) -> T:
        """What `ask` returns; it may run more than once."""
        return self._retry.run(lambda: self._attempt(place, ask, is_write=False), never=NOT_RETRIED)

    def write(self, method: str, path: str, body: Json, headers: Mapping[str, str] | None = None) -> Json:
        """Send JSON. Tried again only while it is certain that nothing was done, else Unclear is raised."""
        return self.write_once(
            path, lambda client: client.restful(path, method=method, json=body, headers=dict(headers or {}))
        )

    def write_once(self, place: str, ask: Callable[[Client], T]) -> T:
        """What `ask` returns, for a write of any kind."""
        return self._retry.run(lambda: self._attempt(place, ask, is_write=True), never=NOT_RETRIED)

    def _attempt(self, place: str, ask: Callable[[Client], T], *, is_write: bool) -> T:
        """One try, with a new login when the token has expired under us."""
        token = self._login.token()
        for _ in range(LOGINS_PER_CALL):
            try:
                return self._once(place, ask, token, is_write=is_write)
            except SessionEnded:
                token = self._login.renew(token)
        try:
            return self._once(place, ask, token, is_write=is_write)
        except SessionEnded as error:
            told = f"{error}: a new login was refused too"
            raise AccessDenied(f"{told}; check the session policies of the integration user") from None

    def _once(self, place: str, ask: Callable[[Client], T], token: Token, *, is_write: bool) -> T:
        """One request, its failure told as one of our errors."""
        self.budget.spend()
        try:
            return ask(self._client(token))
        except SalesforceError as error:
            refusal = read_refusal(error.status, error.content, self.hide)
            raise _told(error_of(refusal, place), is_write=is_write) from None
        except requests.RequestException as error:
            raise _broken(error, place, is_write=is_write) from None
        except TypeError:  # simple-salesforce asks for the length of whatever JSON came, a number or null too
            raise _told(Unavailable(f"{place}: an answer of a wrong shape"), is_write=is_write) from None

    def _client(self, token: Token) -> Client:
        """simple-salesforce around our session; it never logs in by itself."""
        if token not in self._clients:
            host = token.origin.partition("://")[2]
            client = Client(
                session_id=token.value,
                instance=host,
                version=self.version,
                session=self._session,
                object_pairs_hook=dict,
            )
            client.headers["X-PrettyPrint"] = "0"
            self._clients = {token: client}
        return self._clients[token]

    def _hear(self, answer: requests.Response, *_: Any, **__: Any) -> None:  # requests' own signature
        """Note what every answer says beside its body: the server's clock and the calls used."""
        usage = USAGE.search(answer.headers.get("Sforce-Limit-Info", ""))
        if usage:
            self.budget.hear(int(usage[1]), int(usage[2]))
        try:
            self._server_time = parsedate_to_datetime(answer.headers.get("Date", "")).astimezone(UTC)
        except ValueError:
            return


def _told(error: ConnectorError, *, is_write: bool) -> ConnectorError:
    """The same error, unless it leaves open whether a write has happened all the same."""
    return Unclear(str(error)) if is_write and type(error) is Unavailable else error


def _broken(error: requests.RequestException, place: str, *, is_write: bool) -> ConnectorError:
    """A connection that failed: surely before anything was sent, or perhaps after."""
    if isinstance(error, requests.exceptions.SSLError):
        return Rejected(f"{place}: the certificate of the server could not be verified")
    if isinstance(error, requests.exceptions.InvalidSchema | requests.exceptions.InvalidURL):
        return Rejected(f"{place}: an address outside the org was not called")
    told = f"{place}: no whole answer ({type(error).__name__})"
    cause = getattr(error.args[0], "reason", None) if error.args else None
    was_sent = not isinstance(cause, NewConnectionError | ConnectTimeoutError)
    return Unclear(told) if is_write and was_sent else Unavailable(told)
