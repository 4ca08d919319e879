"""`make bench`: is the connector as fast and as small as it promises?

Every figure is a ratio, or a size, taken in this one run on this one machine. Ends with 1 when a bar fails.
"""

import argparse
import importlib
import sys
from datetime import UTC, datetime
from pathlib import Path

from bench.bars import Bar
from bench.measure import machine

BENCHES = ("help", "pull", "scoring")
RECORD = Path(__file__).with_name("README.md")
BEGIN, END = "<!-- figures: written by make bench -->", "<!-- end of figures -->"
HEAD = "| what | found | bar | | detail |\n|---|---|---|---|---|"


def main() -> int:
    """Run the benches named, print their table, and keep it in bench/README.md when asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one or more of {', '.join(BENCHES)}; all by default")
    parser.add_argument("--record", action="store_true", help="write the table into bench/README.md")
    asked = parser.parse_args()
    if unknown := set(asked.names) - set(BENCHES):
        parser.error(f"there is no bench {', '.join(sorted(unknown))}")
    bars = [bar for name in asked.names or BENCHES for bar in _bench(name)]
    if asked.record:
        record("\n".join([f"{datetime.now(UTC):%Y-%m-%d}, {machine()}.", "", HEAD, *(bar.row() for bar in bars)]))
    return 0 if all(bar.holds for bar in bars) else 1


def _bench(name: str) -> list[Bar]:
    bars: list[Bar] = importlib.import_module(f"bench.{name}").run()
    for bar in bars:
        print(bar.row(), flush=True)
    return bars


def record(table: str, path: Path = RECORD) -> None:
    """Put a table between the two marks of the record."""
    before, _, rest = path.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    path.write_text(f"{before}{BEGIN}\n{table}\n{END}{after}")


if __name__ == "__main__":
    sys.exit(main())
