"""Score every account of the book at PATH under 1 GB, from its facts."""

import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.book import AS_OF_DAY
from connector.backend.build import bench_for, look_at_everything, prepare
from connector.backend.snapshots import make_snapshots
from connector.mappings import read_mappings
from connector.shipped import shipped_mappings
from connector.store.database import Limits, opened


def main() -> None:
    """Score once; tell of how many accounts."""
    rules = read_mappings(shipped_mappings(), "default").rules
    with opened(Path(sys.argv[1]), Limits("1GB")) as store:
        bench = bench_for(store.connection, rules, "salesforce")
        prepare(bench, rules, AS_OF_DAY)
        look_at_everything(bench)
        columns = make_snapshots(bench, rules, datetime(1970, 1, 1, 12, tzinfo=UTC) + timedelta(AS_OF_DAY))
    print(json.dumps({"accounts": len(columns["score"])}))


if __name__ == "__main__":
    main()
