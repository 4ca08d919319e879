"""What does the stranger's portal hold, and what may be written on it? Records, properties, what hangs together."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from tests.stranger.org import NOW, Trouble
from tests.stranger.portal_ways import Ways

Json = Any  # what came, or goes, over the wire
DEFAULTS = {
    "contacts": "createdate email firstname lastmodifieddate lastname",
    "companies": "createdate domain hs_lastmodifieddate name",
    "deals": "amount closedate createdate dealname dealstage hs_lastmodifieddate pipeline",
}
SCHEMA = """
companies createdate:datetime hs_lastmodifieddate:datetime name domain website industry city country type:select
          hs_parent_company_id:number hubspot_owner_id:owner numberofemployees:number annualrevenue:number
          hs_ideal_customer_profile:select hs_merged_object_ids num_associated_contacts:calculated
contacts  createdate:datetime lastmodifieddate:datetime firstname lastname email jobtitle company website industry city
          country associatedcompanyid:number hubspot_owner_id:owner hs_buying_role:checkbox hs_additional_emails
          hs_merged_object_ids
deals     createdate:datetime hs_lastmodifieddate:datetime dealname dealstage:select pipeline:select dealtype:select
          amount:number hs_deal_stage_probability:number closedate:datetime hs_is_closed:bool hs_is_closed_won:bool
          hubspot_owner_id:owner hs_merged_object_ids
calls     hs_createdate:datetime hs_lastmodifieddate:datetime hs_timestamp:datetime hs_activity_type
          hs_call_direction:select hs_call_disposition hs_call_status:select hs_call_duration:number
          hubspot_owner_id:owner
meetings  hs_createdate:datetime hs_lastmodifieddate:datetime hs_timestamp:datetime hs_meeting_start_time:datetime
          hs_meeting_end_time:datetime hs_activity_type hs_meeting_outcome:select hubspot_owner_id:owner hs_i_cal_uid
emails    hs_createdate:datetime hs_lastmodifieddate:datetime hs_timestamp:datetime hs_email_direction:select
          hs_email_status:select hs_email_from_email hs_email_thread_id hubspot_owner_id:owner
tasks     hs_createdate:datetime hs_lastmodifieddate:datetime hs_timestamp:datetime hs_task_completion_date:datetime
          hs_task_type:select hs_task_status:select hubspot_owner_id:owner
notes     hs_createdate:datetime hs_lastmodifieddate:datetime hs_timestamp:datetime hubspot_owner_id:owner
"""
KINDS = {
    "text": ("string", "text"), "datetime": ("datetime", "date"), "number": ("number", "number"),
    "select": ("enumeration", "select"), "checkbox": ("enumeration", "checkbox"), "bool": ("bool", "booleancheckbox"),
    "owner": ("enumeration", "select"), "calculated": ("number", "calculation_rollup"),
}  # fmt: skip
TYPES = {"bool", "date", "datetime", "enumeration", "number", "phone_number", "string"}
FIELD_TYPES = {
    "booleancheckbox", "calculation_equation", "checkbox", "date", "file", "html", "number", "phonenumber", "radio",
    "select", "text", "textarea",
}  # fmt: skip


class Refused(Exception):
    """A call the portal says no to; `more` are further keys of its answer."""

    def __init__(self, status: int, category: str, message: str, **more: Json) -> None:
        super().__init__(message)
        self.status, self.category, self.message, self.more = status, category, message, more


@dataclass
class Record:
    """One record of any object; values are texts, as HubSpot keeps them, and empty where they were cleared."""

    id: str
    values: dict[str, str]
    created: datetime
    updated: datetime
    archived: datetime | None = None
    merged: list[str] = field(default_factory=list)


@dataclass
class Portal:
    """One portal. `rule` is an admin's validation rule: what it says of a company it refuses to have written, or ""."""

    ways: Ways
    now: datetime = NOW
    records: dict[str, dict[str, Record]] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)  # the id a record had -> the one it has since a merge
    links: dict[tuple[str, str], dict[str, list[tuple[str, int, str | None]]]] = field(default_factory=dict)
    things: dict[str, list[dict[str, Json]]] = field(default_factory=dict)  # owners, forms, campaigns, ...
    groups: set[str] = field(default_factory=lambda: {"companyinformation"})
    rule: Callable[[Record], str] = lambda _record: ""
    troubles: list[Trouble] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    written: list[str] = field(default_factory=list)  # the id of every company written, each time

    def __post_init__(self) -> None:
        self.properties = _standard()
        self.records = {name: {} for name in self.properties}
        self._last = 1000

    def put(self, name: str, age: float = 30, /, **values: Any) -> str:  # a value of any type
        """A new record's id; made and last changed so many days ago."""
        self._last += 7
        row_id = f"{self._last}" if self._last % 2 else f"9{self._last}"  # some longer than others: order by number
        at = datetime.fromtimestamp(int(self.now.timestamp() - age * 86_400), UTC)
        at = at.replace(microsecond=(self._last % 4) * 250_000 if self._last % 3 else 0)
        told = {one: worded(value) for one, value in values.items() if value is not None}
        self.records[name][row_id] = Record(row_id, told, at, at)
        return row_id

    def link(self, one: tuple[str, str], other: tuple[str, str], *types: tuple[int, str | None]) -> None:
        """Have two records hang together, seen from both."""
        for (name, row_id), (to, to_id) in ((one, other), (other, one)):
            held = self.links.setdefault((name, to), {}).setdefault(row_id, [])
            held += [(to_id, type_id, label) for type_id, label in types]

    def merge(self, name: str, keeper: str, loser: str) -> str:
        """A new record in the place of both; both ids lead to it."""
        old, gone = (self.records[name].pop(one) for one in (keeper, loser))
        new = self.put(name, 0, **(gone.values | old.values))
        record = self.records[name][new]
        record.merged = [*old.merged, *gone.merged, keeper, loser]
        record.values["hs_merged_object_ids"] = ";".join(record.merged)
        self.aliases |= dict.fromkeys(record.merged, new)
        for held in self.links.values():
            for one in (keeper, loser):
                if one in held:
                    held.setdefault(new, []).extend(held.pop(one))
            for one, many in held.items():
                held[one] = [(new if to in (keeper, loser) else to, *rest) for to, *rest in many]
        return new

    def touch(self, name: str, row_id: str, at: datetime | None = None, /, **values: Any) -> None:
        """Somebody changes a record."""
        record = self.records[name][row_id]
        record.values |= {one: worded(value) for one, value in values.items()}
        record.updated = at or self.now

    def find(self, name: str, row_id: str) -> Record | None:
        """The record of an id, also of one it had before a merge."""
        return self.records[name].get(self.aliases.get(row_id, row_id))

    def rows(self, name: str, *, archived: bool) -> Iterator[Record]:
        """The living, or the archived."""
        return (one for one in self.records[name].values() if bool(one.archived) == archived)

    def value(self, name: str, record: Record, wanted: str) -> str | None:
        """A property as text; None where nobody ever set it."""
        told = {"hs_object_id": record.id, "createdate": self.moment(record.created)}
        told["hs_createdate"] = told["createdate"]
        told[stamp_of(name)] = self.moment(record.updated)
        if wanted in told and wanted in self.properties[name]:
            return told[wanted]
        value = record.values.get(wanted)
        if value and self.properties[name][wanted]["type"] == "number":
            longer = {"long": lambda: str(Decimal(float(value))), "float": lambda: str(float(value))}
            return longer.get(self.ways.numbers, lambda: value)()
        return value

    def moment(self, at: datetime) -> str:
        """A moment as HubSpot writes it."""
        is_short = at.microsecond == 0 and self.ways.stamps == "short"
        return at.strftime("%Y-%m-%dT%H:%M:%S") + ("Z" if is_short else f".{at.microsecond // 1000:03d}Z")

    def fit(self, name: str, wanted: str, value: Json) -> str | None:
        """A value as it would be kept; None for one that changes nothing. Raises Refused, naming the property."""
        made = self.properties[name].get(wanted)
        if made is None:
            raise bad(wanted, "PROPERTY_DOESNT_EXIST", f'Property "{wanted}" does not exist')
        if made["modificationMetadata"]["readOnlyValue"] or made["calculated"]:
            raise bad(wanted, "READ_ONLY_VALUE", f'"{wanted}" is a read only property; its value cannot be set.')
        if value is None or value == "":
            return value
        told = worded(value)
        if told != told.strip() and made["type"] != "string":
            raise bad(wanted, "INVALID_VALUE", f"{told} has whitespace around it")
        return _kept(made, told)

    def held(self) -> dict[str, dict[str, str | None]]:
        """What the living companies hold in our properties, by their names."""
        ours = [name for name, made in self.properties["companies"].items() if not made["hubspotDefined"]]
        return {
            str(one.values.get("domain")): {name: one.values.get(name) or None for name in ours}
            for one in self.rows("companies", archived=False)
        }


def stamp_of(name: str) -> str:
    """Which property says when a record was last changed."""
    return "lastmodifieddate" if name == "contacts" else "hs_lastmodifieddate"


def worded(value: Any) -> str:  # JSON, or what the world was made of
    """A value as text."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return str(value)


def bad(name: str, code: str, message: str) -> Refused:
    """A value that is not taken, in the words of the recorded answers."""
    told = f'[{{"isValid":false,"message":"{message}","error":"{code}","name":"{name}","localizedErrorMessage":"x"}}]'
    inner = [{"message": message, "code": code, "context": {"propertyName": [name]}}]
    return Refused(400, "VALIDATION_ERROR", f"Property values were not valid: {told}", errors=inner)


def _kept(made: Mapping[str, Json], told: str) -> str:
    """A text of the right kind. Raises Refused."""
    name, allowed = made["name"], [option["value"] for option in made["options"]]
    try:
        if made["type"] == "number":
            return format(Decimal(told), "f")
        if made["type"] == "date":
            return _day(told)
        if made["type"] == "datetime":
            return worded(_at(told))
    except (ValueError, InvalidOperation):
        raise bad(name, "INVALID_LONG", f"{told} was not a valid long.") from None
    if made["type"] in ("enumeration", "bool") and not made["externalOptions"]:
        wrong = [one for one in told.split(";") if one not in allowed]
        if wrong:
            raise bad(name, "INVALID_OPTION", f"{wrong[0]} was not one of the allowed options: {allowed}")
    if len(told) > 65_536:
        raise bad(name, "PROPERTY_VALUE_TOO_LONG", "the value is too long")
    return told


def _day(told: str) -> str:
    """A day: itself, or midnight in milliseconds."""
    if told.lstrip("-").isdigit():
        days, rest = divmod(int(told), 86_400_000)
        if rest:
            raise ValueError(told)
        return date.fromordinal(719_163 + days).isoformat()
    return date.fromisoformat(told).isoformat()


def _at(told: str) -> datetime:
    if told.lstrip("-").isdigit():
        return datetime.fromtimestamp(int(told) / 1000, UTC)
    at = datetime.fromisoformat(told)
    if at.tzinfo is None:
        raise ValueError(told)
    return at


def property_of(body: Mapping[str, Json], *, is_ours: bool) -> dict[str, Json]:
    """A property as it was asked for. Raises Refused for what HubSpot would not make."""
    lacking = [one for one in ("name", "label", "type", "fieldType", "groupName") if not body.get(one)]
    if lacking:
        raise Refused(400, "VALIDATION_ERROR", f"Invalid input JSON: {lacking} must be set")
    is_named = re.fullmatch(r"[a-z][a-z0-9_]{0,99}", body["name"])
    options = body.get("options") or []
    is_whole = all({"label", "value", "displayOrder", "hidden"} <= set(option) for option in options)
    if not is_named or not is_whole or body["type"] not in TYPES or (is_ours and body["fieldType"] not in FIELD_TYPES):
        raise Refused(400, "VALIDATION_ERROR", f"Property {body['name']} is not valid")
    return {
        "options": options, "description": "", "displayOrder": 7, "externalOptions": False, "hasUniqueValue": False,
        "hidden": False, "formField": False, "calculated": False, "hubspotDefined": not is_ours,
        "modificationMetadata": {"archivable": is_ours, "readOnlyDefinition": not is_ours, "readOnlyValue": False},
        "createdAt": "2019-08-06T02:41:08.204Z", "updatedAt": "2025-10-28T17:42:40Z", "archived": False,
    } | {name: value for name, value in body.items() if name != "displayOrder"}  # fmt: skip


def _standard() -> dict[str, dict[str, dict[str, Json]]]:
    """Every object with the properties it has in any portal."""
    objects: dict[str, dict[str, dict[str, Json]]] = {}
    for line in SCHEMA.strip().splitlines():
        words = line.split()
        name = words.pop(0) if not line.startswith(" ") else list(objects)[-1]
        objects.setdefault(name, {"hs_object_id": _made("hs_object_id:calculated")})
        objects[name] |= {made["name"]: made for made in map(_made, words)}
    return objects


def _made(word: str) -> dict[str, Json]:
    name, _, kind = word.partition(":")
    made = dict(zip(("type", "fieldType"), KINDS[kind or "text"], strict=True))
    every = property_of({"name": name, "label": name.title(), "groupName": "companyinformation"} | made, is_ours=False)
    is_closed = kind == "calculated" or "date" in name or name.startswith("hs_merged")
    every["modificationMetadata"] |= {"readOnlyValue": is_closed}
    return every | {"calculated": kind == "calculated", "externalOptions": made["type"] == "enumeration"}


def chosen(name: str, asked: Sequence[str], known: Mapping[str, Json]) -> list[str]:
    """Which properties come: those asked for, and those that always do; unknown ones are passed over."""
    always = ["hs_object_id", stamp_of(name), "createdate" if "createdate" in known else "hs_createdate"]
    return [one for one in dict.fromkeys([*(asked or DEFAULTS.get(name, "").split()), *always]) if one in known]
