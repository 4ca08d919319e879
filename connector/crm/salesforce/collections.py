"""How are few accounts written? 200 a call over REST, each row's end told, locked rows again, doubts read back."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Any, TypeVar

from connector.crm.doubt import settled
from connector.crm.retry import SlowDown
from connector.crm.salesforce.answers import (
    LOCKED,
    NO_SUCH_PLACE,
    TooMuch,
    Unclear,
    is_hidden,
    is_locked,
    read_refusal,
)
from connector.crm.salesforce.cells import Row, as_json
from connector.crm.salesforce.transport import Json, Transport
from connector.engine.records import Outcome
from connector.errors import AccessDenied, ConnectorError, Rejected

T = TypeVar("T")
PATH = "composite/sobjects"
BATCH_ROWS = 200
ROUNDS = (BATCH_ROWS, 50, 10, 1, 1)  # rows a call while locks are met: smaller each time, one by one at last
LOCK_WAIT = 4.0  # seconds; a writer holds a lock for ten at most
RESENDS = 3
NOT_ABOUT_ROWS = frozenset({"300", "414", "431"})
ADVICE = {
    "DUPLICATES_DETECTED": "a duplicate rule stops the update; let it report only, or exempt the integration user",
    "ENTITY_IS_DELETED": "the account was deleted or merged; the next run leaves it out",
    "ENTITY_IS_LOCKED": "an approval process holds the account; it is tried again at each run",
    "FIELD_CUSTOM_VALIDATION_EXCEPTION": "a validation rule stops the update; exempt the integration user from it",
    "INACTIVE_OWNER_OR_USER": "give the integration user the permission Update Records with Inactive Owners",
}

Held = Callable[[Sequence[Row]], Iterator[Row]]  # those of the rows whose cells the CRM holds already


class Collections:
    """Updates accounts; `held` reads back, `headers` go with each write."""

    def __init__(self, transport: Transport, object_name: str, held: Held, headers: Mapping[str, str]) -> None:
        self._transport, self._object, self._held, self._headers = transport, object_name, held, headers
        self._is_there = True  # until the org says that it does not know calls of many accounts
        self._open: dict[str, Outcome] = {}  # what is true of rows that were sent, should we stop at this moment

    def send(self, rows: Sequence[Row]) -> Iterator[Outcome]:
        """One outcome a row. When an error ends it early, rows that were sent have theirs and the rest has none."""
        waiting = {row.key: row for row in rows}
        try:
            for turn, size in enumerate(ROUNDS):
                if turn and waiting:
                    self._transport.sleep(random.uniform(0, LOCK_WAIT))  # noqa: S311 jitter keeps no secret
                is_last = turn == len(ROUNDS) - 1
                for batch in _batched(list(waiting.values()), size):
                    for outcome in self._closed(self._write(batch, RESENDS)):
                        if outcome.code == LOCKED and not is_last:
                            self._open[_key(outcome)] = outcome
                        else:
                            waiting.pop(_key(outcome))
                            yield outcome
        except ConnectorError:
            yield from self._left_open()
            raise

    def settle(self, rows: Sequence[Row], reason: str) -> Iterator[Outcome]:
        """One outcome for each row of which nobody has said how it ended."""
        self._open |= {row.key: row.unknown(reason) for row in rows}
        try:
            for batch in _batched(rows, BATCH_ROWS):
                yield from self._closed(self._settled(batch, reason, RESENDS))
        except ConnectorError:
            yield from self._left_open()
            raise

    def _closed(self, outcomes: Iterator[Outcome]) -> Iterator[Outcome]:
        """The same outcomes; what was open about their rows no longer is."""
        for outcome in outcomes:
            self._open.pop(_key(outcome), None)
            yield outcome

    def _left_open(self) -> list[Outcome]:
        """The outcomes of rows that were sent and will not be looked at again."""
        left, self._open = list(self._open.values()), {}
        return left

    def _settled(self, rows: Sequence[Row], reason: str, resends: int) -> Iterator[Outcome]:
        """What the CRM holds already is ok, the rest is sent again."""
        self._open |= {row.key: row.unknown(reason) for row in rows}
        again = partial(self._write, resends=resends - 1) if resends else None
        yield from settled(rows, reason, self._held, again)

    def _write(self, batch: Sequence[Row], resends: int) -> Iterator[Outcome]:
        """One outcome a row."""
        if not self._is_there:
            yield from self._singly(batch, resends)
            return
        try:
            answer = self._transport.write("PATCH", PATH, self._body(batch), self._headers)
        except (Unclear, TooMuch) as error:
            yield from self._settled(batch, str(error), resends)
            return
        except SlowDown as error:
            if LOCKED not in str(error):
                raise
            yield from (row.ends(LOCKED, str(error)) for row in batch)
            return
        except Rejected as error:
            yield from self._refused(batch, error, resends)
            return
        outcomes = _matched(batch, answer)
        yield from outcomes or self._settled(batch, f"{PATH}: the answer does not fit what was sent", resends)

    def _refused(self, batch: Sequence[Row], error: Rejected, resends: int) -> Iterator[Outcome]:
        """The outcomes of a batch that was refused as a whole. Raises the refusal when it says nothing of the rows."""
        if error.code in NO_SUCH_PLACE:
            self._is_there = False
            yield from self._singly(batch, resends)
        elif isinstance(error, AccessDenied) or error.code in NOT_ABOUT_ROWS:
            raise error
        else:
            yield from self._halved(batch, error, resends)

    def _singly(self, batch: Sequence[Row], resends: int) -> Iterator[Outcome]:
        """The outcomes of a call for each row."""
        for row in batch:
            path = f"sobjects/{self._object}/{row.account_id}"
            cells = {name: as_json(cell) for name, cell in row.cells.items()}
            try:
                self._transport.write("PATCH", path, cells, self._headers)
                yield row.ends()
            except (Unclear, TooMuch) as error:
                yield from self._settled([row], str(error), min(resends, 1))
            except SlowDown as error:
                if LOCKED not in str(error):
                    raise
                yield row.ends(LOCKED, str(error))
            except Rejected as error:
                if isinstance(error, AccessDenied) and not is_hidden(error):
                    raise
                yield failure(row, error.code, str(error))

    def _halved(self, batch: Sequence[Row], error: Rejected, resends: int) -> Iterator[Outcome]:
        """The outcomes of a refused batch, halved down to the guilty rows."""
        if len(batch) == 1:
            yield batch[0].ends(error.code or "REJECTED", str(error))
            return
        middle = len(batch) // 2
        yield from self._write(batch[:middle], resends)
        yield from self._write(batch[middle:], resends)

    def _body(self, batch: Sequence[Row]) -> dict[str, Json]:
        """The JSON of an update: nothing but the accounts' ids and our fields."""
        records = [
            {"attributes": {"type": self._object}, "id": row.account_id}
            | {name: as_json(cell) for name, cell in row.cells.items()}
            for row in batch
        ]
        return {"allOrNone": False, "records": records}


def failure(row: Row, code: str, message: str, fields: tuple[str, ...] = ()) -> Outcome:
    """The outcome of a refused row, with what to do where we know it; any kind of lock has one code."""
    if is_locked(code, message):
        return row.ends(LOCKED, message, fields)
    advice = ADVICE.get(code)
    return row.ends(code or "REJECTED", f"{message}; {advice}" if advice else message, fields)


def _matched(batch: Sequence[Row], answer: Any) -> list[Outcome]:  # an answer as it came
    """One outcome a row, or none at all when the answer is not one result for each row, in order."""
    if not isinstance(answer, list) or len(answer) != len(batch):
        return []
    outcomes = []
    for row, result in zip(batch, answer, strict=True):
        if not isinstance(result, dict) or str(result.get("id") or row.key)[:15] != row.key:
            return []
        if result.get("success") is True:
            outcomes.append(row.ends())
            continue
        refusal = read_refusal(0, result.get("errors"))
        outcomes.append(failure(row, refusal.code, refusal.message, refusal.fields))
    return outcomes


def _key(outcome: Outcome) -> str:
    return outcome.account_id[:15]


def _batched(rows: Sequence[T], size: int) -> Iterator[list[T]]:
    rest = iter(rows)
    while batch := list(islice(rest, size)):
        yield batch
