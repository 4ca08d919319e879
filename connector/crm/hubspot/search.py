"""What changed in a window? Search, page by page behind the last row seen, so that no limit of it is ever met.

HubSpot's search shows 10,000 rows of a question and counts places while rows move. So no page is asked for by its
place: each begins at the stamp of the last row, and where a whole page has one stamp, behind the last id of that
stamp. Both must grow with every page, and every page must hold what it announces.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import structlog

from connector.crm.hubspot.answers import Json
from connector.crm.hubspot.objects import flat
from connector.crm.hubspot.rows import Record, milliseconds, moment_of
from connector.crm.hubspot.transport import Transport
from connector.engine.records import Window
from connector.errors import Incomplete, Unavailable

log = structlog.get_logger()

PAGE_ROWS = 200
LOOKS = 4  # at a page that announces more than it holds, which passes as the index settles
PATIENCE = 2.0  # seconds between two looks
ID = "hs_object_id"
Filter = tuple[str, str, str]  # property, operator, value (empty where the operator takes none)


class OutOfOrder(Unavailable):
    """Search does not give rows in the order asked for: it cannot be walked by stamp and id."""


@dataclass(frozen=True, slots=True)
class Search:
    """A search of one object type by the property `stamp`; `properties` are what comes back of each record.

    `having` names a property that a record must have something in to be found.
    """

    transport: Transport
    type: str
    stamp: str
    properties: Sequence[str]
    having: str = ""

    def count(self, window: Window) -> int:
        """How many living rows a window has."""
        return self._total(self._ask(_within(self.stamp, window), self.stamp, 1))

    def count_behind(self, record_id: str) -> int:
        """How many living rows have a greater id; none where it counts without showing one, as of what was archived."""
        answer = self._ask([(ID, "GT", record_id)], ID, 1)
        return self._total(answer) if answer["results"] else 0

    def during(self, window: Window) -> Iterator[list[Record]]:
        """Pages of the living rows of a window by stamp; one that is changed meanwhile moves on to its next window.

        Raises OutOfOrder, and Incomplete when a page never holds what it announces.
        """
        seen: set[str] = set()
        while True:
            page, total = self._page(_within(self.stamp, window), self.stamp)
            stamps = [self._stamp_of(record) for record in page]
            if stamps != sorted(stamps) or (stamps and window.since and stamps[0] < milliseconds(window.since)):
                raise OutOfOrder(f"{self.type}: search gives stamps out of order")
            fresh = [record for record in page if record["id"] not in seen]
            if fresh:
                yield fresh
            if total <= len(page):
                return
            last = stamps[-1]
            if stamps[0] == last:
                yield from self._at(last, {record["id"] for record in page} | seen)
                last, seen = last + 1, set()
            else:
                seen = {record["id"] for record, stamp in zip(page, stamps, strict=True) if stamp == last}
            window = Window(moment_of(last), window.until)

    def _at(self, stamp: int, seen: set[str]) -> Iterator[list[Record]]:
        """Pages of the rows of one millisecond by id, without those seen before."""
        last = 0
        while True:
            page, total = self._page([(self.stamp, "EQ", str(stamp)), (ID, "GT", str(last))], ID)
            ids = [int(record["id"]) for record in page]
            if any(later <= earlier for earlier, later in zip([last, *ids], ids, strict=False)):
                raise OutOfOrder(f"{self.type}: search gives ids out of order at {moment_of(stamp)} behind id {last}")
            fresh = [record for record in page if record["id"] not in seen]
            if fresh:
                yield fresh
            if total <= len(page):
                return
            last = ids[-1]

    def _page(self, filters: Sequence[Filter], order: str) -> tuple[list[Record], int]:
        """One page, and how many rows there are from its first on. Raises Incomplete when it never holds enough."""
        for look in range(LOOKS):
            answer = self._ask(filters, order, PAGE_ROWS)
            total = self._total(answer)
            records = [flat(record, self.stamp) for record in answer["results"]]
            if len(records) == min(total, PAGE_ROWS):
                return records, total
            log.info("search.torn", type=self.type, came=len(records), announced=total, look=look)
            self.transport.sleep(PATIENCE)
        told = f"{self.type}: search holds {len(records):,} rows of a page and announces {total:,}"
        raise Incomplete(f"{told}; nothing of it was kept, run the same command again")

    def _ask(self, filters: Sequence[Filter], order: str, limit: int) -> Json:
        told = [*filters, *([(self.having, "HAS_PROPERTY", "")] if self.having else [])]
        body = {
            "filterGroups": [{"filters": [_filter(*one) for one in told]}],
            "sorts": [{"propertyName": order, "direction": "ASCENDING"}],
            "properties": list(self.properties),
            "limit": limit,
        }
        path = f"{self.transport.paths.of('objects', type=self.type)}/search"
        answer = self.transport.search(path, body)
        if not isinstance(answer, dict) or not isinstance(answer.get("results"), list):
            raise Unavailable(f"{path}: an answer of a wrong shape")
        return answer

    def _total(self, answer: Json) -> int:
        total = answer.get("total")
        if not isinstance(total, int):
            raise Unavailable(f"{self.type}: search does not say how many rows there are")
        return total

    def _stamp_of(self, record: Record) -> int:
        return milliseconds(moment_of(record[self.stamp]))


def _filter(name: str, operator: str, value: str) -> dict[str, str]:
    return {"propertyName": name, "operator": operator, **({"value": value} if value else {})}


def _within(stamp: str, window: Window) -> list[Filter]:
    """At or after the first moment, and before the last."""
    since = [(stamp, "GTE", str(milliseconds(window.since)))] if window.since else []
    return [*since, (stamp, "LT", str(milliseconds(window.until)))]
