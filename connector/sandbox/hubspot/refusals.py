"""How does HubSpot say no? One envelope, and the cases whose words are known."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from connector.sandbox.answers import Json


class Problem(Exception):
    """A request HubSpot answers with an error: HTTP status, category, message, and what else its body says."""

    def __init__(self, http: int, category: str, message: str, /, **more: Json) -> None:
        super().__init__(message)
        self.status, self.category, self.message = http, category, message
        self.headers: Mapping[str, str] = {}
        self.more = {name: value for name, value in more.items() if value}

    def body(self, correlation: str) -> dict[str, Json]:
        """The envelope; a category that is not known is left out, as HubSpot does."""
        named = {"category": self.category} if self.category else {}
        return {"status": "error", "message": self.message, "correlationId": correlation, **named, **self.more}

    def in_batch(self, **context: Sequence[str]) -> dict[str, Json]:
        """The error as a batch reports it for some of its rows."""
        named = {**self.more.get("context", {}), **{key: list(value) for key, value in context.items()}}
        return {"status": "error", "category": self.category, "message": self.message, **self.more, "context": named}


def invalid(message: str, /, **more: Json) -> Problem:
    """400: the request makes no sense."""
    return Problem(400, "VALIDATION_ERROR", message, **more)


def no_path() -> Problem:
    """404 of a path nobody answers."""
    return Problem(404, "OBJECT_NOT_FOUND", "resource not found")


def unknown_type(name: str) -> Problem:
    """400 of an object type that does not exist."""
    return invalid(f"Unable to infer object type from: {name}")


def not_found(singular: str, ids: Sequence[str]) -> Problem:
    """404 of a record; in a batch, the error of all that are missing."""
    message = (
        f"Could not get some {singular.upper()} objects, they may be deleted or not exist. Check that ids are valid."
    )
    return Problem(404, "OBJECT_NOT_FOUND", message, context={"ids": list(ids)})


def bad_values(faults: Sequence[tuple[str, str, str]]) -> Problem:
    """400 that names every property whose value is refused: (property, code, message)."""
    told = [
        {"isValid": False, "message": message, "error": code, "name": name, "localizedErrorMessage": message}
        for name, code, message in faults
    ]
    errors = [{"message": message, "code": code, "context": {"propertyName": [name]}} for name, code, message in faults]
    return invalid(f"Property values were not valid: {json.dumps(told, ensure_ascii=False)}", errors=errors)


def nested(problem: Problem, correlation: str) -> Problem:
    """The same error as a JSON text inside the message of another, as some of HubSpot's rooms answer."""
    return Problem(problem.status, problem.category, json.dumps(problem.body(correlation)))


def missing_scopes(scopes: Sequence[str]) -> Problem:
    """403 that names what the token lacks."""
    message = (
        "This app hasn't been granted all required scopes to make this call. "
        "Read more about required scopes here: https://developers.hubspot.com/scopes."
    )
    errors = [
        {
            "message": "One or more of the following scopes are required.",
            "context": {"requiredGranularScopes": list(scopes)},
        }
    ]
    return Problem(403, "MISSING_SCOPES", message, errors=errors)


def no_credentials() -> Problem:
    """401 of a request without a token that is known."""
    message = (
        "Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more "
        "details at https://developers.hubspot.com/docs/methods/auth/oauth-overview"
    )
    return Problem(401, "INVALID_AUTHENTICATION", message)


def over_limit(policy: str, *, is_search: bool = False) -> Problem:
    """429: SECONDLY, TEN_SECONDLY_ROLLING or DAILY. That of a search says neither policy nor error type."""
    message = f"You have reached your {policy.lower()} limit."
    if is_search:
        return Problem(429, "RATE_LIMITS", message)
    return Problem(429, "RATE_LIMITS", message, errorType="RATE_LIMIT", policyName=policy)
