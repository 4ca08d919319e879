"""What does a command cost: wall and CPU seconds, and memory at its peak?

This file imports nothing big: a child's peak memory is never below what its parent held when it was started.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
AS_INSTALLED = {"PYTHONPATH": str(ROOT / "bench" / "as_installed")}  # where there is no pandas


@dataclass(frozen=True, slots=True)
class Cost:
    """One run of a command; `told` is the JSON object it printed as its last line, if it did."""

    wall_seconds: float
    cpu_seconds: float
    peak_mb: float
    told: Mapping[str, Any] = field(default_factory=dict)  # each child tells its own figures


def measure(*command: str, env: Mapping[str, str] | None = None) -> Cost:
    """What one run costs as installed but for `env`, its own children included in the CPU.

    Raises CalledProcessError when it fails.
    """
    with tempfile.TemporaryFile("w+") as said:
        began = time.perf_counter()
        child = subprocess.Popen(command, stdout=said, cwd=ROOT, env={**os.environ, **AS_INSTALLED, **(env or {})})
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            raise subprocess.CalledProcessError(child.returncode, command)
        said.seek(0)
        return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, _last_object(said.read()))


def measure_script(script: str, *arguments: object, env: Mapping[str, str] | None = None) -> Cost:
    """What one run of `bench/SCRIPT.py` costs."""
    return measure(sys.executable, "-m", f"bench.{script}", *map(str, arguments), env=env)


def typical(*command: str, runs: int = 7, env: Mapping[str, str] | None = None) -> Cost:
    """The middle of several runs, after one that warms the disk's cache."""
    measure(*command, env=env)
    costs = [measure(*command, env=env) for _ in range(runs)]
    return Cost(
        median(cost.wall_seconds for cost in costs),
        median(cost.cpu_seconds for cost in costs),
        max(cost.peak_mb for cost in costs),
    )


def machine() -> str:
    """The machine in a few words: cores, memory, processor, Python."""
    cpus = [line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")]
    kilobytes = [int(line.split()[1]) for line in _lines("/proc/meminfo") if line.startswith("MemTotal")]
    memory = f"{kilobytes[0] / 1024**2:.0f} GB" if kilobytes else "unknown memory"
    processor = cpus[0] if cpus else os.uname().machine
    return f"{os.cpu_count()} cores, {memory}, {processor}, Python {sys.version.split()[0]}"


def _lines(path: str) -> Sequence[str]:
    return Path(path).read_text().splitlines() if Path(path).exists() else ()


def _last_object(said: str) -> Mapping[str, Any]:
    last = said.strip().rpartition("\n")[2]
    found: Mapping[str, Any] = json.loads(last) if last.startswith("{") else {}
    return found
