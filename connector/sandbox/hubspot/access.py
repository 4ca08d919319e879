"""Who may ask for what? The tokens of the portal and their scopes, and OAuth."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl
from uuid import uuid5

from connector.sandbox.answers import Answer, Json, Request
from connector.sandbox.hubspot.portal import SPACE, Portal
from connector.sandbox.hubspot.refusals import Problem, invalid, missing_scopes, no_credentials

LIFETIME_MS = 1_800_000
CLIENT_ID, CLIENT_SECRET = "hubspot-sandbox-app", "hubspot-sandbox-secret"


@dataclass(slots=True)
class Token:
    """What a bearer may do. A private app's token never ends and follows the portal's setting of scopes."""

    name: str
    is_private: bool = True
    expires_at: int = 0
    scopes: set[str] = field(default_factory=set)


class Access:
    """The tokens that are known."""

    def __init__(self, portal: Portal) -> None:
        self._portal, self._numbers = portal, itertools.count(1)
        self.private = f"pat-na1-{uuid5(SPACE, f'token/{portal.seed}')}"
        self.refresh = f"na1-{uuid5(SPACE, f'refresh/{portal.seed}')}"
        self.tokens = {self.private: Token("private app")}

    def token_of(self, header: str) -> Token:
        """The token of an Authorization header. Refuses one that is missing, unknown or has run out."""
        word, _, text = header.partition(" ")
        token = self.tokens.get(text.strip()) if word.lower() == "bearer" else None
        if token is None:
            raise no_credentials()
        late = (self._portal.now - token.expires_at) // 1_000
        if token.expires_at and late >= 0:
            message = f"The OAuth token used to make this call expired {late} second(s) ago."
            raise Problem(401, "EXPIRED_AUTHENTICATION", message)
        return token

    def name_of(self, header: str) -> str:
        """What a token is called, for the journal."""
        token = self.tokens.get(header.partition(" ")[2].strip())
        return token.name if token else ""

    def demand(self, token: Token, scopes: Sequence[str]) -> None:
        """Refuses a token that has none of the scopes; no scopes means anybody may."""
        granted = self._portal.settings.scopes if token.is_private else token.scopes & self._portal.settings.scopes
        if scopes and not granted & set(scopes):
            raise missing_scopes(scopes)

    def may(self, token: Token, scope: str) -> bool:
        """Whether a token has a scope."""
        return scope in (self._portal.settings.scopes if token.is_private else token.scopes)

    def issue(self) -> str:
        """A new OAuth access token."""
        number = next(self._numbers)
        text = f"CK{uuid5(SPACE, f'access/{self._portal.seed}/{number}').hex}"
        expires = self._portal.now + LIFETIME_MS
        self.tokens[text] = Token(f"oauth {number}", False, expires, set(self._portal.settings.scopes))
        return text

    def expire_all(self) -> None:
        """Every OAuth token has run out; a private app's is no longer known."""
        for text, token in list(self.tokens.items()):
            if token.is_private:
                del self.tokens[text]
            else:
                token.expires_at = min(token.expires_at, self._portal.now)


def open_session(access: Access, request: Request) -> Answer:
    """POST /oauth/…/token: an access token for a refresh token or a code, in a form; v1 reads the query too."""
    form = dict(parse_qsl(request.body.decode())) | (dict(request.query) if request.version == "v1" else {})
    if (form.get("client_id"), form.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
        raise Problem(400, "", "missing or unknown client id", status="BAD_CLIENT_ID")
    if form.get("grant_type") == "refresh_token" and form.get("refresh_token") != access.refresh:
        raise Problem(400, "", "missing or invalid refresh token", status="BAD_REFRESH_TOKEN")
    if form.get("grant_type") not in ("refresh_token", "authorization_code"):
        raise invalid("grant_type must be refresh_token or authorization_code")
    opened: Mapping[str, Json] = {
        "access_token": access.issue(), "refresh_token": access.refresh, "expires_in": LIFETIME_MS // 1_000,
        "token_type": "bearer",
    }  # fmt: skip
    return Answer(opened)


def token_facts(access: Access, portal: Portal, text: str) -> Answer:
    """GET /oauth/v1/access-tokens/{token}: whose it is and what it may do."""
    token = access.tokens.get(text)
    if token is None:
        raise Problem(404, "OBJECT_NOT_FOUND", "The access token is not known.")
    told: Mapping[str, Json] = {
        "token": text, "user": "admin@sandbox.example", "hub_domain": "sandbox.example", "hub_id": portal.id,
        "scopes": sorted(token.scopes or portal.settings.scopes), "app_id": 1, "token_type": "access",
        "expires_in": max(0, token.expires_at - portal.now) // 1_000, "user_id": 1,
    }  # fmt: skip
    return Answer(told)
