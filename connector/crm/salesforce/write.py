"""What may be written, and which way? Only mapped fields our user may edit; few rows in calls, many in a job."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from connector.crm.salesforce.cells import Row, fault_of, fits_csv, is_held, rows_of
from connector.crm.salesforce.collections import Collections
from connector.crm.salesforce.describe import ObjectFacts
from connector.crm.salesforce.ingest import Ingest, Jobs
from connector.crm.salesforce.transport import Transport
from connector.engine.records import AccountChange, Cell, Outcome
from connector.errors import ConfigError

HEADERS = {"Sforce-Auto-Assign": "FALSE"}  # else an update may hand accounts to other owners
ALERTS_PASS = {"Sforce-Duplicate-Rule-Header": "allowSave=true"}

Current = Callable[[Sequence[str], Sequence[str]], Iterator[Mapping[str, Cell]]]  # ids, fields -> what the CRM holds


class Writer:
    """Updates accounts of one object; `current` reads what it holds now."""

    def __init__(
        self, transport: Transport, facts: ObjectFacts, current: Current, jobs: Jobs, *, pass_alerts: bool
    ) -> None:
        self._facts, self._current, self._hide = facts, current, transport.hide
        headers = HEADERS | (ALERTS_PASS if pass_alerts else {})
        self._few = Collections(transport, facts.name, self._held, headers)
        self._many = Ingest(transport, facts.name, self._few, jobs)

    def push(self, changes: Sequence[AccountChange], names: Mapping[str, str]) -> Iterator[Outcome]:
        """One outcome a change; nothing is sent when a field cannot be written at all (ConfigError)."""
        self._check(names)
        rows = rows_of(changes, names, self._facts)
        ours = {theirs: name for name, theirs in names.items()}
        for row in rows:
            fault = fault_of(row)
            if fault:
                yield fault
        sound = [row for row in rows if fault_of(row) is None]
        plain = [row for row in sound if not fits_csv(row)]
        for outcome in self._send(plain, [row for row in sound if fits_csv(row)]):
            yield self._in_our_words(outcome, ours)

    def finish(self, job: str, account_ids: Sequence[str], names: Mapping[str, str]) -> Iterator[Outcome]:
        """The outcomes of a job that an earlier run made; nothing is sent."""
        ours = {theirs: name for name, theirs in names.items()}
        for outcome in self._many.look_up(job, [Row(account_id, "", {}) for account_id in account_ids]):
            yield self._in_our_words(outcome, ours)

    def _send(self, plain: Sequence[Row], rows: Sequence[Row]) -> Iterator[Outcome]:
        if plain:
            yield from self._few.send(plain)
        if rows:
            yield from self._many.send(rows)

    def _check(self, names: Mapping[str, str]) -> None:
        """Raises ConfigError naming every field that is not there or may not be edited."""
        faults = []
        for theirs in names.values():
            field = self._facts.field(theirs)
            if field is None:
                faults.append(f"{self._facts.name}.{theirs} is not there or hidden; run connector fields apply")
            elif not field.is_updateable:
                faults.append(f"{self._facts.name}.{theirs} may not be edited by the integration user; grant it")
        if faults:
            raise ConfigError(*faults)

    def _held(self, rows: Sequence[Row]) -> Iterator[Row]:
        """Those of the rows whose cells are in the CRM already."""
        names = list(dict.fromkeys(name for row in rows for name in row.cells))
        held = {str(record["id"])[:15]: record for record in self._current([row.account_id for row in rows], names)}
        for row in rows:
            record = held.get(row.key)
            if record and all(self._is_held(name, cell, record[name]) for name, cell in row.cells.items()):
                yield row

    def _is_held(self, name: str, cell: Cell, held: Cell) -> bool:
        field = self._facts.field(name)
        return field is not None and is_held(cell, held, field)

    def _in_our_words(self, outcome: Outcome, ours: Mapping[str, str]) -> Outcome:
        """The outcome with our names for the fields it names, and nothing secret in what was said."""
        fields = tuple(ours.get(field, field) for field in outcome.fields)
        code, message = self._hide(outcome.code), self._hide(outcome.message)
        return Outcome(outcome.account_id, outcome.state, code, message, fields)
