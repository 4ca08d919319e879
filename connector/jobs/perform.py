"""How is a job carried out? Under the lease and in the run list; or rehearsed on a copy, which changes nothing."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol, TypeVar

import structlog

from connector.crm.base import CRM
from connector.errors import Busy, ConnectorError
from connector.jobs.parts import Parts
from connector.jobs.quote import resumable
from connector.jobs.run import Noting, Tally, Watcher, recorded
from connector.jobs.stop import Stop, listening
from connector.store.database import Store, opened
from connector.store.home import clear_leftovers, copied, make_home
from connector.store.runs import Count, RunList
from connector.store.upkeep import let_go


class Ended(Protocol):
    """How a job ended, as the run list wants to know it."""

    @property
    def exit_code(self) -> int: ...

    @property
    def message(self) -> str: ...

    @property
    def counts(self) -> Mapping[str, Count]: ...


R = TypeVar("R", bound=Ended)


@dataclass(frozen=True, slots=True)
class Desk:
    """What one run works at: the open store, who is told how far it is, and who may ask it to stop.

    A rehearsal has no `run_id`.
    """

    run_id: str
    store: Store
    watch: Watcher
    stop: Stop
    tally: Tally


def perform(job: str, parts: Parts, watcher: Watcher, work: Callable[[Desk], R]) -> R:
    """Do the work so that it counts. Raises what stopped it, which stands in the run list then."""
    home = make_home(parts.home.folder)
    runs, tally, crm = RunList(home.runs), Tally(), parts.crm.name
    with (
        listening() as stop,
        runs.lease(job, crm) as run_id,
        _told_of(run_id, job, crm),
        recorded(runs, run_id, tally),
        resumable(runs, crm),
    ):
        clear_leftovers(home)
        runs.let_go()
        noting = Noting(watcher, lambda stage, done, total: runs.note(run_id, stage, done, total))
        with opened(home.store, parts.limits) as store:
            result = work(Desk(run_id, store, noting, stop, tally))
            let_go(store, datetime.now(UTC))
        runs.end(run_id, result.exit_code, result.message, result.counts)
        return result


def rehearse(parts: Parts, watcher: Watcher, work: Callable[[Desk], R]) -> R:
    """Do the work on a copy of the store that is thrown away. Raises Busy while a run is going on."""
    runs = RunList(parts.home.runs)
    held = runs.leased()
    if held is not None:
        raise Busy(f"{held.job} run {held.run_id} is going on; a dry run would only see half of it, try again later")
    told = resumable(runs, parts.crm.name)
    with listening() as stop, told, copied(parts.home) as copy, opened(copy.store, parts.limits) as store:
        return work(Desk("", store, watcher, stop, Tally()))


@contextmanager
def calls_counted(crm: CRM, tally: Tally) -> Iterator[None]:
    """Count the API calls the org saw meanwhile; those of others are among them, the gauge does not tell whose."""
    before = crm.usage()
    try:
        yield
    finally:
        with suppress(ConnectorError):  # what stopped the run matters more
            after = crm.usage()
            tally.add("api_calls", max(after.used - before.used, 0))
            tally.add("api_used", after.used)
            tally.add("api_limit", after.limit)


@contextmanager
def _told_of(run_id: str, job: str, crm: str) -> Iterator[None]:
    with structlog.contextvars.bound_contextvars(run_id=run_id, job=job, crm=crm):
        yield
