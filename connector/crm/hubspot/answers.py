"""What does a refusal mean? HubSpot's status and envelope -> our error, by what the caller can do."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from connector.crm.retry import SlowDown
from connector.errors import AccessDenied, BudgetReached, ConfigError, ConnectorError, Rejected, Unavailable
from connector.hidden import strike_out

Json = Any  # parsed JSON: the caller knows its shape, and HubSpot's answers are checked where they are used
LONGEST_SHOWN = 300  # characters of a message that are repeated
LONGEST_WAIT = 300.0  # seconds that a run waits because it was asked to
ADDRESS = re.compile(r"[^\s\"'<>:]+@[^\s\"'<>]+")
SCOPES = ("requiredGranularScopes", "requiredScopes")
TEN_SECONDS, SECOND = 10.0, 1.0  # after which the two short windows are empty again
NO_PATH = "resource not found"  # we ask for no single record, so it is the path that is not there
PASSING = frozenset({408, 420, 425})


class Unclear(Unavailable):
    """A write whose answer never came or cannot be read: it may have happened."""


class NotSent(Unavailable):
    """The connection never came about: nothing was done."""


class Later(Unavailable):
    """HubSpot asked for more patience than a run has."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """What an error body says; `category` and `message` are empty where it is none of HubSpot's."""

    status: int
    category: str = ""
    message: str = ""
    detail: str = ""  # the sub-category, which says more than the category
    policy: str = ""  # of a rate limit
    correlation_id: str = ""
    scopes: tuple[str, ...] = ()
    wait: float | None = None  # seconds
    is_theirs: bool = False

    @property
    def code(self) -> str:
        """The most telling word of it."""
        return self.detail.rpartition(".")[2] or self.category or str(self.status or "REJECTED")

    def at(self, place: str) -> str:
        """One line: where, what was said, and what HubSpot's support would ask for."""
        said = ": ".join(filter(None, (self.category, self.message))) or "no reason given"
        traced = f", correlation id {self.correlation_id}" if self.correlation_id else ""
        return f"{place}: {said} (HTTP {self.status}{traced})"


def read_refusal(status: int, body: Json, headers: Mapping[str, str] | None = None) -> Refusal:
    """What was said: the envelope, also one that stands as text in another's message; HTML or nothing says nothing."""
    headers = headers or {}
    wait = _seconds(headers.get("Retry-After"))
    if not isinstance(body, dict):
        told = "an answer that is not from HubSpot's API" if body else ""
        return Refusal(status, message=told, correlation_id=headers.get("X-HubSpot-Correlation-Id", ""), wait=wait)
    inner = _inner(body.get("message"))
    known = {**body, **inner}
    return Refusal(
        status,
        category=str(known.get("category") or known.get("errorType") or ""),
        message=shown(known.get("message")),
        detail=str(known.get("subCategory") or ""),
        policy=str(known.get("policyName") or ""),
        correlation_id=str(known.get("correlationId") or known.get("requestId") or ""),
        scopes=tuple(dict.fromkeys(_scopes(known.get("errors")))),
        wait=wait,
        is_theirs="message" in known or "category" in known or "status" in known,
    )


def parsed(content: bytes | str) -> Json:
    """What the content of an answer says; None where it says nothing or is no JSON."""
    try:
        return json.loads(content) if content else None
    except ValueError:
        return None


def shown(message: object) -> str:
    """A message as it may be repeated: one line, not long, without anybody's address or what looks like a secret."""
    return strike_out(ADDRESS.sub("(an address)", " ".join(str(message or "").split())))[:LONGEST_SHOWN]


def error_of(refusal: Refusal, place: str) -> ConnectorError:
    """The error to raise for a refusal at `place`."""
    told, status = refusal.at(place), refusal.status
    if status in (401, 403) and refusal.is_theirs:
        return _denied(refusal, told)
    if status == 429:
        return _limit(refusal, told)
    if (status in (423, 477, 503) and refusal.wait is not None) or status in (423, 477):
        return _asked_to_wait(refusal, told)
    if status >= 500 or status in PASSING:
        return Unavailable(told)
    if status == 410 or (status == 404 and (not refusal.is_theirs or refusal.message == NO_PATH)):
        return ConfigError(f"{told}; this family of paths is not served: choose the other (v3, or a date as 2026-03)")
    if status == 414:
        return Rejected(told, code="414")
    return Rejected(told, code=refusal.code) if refusal.is_theirs else Unavailable(told)


def _denied(refusal: Refusal, told: str) -> AccessDenied:
    """A login that is not taken, or a scope that is missing, by name."""
    if refusal.scopes:
        named = ", ".join(refusal.scopes)
        return AccessDenied(f"{told}; give the app the scope {named}, then take its token anew", code=refusal.code)
    if refusal.status == 401:
        return AccessDenied(f"{told}; copy the access token of the private app anew", code=refusal.code)
    return AccessDenied(f"{told}; give the app this scope, then take its token anew", code=refusal.code)


def _limit(refusal: Refusal, told: str) -> Unavailable:
    """The day's calls are used up, or too many were made in the last second or ten."""
    said = f"{refusal.policy} {refusal.message}".lower()
    if "daily" in said:
        return BudgetReached(f"{told}; run the same command again after midnight in the portal's time zone")
    usual = SECOND if "secondly" in said and "ten_secondly" not in said else TEN_SECONDS
    return _patient(refusal, told, usual)


def _asked_to_wait(refusal: Refusal, told: str) -> Unavailable:
    """A lock, a move between data centres: it passes."""
    return _patient(refusal, told, 2.0 if refusal.status == 423 else TEN_SECONDS)


def _patient(refusal: Refusal, told: str, usual: float) -> Unavailable:
    wait = usual if refusal.wait is None else refusal.wait
    if wait > LONGEST_WAIT:
        return Later(f"{told}; HubSpot asks to come back in {wait / 3600:.1f} hours")
    return SlowDown(told, seconds=wait)


def _inner(message: object) -> dict[str, Json]:
    """The envelope inside a message, if there is one."""
    if not isinstance(message, str) or not message.lstrip().startswith("{"):
        return {}
    try:
        found = json.loads(message)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _scopes(errors: Json) -> Iterator[str]:
    """The scopes that a refusal asks for."""
    for error in errors if isinstance(errors, list) else []:
        context = error.get("context") if isinstance(error, dict) else None
        for name in SCOPES:
            yield from map(str, (context or {}).get(name) or ())


def _seconds(text: str | None) -> float | None:
    """A Retry-After in seconds; None where it is missing or no number."""
    try:
        return max(float(text), 0.0) if text else None
    except ValueError:
        return None
