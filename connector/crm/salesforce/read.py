"""Which way are rows read? REST for few, Bulk for many; a window that is too much is read in two halves."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from math import ceil
from typing import TypeVar

import pyarrow as pa
import pyarrow.compute as pc
import structlog

from connector.crm.salesforce import bulk, rest, soql
from connector.crm.salesforce.answers import LocatorLost, NoBulk, TooMuch
from connector.crm.salesforce.question import Question, halves
from connector.crm.salesforce.transport import Transport
from connector.engine.records import Window

T = TypeVar("T")
log = structlog.get_logger()

BULK_ROWS = 20_000  # from here on one Bulk job is quicker and takes fewer calls than pages of 2,000
FEW_ROWS = rest.PAGE_ROWS  # below this Bulk never pays
SHARE_OF_CALLS = 4  # REST may take one in four of the calls left
JOB_CALLS = 4  # to make a Bulk job and to look at it


class Reader:
    """Reads questions; `bulk_rows` and `page_rows` say from how many rows on Bulk is used, and in what pages."""

    def __init__(
        self, transport: Transport, *, bulk_rows: int = BULK_ROWS, page_rows: int = bulk.PAGE_ROWS
    ) -> None:
        self._transport, self._bulk_rows, self._page_rows = transport, bulk_rows, page_rows

    def count(self, question: Question) -> int:
        """How many rows there are."""
        return rest.count(self._transport, question)

    def cost(self, rows: int) -> int:
        """About how many calls it takes to read so many rows, counting them first."""
        if rows > self._bulk_rows:
            return 1 + JOB_CALLS + ceil(rows / self._page_rows)
        return 1 + ceil(rows / rest.PAGE_ROWS)

    def during(self, question: Question, stamp: str, window: Window) -> Iterator[pa.Table]:
        """Pages of the rows of a window, in narrower windows where it is too much at once.

        Rows that moved out of the window while it was read are left to the window they are in now. A row may come
        twice after a fault, always as its newest self.
        """
        try:
            for table in self.all(question.during(stamp, window)):
                yield _inside(table, window, question.object)
        except TooMuch as error:
            for half in halves(window, error):
                yield from self.during(question, stamp, half)

    def all(self, question: Question) -> Iterator[pa.Table]:
        """Pages of all rows, over REST or Bulk by their number and the calls left."""
        rows = self.count(question)
        if rows == 0:
            return
        if self._is_for_bulk(question, rows):
            try:
                yield from self._bulk(question, rows)
                return
            except NoBulk as error:
                log.warning("bulk.refused", reason=str(error))
        self._transport.budget.afford(ceil(rows / rest.PAGE_ROWS))
        yield from rest.pages(self._transport, question)

    def _bulk(self, question: Question, rows: int) -> Iterator[pa.Table]:
        """Pages over Bulk; when the place in a result is lost, once more from the start."""
        self._transport.budget.afford(JOB_CALLS + ceil(rows / self._page_rows))
        try:
            yield from bulk.pages(self._transport, question, page_rows=self._page_rows)
        except LocatorLost:
            yield from bulk.pages(self._transport, question, page_rows=self._page_rows)

    def _is_for_bulk(self, question: Question, rows: int) -> bool:
        """Many rows, few calls left, or a query too long for an address."""
        left = self._transport.budget.left()
        is_dear = left is not None and rows > FEW_ROWS and rows > left // SHARE_OF_CALLS * rest.PAGE_ROWS
        return rows > self._bulk_rows or is_dear or soql.is_too_long(question.ordered)


def ahead(pages: Iterator[T]) -> Iterator[T]:
    """The same pages; while the caller has one in hand, the next is already being fetched."""
    context = copy_context()  # so that what is logged meanwhile carries the run's id

    def fetch() -> T | None:
        return context.run(lambda: next(pages, None))

    with ThreadPoolExecutor(1, "page-ahead") as pool:
        coming = pool.submit(fetch)
        while (page := coming.result()) is not None:
            coming = pool.submit(fetch)
            yield page


def _inside(table: pa.Table, window: Window, object_name: str) -> pa.Table:
    """Without the rows that lie outside the window by now."""
    inside = pc.less(table["modified_at"], window.until)
    if window.since is not None:
        inside = pc.and_(inside, pc.greater_equal(table["modified_at"], window.since))
    if pc.all(inside).as_py():
        return table
    kept = table.filter(inside)
    log.info("rows.outside_window", object=object_name, count=table.num_rows - kept.num_rows)
    return kept
