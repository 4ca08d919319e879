"""HubSpot as the connector sees it: streams in, company properties out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import pyarrow as pa

from connector.crm.base import FieldStep, Finding, KeepJob, Org, Usage
from connector.crm.budget import Budget
from connector.crm.hubspot.check import Check
from connector.crm.hubspot.companies import Companies
from connector.crm.hubspot.costs import cost_of_changes, cost_of_count, cost_of_everything
from connector.crm.hubspot.directory import count_forms
from connector.crm.hubspot.fields import Fields
from connector.crm.hubspot.login import Credentials
from connector.crm.hubspot.paths import NUMBERED
from connector.crm.hubspot.properties import Definitions, PropertyFacts
from connector.crm.hubspot.rows import from_records
from connector.crm.hubspot.streams import Catalogue, Place, Reading
from connector.crm.hubspot.transport import Speed, Transport
from connector.crm.hubspot.write import Writer
from connector.crm.retry import Retry
from connector.engine.mapping import Mapping as CrmMapping
from connector.engine.records import AccountChange, Field, Outcome, Stream, Window
from connector.errors import ConfigError

GONE = pa.schema([("id", pa.string()), ("deleted_at", pa.timestamp("us", tz="UTC"))])
COMPANY_STAMP = "hs_lastmodifieddate"


def _as_it_is(key: str) -> str:
    return f"hubspot.yaml: {key}"


def _no_job(job: str, account_ids: Sequence[str]) -> None:
    """Writes are answered at once: there is no job to note."""


@dataclass(frozen=True, slots=True)
class Options:
    """What may differ from run to run.

    `family` chooses the paths (v3, or a date such as 2026-09), `reserve` is the share of the day's calls left to
    people, `place` tells where a key of the mapping stands.
    """

    family: str = NUMBERED
    reserve: float = 0.2
    calls_per_run: int | None = None
    place: Place = _as_it_is
    retry: Retry = field(default_factory=Retry)
    speed: Speed = field(default_factory=Speed)


class HubSpot:
    """One portal, read and written under one mapping. Made for one run: what it learned is not asked again."""

    def __init__(self, credentials: Credentials, mapping: CrmMapping, options: Options | None = None) -> None:
        options = options or Options()
        self.budget = Budget(reserve=options.reserve, calls_per_run=options.calls_per_run)
        self._transport = Transport(credentials, self.budget, options.retry, options.speed, options.family)
        self._definitions = Definitions(self._transport)
        self._catalogue = Catalogue(mapping, self._transport, self._definitions, options.place)
        self._mapping, self._options = mapping, options
        self._forms: int | None = None

    @property
    def name(self) -> str:
        """The schema of its tables in the store."""
        return "hubspot"

    def org(self) -> Org:
        """The portal behind this token. An app is nobody's login, so it stands for the user too."""
        account = self._transport.account()
        portal = str(account.get("portalId") or "")
        if not portal:
            raise ConfigError("HubSpot does not say which portal this token is for; check HUBSPOT_BASE_URL")
        kind = str(account.get("accountType") or "")
        is_sandbox = kind in ("SANDBOX", "DEVELOPER_TEST")
        return Org(portal, f"HubSpot portal {portal}", f"app of {portal}", is_sandbox)

    def now(self) -> datetime:
        """The server's clock, UTC, to the second."""
        return self._transport.now()

    def check(self) -> list[Finding]:
        """Every finding of `connector doctor`; reads only."""
        self._catalogue.forget()
        return Check(self._transport, self._catalogue, self._definitions, self._mapping).findings()

    def streams(self) -> Sequence[Stream]:
        """The streams this portal has, with the columns it really has; looks anew. Raises ConfigError."""
        self._catalogue.forget()
        return [reading.stream for reading in self._catalogue.readings().values()]

    def formulas(self, stream: Stream) -> Sequence[str]:
        """The columns that HubSpot keeps in step with an association, which leaves no stamp; all others are stamped."""
        return self._reading(stream).formulas

    def count(self, stream: Stream, window: Window) -> int:
        """How many rows `pull` would give."""
        return self._reading(stream).source.count(window)

    def pull(self, stream: Stream, window: Window) -> Iterator[pa.Table]:
        """Pages of the rows of a window, archived ones too. After a fault a row may come twice."""
        reading = self._reading(stream)
        columns = reading.shaped_as(stream)
        yield from (from_records(page, columns) for page in reading.source.during(window) if page)

    def deleted(self, stream: Stream, since: datetime, until: datetime) -> Iterator[pa.Table]:
        """Pages of (id, deleted_at): archived records, and those that were merged into another."""
        for page in self._reading(stream).source.gone(Window(since, until)):
            if page:
                ids, moments = zip(*page, strict=True)
                yield pa.table([pa.array(ids, pa.string()), pa.array(moments, GONE.field(1).type)], schema=GONE)

    def stamps(self, stream: Stream) -> Iterator[pa.Table]:
        """Pages of (id, modified_at) of every row that is not archived."""
        reading = self._reading(stream)
        columns = [column for column in reading.columns if column.name in ("id", "modified_at")]
        yield from (from_records(page, columns) for page in reading.source.alive() if page)

    def current(self, account_ids: Iterable[str] | None, fields: Mapping[str, str]) -> Iterator[pa.Table]:
        """Pages of id, modified_at and each of `fields`; every living company when no ids are given."""
        companies = Companies(self._transport, self._mapping.write.object, self._stamp(), self._known())
        yield from companies.current(account_ids, fields)

    def push(
        self, changes: Sequence[AccountChange], fields: Mapping[str, str], keep: KeepJob = _no_job
    ) -> Iterator[Outcome]:
        """One outcome a change. An error that ends it early comes after the outcomes of all that was sent."""
        del keep  # no jobs here
        self._mapping.write.refuse_others(fields)
        writer = Writer(self._transport, self._mapping.write.object, self._stamp(), self._known())
        yield from writer.push(changes, fields)

    def finish(self, job: str, account_ids: Sequence[str]) -> Iterator[Outcome]:
        """HubSpot's writes are no jobs: nobody knows of one."""
        told = f"HubSpot has no job {job}; the next run reads what the companies hold"
        yield from (Outcome(one, "unknown", "UNKNOWN", told) for one in account_ids)

    def plan_fields(self, fields: Sequence[Field], names: Mapping[str, str]) -> list[FieldStep]:
        """What must be created or changed."""
        self._definitions.forget()
        return self._fields().plan(fields, names)

    def apply_fields(self, steps: Sequence[FieldStep]) -> list[Finding]:
        """Create and change; one finding a step."""
        findings = self._fields().apply(steps)
        self._catalogue.forget()
        return findings

    def usage(self) -> Usage:
        """The newest reading of the day's calls, our own since counted in. An OAuth app is never told of a limit."""
        if not self.budget.calls:
            self._transport.account()
        return self.budget.usage or Usage(self.budget.calls, 0)

    def cost(self, stream: Stream, rows: Mapping[str, int] | None, *, is_counted: bool = False) -> int:
        """About how many calls a stream takes: all of it, or without `rows` what has changed and gone lately."""
        reading, forms = self._reading(stream), self._forms_of(stream)
        if rows is None:
            return cost_of_changes(reading, forms)
        counted = cost_of_count(reading, rows, forms) if is_counted else 0
        return counted + cost_of_everything(reading, rows, forms)

    def left(self) -> int | None:
        """How many calls we may still make."""
        return self.budget.left()

    def _forms_of(self, stream: Stream) -> int:
        """How many forms are read for a stream: each of them is asked for its own submissions."""
        if stream.name == "form_submission" and self._forms is None:
            self._forms = count_forms(self._transport)
        return self._forms or 0

    def _reading(self, stream: Stream) -> Reading:
        """How the stream is read here. Raises ConfigError when this portal does not have it."""
        found = self._catalogue.readings().get(stream.name)
        if found is None:
            place = self._options.place(f"read.{stream.name}")
            raise ConfigError(f"{place}: this portal does not have it, or it is not mapped")
        return found

    def _known(self) -> Mapping[str, PropertyFacts]:
        """The properties of what we write to. Raises ConfigError when the portal has no such type."""
        name = self._mapping.write.object
        known = self._definitions.of(name)
        if known is None:
            raise ConfigError(f"{self._options.place('write.object')}: {name} is no type of record in this portal")
        return known

    def _stamp(self) -> str:
        """The property that says when a company was changed."""
        mapped = self._mapping.read.get("company")
        stamp = mapped.fields.get("modified_at") if mapped else None
        return stamp.name if stamp else COMPANY_STAMP

    def _fields(self) -> Fields:
        return Fields(self._transport, self._definitions, self._mapping.write.object)
