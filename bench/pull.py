"""How long does it take to bring a million tasks into the store, against the plainest copy, and in how much memory?

The store has the limits of the product, as nobody set them.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median

from bench.bars import Bar
from bench.measure import ROOT, Cost, measure_script

TASKS = 1_000_000
MANY_TASKS = 2_000_000
PAIRS = 3


def run() -> list[Bar]:
    """Both copies in turn from one warmed sandbox; then ours of twice as many."""
    with served(TASKS) as where:
        measure_script("bare_pull", *where)
        pairs = [(measure_script("our_pull", *where), measure_script("bare_pull", *where)) for _ in range(PAIRS)]
    with served(MANY_TASKS) as where:
        return [*bars(pairs), large(measure_script("our_pull", *where))]


def large(cost: Cost) -> Bar:
    """The memory that twice as many rows take. Fails where rows are missing."""
    if cost.told["rows"] != MANY_TASKS:
        raise SystemExit(f"the copy does not hold {MANY_TASKS} rows: {cost}")
    detail = f"{cost.told['rows'] / cost.told['seconds']:,.0f} rows/s, {cost.told['calls']} calls of all so far"
    return Bar("Pull of 2 M tasks, peak memory", cost.peak_mb, "MB", 300, detail=detail)


def bars(pairs: list[tuple[Cost, Cost]]) -> list[Bar]:
    """The middle ratio of the pairs, and the most memory of ours. Fails where rows are missing."""
    if any(cost.told["rows"] != TASKS for pair in pairs for cost in pair):
        raise SystemExit(f"a copy does not hold {TASKS} rows: {pairs}")
    ratio = median(ours.told["seconds"] / bare.told["seconds"] for ours, bare in pairs)
    rates = f"{_rate(ours for ours, _ in pairs)} against {_rate(bare for _, bare in pairs)} rows/s"
    peak, bare_peak = max(ours.peak_mb for ours, _ in pairs), max(bare.peak_mb for _, bare in pairs)
    return [
        Bar("Pull of 1 M tasks into the store, wall, over a bare copy to Parquet", ratio, "x", 3, detail=rates),
        Bar("The same, peak memory", peak, "MB", 400, detail=f"the bare copy takes {bare_peak:.0f} MB"),
    ]


def _rate(costs: Iterator[Cost]) -> str:
    return f"{median(cost.told['rows'] / cost.told['seconds'] for cost in costs):,.0f}"


@contextmanager
def served(tasks: int) -> Iterator[tuple[str, str, str]]:
    """A sandbox in a process of its own: its address, client id and secret."""
    command = [sys.executable, "-m", "bench.served_tasks", str(tasks)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as child:
        assert child.stdin  # both are pipes
        assert child.stdout
        told = json.loads(child.stdout.readline())
        yield told["url"], told["client_id"], told["client_secret"]
        child.stdin.close()


if __name__ == "__main__":
    print("\n".join(bar.row() for bar in run()))
