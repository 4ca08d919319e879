"""What does one composite call do? Up to 25 requests in a row, each free to use the answers before it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit

from connector.sandbox.answers import Answer, Json, Refusal, Request, a_list, an_object
from connector.sandbox.salesforce.instance import Instance

REQUESTS_MAX = 25
REFERENCE = re.compile(r"@\{(\w+)((?:\.\w+|\[\d+\])*)\}")
HALTED = "The transaction was rolled back since another operation in the same transaction failed."
Dispatch = Callable[[Instance, Request], Answer]


def composite(instance: Instance, request: Request, dispatch: Dispatch) -> Answer:
    """POST /composite."""
    body = request.object()
    parts = [an_object(part, "subrequest") for part in a_list(body.get("compositeRequest"), "compositeRequest")]
    if len(parts) > REQUESTS_MAX:
        message = f"Exceeded the maximum of {REQUESTS_MAX} subrequests in a composite call"
        raise Refusal(400, "EXCEEDED_MAX_SIZE_REQUEST", message)
    if not body.get("allOrNone"):
        return Answer({"compositeResponse": _run(instance, request, parts, dispatch)})
    with instance.org.tables.transaction() as trial:
        answers = _run(instance, request, parts, dispatch)
        if any(one["httpStatusCode"] >= 400 for one in answers):
            trial.undo()
            answers = [_halted(one) for one in answers]
    instance.org.access.forget()
    instance.org.changed()
    return Answer({"compositeResponse": answers})


def _halted(answer: Json) -> Json:
    if answer["httpStatusCode"] >= 400:
        return answer
    return answer | {"httpStatusCode": 400, "body": [{"errorCode": "PROCESSING_HALTED", "message": HALTED}]}


def _run(instance: Instance, request: Request, parts: list[Json], dispatch: Dispatch) -> list[Json]:
    known: dict[str, Json] = {}
    answers = []
    for part in parts:
        answer = _one(instance, request, part, dispatch, known)
        known[str(part.get("referenceId"))] = answer["body"]
        answers.append(answer)
    return answers


def _one(instance: Instance, request: Request, part: Json, dispatch: Dispatch, known: dict[str, Json]) -> Json:
    reference = part.get("referenceId")
    try:
        address = urlsplit(filled(str(part.get("url")), known))
        body = filled(json.dumps(part["body"]), known).encode() if "body" in part else b""
        inner = Request(
            str(part.get("method", "GET")), address.path, dict(parse_qsl(address.query)),
            request.headers, body, request.user_id, request.version,
        )  # fmt: skip
        answer = dispatch(instance, inner)
        status, found, headers = answer.status, answer.body, dict(answer.headers)
    except Refusal as refusal:
        status, found, headers = refusal.status, refusal.body(), {}
    return {"body": found, "httpHeaders": headers, "httpStatusCode": status, "referenceId": reference}


def filled(text: str, known: dict[str, Json]) -> str:
    """The text with each @{reference.path} replaced by what the earlier answer holds there."""

    def value(match: re.Match[str]) -> str:
        found = known.get(match.group(1))
        for step in re.findall(r"\w+", match.group(2)):
            found = _step(found, step)
        if found is None or isinstance(found, dict | list):
            message = f"Invalid reference specified. No value for {match.group(0)} found"
            raise Refusal(400, "PROCESSING_HALTED", message)
        return str(found)

    return REFERENCE.sub(value, text)


def _step(found: Json, step: str) -> Json:
    if isinstance(found, list):
        return found[int(step)] if step.isdigit() and int(step) < len(found) else None
    return found.get(step) if isinstance(found, dict) else None
