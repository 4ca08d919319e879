"""Which owners, lists, campaigns, submissions and marketing e-mail events are there? Walked whole, as they come."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from connector.crm.hubspot.answers import Json
from connector.crm.hubspot.objects import pages
from connector.crm.hubspot.rows import Record, milliseconds, moment_of
from connector.crm.hubspot.sources import AHEAD, Gone, is_inside
from connector.crm.hubspot.transport import Transport
from connector.engine.records import Window
from connector.errors import Incomplete, Rejected, Unavailable

OWNERS_PAGE, CAMPAIGNS_PAGE, FORMS_PAGE, SUBMISSIONS_PAGE, EVENTS_PAGE = "100", "100", "100", "50", "1000"
LISTS_PAGE = 500
NO_SUBMISSIONS = "FORM_TYPE_NOT_ALLOWED"
EVENT_TYPES = ("OPEN", "CLICK")  # what a person may have done; the rest is what our own mail server did
BEGINNING = datetime(2006, 1, 1, tzinfo=UTC)  # HubSpot is no older, and refuses to begin at the epoch


@dataclass(frozen=True, slots=True)
class Owners:
    """Our own people, those who left too. They are read whole each time: there are few, and no search."""

    transport: Transport

    def count(self, window: Window) -> int:
        """How many changed in the window."""
        return sum(len(page) for page in self.during(window))

    def during(self, window: Window) -> Iterator[list[Record]]:
        """Those changed in the window."""
        for page in self._all():
            yield [one for one in page if is_inside(moment_of(one["updatedAt"]), window)]

    def alive(self) -> Iterator[list[Record]]:
        """All that are not archived."""
        for page in self._all():
            yield [one for one in page if not one.get("archived")]

    def gone(self, window: Window) -> Iterator[list[Gone]]:
        """Those archived, at their last change."""
        for page in self._all():
            left = [(str(one["id"]), moment_of(one["updatedAt"])) for one in page if one.get("archived")]
            yield [(one, at) for one, at in left if is_inside(at, window)]

    def _all(self) -> Iterator[list[Json]]:
        for archived in ("false", "true"):
            params = [("limit", OWNERS_PAGE), ("archived", archived)]
            yield from pages(self.transport, self.transport.paths.of("owners"), params)


@dataclass(frozen=True, slots=True)
class Campaigns:
    """Marketing campaigns, read whole each time."""

    transport: Transport
    properties: Sequence[str]

    def count(self, window: Window) -> int:
        """How many changed in the window."""
        return sum(len(page) for page in self.during(window))

    def during(self, window: Window) -> Iterator[list[Record]]:
        """Those changed in the window."""
        for page in self.alive():
            yield [one for one in page if is_inside(moment_of(one["updatedAt"]), window)]

    def alive(self) -> Iterator[list[Record]]:
        """All there are."""
        params = [("limit", CAMPAIGNS_PAGE), *(("properties", name) for name in self.properties)]
        for page in pages(self.transport, self.transport.paths.of("campaigns"), params):
            yield [{**one, **(one.get("properties") or {})} for one in page]

    def gone(self, window: Window) -> Iterator[list[Gone]]:
        """HubSpot does not tell."""
        del window
        yield from ()


@dataclass(frozen=True, slots=True)
class Lists:
    """Lists of records, by their names; read whole each time."""

    transport: Transport

    def count(self, window: Window) -> int:
        """How many changed in the window."""
        return sum(len(page) for page in self.during(window))

    def during(self, window: Window) -> Iterator[list[Record]]:
        """Those changed in the window."""
        for page in self.alive():
            yield [one for one in page if is_inside(moment_of(one["updatedAt"]), window)]

    def alive(self) -> Iterator[list[Record]]:
        """All there are. Raises Incomplete when fewer come than were announced."""
        came = 0
        while True:
            answer = self.transport.ask(f"{self.transport.paths.of('lists')}/search", lists_from(came, LISTS_PAGE))
            if not isinstance(answer, dict) or not isinstance(answer.get("lists"), list):
                raise Unavailable("lists: an answer of a wrong shape")
            came += len(answer["lists"])
            yield [{**one, **(one.get("additionalProperties") or {})} for one in answer["lists"]]
            if not answer.get("hasMore"):
                return
            if not answer["lists"]:
                raise Incomplete(f"lists: {came:,} came, {answer.get('total')} were announced; nothing was kept")

    def gone(self, window: Window) -> Iterator[list[Gone]]:
        """HubSpot does not tell."""
        del window
        yield from ()


@dataclass(frozen=True, slots=True)
class Submissions:
    """Submissions of every form. Each form's come newest first, so that a window ends the walk."""

    transport: Transport

    def count(self, window: Window) -> int:
        """How many were made in the window."""
        return sum(len(page) for page in self.during(window))

    def during(self, window: Window) -> Iterator[list[Record]]:
        """Those made in the window."""
        forms = self.transport.paths.of("forms")
        for page in pages(self.transport, forms, [("limit", FORMS_PAGE)]):
            for form in page:
                yield from self._of(form, window)

    def alive(self) -> Iterator[list[Record]]:
        """All there are."""
        yield from self.during(Window(None, self.transport.now() + AHEAD))

    def gone(self, window: Window) -> Iterator[list[Gone]]:
        """HubSpot does not tell."""
        del window
        yield from ()

    def _of(self, form: Json, window: Window) -> Iterator[list[Record]]:
        """The submissions of one form."""
        path = f"{self.transport.paths.of('submissions')}/{form['id']}"
        try:
            for page in pages(self.transport, path, [("limit", SUBMISSIONS_PAGE)]):
                made = [(moment_of(one["submittedAt"]), one) for one in page]
                yield [_submission(form, one) for at, one in made if is_inside(at, window)]
                if window.since is not None and made[-1][0] < window.since:
                    return
        except Rejected as error:
            if NO_SUBMISSIONS not in str(error) and error.code != NO_SUBMISSIONS:
                raise


@dataclass(frozen=True, slots=True)
class EmailEvents:
    """Opens and clicks of marketing e-mail, by type and moment."""

    transport: Transport

    def count(self, window: Window) -> int:
        """How many happened in the window."""
        return sum(len(page) for page in self.during(window))

    def during(self, window: Window) -> Iterator[list[Record]]:
        """Those of the window."""
        for event_type in EVENT_TYPES:
            for page in self._pages(event_type, window):
                yield [one for one in page if is_inside(moment_of(one["created"]), window)]

    def alive(self) -> Iterator[list[Record]]:
        """All there are."""
        yield from self.during(Window(None, self.transport.now() + AHEAD))

    def gone(self, window: Window) -> Iterator[list[Gone]]:
        """What happened stays."""
        del window
        yield from ()

    def _pages(self, event_type: str, window: Window) -> Iterator[list[Json]]:
        path, offset, visited = self.transport.paths.of("email_events"), "", set[str]()
        edges = [milliseconds(window.since or BEGINNING), milliseconds(window.until)]
        params = [("startTimestamp", str(edges[0])), ("endTimestamp", str(edges[1])), ("limit", EVENTS_PAGE)]
        while True:
            more = [("offset", offset)] if offset else []
            answer = self.transport.get(path, [*params, ("eventType", event_type), *more])
            if not isinstance(answer, dict) or not isinstance(answer.get("events"), list):
                raise Unavailable(f"{path}: an answer of a wrong shape")
            if answer["events"]:
                yield list(answer["events"])
            if not answer.get("hasMore"):
                return
            offset = str(answer.get("offset") or "")
            if not offset or offset in visited:
                raise Incomplete(f"{path}: the list turns in a circle; nothing of it was kept")
            visited.add(offset)


def knock(transport: Transport, name: str) -> None:
    """Ask a list for its first row. Raises AccessDenied naming the scope that is missing."""
    path = transport.paths.of(name)
    if name == "lists":
        transport.ask(f"{path}/search", lists_from(0, 1))
    else:
        transport.get(path, [("limit", "1")])


def lists_from(offset: int, count: int) -> Json:
    """What is asked for so many lists behind the first few."""
    return {"query": "", "offset": offset, "count": count, "additionalProperties": ["hs_list_size"]}


def _submission(form: Json, one: Json) -> Record:
    """One submission. HubSpot gives it no id: form, moment and what was filled in stand for it."""
    told = {str(value.get("name")): value.get("value") for value in one.get("values") or []}
    digest = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]
    made = milliseconds(moment_of(one["submittedAt"]))
    return {
        "id": str(one.get("conversionId") or f"{form['id']}:{made}:{digest}"),
        "submittedAt": one["submittedAt"],
        "formId": form["id"],
        "name": form.get("name"),
        "email": told.get("email"),
        "pageUrl": one.get("pageUrl"),
    }
