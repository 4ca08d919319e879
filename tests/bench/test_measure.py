"""Does the ruler measure what it says?"""

import subprocess
import sys
from pathlib import Path

import pytest

from bench.bars import Bar
from bench.measure import ROOT, measure
from bench.run import BEGIN, END, record


def test_a_busy_command_costs_cpu_and_an_idle_one_does_not() -> None:
    busy = measure(sys.executable, "-c", "for _ in range(20_000_000): pass")
    idle = measure(sys.executable, "-S", "-c", "import time; time.sleep(0.2)")

    assert busy.cpu_seconds > 2 * idle.cpu_seconds
    assert idle.wall_seconds > 0.2 > idle.cpu_seconds


MEASURED_BY_A_SMALL_PROCESS = """
import sys
from bench.measure import measure
print(measure(sys.executable, "-c", "block = b'x' * 300_000_000; del block").peak_mb)
"""


def test_memory_at_its_peak_is_seen_even_when_it_was_given_back() -> None:
    """A child's peak is never below its parent's, so the parent here is not pytest, which may be large."""
    asked = [sys.executable, "-c", MEASURED_BY_A_SMALL_PROCESS]
    said = subprocess.run(asked, check=True, capture_output=True, cwd=ROOT)

    assert 286 < float(said.stdout) < 330


def test_a_command_may_tell_its_own_figures_last() -> None:
    cost = measure(sys.executable, "-c", "print('words'); print('{\"rows\": 7}')")

    assert cost.told == {"rows": 7}


def test_a_command_that_fails_is_no_measurement() -> None:
    with pytest.raises(subprocess.CalledProcessError):
        measure(sys.executable, "-c", "raise SystemExit(3)")


@pytest.mark.parametrize(
    ("value", "kind", "holds"),
    [(1.0, "at most", True), (1.1, "at most", False), (1.1, "at least", True), (0.9, "at least", False)],
)
def test_a_bar_holds_on_its_own_side(value: float, kind: str, holds: bool) -> None:
    assert Bar("speed", value, "x", 1.0, kind).holds is holds


def test_a_new_record_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    page = tmp_path / "README.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")

    record("new", page)

    assert page.read_text() == f"before\n{BEGIN}\nnew\n{END}\nafter\n"
