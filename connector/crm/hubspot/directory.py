"""Which owners, lists, campaigns, submissions and marketing e-mail events are there? Walked whole, as they come."""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from connector.crm.hubspot.answers import Json
from connector.crm.hubspot.objects import pages
from connector.crm.hubspot.rows import Record, milliseconds, moment_of
from connector.crm.hubspot.sources import AHEAD, Gone, is_inside
from connector.crm.hubspot.transport import Transport
from connector.engine.mapping import MEMBERSHIPS
from connector.engine.records import Window
from connector.errors import Incomplete, Rejected, Unavailable

OWNERS_PAGE, CAMPAIGNS_PAGE, FORMS_PAGE, SUBMISSIONS_PAGE, EVENTS_PAGE = "100", "100", "100", "50", "1000"
LISTS_PAGE = 500
EVERY_FORM = ("formTypes", "all")  # else HubSpot tells its own forms alone: no pop-ups, and none of a site's own
COMMENTS, NO_SUBMISSIONS = "blog_comment", "FORM_TYPE_NOT_ALLOWED"  # the kind of form that has none, and what is said
EVENT_TYPES = ("OPEN", "CLICK")  # what a person may have done; the rest is what our own mail server did
Pages = Iterator[list[Record]]
BEGINNING = datetime(2006, 1, 1, tzinfo=UTC)  # HubSpot is no older, and refuses to begin at the epoch


@dataclass(frozen=True, slots=True)
class Whole:
    """What is read whole each time, for there is little of it and no search; each says when it was last changed.

    `keeps_archived` says that HubSpot tells what was archived; otherwise only the sweep finds that it has gone.
    """

    walk: Callable[[], Pages]
    keeps_archived: bool = False

    def count(self, window: Window) -> int:
        """How many changed in the window."""
        return sum(len(page) for page in self.during(window))

    def during(self, window: Window) -> Pages:
        """Those changed in the window."""
        for page in self.walk():
            yield [one for one in page if is_inside(moment_of(one["updatedAt"]), window)]

    def alive(self) -> Pages:
        """All that are not archived."""
        for page in self.walk():
            yield [one for one in page if not one.get("archived")]

    def gone(self, window: Window) -> Iterator[list[Gone]]:
        """Those archived, at their last change."""
        for page in self.walk() if self.keeps_archived else ():
            left = [(str(one["id"]), moment_of(one["updatedAt"])) for one in page if one.get("archived")]
            yield [(one, at) for one, at in left if is_inside(at, window)]


@dataclass(frozen=True, slots=True)
class Happened:
    """What happened once and stays: `walk` gives those of a window, `now` is the server's clock."""

    walk: Callable[[Window], Pages]
    now: Callable[[], datetime]

    def count(self, window: Window) -> int:
        """How many happened in the window."""
        return sum(len(page) for page in self.walk(window))

    def during(self, window: Window) -> Pages:
        """Those of the window."""
        yield from self.walk(window)

    def alive(self) -> Pages:
        """All there are."""
        yield from self.walk(Window(None, self.now() + AHEAD))

    def gone(self, window: Window) -> Iterator[list[Gone]]:
        """HubSpot does not tell."""
        del window
        yield from ()


def owners(transport: Transport) -> Whole:
    """Our own people, those who left too."""
    return Whole(partial(_owners, transport), keeps_archived=True)


def _owners(transport: Transport) -> Pages:
    for archived in ("false", "true"):
        yield from pages(transport, transport.paths.of("owners"), [("limit", OWNERS_PAGE), ("archived", archived)])


def campaigns(transport: Transport, properties: Sequence[str]) -> Whole:
    """Marketing campaigns with these properties."""
    return Whole(partial(_campaigns, transport, properties))


def _campaigns(transport: Transport, properties: Sequence[str]) -> Pages:
    params = [("limit", CAMPAIGNS_PAGE), *(("properties", name) for name in properties)]
    for page in pages(transport, transport.paths.of("campaigns"), params):
        yield [{**one, **(one.get("properties") or {})} for one in page]


def lists(transport: Transport) -> Whole:
    """Lists of records, by their names."""
    return Whole(partial(_lists, transport))


def _lists(transport: Transport) -> Pages:
    """All there are. Raises Incomplete when fewer come than were announced."""
    came = 0
    while True:
        answer = transport.ask(f"{transport.paths.of('lists')}/search", lists_from(came, LISTS_PAGE))
        if not isinstance(answer, dict) or not isinstance(answer.get("lists"), list):
            raise Unavailable("lists: an answer of a wrong shape")
        came += len(answer["lists"])
        yield [{**one, **(one.get("additionalProperties") or {})} for one in answer["lists"]]
        if not answer.get("hasMore"):
            return
        if not answer["lists"]:
            raise Incomplete(f"lists: {came:,} came, {answer.get('total')} were announced; nothing was kept")


def count_forms(transport: Transport) -> int:
    """How many forms there are."""
    params = [("limit", FORMS_PAGE), EVERY_FORM]
    return sum(len(page) for page in pages(transport, transport.paths.of("forms"), params))


def submissions(transport: Transport) -> Happened:
    """Submissions of every form."""
    return Happened(partial(_submissions, transport), transport.now)


def _submissions(transport: Transport, window: Window) -> Pages:
    for page in pages(transport, transport.paths.of("forms"), [("limit", FORMS_PAGE), EVERY_FORM]):
        for form in page:
            if form.get("formType") != COMMENTS:
                yield from _sent_in(transport, form, window)


def _sent_in(transport: Transport, form: Json, window: Window) -> Pages:
    """The submissions of one form. They come newest first, so that a window ends the walk."""
    path = f"{transport.paths.of('submissions')}/{form['id']}"
    try:
        for page in pages(transport, path, [("limit", SUBMISSIONS_PAGE)]):
            made = [(moment_of(one["submittedAt"]), one) for one in page]
            yield [_submission(form, one) for at, one in made if is_inside(at, window)]
            if window.since is not None and made[-1][0] < window.since:
                return
    except Rejected as error:
        if NO_SUBMISSIONS not in str(error) and error.code != NO_SUBMISSIONS:
            raise


def email_events(transport: Transport) -> Happened:
    """Opens and clicks of marketing e-mail, by type and moment."""
    return Happened(partial(_email_events, transport), transport.now)


def _email_events(transport: Transport, window: Window) -> Pages:
    for event_type in EVENT_TYPES:
        for page in _of_type(transport, event_type, window):
            yield [one for one in page if is_inside(moment_of(one["created"]), window)]


def _of_type(transport: Transport, event_type: str, window: Window) -> Iterator[list[Json]]:
    """The events of one type. Raises Incomplete where the pages turn in a circle."""
    path, offset, visited = transport.paths.of("email_events"), "", set[str]()
    edges = [milliseconds(window.since or BEGINNING), milliseconds(window.until)]
    params = [("startTimestamp", str(edges[0])), ("endTimestamp", str(edges[1])), ("limit", EVENTS_PAGE)]
    while True:
        more = [("offset", offset)] if offset else []
        answer = transport.get(path, [*params, ("eventType", event_type), *more])
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
    if name in ("lists", MEMBERSHIPS):
        transport.ask(f"{transport.paths.of('lists')}/search", lists_from(0, 1))
    else:
        transport.get(transport.paths.of(name), [("limit", "1")])


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
