"""How does the stranger do Bulk API 2.0? Query jobs with their pages of CSV, and uploads with their result files."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from tests.stranger.org import Org, Refused
from tests.stranger.rest import Json, Rest, number
from tests.stranger.schema import Made

Sheet = tuple[int, bytes, dict[str, str]]  # status, CSV, headers
LOCATOR = "MTAwM"


@dataclass
class Job:
    """One job; `rows` are those of a query, or those that were uploaded."""

    id: str
    operation: str
    rows: list[list[str]]
    names: list[str] = field(default_factory=list)
    state: str = "UploadComplete"
    looks: int = 0
    ok: list[Mapping[str, str]] = field(default_factory=list)
    failed: list[tuple[Mapping[str, str], str]] = field(default_factory=list)


class Bulk:
    """Every job of one org."""

    def __init__(self, org: Org, rest: Rest) -> None:
        self._org, self._quirks, self._rest = org, org.quirks, rest
        self._jobs: dict[str, Job] = {}

    def ask(self, body: Json) -> tuple[int, Json]:
        """A new query job; the rows are those of this moment."""
        if self._quirks.bulk == "missing":
            raise Refused(404, "NOT_FOUND", "The requested resource does not exist")
        if self._quirks.bulk == "refused":
            raise Refused(400, "API_ERROR", "Selecting compound data not supported in Bulk Query")
        text = body["query"]
        if " order by " in text.lower() or " limit " in text.lower():
            raise Refused(400, "API_ERROR", "ORDER BY and LIMIT are not supported in Bulk Query")
        asked = self._rest._understood(text)
        found = self._rest._found(asked, is_all=body["operation"] == "queryAll")
        fields = [self._org.named(asked.object, path) for path in asked.fields]
        fields = fields[::-1] if self._quirks.csv_order == "reversed" else fields
        rows = [[self._cell(row.get(made.name), made) for made in fields] for row in found]
        return 200, self._told(self._new(Job("", body["operation"], rows, [made.name for made in fields])))

    def look(self, job_id: str) -> tuple[int, Json]:
        """How far a job is; it is done after so many looks."""
        job = self._job(job_id)
        job.looks += 1
        if job.state in ("UploadComplete", "InProgress"):
            job.state = "JobComplete" if job.looks >= self._quirks.polls else "InProgress"
        return 200, self._told(job)

    def results(self, job_id: str, locator: str, most: int) -> Sheet:
        """One page of a query's rows."""
        job = self._job(job_id)
        if job.state != "JobComplete":
            raise Refused(412, "JOB_NOT_COMPLETE", f"Current status: {job.state}")
        start = int(locator.removeprefix(LOCATOR)) if locator else 0
        end = start + min(most, self._quirks.bulk_page_rows)
        rows = job.rows[start:end]
        headers = {"Sforce-NumberOfRecords": str(len(rows))} if self._quirks.page_count_header else {}
        last = {"null": {"Sforce-Locator": "null"}, "empty": {"Sforce-Locator": ""}, "absent": {}}
        headers |= {"Sforce-Locator": f"{LOCATOR}{end}"} if end < len(job.rows) else last[self._quirks.last_locator]
        is_empty = not job.rows and self._quirks.csv_zero == "empty"
        return 200, b"" if is_empty else self._sheet(job.names, rows), headers

    def open(self, body: Json) -> tuple[int, Json]:
        """A new upload."""
        if self._quirks.bulk == "missing":
            raise Refused(404, "NOT_FOUND", "The requested resource does not exist")
        assert (body["object"], body["operation"], body["lineEnding"]) == ("Account", "update", "LF")
        return 200, self._told(self._new(Job("", "update", [], state="Open")))

    def upload(self, job_id: str, text: bytes) -> tuple[int, Json]:
        """The one body of a job."""
        job = self._job(job_id)
        if job.state != "Open" or job.names:
            raise Refused(400, "INVALIDJOBSTATE", "the batch of this job was uploaded already")
        job.names, *job.rows = list(csv.reader(io.StringIO(text.decode(), newline="")))
        return self._quirks.upload_status, None

    def close(self, job_id: str, body: Json) -> tuple[int, Json]:
        """Everything is there: do it."""
        job = self._job(job_id)
        job.state = body["state"]
        for cells in job.rows:
            row = dict(zip(job.names, cells, strict=True))
            told = {name: cell for name, cell in row.items() if name != "Id" and cell != ""}
            values = {name: None if cell == "#N/A" else cell for name, cell in told.items()}
            try:
                self._org.update(row["Id"], values)
                job.ok.append(row)
            except Refused as error:
                job.failed.append((row, f"{error.code}:{error.message}:{', '.join(error.fields)} --"))
        return 200, self._told(job)

    def file(self, job_id: str, name: str) -> Sheet:
        """A result file, its rows in no order."""
        job = self._job(job_id)
        if name == "unprocessedrecords":
            return 200, self._sheet(job.names, []), {}
        extra = "sf__Created" if name == "successfulResults" else "sf__Error"
        rows = [(row, "false") for row in job.ok] if name == "successfulResults" else job.failed
        names = ["sf__Id", extra, *job.names]
        lines = [[row["Id"], told, *(row[one] for one in job.names)] for row, told in reversed(rows)]
        if self._quirks.result_ids == "sent_only":
            lines = [["", *line[1:]] for line in lines]
        if self._quirks.result_ids == "sf_only":
            names, lines = names[:2], [line[:2] for line in lines]
        return 200, self._sheet(names, lines), {}

    def _new(self, job: Job) -> Job:
        job.id = f"750{len(self._jobs):012d}AAA"
        self._jobs[job.id] = job
        return job

    def _job(self, job_id: str) -> Job:
        if job_id not in self._jobs:
            raise Refused(404, "NOT_FOUND", "The requested resource does not exist")
        return self._jobs[job_id]

    def _told(self, job: Job) -> Json:
        told: dict[str, Json] = {"id": job.id, "operation": job.operation, "state": job.state, "apiVersion": 67.0}
        is_done = job.state == "JobComplete"
        is_told = self._quirks.processed == "always" or (self._quirks.processed == "at_end" and is_done)
        if is_told:
            told["numberRecordsProcessed"] = len(job.rows)
        return told | ({"isPkChunkingSupported": True} if self._quirks.unknown_keys else {})

    def _cell(self, value: Any, made: Made) -> str:  # a typed value
        if value is None:
            return ""
        if isinstance(value, bool):
            return self._quirks.csv_booleans[0] if value else self._quirks.csv_booleans[1]
        if isinstance(value, datetime):
            return value.strftime(self._quirks.csv_datetimes)
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, int | float):
            return str(number(value, self._quirks.csv_numbers))
        return str(value)[: self._quirks.ids] if made.type in ("id", "reference") else str(value)

    def _sheet(self, names: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
        text = io.StringIO(newline="")
        quoting = csv.QUOTE_ALL if self._quirks.csv_quotes == "all" else csv.QUOTE_MINIMAL
        csv.writer(text, quoting=quoting, lineterminator=self._quirks.csv_end).writerows([names, *rows])
        return (b"\xef\xbb\xbf" if self._quirks.csv_bom else b"") + text.getvalue().encode()
