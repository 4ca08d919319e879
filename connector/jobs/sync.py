"""How do a CRM's activities become scores on its accounts? The whole walk: pull, score, plan, push, publish."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import structlog

from connector.crm.base import Org
from connector.engine.guards import Silence, check_plan
from connector.engine.plan import digest as digest_of
from connector.engine.records import AccountChange, Outcome, crm_of
from connector.engine.zone import local_day
from connector.errors import UnsafePlan
from connector.jobs.decide import Decision, decide, settle_doubts
from connector.jobs.parts import Parts
from connector.jobs.perform import Desk, calls_counted, perform, rehearse
from connector.jobs.pull import Pull
from connector.jobs.push import Push
from connector.jobs.refusals import alerting, recalled
from connector.jobs.resume import take_up_jobs
from connector.jobs.run import Result, Silent, Watcher
from connector.jobs.score import score
from connector.store.bookmarks import bind_org
from connector.store.plans import Head, keep_head, keep_plan
from connector.store.publish import About, publish

log = structlog.get_logger()

JOB = "sync"


@dataclass(frozen=True, slots=True)
class Options:
    """How a sync differs from the usual one.

    `is_dry` reads and decides, and changes nothing, neither here nor in the CRM. `plan_only` keeps the plan and does
    not push it. `accounts` are the only ones that may be written. `is_full` reads and makes everything anew.
    `is_forced` is a person's word against the guards. `as_of` is the moment to score for, instead of the CRM's now.
    `is_pulled`: a run just before has read all there is.
    """

    is_dry: bool = False
    plan_only: bool = False
    accounts: tuple[str, ...] = ()
    is_full: bool = False
    is_forced: bool = False
    as_of: datetime | None = None
    is_pulled: bool = False

    @property
    def only_looks(self) -> bool:
        """Whether nothing is to be written to the CRM."""
        return self.is_dry or self.plan_only


def sync(parts: Parts, options: Options | None = None, watcher: Watcher | None = None) -> Result:
    """Walk once. Raises whatever stopped it; what was committed by then stays, and the same call goes on from there."""
    options, watcher = options or Options(), watcher or Silent()
    if options.is_dry:
        return rehearse(parts, watcher, lambda desk: Walk(parts, options, desk).run())
    return perform(JOB, parts, watcher, lambda desk: Walk(parts, options, desk).run())


def sync_every(
    every: Sequence[Parts], options: Options, watcher: Watcher | None = None
) -> Iterator[tuple[Parts, Result]]:
    """A walk for each CRM: the first reads them all, each is told the same scores. Raises whatever stopped one."""
    done: list[Result] = []
    for parts in every:
        accounts = tuple(one for one in options.accounts if len(every) == 1 or crm_of(one) == parts.crm.name)
        if options.accounts and not accounts:
            continue
        mine = replace(options, accounts=accounts, as_of=done[0].as_of if done else options.as_of)
        if done and not options.is_dry:  # a rehearsal leaves nothing of what it read
            mine = replace(mine, is_pulled=True, is_full=False)
        done.append(sync(parts, mine, watcher))
        yield parts, done[-1]


@dataclass(frozen=True, slots=True)
class Walk:
    """One sync on one open store."""

    parts: Parts
    options: Options
    desk: Desk

    def run(self) -> Result:
        """Every step in its order; each raises what stops it."""
        org = self.parts.crm.org()
        bind_org(self.desk.store, self.parts.crm.name, org.id)
        for other in self.parts.beside:
            bind_org(self.desk.store, other.crm.name, other.crm.org().id)
        with calls_counted(self.parts.crm, self.desk.tally):
            return self._walk(org)

    def _walk(self, org: Org) -> Result:
        now = self.parts.crm.now()
        if not self.options.only_looks:
            take_up_jobs(self.parts.crm, self.desk)
        silences = self._pull(now)
        as_of = self.options.as_of or now
        decision = self._decide(as_of)
        warning, refused = "", []
        try:
            warning = self._warning(decision, silences, org)
            refused = [] if self.options.only_looks else self._push(decision.changes)
        finally:
            self._publish(org, as_of)
        changes, unchanged = decision.changes, decision.looked_at - len(decision.changes)
        return Result(self.desk.run_id, as_of, self.desk.tally, changes, unchanged, refused, warning)

    def _pull(self, now: datetime) -> list[Silence]:
        """Bring the pulled tables up to now; the sources that have fallen silent."""
        if self.options.is_pulled:
            return []
        found = self._pull_from(self.parts, now)
        for other in self.parts.beside:
            found += self._pull_from(other, other.crm.now())
        return found

    def _pull_from(self, parts: Parts, now: datetime) -> list[Silence]:
        options, desk = self.options, self.desk
        pull = Pull(
            parts.crm, desk.store, parts.mapping, desk.watch, desk.stop, desk.tally, now,
            is_full=options.is_full, is_forced=options.is_forced,
        )  # fmt: skip
        return list(pull.silences(pull.run()))

    def _decide(self, as_of: datetime) -> Decision:
        """Score every account, and say what must differ in the CRM."""
        desk = self.desk
        desk.stop.check()
        desk.watch.stage("score", None)
        snapshot = score(desk.store, self.parts, as_of, desk.tally, is_full=self.options.is_full)
        desk.stop.check()
        desk.watch.stage("plan", None)
        decision = decide(self.parts, snapshot, self.options.accounts, as_of)
        settle_doubts(desk.store, self.parts.crm.name, decision)
        decision = recalled(desk.store, self.parts.crm.name, decision)
        keep_plan(desk.store, desk.run_id, decision.changes, decision.before())
        desk.tally.add("planned", len(decision.changes))
        log.info("plan.made", count=len(decision.changes), looked_at=decision.looked_at)
        return decision

    def _warning(self, decision: Decision, silences: Sequence[Silence], org: Org) -> str:
        """What the guards say. Raises UnsafePlan where the plan would be pushed and no person has said to force it."""
        stopped = None
        try:
            check_plan(decision.book, decision.changes, self.parts.rules.guards, silences)
        except UnsafePlan as unsafe:
            stopped = unsafe
        warning = str(stopped or "")
        self._bind(decision.changes, org, warning)
        if stopped and not self.options.only_looks and not self.options.is_forced:
            raise stopped
        return warning

    def _bind(self, changes: Sequence[AccountChange], org: Org, warning: str) -> None:
        """Note what the plan is bound to, so that it can be pushed later, or not any more."""
        version, digest = self.parts.rules.version, self.parts.digest
        head = Head(
            self.desk.run_id, org.id, version, digest, datetime.now(UTC), digest_of(changes, org.id, digest), warning
        )
        keep_head(self.desk.store, head)

    def _push(self, changes: Sequence[AccountChange]) -> list[Outcome]:
        parts, desk = self.parts, self.desk
        fields = parts.mapping.write.written()
        push = Push(parts.crm, desk.store, fields, desk.watch, desk.stop, desk.tally, desk.run_id)
        with alerting(desk.store, parts.crm.name):
            refused = push.run(changes)
        log.info("plan.pushed", count=len(changes), refused=len(refused))
        return refused

    def _publish(self, org: Org, as_of: datetime) -> None:
        """Let readers see it, also when a guard or the CRM stopped the push; a dry run shows nobody."""
        if self.options.is_dry:
            return
        self.desk.watch.stage("publish", None)
        rules = self.parts.rules
        about = About(
            run_id=self.desk.run_id,
            org_id=org.id,
            as_of=as_of.astimezone(UTC),
            as_of_day=local_day(as_of, rules.timezone),
            timezone=rules.timezone,
            rules_version=rules.version,
            rules_digest=self.parts.digest,
            half_life_days=rules.decay.half_life_days,
            half_score_minutes=rules.decay.half_score_minutes,
        )
        publish(self.desk.store, self.parts.home.published, about)
