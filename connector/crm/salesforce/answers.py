"""What does a refusal mean? Salesforce's status and error code -> our error, by what the caller can do."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from connector.crm.retry import SlowDown
from connector.errors import AccessDenied, BudgetReached, ConfigError, ConnectorError, Rejected, Unavailable
from connector.hidden import strike_out

DAY = timedelta(days=1)  # for so long a call counts against the limit
LOCKED = "UNABLE_TO_LOCK_ROW"
LONGEST_SHOWN = 300  # characters of a message that are repeated
NOT_FOR_US = ("NOT_FOUND", "INVALID_TYPE", "INVALID_FIELD", "INSUFFICIENT_ACCESS")  # how these codes begin
EVERYWHERE = "query"  # what every version of the REST API has
NO_SUCH_PLACE = ("NOT_FOUND", "METHOD_NOT_ALLOWED", "404", "405")


class SessionEnded(Unavailable):
    """The token is no longer taken; nothing was done. A new login may help."""


class TooMuch(Unavailable):
    """The question was too big for one answer; a narrower window may pass."""


class LocatorLost(Unavailable):
    """The place in a result is gone; the rest must be asked for anew."""


class Unclear(Unavailable):
    """A write whose answer never came or cannot be read: it may have happened."""


class NoBulk(Rejected):
    """Bulk API 2.0 cannot take this job (its quota is used up, or it does not know the object); REST can."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """What an error body says; `code` and `message` are empty where it is no Salesforce error at all."""

    status: int
    code: str
    message: str
    fields: tuple[str, ...] = ()

    def at(self, place: str) -> str:
        """One line: where, what was said."""
        said = f"{self.code}: {self.message}" if self.code else self.message or "no reason given"
        return f"{place}: {said} (HTTP {self.status})" if self.status else f"{place}: {said}"


def read_refusal(
    status: int, body: Any, hide: Callable[[str], str] = strike_out  # whatever stood in the answer
) -> Refusal:
    """The first error of a body: an array of objects, one object, an OAuth object, HTML or nothing."""
    first = body[0] if isinstance(body, list) and body else body
    if not isinstance(first, dict):
        return Refusal(status, "", "an answer that is not from Salesforce's API" if first else "")
    code = first.get("errorCode") or first.get("statusCode") or first.get("exceptionCode") or first.get("error") or ""
    message = first.get("message") or first.get("exceptionMessage") or first.get("error_description") or ""
    named = first.get("fields") or ()
    fields = tuple(map(str, named)) if isinstance(named, list | tuple) else ()
    return Refusal(status, hide(str(code)), hide(" ".join(str(message).split()))[:LONGEST_SHOWN], fields)


def error_of(refusal: Refusal, place: str) -> ConnectorError:
    """The error to raise for a refusal at `place`."""
    if refusal.status == 404 and place == EVERYWHERE:
        return _no_api(refusal, place)
    by_code = _BY_CODE.get(refusal.code.upper())
    if by_code:
        return by_code(refusal, place)
    return _by_status(refusal, place)


def is_hidden(error: Rejected) -> bool:
    """Whether the org said that something is not there for us, and would say so again."""
    return error.code.startswith(NOT_FOR_US)


def is_locked(code: str, message: str) -> bool:
    """Whether another writer had the row (or its parent): the same write works a moment later."""
    return LOCKED in f"{code} {message}" or "Too many SOQL queries" in message


def _by_status(refusal: Refusal, place: str) -> ConnectorError:
    """What a status alone means. A page that is not Salesforce's comes from something between us: it may pass."""
    status, told = refusal.status, refusal.at(place)
    if status == 401:
        return SessionEnded(told)
    if status == 429 or status == 420:
        return SlowDown(told)
    if status >= 500 or status == 408 or not refusal.code:
        return Rejected(told, code=str(status)) if status in (300, 404, 405, 414, 431) else Unavailable(told)
    if status == 410:
        return ConfigError(f"{told}; set SALESFORCE_API_VERSION to a version that is still served")
    if status == 403:
        return AccessDenied(f"{told}; give the integration user this permission", code=refusal.code)
    return Rejected(told, code=refusal.code)


def _session(refusal: Refusal, place: str) -> ConnectorError:
    """A session that ended, unless a new login would end just the same."""
    for hopeless in ("not valid for use with the REST API", "Connected app is not attached"):
        if hopeless in refusal.message:
            return AccessDenied(f"{refusal.at(place)}; allow API access for the connected app", code=refusal.code)
    return SessionEnded(refusal.at(place))


def _limit(refusal: Refusal, place: str) -> ConnectorError:
    """The day's calls are used up (tomorrow), or too many run at this moment (in a while)."""
    if "concurrent" in refusal.message.lower():
        return SlowDown(refusal.at(place))
    told = f"{refusal.at(place)}; run the same command again when calls of the last 24 hours have lapsed"
    return BudgetReached(told, lapse=DAY)


def _bulk_limit(refusal: Refusal, place: str) -> ConnectorError:
    return NoBulk(refusal.at(place), code=refusal.code)


def _too_much(refusal: Refusal, place: str) -> ConnectorError:
    return TooMuch(refusal.at(place))


def _locator(refusal: Refusal, place: str) -> ConnectorError:
    return LocatorLost(refusal.at(place))


def _wait(refusal: Refusal, place: str) -> ConnectorError:
    return Unavailable(refusal.at(place))


def _locked(refusal: Refusal, place: str) -> ConnectorError:
    return SlowDown(refusal.at(place), seconds=1.0)


def _slow_down(refusal: Refusal, place: str) -> ConnectorError:
    return SlowDown(refusal.at(place))


def _no_access(refusal: Refusal, place: str) -> ConnectorError:
    return AccessDenied(f"{refusal.at(place)}; give the integration user this permission", code=refusal.code)


def _no_api(refusal: Refusal, place: str) -> ConnectorError:
    """No REST API of our version at all; an object that is not there would be another refusal."""
    told = "there is no REST API of this version; set SALESFORCE_API_VERSION to one that the org serves"
    return ConfigError(f"{refusal.at(place)}; {told}, and check SALESFORCE_LOGIN_URL")


def _old_version(refusal: Refusal, place: str) -> ConnectorError:
    return ConfigError(f"{refusal.at(place)}; set SALESFORCE_API_VERSION to a version that is still served")


_BY_CODE: dict[str, Callable[[Refusal, str], ConnectorError]] = {
    "INVALID_SESSION_ID": _session,
    "INVALIDSESSIONID": _session,
    "INVALID_AUTH_HEADER": _no_access,
    "REQUEST_LIMIT_EXCEEDED": _limit,
    "API_DISABLED_FOR_ORG": _no_access,
    "API_CURRENTLY_DISABLED": _no_access,
    "FUNCTIONALITY_NOT_ENABLED": _no_access,
    "INSUFFICIENT_ACCESS": _no_access,
    "INSUFFICIENT_ACCESS_OR_READONLY": _no_access,
    "UNSUPPORTED_API_VERSION": _old_version,
    "QUERY_TIMEOUT": _too_much,
    "OPERATION_TOO_LARGE": _too_much,
    "EXCEEDED_ID_LIMIT": _too_much,
    "REQUEST_RUNNING_TOO_LONG": _too_much,
    "INVALID_QUERY_LOCATOR": _locator,
    "INVALIDQUERYLOCATOR": _locator,
    "INVALID_LOCATOR": _locator,
    "LIMIT_EXCEEDED": _bulk_limit,
    "EXCEEDED_QUOTA": _bulk_limit,
    "INVALIDENTITY": _bulk_limit,
    "API_ERROR": _bulk_limit,
    "JOB_NOT_COMPLETE": _wait,
    "UNABLE_TO_LOCK_ROW": _locked,
    "SERVER_UNAVAILABLE": _wait,
    "TXN_SECURITY_METERING_ERROR": _slow_down,
}
