"""How do rows handed in as files get into the store? Read, checked, kept; the next sync scores them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import structlog

from connector.backend.visits import Whose, look_up
from connector.engine.counts import number_of, were
from connector.engine.kinds import OURS_ALONE
from connector.engine.rules import Rules
from connector.engine.zone import read_zone
from connector.errors import Busy, ConfigError
from connector.jobs.run import REFUSED, Tally, recorded
from connector.store.database import Limits, Store, opened
from connector.store.faults import told
from connector.store.files import read_files
from connector.store.home import Home, clear_leftovers, copied, make_home
from connector.store.imported import Brought, Faults, Terms, faults_of, keep_rows, read_in
from connector.store.runs import RunList

log = structlog.get_logger()

JOB, CRM = "import", "files"
FAULTS_TOLD = 20


@dataclass(frozen=True, slots=True)
class Place:
    """Where rows are kept, and by which rules their kinds and pages are read."""

    home: Home
    rules: Rules
    limits: Limits


@dataclass(frozen=True, slots=True)
class Options:
    """How an import differs from the usual one.

    `source` is that of rows that name none, `zone` the zone of moments that name none. `skip_faults` keeps the good
    rows of a file that has others. `is_dry` keeps nothing.
    """

    source: str | None = None
    zone: str | None = None
    skip_faults: bool = False
    is_dry: bool = False


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import brought; `whose` is None before the first sync, when nobody is known."""

    brought: Brought
    faults: Faults
    whose: Whose | None
    run_id: str = ""

    @property
    def exit_code(self) -> int:
        """0, or 3 when rows were skipped."""
        return REFUSED if self.faults.rows else 0

    def counts(self) -> Mapping[str, int | Mapping[str, int]]:
        """What the run list keeps."""
        whose = {} if self.whose is None else {"whose": dict(self.whose.rows)}
        one = self.brought
        return {
            "rows": one.rows,
            "new": one.new,
            "changed": one.changed,
            "same": one.same,
            "skipped": self.faults.rows,
            **whose,
        }


def import_files(place: Place, paths: Sequence[Path], options: Options) -> Imported:
    """Bring the rows of files into the store. Raises ConfigError with the first faults, and keeps nothing then."""
    return _rehearse(place, paths, options) if options.is_dry else _perform(place, paths, options)


def _perform(place: Place, paths: Sequence[Path], options: Options) -> Imported:
    """An import that counts: under the lease, and in the run list."""
    home = make_home(place.home.folder)
    runs = RunList(home.runs)
    with runs.lease(JOB, CRM) as run_id, recorded(runs, run_id, Tally()):
        clear_leftovers(home)
        with opened(home.store, place.limits) as store:
            done = Lane(store, place.rules, paths, options, run_id).run()
        bad = done.faults.rows
        skipped = f"{were(bad, 'row')} skipped" if bad else ""
        runs.end(run_id, done.exit_code, skipped, done.counts())
    log.info(
        "rows.imported", run_id=run_id, count=done.brought.rows, new=done.brought.new, changed=done.brought.changed
    )
    return done


def _rehearse(place: Place, paths: Sequence[Path], options: Options) -> Imported:
    """The same on a copy of the store."""
    held = RunList(place.home.runs).leased()
    if held is not None:
        raise Busy(f"{held.job} run {held.run_id} is going on; try again when it has ended")
    with copied(place.home) as copy, opened(copy.store, place.limits) as store:
        return Lane(store, place.rules, paths, options).run()


@dataclass(frozen=True, slots=True)
class Lane:
    """One import on one open store."""

    store: Store
    rules: Rules
    paths: Sequence[Path]
    options: Options
    run_id: str = field(default="")

    def run(self) -> Imported:
        """Read, check, keep, and see whose the rows are."""
        zone = read_zone(self.options.zone).key if self.options.zone else None
        kinds = [kind for kind in self.rules.kinds if kind not in OURS_ALONE]
        read_in(self.store, read_files(self.paths, self.options.source), Terms(kinds, zone))
        faults = faults_of(self.store, self.paths, kinds, FAULTS_TOLD)
        if faults.count and not self.options.skip_faults:
            raise ConfigError(*faults.told, _rest(faults))
        brought = keep_rows(self.store, datetime.now(UTC))
        with told(self.store.path):
            whose = look_up(self.store.connection, self.rules)
        return Imported(brought, faults, whose, self.run_id)


def _rest(faults: Faults) -> str:
    """How many faults there are in all, and what can be done."""
    step = "correct them and import the files again, or keep the good rows with --skip-faults"
    shown = f", the first {len(faults.told)} are shown" if faults.count > len(faults.told) else ""
    return f"{number_of(faults.count, 'fault')} in {number_of(faults.rows, 'row')}{shown}; nothing was imported: {step}"
