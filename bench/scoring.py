"""What does scoring ten million activities cost, keeping their facts up to date, and asking why of one account?

Scoring starts from the stored facts, all weighed anew, as every run does.
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from bench.bars import Bar
from bench.help import CONNECTOR
from bench.measure import Cost, measure_script, typical

ACTIVITIES, ACCOUNTS = 10_000_000, 100_000
RUNS = 3
BUSIEST = "Company 0"  # the account with most activities


def run() -> list[Bar]:
    """Make the book and build its facts; then scan, score, ask, compare and update."""
    with tempfile.TemporaryDirectory() as folder:
        path, home = Path(folder) / "book.duckdb", Path(folder) / "home"
        measure_script("book", ACTIVITIES, ACCOUNTS, path)
        built = measure_script("book_build", path)
        measure_script("book_scan", path)
        rounds = [_round(path) for _ in range(RUNS)]
        measure_script("book_publish", path, home)
        asked = typical(CONNECTOR, "explain", BUSIEST, env={"CONNECTOR_HOME": str(home)})
        pandas = measure_script("book_pandas", path, env={"PYTHONPATH": ""})
        updated = [measure_script("book_update", path, ACTIVITIES, ACCOUNTS) for _ in range(RUNS)]
    return [against_scan(rounds, built), against_pandas(rounds, pandas), up_to_date(built, updated), explained(asked)]


def _round(path: Path) -> Sequence[Cost]:
    """Scanning and scoring, one right after the other, so that a busy machine slows them alike."""
    return measure_script("book_scan", path), measure_script("book_score", path)


def against_scan(rounds: Sequence[Sequence[Cost]], built: Cost) -> Bar:
    """CPU seconds of whole processes; the middle of each."""
    scan, score = (median(cost.cpu_seconds for cost in costs) for costs in zip(*rounds, strict=True))
    size = f"{built.told['facts']:,} facts, {rounds[0][1].told['accounts']:,} accounts"
    memory = f"memory_limit 1 GB, the process at its peak {max(costs[1].peak_mb for costs in rounds):.0f} MB"
    return Bar("Scoring 10 M activities from their facts, CPU, over scanning the needed columns", score / scan, "x", 15,
               detail=f"{score:.1f} CPU s against {scan:.2f}; {size}; {memory}")  # fmt: skip


def against_pandas(rounds: Sequence[Sequence[Cost]], pandas: Cost) -> Bar:
    """From the facts, both; reading them is not counted for pandas."""
    ours, theirs = median(costs[1].cpu_seconds for costs in rounds), pandas.told["seconds"]
    grouped = f"groupby {pandas.told['groupby']:.0f} and loops over days {pandas.told['loops']:.0f}"
    detail = f"{theirs:.0f} CPU s against {ours:.1f}: {grouped}; the process at its peak {pandas.peak_mb:.0f} MB"
    return Bar("The same rules in pandas, CPU, over ours from the facts", theirs / ours, "x", 5, "at least", detail)


def up_to_date(built: Cost, updated: Sequence[Cost]) -> Bar:
    """CPU seconds of the work alone."""
    fresh, whole = median(cost.told["seconds"] for cost in updated), built.told["seconds"]
    detail = f"{fresh:.1f} CPU s against {whole:.1f}"
    return Bar("Facts kept up to date with 0.1 % new activity, CPU, of building them", 100 * fresh / whole, "%", 10,
               detail=detail)  # fmt: skip


def explained(asked: Cost) -> Bar:
    """Seconds that somebody waits."""
    detail = f"the account with most activities; {asked.cpu_seconds:.2f} CPU s"
    return Bar("`connector explain` of one account, 10 M activities", asked.wall_seconds, "s", 1, detail=detail)
