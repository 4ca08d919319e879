"""How do a CRM's changes get into the store? Stream by stream, window by window, each whole or not at all."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import structlog

from connector.crm.base import CRM
from connector.engine.guards import Silence
from connector.engine.mapping import Mapping
from connector.engine.records import Stream, Window
from connector.errors import UnsafePlan
from connector.jobs.quote import quote
from connector.jobs.run import Tally, Watcher
from connector.jobs.stop import Stop
from connector.store.bookmarks import (
    OVERLAP,
    Bookmark,
    forget_bookmark,
    is_refresh_due,
    is_sweep_due,
    move_bookmark,
    next_window,
    read_bookmarks,
    source_digest,
)
from connector.store.database import Store
from connector.store.journal import count_last_written
from connector.store.silence import fallen_silent
from connector.store.streams import Kept, count_rows, fill_window, keep_deletes, keep_window
from connector.store.sweep import Comparison, bury_unseen, compare_stamps

log = structlog.get_logger()

WINDOW_ROWS = 1_000_000  # of a first load; what is read of it survives a stop
TICK = timedelta(seconds=1)  # a CRM tells the time in whole seconds
EARLIEST = datetime(1999, 1, 1, tzinfo=UTC)  # no CRM is older
NARROWEST = timedelta(hours=1)  # a first load is not cut into smaller windows than this
DELETES_KEPT = timedelta(days=14)  # CRMs tell of deletions for two weeks or so; then the sweep has to find them
MOST_GONE = 0.3  # more of a stream cannot vanish at once without a person's word
SMALL_STREAM = 10  # rows; below it a share means nothing
WRITTEN_STREAMS = ("account", "company")
MASS_TOUCH = 0.3  # of a stream's rows modified in one window is worth a warning


@dataclass(frozen=True, slots=True)
class Pull:
    """What a pull works with. `is_full` reads everything again; `is_forced` is a person's word against the guards."""

    crm: CRM
    store: Store
    mapping: Mapping
    watch: Watcher
    stop: Stop
    tally: Tally
    now: datetime
    is_full: bool = False
    is_forced: bool = False

    def run(self) -> Sequence[Stream]:
        """Bring every stream up to `now`; the streams. Raises what the CRM raises; windows that were whole are kept."""
        streams = self.crm.streams()
        known = read_bookmarks(self.store, self.crm.name)
        self._miss(set(known) - {stream.name for stream in streams})
        begun = [(stream, self._begun(stream, known.get(stream.name))) for stream in streams]
        self._quote(begun)
        for stream, bookmark in begun:
            self._stream(stream, bookmark, is_new=stream.name not in known)
        return streams

    def _begun(self, stream: Stream, known: Bookmark | None) -> Bookmark | None:
        """From where a stream is read on; None where it is read from the beginning."""
        is_same = known is not None and known.source == self._source(stream)
        return known if is_same and not self.is_full else None

    def _source(self, stream: Stream) -> str:
        """Stands for what is read of a stream."""
        mapped = self.mapping.read.get(stream.name)
        return source_digest(stream, mapped.model_dump_json() if mapped else "")

    def _quote(self, streams: Sequence[tuple[Stream, Bookmark | None]]) -> None:
        """Say what the reading costs before it begins."""
        quoted = quote(self.crm, self.store, streams, self.now)
        self.tally.add("api_calls_expected", quoted.calls)
        self.watch.say(quoted.sentence)
        log.info("pull.quoted", calls=quoted.calls, left=quoted.left)

    def silences(self, streams: Iterable[Stream]) -> Iterator[Silence]:
        """The sources that have fallen silent; of each the CRM is asked how many rows it still shows."""
        for stream in streams:
            found = fallen_silent(self.store, self.crm.name, stream, self.now)
            if found:
                seen = self.crm.count(stream, Window(None, self.now))
                log.warning("stream.silent", stream=stream.name, count=found["rows"], held=found["held"], seen=seen)
                yield Silence(stream.name, found["rows"], found["usual"], seen, found["held"])

    def _miss(self, lost: set[str]) -> None:
        """A stream that was read before and is not there now would quietly empty what depends on it."""
        if lost and not self.is_forced:
            raise UnsafePlan(
                f"{', '.join(sorted(lost))}: read before, and no longer in this org or no longer visible; give the "
                "integration user access again, or run connector sync --force to go on without"
            )
        for name in sorted(lost):
            with self.store.transaction():
                forget_bookmark(self.store, self.crm.name, name)

    def _stream(self, stream: Stream, known: Bookmark | None, *, is_new: bool) -> None:
        """Windows, then deletions, then what is read as a whole when that is due."""
        if known is None:
            latest = self._from_the_beginning(stream, self._source(stream), is_new=is_new)
        else:
            window = next_window(known, self.now)
            latest = self._window(stream, self._to_now(window), replace(known, upper_edge=window.until), None)
            self._deletions(stream, known, latest)
            latest = self._refresh(stream, latest)
        if is_sweep_due(latest, count_rows(self.store, self.crm.name, stream), self.now):
            self._sweep(stream, latest)

    def _refresh(self, stream: Stream, latest: Bookmark) -> Bookmark:
        """Read all of a stream again when columns of it change without a trace and that is due."""
        held = count_rows(self.store, self.crm.name, stream)
        formulas = self.crm.formulas(stream)
        if not formulas or not is_refresh_due(latest, held, self.now):
            return latest
        for window, rows in self._parts(stream, Window(None, latest.upper_edge)):
            latest = self._window(stream, window, latest, rows)
        latest = replace(latest, refreshed_at=self.now)
        with self.store.transaction():
            move_bookmark(self.store, self.crm.name, latest)
        log.info("stream.refreshed", stream=stream.name, columns=list(formulas))
        return latest

    def _from_the_beginning(self, stream: Stream, source: str, *, is_new: bool) -> Bookmark:
        """Read everything, in windows that are not too large. A stop leaves a bookmark to go on from.

        Where there was nothing before, nothing can be gone, so the sweep has been done with it.
        """
        settled = next_window(None, self.now)
        whole = self._to_now(settled)
        latest = Bookmark(stream.name, settled.until, source)
        for window, rows in self._parts(stream, whole):
            ended_at = self.now if window.until == whole.until else None
            bookmark = replace(latest, upper_edge=min(window.until, settled.until), refreshed_at=ended_at)
            bookmark = replace(bookmark, swept_at=ended_at if is_new else None)
            latest = self._window(stream, window, bookmark, rows, is_new=is_new)
        return latest

    def _to_now(self, window: Window) -> Window:
        """The window up to this very second: what is still settling is read as it is, and again by the next run."""
        return replace(window, until=max(window.until, self.now + TICK))

    def _parts(self, stream: Stream, window: Window) -> Iterator[tuple[Window, int]]:
        """The window, or as many halves of it as make each small enough, with the rows of each."""
        rows = self.crm.count(stream, window)
        since = window.since or min(EARLIEST, window.until)
        if rows <= WINDOW_ROWS or window.until - since <= NARROWEST:
            yield window, rows
            return
        middle = (since + (window.until - since) / 2).replace(microsecond=0)
        yield from self._parts(stream, Window(window.since, middle))
        yield from self._parts(stream, Window(middle, window.until))

    def _window(
        self, stream: Stream, window: Window, bookmark: Bookmark, rows: int | None, *, is_new: bool = False
    ) -> Bookmark:
        """Pull one window into the store; the bookmark as it stands then."""
        keep = fill_window if is_new else keep_window
        self.watch.stage(stream.name, rows)
        held = count_rows(self.store, self.crm.name, stream)
        pages = self._watched(self.crm.pull(stream, window))
        kept = keep(self.store, self.crm.name, stream, pages, bookmark)
        self.tally.add_to("pulled", stream.name, kept.read)
        self.tally.add_to("changed", stream.name, kept.changed)
        log.info("stream.pulled", stream=stream.name, count=kept.read, changed=kept.changed, until=str(window.until))
        if rows is None:  # counted ones are read in full, and meet whatever is new
            self._warn(stream, kept, held)
        return kept.bookmark

    def _warn(self, stream: Stream, kept: Kept, held: int) -> None:
        """Say when somebody touched much of a stream at once; our own writes of the last run do not count."""
        echo = count_last_written(self.store) if stream.name in WRITTEN_STREAMS else 0
        if held >= SMALL_STREAM and kept.newer - echo > MASS_TOUCH * held:
            log.warning("stream.mass_touched", stream=stream.name, count=kept.newer, held=held, changed=kept.changed)

    def _watched(self, pages: Iterable[pa.Table]) -> Iterator[pa.Table]:
        """The pages, counted; a stop is obeyed between two of them."""
        self.stop.check()
        for page in pages:
            yield page
            self.watch.advance(page.num_rows)
            self.stop.check()

    def _deletions(self, stream: Stream, known: Bookmark, latest: Bookmark) -> None:
        """Bury what the CRM says was deleted; what it does not remember any more is for the sweep."""
        since = known.upper_edge - OVERLAP
        if self.now - since > DELETES_KEPT:
            return
        pages = self._watched(self.crm.deleted(stream, since, latest.upper_edge))
        self.tally.add_to("deleted", stream.name, keep_deletes(self.store, self.crm.name, stream, pages))

    def _sweep(self, stream: Stream, latest: Bookmark) -> None:
        """Find what every window missed: rows that are gone, rows we lack or hold in an old version."""
        self.watch.stage(f"{stream.name} sweep", count_rows(self.store, self.crm.name, stream))
        pages = self._watched(self.crm.stamps(stream))
        found = compare_stamps(self.store, self.crm.name, stream, pages, latest.upper_edge)
        self._guard(stream, found)
        self.tally.add_to("deleted", stream.name, bury_unseen(self.store, self.crm.name, stream, self.now))
        for window in found.windows:
            latest = self._window(stream, window, latest, None)
        with self.store.transaction():
            move_bookmark(self.store, self.crm.name, replace(latest, swept_at=self.now))
        log.info("stream.swept", stream=stream.name, seen=found.seen, gone=found.gone, windows=len(found.windows))

    def _guard(self, stream: Stream, found: Comparison) -> None:
        """A lost permission looks like a mass deletion; only a person can tell them apart."""
        if found.held >= SMALL_STREAM and found.gone > MOST_GONE * found.held and not self.is_forced:
            raise UnsafePlan(
                f"{stream.name}: {found.gone:,} of the {found.held:,} rows we hold are no longer to be seen; if the "
                "integration user lost access, give it back; if they were deleted, run connector sync --force"
            )
