"""What does marketing leave behind? Forms and what was sent in, e-mail events, campaigns, events, visits and lists."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from typing import NamedTuple

from connector.sandbox.answers import Json


@dataclass(slots=True)
class Form:
    """A form. What was sent in is known by a key of ours, so that it can be put again."""

    id: str
    name: str
    created: int
    updated: int
    type: str = "hubspot"
    submissions: dict[str, tuple[int, dict[str, str], str]] = field(default_factory=dict)  # moment, values, page


class MailEvent(NamedTuple):
    """Something that happened to one marketing e-mail of one recipient."""

    created: int
    id: str
    type: str
    recipient: str
    campaign: int
    filtered: bool = False
    url: str = ""


@dataclass(slots=True)
class Campaign:
    """A campaign and its properties."""

    id: str
    properties: dict[str, str]
    created: int
    updated: int


@dataclass(slots=True)
class RecordList:
    """A list of records: who is on it since when."""

    id: str
    name: str
    type_id: str
    processing: str
    created: int
    updated: int
    members: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Occasion:
    """A webinar, fair or dinner, and what became of those invited: contact -> (state, moment)."""

    id: str
    name: str
    type: str
    starts: int
    ends: int
    created: int
    guests: dict[str, tuple[str, int]] = field(default_factory=dict)


class MailEvents:
    """The events of marketing e-mail, by moment."""

    def __init__(self) -> None:
        self._by_id: dict[str, MailEvent] = {}
        self._sorted: list[MailEvent] | None = []

    def put(self, event: MailEvent) -> None:
        """Put an event in, in the place of one with its id."""
        self._by_id[event.id] = event
        self._sorted = None

    def drop(self, event_id: str) -> None:
        """Take an event away."""
        if self._by_id.pop(event_id, None):
            self._sorted = None

    def between(self, first: int, last: int) -> list[MailEvent]:
        """Events from one moment to another, both included, newest first."""
        if self._sorted is None:
            self._sorted = sorted(self._by_id.values())
        moments = self._sorted
        start = bisect_left(moments, first, key=lambda event: event.created)
        return moments[start : bisect_right(moments, last, key=lambda event: event.created)][::-1]


class Marketing:
    """Everything marketing holds in one portal."""

    def __init__(self) -> None:
        self.forms: dict[str, Form] = {}
        self.mails = MailEvents()
        self.campaigns: dict[str, Campaign] = {}
        self.lists: dict[str, RecordList] = {}
        self.occasions: dict[str, Occasion] = {}
        self.visits: list[dict[str, Json]] = []  # event occurrences, as they are answered
