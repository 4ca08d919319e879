"""How many calls will a sync take, and when are there calls again? Told before it begins, and where it had to end."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from connector.crm.base import CRM
from connector.engine.records import Stream, Window
from connector.errors import BudgetReached
from connector.store.bookmarks import Bookmark, is_refresh_due, is_sweep_due
from connector.store.database import Store
from connector.store.runs import RunList
from connector.store.streams import count_rows

WRITTEN_STREAMS = ("account", "company")  # whose present figures are looked at for the plan
MOST_RUNS = 1_000  # of the last day; more are not looked at


@dataclass(frozen=True, slots=True)
class Quote:
    """About how many calls the reading will take, and how many may be made (None where nobody says)."""

    crm: str
    calls: int
    left: int | None

    @property
    def sentence(self) -> str:
        """What is said before the first row is read."""
        if self.left is None:
            return f"Reading {self.crm}: about {self.calls:,} API calls."
        fits = "" if self.calls <= self.left else "; the run stops there, the next goes on"
        return f"Reading {self.crm}: about {self.calls:,} API calls; {self.left:,} left to us after the reserve{fits}."


def quote(crm: CRM, store: Store, streams: Iterable[tuple[Stream, Bookmark | None]], now: datetime) -> Quote:
    """What it costs to bring the streams up to `now`, each from its bookmark; without one it is counted and read whole.

    What is to be written is not known yet; a plan says what that costs.
    """
    held = {stream.name: _rows(crm, store, stream, known, now) for stream, known in streams}
    reading = sum(_cost(crm, stream, known, held, now) for stream, known in streams)
    looking = sum(crm.cost(stream, held) for stream, _ in streams if stream.name in WRITTEN_STREAMS)
    return Quote(crm.name, reading + (looking or 1), crm.left())


def _rows(crm: CRM, store: Store, stream: Stream, known: Bookmark | None, now: datetime) -> int:
    """The rows of a stream: those we hold, or those the CRM has for us."""
    return count_rows(store, crm.name, stream) if known else crm.count(stream, Window(None, now))


def _cost(crm: CRM, stream: Stream, known: Bookmark | None, held: Mapping[str, int], now: datetime) -> int:
    """The calls of one stream: its window and its deletions, and all of it once more for a refresh and for a sweep."""
    if known is None:
        return crm.cost(stream, held, is_counted=True)  # once more, as it is cut into windows
    rows = held[stream.name]
    is_refreshed = bool(crm.formulas(stream)) and is_refresh_due(known, rows, now)
    wholes = int(is_refreshed) + int(is_sweep_due(known, rows, now))
    return crm.cost(stream, None) + wholes * crm.cost(stream, held)


@contextmanager
def resumable(runs: RunList, crm: str) -> Iterator[None]:
    """Have an end of the budget say from when on the run can be resumed. Raises BudgetReached that says so."""
    try:
        yield
    except BudgetReached as error:
        if error.lapse is None:
            raise
        moment = f"{resume_at(runs, crm, error.lapse, datetime.now(UTC)):%Y-%m-%d %H:%M} UTC"
        when = f"at {moment}, when the first of our calls lapse" if error.lapse else f"at once ({moment})"
        raise BudgetReached(f"{error}. Resume {when}", lapse=error.lapse) from None


def resume_at(runs: RunList, crm: str, lapse: timedelta, now: datetime) -> datetime:
    """When the first of our calls of the last `lapse` stops to count; all of it from `now` on where we made none."""
    began = [run.started_at for run in runs.newest(MOST_RUNS) if run.crm == crm and run.started_at > now - lapse]
    return min(began, default=now) + lapse
