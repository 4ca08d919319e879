"""Which portal do these tests talk to? A small one, made record by record, behind real HTTP on loopback."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
from ruamel.yaml import YAML

from connector.crm.hubspot.client import HubSpot, Options
from connector.crm.hubspot.login import Credentials
from connector.crm.hubspot.transport import Speed
from connector.crm.retry import Retry
from connector.engine.fields import FIELDS
from connector.engine.mapping import Mapping as CrmMapping
from connector.engine.records import AccountChange, Cell, Stream, Window
from connector.sandbox.hubspot.kinds import kind_of
from connector.sandbox.hubspot.merging import merge
from connector.sandbox.hubspot.seed import put_associations, put_records
from connector.sandbox.hubspot.server import HubSpotSandbox
from connector.sandbox.hubspot.settings import Settings

SHIPPED = Path(__file__).parents[3] / "mappings" / "hubspot.yaml"
START = datetime(2026, 1, 1, tzinfo=UTC)  # the portal's clock
EVER = Window(None, START + timedelta(days=365))
PATIENT = Retry(sleep=lambda _: None)
HURRIED = Speed(calls=1e6, searches=1e6)

OBJECTS = ("owner", "company", "contact", "deal", "call", "meeting", "email", "task", "note", "association")


def moment(seconds: float) -> datetime:
    """So many seconds before the portal's clock began."""
    return START - timedelta(days=30) + timedelta(seconds=seconds)


def ms(at: datetime) -> int:
    """Milliseconds since 1970."""
    return round(at.timestamp() * 1_000)


def a_portal(settings: Settings | None = None, **records: Sequence[Mapping[str, Any]]) -> HubSpotSandbox:
    """A portal without limits, with these records by kind."""
    return HubSpotSandbox(records, settings=settings or Settings(burst_limit=0, search_limit=0))


def companies(count: int, *, every: float = 1.0, **more: Any) -> list[dict[str, Any]]:
    """So many companies, changed `every` so many seconds; 0 gives all one millisecond."""
    return [
        {
            "id": str(n),
            "name": f"Company {n}",
            "createdAt": ms(moment(0)),
            "updatedAt": ms(moment((n - 1) * every)),
            **more,
        }
        for n in range(1, count + 1)
    ]


def put(portal: HubSpotSandbox, kind: str, *rows: Mapping[str, Any]) -> None:
    """Put records in as they are."""
    with portal.portal.lock:
        put_records(portal.portal, kind_of(kind), rows)


def link(portal: HubSpotSandbox, one: tuple[str, str], two: tuple[str, str], *types: int) -> None:
    """Associate two records."""
    with portal.portal.lock:
        put_associations(portal.portal, [{"from": one, "to": two, "types": list(types)}])


def the_mapping(*streams: str, **columns: Mapping[str, str | None]) -> CrmMapping:
    """The shipped mapping, of some streams (CRM objects without a name), with some columns put in another place."""
    shipped = YAML(typ="safe").load(SHIPPED.read_text())
    for stream, changed in columns.items():
        shipped["read"][stream]["fields"] |= changed
    read = {name: one for name, one in shipped["read"].items() if name in (streams or OBJECTS)}
    return CrmMapping.model_validate({"read": read, "write": shipped["write"]})


def connect(portal: HubSpotSandbox, mapping: CrmMapping | None = None, **options: Any) -> HubSpot:
    """A client that never really waits."""
    credentials = Credentials(portal.token, portal.url)
    return HubSpot(credentials, mapping or the_mapping(), Options(**({"retry": PATIENT, "speed": HURRIED} | options)))


def stream_of(crm: HubSpot, name: str) -> Stream:
    return next(stream for stream in crm.streams() if stream.name == name)


def pulled(crm: HubSpot, name: str, window: Window = EVER) -> pa.Table:
    """All pages of a window as one table."""
    stream = stream_of(crm, name)
    pages = list(crm.pull(stream, window))
    return pa.concat_tables(pages) if pages else pa.table({column: [] for column in stream.columns})


def merged(portal: HubSpotSandbox, kind: str, primary: str, other: str) -> str:
    """The id of the record that two records become when a person merges them."""
    shelf = portal.portal.shelf(kind_of(kind))
    with portal.portal.lock:
        one, two = shelf.find(primary), shelf.find(other)
        assert one
        assert two
        return merge(portal.portal, kind_of(kind), (one, two)).id


def later(portal: HubSpotSandbox, **how_much: float) -> None:
    """Move the portal's clock on."""
    portal.portal.clock.set(portal.portal.clock.now() + timedelta(**how_much))


def ids_of(table: pa.Table) -> list[str]:
    return [str(one) for one in table["id"].to_pylist()]


def make_fields(crm: HubSpot) -> Mapping[str, str]:
    """Create all our properties; our names and the portal's."""
    write = the_mapping().write
    crm.apply_fields(crm.plan_fields(FIELDS, {field.name: write.crm_name(field) for field in FIELDS}))
    return write.every()


def a_change(number: int, **cells: Cell) -> AccountChange:
    """What is to be written on the nth company."""
    return AccountChange(str(number), "", cells, (), "")


def calls(portal: HubSpotSandbox, path: str) -> int:
    """How often a path was called."""
    return sum(path in entry.path for entry in portal.portal.journal.entries)
