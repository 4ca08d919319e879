"""How are many accounts written? Bulk API 2.0 jobs whose id is kept before anything is sent, reconciled by account."""

import csv
import io
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import requests
import structlog
from simple_salesforce.api import Salesforce as Client
from simple_salesforce.util import exception_handler

from connector.crm.base import KeepJob
from connector.crm.salesforce.answers import LOCKED, NO_SUCH_PLACE, NoBulk, Unclear
from connector.crm.salesforce.bulk import download, wait_for
from connector.crm.salesforce.cells import ID_LENGTH, Row, as_csv
from connector.crm.salesforce.collections import Collections, failure
from connector.crm.salesforce.rows import columns_of_csv
from connector.crm.salesforce.transport import Transport
from connector.engine.records import Outcome
from connector.errors import ConnectorError, Rejected, Unavailable

log = structlog.get_logger()

FEW_ROWS = 2_000  # up to here calls of 200 are quicker than a job
LARGEST_UPLOAD = 90_000_000  # bytes; Salesforce takes 100 MB
ROUNDS = 3  # jobs for rows that met a lock or were not tried, before they are written in small calls
UPLOADS = 3
UNPROCESSED, NOT_STARTED = "UNPROCESSED", "NOT_STARTED"
CHUNK = 1 << 16


def forget_job(job: str, account_ids: Sequence[str]) -> None:
    """Keeps nothing: for callers that never resume a job."""


@dataclass(frozen=True, slots=True)
class Jobs:
    """From how many rows on a job is used, and who is told of it."""

    few_rows: int = FEW_ROWS
    keep: KeepJob = forget_job


class Ingest:
    """Updates accounts by jobs; what remains in doubt goes the way of few accounts."""

    def __init__(self, transport: Transport, object_name: str, few: Collections, jobs: Jobs) -> None:
        self._transport, self._object, self._few, self._how = transport, object_name, few, jobs

    def send(self, rows: Sequence[Row]) -> Iterator[Outcome]:
        """One outcome a row. When an error ends it early, rows that were sent have theirs and the rest has none."""
        waiting = {row.key: row for row in rows}
        refused: dict[str, Outcome] = {}  # the last answer to rows that will be sent again
        try:
            for turn in range(ROUNDS + 1):
                is_last = turn == ROUNDS or len(waiting) <= self._how.few_rows
                parts = list(waiting.values())
                for outcome in self._few.send(parts) if is_last else self._jobs(parts):
                    key = outcome.account_id[:ID_LENGTH]
                    refused.pop(key, None)
                    if outcome.code in (LOCKED, UNPROCESSED) and not is_last:
                        refused[key] = outcome
                    else:
                        waiting.pop(key)
                        yield outcome
                if is_last:
                    return
        except ConnectorError:
            yield from refused.values()
            raise

    def finish(self, job: str, rows: Sequence[Row]) -> Iterator[Outcome]:
        """The outcomes of a job that was just uploaded; what it does not say is read back, and sent again."""
        doubtful: dict[str, Outcome] = {}
        try:
            for outcome in self._told(job, rows):
                if outcome.state == "unknown":
                    doubtful[outcome.account_id[:ID_LENGTH]] = outcome
                else:
                    yield outcome
        except ConnectorError:
            yield from doubtful.values()
            raise
        rest = [row for row in rows if row.key in doubtful]
        yield from self._few.settle(rest, f"Bulk job {job} does not say how it ended")

    def look_up(self, job: str, rows: Sequence[Row]) -> Iterator[Outcome]:
        """The outcomes of a job that an earlier run made, perhaps one that died: waited for, never aborted or doubled.

        A job that was never closed has written nothing, and never will.
        """
        try:
            state = self._transport.get(f"jobs/ingest/{job}")
        except Rejected as error:  # Salesforce forgets jobs after seven days
            if error.code not in NO_SUCH_PLACE:
                raise
            yield from (row.unknown(f"Bulk job {job} is no longer known") for row in rows)
            return
        if isinstance(state, dict) and state.get("state") == "Open":
            yield from (row.ends(NOT_STARTED, f"Bulk job {job} was never started") for row in rows)
            return
        yield from self._told(job, rows)

    def _told(self, job: str, rows: Sequence[Row]) -> Iterator[Outcome]:
        """What a job says of its rows once it has ended; where it says nothing the end is unknown."""
        try:
            state = wait_for(self._transport, f"jobs/ingest/{job}")
            ok, failed = self._ids(job, "successfulResults"), self._failures(job)
            untried = self._ids(job, "unprocessedrecords")
        except ConnectorError as error:
            yield from (row.unknown(f"Bulk job {job}: {error}") for row in rows)
            raise
        for row in rows:
            told = (row.key in ok, row.key in failed, row.key in untried)
            if sum(told) != 1:
                yield row.unknown(f"Bulk job {job} does not say how it ended")
            elif told[0]:
                yield row.ends()
            elif told[1]:
                yield failure(row, *failed[row.key])
            else:
                reason = state.get("errorMessage") or "no reason given"
                yield row.ends(UNPROCESSED, f"Bulk job {job} did not try it: {reason}")

    def _jobs(self, rows: Sequence[Row]) -> Iterator[Outcome]:
        """The outcomes of one round; only rows with the same fields share a job, as an empty cell is no cell."""
        alike: dict[tuple[str, ...], list[Row]] = defaultdict(list)
        for row in rows:
            alike[tuple(row.cells)].append(row)
        for names, group in alike.items():
            for part, body in _uploads(group, names):
                try:
                    job = self._start(part, body)
                except NoBulk as error:
                    log.warning("bulk.refused", reason=str(error))
                    yield from self._few.send(part)
                else:
                    yield from self.finish(job, part)

    def _start(self, rows: Sequence[Row], body: bytes) -> str:
        """A new job with its rows on the way, and its id. Nothing is written before the last step, which closes it.

        Raises NoBulk when the org makes no job at all.
        """
        job = self._create()
        self._how.keep(job, [row.account_id for row in rows])
        self._upload(f"jobs/ingest/{job}/batches", body)
        self._close(f"jobs/ingest/{job}")
        return job

    def _create(self) -> str:
        body = {
            "object": self._object,
            "operation": "update",
            "contentType": "CSV",
            "columnDelimiter": "COMMA",
            "lineEnding": "LF",
        }
        # A job whose answer was lost stays open and empty for ever: making another does no harm.
        path = "jobs/ingest"
        try:
            state = self._transport.read(path, lambda client: client.restful(path, method="POST", json=body))
        except Rejected as error:
            raise NoBulk(str(error), code=error.code) from None
        if not isinstance(state, dict) or not state.get("id"):
            raise Unavailable("jobs/ingest: an answer of a wrong shape")
        return str(state["id"])

    def _upload(self, path: str, body: bytes) -> None:
        """Put the rows there once; a second try is refused when the first had arrived after all."""
        for attempt in range(UPLOADS):
            try:
                self._transport.write_once(path, lambda client: _put(client, path, body))
                return
            except Unclear as error:
                if attempt == UPLOADS - 1:
                    raise Unavailable(f"{error}; the job stays open and nothing of it is written") from None
            except Rejected:
                if attempt == 0:
                    raise
                return

    def _close(self, path: str) -> None:
        """Say that all rows are there, which starts the job; when in doubt, look whether it has been heard."""
        while True:
            try:
                self._transport.write("PATCH", path, {"state": "UploadComplete"})
                return
            except Unclear:
                state = self._transport.get(path)
                if not isinstance(state, dict) or state.get("state") != "Open":
                    return

    def _ids(self, job: str, file: str) -> set[str]:
        """The accounts in one of a job's result files, by the id we sent."""
        return {key for key, _ in self._results(job, file, "Id")}

    def _failures(self, job: str) -> dict[str, tuple[str, str, tuple[str, ...]]]:
        """Code, message and fields of each account that was refused."""
        return {key: _refused(told) for key, told in self._results(job, "failedResults", "sf__Error")}

    def _results(self, job: str, file: str, column: str) -> Iterator[tuple[str, str]]:
        """The account and one more column of each row of a result file."""
        path = f"jobs/ingest/{job}/{file}"
        try:
            table = self._transport.read(path, lambda client: _read(client, path, ("Id", "sf__Id", column)))
        except Rejected as error:
            if error.code not in NO_SUCH_PLACE:
                raise
            return  # rows nobody speaks of are read back
        for sent, theirs, told in zip(*(table[name].to_pylist() for name in ("Id", "sf__Id", column)), strict=True):
            yield str(sent or theirs or "")[:ID_LENGTH], str(told or "")


def _uploads(rows: Sequence[Row], names: Sequence[str]) -> Iterator[tuple[list[Row], bytes]]:
    """The rows as CSV, in uploads that are not too large; each with the rows it holds."""
    header = _line(["Id", *names])
    part, lines, size = list[Row](), [header], len(header)
    for row in rows:
        line = _line([row.account_id, *(as_csv(row.cells[name]) for name in names)])
        if part and size + len(line) > LARGEST_UPLOAD:
            yield part, b"".join(lines)
            part, lines, size = [], [header], len(header)
        part.append(row)
        lines.append(line)
        size += len(line)
    if part:
        yield part, b"".join(lines)


def _line(cells: Sequence[str]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue().encode()


def _put(client: Client, path: str, body: bytes) -> None:
    """Send a CSV."""
    headers = {"Authorization": client.headers["Authorization"], "Content-Type": "text/csv; charset=UTF-8"}
    answer: requests.Response = client.session.request("PUT", f"{client.base_url}{path}", data=body, headers=headers)
    if answer.status_code >= 300:
        exception_handler(answer, path)
    if answer.headers.get("Content-Type", "").startswith("text/html"):
        raise Unclear(f"{path}: an upload was answered with HTTP {answer.status_code}, which is not Salesforce's word")


def _read(client: Client, path: str, names: Sequence[str]) -> Any:  # a pyarrow table
    """The named columns of a result file."""
    with download(client, path, {}) as answer:
        return columns_of_csv(answer.iter_content(CHUNK), list(dict.fromkeys(names)))


def _refused(told: str) -> tuple[str, str, tuple[str, ...]]:
    """Code, message and fields of `CODE:message:Field1, Field2 --`; what has no such shape is code and message both."""
    code, _, rest = told.partition(":")
    message, _, named = rest.rpartition(":")
    if not named.rstrip().endswith("--"):
        message, named = rest, ""
    fields = tuple(name.strip() for name in named.rstrip().removesuffix("--").split(",") if name.strip())
    return code.strip(), " ".join(message.split())[:300], fields
