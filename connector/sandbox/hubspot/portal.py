"""What is a portal? Its records, properties, associations, clock and switches, and how they move on together."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from uuid import UUID, uuid5

from connector.sandbox.clock import Clock
from connector.sandbox.faults import Faults
from connector.sandbox.hubspot.kinds import KINDS, Kind
from connector.sandbox.hubspot.links import Links
from connector.sandbox.hubspot.marketing import Marketing
from connector.sandbox.hubspot.moments import DAY_MS, milliseconds
from connector.sandbox.hubspot.owners import Owner
from connector.sandbox.hubspot.properties import Definitions, all_definitions
from connector.sandbox.hubspot.records import Record, Shelf
from connector.sandbox.hubspot.settings import Settings
from connector.sandbox.hubspot.stages import STAGES, Stage
from connector.sandbox.hubspot.webhooks import Webhooks
from connector.sandbox.journal import Journal

News = Callable[[datetime, datetime], dict[str, int]]
PORTAL_ID = 48_310_077
SPACE = UUID("2ab5c1c1-6a4c-4c3e-9a5e-0d3f2f3d7d11")  # what the portal's made-up uuids are drawn from
FIRST_ID = 90_000_000_001  # of records made over the API
DEFAULT_START = datetime(2026, 1, 1, tzinfo=UTC)


class Portal:
    """One HubSpot account. Everything that reads or writes its records holds `lock`."""

    def __init__(self, *, start: datetime = DEFAULT_START, settings: Settings | None = None, seed: int = 0) -> None:
        self.lock = threading.RLock()
        self.settings, self.seed, self.id = settings or Settings(), seed, PORTAL_ID
        self.clock, self.faults, self.journal = Clock(start, finest=timedelta(milliseconds=1)), Faults(), Journal()
        self.shelves = {kind.name: Shelf(kind) for kind in KINDS}
        self.definitions = all_definitions()
        self.links = Links()
        self.stages: dict[str, Stage] = {stage.id: stage for stage in STAGES}
        self.marketing = Marketing()
        self.owners: dict[str, Owner] = {}
        self.webhooks = Webhooks(self.id)
        self.news: News | None = None  # what a living world brings when the clock moves on
        self.searches: dict[tuple[str, str, int, int], list[Record]] = {}
        self._ids, self._correlations = itertools.count(FIRST_ID), itertools.count(1)

    @property
    def now(self) -> int:
        """The portal's time in milliseconds."""
        return milliseconds(self.clock.now())

    def shelf(self, kind: Kind) -> Shelf:
        """The records of a kind."""
        return self.shelves[kind.name]

    def of(self, kind: Kind) -> Definitions:
        """The properties of a kind."""
        return self.definitions[kind.name]

    def new_id(self) -> str:
        """An id nobody has."""
        return str(next(self._ids))

    def correlation(self) -> str:
        """A uuid for one answer: the same calls get the same ones."""
        return str(uuid5(SPACE, f"{self.seed}/{next(self._correlations)}"))

    def is_heard_of(self, record_id: str, changed: int) -> bool:
        """Whether the search index knows of a change by now; with jitter, it hears of some records sooner."""
        lag = self.settings.index_lag * 1_000
        if self.settings.index_jitter:
            lag *= int.from_bytes(blake2b(record_id.encode(), digest_size=2).digest()) / 65_536
        return changed + lag <= self.now

    def advance(self, to: datetime) -> dict[str, int]:
        """Move the clock on; archived records that are old enough are gone for good. News by kind."""
        with self.lock:
            since = self.clock.now()
            self.clock.set(to)
            news = self.news(since, to) if self.news and to > since else {}
            self.purge()
            return news

    def purge(self) -> None:
        """Lose for good what has been archived for too long."""
        edge = self.now - self.settings.purge_days * DAY_MS
        for shelf in self.shelves.values():
            for record in [one for one in shelf.records.values() if 0 < one.archived_at <= edge]:
                shelf.remove(record.id)
