"""Which org do these tests talk to? A small one, made row by row, behind real HTTP on loopback."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
from ruamel.yaml import YAML

from connector.crm.retry import Retry
from connector.crm.salesforce.client import Options, Salesforce
from connector.crm.salesforce.login import Credentials
from connector.engine.fields import FIELDS
from connector.engine.mapping import Mapping as CrmMapping
from connector.engine.records import AccountChange, Cell, Stream, Window
from connector.sandbox.salesforce.ids import to18
from connector.sandbox.salesforce.server import Sandbox

SHIPPED = Path(__file__).parents[2] / "mappings" / "salesforce.yaml"
FIXTURES = Path(__file__).parents[3] / "shared" / "fixtures" / "salesforce"
START = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
PATIENT = Retry(sleep=lambda _: None)
EVER = Window(None, START + timedelta(days=365))
STANDARD = "user account contact lead task event campaign campaign_member opportunity opportunity_contact_role"


def an_id(prefix: str, number: int) -> str:
    """The id of the nth record of an object."""
    return to18(f"{prefix}Tt{number:010d}")


def account_id(number: int) -> str:
    return an_id("001", number)


def moment(seconds: float) -> datetime:
    """So many seconds after the start."""
    return START + timedelta(seconds=seconds)


def a_table(prefix: str, count: int, stamps: Sequence[datetime], **columns: Sequence[Any]) -> pa.Table:
    """Rows of one object with what every row has."""
    at = pa.array(stamps, pa.timestamp("s", "UTC"))
    standard = dict.fromkeys(("CreatedDate", "LastModifiedDate", "SystemModstamp"), at)
    ids = [an_id(prefix, n) for n in range(count)]
    return pa.table({"Id": ids, "IsDeleted": [False] * count, **standard, **columns})


def accounts(count: int, **columns: Sequence[Any]) -> pa.Table:
    """So many accounts, a second apart."""
    names = {"Name": [f"Account {n}" for n in range(count)], "OwnerId": [an_id("005", 1)] * count}
    return a_table("001", count, [moment(n) for n in range(count)], **(names | columns))


def tasks(count: int, *, every: float = 1.0, **columns: Sequence[Any]) -> pa.Table:
    """So many closed tasks, `every` so many seconds; 0 gives all one stamp."""
    standard: dict[str, Sequence[Any]] = {
        "OwnerId": [an_id("005", 1)] * count, "AccountId": [account_id(0)] * count, "Status": ["Completed"] * count,
        "IsClosed": [True] * count, "ActivityDate": [moment(0).date()] * count, "IsArchived": [False] * count,
    }  # fmt: skip
    return a_table("00T", count, [moment(n * every) for n in range(count)], **(standard | columns))


def the_mapping(*streams: str, **columns: Mapping[str, str | None]) -> CrmMapping:
    """The shipped mapping, of some streams (all without a name), with some columns put in another place."""
    read = YAML(typ="safe").load(SHIPPED.read_text())["read"]
    for stream, changed in columns.items():
        read[stream]["fields"] |= changed
    kept = {name: one for name, one in read.items() if not streams or name in streams}
    return CrmMapping.model_validate({"read": kept})


def credentials(sandbox: Sandbox) -> Credentials:
    return Credentials(sandbox.url, "client_credentials", sandbox.client_id, sandbox.client_secret)


def connect(sandbox: Sandbox, mapping: CrmMapping | None = None, **options: Any) -> Salesforce:
    """A client that never really waits."""
    return Salesforce(credentials(sandbox), mapping or the_mapping(), Options(**({"retry": PATIENT} | options)))


def stream_of(crm: Salesforce, name: str) -> Stream:
    return next(stream for stream in crm.streams() if stream.name == name)


def pulled(crm: Salesforce, name: str, window: Window = EVER) -> pa.Table:
    """All pages of a window as one table."""
    stream = stream_of(crm, name)
    pages = list(crm.pull(stream, window))
    empty = pa.table({column: [] for column in stream.columns})
    return pa.concat_tables(pages) if pages else empty


def ids_of(table: pa.Table) -> list[str]:
    return [str(one) for one in table["id"].to_pylist()]


def make_fields(crm: Salesforce) -> Mapping[str, str]:
    """Create and grant all our fields; our names and the CRM's."""
    mapping = the_mapping()
    crm.apply_fields(crm.plan_fields(FIELDS, {field.name: mapping.write.crm_name(field) for field in FIELDS}))
    return mapping.write.every()


def a_change(number: int, *, parent: int | None = None, **cells: Cell) -> AccountChange:
    """What is to be written on the nth account."""
    parent_id = None if parent is None else account_id(parent)
    return AccountChange(account_id(number), "", cells, (), "", parent_id=parent_id)


def held(sandbox: Sandbox, *fields: str) -> dict[str, tuple[Any, ...]]:
    """What the org's accounts hold now, asked of the org itself and not of our client."""
    names = ", ".join(f'"{name}"' for name in ("Id", *fields))
    with sandbox.org.lock:
        return {row[0]: tuple(row[1:]) for row in sandbox.org.tables.query(f'SELECT {names} FROM "Account"')}
