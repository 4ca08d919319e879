"""Which records of a type are there? Lists of the living and of the archived ones, and records by their ids."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from connector.crm.hubspot.answers import Json
from connector.crm.hubspot.rows import Record
from connector.crm.hubspot.transport import Transport
from connector.crm.hubspot.wire import Query
from connector.errors import Incomplete, Unavailable

T = TypeVar("T")
PAGE_ROWS = 100
BATCH_ROWS = 100
LONGEST_QUERY = 6_000  # characters of an address; HubSpot's front door refuses longer ones some way above


@dataclass(frozen=True, slots=True)
class Objects:
    """Records of one type; `stamp` is the property that says when one was changed."""

    transport: Transport
    type: str
    stamp: str
    properties: Sequence[str]

    def all(self, *, archived: bool = False) -> Iterator[list[Record]]:
        """Pages of every record there is, by id. Raises Incomplete when a page comes twice."""
        params = [("limit", str(PAGE_ROWS)), ("archived", "true" if archived else "false")]
        if sum(len(name) + len("&properties=") for name in self.properties) > LONGEST_QUERY:
            yield from self._by_id(params)
            return
        named = [("properties", name) for name in self.properties]
        for page in pages(self.transport, self._path(), [*params, *named]):
            yield [flat(record, self.stamp) for record in page]

    def read(self, ids: Sequence[str], *, archived: bool = False) -> Iterator[list[Record]]:
        """The records of these ids, at most 100 at a time. One that was merged comes under the id it has now."""
        for batch in batched(list(dict.fromkeys(ids)), BATCH_ROWS):
            body = {"inputs": [{"id": one} for one in batch], "properties": list(self.properties)}
            path = f"{self._path()}/batch/read{'?archived=true' if archived else ''}"
            answer = self.transport.ask(path, body)
            yield [flat(record, self.stamp) for record in results_of(answer, path)]

    def _by_id(self, params: Query) -> Iterator[list[Record]]:
        """The list of ids, and the rest by batches: so many properties do not fit into an address."""
        archived = ("archived", "true") in params
        for page in pages(self.transport, self._path(), params):
            yield from self.read([str(record["id"]) for record in page], archived=archived)

    def _path(self) -> str:
        return self.transport.paths.of("objects", type=self.type)


def pages(transport: Transport, path: str, params: Query) -> Iterator[list[Json]]:
    """The pages of any list that goes on by `after`. Raises Incomplete when it turns in a circle."""
    after, visited = None, set[str]()
    while True:
        answer = transport.get(path, [*params, *([("after", after)] if after else [])])
        found = results_of(answer, path)
        if found:
            yield found
        after = following(answer)
        if after is None:
            return
        if after in visited or not found:
            raise Incomplete(f"{path}: the list turns in a circle at {after}; nothing of it was kept")
        visited.add(after)


def results_of(answer: Json, path: str) -> list[Json]:
    """The records of an answer. Raises Unavailable for any other shape."""
    if not isinstance(answer, dict) or not isinstance(answer.get("results"), list):
        raise Unavailable(f"{path}: an answer of a wrong shape")
    return list(answer["results"])


def following(answer: Json) -> str | None:
    """Where the next page begins; None on the last."""
    after = ((answer.get("paging") or {}).get("next") or {}).get("after")
    return None if after is None else str(after)


def flat(record: Json, stamp: str) -> Record:
    """One record as a flat mapping: its properties, and what HubSpot says of it beside them."""
    if not isinstance(record, dict) or "id" not in record:
        raise Unavailable("a record without an id")
    outside = {key: record.get(key) for key in ("createdAt", "updatedAt", "archivedAt")}
    inside = record.get("properties") or {}
    own = {"id": str(record["id"]), "hs_object_id": str(record["id"]), "archived": bool(record.get("archived"))}
    return {**outside, **inside, **own, stamp: inside.get(stamp) or record.get("updatedAt")}


def batched(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    """The rows in lists of at most `size`."""
    rest = iter(rows)
    while batch := list(islice(rest, size)):
        yield batch
