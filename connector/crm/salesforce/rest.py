"""How are rows read over REST? Page by page in a fixed order, counted against the total Salesforce announced."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from connector.crm.salesforce import soql
from connector.crm.salesforce.answers import LocatorLost, TooMuch
from connector.crm.salesforce.question import Question
from connector.crm.salesforce.rows import from_records
from connector.crm.salesforce.transport import Transport
from connector.errors import AccessDenied, Incomplete, Rejected, Unavailable

PAGE_ROWS = 2_000


@dataclass(frozen=True, slots=True)
class _Page:
    """One answer to a query; `following` is the address of the next page, None on the last."""

    records: Sequence[Mapping[str, Any]]  # rows as JSON
    total: int
    following: str | None


def count(transport: Transport, question: Question) -> int:
    """How many rows the question has. Where COUNT() is not served, a query's own total says it."""
    try:
        page = _page(transport.query(question.count, deleted=question.hidden), question.object)
    except AccessDenied:
        raise
    except Rejected:
        ids = soql.select(["Id"], question.object, question.conditions)
        return _page(transport.query(ids, deleted=question.hidden), question.object).total
    counted = page.records[0].get("expr0") if page.records else None
    return counted if isinstance(counted, int) else page.total


def pages(transport: Transport, question: Question, announced: int | None = None) -> Iterator[pa.Table]:
    """The rows, at most 2,000 at a time. Raises Incomplete when they are not as many as announced.

    A result whose place is lost goes on behind the last row that arrived, with as many rows as were still to come.
    """
    page = _page(transport.query(question.ordered, deleted=question.hidden), question.object)
    total, seen, visited = page.total if announced is None else announced, 0, set[str]()
    while True:
        if page.following in visited or page.total != total:
            raise Incomplete(f"{question.object}: the result changed while it was read; nothing of it was kept")
        seen += len(page.records)
        if page.records:
            yield from_records(page.records, question.columns)
        if page.following is None:
            break
        visited.add(page.following)
        try:
            following = _page(transport.more(page.following), question.object)
        except (LocatorLost, TooMuch):
            yield from _rest(transport, question, page, total - seen)
            return
        page = following
    if seen != total:
        raise Incomplete(f"{question.object}: {seen:,} rows came, {total:,} were announced; nothing of them was kept")


def _rest(transport: Transport, question: Question, page: _Page, to_come: int) -> Iterator[pa.Table]:
    """The rows behind a page, by a new query."""
    if not page.records:
        raise Incomplete(f"{question.object}: the place in the result was lost; nothing of it was kept")
    last = page.records[-1]
    yield from pages(transport, question.after([str(last[field]) for field in question.order]), to_come)


def _page(body: Any, object_name: str) -> _Page:  # an answer as it came
    """A query's answer, checked. Raises Unavailable where it is none."""
    is_page = isinstance(body, dict) and isinstance(body.get("records"), list)
    if not is_page or not isinstance(body.get("totalSize"), int):
        raise Unavailable(f"{object_name}: a query's answer of a wrong shape")
    following = body.get("nextRecordsUrl")
    if not body.get("done") and not following:
        raise Incomplete(f"{object_name}: a page says that more follow, and not where; nothing of it was kept")
    return _Page(body["records"], body["totalSize"], None if body.get("done") else str(following))
