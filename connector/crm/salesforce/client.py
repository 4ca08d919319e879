"""Salesforce as the connector sees it: streams in, account fields out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import pyarrow as pa

from connector.crm.base import FieldStep, Finding, KeepJob, Org, Usage
from connector.crm.budget import Budget
from connector.crm.retry import Retry
from connector.crm.salesforce import bulk, soql
from connector.crm.salesforce.accounts import AHEAD, Accounts
from connector.crm.salesforce.answers import DAY, is_hidden
from connector.crm.salesforce.check import Check
from connector.crm.salesforce.deletes import deleted
from connector.crm.salesforce.describe import Describes, ObjectFacts
from connector.crm.salesforce.fields import Fields
from connector.crm.salesforce.hosts import TIMEOUTS, Timeouts, open_session
from connector.crm.salesforce.ingest import Jobs, forget_job
from connector.crm.salesforce.login import Credentials, Login
from connector.crm.salesforce.question import Question
from connector.crm.salesforce.read import BULK_ROWS, Reader, ahead
from connector.crm.salesforce.rows import Column
from connector.crm.salesforce.streams import Catalogue, Place, Reading
from connector.crm.salesforce.transport import Transport
from connector.crm.salesforce.words import WordCheck
from connector.crm.salesforce.write import Writer
from connector.engine.mapping import Mapping as CrmMapping
from connector.engine.records import AccountChange, Field, Outcome, Stream, Window, long_id
from connector.engine.rules import KindOf
from connector.errors import ConfigError, Rejected, Unavailable


def _as_it_is(key: str) -> str:
    return f"salesforce.yaml: {key}"


@dataclass(frozen=True, slots=True)
class Options:
    """What may differ from run to run.

    `reserve` is the share of the day's calls left to people, `place` tells where a key of the mapping stands,
    `jobs` from how many rows on a Bulk job is used, `pass_alerts` lets updates pass duplicate rules that only alert,
    `kinds` are RevOps' own lines on kinds of activity, each with its place, for `check`.
    """

    api_version: str = "67.0"
    reserve: float = 0.2
    calls_per_run: int | None = None
    place: Place = _as_it_is
    jobs: Jobs = field(default_factory=Jobs)
    pass_alerts: bool = False
    kinds: Sequence[tuple[str, KindOf]] = ()
    retry: Retry = field(default_factory=Retry)
    timeouts: Timeouts = TIMEOUTS
    bulk_rows: int = BULK_ROWS
    page_rows: int = bulk.PAGE_ROWS


class Salesforce:
    """One org, read and written under one mapping. Made for one run: what it learned of the org is not asked again."""

    def __init__(self, credentials: Credentials, mapping: CrmMapping, options: Options | None = None) -> None:
        options = options or Options()
        session = open_session()
        login = Login(credentials, session, timeouts=options.timeouts)
        self.budget = Budget(reserve=options.reserve, calls_per_run=options.calls_per_run, lapse=DAY)
        self._transport = Transport(login, session, self.budget, options.retry, version=options.api_version)
        self._describes = Describes(self._transport)
        self._reader = Reader(self._transport, bulk_rows=options.bulk_rows, page_rows=options.page_rows)
        self._catalogue = Catalogue(mapping, self._describes, options.place)
        self._mapping, self._options, self._login = mapping, options, login

    @property
    def name(self) -> str:
        """The schema of its tables in the store."""
        return "salesforce"

    def org(self) -> Org:
        """The org behind this login, and our own user there."""
        found, token = self._profile(), self._transport.token
        org_id = long_id(str(found.get("Id") or token.org_id))
        return Org(org_id, str(found.get("Name") or ""), token.user_id, bool(found.get("IsSandbox")))

    def now(self) -> datetime:
        """The server's clock, UTC, to the second."""
        return self._transport.now()

    def check(self) -> list[Finding]:
        """Every finding of `connector doctor`; reads only."""
        self._catalogue.forget()
        parts = self._transport, self._catalogue, self._describes
        found = Check(*parts, self._mapping, self._login).findings()
        if any(finding.level == "error" and finding.place in ("login", "mapping") for finding in found):
            return found
        return [*found, *WordCheck(*parts, self._mapping).findings(self._options.kinds)]

    def streams(self) -> Sequence[Stream]:
        """The streams this org has, with the columns it really has; looks at the org anew. Raises ConfigError."""
        self._catalogue.forget()
        return [reading.stream for reading in self._catalogue.readings().values()]

    def formulas(self, stream: Stream) -> Sequence[str]:
        """The columns whose value may change without a trace in `modified_at`."""
        return self._reading(stream).formulas

    def count(self, stream: Stream, window: Window) -> int:
        """How many rows `pull` would give."""
        reading = self._reading(stream)
        return self._reader.count(self._question(reading, stream).during(reading.stamp, window))

    def cost(self, stream: Stream, rows: Mapping[str, int] | None, *, is_counted: bool = False) -> int:
        """About how many calls a stream takes: all of it, or without `rows` a page of changes and one of deletions."""
        if rows is None:
            return self._reader.cost(1) + 1
        return int(is_counted) + self._reader.cost(rows[stream.name])

    def pull(self, stream: Stream, window: Window) -> Iterator[pa.Table]:
        """Pages of the rows of a window, deleted and archived ones too. After a fault a row may come twice."""
        reading = self._reading(stream)
        yield from ahead(self._reader.during(self._question(reading, stream), reading.stamp, window))

    def deleted(self, stream: Stream, since: datetime, until: datetime) -> Iterator[pa.Table]:
        """Pages of (id, deleted_at). Raises Incomplete for a `since` before the last 15 days: only `stamps` helps."""
        reading = self._reading(stream)
        if reading.object.is_replicateable:
            yield from deleted(self._transport, reading.object.name, Window(since, until), self.now())

    def stamps(self, stream: Stream) -> Iterator[pa.Table]:
        """Pages of (id, modified_at) of every row that is not deleted."""
        reading = self._reading(stream)
        columns = [column for column in reading.columns if column.name in ("id", "modified_at")]
        alive = ["IsDeleted = false"] if reading.keeps_deleted else []
        question = replace(_ask(reading, columns), conditions=(*reading.conditions, *alive))
        yield from ahead(self._reader.during(question, reading.stamp, Window(None, self.now() + AHEAD)))

    def current(self, account_ids: Iterable[str] | None, fields: Mapping[str, str]) -> Iterator[pa.Table]:
        """Pages of id, modified_at and each of `fields`; every mapped account when no ids are given."""
        yield from ahead(self._accounts().current(account_ids, fields))

    def push(
        self, changes: Sequence[AccountChange], fields: Mapping[str, str], keep: KeepJob = forget_job
    ) -> Iterator[Outcome]:
        """One outcome a change. An error that ends it early comes after the outcomes of all that was sent."""
        yield from self._writer(fields, keep).push(changes, fields)

    def finish(self, job: str, account_ids: Sequence[str]) -> Iterator[Outcome]:
        """The outcomes of a Bulk job whose id an earlier run was told: waited for, nothing is sent again."""
        fields = self._mapping.write.every()
        yield from self._writer(fields, forget_job).finish(job, account_ids, fields)

    def plan_fields(self, fields: Sequence[Field], names: Mapping[str, str]) -> list[FieldStep]:
        """What must be created or granted."""
        self._catalogue.forget()
        return self._fields().plan(fields, names)

    def apply_fields(self, steps: Sequence[FieldStep]) -> list[Finding]:
        """Create and grant; one finding a step."""
        findings = self._fields().apply(steps)
        self._catalogue.forget()
        return findings

    def usage(self) -> Usage:
        """The newest reading of the API budget, our own calls since counted in."""
        if self.budget.usage is None:
            self._transport.touch()
        return self.budget.usage or Usage(self.budget.calls, 0)

    def left(self) -> int | None:
        """How many calls we may still make."""
        return self.budget.left()

    def _profile(self) -> Mapping[str, object]:
        """What the org says of itself; nothing where our user may not see it, who still knows its id."""
        try:
            answer = self._transport.query(soql.select(["Id", "Name", "IsSandbox"], "Organization", []))
        except Rejected as error:
            if not is_hidden(error):
                raise
            return {}
        if not isinstance(answer, dict) or not isinstance(answer.get("records"), list):
            raise Unavailable("Organization: an answer of a wrong shape")
        return next(iter(answer["records"]), {})

    def _reading(self, stream: Stream) -> Reading:
        """How the stream is read here. Raises ConfigError when this org does not have it."""
        found = self._catalogue.readings().get(stream.name)
        if found is None:
            place = self._options.place(f"read.{stream.name}")
            raise ConfigError(f"{place}: this org does not have it, or it is not mapped")
        return found

    def _question(self, reading: Reading, stream: Stream) -> Question:
        return _ask(reading, reading.shaped_as(stream))

    def _object(self) -> ObjectFacts:
        """The object we write to. Raises ConfigError when it is not there."""
        name = self._mapping.write.object
        found = self._describes.of(name)
        if found is None:
            place = self._options.place("write.object")
            raise ConfigError(f"{place}: {name} is not in this org, or hidden from our user")
        return found

    def _accounts(self) -> Accounts:
        facts, mapped = self._object(), self._mapping.read.get("account")
        is_read = mapped is not None and mapped.where is not None and mapped.object.name == facts.name
        conditions = [f"({mapped.where})"] if mapped and is_read else []
        return Accounts(self._transport, self._reader, facts, conditions)

    def _writer(self, fields: Mapping[str, str], keep: KeepJob) -> Writer:
        """Writes nothing but what the mapping names. Raises UnsafePlan when asked for more."""
        self._mapping.write.refuse_others(fields)
        options = self._options
        return Writer(
            self._transport,
            self._object(),
            self._accounts().records,
            replace(options.jobs, keep=keep),
            pass_alerts=options.pass_alerts,
        )

    def _fields(self) -> Fields:
        return Fields(self._transport, self._describes, self._object().name)


def _ask(reading: Reading, columns: Sequence[Column]) -> Question:
    """What is asked for a stream: everything it ever had, also what queries hide."""
    return Question(
        reading.object.name, columns, tuple(reading.conditions), tuple(reading.order), hidden=reading.keeps_deleted
    )
