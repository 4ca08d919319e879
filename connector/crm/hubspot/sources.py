"""Where do the records of a stream come from? What is asked of any source, and the one for the CRM's own objects."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from connector.crm.hubspot.objects import Objects
from connector.crm.hubspot.rows import Record, moment_of
from connector.crm.hubspot.search import LOOKS, PATIENCE, OutOfOrder, Search
from connector.crm.hubspot.transport import Transport
from connector.engine.records import Window
from connector.errors import Incomplete

log = structlog.get_logger()

AHEAD = timedelta(days=1)  # no record is stamped later than this
MERGED = "hs_merged_object_ids"
Gone = tuple[str, datetime]  # the id of a record, and when it went


class Source(Protocol):
    """Flat records, page by page, with the keys the mapping names."""

    def count(self, window: Window) -> int:
        """How many records `during` gives."""

    def during(self, window: Window) -> Iterator[list[Record]]:
        """Pages of the records changed in a window, archived ones too."""

    def alive(self) -> Iterator[list[Record]]:
        """Pages of every record that is not archived; at least id and stamp of each."""

    def gone(self, window: Window) -> Iterator[list[Gone]]:
        """Pages of what was archived or merged away in a window, as far as HubSpot tells."""


@dataclass(frozen=True, slots=True)
class Records:
    """Records of one object type. `keeps_archived` has archived ones read too; `is_merging` looks for merged ones."""

    transport: Transport
    type: str
    stamp: str
    properties: Sequence[str]
    keeps_archived: bool = True
    is_merging: bool = False

    def count(self, window: Window) -> int:
        """Living ones by search, archived ones by looking at each."""
        archived = sum(len(page) for page in self._archived(window)) if self.keeps_archived else 0
        return self._search().count(window) + archived

    def during(self, window: Window) -> Iterator[list[Record]]:
        """From the beginning the list is walked, after that search; whichever way, archived ones come by their list."""
        yield from self._living(window)
        if self.keeps_archived:
            yield from self._archived(window)

    def alive(self) -> Iterator[list[Record]]:
        """The list, with stamps alone."""
        yield from self.living([self.stamp])

    def gone(self, window: Window) -> Iterator[list[Gone]]:
        """The archived list, for archiving leaves the stamp as it was; and the ids that other records absorbed."""
        for page in self._objects([self.stamp]).all(archived=True):
            went = [(record["id"], moment_of(record["archivedAt"] or record[self.stamp])) for record in page]
            yield [(one, at) for one, at in went if is_inside(at, window)]
        if self.is_merging:
            for page in Search(self.transport, self.type, self.stamp, [MERGED], having=MERGED).during(window):
                yield [(one, moment_of(r[self.stamp])) for r in page for one in merged_ids(r) if one != r["id"]]

    def living(self, properties: Sequence[str]) -> Iterator[list[Record]]:
        """The list of the living by id, counted against search. Raises Incomplete when it ended too early."""
        everything, last, came = Window(None, self.transport.now() + AHEAD), "0", 0
        before = self._search().count(everything)
        for page in self._objects(properties).all():
            came, last = came + len(page), page[-1]["id"]
            yield page
        for _ in range(LOOKS):
            after = self._search().count(everything)
            if came >= min(before, after):
                return
            before = after
            self.transport.sleep(PATIENCE)  # the index is given a while to settle
        self._judge(came, before, last)

    def _judge(self, came: int, announced: int, last: str) -> None:
        """Whether fewer records than search knows mean that the list broke off, or that the index holds ghosts."""
        behind = self._search().count_behind(last)
        told = f"{self.type}: {came:,} records came, {announced:,} were announced"
        if behind:
            raise Incomplete(f"{told}, {behind:,} of them behind the last; nothing of them was kept")
        log.warning("list.fewer_than_search", type=self.type, came=came, announced=announced)

    def _living(self, window: Window) -> Iterator[list[Record]]:
        if window.since is not None:
            try:
                yield from self._search().during(window)
                return
            except OutOfOrder as error:
                log.warning("search.left", type=self.type, reason=str(error), next_step="the whole list is read")
        for page in self.living(self.properties):
            yield self._inside(page, window)

    def _archived(self, window: Window) -> Iterator[list[Record]]:
        for page in self._objects(self.properties).all(archived=True):
            yield self._inside(page, window)

    def _inside(self, page: Sequence[Record], window: Window) -> list[Record]:
        return [record for record in page if is_inside(moment_of(record[self.stamp]), window)]

    def _objects(self, properties: Sequence[str]) -> Objects:
        return Objects(self.transport, self.type, self.stamp, properties)

    def _search(self) -> Search:
        return Search(self.transport, self.type, self.stamp, self.properties)


def is_inside(at: datetime, window: Window) -> bool:
    """Whether a moment lies in a window."""
    return (window.since is None or at >= window.since) and at < window.until


def merged_ids(record: Record) -> list[str]:
    """The ids that a record absorbed."""
    return [one.strip() for one in str(record.get(MERGED) or "").split(";") if one.strip()]
