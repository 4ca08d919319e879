"""May a plan that was kept still be written, and what is left of it? Bound to its org, its rules and its records."""

from collections.abc import Sequence
from dataclasses import dataclass

from connector.crm.base import Org
from connector.engine.counts import by_number, number_of
from connector.engine.plan import digest
from connector.engine.records import AccountChange
from connector.errors import ConfigError, UnsafePlan
from connector.jobs.outcomes import write_down
from connector.jobs.parts import Parts
from connector.jobs.perform import Desk, calls_counted, perform
from connector.jobs.resume import take_up_jobs
from connector.jobs.run import Result, Silent, Watcher
from connector.jobs.shown import Shown, holds, read_shown
from connector.store.bookmarks import bind_org
from connector.store.plans import Head, read_head, read_plan

JOB = "push"
NAMED = 5  # accounts named before the rest is counted
AGAIN = "make it again with connector sync --plan-only. Nothing was written."


def carry_out(parts: Parts, plan_id: str, *, is_forced: bool = False, watcher: Watcher | None = None) -> Result:
    """Write the plan that a run kept. Raises UnsafePlan when it is stale, or a guard spoke and no person forces it.

    What the CRM holds already, as after a push that was stopped, is not sent again.
    """
    return perform(JOB, parts, watcher or Silent(), lambda desk: Carry(parts, desk, plan_id, is_forced).run())


@dataclass(frozen=True, slots=True)
class Carry:
    """One plan, carried out."""

    parts: Parts
    desk: Desk
    plan_id: str
    is_forced: bool

    def run(self) -> Result:
        """Every check, then the rest of the plan."""
        org = self.parts.crm.org()
        bind_org(self.desk.store, self.parts.crm.name, org.id)
        with calls_counted(self.parts.crm, self.desk.tally):
            return self._carry(org)

    def _carry(self, org: Org) -> Result:
        head, plan = self._kept()
        self._check(head, plan, org)
        take_up_jobs(self.parts.crm, self.desk)
        names = self.parts.mapping.write.written()
        shown = read_shown(self.parts.crm, names, [one.account_id for one in plan])
        changes = self._rest(plan, shown)
        if head.warning and not self.is_forced:
            raise UnsafePlan(f"{head.warning}\nconnector push {self.plan_id} --force writes it all the same.")
        before = shown.held([one.account_id for one in changes])
        refused = write_down(self.parts, self.desk, changes, before, names)
        unchanged = len(plan) - len(changes)
        return Result(self.desk.run_id, head.made_at, self.desk.tally, changes, unchanged, refused, head.warning)

    def _kept(self) -> tuple[Head, list[AccountChange]]:
        head = read_head(self.desk.store, self.plan_id)
        if head is None:
            raise ConfigError(f"plan {self.plan_id} is not in the store; connector sync --plan-only makes one")
        return head, read_plan(self.desk.store, self.plan_id)

    def _check(self, head: Head, plan: Sequence[AccountChange], org: Org) -> None:
        """Raises UnsafePlan when the plan was made for another org, with other rules, or is not what was made."""
        if head.org_id != org.id:
            raise UnsafePlan(f"plan {self.plan_id} was made for org {head.org_id}, this login is for {org.id}; {AGAIN}")
        if head.rules_digest != self.parts.digest:
            version = self.parts.rules.version
            told = f"rules version {head.rules_version} ({head.rules_digest})"
            now = f"version {version} ({self.parts.digest})"
            raise UnsafePlan(f"plan {self.plan_id} was made with {told}, the mappings are {now} now; {AGAIN}")
        if digest(plan, head.org_id, head.rules_digest) != head.digest:
            raise UnsafePlan(f"plan {self.plan_id} is not what was made: its rows do not fit its digest; {AGAIN}")

    def _rest(self, plan: Sequence[AccountChange], shown: Shown) -> list[AccountChange]:
        """What the CRM does not hold yet. Raises UnsafePlan naming the records that were changed since."""
        held, stamps = shown.held([one.account_id for one in plan]), shown.stamps()
        rest = [one for one in plan if not holds(held.get(one.account_id), one.cells)]
        stale = [one for one in rest if stamps.get(one.account_id) != one.modified_at]
        if stale:
            raise UnsafePlan(
                f"plan {self.plan_id}: {len(stale):,} of {number_of(len(plan), 'account')} "
                f"{by_number(len(stale), 'was', 'were')} changed or deleted since it was made: {_named(stale)}; {AGAIN}"
            )
        return rest


def _named(changes: Sequence[AccountChange]) -> str:
    more = f" and {len(changes) - NAMED:,} more" if len(changes) > NAMED else ""
    return ", ".join(one.account_id for one in changes[:NAMED]) + more
