"""What goes in and out of the sandbox? Requests, answers, and refusals in the exact shapes of the Salesforce API."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Json: TypeAlias = Any  # what a client sends and what a row holds has no static shape

JSON_TYPE = "application/json;charset=UTF-8"


class Refusal(Exception):
    """A request the API answers with an error: HTTP status, error code, message and the fields at fault."""

    def __init__(self, status: int, code: str, message: str, *, fields: Sequence[str] | None = None) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.fields = status, code, message, fields

    def body(self) -> list[Json]:
        """The array a single-resource endpoint answers with."""
        error: dict[str, Json] = {"message": self.message, "errorCode": self.code}
        return [error | ({"fields": list(self.fields)} if self.fields is not None else {})]

    def per_record(self) -> Json:
        """The error as a collection reports it for one of its records."""
        return {"statusCode": self.code, "message": self.message, "fields": list(self.fields or [])}


def an_object(found: Json, name: str) -> dict[str, Json]:
    """The part of a body that must be an object; a Refusal where it is something else."""
    if not isinstance(found, dict):
        raise Refusal(400, "JSON_PARSER_ERROR", f"Cannot deserialize {name}: it must be an object.")
    return found


def a_list(found: Json, name: str) -> list[Json]:
    """The part of a body that must be a list; a Refusal where it is something else."""
    if not isinstance(found, list):
        raise Refusal(400, "JSON_PARSER_ERROR", f"Cannot deserialize {name}: it must be a list.")
    return found


@dataclass(frozen=True, slots=True)
class Request:
    """One call, after the transport took it apart; header names are in lower case."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    user_id: str = ""
    version: str = ""
    target: str = ""  # the address as it was sent
    pairs: tuple[tuple[str, str], ...] = ()  # the query with names that come more than once

    def json(self) -> Json:
        """The body, parsed; a Refusal where it is not JSON."""
        try:
            parsed = json.loads(self.body)
            if b"\\ud" in self.body.lower():
                json.dumps(parsed, ensure_ascii=False).encode()  # half a surrogate pair is no character
        except (ValueError, RecursionError) as fault:
            raise Refusal(400, "JSON_PARSER_ERROR", f"Unexpected character in the body: {fault}") from fault
        return parsed

    def object(self) -> dict[str, Json]:
        """The body as a JSON object; a Refusal where it is something else."""
        return an_object(self.json(), "body")


@dataclass(frozen=True, slots=True)
class Answer:
    """What one call gets back: JSON unless `content_type` says otherwise; None is an empty body."""

    body: Json = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = JSON_TYPE

    def payload(self) -> bytes:
        """The bytes of the body."""
        if self.body is None or isinstance(self.body, bytes):
            return self.body or b""
        return json.dumps(self.body, ensure_ascii=False, separators=(",", ":")).encode()


NOT_FOUND = "The requested resource does not exist"


def not_found() -> Refusal:
    """The answer to a path or record that is not there."""
    return Refusal(404, "NOT_FOUND", NOT_FOUND)
