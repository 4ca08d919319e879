"""What does a request ask for? Its body, page and lists of names, read and checked."""

from __future__ import annotations

import json
from collections.abc import Sequence

from connector.sandbox.answers import Answer, Json, Request
from connector.sandbox.hubspot.refusals import Problem, invalid

BATCH_MAX = 100


def body_of(request: Request) -> dict[str, Json]:
    """The body as an object. Refuses anything else in HubSpot's words, which have no category."""
    try:
        found = json.loads(request.body or b"{}")
    except ValueError as fault:
        line, column = getattr(fault, "lineno", 1), getattr(fault, "colno", 1)
        raise Problem(400, "", f"Invalid input JSON on line {line}, column {column}: {fault}") from None
    if not isinstance(found, dict):
        raise Problem(400, "", "Invalid input JSON on line 1, column 1: Cannot deserialize value of type Object")
    return found


def part(body: dict[str, Json], name: str, kind: type, default: Json) -> Json:
    """One member of a body; the default where it is missing or null. Refuses another type."""
    found = body.get(name)
    if found is None:
        return default
    if not isinstance(found, kind):
        message = f"Invalid input JSON on line 1, column 1: Cannot deserialize value of type {kind.__name__} for {name}"
        raise Problem(400, "", message)
    return found


def inputs_of(body: dict[str, Json], most: int = BATCH_MAX) -> list[dict[str, Json]]:
    """The rows of a batch. Refuses an empty one and one that is too long."""
    found: list[dict[str, Json]] = part(body, "inputs", list, [])
    if not found or any(not isinstance(one, dict) for one in found):
        raise invalid("Invalid input: inputs must be a list of objects that is not empty.")
    if len(found) > most:
        raise invalid(f"The maximum number of inputs supported in a batch request is {most}. Found {len(found)}.")
    return found


def names_in(request: Request, name: str) -> list[str]:
    """Names given several times or with commas between, in order, each once."""
    found = [word.strip() for key, value in request.pairs if key == name for word in value.split(",")]
    return [word for word in dict.fromkeys(found) if word]


def flag(request: Request, name: str) -> bool:
    """A switch in the query; clients write `true` and `True`."""
    return request.query.get(name, "").lower() == "true"


def number(request: Request, name: str, default: int, most: int) -> int:
    """A whole number in the query, from 1 to the most. Refuses what is outside."""
    text = request.query.get(name) or str(default)
    if not text.isascii() or not text.isdigit():
        raise invalid(f"Invalid value for {name}: {text} is not a whole number.")
    if not 1 <= int(text) <= most:
        raise invalid(f"{name} must be between 1 and {most}, and is {text}.")
    return int(text)


def page(rows: Sequence[Json], after: str, request: Request) -> Answer:
    """A page of rows; the last one has no paging."""
    if not after:
        return Answer({"results": list(rows)})
    link = f"https://api.hubapi.com{request.path}?after={after}"
    return Answer({"results": list(rows), "paging": {"next": {"after": after, "link": link}}})


def offset_page(rows: Sequence[Json], request: Request, default: int, most: int) -> Answer:
    """A page of a list whose cursor is a place in it."""
    limit, start = number(request, "limit", default, most), request.query.get("after") or "0"
    if not start.isdigit():
        raise invalid(f"Invalid value for after: {start}")
    end = int(start) + limit
    return page(rows[int(start) : end], str(end) if end < len(rows) else "", request)
