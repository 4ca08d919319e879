"""What does a Bulk 2.0 ingest job do? It takes one CSV, writes its rows when closed, and tells how each went."""

from __future__ import annotations

from connector.sandbox.answers import Answer, Json, Refusal, Request
from connector.sandbox.salesforce.bulk_jobs import DELIMITERS, LINE_ENDINGS, Job
from connector.sandbox.salesforce.bulk_rows import load
from connector.sandbox.salesforce.instance import Instance
from connector.sandbox.salesforce.sobjects import found

OPERATIONS = ("insert", "update", "upsert", "delete", "hardDelete")
UPLOAD_MAX = 150 * 1_000_000
TEXT = "text/csv; charset=UTF-8"


def create(instance: Instance, request: Request) -> Answer:
    """POST /jobs/ingest."""
    body, org = request.object(), instance.org
    operation, delimiter = str(body.get("operation")), str(body.get("columnDelimiter") or "COMMA")
    ending = str(body.get("lineEnding") or "LF")
    if operation not in OPERATIONS or delimiter not in DELIMITERS or ending not in LINE_ENDINGS:
        message = f"Unknown operation, delimiter or line ending: {operation}, {delimiter}, {ending}"
        raise Refusal(400, "INVALIDJOB", message)
    if operation == "upsert" and not body.get("externalIdFieldName"):
        raise Refusal(400, "INVALIDJOB", "An upsert job takes externalIdFieldName.")
    sobject = found(instance, str(body.get("object")))
    job = Job(
        instance.jobs.new_id(), "ingest", request.user_id, request.version, sobject.name, operation, "Open",
        org.clock.now(), delimiter=delimiter, line_ending=ending,
        external_id=str(body.get("externalIdFieldName") or ""), polls_left=org.settings.bulk_polls,
    )  # fmt: skip
    instance.jobs.add(job)
    return Answer(job.json())


def upload(instance: Instance, request: Request, job_id: str) -> Answer:
    """PUT /jobs/ingest/{id}/batches: once."""
    job = instance.jobs.find("ingest", job_id, request.user_id)
    if job.state != "Open" or job.upload is not None:
        message = "Found multiple contents for job: a job takes one upload, while it is open"
        raise Refusal(400, "INVALIDJOBSTATE", message)
    if len(request.body) > UPLOAD_MAX:
        raise Refusal(400, "EXCEEDED_MAX_SIZE_REQUEST", f"The upload has more than {UPLOAD_MAX} bytes")
    job.upload = request.body
    return Answer(status=201)


def patch(instance: Instance, request: Request, job_id: str) -> Answer:
    """PATCH /jobs/ingest/{id} {"state": "UploadComplete" | "Aborted"}."""
    job = instance.jobs.find("ingest", job_id, request.user_id)
    state = str(request.object().get("state"))
    if state not in ("UploadComplete", "Aborted") or job.state in ("JobComplete", "Failed", "Aborted"):
        raise Refusal(400, "INVALIDJOBSTATE", f"A job in state {job.state} cannot become {state}.")
    if state == "UploadComplete" and job.upload is None:
        raise Refusal(400, "INVALIDJOBSTATE", "No data was uploaded for the job.")
    job.state = state
    return Answer(job.json())


def poll(instance: Instance, request: Request, job_id: str) -> Answer:
    """GET /jobs/ingest/{id}: every poll is a step of the job."""
    job = instance.jobs.find("ingest", job_id, request.user_id)
    _advance(instance, job)
    return Answer(job.json())


def _advance(instance: Instance, job: Job) -> None:
    if job.state not in ("UploadComplete", "InProgress"):
        return
    if job.polls_left > 0:
        job.polls_left, job.state = job.polls_left - 1, "InProgress"
        return
    load(instance, job)


def successful(instance: Instance, request: Request, job_id: str) -> Answer:
    """GET /jobs/ingest/{id}/successfulResults."""
    return _file(_done(instance, request, job_id).successes)


def failed(instance: Instance, request: Request, job_id: str) -> Answer:
    """GET /jobs/ingest/{id}/failedResults."""
    return _file(_done(instance, request, job_id).failures)


def unprocessed(instance: Instance, request: Request, job_id: str) -> Answer:
    """GET /jobs/ingest/{id}/unprocessedrecords."""
    return _file(_done(instance, request, job_id).unprocessed)


def _done(instance: Instance, request: Request, job_id: str) -> Job:
    job = instance.jobs.find("ingest", job_id, request.user_id)
    if request.version != job.version:
        raise Refusal(409, "API_ERROR", f"The job was created with API version {job.version}")
    if job.state not in ("JobComplete", "Failed", "Aborted"):
        raise Refusal(412, "JOB_NOT_COMPLETE", f"The job has no results yet. Current status: {job.state}")
    return job


def _file(body: bytes) -> Answer:
    return Answer(body, content_type=TEXT)


def delete(instance: Instance, request: Request, job_id: str) -> Answer:
    """DELETE /jobs/ingest/{id}."""
    job = instance.jobs.find("ingest", job_id, request.user_id)
    if job.state == "InProgress":
        raise Refusal(400, "INVALIDJOBSTATE", "A job that works cannot be deleted.")
    instance.jobs.drop(job)
    return Answer(status=204)


def index(instance: Instance, request: Request) -> Answer:
    """GET /jobs/ingest."""
    jobs: list[Json] = [job.json() for job in instance.jobs.of_kind("ingest", request.user_id)]
    return Answer({"done": True, "nextRecordsUrl": None, "records": jobs})
