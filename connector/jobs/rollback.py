"""How is a run taken back? What stood in the CRM before it is written again, where nobody else has written since."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from connector.engine.counts import by_number, number_of
from connector.engine.records import AccountChange, Cell, Change, Outcome
from connector.jobs.outcomes import write_down
from connector.jobs.parts import Parts
from connector.jobs.perform import Desk, calls_counted, perform, rehearse
from connector.jobs.resume import take_up_jobs
from connector.jobs.run import REFUSED, Silent, Tally, Watcher
from connector.jobs.shown import Shown, is_alike, read_shown
from connector.store.bookmarks import bind_org
from connector.store.journal import leave
from connector.store.plans import Written, read_written
from connector.store.runs import Count
from connector.store.upkeep import check_kept

JOB = "rollback"


@dataclass(frozen=True, slots=True)
class Left:
    """A field that is not taken back: somebody else has changed it since, or the account is gone (`field` is empty).

    `now` stays, `before` would have come back.
    """

    account_id: str
    account_name: str
    field: str
    now: Cell
    before: Cell


@dataclass(frozen=True, slots=True)
class TakenBack:
    """How a rollback ended: what was to be restored, what was left to others, and which rows did not get through."""

    run_id: str
    of_run: str
    tally: Tally
    plan: Sequence[AccountChange]
    left: Sequence[Left]
    refused: Sequence[Outcome]

    @property
    def counts(self) -> Mapping[str, Count]:
        """The counts of the run."""
        return self.tally.counts()

    @property
    def exit_code(self) -> int:
        """0, or 3 when it could be taken back in part only."""
        return REFUSED if self.refused or self.left else 0

    @property
    def message(self) -> str:
        """What the run list says of it."""
        told = f"takes back {self.of_run}"
        left = len(self.left)
        as_made = by_number(left, "was left as somebody else made it", "were left as somebody else made them")
        return f"{told}; {number_of(left, 'field')} {as_made}" if left else told


def roll_back(parts: Parts, run_id: str, *, is_dry: bool = False, watcher: Watcher | None = None) -> TakenBack:
    """Restore what the CRM held before a run wrote. Dry, only say so. It can itself be taken back."""
    watcher = watcher or Silent()
    if is_dry:
        return rehearse(parts, watcher, lambda desk: Return(parts, desk, run_id, is_dry=True).run())
    return perform(JOB, parts, watcher, lambda desk: Return(parts, desk, run_id, is_dry=False).run())


@dataclass(frozen=True, slots=True)
class Return:
    """One rollback."""

    parts: Parts
    desk: Desk
    of_run: str
    is_dry: bool

    def run(self) -> TakenBack:
        """Read what the CRM holds, decide field by field, write."""
        check_kept(self.of_run, datetime.now(UTC))
        crm = self.parts.crm
        bind_org(self.desk.store, crm.name, crm.org().id)
        with calls_counted(crm, self.desk.tally):
            if not self.is_dry:
                take_up_jobs(crm, self.desk)
            return self._take_back(read_written(self.desk.store, self.of_run))

    def _take_back(self, written: Sequence[Written]) -> TakenBack:
        every = self.parts.mapping.write.every()
        names = {name: every[name] for name in every if any(name in one.cells for one in written)}
        shown = read_shown(self.parts.crm, names, [one.account_id for one in written])
        held = shown.held([one.account_id for one in written])
        changes, left = _decide(written, held, shown)
        for name, many in (("planned", len(changes)), ("left", len(left))):
            self.desk.tally.add(name, many)
        refused = [] if self.is_dry else self._write(changes, left, held, names)
        return TakenBack(self.desk.run_id, self.of_run, self.desk.tally, changes, left, refused)

    def _write(
        self,
        changes: Sequence[AccountChange],
        left: Sequence[Left],
        held: Mapping[str, Mapping[str, Cell]],
        names: Mapping[str, str],
    ) -> list[Outcome]:
        leave(self.desk.store, self.desk.run_id, _fields_by_account(left), self.of_run, datetime.now(UTC))
        return write_down(self.parts, self.desk, changes, held, names)


def _decide(
    written: Sequence[Written], held: Mapping[str, Mapping[str, Cell]], shown: Shown
) -> tuple[list[AccountChange], list[Left]]:
    """What is to be restored, and what not: a field that does not hold what we wrote last is somebody else's now."""
    changes, left, stamps = [], list[Left](), shown.stamps()
    for one in written:
        now = held.get(one.account_id)
        if now is None:
            left.append(Left(one.account_id, one.account_name, "", None, None))
            continue
        moved = [Change(name, now[name], one.before[name]) for name in one.cells if name in now and name in one.before]
        differing = [each for each in moved if not is_alike(each.before, each.after, each.field)]
        ours = [each for each in differing if is_alike(each.before, one.newest.get(each.field), each.field)]
        theirs = [each for each in differing if each not in ours]
        left += [Left(one.account_id, one.account_name, each.field, each.before, each.after) for each in theirs]
        if ours:
            cells, why = {each.field: each.after for each in ours}, f"takes back run {one.run_id}"
            stamp, parent = stamps.get(one.account_id), one.parent_id
            changes.append(AccountChange(one.account_id, one.account_name, cells, tuple(ours), why, stamp, parent))
    return changes, left


def _fields_by_account(left: Sequence[Left]) -> dict[str, list[str]]:
    fields = defaultdict[str, list[str]](list)
    for one in left:
        fields[one.account_id].append(one.field)
    return fields
