"""Who is calling? The OAuth token endpoint and the sessions it opens."""

from __future__ import annotations

import base64
import hashlib
import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, unquote

import jwt

from connector.sandbox.answers import Answer, Json, Refusal, Request
from connector.sandbox.salesforce.org import ORG_ID, Org
from connector.sandbox.salesforce.users import App, user_id

JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
JWT_MAX = timedelta(minutes=5)
CLOCK_SKEW = timedelta(minutes=3)
AUDIENCES = ("https://login.salesforce.com", "https://test.salesforce.com")
EXPIRED = "INVALID_SESSION_ID"


class Denied(Exception):
    """A login the token endpoint refuses: its OAuth error code and description."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.error, self.description, self.status = error, description, status


@dataclass(frozen=True, slots=True)
class Session:
    """An access token in use."""

    user_id: str
    opened: datetime


class Logins:
    """The org's apps and open sessions. `url` is where the org says it lives."""

    def __init__(self, org: Org, apps: Mapping[str, App]) -> None:
        self.org, self.apps, self.url = org, dict(apps), ""
        self.sessions: dict[str, Session] = {}
        self._numbers = itertools.count(1)

    def user_of(self, authorization: str) -> str:
        """The user whose token the header carries. Refuses an unknown or expired one."""
        scheme, _, token = authorization.partition(" ")
        if authorization and scheme not in ("Bearer", "OAuth"):
            raise Refusal(401, "INVALID_AUTH_HEADER", "INVALID_HEADER_TYPE")
        session = self.sessions.get(token)
        if session is None or self._expired(session):
            raise Refusal(401, EXPIRED, "Session expired or invalid")
        return session.user_id

    def peek(self, authorization: str) -> str:
        """The user behind the header, for the log; empty where there is none."""
        session = self.sessions.get(authorization.partition(" ")[2])
        return session.user_id if session else ""

    def _expired(self, session: Session) -> bool:
        age = self.org.clock.now() - session.opened
        return age >= timedelta(seconds=self.org.settings.token_lifetime)

    def expire_all(self) -> None:
        """End every session."""
        self.sessions.clear()

    def open(self, user: str) -> str:
        """A new access token for the user."""
        if self.org.settings.only_latest_token:
            self.sessions = {token: one for token, one in self.sessions.items() if one.user_id != user}
        token = f"{ORG_ID[:15]}!{self._secret('access')}"
        self.sessions[token] = Session(user, self.org.clock.now())
        return token

    def revoke(self, request: Request) -> Answer:
        """The answer of POST /services/oauth2/revoke."""
        token = dict(parse_qsl(request.body.decode("utf-8", "replace"))).get("token", "")
        self.sessions.pop(token, None)
        for app in self.apps.values():
            app.refresh_tokens = [one for one in app.refresh_tokens if one != token]
        return Answer(status=200)

    def refresh_token(self, app: App) -> str:
        """A new refresh token for the app."""
        app.refresh_tokens.append(f"5Aep{self._secret('refresh')}")
        return app.refresh_tokens[-1]

    def _address(self) -> str:
        """Where the org says it lives; one that moves answers under its other name every second time."""
        if not self.org.settings.moving_instance or len(self.sessions) % 2:
            return self.url
        return self.url.replace("127.0.0.1", "localhost")

    def _secret(self, purpose: str) -> str:
        """Not secret at all: the sandbox guards nothing, and the same run should give the same tokens."""
        return hashlib.sha256(f"{self.org.seed} {purpose} {next(self._numbers)}".encode()).hexdigest()

    # -- the token endpoint -------------------------------------------------------------------------------------
    def token(self, request: Request) -> Answer:
        """The answer of POST /services/oauth2/token."""
        form = dict(parse_qsl(request.body.decode("utf-8", "replace")))
        grant = GRANTS.get(form.get("grant_type", ""))
        try:
            if grant is None:
                raise Denied("unsupported_grant_type", "grant type not supported")
            app, extra = grant(self, form, request)
            return Answer(self._success(app, self._run_as(app, form)) | extra)
        except Denied as denied:
            return Answer({"error": denied.error, "error_description": denied.description}, denied.status)

    def _run_as(self, app: App, form: Mapping[str, str]) -> str:
        username = _subject(form) if form["grant_type"] == JWT_GRANT else app.username
        found = user_id(self.org, username)
        if not found:
            raise Denied("invalid_grant", "user hasn't approved this consumer")
        return found

    def _success(self, app: App, user: str) -> dict[str, Json]:
        issued = str(int(self.org.clock.now().timestamp() * 1000))
        identity = f"https://login.salesforce.com/id/{ORG_ID}/{user}"
        signed = hashlib.sha256(f"{app.client_secret}{identity}{issued}".encode()).digest()
        return {
            "access_token": self.open(user),
            "instance_url": self._address(),
            "id": identity,
            "token_type": "Bearer",
            "issued_at": issued,
            "signature": base64.b64encode(signed).decode(),
            "scope": "api id",
            "token_format": "opaque",
        }


def _basic(request: Request) -> tuple[str, str]:
    scheme, _, coded = request.headers.get("authorization", "").partition(" ")
    try:
        name, _, secret = base64.b64decode(coded if scheme == "Basic" else "").decode().partition(":")
    except ValueError:
        return "", ""
    return unquote(name), unquote(secret)


def _app_of(logins: Logins, form: Mapping[str, str], request: Request) -> App:
    name, secret = _basic(request)
    app = logins.apps.get(name or form.get("client_id", ""))
    if app is None:
        raise Denied("invalid_client_id", "client identifier invalid")
    if (secret or form.get("client_secret", "")) != app.client_secret:
        raise Denied("invalid_client", "invalid client credentials")
    return app


def _client_credentials(logins: Logins, form: Mapping[str, str], request: Request) -> tuple[App, dict[str, Json]]:
    if logins.org.settings.login_host:
        raise Denied("invalid_grant", "request not supported on this domain")
    return _app_of(logins, form, request), {}


def _refresh(logins: Logins, form: Mapping[str, str], request: Request) -> tuple[App, dict[str, Json]]:
    app = _app_of(logins, form, request)
    token = form.get("refresh_token", "")
    if token not in app.refresh_tokens:
        raise Denied("invalid_grant", "expired access/refresh token")
    if not logins.org.settings.rotate_refresh_tokens:
        return app, {}
    app.refresh_tokens.remove(token)
    return app, {"refresh_token": logins.refresh_token(app)}


def _claims(form: Mapping[str, str]) -> dict[str, Json]:
    try:
        return dict(jwt.decode(form.get("assertion", ""), options={"verify_signature": False}))
    except jwt.PyJWTError as fault:
        raise Denied("invalid_grant", "invalid assertion") from fault


def _subject(form: Mapping[str, str]) -> str:
    return str(_claims(form).get("sub", ""))


def _jwt_bearer(logins: Logins, form: Mapping[str, str], request: Request) -> tuple[App, dict[str, Json]]:
    claims = _claims(form)
    app = logins.apps.get(str(claims.get("iss")))
    if app is None:
        raise Denied("invalid_client_id", "client identifier invalid")
    if not any(_signed_by(form["assertion"], key) for key in app.public_keys):
        raise Denied("invalid_grant", "invalid assertion")
    hosts = (request.headers.get("x-original-host", ""), request.headers.get("host", ""))
    here = (*AUDIENCES, logins.url, *(f"{scheme}://{host}" for scheme in ("http", "https") for host in hosts))
    if str(claims.get("aud", "")).rstrip("/") not in here:
        raise Denied("invalid_grant", "audience is invalid")
    _check_expiry(claims.get("exp"))
    return app, {}


def _signed_by(assertion: str, key: str) -> bool:
    try:
        jwt.api_jws.decode(assertion, key, algorithms=["RS256"])
    except jwt.PyJWTError:
        return False
    return True


def _check_expiry(expiry: Json) -> None:
    """`exp` may be a number or digits in a string. Real clients use their own clock, so it is judged by that."""
    if not str(expiry).isdigit():
        raise Denied("invalid_grant", "expired authorization code")
    left = datetime.fromtimestamp(int(expiry), UTC) - datetime.now(UTC)
    if left <= timedelta() or left > JWT_MAX + CLOCK_SKEW:
        raise Denied("invalid_grant", "expired authorization code")


Grant = Callable[[Logins, Mapping[str, str], Request], tuple[App, dict[str, Json]]]
GRANTS: dict[str, Grant] = {
    JWT_GRANT: _jwt_bearer,
    "client_credentials": _client_credentials,
    "refresh_token": _refresh,
}
