"""How do a CRM's activities become scores on its accounts? The whole walk: pull, score, plan, push, publish."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

from connector.crm.base import Org
from connector.engine.guards import check_plan
from connector.engine.records import AccountChange, Outcome
from connector.engine.zone import local_day
from connector.errors import Busy, ConnectorError, UnsafePlan
from connector.jobs.decide import Decision, decide, settle_doubts
from connector.jobs.parts import Parts
from connector.jobs.pull import Pull
from connector.jobs.push import Push
from connector.jobs.run import Noting, Result, Silent, Tally, Watcher, recorded
from connector.jobs.score import score
from connector.jobs.stop import Stop, listening
from connector.store.bookmarks import bind_org
from connector.store.database import Store, opened
from connector.store.home import clear_leftovers, copied, make_home
from connector.store.plans import keep_plan
from connector.store.publish import About, publish
from connector.store.runs import RunList

log = structlog.get_logger()

JOB = "sync"


@dataclass(frozen=True, slots=True)
class Options:
    """How a sync differs from the usual one.

    `is_dry` reads and decides, and changes nothing, neither here nor in the CRM. `plan_only` keeps the plan and does
    not push it. `accounts` are the only ones that may be written. `is_full` reads and makes everything anew.
    `is_forced` is a person's word against the guards. `as_of` is the moment to score for, instead of the CRM's now.
    """

    is_dry: bool = False
    plan_only: bool = False
    accounts: tuple[str, ...] = ()
    is_full: bool = False
    is_forced: bool = False
    as_of: datetime | None = None


def sync(parts: Parts, options: Options | None = None, watcher: Watcher | None = None) -> Result:
    """Walk once. Raises whatever stopped it; what was committed by then stays, and the same call goes on from there."""
    options, watcher = options or Options(), watcher or Silent()
    with listening() as stop:
        return _rehearse(parts, options, watcher, stop) if options.is_dry else _perform(parts, options, watcher, stop)


def _perform(parts: Parts, options: Options, watcher: Watcher, stop: Stop) -> Result:
    """A walk that counts: under the lease, and in the run list."""
    home = make_home(parts.home.folder)
    runs, tally = RunList(home.runs), Tally()
    with runs.lease(JOB, parts.crm.name) as run_id, _about_run(run_id, parts.crm.name), recorded(runs, run_id, tally):
        clear_leftovers(home)
        noting = Noting(watcher, lambda stage, done, total: runs.note(run_id, stage, done, total))
        with opened(home.store, parts.limits) as store:
            result = Walk(parts, options, store, noting, stop, tally, run_id).run()
        runs.end(run_id, result.exit_code, _ending(result), result.counts)
        return result


def _rehearse(parts: Parts, options: Options, watcher: Watcher, stop: Stop) -> Result:
    """The same walk on a copy of the store, without push."""
    held = RunList(parts.home.runs).leased()
    if held is not None:
        raise Busy(f"{held.job} run {held.run_id} is going on; a dry run would only see half of it, try again later")
    with copied(parts.home) as copy, opened(copy.store, parts.limits) as store:
        return Walk(parts, options, store, watcher, stop, Tally(), "").run()


@contextmanager
def _about_run(run_id: str, crm: str) -> Iterator[None]:
    with structlog.contextvars.bound_contextvars(run_id=run_id, job=JOB, crm=crm):
        yield


def _ending(result: Result) -> str:
    """What the run list says of a run that got to its end."""
    if result.warning:
        return result.warning
    if not result.refused:
        return ""
    return f"{len(result.refused)} rows did not get through; see connector runs errors"


@dataclass(frozen=True, slots=True)
class Walk:
    """One sync on one open store."""

    parts: Parts
    options: Options
    store: Store
    watch: Watcher
    stop: Stop
    tally: Tally
    run_id: str

    def run(self) -> Result:
        """Every step in its order; each raises what stops it."""
        org = self.parts.crm.org()
        bind_org(self.store, self.parts.crm.name, org.id)
        with self._calls_counted():
            return self._walk(org)

    @contextmanager
    def _calls_counted(self) -> Iterator[None]:
        """Count the API calls the org saw meanwhile; those of others are among them, the gauge does not tell whose."""
        before = self.parts.crm.usage()
        try:
            yield
        finally:
            with suppress(ConnectorError):  # what stopped the run matters more
                after = self.parts.crm.usage()
                self.tally.add("api_calls", max(after.used - before.used, 0))
                self.tally.add("api_used", after.used)
                self.tally.add("api_limit", after.limit)

    def _walk(self, org: Org) -> Result:
        now = self.parts.crm.now()
        self._pull(now)
        as_of = self.options.as_of or now
        decision = self._decide(as_of)
        warning, refused = "", []
        try:
            warning = self._warning(decision)
            refused = [] if self._only_looks() else self._push(decision.changes)
        finally:
            self._publish(org, as_of)
        changes, unchanged = decision.changes, decision.looked_at - len(decision.changes)
        return Result(self.run_id, as_of, self.tally, changes, unchanged, refused, warning)

    def _only_looks(self) -> bool:
        return self.options.is_dry or self.options.plan_only

    def _pull(self, now: datetime) -> None:
        """Bring the pulled tables up to now."""
        parts, options = self.parts, self.options
        pull = Pull(
            parts.crm, self.store, parts.mapping, self.watch, self.stop, self.tally, now,
            is_full=options.is_full, is_forced=options.is_forced,
        )  # fmt: skip
        pull.run()

    def _decide(self, as_of: datetime) -> Decision:
        """Score every account, and say what must differ in the CRM."""
        self.stop.check()
        self.watch.stage("score", None)
        snapshot = score(self.store, self.parts, as_of, self.tally, is_full=self.options.is_full)
        self.stop.check()
        self.watch.stage("plan", None)
        decision = decide(self.parts, snapshot, self.options.accounts, as_of)
        settle_doubts(self.store, decision)
        keep_plan(self.store, self.run_id, decision.changes, decision.before())
        self.tally.add("planned", len(decision.changes))
        log.info("plan.made", count=len(decision.changes), looked_at=decision.looked_at)
        return decision

    def _warning(self, decision: Decision) -> str:
        """What the guards say. Raises UnsafePlan where the plan would be pushed and no person has said to force it."""
        try:
            check_plan(decision.book, decision.changes, self.parts.rules.guards)
        except UnsafePlan as unsafe:
            if self._only_looks() or self.options.is_forced:
                return str(unsafe)
            raise
        return ""

    def _push(self, changes: Sequence[AccountChange]) -> list[Outcome]:
        parts = self.parts
        fields = parts.mapping.write.written()
        push = Push(parts.crm, self.store, fields, self.watch, self.stop, self.tally, self.run_id)
        refused = push.run(changes)
        log.info("plan.pushed", count=len(changes), refused=len(refused))
        return refused

    def _publish(self, org: Org, as_of: datetime) -> None:
        """Let readers see it, also when a guard or the CRM stopped the push; a dry run shows nobody."""
        if self.options.is_dry:
            return
        self.watch.stage("publish", None)
        rules = self.parts.rules
        about = About(
            run_id=self.run_id,
            org_id=org.id,
            as_of=as_of.astimezone(UTC),
            as_of_day=local_day(as_of, rules.timezone),
            timezone=rules.timezone,
            rules_version=rules.version,
            rules_digest=self.parts.digest,
            half_life_days=rules.decay.half_life_days,
            half_score_minutes=rules.decay.half_score_minutes,
        )
        publish(self.store, self.parts.home.published, about)
