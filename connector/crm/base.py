"""What a CRM must do; nothing else may be asked of one."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

import pyarrow as pa

from connector.engine.records import AccountChange, Field, Outcome, Stream, Window

KeepJob = Callable[[str, Sequence[str]], None]
"""Is told the id of a job at the CRM and its accounts before anything of it is uploaded."""


@dataclass(frozen=True, slots=True)
class Org:
    """Who we are talking to: the organisation's id and name, and our own user there."""

    id: str
    name: str
    user_id: str
    is_sandbox: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of `connector doctor`: how bad, where, what, and what to do about it."""

    level: Literal["ok", "note", "warning", "error"]
    place: str
    message: str
    fix: str = ""


@dataclass(frozen=True, slots=True)
class Usage:
    """API calls of the rolling day as the CRM last told us; a noisy gauge that may step back.

    Where the CRM tells nothing, `limit` is 0 and `used` is what we have called.
    """

    used: int
    limit: int


@dataclass(frozen=True, slots=True)
class FieldStep:
    """What `fields apply` does for one field: create it, change it, grant it, or nothing."""

    field: Field
    crm_field: str
    action: Literal["create", "update", "grant", "keep", "blocked"]
    detail: str


class CRM(Protocol):
    """A CRM we are logged in to. Every call may raise Unavailable, BudgetReached, Rejected or AccessDenied."""

    @property
    def name(self) -> str:
        """`salesforce` or `hubspot`; the schema of its pulled tables in the store."""

    def org(self) -> Org:
        """The organisation behind this login."""

    def now(self) -> datetime:
        """The server's own clock, UTC, from the Date header of its newest answer."""

    def check(self) -> list[Finding]:
        """Login, permissions, mapping against describe, coverage; reads only."""

    def streams(self) -> Sequence[Stream]:
        """The streams this org can give us now, each with the columns it really has.

        A mapped object or field that is missing or hidden raises ConfigError naming all of them, unless its column
        is optional; features the org does not have (Shared Activities, Enhanced Email) just leave their stream out.
        """

    def formulas(self, stream: Stream, /) -> Sequence[str]:
        """The columns whose value may change without a trace in `modified_at`: only reading all again shows it."""

    def count(self, stream: Stream, window: Window) -> int:
        """How many rows `pull` would give; about as many where only reading them says (HubSpot's associations)."""

    def pull(self, stream: Stream, window: Window) -> Iterator[pa.Table]:
        """Pages of rows changed in the window, deleted and archived ones too, columns as in `stream.columns`.

        At most a page is in memory. Raises Incomplete after the last page when the counts do not agree.
        """

    def deleted(self, stream: Stream, since: datetime, until: datetime) -> Iterator[pa.Table]:
        """Pages of (id, deleted_at) that a query no longer shows: hard deletes and objects without a recycle bin."""

    def stamps(self, stream: Stream) -> Iterator[pa.Table]:
        """Pages of (id, modified_at) of every row there is: the sweep that closes what windows cannot see."""

    def current(self, account_ids: Iterable[str] | None, fields: Mapping[str, str]) -> Iterator[pa.Table]:
        """Pages of id, modified_at and what the CRM holds now in each of `fields` (our name -> CRM name).

        Every account when `account_ids` is None.
        """

    def push(self, changes: Sequence[AccountChange], fields: Mapping[str, str], keep: KeepJob) -> Iterator[Outcome]:
        """Write the cells; one outcome per change, in any order. Values are set, so a repeat is safe."""

    def finish(self, job: str, account_ids: Sequence[str]) -> Iterator[Outcome]:
        """How the accounts of a job ended that `keep` was told of in an earlier run; nothing is sent.

        Waits while it runs. Unknown is what the CRM does not say any more.
        """

    def plan_fields(self, fields: Sequence[Field], names: Mapping[str, str]) -> list[FieldStep]:
        """What must be created or granted so that `fields` can be read and written under `names`."""

    def apply_fields(self, steps: Sequence[FieldStep]) -> list[Finding]:
        """Carry the steps out; one finding each."""

    def usage(self) -> Usage:
        """The newest reading of the API budget."""

    def cost(self, stream: Stream, rows: Mapping[str, int] | None, /, *, is_counted: bool = False) -> int:
        """About how many calls it takes to read all of a stream; `rows` are those of every stream by name.

        Without them: only what has changed lately and was deleted. `is_counted`: it is counted before it is read.
        """

    def left(self) -> int | None:
        """How many calls we may still make, after the reserve and within the run's cap; None where nobody says."""
