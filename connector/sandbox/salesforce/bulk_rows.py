"""How are the rows of an uploaded CSV written? Batch by batch, with a file of successes and one of failures."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from itertools import islice

from connector.sandbox.answers import Json
from connector.sandbox.salesforce.bulk_jobs import DELIMITERS, LINE_ENDINGS, Job
from connector.sandbox.salesforce.deletes import delete
from connector.sandbox.salesforce.instance import Instance
from connector.sandbox.salesforce.schema import SObject
from connector.sandbox.salesforce.upserts import upsert
from connector.sandbox.salesforce.writes import Change, Outcome, Writer, create, update

BATCH = 10_000
CLEARED = "#N/A"
Line = dict[str, str]


class Unreadable(Exception):
    """A file the job fails on as a whole."""


def load(instance: Instance, job: Job) -> None:
    """Write the upload of the job, and put its state, counts and files on it."""
    sobject = instance.org.schema.find(job.sobject)
    text = (job.upload or b"").decode("utf-8-sig", "replace")
    header: list[str] = []
    try:
        if sobject is None or instance.org.settings.bulk_ingest_fails:
            raise Unreadable("InternalServerError : the job was stopped")
        header, lines = read_lines(text, job)
        refuse_columns(instance, job, sobject, header)
    except Unreadable as fault:
        job.state, job.error, job.unprocessed = "Failed", str(fault), job.upload or b""
        job.successes, job.failures = _csv(job, ["sf__Id", "sf__Created"], []), _csv(job, ["sf__Id", "sf__Error"], [])
        return
    results = list(_written(Writer(instance.org, job.user_id), sobject, job, lines))
    instance.org.journal.called(sobject.name)
    _report(job, header, results)


def read_lines(text: str, job: Job) -> tuple[list[str], Iterator[Line]]:
    """The header and the lines of the file. Raises Unreadable where it is not in the form the job said."""
    has_crlf = "\r\n" in text
    if has_crlf != (job.line_ending == "CRLF") and "\n" in text.strip():
        message = f"LineEnding is invalid on user data. Current LineEnding setting is {job.line_ending}"
        raise Unreadable(f"ClientInputError : {message}")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=DELIMITERS[job.delimiter])
    header = next(reader, [])
    if not header:
        raise Unreadable("ClientInputError : the upload is empty")
    return header, (dict(zip(header, line, strict=False)) for line in reader if line)


def refuse_columns(instance: Instance, job: Job, sobject: SObject, header: Sequence[str]) -> None:
    """Raise Unreadable for a column that is no field of the object."""
    fields = {name.lower() for name in instance.org.access.fields(job.user_id, sobject)}
    for name in header:
        if name.lower() not in fields:
            raise Unreadable(f"InvalidBatch : Field name not found : {name}")


def _written(writer: Writer, sobject: SObject, job: Job, lines: Iterator[Line]) -> Iterator[tuple[Line, Outcome]]:
    while batch := list(islice(lines, BATCH)):
        changes = [_change(sobject, job, line) for line in batch]
        yield from zip(batch, _write(writer, job, changes), strict=True)


def _write(writer: Writer, job: Job, changes: list[Change]) -> list[Outcome]:
    if job.operation == "insert":
        return create(writer, changes)
    if job.operation == "update":
        return update(writer, changes)
    if job.operation == "upsert":
        return upsert(writer, job.external_id, changes)
    return delete(writer, changes, hard=job.operation == "hardDelete")


def _change(sobject: SObject, job: Job, line: Line) -> Change:
    """An empty cell leaves the field as it is, #N/A clears it."""
    values: dict[str, Json] = {name: None if cell == CLEARED else cell for name, cell in line.items() if cell != ""}
    by_id = job.operation != "upsert" or job.external_id.lower() == "id"
    record_id = next((values.pop(name) for name in list(values) if name.lower() == "id" and by_id), "")
    if job.operation == "upsert" and record_id:
        values["Id"] = record_id
    return Change(sobject, str(record_id or ""), values)


def _report(job: Job, header: list[str], results: list[tuple[Line, Outcome]]) -> None:
    good = [[o.record_id, str(o.created).lower(), *line.values()] for line, o in results if not o.refusal]
    bad = [[line.get("Id", ""), error_text(o), *line.values()] for line, o in results if o.refusal]
    job.successes = _csv(job, ["sf__Id", "sf__Created", *header], good)
    job.failures = _csv(job, ["sf__Id", "sf__Error", *header], bad)
    job.unprocessed = _csv(job, header, [])
    job.counts = {"numberRecordsProcessed": len(results), "numberRecordsFailed": len(bad)}
    job.state = "JobComplete"


def error_text(outcome: Outcome) -> str:
    """The error of one row as the result file writes it."""
    refusal = outcome.refusal
    if refusal is None:
        return ""
    return f"{refusal.code}:{refusal.message}:{', '.join(refusal.fields or [])} --"


def _csv(job: Job, header: list[str], rows: list[list[str]]) -> bytes:
    sink = io.StringIO(newline="")
    ending = LINE_ENDINGS[job.line_ending]
    writer = csv.writer(sink, delimiter=DELIMITERS[job.delimiter], quoting=csv.QUOTE_ALL, lineterminator=ending)
    writer.writerow(header)
    writer.writerows(rows)
    return sink.getvalue().encode()
