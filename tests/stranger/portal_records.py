"""How does the stranger's portal give and take records? Lists, searches, batches and what hangs together."""

import base64
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zlib import crc32

from tests.stranger.portal import Json, Portal, Record, Refused, bad, chosen, stamp_of

Answer = tuple[int, Json]
PROBLEM = "There was a problem with the request."
MANY = {"createdAt": "2026-01-01T00:00:00Z", "objectWriteTraceId": None, "propertiesWithHistory": {}, "new": False}


def paged(portal: Portal, rows: Sequence[Json], args: Mapping[str, str], most: int, default: int = 10) -> Json:
    """One page of anything that is paged by `limit` and `after`. Raises Refused."""
    limit, ways = int(args.get("limit", default)), portal.ways
    if not 0 < limit <= most:
        raise Refused(400, "VALIDATION_ERROR", f"Limit is {limit}; it must be between 1 and {most}")
    after = args.get("after", "0")
    if ways.after == "opaque" and after != "0":
        after = base64.urlsafe_b64decode(after).decode().removeprefix("at:")
    start, size = int(after), min(limit, ways.page_rows)
    end = start + size
    page: dict[str, Json] = {"results": list(rows[start:end])}
    if end < len(rows):
        token = base64.urlsafe_b64encode(f"at:{end}".encode()).decode() if ways.after == "opaque" else str(end)
        page["paging"] = {"next": {"after": token, "link": f"https://api.hubapi.com/x?after={token}"}}
    return ended(portal, page)


def ended(portal: Portal, page: dict[str, Json]) -> Json:
    """A page, and how the last one says that it is."""
    ways = portal.ways
    if "paging" not in page and ways.last_paging != "absent":
        page["paging"] = {"empty": {}, "null": None, "next_null": {"next": None}}[ways.last_paging]
    if not page["results"] and ways.no_results == "absent":
        del page["results"]
    return page | ({"extra": {"deep": [1, None]}} if ways.unknown_keys else {})


class Records:
    """What is asked of the records of one portal; `dated` says which family of paths it comes by."""

    def __init__(self, portal: Portal) -> None:
        self._portal, self._ways, self._asked = portal, portal.ways, 0

    def walk(self, name: str, args: Mapping[str, str], asked: Sequence[str]) -> Answer:
        """A page of the list, by id."""
        known = self._known(name)
        rows = sorted(
            self._portal.rows(name, archived=args.get("archived", "").lower() == "true"), key=lambda row: int(row.id)
        )
        wanted = chosen(name, [one for word in asked for one in word.split(",")], known)
        page = paged(self._portal, rows, args, 100)
        if "results" in page:
            page["results"] = [self._told(name, row, wanted) for row in page["results"]]
        return 200, page

    def search(self, name: str, body: Json) -> Answer:
        """A page of what was found. Raises Refused for anything HubSpot would not look for."""
        known, limit, after = self._known(name), body.get("limit", 10), int(body.get("after") or 0)
        groups, sorts = body.get("filterGroups") or [], body.get("sorts") or []
        filters = [one for group in groups for one in group["filters"]]
        is_wide = len(groups) > 5 or len(filters) > 18 or any(len(group["filters"]) > 6 for group in groups)
        if is_wide or not 0 < limit <= 200 or len(sorts) > 1 or after + limit > max(self._ways.window, limit):
            raise Refused(400, "VALIDATION_ERROR", PROBLEM)
        for one in [*filters, *sorts]:
            if isinstance(one, dict) and one["propertyName"] not in known:
                told = f"Property '{one['propertyName']}' does not exist"
                raise Refused(400, "VALIDATION_ERROR", PROBLEM, errors=[{"message": told}])
        found = self._found(name, groups)
        self._asked += 1
        found.sort(key=lambda row: self._place(name, row, sorts[0] if sorts else "-createdate"))
        ghosts = len(self._found(name, groups, archived=True)) if self._ways.total == "ghosts" else 0
        wanted = chosen(name, body.get("properties") or [], known)
        page: dict[str, Json] = {"total": len(found) + ghosts}
        page["results"] = [self._told(name, row, wanted) for row in found[after : after + limit]]
        if after + limit < len(found):
            page["paging"] = {"next": {"after": str(after + limit)}}
        return 200, ended(self._portal, page)

    def read(self, name: str, args: Mapping[str, str], body: Json) -> Answer:
        """Records by id, in no order."""
        ids, known = self._ids(body["inputs"], 100), self._known(name)
        is_archived = args.get("archived", "").lower() == "true"
        rows = {one: self._portal.find(name, one) for one in ids}
        found = {row.id: row for row in rows.values() if row and bool(row.archived) == is_archived}
        wanted = chosen(name, body.get("properties") or [], known)
        told = [self._told(name, row, wanted) for row in self._shuffled(list(found.values()))]
        gone = [one for one, row in rows.items() if row is None or row.id not in found]
        return self._batch(told, [self._missing(name, gone)] if gone else [])

    def update(self, name: str, body: Json) -> Answer:
        """Write on records. Raises Refused for the whole batch where that is HubSpot's way."""
        if name != "companies":
            raise Refused(403, "MISSING_SCOPES", "This app hasn't been granted all required scopes to make this call.")
        ids = self._ids(body["inputs"], 100)
        if self._ways.writes == "silent":
            return self._batch([], [])
        told, errors, plans = [], [], []
        for one, row_id in zip(body["inputs"], ids, strict=True):
            record = self._portal.find(name, row_id)
            if record is None or record.archived:
                errors.append(self._missing(name, [row_id]))
                continue
            try:
                plans.append((record, self._values(record, one["properties"])))
            except Refused as error:
                if self._ways.bad_rows == "400":
                    raise
                errors.append(self._bad(error, row_id, one.get("objectWriteTraceId")))
        for record, values in plans:
            record.values |= values
            record.updated = self._portal.now
            self._portal.written.append(record.id)
            wanted = [*values, "hs_object_id", stamp_of(name)]
            told.append(self._told(name, record, list(self._known(name)) if self._all() else wanted))
        return self._batch(self._shuffled(told), errors)

    def linked(self, name: str, to: str, body: Json, *, dated: bool) -> Answer:
        """What hangs on some records, a page for each of them."""
        self._known(name), self._known(to)
        if len(body["inputs"]) > 1_000:
            raise Refused(400, "VALIDATION_ERROR", "too many inputs")
        held, told, errors = self._portal.links.get((name, to), {}), [], []
        for one in body["inputs"]:
            assert isinstance(one["id"], str)
            every: dict[str, list[tuple[int, str | None]]] = {}
            for to_id, *made in held.get(one["id"], ()):
                every.setdefault(to_id, []).append((made[0], made[1]))
            start = int(one.get("after") or 0)
            end = start + self._ways.links_page
            if not every:
                errors.append(self._nothing(name, to, one["id"]))
                continue
            part = {"from": {"id": one["id"]}, "to": self._ends(dict(list(every.items())[start:end]), dated=dated)}
            told.append(part | ({"paging": {"next": {"after": str(end), "link": "x"}}} if end < len(every) else {}))
        return self._batch(self._shuffled(told), [] if self._ways.no_links == "silent" else errors)

    def _ends(self, every: Mapping[str, Sequence[tuple[int, str | None]]], *, dated: bool) -> list[Json]:
        is_text = dated or self._ways.link_ids == "text"
        kind = "HUBSPOT_DEFINED"
        return [
            {
                "toObjectId": to_id if is_text else int(to_id),
                "associationTypes": [{"category": kind, "typeId": one, "label": label} for one, label in types],
            }
            for to_id, types in every.items()
        ]

    def _nothing(self, name: str, to: str, row_id: str) -> Json:
        return {
            "status": "error", "category": "OBJECT_NOT_FOUND", "subCategory": "crm.associations.NO_ASSOCIATIONS_FOUND",
            "message": f"No {to} is associated with {name} {row_id}.", "context": {"fromObjectId": [row_id]},
        }  # fmt: skip

    def _all(self) -> bool:
        return self._ways.writes == "all_properties"

    def _known(self, name: str) -> Mapping[str, Mapping[str, Json]]:
        if name not in self._portal.properties:
            raise Refused(400, "VALIDATION_ERROR", f"Unable to infer object type from: {name}")
        return self._portal.properties[name]

    def _ids(self, inputs: Sequence[Mapping[str, Json]], most: int) -> list[str]:
        ids = [one["id"] for one in inputs]
        twice = [one for one in dict.fromkeys(ids) if ids.count(one) > 1]
        if twice:
            told = f"Duplicate IDs found in batch input: [{', '.join(twice)}]. IDs must be unique"
            raise Refused(400, "VALIDATION_ERROR", told, context={"ids": twice})
        if not 0 < len(ids) <= most or not all(isinstance(one, str) for one in ids):
            raise Refused(400, "VALIDATION_ERROR", f"{len(ids)} inputs; there must be 1 to {most}")
        return ids

    def _values(self, record: Record, sent: Mapping[str, Json]) -> dict[str, str]:
        """What a row would change. Raises Refused."""
        if not sent:
            told = "No properties found to update, please provide at least one."
            raise Refused(400, "VALIDATION_ERROR", told, context={"properties": ["{}"]})
        kept = {one: self._portal.fit("companies", one, value) for one, value in sent.items()}
        said = self._portal.rule(record)
        if said:
            raise bad(next(iter(sent)), "VALIDATION_RULE_FAILED", said)
        return {one: value for one, value in kept.items() if value is not None}

    def _bad(self, error: Refused, row_id: str, trace: str | None) -> Json:
        names = {"both": {"ids": [row_id], "objectWriteTraceId": [trace]}, "trace": {"objectWriteTraceId": [trace]}}
        context = names.get(self._ways.names_rows, {"ids": [row_id]})
        told = {"status": "error", "category": error.category, "message": str(error), "context": context, "links": {}}
        return told | {"id": "e0e6e9f8", "errors": error.more.get("errors", [])}

    def _missing(self, name: str, ids: Sequence[str]) -> Json:
        told = f"Could not get some {name.upper()} objects, they may be deleted or not exist. Check that ids are valid."
        return {
            "status": "error", "category": "OBJECT_NOT_FOUND", "message": told, "context": {"ids": list(ids)},
            "links": {}, "errors": [],
        }  # fmt: skip

    def _batch(self, told: list[Json], errors: list[Json]) -> Answer:
        """The answer of a batch: 207 where something of it failed."""
        ways, at = self._ways, self._portal.moment(self._portal.now)
        page = {"status": "COMPLETE", "results": told, "startedAt": at, "completedAt": at}
        found = [one for one in errors if ways.missing_ids != "silent" or one["category"] != "OBJECT_NOT_FOUND"]
        if found:
            page |= {"numErrors": len(found), "errors": found}
        page = ended(self._portal, page)
        page.pop("paging", None)
        return (207 if found and ways.missing_ids != "200" else 200), page

    def _told(self, name: str, row: Record, wanted: Sequence[str]) -> Json:
        empty = {"null": None, "empty": ""}.get(self._ways.missing)
        values = {one: self._portal.value(name, row, one) for one in wanted}
        if self._ways.missing == "left_out":
            values = {one: value for one, value in values.items() if value}
        told = {
            "id": row.id, "properties": {one: value or empty for one, value in values.items()},
            "createdAt": self._portal.moment(row.created), "updatedAt": self._portal.moment(row.updated),
            "archived": bool(row.archived),
        }  # fmt: skip
        if row.archived:
            told["archivedAt"] = self._portal.moment(row.archived)
        return told | (MANY | {"url": f"https://app.hubspot.com/{row.id}"} if self._ways.unknown_keys else {})

    def _shuffled(self, rows: list[Any]) -> list[Any]:
        self._asked += 1
        return sorted(rows, key=lambda row: crc32(f"{self._asked}{id(row)}".encode()))

    def _place(self, name: str, row: Record, sort: Json) -> tuple[Any, ...]:
        """Where a row comes in a search; rows of one stamp come in another order each time."""
        word = sort if isinstance(sort, str) else sort["propertyName"]
        is_down = word.startswith("-") or (not isinstance(sort, str) and sort.get("direction") == "DESCENDING")
        value = _number(self._portal.value(name, row, word.lstrip("-")) or "")
        shown = int(row.id) if self._ways.ties == "stable" else crc32(f"{self._asked}{row.id}".encode())
        return (-value if is_down else value, shown)

    def _found(self, name: str, groups: Sequence[Json], *, archived: bool = False) -> list[Record]:
        rows = list(self._portal.rows(name, archived=archived))
        tests = [[self._test(name, one) for one in group["filters"]] for group in groups]
        return [row for row in rows if not tests or any(all(test(row) for test in group) for group in tests)]

    def _test(self, name: str, one: Mapping[str, Json]) -> Callable[[Record], bool]:
        """What a filter says of a row. Raises Refused for an operator nobody knows."""
        word, operator, wanted = one["propertyName"], one["operator"], one.get("value")
        if operator in ("HAS_PROPERTY", "NOT_HAS_PROPERTY"):
            return lambda row: bool(self._portal.value(name, row, word)) == (operator == "HAS_PROPERTY")
        compare: dict[str, Callable[[Any, Any], bool]] = {
            "EQ": lambda a, b: a == b, "NEQ": lambda a, b: a != b, "LT": lambda a, b: a < b, "LTE": lambda a, b: a <= b,
            "GT": lambda a, b: a > b, "GTE": lambda a, b: a >= b,
        }  # fmt: skip
        if operator not in compare or not isinstance(wanted, str):
            raise Refused(400, "VALIDATION_ERROR", f"Invalid input JSON: {operator} {wanted!r}")
        edge = _number(wanted)
        return lambda row: (value := self._portal.value(name, row, word)) is not None and compare[operator](
            _number(value), edge
        )


def _number(told: str) -> float:
    """What a value is compared by: milliseconds, a number, or the bytes of a text."""
    try:
        return float(told)
    except ValueError:
        pass
    try:
        return round(datetime.fromisoformat(told).astimezone(UTC).timestamp() * 1000)
    except ValueError:
        return float(int.from_bytes(told.lower().encode()[:8].ljust(8, b"\0"), "big"))
