"""Which CRMs does the contract speak of? Each with a small world behind real HTTP, and the words a test needs of it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa
import requests

from connector.crm.base import CRM
from connector.engine.fields import FIELDS
from connector.engine.mapping import Mapping as CrmMapping
from connector.engine.mapping import WriteMapping
from connector.engine.records import HUBSPOT_STREAMS, SALESFORCE_STREAMS, Stream, Window
from connector.sandbox.hubspot.seed import put_marketing, put_owner
from connector.sandbox.hubspot.server import HubSpotSandbox
from connector.sandbox.salesforce.server import Sandbox
from connector.sandbox.world.make import make_world
from connector.sandbox.world.recipe import MONDAY
from tests.crm import orgs
from tests.crm.hubspot import portals

PEOPLE, ACCOUNTS, CALLS = 120, 40, 700
MARKETING = ("form_submission", "email_event", "campaign", "list", "list_member")


@dataclass(frozen=True, slots=True)
class Stand:
    """One CRM to put the questions to.

    `many` is a stream of some hundred rows, `few` one that people delete from, and `few_object` what the CRM calls it;
    `reading` and `writing` are in the addresses of calls that read rows and write accounts.
    """

    name: str
    url: str
    connect: Callable[..., CRM]
    streams: tuple[Stream, ...]
    write: WriteMapping
    now: datetime
    many: str
    few: str
    few_object: str
    reading: str
    writing: str
    nobody: str

    @property
    def ever(self) -> Window:
        """Everything there is."""
        return Window(None, self.now + timedelta(days=1))

    def steer(self, verb: str, body: Any) -> None:
        """Tell the sandbox's control plane."""
        requests.post(f"{self.url}/__sandbox__/{verb}", json=body, timeout=10).raise_for_status()

    def fail(self, **rule: Any) -> None:
        """Plan a fault."""
        self.steer("faults", {"rules": [rule]})

    def heal(self) -> None:
        """Let everything go well again."""
        requests.delete(f"{self.url}/__sandbox__/faults", timeout=10).raise_for_status()

    def rows(self, crm: CRM, name: str, window: Window | None = None) -> list[dict[str, Any]]:
        """The rows of a stream."""
        stream = next(one for one in crm.streams() if one.name == name)
        return [row for page in crm.pull(stream, window or self.ever) for row in page.to_pylist()]

    def ready(self) -> tuple[CRM, dict[str, str]]:
        """A client of which all fields are there; our names and the CRM's."""
        crm = self.connect()
        names = {field.name: self.write.crm_name(field) for field in FIELDS}
        findings = crm.apply_fields(crm.plan_fields(FIELDS, names))
        assert all(finding.level == "ok" for finding in findings)
        return crm, names


@contextmanager
def salesforce() -> Iterator[Stand]:
    """An org of a small world."""
    with Sandbox(make_world(7, accounts=ACCOUNTS, activities=2_000)) as sandbox:
        yield Stand(
            "salesforce", sandbox.url, lambda **options: orgs.connect(sandbox, **options), SALESFORCE_STREAMS,
            orgs.the_mapping().write, MONDAY, many="task", few="contact", few_object="Contact", reading="/query",
            writing="composite/sobjects", nobody=orgs.account_id(1),
        )  # fmt: skip


@contextmanager
def hubspot(family: str = "v3") -> Iterator[Stand]:
    """A portal with a little of everything, called by one family of paths."""
    records = {
        "companies": portals.companies(ACCOUNTS), "contacts": _people(), "deals": _activities(10, dealname="Deal"),
        "calls": _activities(CALLS, every=3_600), "meetings": _activities(60), "emails": _activities(60),
        "tasks": _activities(60), "notes": _activities(60),
    }  # fmt: skip
    told = portals.the_mapping(*portals.OBJECTS, *MARKETING).model_dump()
    told["read"]["list_member"]["where"] = "name = 'Competitors'"
    mapping = CrmMapping.model_validate(told)
    with portals.a_portal(**records) as portal:
        _beside(portal)
        for number in range(1, 61):
            portals.link(portal, ("contacts", str(number)), ("companies", str(number % ACCOUNTS + 1)))
            portals.link(portal, ("calls", str(number)), ("contacts", str(number)))
        yield Stand(
            "hubspot", portal.url, lambda **options: portals.connect(portal, mapping, family=family, **options),
            HUBSPOT_STREAMS, mapping.write, portals.START, many="call", few="contact", few_object="contacts",
            reading="/calls", writing="/batch/update", nobody="999999999",
        )  # fmt: skip


def _people() -> list[dict[str, Any]]:
    return [
        {"id": str(n), "email": f"p{n}@acme.example", "firstname": "P", **_stamps(n * 60)} for n in range(1, PEOPLE + 1)
    ]


def _activities(count: int, *, every: float = 60.0, **more: Any) -> list[dict[str, Any]]:
    at = [portals.ms(portals.moment(n * every)) for n in range(count)]
    return [{"id": str(n + 1), "hs_timestamp": str(at[n]), **_stamps(n * every), **more} for n in range(count)]


def _stamps(seconds: float) -> dict[str, int]:
    return {"createdAt": portals.ms(portals.moment(0)), "updatedAt": portals.ms(portals.moment(seconds))}


def _beside(portal: HubSpotSandbox) -> None:
    """Owners, and what marketing leaves behind."""
    at = portals.ms(portals.moment(60))
    sent = [{"submittedAt": at + n, "values": [], "conversionId": f"c{n}"} for n in range(60)]
    opened = [{"id": f"e{n}", "created": at + n, "type": "OPEN", "recipient": "p@acme.example"} for n in range(60)]
    forms = [{"id": "f1", "name": "Demo", "submissions": sent}]
    campaigns = [{"id": "k1", "properties": {"hs_name": "Spring"}, "createdAt": at, "updatedAt": at}]
    with portal.portal.lock:
        for number in range(1, 6):
            put_owner(portal.portal, {"id": str(number), "email": f"us{number}@us.example", "createdAt": at})
        lists = [{"id": "1", "name": "Target accounts", "objectTypeId": "0-2", "createdAt": at, "members": ["1"]}]
        lists.append({"id": "2", "name": "Competitors", "createdAt": at, "members": [str(one) for one in range(1, 61)]})
        marketing = {"forms": forms, "email_events": opened, "campaigns": campaigns, "lists": lists}
        put_marketing(portal.portal, marketing)


def ids_of(pages: Iterator[pa.Table]) -> list[str]:
    """The ids of some pages, in their order."""
    return [str(one) for page in pages for one in page["id"].to_pylist()]
