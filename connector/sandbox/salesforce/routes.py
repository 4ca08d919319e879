"""Which function answers which path? One table for the whole REST surface."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import unquote

from connector.sandbox.answers import Answer, Refusal, Request, not_found
from connector.sandbox.salesforce import bulk_ingest, bulk_query, changes, collections, query, sobjects, tooling
from connector.sandbox.salesforce.composite import composite
from connector.sandbox.salesforce.instance import Instance
from connector.sandbox.salesforce.limits import limits_answer, record_count

RELEASES = {
    58: "Summer '23", 59: "Winter '24", 60: "Spring '24", 61: "Summer '24", 62: "Winter '25", 63: "Spring '25",
    64: "Summer '25", 65: "Winter '26", 66: "Spring '26", 67: "Summer '26",
}  # fmt: skip
RESOURCES = ("composite", "jobs", "limits", "query", "queryAll", "sobjects", "tooling")
RETIRED_MAX = 30  # versions up to here answer 410
VERSIONED = re.compile(r"/services/data/v(\d+)\.0(/.*)?")
Resource = Callable[..., Answer]

NAME, ID, WORD = r"(\w+)", r"([A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?)", r"([^/]+)"


def _limits(instance: Instance, _: Request) -> Answer:
    jobs = instance.jobs
    return Answer(limits_answer(instance.org, instance.usage, jobs.today(), jobs.megabytes_today()))


def _resources(_: Instance, request: Request) -> Answer:
    base = f"/services/data/v{request.version}"
    return Answer({name: f"{base}/{name}" for name in RESOURCES})


TABLE: tuple[tuple[str, str, Resource], ...] = (
    ("GET", r"", _resources),
    ("GET", r"/limits", _limits),
    ("GET", r"/limits/recordCount", lambda instance, request: record_count(instance.org, request)),
    ("GET", r"(?:/tooling)?/query(?:All)?", query.query),
    ("GET", r"/query(?:All)?/01g\w+-\d+", query.query),
    ("GET", r"/sobjects", sobjects.describe_all),
    ("GET", rf"(?:/tooling)?/sobjects/{NAME}/describe", sobjects.describe),
    ("GET", rf"/sobjects/{NAME}", sobjects.basics),
    ("POST", r"/tooling/sobjects/CustomField", tooling.create_field),
    ("DELETE", rf"/tooling/sobjects/CustomField/{ID}", tooling.delete_field),
    ("POST", rf"/sobjects/{NAME}", sobjects.insert),
    ("GET", rf"/sobjects/{NAME}/{ID}", sobjects.read),
    ("PATCH", rf"/sobjects/{NAME}/{ID}", sobjects.change),
    ("DELETE", rf"/sobjects/{NAME}/{ID}", sobjects.remove),
    ("GET", rf"/sobjects/{NAME}/updated", changes.updated),
    ("GET", rf"/sobjects/{NAME}/deleted", changes.deleted),
    ("GET", rf"/sobjects/{NAME}/{NAME}/{WORD}", sobjects.read_by_key),
    ("PATCH", rf"/sobjects/{NAME}/{NAME}/{WORD}", sobjects.upsert_one),
    ("POST", r"/composite", lambda instance, request: composite(instance, request, dispatch)),
    ("POST", r"/composite/sobjects", collections.create_all),
    ("PATCH", r"/composite/sobjects", collections.update_all),
    ("DELETE", r"/composite/sobjects", collections.delete_all),
    ("GET", rf"/composite/sobjects/{NAME}", collections.read_all),
    ("POST", rf"/composite/sobjects/{NAME}", collections.read_all),
    ("PATCH", rf"/composite/sobjects/{NAME}/{NAME}", collections.upsert_all),
    ("GET", r"/jobs/query", bulk_query.index),
    ("POST", r"/jobs/query", bulk_query.create),
    ("GET", rf"/jobs/query/{ID}", bulk_query.poll),
    ("PATCH", rf"/jobs/query/{ID}", bulk_query.patch),
    ("DELETE", rf"/jobs/query/{ID}", bulk_query.delete),
    ("GET", rf"/jobs/query/{ID}/results", bulk_query.results),
    ("GET", r"/jobs/ingest", bulk_ingest.index),
    ("POST", r"/jobs/ingest", bulk_ingest.create),
    ("GET", rf"/jobs/ingest/{ID}", bulk_ingest.poll),
    ("PATCH", rf"/jobs/ingest/{ID}", bulk_ingest.patch),
    ("DELETE", rf"/jobs/ingest/{ID}", bulk_ingest.delete),
    ("PUT", rf"/jobs/ingest/{ID}/batches", bulk_ingest.upload),
    ("GET", rf"/jobs/ingest/{ID}/successfulResults", bulk_ingest.successful),
    ("GET", rf"/jobs/ingest/{ID}/failedResults", bulk_ingest.failed),
    ("GET", rf"/jobs/ingest/{ID}/unprocessed[rR]ecords", bulk_ingest.unprocessed),
)
COMPILED = tuple((method, re.compile(pattern), resource) for method, pattern, resource in TABLE)


def versions() -> Answer:
    """GET /services/data."""
    return Answer(
        [
            {"label": label, "url": f"/services/data/v{number}.0", "version": f"{number}.0"}
            for number, label in RELEASES.items()
        ]
    )


def dispatch(instance: Instance, request: Request) -> Answer:
    """The answer of the resource the path names. Refuses unknown paths, versions and methods."""
    match = VERSIONED.fullmatch(request.path.rstrip("/"))
    if match is None:
        raise not_found()
    number, path = int(match.group(1)), match.group(2) or ""
    if number <= RETIRED_MAX:
        raise Refusal(410, "UNSUPPORTED_API_VERSION", f"API version {number}.0 is retired")
    if number not in RELEASES:
        raise not_found()
    resource, groups = resolve(request.method, path)
    return resource(instance, replace(request, version=f"{number}.0"), *map(unquote, groups))


def resolve(method: str, path: str) -> tuple[Resource, tuple[str, ...]]:
    """The resource of a path below its version, and the names in the path."""
    tried = ((verb, resource, pattern.fullmatch(path)) for verb, pattern, resource in COMPILED)
    matches = [(verb, resource, found.groups()) for verb, resource, found in tried if found]
    for verb, resource, groups in matches:
        if verb == ("GET" if method == "HEAD" else method):
            return resource, groups
    if matches:
        allowed = ", ".join(sorted({verb for verb, _, _ in matches}))
        raise Refusal(405, "METHOD_NOT_ALLOWED", f"HTTP Method '{method}' not allowed. Allowed are {allowed}")
    raise not_found()
