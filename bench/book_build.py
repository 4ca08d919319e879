"""Make every derived table of the book at PATH under 1 GB; tell the CPU seconds of that alone."""

import json
import sys
import time
from pathlib import Path

from bench.book import AS_OF_DAY
from connector.backend.build import build
from connector.mappings import read_mappings
from connector.shipped import shipped_mappings
from connector.store.database import Limits, opened


def main() -> None:
    """Build once."""
    mappings = read_mappings(shipped_mappings(), "default")
    with opened(Path(sys.argv[1]), Limits("1GB")) as store:
        began = time.process_time()
        build(store.connection, mappings.rules, mappings.personas, AS_OF_DAY)
        seconds = time.process_time() - began
        facts = store.number("SELECT count(*) FROM derived.facts")
    print(json.dumps({"seconds": seconds, "facts": facts}))


if __name__ == "__main__":
    main()
