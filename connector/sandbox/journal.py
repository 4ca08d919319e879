"""What has been asked of the sandbox, and what was written? A log of requests and a count of writes."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field

from connector.sandbox.answers import Json

KEPT = 50_000  # requests; older ones fall out


@dataclass(frozen=True, slots=True)
class Entry:
    """One request as it was answered."""

    number: int
    at: str
    method: str
    path: str
    query: dict[str, str]
    status: int
    user_id: str
    sent_bytes: int
    got_bytes: int
    fault: str = ""


@dataclass(slots=True)
class Writes:
    """What was written to one object: records by outcome, and how often each field was set."""

    calls: int = 0
    created: int = 0
    updated: int = 0
    deleted: int = 0
    failed: int = 0
    fields: Counter[str] = field(default_factory=Counter)


class Journal:
    """The log and the counts since the start, or since they were last cleared."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        self.entries: deque[Entry] = deque(maxlen=KEPT)
        self.writes: dict[str, Writes] = {}

    def note(self, entry: Entry) -> None:
        """Keep one request."""
        self.entries.append(entry)

    def wrote(self, sobject: str, outcome: str, fields: Iterable[str] = ()) -> None:
        """Count one record with its outcome and the fields that were sent for it."""
        writes = self.writes.setdefault(sobject, Writes())
        setattr(writes, outcome, getattr(writes, outcome) + 1)
        writes.fields.update(list(fields))

    def called(self, sobject: str) -> None:
        """Count one call that wrote to the object."""
        self.writes.setdefault(sobject, Writes()).calls += 1

    def requests(self) -> list[Json]:
        """The requests, oldest first."""
        return [asdict(entry) for entry in self.entries]

    def totals(self) -> Json:
        """The counts by object."""
        return {name: asdict(writes) | {"fields": dict(writes.fields)} for name, writes in self.writes.items()}
