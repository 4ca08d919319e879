"""How are rows read over Bulk API 2.0? One job, its result in large pages, each counted before it is believed."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import structlog
from simple_salesforce.api import Salesforce as Client
from simple_salesforce.util import exception_handler

from connector.crm.salesforce import rest
from connector.crm.salesforce.answers import NoBulk
from connector.crm.salesforce.question import Question
from connector.crm.salesforce.rows import from_csv
from connector.crm.salesforce.transport import Json, Transport
from connector.errors import Incomplete, Rejected, Unavailable

log = structlog.get_logger()

PAGE_ROWS = 20_000  # one page is in hand while the next is fetched: 50,000 take 60 MB more
CHUNK = 1 << 18  # bytes taken from the wire at a time
FIRST_WAIT, LONGEST_WAIT, PATIENCE = 0.1, 15.0, 7_200.0  # seconds between looks, and in all
LAST = ("null", "")  # what Sforce-Locator says on the last page, where it is there at all
NOT_CSV = ("text/html", "application/json")


class _WrongCount(Unavailable):
    """A page with other than the announced number of rows; asked again it may be whole."""


@dataclass(frozen=True, slots=True)
class _Page:
    table: pa.Table
    locator: str  # empty where nothing is said of a next page


def pages(transport: Transport, question: Question, *, page_rows: int = PAGE_ROWS) -> Iterator[pa.Table]:
    """The rows, in no order. Raises Incomplete when their number is not the announced one, NoBulk when REST must do."""
    job = _create(transport, question)
    announced = _wait(transport, job, question)
    seen, locator, visited = 0, "", set[str]()
    while True:
        page = _fetch(transport, job, question, (locator, page_rows))
        seen, locator = seen + page.table.num_rows, page.locator
        if locator in visited:
            raise Incomplete(f"{question.object}: the pages of Bulk job {job} repeat; nothing of it was kept")
        if page.table.num_rows:
            yield page.table
        if locator in LAST:
            break
        visited.add(locator)
    if seen != announced:
        _confirm(transport, question, seen, announced)


def wait_for(transport: Transport, path: str) -> dict[str, Json]:
    """The state of the Bulk job at `path` once it has ended, however it ended. Raises Unavailable after two hours."""
    waited, wait = 0.0, FIRST_WAIT
    while waited < PATIENCE:
        state = transport.get(path)
        if not isinstance(state, dict) or "state" not in state:
            raise Unavailable(f"{path}: an answer of a wrong shape")
        if state["state"] in ("JobComplete", "Failed", "Aborted"):
            return state
        transport.sleep(wait)
        waited, wait = waited + wait, min(wait * 2, LONGEST_WAIT)
    raise Unavailable(f"{path}: still not done after {PATIENCE / 3600:.0f} hours; look at Bulk Data Load Jobs in Setup")


def download(client: Client, path: str, params: dict[str, str]) -> Any:  # a requests.Response, to be closed
    """The answer of a CSV download, not yet read. Raises as simple-salesforce does, Unavailable for other content."""
    headers = {"Authorization": client.headers["Authorization"], "Accept": "text/csv"}
    answer = client.session.request("GET", f"{client.base_url}{path}", params=params, headers=headers, stream=True)
    if answer.status_code != 200:
        exception_handler(answer, path)
    if answer.headers.get("Content-Type", "").startswith(NOT_CSV):
        answer.close()
        raise Unavailable(f"{path}: the answer is no CSV")
    return answer


def _create(transport: Transport, question: Question) -> str:
    """A new job's id. A job whose answer was lost is asked for again: one that nobody reads does no harm."""
    body = {
        "operation": "queryAll" if question.hidden else "query",
        "query": question.unordered,
        "contentType": "CSV",
        "columnDelimiter": "COMMA",
        "lineEnding": "LF",
    }
    try:
        state = transport.read("jobs/query", lambda client: client.restful("jobs/query", method="POST", json=body))
    except Rejected as error:  # whatever the reason, REST may answer, or say it better
        raise NoBulk(str(error), code=error.code) from None
    if not isinstance(state, dict) or not state.get("id"):
        raise Unavailable("jobs/query: an answer of a wrong shape")
    return str(state["id"])


def _confirm(transport: Transport, question: Question, seen: int, announced: int | None) -> None:
    """Believe rows of another number than announced only when a count of this moment agrees with them."""
    counted = rest.count(transport, question)
    if counted != seen:
        told = f"{question.object}: {seen:,} rows came over Bulk, {counted if announced is None else announced:,}"
        raise Incomplete(f"{told} were announced; nothing of them was kept")
    log.warning("bulk.count_not_told", object=question.object, count=seen)


def _wait(transport: Transport, job: str, question: Question) -> int | None:
    """The number of rows the finished job announces; None where it announces none."""
    state = wait_for(transport, f"jobs/query/{job}")
    if state["state"] == "JobComplete":
        announced = state.get("numberRecordsProcessed")
        return None if announced is None else int(announced)
    if state["state"] == "Aborted":
        raise Unavailable(f"{question.object}: somebody aborted Bulk job {job}; run the same command again")
    transport.query(question.ordered, deleted=question.hidden)  # the job does not say why it failed; this may
    said = transport.hide(str(state.get("errorMessage") or "no reason given"))
    raise NoBulk(f"{question.object}: Bulk job {job} failed: {said}")


def _fetch(transport: Transport, job: str, question: Question, at: tuple[str, int]) -> _Page:
    """One page by its locator and size; a locator stays good, so a page that broke is fetched again."""
    path, (locator, rows) = f"jobs/query/{job}/results", at
    params = {"maxRecords": str(rows)} | ({"locator": locator} if locator else {})
    try:
        return transport.read(path, lambda client: _read(client, path, params, question))
    except _WrongCount as error:
        raise Incomplete(str(error)) from None


def _read(client: Client, path: str, params: dict[str, str], question: Question) -> _Page:
    """One page as it comes over the wire."""
    with download(client, path, params) as answer:
        table = from_csv(answer.iter_content(CHUNK), question.columns)
        pa.default_memory_pool().release_unused()  # what parsing took, it would keep for ever
        announced, locator = answer.headers.get("Sforce-NumberOfRecords"), answer.headers.get("Sforce-Locator", "")
    if announced is not None and announced != str(table.num_rows):
        raise _WrongCount(f"{question.object}: {table.num_rows:,} rows in a page that announced {announced}")
    return _Page(table, locator)
