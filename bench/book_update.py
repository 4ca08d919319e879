"""Bring the derived tables of the book at PATH up to date with one new call in a thousand; tell the CPU seconds."""

import json
import sys
import time
from pathlib import Path

from bench.book import AS_OF_DAY, COMMON, SHARES, contact, record_id
from connector.backend.update import update
from connector.mappings import read_mappings
from connector.shipped import shipped_mappings
from connector.store.database import Limits, Store, opened

SHARE = 0.001


def main() -> None:
    """Add the calls as a pull would have, and update."""
    path, activities, accounts = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    mappings = read_mappings(shipped_mappings(), "default")
    with opened(path, Limits("1GB")) as store:
        call_again(store, activities, accounts)
        began = time.process_time()
        update(store.connection, mappings.rules, mappings.personas, AS_OF_DAY)
        print(json.dumps({"seconds": time.process_time() - began}))


def call_again(store: Store, activities: int, accounts: int) -> None:
    """Calls of the last day, numbered after those the book has, and noted as changed."""
    first = int(activities * SHARES["task"]) + int(time.time()) * activities
    rows = f"FROM range({first}, {first + int(activities * SHARE)}) t(i)"
    store.execute(
        f"INSERT INTO salesforce.task BY NAME SELECT {record_id('00T', 'i')} AS id, {COMMON}, 'Call' AS subtype, "
        "TIMESTAMPTZ '2026-11-19' + to_seconds(hash(i + 3) % 86400) AS completed_at, completed_at AS created_at, "
        f"{record_id('003', contact(accounts))} AS who_id, 'Outbound' AS call_type, 600 AS call_seconds, "
        f"'Connected' AS call_result, 'Completed' AS status, true AS is_closed {rows}"
    )
    store.execute("DELETE FROM work.changed")
    store.execute(f"INSERT INTO work.changed SELECT 'task', {record_id('00T', 'i')} {rows}")


if __name__ == "__main__":
    main()
