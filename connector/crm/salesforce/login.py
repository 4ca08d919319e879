"""Who are we to Salesforce? One token for all threads, renewed once however many of them find it expired."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any, Literal
from urllib.parse import urlsplit

import jwt
import requests
import structlog

from connector.crm.retry import SlowDown
from connector.crm.salesforce.answers import read_refusal
from connector.crm.salesforce.hosts import TIMEOUTS, Timeouts, check_host, let_in
from connector.errors import AccessDenied, ConfigError, ConnectorError, Unavailable
from connector.hidden import strike_out

log = structlog.get_logger()

Hide = Callable[[str], str]
Method = Literal["jwt", "client_credentials", "refresh_token"]
JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
JWT_SECONDS = 180  # Salesforce takes at most five minutes
SHARED_HOSTS = ("login.salesforce.com", "test.salesforce.com")

NEXT_STEPS = (
    ("user hasn't approved", "pre-authorise the connected app for the integration user (profile or permission set)"),
    ("expired access/refresh token", "SALESFORCE_REFRESH_TOKEN is no longer valid: get a new one, or use jwt"),
    ("audience", "SALESFORCE_LOGIN_URL must be the org's own: test.salesforce.com or its My Domain for a sandbox"),
    ("assertion", "check SALESFORCE_CLIENT_ID, SALESFORCE_USERNAME, the app's certificate and this machine's clock"),
    ("locked", "unlock the integration user in Setup"),
    ("ip restricted", "relax the IP ranges of the connected app or of the user's profile"),
    ("not supported on this domain", "SALESFORCE_LOGIN_URL must be your My Domain, https://<name>.my.salesforce.com"),
    ("grant type", "allow this way of logging in (SALESFORCE_AUTH) in the connected app"),
    ("invalid_client", "check SALESFORCE_CLIENT_ID and SALESFORCE_CLIENT_SECRET"),
    ("inactive_user", "activate the integration user"),
    ("inactive_org", "the org is inactive; ask whoever administers it"),
)


@dataclass(frozen=True, slots=True)
class Credentials:
    """What it takes to log in; `private_key` is PEM text. Only what `method` needs must be there."""

    login_url: str
    method: Method
    client_id: str
    client_secret: str = field(default="", repr=False)
    username: str = field(default="", repr=False)
    private_key: str = field(default="", repr=False)
    refresh_token: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Token:
    """A way in: the token, the origin it is good for, and whose it is (empty where Salesforce did not say)."""

    value: str = field(repr=False)
    origin: str
    org_id: str
    user_id: str


class Login:
    """Hands out the current token; several threads may ask at once."""

    def __init__(
        self,
        credentials: Credentials,
        session: requests.Session,
        *,
        timeouts: Timeouts = TIMEOUTS,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._credentials, self._session = credentials, session
        self._timeouts, self._clock = timeouts, clock
        self._origin = check_host(credentials.login_url, "SALESFORCE_LOGIN_URL")
        self._refresh_token = credentials.refresh_token
        self._token: Token | None = None
        self._lock = Lock()
        self._secrets = {credentials.client_secret, credentials.refresh_token}
        self.rotated = False  # whether Salesforce replaced the refresh token we were given
        let_in(session, self._origin, timeouts)

    def token(self) -> Token:
        """The token to use now; logs in at the first call."""
        return self._token or self.renew(None)

    def renew(self, stale: Token | None) -> Token:
        """A token other than `stale`: a new login, or the one another thread just made."""
        with self._lock:
            if self._token is None or self._token is stale:
                self._token = self._log_in()
            return self._token

    def hide(self, text: str) -> str:
        """Another side's words without our secrets, the tokens we were given, and mail addresses."""
        return strike_out(text, self._secrets)

    def _log_in(self) -> Token:
        """A new token. Raises AccessDenied or ConfigError when another try would end the same, else Unavailable."""
        for form, basic in self._grants():
            status, body = self._ask(form, basic)
            if status == 200 and isinstance(body, dict):
                return self._named(self._accept(body))
            refused = _refused(status, body, self._origin, self.hide)
            if not 400 <= status < 500 or isinstance(refused, SlowDown):
                break
        raise refused

    def _ask(self, form: dict[str, str], basic: tuple[str, str] | None) -> tuple[int, Any]:  # the body as it came
        """Status and body of the answer to one try."""
        url = f"{self._origin}/services/oauth2/token"
        try:
            answer = self._session.post(url, data=form, auth=basic, allow_redirects=False)
            body = answer.json() if answer.content else {}
        except requests.exceptions.SSLError:
            told = f"{self._origin}: its certificate could not be verified"
            raise AccessDenied(f"{told}; check SALESFORCE_LOGIN_URL") from None
        except requests.exceptions.JSONDecodeError:
            body = {}
        except requests.RequestException as error:
            told = f"{self._origin} could not be reached ({type(error).__name__})"
            raise Unavailable(f"{told}; check SALESFORCE_LOGIN_URL and the network") from None
        return answer.status_code, body

    def _grants(self) -> list[tuple[dict[str, str], tuple[str, str] | None]]:
        """The form to post and the Basic credentials beside it; what may be said in two ways is tried in both."""
        ours = self._credentials
        if ours.method == "jwt":
            return [({"grant_type": JWT_GRANT, "assertion": self._assertion()}, None)]
        secret = {"client_secret": ours.client_secret} if ours.client_secret else {}
        if ours.method == "client_credentials":
            if urlsplit(self._origin).hostname in SHARED_HOSTS:
                raise ConfigError(f"SALESFORCE_LOGIN_URL is {self._origin}; client_credentials needs your My Domain")
            form = {"grant_type": "client_credentials"}
            return [(form, (ours.client_id, ours.client_secret)), (form | {"client_id": ours.client_id} | secret, None)]
        form = {"grant_type": "refresh_token", "client_id": ours.client_id, "refresh_token": self._refresh_token}
        return [(form | secret, None)]

    def _assertion(self) -> str:
        """The signed claim of who we are."""
        claims = {
            "iss": self._credentials.client_id,
            "sub": self._credentials.username,
            "aud": self._origin,
            "exp": int(self._clock()) + JWT_SECONDS,
        }
        try:
            return jwt.encode(claims, self._credentials.private_key, algorithm="RS256")
        except (ValueError, TypeError, jwt.exceptions.InvalidKeyError):
            raise ConfigError("SALESFORCE_PRIVATE_KEY_FILE holds no RSA private key without a passphrase") from None

    def _accept(self, body: dict[str, Any]) -> Token:  # the answer, as it came
        """The token in an answer; a new refresh token is kept for as long as we run."""
        value, instance = body.get("access_token"), str(body.get("instance_url") or self._own_domain())
        self._secrets |= {str(value or ""), str(body.get("refresh_token") or "")}
        if not value or not instance:
            raise Unavailable(f"{self._origin} answered a login without a token; check SALESFORCE_LOGIN_URL")
        if "://" not in instance:
            instance = f"{urlsplit(self._origin).scheme}://{instance}"
        origin = check_host(instance, "the instance_url of the login's answer")
        if origin.startswith("http://") and self._origin.startswith("https://"):
            raise AccessDenied(f"{self._origin} sent us on to plain http at {origin}; nothing was sent there")
        let_in(self._session, origin, self._timeouts)
        self._keep_rotated(body.get("refresh_token"))
        org_id, user_id = ([*str(body.get("id", "")).split("/")[-2:], "", ""])[:2]
        return Token(str(value), origin, org_id, user_id)

    def _own_domain(self) -> str:
        """Where the org lives when the login's answer does not say: where it was, unless that is everybody's door."""
        return "" if urlsplit(self._origin).hostname in SHARED_HOSTS else self._origin

    def _named(self, token: Token) -> Token:
        """The token with whose it is; asked for where the login's answer did not say."""
        if token.user_id:
            return token
        headers = {"Authorization": f"Bearer {token.value}"}
        try:
            body = self._session.get(f"{token.origin}/services/oauth2/userinfo", headers=headers).json()
            return replace(token, org_id=str(body["organization_id"]), user_id=str(body["user_id"]))
        except (requests.RequestException, KeyError, TypeError):
            log.warning("login.nameless")
            return replace(token, org_id=token.value.partition("!")[0] if "!" in token.value else "")

    def _keep_rotated(self, refresh_token: str | None) -> None:
        """With rotation on, the token in the settings is dead from now on: say so."""
        if self._credentials.method == "refresh_token" and refresh_token and refresh_token != self._refresh_token:
            self._refresh_token, self.rotated = refresh_token, True
            log.warning("login.rotated", next_step="turn refresh token rotation off, or use SALESFORCE_AUTH=jwt")


def _refused(status: int, body: Any, origin: str, hide: Hide) -> ConnectorError:  # whatever stood in the answer
    """What a refused login means."""
    if not isinstance(body, dict) or "error" not in body:
        if status == 404:
            return ConfigError(f"SALESFORCE_LOGIN_URL is {origin}; there is no Salesforce login at that address")
        if status in (400, 401, 403):
            told = hide(read_refusal(status, body).at(f"{origin} refused the login"))
            return AccessDenied(f"{told}; check the SALESFORCE_ settings", code=str(status))
        return Unavailable(f"{origin} did not answer the login (HTTP {status}); check SALESFORCE_LOGIN_URL")
    code, said = hide(str(body["error"])), hide(str(body.get("error_description", "")))
    told = f"{origin} refused the login: {code}{f' ({said})' if said else ''}"
    words = f"{code} {said}".lower()
    if "rate_limit" in words or "rate exceeded" in words or status in (420, 429):
        return SlowDown(told)
    if status >= 500:
        return Unavailable(told)
    step = next((step for word, step in NEXT_STEPS if word in words), "check the SALESFORCE_ settings")
    return AccessDenied(f"{told}; {step}", code=code)
