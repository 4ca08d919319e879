"""Which Bulk jobs does the org know, and how far are they?"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

import pyarrow as pa

from connector.sandbox.answers import Json, Refusal, not_found
from connector.sandbox.clock import rest_time
from connector.sandbox.salesforce.ids import base62, to18
from connector.sandbox.salesforce.org import Org

DAY = timedelta(hours=24)
KEPT = timedelta(days=7)
DELIMITERS = {"BACKQUOTE": "`", "CARET": "^", "COMMA": ",", "PIPE": "|", "SEMICOLON": ";", "TAB": "\t"}
LINE_ENDINGS = {"LF": "\n", "CRLF": "\r\n"}
Kind = Literal["query", "ingest"]


@dataclass(slots=True)
class Job:
    """One Bulk 2.0 job. Its state moves when it is polled, so that a test decides how long it takes."""

    id: str
    kind: Kind
    user_id: str
    version: str
    sobject: str
    operation: str
    state: str
    created: datetime
    delimiter: str = "COMMA"
    line_ending: str = "LF"
    query: str = ""
    external_id: str = ""
    error: str = ""
    polls_left: int = 0
    rows: pa.Table | None = None
    cache_key: tuple[Json, ...] = ()
    upload: bytes | None = None
    successes: bytes = b""
    failures: bytes = b""
    unprocessed: bytes = b""
    counts: dict[str, int] = field(default_factory=dict)

    def json(self) -> Json:
        """The job as the API describes it."""
        shared = {
            "id": self.id,
            "operation": self.operation,
            "object": self.sobject,
            "createdById": self.user_id,
            "createdDate": rest_time(self.created),
            "systemModstamp": rest_time(self.created),
            "state": self.state,
            "concurrencyMode": "Parallel",
            "contentType": "CSV",
            "apiVersion": float(self.version),
            "lineEnding": self.line_ending,
            "columnDelimiter": self.delimiter,
        }
        return shared | (self._query_extras() if self.kind == "query" else self._ingest_extras())

    def _query_extras(self) -> Json:
        done = self.rows.num_rows if self.rows is not None and self.state == "JobComplete" else 0
        extras = {"jobType": "V2Query", "retries": 0, "totalProcessingTime": 0, "isPkChunkingSupported": True}
        return extras | {"numberRecordsProcessed": done}

    def _ingest_extras(self) -> Json:
        extras: dict[str, Json] = {"jobType": "V2Ingest", "retries": 0, "totalProcessingTime": 0}
        extras |= {"apiActiveProcessingTime": 0, "apexProcessingTime": 0}
        extras |= {"numberRecordsProcessed": 0, "numberRecordsFailed": 0} | self.counts
        if self.external_id:
            extras["externalIdFieldName"] = self.external_id
        if self.error:
            extras["errorMessage"] = self.error
        content = f"services/data/v{self.version}/jobs/ingest/{self.id}/batches"
        return extras | {"contentUrl": content}


class Jobs:
    """The jobs of the org; results are kept seven days."""

    def __init__(self, org: Org) -> None:
        self._org, self._jobs = org, dict[str, Job]()
        self._numbers = itertools.count(1)

    def new_id(self) -> str:
        """A new job id."""
        return to18(f"750S0{base62(next(self._numbers), 10)}")

    def add(self, job: Job) -> None:
        """Keep a job, or refuse it because the day's jobs are used up."""
        if job.kind == "query":
            self._refuse_beyond_limits()
        self._jobs[job.id] = job

    def _refuse_beyond_limits(self) -> None:
        jobs, megabytes = self._org.settings.bulk_jobs_limit, self._org.settings.bulk_result_megabytes
        if self.today() >= jobs:
            message = f"Max bulk v2 query jobs ({jobs}) per 24 hrs has been reached ({jobs})"
            raise Refusal(400, "LIMIT_EXCEEDED", message)
        if self.megabytes_today() >= megabytes:
            kilobytes = megabytes * 1_024
            message = f"Max bulk v2 query result size stored ({kilobytes} kb) per 24 hrs has been exceeded"
            raise Refusal(400, "EXCEEDED_QUOTA", message)

    def today(self) -> int:
        """How many query jobs were made in the last 24 hours."""
        return sum(1 for _ in self._recent())

    def megabytes_today(self) -> int:
        """How much the results of those jobs hold."""
        return int(sum(job.rows.nbytes for job in self._recent() if job.rows is not None)) >> 20

    def _recent(self) -> Iterator[Job]:
        since = self._org.clock.now() - DAY
        return (job for job in self._jobs.values() if job.kind == "query" and job.created > since)

    def find(self, kind: Kind, job_id: str, user_id: str) -> Job:
        """The user's own job. Anybody else's, and one whose seven days are over, is not found."""
        job = self._jobs.get(job_id) or self._jobs.get(to18(job_id) if len(job_id) == 15 else job_id)
        if job is None or job.kind != kind or job.user_id != user_id or self._org.clock.now() - job.created > KEPT:
            raise not_found()
        return job

    def of_kind(self, kind: Kind, user_id: str) -> Iterator[Job]:
        """The user's jobs, newest first."""
        return (job for job in reversed(self._jobs.values()) if job.kind == kind and job.user_id == user_id)

    def drop(self, job: Job) -> None:
        """Forget the job."""
        del self._jobs[job.id]
