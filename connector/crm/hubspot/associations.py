"""Who and what hangs together? Every label of every pair, read from the side of activities, contacts and deals.

An association has no stamp of its own and moves without a trace on either side. So a row carries the stamp of the
record it hangs on, and the sweep, which compares them all, finds the ones that came and went in between.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import NamedTuple

from connector.crm.hubspot.answers import Json, shown
from connector.crm.hubspot.objects import batched, following, results_of
from connector.crm.hubspot.rows import Record
from connector.crm.hubspot.sources import Gone, Records
from connector.crm.hubspot.transport import Transport
from connector.engine.records import Window
from connector.errors import Incomplete, Unavailable

INPUTS = 1_000
LINKED: Mapping[str, tuple[str, ...]] = {  # our stream -> what its records hang on
    "contact": ("companies",),
    "deal": ("companies", "contacts"),
    "call": ("contacts", "companies", "deals"),
    "meeting": ("contacts", "companies", "deals"),
    "email": ("contacts", "companies", "deals"),
    "task": ("contacts", "companies", "deals"),
    "note": ("contacts", "companies", "deals"),
}
SINGULAR: Mapping[str, str] = {"companies": "company", "contacts": "contact", "deals": "deal"}
PRIMARY = frozenset({1, 2, 5, 6})  # type ids; labels are renamed now and then
THEIRS = "HUBSPOT_DEFINED"
NOTHING = "OBJECT_NOT_FOUND"  # said of a record that hangs on nothing, and of one that has just gone


@dataclass(frozen=True, slots=True)
class Associations:
    """Associations from the records of some sources, by our stream's name."""

    transport: Transport
    sources: Mapping[str, Records]

    def count(self, window: Window) -> int:
        """About how many `during` gives: one for each record that may hang on something. Only reading them all says."""
        return sum(source.count(window) for source in self.sources.values())

    def during(self, window: Window) -> Iterator[list[Record]]:
        """Those of living records changed in the window."""
        for name, source in self.sources.items():
            yield from self._of(name, source, source.during(window))

    def alive(self) -> Iterator[list[Record]]:
        """All there are."""
        for name, source in self.sources.items():
            yield from self._of(name, source, source.alive())

    def gone(self, window: Window) -> Iterator[list[Gone]]:
        """HubSpot does not tell: the sweep finds them."""
        del window
        yield from ()

    def _of(self, name: str, source: Records, pages: Iterable[Sequence[Record]]) -> Iterator[list[Record]]:
        """The associations of the records of one type, asked for a thousand records at a time."""
        for records in batched(chain.from_iterable(pages), INPUTS):
            stamps = {record["id"]: record[source.stamp] for record in records}
            for to in LINKED[name]:
                for links in self._linked(source.type, to, list(stamps)):
                    yield [_row(name, SINGULAR[to], link, stamps[link.from_id]) for link in links]

    def _linked(self, from_type: str, to_type: str, ids: Sequence[str]) -> Iterator[list["Link"]]:
        """Pages of links, each once; every record is followed to its last one."""
        path = self.transport.paths.of("associations", type=from_type, to=to_type)
        waiting: list[dict[str, str]] = [{"id": one} for one in ids]
        asked, seen, visited = set(ids), set[Link](), set[tuple[str, str]]()
        while waiting:
            batch, waiting = waiting[:INPUTS], waiting[INPUTS:]
            check = partial(_results, path=path)
            results = check(self.transport.ask(path, {"inputs": batch}, check))
            links = {link for result in results for link in _links(result) if link.from_id in asked} - seen
            seen |= links
            if links:
                yield sorted(links)
            for record_id, after in _following(results):
                if (record_id, after) in visited:
                    raise Incomplete(f"{path}: record {record_id} turns in a circle; nothing of it was kept")
                visited.add((record_id, after))
                waiting.append({"id": record_id, "after": after})


class Link(NamedTuple):
    """One label of one pair."""

    from_id: str
    to_id: str
    category: str
    type_id: int
    label: str


def _results(answer: Json, path: str) -> list[Json]:
    """The results of a batch. Raises Unavailable when one of its records could not be answered for."""
    results = results_of(answer, path)
    for error in answer.get("errors") or []:
        if error.get("category") != NOTHING:
            raise Unavailable(f"{path}: {error.get('category')}: {shown(error.get('message'))}")
    return results


def _links(result: Json) -> Iterator[Link]:
    """The labels of one record's page."""
    from_id = str(result["from"]["id"])
    for to in result.get("to") or []:
        for told in to.get("associationTypes") or []:
            type_id, label = int(told["typeId"]), str(told.get("label") or "")
            yield Link(from_id, str(to["toObjectId"]), str(told.get("category")), type_id, label)


def _following(results: Sequence[Json]) -> Iterator[tuple[str, str]]:
    """The records that have more, and where it begins."""
    for result in results:
        after = following(result)
        if after is not None:
            yield str(result["from"]["id"]), after


def _row(from_type: str, to_type: str, link: Link, stamp: str) -> Record:
    """One label of a pair as a record; its id is made of all that it is."""
    kind = str(link.type_id) if link.category == THEIRS else f"{link.category}-{link.type_id}"
    return {
        "id": f"{from_type}-{link.from_id}-{to_type}-{link.to_id}-{kind}",
        "modifiedAt": stamp,
        "fromType": from_type,
        "fromId": link.from_id,
        "toType": to_type,
        "toId": link.to_id,
        "typeId": kind,
        "label": link.label,
        "isPrimary": link.category == THEIRS and link.type_id in PRIMARY,
    }
