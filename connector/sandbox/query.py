"""What does a REST query answer? One page of records, and where the next one is."""

from __future__ import annotations

import re

from connector.sandbox.answers import Answer, Json, Refusal, Request, not_found
from connector.sandbox.cursors import Cursor
from connector.sandbox.instance import Instance
from connector.sandbox.records import Links, records
from connector.sandbox.soql.parser import parse
from connector.sandbox.soql.plan import Only, make_plan
from connector.sandbox.soql.scope import View

BATCH_MIN, BATCH_MAX = 200, 2_000
WIDE_BATCH = 500  # what a page shrinks to when its rows are wide
TIMEOUT = "Your query request was running for too long."


def query(instance: Instance, request: Request) -> Answer:
    """GET /query?q=… and GET /query/{locator}-{offset}."""
    return _query(instance, request, everything="/queryAll" in request.path)


def _query(instance: Instance, request: Request, *, everything: bool) -> Answer:
    locator = request.path.rstrip("/").rpartition("/")[2]
    if re.fullmatch(r"01g\w+-\d+", locator):
        return _next(instance, request, locator)
    text = request.query.get("q")
    if text is None:
        raise Refusal(400, "MALFORMED_QUERY", "A query string has to be specified")
    org = instance.org
    slow = org.settings.slow_query
    if slow and re.search(slow, text):
        raise Refusal(400, "QUERY_TIMEOUT", TIMEOUT)
    api = "tooling" if "/tooling/" in request.path else "data"
    view = org.view(text, request.user_id, everything=everything, api=api)
    return _first(instance, request, view)


def _first(instance: Instance, request: Request, view: View) -> Answer:
    org = instance.org
    plan = make_plan(parse(view.text), view)
    rows = org.tables.arrow(plan.sql, plan.values)
    if plan.count_only:
        return Answer({"totalSize": rows.column(0)[0].as_py(), "done": True, "records": []})
    cursor = Cursor(plan, view, rows, batch_size(instance, request), request.user_id, org.clock.now())
    return Answer(_page(instance, request, cursor, 0, ""))


def batch_size(instance: Instance, request: Request) -> int:
    """How many records a page holds: the client's hint within bounds, or less when rows are wide."""
    settings = instance.org.settings
    hint = re.search(r"batchSize=(\d+)", request.headers.get("sforce-query-options", ""))
    size = min(max(int(hint.group(1)), BATCH_MIN), BATCH_MAX) if hint else settings.page_size
    return min(size, WIDE_BATCH) if settings.wide_rows else min(size, settings.page_size)


def _next(instance: Instance, request: Request, locator: str) -> Answer:
    key, _, offset = locator.rpartition("-")
    cursor = instance.cursors.find(key, request.user_id)
    if int(offset) >= cursor.rows.num_rows:
        raise not_found()
    return Answer(_page(instance, request, cursor, int(offset), key))


def _page(instance: Instance, request: Request, cursor: Cursor, start: int, key: str) -> Json:  # noqa: PLR0913
    total = cursor.rows.num_rows
    page = cursor.rows.slice(start, cursor.batch)
    end = start + page.num_rows
    rest = {} if end >= total else {"nextRecordsUrl": _next_url(request, key or instance.cursors.keep(cursor), end)}
    return {"totalSize": total, "done": end >= total, **rest, "records": _records(instance, request, cursor, page)}


def _next_url(request: Request, key: str, end: int) -> str:
    resource = "queryAll" if "/queryAll" in request.path else "query"
    return f"/services/data/v{request.version}/{resource}/{key}-{end}"


def _records(instance: Instance, request: Request, cursor: Cursor, page: Json) -> list[Json]:
    found = records(cursor.plan, page, Links(request.version))
    if cursor.plan.children and found:
        ids: list[str] = page.column(0).to_pylist()
        for record, record_id in zip(found, ids, strict=True):
            record |= {child.name: None for child in cursor.plan.children}
        by_id = dict(zip(ids, found, strict=True))
        for child in cursor.plan.children:
            plan = make_plan(child.query, cursor.view, only=Only(child.lookup, ids))
            rows = instance.org.tables.arrow(plan.sql, plan.values)
            _hang(instance, request, Cursor(plan, cursor.view, rows, cursor.batch, cursor.user_id, cursor.opened), by_id, child.name)
    return found


def _hang(instance: Instance, request: Request, cursor: Cursor, by_id: dict[str, Json], name: str) -> None:  # noqa: PLR0913
    """Put the children below their parents, each parent with pages of its own."""
    owner_column = 1 + 2 * len(cursor.plan.parents)
    places: dict[str, list[int]] = {}
    for place, owner in enumerate(cursor.rows.column(owner_column).to_pylist()):
        places.setdefault(owner, []).append(place)
    for owner, rows in places.items():
        own = Cursor(cursor.plan, cursor.view, cursor.rows.take(rows), cursor.batch, cursor.user_id, cursor.opened)
        by_id[owner][name] = _page(instance, request, own, 0, "")
