"""The schemas of the nouns: what each stream holds, what an account is told, what a plan says.

Column kinds: text, integer, number, boolean, date (a local day), moment (UTC). A `None` is "not known".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Literal

Kind = Literal["text", "integer", "number", "boolean", "date", "moment"]
Value = str | int | float | bool | date | datetime | None
SHORT_ID = 15  # characters of a Salesforce id as reports and addresses show it
CASE_SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


@dataclass(frozen=True, slots=True)
class Stream:
    """One object type we read: its columns by our own names. Every stream has id, modified_at and is_deleted."""

    name: str
    columns: Mapping[str, Kind]
    required: frozenset[str]


def _stream(name: str, required: str, /, **columns: Kind) -> Stream:
    """A stream with the three columns all have in front; `required` are those a mapping cannot leave out."""
    every: dict[str, Kind] = {"id": "text", "modified_at": "moment", "is_deleted": "boolean", "created_at": "moment"}
    return Stream(name, MappingProxyType(every | columns), frozenset({"id", "modified_at", *required.split()}))


SALESFORCE_STREAMS: tuple[Stream, ...] = (
    _stream("user", "", name="text", email="text", is_active="boolean", department="text", title="text"),
    _stream(
        "account", "name", name="text", website="text", parent_id="text", owner_id="text", type="text",
        industry="text", territory="text", tier="text", employees="integer", annual_revenue="number",
        obtainable_revenue="number", city="text", country="text", master_id="text", is_person_account="boolean",
        excluded="boolean", override="text", snooze_until="date",
    ),
    _stream(
        "contact", "account_id", account_id="text", name="text", email="text", title="text", department="text",
        seniority="text", buying_role="text", region="text", owner_id="text", master_id="text", excluded="boolean",
    ),
    _stream(
        "lead", "", name="text", company="text", website="text", email="text", title="text", owner_id="text",
        industry="text", employees="integer", city="text", country="text", region="text", seniority="text",
        buying_role="text", is_converted="boolean", converted_on="date", converted_account_id="text",
        converted_contact_id="text", converted_opportunity_id="text", master_id="text", excluded="boolean",
        matched_account_id="text",
    ),
    _stream(
        "task", "", who_id="text", what_id="text", account_id="text", owner_id="text", type="text", subtype="text",
        call_type="text", call_seconds="integer", call_result="text", status="text", is_closed="boolean",
        due_on="date", completed_at="moment", is_archived="boolean", is_recurrence="boolean", recurrence_id="text",
    ),
    _stream(
        "event", "starts_at", who_id="text", what_id="text", account_id="text", owner_id="text", type="text",
        subtype="text", status="text", starts_at="moment", ends_at="moment", on_day="date", minutes="integer",
        is_all_day="boolean", is_child="boolean", is_group="boolean", is_recurrence="boolean",
        is_recurrence2="boolean", recurrence_id="text", is_archived="boolean", is_private="boolean",
    ),
    _stream("task_relation", "task_id relation_id", task_id="text", relation_id="text", is_what="boolean"),
    _stream(
        "event_relation", "event_id relation_id", event_id="text", relation_id="text", is_what="boolean",
        is_parent="boolean", is_invitee="boolean", status="text",
    ),
    _stream(
        "email_message", "sent_at", activity_id="text", related_to_id="text", from_address="text", incoming="boolean",
        status="text", sent_at="moment", is_bounced="boolean", is_opened="boolean", thread_id="text",
    ),
    _stream(
        "email_relation", "email_id", email_id="text", relation_id="text", relation_type="text",
        relation_address="text",
    ),
    _stream(
        "campaign", "", name="text", type="text", status="text", starts_on="date", ends_on="date", parent_id="text",
        product_line="text",
    ),
    _stream(
        "campaign_member", "campaign_id", campaign_id="text", lead_id="text", contact_id="text", account_id="text",
        status="text", has_responded="boolean", responded_on="date",
    ),
    _stream(
        "opportunity", "account_id", account_id="text", name="text", stage="text", type="text", amount="number",
        probability="number", closes_on="date", is_closed="boolean", is_won="boolean", owner_id="text",
        campaign_id="text", product_line="text",
    ),
    _stream(
        "opportunity_contact_role", "opportunity_id contact_id", opportunity_id="text", contact_id="text",
        role="text", is_primary="boolean",
    ),
)


HUBSPOT_STREAMS: tuple[Stream, ...] = (
    _stream("owner", "", name="text", first_name="text", last_name="text", email="text", user_id="text"),
    _stream(
        "company", "name", name="text", domain="text", website="text", parent_id="text", owner_id="text", type="text",
        industry="text", territory="text", tier="text", employees="integer", annual_revenue="number",
        obtainable_revenue="number", city="text", country="text", merged_ids="text", salesforce_account_id="text",
        excluded="boolean", override="text", snooze_until="date",
    ),
    _stream(
        "contact", "company_id", company_id="text", first_name="text", last_name="text", email="text",
        other_emails="text", title="text", department="text", seniority="text", buying_role="text", owner_id="text",
        company="text", website="text", industry="text", employees="integer", city="text", country="text",
        region="text", merged_ids="text", salesforce_contact_id="text", salesforce_lead_id="text", excluded="boolean",
    ),
    _stream(
        "deal", "", name="text", stage="text", pipeline="text", type="text", amount="number", probability="number",
        closes_at="moment", is_closed="boolean", is_won="boolean", owner_id="text", merged_ids="text",
        salesforce_opportunity_id="text", product_line="text",
    ),
    _stream(
        "call", "happened_at", happened_at="moment", type="text", direction="text", disposition="text", status="text",
        milliseconds="integer", owner_id="text", salesforce_id="text",
    ),
    _stream(
        "meeting", "happened_at", happened_at="moment", starts_at="moment", ends_at="moment", type="text",
        outcome="text", owner_id="text", calendar_id="text", salesforce_id="text",
    ),
    _stream(
        "email", "happened_at", happened_at="moment", direction="text", status="text", from_address="text",
        owner_id="text", thread_id="text", salesforce_id="text",
    ),
    _stream(
        "task", "", due_at="moment", completed_at="moment", type="text", status="text", owner_id="text",
        salesforce_id="text",
    ),
    _stream("note", "happened_at", happened_at="moment", owner_id="text", salesforce_id="text"),
    _stream(
        "form_submission", "form_id happened_at", form_id="text", form_name="text", happened_at="moment",
        email="text", contact_id="text", page="text", campaign_id="text",
    ),
    _stream(
        "email_event", "type happened_at", type="text", happened_at="moment", recipient="text", campaign_id="text",
        is_filtered="boolean",
    ),
    _stream(
        "campaign", "", name="text", type="text", status="text", starts_on="date", ends_on="date", product_line="text",
    ),
    _stream("list", "", name="text", type="text", object_type="text", members="integer"),
    _stream("list_member", "list_id contact_id", list_id="text", contact_id="text"),
    _stream(
        "association", "from_type from_id to_type to_id", from_type="text", from_id="text", to_type="text",
        to_id="text", type="text", label="text", is_primary="boolean",
    ),
)  # fmt: skip


IMPORTED_STREAMS: tuple[Stream, ...] = (
    _stream(
        "activity", "source kind", source="text", kind="text", happened_at="moment", on_date="date", minutes="number",
        person_id="text", email="text", account_id="text", domain="text", page="text", campaign_id="text",
    ),
)  # fmt: skip


def long_id(text: str) -> str:
    """A Salesforce id as the API returns it: of its 15 characters grow 18, the last three say which are capitals.

    Every other text stays as it is, also an id of HubSpot's of that length.
    """
    is_short = len(text) == SHORT_ID and text.isascii() and text.isalnum()
    if not is_short or text.startswith("contact") or crm_of(text) != "salesforce":
        return text
    thirds = (text[start : start + 5] for start in range(0, SHORT_ID, 5))
    bits = (sum(1 << place for place, sign in enumerate(third) if sign.isupper()) for third in thirds)
    return text + "".join(CASE_SIGNS[bit] for bit in bits)


def crm_of(record_id: str) -> str:
    """Which CRM the id of an account is of: HubSpot counts from 1, Salesforce's begin with 001."""
    return "hubspot" if record_id.isdigit() and not record_id.startswith("0") else "salesforce"


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of `modified_at`: at or after `since` (None: from the beginning) and before `until`."""

    since: datetime | None
    until: datetime


FieldType = Literal["number", "percent", "text", "long_text", "picklist", "checkbox", "date", "datetime"]
FieldSet = Literal["core", "trend", "size", "mqa", "roles", "sales", "family", "trust", "input"]


@dataclass(frozen=True, slots=True)
class Field:
    """One field an account is told (or, in the set `input`, that people write and we obey).

    `name` is our word and the column of the snapshot; the CRM's name is made from the mapping's prefix and
    `suffix`. `digits` counts those before the decimal point, `scale` those after; `length` is in characters.
    A field with `always` is written on any difference, a number only past the dead band, a stamp never by itself.
    """

    name: str
    set: FieldSet
    suffix: str
    type: FieldType
    label: str
    help: str
    digits: int = 0
    scale: int = 0
    length: int = 0
    values: tuple[str, ...] = ()
    always: bool = False
    stamp: bool = False


Cell = Value
"""What a cell of a plan says: a value, or None to clear the field. A field that is to be left alone is not named."""


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one account that must differ in the CRM."""

    field: str
    before: Cell
    after: Cell


@dataclass(frozen=True, slots=True)
class AccountChange:
    """All that is to be written on one account: every mapped field from one snapshot, and which of them moved it."""

    account_id: str
    account_name: str
    cells: Mapping[str, Cell]  # our field name -> what to write
    moved: tuple[Change, ...]  # the differences that made us write
    reason: str
    modified_at: datetime | None = None  # the record's stamp when we read it
    parent_id: str | None = None  # writes are sorted by it, so that row locks do not meet


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one row we sent ended: ok, failed (the CRM said no) or unknown (the answer never came and was not proven)."""

    account_id: str
    state: Literal["ok", "failed", "unknown"]
    code: str = ""
    message: str = ""
    fields: tuple[str, ...] = field(default=())
