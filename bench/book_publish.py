"""Publish what is known of the book at PATH into HOME, as a run would at its end."""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.book import AS_OF_DAY
from connector.backend.build import bench_for
from connector.backend.days import weigh
from connector.mappings import read_mappings
from connector.shipped import shipped_mappings
from connector.store.database import Limits, opened
from connector.store.home import Home
from connector.store.publish import About, publish


def main() -> None:
    """Publish once."""
    rules = read_mappings(shipped_mappings(), "default").rules
    as_of = datetime(1970, 1, 1, 12, tzinfo=UTC) + timedelta(AS_OF_DAY)
    about = About(
        run_id="bench", org_id="bench", as_of=as_of, as_of_day=AS_OF_DAY, timezone=rules.timezone,
        rules_version=rules.version, rules_digest="bench", half_life_days=rules.decay.half_life_days,
        half_score_minutes=rules.decay.half_score_minutes,
    )  # fmt: skip
    with opened(Path(sys.argv[1]), Limits("1GB")) as store:
        weigh(bench_for(store.connection, rules, "salesforce"), rules)
        publish(store, Home(Path(sys.argv[2])).published, about)


if __name__ == "__main__":
    main()
