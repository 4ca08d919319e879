"""Open the store of the book at PATH as every command does, and read each column of the facts that a score needs."""

import sys
from pathlib import Path

from connector.store.database import Limits, opened

NEEDED = "account_no person_no activity_no kind_no day repeats own_seconds seniority_no role_no is_shared"
SCAN = f"SELECT {', '.join(f'sum({column})' for column in NEEDED.split())} FROM derived.facts"


def main() -> None:
    """Scan once."""
    with opened(Path(sys.argv[1]), Limits("1GB")) as store:
        store.rows(SCAN)


if __name__ == "__main__":
    main()
