"""How does a request reach HubSpot, and its answer come back? Its own client's caller, without its ways to log in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from urllib3 import Retry as Redo
from urllib3.exceptions import ConnectTimeoutError, HTTPError, MaxRetryError, NewConnectionError, SSLError

from connector.crm.hubspot.answers import Json, NotSent
from connector.errors import ConnectorError, Rejected, Unavailable

Query = Sequence[tuple[str, str]]
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent: JSON in `body`, or a form, or neither."""

    method: str
    path: str
    query: Query = ()
    body: Json = None
    form: Query = ()


@dataclass(frozen=True, slots=True)
class Heard:
    """The answer as it came, whatever it is."""

    status: int
    headers: Mapping[str, str]
    content: bytes | str


class Wire:
    """The way to one host: follows nobody elsewhere, retries nothing. `timeouts` are seconds to connect and to read."""

    def __init__(self, base_url: str, timeouts: tuple[float, float]) -> None:
        self._url, self._timeouts = base_url.rstrip("/"), timeouts
        self._caller: Any = None  # the library has no types

    def send(self, request: Request, token: str = "") -> Heard:
        """The answer. Raises Unavailable, NotSent where nothing was sent, and Rejected for a bad certificate."""
        try:
            return self._send(request, token)
        except HTTPError as error:
            raise _broken(error, request.path) from None
        except UnicodeDecodeError:
            raise Unavailable(f"{request.path}: an answer that is not text") from None

    def _send(self, request: Request, token: str) -> Heard:
        from hubspot.crm.objects.exceptions import ApiException

        try:
            answer = self._api().call_api(
                request.path,
                request.method,
                query_params=list(request.query),
                header_params=({"Authorization": f"Bearer {token}"} if token else {}) | (FORM if request.form else {}),
                post_params=list(request.form),
                body=request.body,
                _preload_content=False,
                _request_timeout=self._timeouts,
            )
        except ApiException as error:
            if not error.status:
                raise _untrusted(request.path) from None
            return Heard(error.status, error.headers or {}, error.body or "")
        return Heard(answer.status, answer.headers, answer.data)

    def _api(self) -> Any:  # the library has no types
        """The library's own caller, which keeps connections. It takes any path and never retries.

        Its generated methods know the v3 and v4 paths only, and its models drop what they do not know.
        """
        if self._caller is None:
            from hubspot import HubSpot as Client

            client = Client(host=self._url, base_url=self._url, retry=Redo(total=0, redirect=False))
            self._caller = client.crm.objects.basic_api.api_client
        return self._caller


def _broken(error: HTTPError, place: str) -> ConnectorError:
    """A connection that failed: surely before anything was sent, or perhaps after."""
    cause = error.reason if isinstance(error, MaxRetryError) and error.reason else error
    if isinstance(cause, SSLError):
        return _untrusted(place)
    told = f"{place}: no whole answer ({type(cause).__name__})"
    was_sent = not isinstance(cause, NewConnectionError | ConnectTimeoutError)
    return Unavailable(told) if was_sent else NotSent(told)


def _untrusted(place: str) -> Rejected:
    return Rejected(f"{place}: the certificate of the server could not be verified")
