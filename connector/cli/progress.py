"""How far is the job? A bar on a terminal; off it one plain line a stage."""

import sys
import time
from datetime import timedelta
from types import TracebackType
from typing import Protocol, Self

from rich.progress import BarColumn, ProgressColumn, Task, TextColumn
from rich.progress import Progress as Bars
from rich.text import Text

from connector.cli.screen import stderr
from connector.engine.counts import by_number

BAR_WIDTH = 24
SLOW_SECONDS = 10.0  # a stage that takes longer says how far it is, now and then


class Progress(Protocol):
    """A job's watcher that is shown within `with`."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def stage(self, name: str, total: int | None) -> None:
        """A stage begins."""

    def advance(self, rows: int) -> None:
        """So many more rows of it are done."""

    def say(self, sentence: str) -> None:
        """Show a sentence."""


def progress() -> Progress:
    """What fits where stderr goes."""
    return Drawn() if sys.stderr.isatty() else Told()


class Drawn:
    """A moving bar, gone when the job is done."""

    def __init__(self) -> None:
        self._bars = Bars(
            TextColumn("{task.description}"), BarColumn(BAR_WIDTH), Figures(), console=stderr(), transient=True
        )
        self._task = self._bars.add_task("log in", total=None)

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()

    def stage(self, name: str, total: int | None) -> None:
        """Draw another stage in the same place."""
        self._bars.remove_task(self._task)
        self._task = self._bars.add_task(name.replace("_", " "), total=total)

    def advance(self, rows: int) -> None:
        """Move the bar."""
        self._bars.advance(self._task, rows)

    def say(self, sentence: str) -> None:
        """A line above the bar."""
        self._bars.console.print(sentence, style="dim", soft_wrap=True)


class Told:
    """A line now and then while a stage is slow; nothing about quick ones."""

    def __init__(self) -> None:
        self._name, self._done, self._total = "", 0, 0
        self._said_at = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def stage(self, name: str, total: int | None) -> None:
        """Begin to count anew."""
        self._name, self._done, self._total = name.replace("_", " "), 0, total or 0

    def advance(self, rows: int) -> None:
        """Count on."""
        self._done += rows
        if time.monotonic() - self._said_at > SLOW_SECONDS:
            self._said_at = time.monotonic()
            of = f" of {self._total:,}" if self._total else ""
            stderr().print(f"{self._name}: {self._done:,}{of} {by_number(self._total or self._done, 'row', 'rows')}")

    def say(self, sentence: str) -> None:
        """A line."""
        stderr().print(sentence, soft_wrap=True)


class Figures(ProgressColumn):
    """30,000/210,000  3,100 rows/s  left 0:00:58."""

    def render(self, task: Task) -> Text:
        """As much of it as is known."""
        of = f"/{task.total:,.0f}" if task.total else ""
        figures = [f"{task.completed:,.0f}{of}"] if task.completed or of else []
        figures += [f"{task.speed:,.0f} rows/s"] if task.speed else []
        figures += [f"left {timedelta(seconds=int(task.time_remaining))}"] if task.time_remaining else []
        return Text("  ".join(figures))
