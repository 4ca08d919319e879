"""How much longer than bare Python does `connector --help` take?"""

import sys
from pathlib import Path

from bench.bars import Bar
from bench.measure import typical

CONNECTOR = str(Path(sys.executable).parent / "connector")


def run() -> list[Bar]:
    """The seconds that our own imports cost, in the middle of several runs."""
    bare = typical(sys.executable, "-c", "pass")
    ours = typical(CONNECTOR, "--help")
    detail = f"{ours.wall_seconds:.3f} s against {bare.wall_seconds:.3f} s"
    return [Bar("`connector --help` over bare Python", ours.wall_seconds - bare.wall_seconds, "s", 0.3, detail=detail)]
