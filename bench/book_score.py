"""Score every account of the book at PATH under 1 GB, from its stored facts: weigh them, walk the days, say why.

Tells the CPU seconds of that, of the walk and its sentences alone, and of scanning the columns it needs.
"""

import json
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.book import AS_OF_DAY
from connector.backend.build import bench_for, look_at_everything, prepare, weigh
from connector.backend.snapshots import make_snapshots
from connector.mappings import read_mappings
from connector.shipped import shipped_mappings
from connector.store.database import Limits, opened

NEEDED = "account_no person_no activity_no kind_no day repeats own_seconds seniority_no role_no"
SCAN = f"SELECT {', '.join(f'sum({column})' for column in NEEDED.split())} FROM derived.facts"


def main() -> None:
    """Scan twice, so that the second finds warm caches; then score."""
    rules = read_mappings(shipped_mappings(), "default").rules
    with opened(Path(sys.argv[1]), Limits("1GB")) as store:
        store.rows(SCAN)
        began = time.process_time()
        store.rows(SCAN)
        scanned = time.process_time()
        bench = bench_for(store.connection, rules, "salesforce")
        prepare(bench, rules, AS_OF_DAY)
        look_at_everything(bench)
        weigh(bench, rules)
        weighed = time.process_time()
        columns = make_snapshots(bench, rules, datetime(1970, 1, 1, 12, tzinfo=UTC) + timedelta(AS_OF_DAY))
        ended = time.process_time()
    print(json.dumps({
        "scan": scanned - began, "seconds": ended - scanned, "walk": ended - weighed, "accounts": len(columns["score"]),
    }))  # fmt: skip


if __name__ == "__main__":
    main()
