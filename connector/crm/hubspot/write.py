"""How are companies written? A hundred a call by their ids, each row's end told, doubts read back by id."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from connector.crm.doubt import settled
from connector.crm.hubspot.answers import Json, Unclear, shown
from connector.crm.hubspot.cells import Row, is_held, rows_of
from connector.crm.hubspot.objects import BATCH_ROWS, Objects, batched
from connector.crm.hubspot.properties import PropertyFacts
from connector.crm.hubspot.sources import MERGED, merged_ids
from connector.crm.hubspot.transport import Transport
from connector.engine.records import AccountChange, Outcome
from connector.errors import AccessDenied, ConfigError, ConnectorError, Rejected

RESENDS = 3
NO_PROPERTY = "PROPERTY_DOESNT_EXIST"
GONE = "OBJECT_NOT_FOUND"
TRACES = ("objectWriteTraceId", "ids", "id")  # where an error says which rows it speaks of
ADVICE = {
    GONE: "the company was archived or deleted; the next run leaves it out",
    "INVALID_OPTION": "the property lacks an option of ours; run connector fields apply",
    "READ_ONLY_VALUE": "the property may not be set; name another in the mapping",
}


class Writer:
    """Updates records of one type; `known` are its properties."""

    def __init__(
        self, transport: Transport, object_type: str, stamp: str, known: Mapping[str, PropertyFacts]
    ) -> None:
        self._transport, self._type, self._stamp, self._known = transport, object_type, stamp, known
        self._open: dict[str, Row] = {}  # rows that were sent, and of which nothing is known at this moment

    def push(self, changes: Sequence[AccountChange], names: Mapping[str, str]) -> Iterator[Outcome]:
        """One outcome a change; nothing is sent when a property cannot be written at all (ConfigError)."""
        self._check(names)
        ours = {theirs: name for name, theirs in names.items()}
        told = rows_of(changes, names, self._known)
        yield from (one for one in told if isinstance(one, Outcome))
        for outcome in self._send([one for one in told if isinstance(one, Row)]):
            fields = tuple(ours.get(field, field) for field in outcome.fields)
            yield Outcome(outcome.account_id, outcome.state, outcome.code, outcome.message, fields)

    def _check(self, names: Mapping[str, str]) -> None:
        """Raises ConfigError naming every property that is not there or may not be set."""
        faults = []
        for theirs in names.values():
            facts = self._known.get(theirs)
            if facts is None:
                faults.append(f"{self._type}.{theirs} is not there; run connector fields apply")
            elif not facts.is_writable:
                faults.append(f"{self._type}.{theirs} is read-only; name another property in the mapping")
        if faults:
            raise ConfigError(*faults)

    def _send(self, rows: Sequence[Row]) -> Iterator[Outcome]:
        """One outcome a row. When an error ends it early, rows that were sent have theirs and the rest has none."""
        try:
            for batch in batched(rows, BATCH_ROWS):
                for outcome in self._unless_merged(batch, RESENDS):
                    self._open.pop(outcome.account_id, None)
                    yield outcome
        except ConnectorError as error:
            yield from (row.unknown(f"sent, and then: {type(error).__name__}") for row in self._open.values())
            self._open.clear()
            raise

    def _unless_merged(self, batch: Sequence[Row], resends: int) -> Iterator[Outcome]:
        """The outcomes of a batch, of which only companies are sent that are still themselves."""
        merged = {outcome.account_id: outcome for outcome in self._merged(batch)}
        yield from merged.values()
        yield from self._write([row for row in batch if row.account_id not in merged], resends)

    def _merged(self, batch: Sequence[Row]) -> Iterator[Outcome]:
        """The outcomes of companies that are another by now: an update of the old id would land there."""
        found = [record for page in self._objects([MERGED]).read([row.account_id for row in batch]) for record in page]
        now = {one: record["id"] for record in found for one in merged_ids(record)}
        there = {record["id"] for record in found}
        for row in batch:
            if row.account_id not in there and row.account_id in now:
                told = f"the company was merged into {now[row.account_id]}; the next run writes that one"
                yield row.ends("MERGED", told)

    def _write(self, batch: Sequence[Row], resends: int) -> Iterator[Outcome]:
        """One outcome a row."""
        if not batch:
            return
        path = f"{self._transport.paths.of('objects', type=self._type)}/batch/update"
        try:
            answer = self._transport.write("POST", path, {"inputs": [row.as_input() for row in batch]})
        except Unclear as error:
            yield from self._settled(batch, str(error), resends)
            return
        except Rejected as error:
            yield from self._refused(batch, error, resends)
            return
        told = _matched(batch, answer)
        yield from told.values()
        rest = [row for row in batch if row.account_id not in told]
        if rest:
            yield from self._settled(rest, "the answer does not speak of this row", resends)

    def _refused(self, batch: Sequence[Row], error: Rejected, resends: int) -> Iterator[Outcome]:
        """The outcomes of a batch refused as a whole, halved down to the guilty rows.

        Raises the refusal when it says nothing of the rows, and ConfigError when a property has gone.
        """
        if isinstance(error, AccessDenied):
            raise error
        if NO_PROPERTY in f"{error.code} {error}":
            raise ConfigError(f"{error}; a property was archived or renamed: run connector fields apply") from None
        if len(batch) == 1:
            yield failure(batch[0], error.code, str(error))
            return
        middle = len(batch) // 2
        yield from self._write(batch[:middle], resends)
        yield from self._write(batch[middle:], resends)

    def _settled(self, rows: Sequence[Row], reason: str, resends: int) -> Iterator[Outcome]:
        """What HubSpot holds already is ok, the rest is sent again."""
        self._open |= {row.account_id: row for row in rows}
        again = partial(self._unless_merged, resends=resends - 1) if resends else None
        yield from settled(rows, reason, self._held, again)

    def _held(self, rows: Sequence[Row]) -> Iterator[Row]:
        """Those of the rows whose values stand in HubSpot: read by id, for search lags behind."""
        names = sorted({name for row in rows for name in row.properties})
        sent = {row.account_id: row for row in rows}
        for page in self._objects(names).read(list(sent)):
            for record in page:
                row = sent.get(record["id"])
                if row and all(is_held(v, record.get(n), self._known[n]) for n, v in row.properties.items()):
                    yield row

    def _objects(self, names: Sequence[str]) -> Objects:
        return Objects(self._transport, self._type, self._stamp, names)


def failure(row: Row, code: str, message: str, fields: tuple[str, ...] = ()) -> Outcome:
    """The outcome of a refused row, with what to do where we know it."""
    code = next((known for known in ADVICE if known in f"{code} {message}"), code or "REJECTED")
    advice = ADVICE.get(code)
    return row.ends(code, f"{message}; {advice}" if advice else message, fields)


def _matched(batch: Sequence[Row], answer: Json) -> dict[str, Outcome]:
    """The outcome of each row the answer speaks of: rows come back in any order, and errors name them by trace."""
    rows = {row.account_id: row for row in batch}
    if not isinstance(answer, dict):
        return {}
    told = {
        row.account_id: row.ends()
        for result in answer.get("results") or []
        if isinstance(result, dict) and (row := rows.get(str(result.get("id"))))
    }
    for error in answer.get("errors") or []:
        for row in (rows[one] for one in _named(error) if one in rows):
            code = str(error.get("subCategory") or error.get("category") or "").rpartition(".")[2]
            told[row.account_id] = failure(row, code, shown(error.get("message")), _properties(error))
    return told


def _named(error: Json) -> list[str]:
    """The rows an error speaks of."""
    if not isinstance(error, dict):
        return []
    context = {"id": error.get("id"), **(error.get("context") or {})}
    return [str(one) for key in TRACES for one in _many(context.get(key))]


def _properties(error: Json) -> tuple[str, ...]:
    """The properties an error speaks of."""
    contexts = [error.get("context") or {}, *((inner.get("context") or {}) for inner in error.get("errors") or [])]
    return tuple(dict.fromkeys(str(one) for context in contexts for one in _many(context.get("propertyName"))))


def _many(value: Json) -> list[Json]:
    """One or several, as a list."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
