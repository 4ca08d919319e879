"""What do we believe of every account? The derived tables made from the pulled ones, and a snapshot of each account."""

from datetime import datetime
from importlib.metadata import version

from connector.backend.beliefs import keep_look
from connector.backend.build import bench_for, build
from connector.backend.portraits import Wanted
from connector.backend.snapshots import make_snapshots
from connector.backend.tables import Bench
from connector.backend.told import as_companies
from connector.backend.update import update
from connector.engine.rules import fingerprint
from connector.engine.stored import Columns
from connector.engine.zone import local_day
from connector.jobs.parts import Parts
from connector.jobs.run import Tally
from connector.store.changes import is_full_build_due, mark_built
from connector.store.database import Store
from connector.store.faults import told

DISTRIBUTION = "account-engagement-connector"  # another version may derive otherwise


def score(store: Store, parts: Parts, as_of: datetime, tally: Tally, *, is_full: bool) -> Columns:
    """Bring the derived tables up to date and make a snapshot of every account; its columns, by the CRM's own ids.

    What was believed before goes into the store with what is derived now, or neither does.
    """
    day = local_day(as_of, parts.rules.timezone)
    with store.transaction():
        bench = _derive(store, parts, day, is_full=is_full)
    with told(store.path):
        ideal = [(cell.department, cell.seniority) for cell in parts.personas.ideal]
        wanted = Wanted(frozenset(parts.mapping.write.sets), ideal)
        snapshot = make_snapshots(bench, parts.rules, as_of, wanted)
    with store.transaction():
        keep_look(bench, parts.rules, day)
    _count(store, tally, len(snapshot["account_id"]))
    return as_companies(bench, snapshot) if parts.beside and parts.crm.name == "hubspot" else snapshot


def _derive(store: Store, parts: Parts, day: int, *, is_full: bool) -> Bench:
    """Make all facts again where what they are made by differs; else those that changed."""
    facts_from = _facts_from(parts)
    make = build if is_full or is_full_build_due(store, facts_from) else update
    make(store.connection, parts.rules, parts.personas, day, crm=parts.reads)
    mark_built(store, facts_from)
    return bench_for(store.connection, parts.rules, parts.reads)


def _facts_from(parts: Parts) -> str:
    """What facts are made by: rules but for those that only weigh, mappings, personas, version, whose rows."""
    read = [mapping.model_dump(mode="json") for mapping in (parts.mapping, *(other.mapping for other in parts.beside))]
    digest = fingerprint([parts.rules.of_facts(), *read, parts.personas.model_dump(mode="json")])
    return f"{digest} {version(DISTRIBUTION)} {parts.reads}"


def _count(store: Store, tally: Tally, accounts: int) -> None:
    tally.add("scored", accounts)
    tally.add("matched", store.number("SELECT count(*) FROM derived.matches"))
    for row in store.rows("SELECT reason, count(*) AS rows FROM derived.left_out GROUP BY reason ORDER BY reason"):
        tally.add_to("left_out", row["reason"], row["rows"])
