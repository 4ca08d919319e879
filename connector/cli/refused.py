"""Which rows did the CRM refuse, what did it say, and what is to be done about it?"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC
from itertools import groupby

from rich.console import Group, RenderableType
from rich.text import Text

from connector.engine.counts import number_of
from connector.store.database import Row

NAMED = 5  # accounts named before the rest is counted
TRACE = re.compile(r", correlation id [\w-]+")  # of one answer: two rows are refused alike though theirs differ
NEXT_STEPS = {
    "FIELD_CUSTOM_VALIDATION_EXCEPTION": "exempt the integration user from that validation rule",
    "FIELD_FILTER_VALIDATION_EXCEPTION": "a lookup filter of yours refuses the record as it stands; correct the record",
    "CANNOT_EXECUTE_FLOW_TRIGGER": "a flow of yours fails on this account; look at its error mail",
    "FLOW_EXCEPTION": "a flow of yours fails on this account; look at its error mail",
    "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY": "an Apex trigger fails on this account; show its owner the message",
    "REQUIRED_FIELD_MISSING": "a required field of the account itself is empty; fill it in",
    "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST": "run connector fields plan: a picklist value is missing",
    "STRING_TOO_LONG": "run connector fields plan: a text field is too short",
    "NUMBER_OUTSIDE_VALID_RANGE": "run connector fields plan: a number field has too few digits",
    "INVALID_FIELD_FOR_INSERT_UPDATE": "run connector doctor: a field may not be written",
    "INSUFFICIENT_ACCESS_OR_READONLY": "give the integration user edit access to this account",
    "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY": "give the integration user access to the records it names",
    "INACTIVE_OWNER_OR_USER": "give the account an active owner, or our user Update Records with Inactive Owners",
    "DUPLICATES_DETECTED": "a duplicate rule blocks the account; merge it, or let our user pass",
    "ENTITY_IS_DELETED": "nothing: the account is gone, the next run will know",
    "ENTITY_IS_LOCKED": "nothing: an approval locks it, every run tries again",
    "UNABLE_TO_LOCK_ROW": "nothing: somebody else was writing it, every run tries again",
    "FOUND_UNWRITTEN": "nothing: the answer was lost and it was not written, every run tries again",
    "NOT_STARTED": "nothing: the run ended before its Bulk job began, every run tries again",
    "OBJECT_NOT_FOUND": "nothing: the company is gone, the next run will know",
    "MERGED": "nothing: the company was merged into another, which the next run writes",
    "VALIDATION_ERROR": "a rule of your portal, or an option that is missing: connector fields plan tells the latter",
    "INVALID_OPTION": "run connector fields plan: an option of a property is missing",
    "READ_ONLY_VALUE": "run connector doctor: a property may not be written",
    "CHANGED_SINCE": "nothing: what somebody else wrote stays; correct it by hand if it is wrong",
    "NO_ANSWER": "nothing: the next run reads the account and knows",
}
OTHERWISE = "see what the CRM says; every run tries again until it is accepted"

FIELDS = (
    "account_id", "account_name", "run_id", "state", "code", "message", "fields", "tries", "sent_at", "first_failed_at",
)  # fmt: skip


def refused_blocks(rows: Sequence[Row]) -> RenderableType:
    """One block for each thing that was said: of which accounts, since when, and what to do."""
    ordered = sorted(rows, key=_said)
    return Group(*(line for _, alike in groupby(ordered, key=_said) for line in _block(list(alike))))


def refused_rows(rows: Iterable[Row]) -> Iterator[dict[str, object]]:
    """Each refused row as JSON likes it."""
    for row in rows:
        yield {name: row[name] for name in FIELDS} | {"next_step": NEXT_STEPS.get(row["code"], OTHERWISE)}


def _said(row: Row) -> tuple[str, str]:
    return row["code"] or row["state"], TRACE.sub("", row["message"] or "")


def _block(alike: Sequence[Row]) -> Iterator[Text]:
    first = alike[0]
    code, message = _said(first)
    since = min((row["first_failed_at"] or row["sent_at"]) for row in alike).astimezone(UTC)
    tries = max(row["tries"] for row in alike)
    names = [f"{row['account_name'] or ''} ({row['account_id']})".strip() for row in alike[:NAMED]]
    more = f" and {len(alike) - NAMED:,} more" if len(alike) > NAMED else ""
    told = f"{number_of(len(alike), 'account')}, {number_of(tries, 'try')} since {since:%Y-%m-%d %H:%M} UTC"
    yield Text.assemble((code, "bold"), f"  {told}")
    yield Text(f"  {', '.join(names)}{more}")
    if message:
        field = f" (field {first['fields']})" if first["fields"] else ""
        yield Text(f"  said: {message}{field}")
    yield Text(f"  -> {NEXT_STEPS.get(first['code'], OTHERWISE)}", style="dim")
