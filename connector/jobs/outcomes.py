"""How do readers learn what became of a plan that was not made in this run? Pushed, told, and shown beside the rest."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from connector.engine.records import AccountChange, Cell, Outcome
from connector.jobs.parts import Parts
from connector.jobs.perform import Desk
from connector.jobs.push import Push
from connector.store.plans import keep_plan
from connector.store.publish import publish_outcomes
from connector.store.published import is_published, read_published

Cells = Mapping[str, Cell]


def write_down(
    parts: Parts, desk: Desk, changes: Sequence[AccountChange], before: Mapping[str, Cells], fields: Mapping[str, str]
) -> list[Outcome]:
    """Keep these changes as the plan of this run and push them; the outcomes that are not ok.

    `before` is what the CRM holds now, by account, so that this can be taken back too.
    """
    keep_plan(desk.store, desk.run_id, changes, before)
    desk.tally.add("planned", len(changes))
    push = Push(parts.crm, desk.store, fields, desk.watch, desk.stop, desk.tally, desk.run_id)
    try:
        return push.run(changes)
    finally:
        show_outcomes(parts, desk)


def show_outcomes(parts: Parts, desk: Desk) -> None:
    """Publish how the rows of this run ended, beside the scores of the last sync, if there was one."""
    if is_published(parts.home):
        about = replace(read_published(parts.home).about, run_id=desk.run_id)
        publish_outcomes(desk.store, parts.home.published, about)
