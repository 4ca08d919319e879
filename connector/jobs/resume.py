"""How did the jobs end that an earlier run left at the CRM? Their results are read; nothing is sent again."""

from datetime import UTC, datetime

import structlog

from connector.crm.base import CRM
from connector.engine.records import crm_of
from connector.jobs.perform import Desk
from connector.jobs.push import together
from connector.store.journal import settle
from connector.store.unfinished import let_go, unfinished

log = structlog.get_logger()


def take_up_jobs(crm: CRM, desk: Desk) -> None:
    """Wait for each unfinished job of the CRM and write down how its rows ended, before anything is planned or sent."""
    for left in unfinished(desk.store):
        if crm_of(left.account_ids[0]) != crm.name:
            continue
        desk.stop.check()
        desk.watch.stage("unfinished job", len(left.account_ids))
        for outcomes in together(crm.finish(left.job, left.account_ids)):
            settle(desk.store, left.run_id, outcomes, datetime.now(UTC))
            desk.tally.add("taken_up", len(outcomes))
            desk.watch.advance(len(outcomes))
        let_go(desk.store, left.job)
        log.info("job.taken_up", job_id=left.job, of_run=left.run_id, count=len(left.account_ids))
