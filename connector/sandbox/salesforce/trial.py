"""How are records written all or none? On trial first, and taken back if one of them fails."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from connector.sandbox.answers import Refusal
from connector.sandbox.salesforce.org import Org
from connector.sandbox.salesforce.writes import Outcome

ROLLED_BACK = "Record rolled back because not all records were valid and the request was using AllOrNone header"


def all_or_none(org: Org, write: Callable[[], list[Outcome]]) -> list[Outcome]:
    """The outcomes of the writes; one failure takes back the others, and they say so."""
    with org.tables.transaction() as trial:
        outcomes = write()
        if not any(outcome.refusal for outcome in outcomes):
            return outcomes
        trial.undo()
    org.changed()
    return list(_rolled_back(outcomes))


def _rolled_back(outcomes: Iterable[Outcome]) -> Iterable[Outcome]:
    for outcome in outcomes:
        taken_back = Refusal(400, "ALL_OR_NONE_OPERATION_ROLLED_BACK", ROLLED_BACK)
        yield outcome if outcome.refusal else Outcome(refusal=taken_back)
