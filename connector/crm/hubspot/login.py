"""Who are we to HubSpot? A token that does not end, or those of an OAuth app: one for all threads, renewed in time."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from connector.crm.hubspot.answers import Json, NotSent, error_of, parsed, read_refusal, shown
from connector.crm.hubspot.wire import Heard, Request, Wire
from connector.errors import AccessDenied, ConnectorError, Unavailable
from connector.hidden import HIDDEN, SHORTEST

LIFETIME = 1_800.0  # seconds of an access token, where the answer does not say
MARGIN = 60.0  # seconds before its end at which it is renewed
RIGHT_NOW = 2  # of an end so near that the margin would never leave a token to use
REFUSED = range(400, 500)
PASSING = (408, 420, 423, 425, 429, 477)
ANEW = "install the app in this portal anew, and put its new refresh token into HUBSPOT_REFRESH_TOKEN"
OWN_NAMES = "check HUBSPOT_CLIENT_ID and HUBSPOT_CLIENT_SECRET"
NEXT_STEPS = (("client", OWN_NAMES), ("refresh", ANEW), ("invalid_grant", ANEW))


@dataclass(frozen=True, slots=True)
class Credentials:
    """The token of a private app or a service key; or, where there is a refresh token, an OAuth app."""

    access_token: str = field(default="", repr=False)
    base_url: str = "https://api.hubapi.com"
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    refresh_token: str = field(default="", repr=False)

    @property
    def is_oauth(self) -> bool:
        """Whether tokens end, and are made with a refresh token."""
        return bool(self.refresh_token)


class Login:
    """Hands out the current token; several threads may ask at once. `path` is where tokens are made."""

    def __init__(
        self, credentials: Credentials, wire: Wire, path: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._credentials, self._wire, self._path, self._clock = credentials, wire, path, clock
        self._token, self._ends = credentials.access_token, 0.0
        self._refresh_token = credentials.refresh_token
        self._secrets = {credentials.access_token, credentials.client_secret, credentials.refresh_token}
        self._lock = Lock()

    @property
    def ends(self) -> bool:
        """Whether our tokens end, so that another can be had."""
        return self._credentials.is_oauth

    @property
    def means(self) -> str:
        """What lets us in, in words."""
        return "the refresh token of an OAuth app" if self.ends else "the token of a private app or a service key"

    @property
    def next_step(self) -> str:
        """What to do when it lets us in no more."""
        return ANEW if self.ends else "copy the access token of the private app into .env"

    def token(self) -> str:
        """The token to use now. Raises what `renew` raises."""
        held = self._token
        return held if not self.ends or (held and self._clock() < self._ends) else self.renew(held)

    def renew(self, stale: str) -> str:
        """A token other than `stale`: a new one, or the one another thread just got.

        Raises AccessDenied where the app is not let in, NotSent where nobody answered: nothing else was sent then.
        """
        with self._lock:
            if self._token == stale:
                self._keep(self._opened())
            return self._token

    def hide(self, content: bytes | str) -> bytes | str:
        """An answer without our secrets, should it repeat one."""
        for secret in [one for one in self._secrets if len(one) >= SHORTEST]:
            if isinstance(content, str):
                content = content.replace(secret, HIDDEN)
            else:
                content = content.replace(secret.encode(), HIDDEN.encode())
        return content

    def _opened(self) -> dict[str, Json]:
        """What HubSpot answers to our refresh token."""
        form = {
            "grant_type": "refresh_token", "refresh_token": self._refresh_token,
            "client_id": self._credentials.client_id, "client_secret": self._credentials.client_secret,
        }  # fmt: skip
        try:
            heard = self._wire.send(Request("POST", self._path, form=tuple(form.items())))
        except Unavailable as error:
            raise NotSent(str(error)) from None
        found = parsed(heard.content)
        if heard.status != 200:
            raise _refused(heard, parsed(self.hide(heard.content)), self._path)
        if not isinstance(found, dict) or not found.get("access_token"):
            raise NotSent(f"{self._path}: an answer without a token; check HUBSPOT_BASE_URL")
        return found

    def _keep(self, opened: dict[str, Json]) -> None:
        """Use what was answered: the token until shortly before its end, and the refresh token that came with it."""
        self._refresh_token = str(opened.get("refresh_token") or self._refresh_token)
        self._token = str(opened["access_token"])
        self._secrets |= {self._token, self._refresh_token}
        told = opened.get("expires_in")
        lifetime = float(told) if isinstance(told, int | float) and told > 0 else LIFETIME
        self._ends = self._clock() + max(lifetime - MARGIN, lifetime / RIGHT_NOW)


def _refused(heard: Heard, body: Json, path: str) -> ConnectorError:
    """What it means that no token was given."""
    if heard.status not in REFUSED or heard.status in (*PASSING, 404, 410) or not isinstance(body, dict):
        error = error_of(read_refusal(heard.status, body, heard.headers), path)
        return NotSent(str(error)) if type(error) is Unavailable else error
    code = shown(body.get("status") or body.get("error") or heard.status)  # not "error" here, as everywhere else
    said = shown(body.get("message") or body.get("error_description"))
    step = next((step for word, step in NEXT_STEPS if word in f"{code} {said}".lower()), f"{OWN_NAMES}; or {ANEW}")
    return AccessDenied(f"{path}: HubSpot gives no token: {code} ({said or 'no reason given'}); {step}", code=code)
