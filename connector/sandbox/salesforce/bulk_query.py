"""What does a Bulk 2.0 query job do? It takes a query, works while it is polled, and gives its rows as CSV."""

from __future__ import annotations

import base64
import binascii

from connector.sandbox.answers import Answer, Refusal, Request
from connector.sandbox.salesforce.bulk_jobs import DELIMITERS, LINE_ENDINGS, Job
from connector.sandbox.salesforce.bulk_limits import refuse_unsupported
from connector.sandbox.salesforce.bulk_pages import Form, csv_page
from connector.sandbox.salesforce.instance import Instance
from connector.sandbox.salesforce.soql.parser import parse
from connector.sandbox.salesforce.soql.plan import make_plan

DEFAULT_PAGE = 100_000
NOT_COMPLETE = (
    "can only download query results of successfully completed bulk job with status: JOB_COMPLETE. "
    "Current status: {status}"
)
WORDS = {"UploadComplete": "UPLOAD_COMPLETE", "InProgress": "IN_PROGRESS", "Failed": "FAILED", "Aborted": "ABORTED"}


def create(instance: Instance, request: Request) -> Answer:
    """POST /jobs/query."""
    body = request.object()
    operation = str(body.get("operation"))
    if operation not in ("query", "queryAll") or not isinstance(body.get("query"), str):
        raise Refusal(400, "INVALIDJOB", "A query job takes an operation (query or queryAll) and a query.")
    delimiter, ending = str(body.get("columnDelimiter") or "COMMA"), str(body.get("lineEnding") or "LF")
    if delimiter not in DELIMITERS or ending not in LINE_ENDINGS:
        raise Refusal(400, "INVALIDJOB", f"Unknown column delimiter or line ending: {delimiter}, {ending}")
    org, text = instance.org, body["query"]
    parsed = parse(text)
    refuse_unsupported(parsed)
    plan = make_plan(parsed, org.view(text, request.user_id, everything=operation == "queryAll", bulk=True))
    job = Job(
        instance.jobs.new_id(), "query", request.user_id, request.version, plan.sobject.name, operation,
        "UploadComplete", org.clock.now(), delimiter=delimiter, line_ending=ending, query=text,
        polls_left=org.settings.bulk_polls,
    )  # fmt: skip
    instance.jobs.add(job)
    return Answer(job.json())


def poll(instance: Instance, request: Request, job_id: str) -> Answer:
    """GET /jobs/query/{id}: every poll is a step of the job."""
    job = instance.jobs.find("query", job_id, request.user_id)
    advance(instance, job)
    return Answer(job.json())


def advance(instance: Instance, job: Job) -> None:
    """One step: wait while polls are left, then run the query."""
    if job.state not in ("UploadComplete", "InProgress"):
        return
    if job.polls_left > 0:
        job.polls_left, job.state = job.polls_left - 1, "InProgress"
        return
    org = instance.org
    if org.settings.slow_query and org.settings.slow_query in job.query:
        job.state = "Failed"
        return
    view = org.view(job.query, job.user_id, everything=job.operation == "queryAll", bulk=True)
    plan = make_plan(parse(job.query), view)
    job.cache_key = (job.query, job.operation, job.user_id, job.delimiter, job.line_ending, org.version, view.today)
    rows = instance.results.rows(job.cache_key, lambda: org.tables.arrow(plan.sql, plan.values))
    names = [".".join(column.way) for column in plan.columns]
    job.rows = rows.select(range(rows.num_columns - len(names), rows.num_columns)).rename_columns(names)
    job.state = "JobComplete"


def results(instance: Instance, request: Request, job_id: str) -> Answer:
    """GET /jobs/query/{id}/results: a page of CSV, its size, and where the next begins."""
    job = instance.jobs.find("query", job_id, request.user_id)
    if request.version != job.version:
        raise Refusal(409, "API_ERROR", f"The job was created with API version {job.version}")
    if job.rows is None or job.state != "JobComplete":
        raise Refusal(412, "JOB_NOT_COMPLETE", NOT_COMPLETE.format(status=WORDS.get(job.state, job.state)))
    start = _start(request.query.get("locator"), job.rows.num_rows)
    most = _most(request.query.get("maxRecords"))
    page = job.rows.slice(start, most)
    end = start + page.num_rows
    form = Form(DELIMITERS[job.delimiter], LINE_ENDINGS[job.line_ending], zipped=_wants_gzip(instance, request))
    body = instance.results.page((*job.cache_key, start, most, form), lambda: csv_page(page, form))
    locator = "null" if end >= job.rows.num_rows else base64.b64encode(str(end).encode()).decode().rstrip("=")
    headers = {"Sforce-NumberOfRecords": str(page.num_rows), "Sforce-Locator": locator}
    headers |= {"Content-Encoding": "gzip"} if form.zipped else {}
    return Answer(body, headers=headers, content_type="text/csv; charset=UTF-8")


def _wants_gzip(instance: Instance, request: Request) -> bool:
    return instance.org.settings.gzip and "gzip" in request.headers.get("accept-encoding", "")


def _most(text: str | None) -> int:
    if text is None:
        return DEFAULT_PAGE
    if not text.isdigit() or int(text) < 1:
        raise Refusal(400, "INVALID_PARAMETER", f"maxRecords must be a positive number: {text}")
    return int(text)


def _start(locator: str | None, rows: int) -> int:
    if not locator or locator == "null":
        return 0
    try:
        start = int(base64.b64decode(locator + "=" * (-len(locator) % 4)))
    except (ValueError, binascii.Error):
        start = rows + 1
    if start > rows:
        raise Refusal(400, "INVALID_QUERY_LOCATOR", f"invalid query locator: {locator}")
    return start


def patch(instance: Instance, request: Request, job_id: str) -> Answer:
    """PATCH /jobs/query/{id} {"state": "Aborted"}."""
    job = instance.jobs.find("query", job_id, request.user_id)
    if request.object().get("state") != "Aborted" or job.state not in ("UploadComplete", "InProgress"):
        raise Refusal(400, "INVALIDJOBSTATE", f"A job in state {job.state} can only be aborted while it works.")
    job.state = "Aborted"
    return Answer(job.json())


def delete(instance: Instance, request: Request, job_id: str) -> Answer:
    """DELETE /jobs/query/{id}."""
    job = instance.jobs.find("query", job_id, request.user_id)
    if job.state not in ("JobComplete", "Failed", "Aborted"):
        raise Refusal(400, "INVALIDJOBSTATE", f"A job in state {job.state} cannot be deleted.")
    instance.jobs.drop(job)
    return Answer(status=204)


def index(instance: Instance, request: Request) -> Answer:
    """GET /jobs/query."""
    found = [job.json() for job in instance.jobs.of_kind("query", request.user_id)]
    return Answer({"done": True, "nextRecordsUrl": None, "records": found})
