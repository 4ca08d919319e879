"""How is a person forgotten? Taken out of the store, what is derived and published made anew, the file written anew."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace

import structlog

from connector.errors import Busy, ConfigError
from connector.jobs.parts import Parts
from connector.jobs.run import Tally, recorded
from connector.jobs.score import score
from connector.store.changes import drop_derived
from connector.store.database import Store, opened, rewrite
from connector.store.forgotten import Erased, Person, erase, find_person, is_forgotten
from connector.store.home import Home, clear_leftovers, copied, make_home
from connector.store.publish import publish
from connector.store.published import is_published, read_published
from connector.store.runs import RunList

log = structlog.get_logger()

JOB = "forget"
UNKNOWN = "nobody in the store has that id or address; look at how it is spelt, nothing was forgotten"


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What went: `records` are contacts and leads, `mentions` other rows that named them and name nobody now."""

    run_id: str
    records: int
    mentions: int

    def counts(self) -> Mapping[str, int]:
        """What the run list keeps: numbers, nothing that names anybody."""
        return {"records": self.records, "mentions": self.mentions}


def forget(parts: Parts, said: str, *, is_dry: bool = False) -> Forgotten:
    """Forget the person with this id or address, for good.

    Whoever was forgotten before may be named again, as after a run that was killed. Raises ConfigError when nobody is
    known by it, or a line of locks.csv still names them.
    """
    return _rehearse(parts, said) if is_dry else _perform(parts, said)


def _rehearse(parts: Parts, said: str) -> Forgotten:
    """The same on a copy of the store that is thrown away."""
    held = RunList(parts.home.runs).leased()
    if held is not None:
        raise Busy(f"{held.job} run {held.run_id} is going on; try again when it has ended")
    with copied(parts.home) as copy, opened(copy.store, parts.limits) as store:
        erased = _erase(store, parts, said)
    return Forgotten("", erased.records, erased.mentions)


def _perform(parts: Parts, said: str) -> Forgotten:
    """Under the lease, and in the run list."""
    home = make_home(parts.home.folder)
    runs = RunList(home.runs)
    with runs.lease(JOB, parts.crm.name) as run_id, recorded(runs, run_id, Tally()):
        clear_leftovers(home)
        with opened(home.store, parts.limits) as store:
            erased = _erase(store, parts, said)
            _show(store, parts, home, run_id)
        _drop_older(home)
        rewrite(home.store, parts.limits)
        done = Forgotten(run_id, erased.records, erased.mentions)
        runs.end(run_id, 0, "", done.counts())
    log.info("person.forgotten", run_id=run_id, **done.counts())
    return done


def _erase(store: Store, parts: Parts, said: str) -> Erased:
    """Take them out of what was pulled, imported and kept, and drop what was made from it, in one transaction."""
    person = find_person(store, said)
    _check_locks(parts, person)
    was_forgotten = is_forgotten(store, person)
    with store.transaction():
        erased = erase(store, person)
        if not (was_forgotten or erased.records or erased.mentions):
            raise ConfigError(UNKNOWN)
        drop_derived(store)
    return erased


def _check_locks(parts: Parts, person: Person) -> None:
    """A line of locks.csv is RevOps' own, and would bring the id back into what is published."""
    if not parts.rules.match.locks.keys().isdisjoint(person.ids):
        raise ConfigError("locks.csv has a line with the id of this person; take it out first, nothing was forgotten")


def _show(store: Store, parts: Parts, home: Home, run_id: str) -> None:
    """Score as of the last run again and let readers see that; before the first one there is nothing to show."""
    if not is_published(home):
        return
    rules = parts.rules
    before = read_published(home).about
    score(store, parts, before.as_of, Tally(), is_full=True)
    about = replace(
        before, run_id=run_id, rules_version=rules.version, rules_digest=parts.digest, timezone=rules.timezone,
        half_life_days=rules.decay.half_life_days, half_score_minutes=rules.decay.half_score_minutes,
    )  # fmt: skip
    publish(store, home.published, about)


def _drop_older(home: Home) -> None:
    """Remove what earlier runs have published."""
    if is_published(home):
        newest = read_published(home).folder
        for folder in newest.parent.iterdir():
            if folder.is_dir() and folder != newest:
                shutil.rmtree(folder)
