"""What does a REST query answer? One page of records, and where the next one is."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import pyarrow as pa

from connector.sandbox.answers import Answer, Json, Refusal, Request, not_found
from connector.sandbox.salesforce.cursors import Cursor
from connector.sandbox.salesforce.instance import Instance
from connector.sandbox.salesforce.records import Links, records
from connector.sandbox.salesforce.soql.parser import parse
from connector.sandbox.salesforce.soql.plan import Children, Only, make_plan
from connector.sandbox.salesforce.soql.scope import View

BATCH_MIN, BATCH_MAX = 200, 2_000
WIDE_BATCH = 500  # what a page shrinks to when its rows are wide
TIMEOUT = "Your query request was running for too long."
LOCATOR = re.compile(r"(01g\w+)-(\d+)")


def query(instance: Instance, request: Request) -> Answer:
    """GET /query?q=… and GET /query/{locator}-{offset}; /queryAll the same."""
    pages = Pages(instance, request)
    locator = LOCATOR.fullmatch(request.path.rstrip("/").rpartition("/")[2])
    if locator:
        return Answer(pages.next(locator.group(1), int(locator.group(2))))
    text = request.query.get("q")
    if text is None:
        raise Refusal(400, "MALFORMED_QUERY", "A query string has to be specified")
    refuse_slow(instance, text)
    api = "tooling" if "/tooling/" in request.path else "data"
    everything = "/queryAll" in request.path
    return Answer(pages.first(instance.org.view(text, request.user_id, everything=everything, api=api)))


def refuse_slow(instance: Instance, text: str) -> None:
    """Refuse a query that the org's settings call too slow."""
    slow = instance.org.settings.slow_query
    if slow and re.search(slow, text):
        raise Refusal(400, "QUERY_TIMEOUT", TIMEOUT)


@dataclass(frozen=True, slots=True)
class Pages:
    """Makes the pages that one request asks for."""

    instance: Instance
    request: Request

    def first(self, view: View) -> Json:
        """The first page of a query, or its bare count."""
        org = self.instance.org
        plan = make_plan(parse(view.text), view)
        rows = org.tables.arrow(plan.sql, plan.values)
        if plan.count_only:
            return {"totalSize": rows.column(0)[0].as_py(), "done": True, "records": []}
        return self.page(Cursor(plan, view, rows, self.batch(), self.request.user_id, org.clock.now()), 0)

    def next(self, key: str, start: int) -> Json:
        """The page of an open result that begins at row `start`."""
        cursor = self.instance.cursors.find(key, self.request.user_id)
        if start >= cursor.rows.num_rows:
            raise not_found()
        return self.page(cursor, start, key)

    def batch(self) -> int:
        """How many records a page holds: the client's hint within bounds, or less when rows are wide."""
        settings = self.instance.org.settings
        hint = re.search(r"batchSize=(\d+)", self.request.headers.get("sforce-query-options", ""))
        size = min(max(int(hint.group(1)), BATCH_MIN), BATCH_MAX) if hint else settings.page_size
        return min(size, WIDE_BATCH) if settings.wide_rows else min(size, settings.page_size)

    def page(self, cursor: Cursor, start: int, key: str = "") -> Json:
        """One page; where rows are left, the result is kept open under a locator."""
        total = cursor.rows.num_rows
        rows = cursor.rows.slice(start, cursor.batch)
        end = start + rows.num_rows
        found = records(cursor.plan, rows, Links(self.request.version))
        for child in cursor.plan.children:
            self.hang(child, cursor, found, rows)
        page: dict[str, Json] = {"totalSize": total, "done": end >= total}
        if end < total:
            resource = "queryAll" if cursor.view.everything else "query"
            locator = f"{key or self.instance.cursors.keep(cursor)}-{end}"
            page["nextRecordsUrl"] = f"/services/data/v{self.request.version}/{resource}/{locator}"
        return page | {"records": found}

    def hang(self, child: Children, cursor: Cursor, found: list[Json], rows: pa.Table) -> None:
        """Put the rows of a subquery below their parents, each parent with pages of its own."""
        ids: list[str] = rows.column(0).to_pylist()
        below = self.below(child, cursor, ids) if ids else {}
        for record, record_id in zip(found, ids, strict=True):
            mine = below.get(record_id)
            record[child.name] = None if mine is None else self.page(mine, 0)

    def below(self, child: Children, cursor: Cursor, ids: list[str]) -> dict[str, Cursor]:
        """The children of each parent that has any."""
        plan = make_plan(child.query, cursor.view, only=Only(child.lookup, ids))
        rows = self.instance.org.tables.arrow(plan.sql, plan.values)
        places: dict[str, list[int]] = {}
        for place, owner in enumerate(rows.column(plan.owner_column).to_pylist()):
            places.setdefault(owner, []).append(place)
        return {owner: replace(cursor, plan=plan, rows=rows.take(mine)) for owner, mine in places.items()}
