"""Which hosts may be called, and how? HTTPS with verified certificates; plain HTTP to this very machine only."""

import ipaddress
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter

from connector.errors import ConfigError

Timeouts = tuple[float, float]  # seconds to connect, seconds between two bytes
TIMEOUTS: Timeouts = (10.0, 150.0)  # a query may run for two minutes before Salesforce itself gives up


def is_loopback(url: str) -> bool:
    """Whether the URL's host is this very machine."""
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_host(url: str, place: str) -> str:
    """The URL's scheme and host. Raises ConfigError when calling it would be unsafe; `place` says who named it."""
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname and not parts.username:
        return f"https://{parts.netloc}"
    if parts.scheme == "http" and is_loopback(url) and not parts.username:
        return f"http://{parts.netloc}"
    raise ConfigError(f"{place} is {url!r}; it must begin with https:// (plain http only reaches this machine)")


class Door(HTTPAdapter):
    """The way to one host, with timeouts on every call.

    simple-salesforce asks for https whatever the instance's address says; where that host is this machine over
    plain http, the address is put right here, and no proxy is asked.
    """

    def __init__(self, origin: str, timeouts: Timeouts) -> None:
        self._is_plain = origin.startswith("http://")
        self._timeouts = timeouts
        super().__init__(pool_maxsize=16)

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:  # its words
        """The answer; a call without a timeout of its own gets ours."""
        options["timeout"] = options.get("timeout") or self._timeouts
        if self._is_plain and request.url:
            request.url = request.url.replace("https://", "http://", 1)
            options["proxies"] = {}
        return super().send(request, *args, **options)


class CheckedSession(requests.Session):
    """Follows no redirect, except to the same address with or without a slash at its end."""

    def get_redirect_target(self, answer: requests.Response) -> str | None:
        """Where to go on, or None to take the answer as it is."""
        target = super().get_redirect_target(answer)
        keeps_method = answer.status_code in (307, 308) or answer.request.method == "GET"
        return target if target and keeps_method and _is_same_place(answer.url, urljoin(answer.url, target)) else None


def open_session() -> requests.Session:
    """A session that can reach no host at all until one is let in, is led nowhere else and keeps no cookie."""
    session = CheckedSession()
    session.adapters.clear()
    session.max_redirects = 1
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.auth = _as_it_is  # else a .netrc of the machine would replace our token
    return session


def let_in(session: requests.Session, origin: str, timeouts: Timeouts) -> None:
    """Let the session reach `origin` (scheme and host, checked), and nothing beside it."""
    door = Door(origin, timeouts)
    session.mount(f"https://{urlsplit(origin).netloc}/", door)
    if origin.startswith("http://"):
        session.mount(f"{origin}/", door)


def _is_same_place(url: str, other: str) -> bool:
    one, two = urlsplit(url), urlsplit(other)
    return (one.scheme, one.netloc, one.path.rstrip("/")) == (two.scheme, two.netloc, two.path.rstrip("/"))


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request
