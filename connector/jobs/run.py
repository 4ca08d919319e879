"""What does a job tell while it runs, and what in the end?"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from connector.engine.counts import number_of
from connector.engine.records import AccountChange, Outcome
from connector.errors import ConnectorError
from connector.store.runs import Count, RunList

NOTE_EVERY_SECONDS = 1.0
REFUSED = 3  # done, but some rows were refused
BUG = 1


class Watcher(Protocol):
    """Who is told how far a job is. Called from the thread that does the work, which may not be the main one."""

    def stage(self, name: str, total: int | None) -> None:
        """A stage begins: a stream's name, `score`, `plan`, `push` or `publish`; `total` in rows, where it is known."""

    def advance(self, rows: int) -> None:
        """So many more rows of the stage are done."""

    def say(self, sentence: str) -> None:
        """Something a person wants to know before the work begins."""


class Silent:
    """Tells nobody."""

    def stage(self, name: str, total: int | None) -> None:
        """Nothing."""

    def advance(self, rows: int) -> None:
        """Nothing."""

    def say(self, sentence: str) -> None:
        """Nothing."""


class Noting:
    """Tells another watcher, and once in a while the run list, where other processes look."""

    def __init__(self, watcher: Watcher, note: Callable[[str, int, int | None], None]) -> None:
        self._watcher, self._note = watcher, note
        self._name, self._done, self._noted_at = "", 0, 0.0
        self._total: int | None = None

    def stage(self, name: str, total: int | None) -> None:
        """Begin a stage."""
        self._name, self._total, self._done = name, total, 0
        self._watcher.stage(name, total)
        self._tell()

    def advance(self, rows: int) -> None:
        """Count on."""
        self._done += rows
        self._watcher.advance(rows)
        if time.monotonic() - self._noted_at >= NOTE_EVERY_SECONDS:
            self._tell()

    def say(self, sentence: str) -> None:
        """Pass it on."""
        self._watcher.say(sentence)

    def _tell(self) -> None:
        self._noted_at = time.monotonic()
        self._note(self._name, self._done, self._total)


class Tally:
    """The counts of a run, some of them by a second name: `pulled` by stream, `left_out` by reason."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}
        self._by_name: dict[str, dict[str, int]] = {}

    def add(self, name: str, count: int) -> None:
        """Count `count` more."""
        self._counts[name] = self._counts.get(name, 0) + count

    def add_to(self, name: str, part: str, count: int) -> None:
        """Count `count` more of one part; a part is shown even when it stays at zero."""
        parts = self._by_name.setdefault(name, {})
        parts[part] = parts.get(part, 0) + count

    def counts(self) -> dict[str, Count]:
        """All of it."""
        return {**self._by_name, **self._counts}


@dataclass(frozen=True, slots=True)
class Result:
    """How a sync ended. `warning` holds a guard's words where it had nothing to stop, as in a dry run."""

    run_id: str
    as_of: datetime
    tally: Tally
    plan: Sequence[AccountChange]
    unchanged: int  # accounts that were looked at and stay the same
    refused: Sequence[Outcome] = field(default=())
    warning: str = ""

    @property
    def counts(self) -> Mapping[str, Count]:
        """The counts of the run."""
        return self.tally.counts()

    @property
    def exit_code(self) -> int:
        """0, or 3 when rows were refused or nobody knows how they ended."""
        return REFUSED if self.refused else 0

    @property
    def message(self) -> str:
        """What the run list says of it."""
        many = len(self.refused)
        lost = f"{number_of(many, 'row')} did not get through; see connector runs errors"
        return self.warning or (lost if many else "")


@contextmanager
def recorded(runs: RunList, run_id: str, tally: Tally) -> Iterator[None]:
    """Write into the run list how the job ended when it raises; a good end is for the job to write."""
    try:
        yield
    except ConnectorError as error:
        runs.end(run_id, error.exit_code, str(error), tally.counts())
        raise
    except BaseException as error:
        runs.end(run_id, BUG, f"{type(error).__name__}: a fault of the connector; please report it", tally.counts())
        raise
