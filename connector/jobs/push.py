"""How does a plan reach the CRM? In batches that are noted before they go and settled when they are answered."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

from connector.crm.base import CRM
from connector.engine.records import AccountChange, Outcome
from connector.errors import ConnectorError
from connector.jobs.run import Tally, Watcher
from connector.jobs.stop import Stop
from connector.store.database import Store
from connector.store.journal import announce, leave_unknown, settle
from connector.store.unfinished import keep_job

log = structlog.get_logger()

FEW_ROWS = 2_000  # up to here a batch is one call, so that a stop is obeyed soon
SMALL_BATCH = 200
LARGE_BATCH = 10_000  # a Bulk job each
SETTLE_ROWS = 1_000  # outcomes that are written down together


@dataclass(frozen=True, slots=True)
class Push:
    """What a push works with; `fields` is our name -> the CRM's."""

    crm: CRM
    store: Store
    fields: Mapping[str, str]
    watch: Watcher
    stop: Stop
    tally: Tally
    run_id: str

    def run(self, changes: Sequence[AccountChange]) -> list[Outcome]:
        """Write every change; the outcomes that are not ok. Whatever ends it early, each row sent has its outcome."""
        self.watch.stage("push", len(changes))
        for name in ("sent", "ok", "failed", "unknown"):
            self.tally.add(name, 0)
        size = SMALL_BATCH if len(changes) <= FEW_ROWS else LARGE_BATCH
        refused = []
        for start in range(0, len(changes), size):
            self.stop.check()
            refused += self._batch(changes[start : start + size])
        return refused

    def _batch(self, changes: Sequence[AccountChange]) -> list[Outcome]:
        announce(self.store, self.run_id, changes, datetime.now(UTC))
        refused: list[Outcome] = []
        try:
            for outcomes in together(self.crm.push(changes, self.fields, self._keep)):
                self._settle(outcomes)
                refused += [outcome for outcome in outcomes if outcome.state != "ok"]
        except ConnectorError as error:
            self._abandon(type(error).__name__)
            raise
        return refused + self._abandon("no outcome was told")

    def _keep(self, job: str, account_ids: Sequence[str]) -> None:
        """Note a job of the CRM before it is uploaded, so that the next run can ask how it ended."""
        keep_job(self.store, self.run_id, job, account_ids)
        log.info("job.begun", job_id=job, count=len(account_ids))

    def _settle(self, outcomes: Sequence[Outcome]) -> None:
        """Write down how some rows ended."""
        settle(self.store, self.run_id, outcomes, datetime.now(UTC))
        for outcome in outcomes:
            self.tally.add(outcome.state, 1)
            if outcome.state != "ok":
                log.warning("record.refused", account=outcome.account_id, state=outcome.state, code=outcome.code)
        self.tally.add("sent", len(outcomes))
        self.watch.advance(len(outcomes))

    def _abandon(self, why: str) -> list[Outcome]:
        """Rows that were announced and never answered for are unknown, until the next run has read them."""
        left = leave_unknown(self.store, self.run_id, why, datetime.now(UTC))
        self.tally.add("sent", len(left))
        self.tally.add("unknown", len(left))
        return left


def together(outcomes: Iterator[Outcome]) -> Iterator[list[Outcome]]:
    """The outcomes in small lists; those that came before an error are not lost with it."""
    some: list[Outcome] = []
    try:
        for outcome in outcomes:
            some.append(outcome)
            if len(some) == SETTLE_ROWS:
                yield some
                some = []
    except ConnectorError:
        if some:
            yield some
        raise
    if some:
        yield some
