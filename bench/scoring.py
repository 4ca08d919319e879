"""What does scoring ten million activities cost, and what does it cost to keep their facts up to date?"""

import tempfile
from pathlib import Path
from statistics import median

from bench.bars import Bar
from bench.measure import Cost, measure_script

ACTIVITIES, ACCOUNTS = 10_000_000, 100_000
RUNS = 3


def run() -> list[Bar]:
    """Make the book, build its facts, then score, update and compare."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.duckdb"
        measure_script("book", ACTIVITIES, ACCOUNTS, path)
        built = measure_script("book_build", path)
        scored = [measure_script("book_score", path) for _ in range(RUNS)]
        pandas = [measure_script("book_pandas", path) for _ in range(RUNS)]
        updated = [measure_script("book_update", path, ACTIVITIES, ACCOUNTS) for _ in range(RUNS)]
    return bars(built, scored, pandas, updated)


def bars(built: Cost, scored: list[Cost], pandas: list[Cost], updated: list[Cost]) -> list[Bar]:
    """The middle of each figure."""
    ours, scan = _middle(scored, "seconds"), _middle(scored, "scan")
    walk, theirs = _middle(scored, "walk"), _middle(pandas, "seconds")
    fresh, whole = _middle(updated, "seconds"), built.told["seconds"]
    size = f"{built.told['facts']:,} facts, {scored[0].told['accounts']:,} accounts"
    seconds = f"{ours:.1f} CPU s against {scan:.2f}; weighing {ours - walk:.1f}, days and sentences {walk:.1f}; {size}"
    memory = f"under a memory_limit of 1 GB; the process at its peak {max(cost.peak_mb for cost in scored):.0f} MB"
    return [
        Bar("Scoring 10 M activities from stored facts, CPU, over scanning their columns", ours / scan, "x", 15,
            detail=seconds),
        Bar("The same rules in pandas (without surge, MQA and sentences), CPU, over ours", theirs / ours, "x", 5,
            "at least", detail=f"{theirs:.1f} CPU s; {memory}"),
        Bar("Facts kept up to date with 0.1 % new activity, CPU, of building them", 100 * fresh / whole, "%", 10,
            detail=f"{fresh:.1f} CPU s against {whole:.1f}"),
    ]  # fmt: skip


def _middle(costs: list[Cost], name: str) -> float:
    return float(median(cost.told[name] for cost in costs))
