"""Is the run that holds the lease still alive? A dead one must not block the next, a living one must not be doubled."""

import os
import socket
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

HEARTBEAT = timedelta(seconds=15)
SILENT_AFTER = timedelta(seconds=90)  # a holder on another machine that was not heard of for this long is dead


@dataclass(frozen=True, slots=True)
class Holder:
    """A process as others can recognise it. `machine` names one boot and one process namespace, so that the pid means
    the same there; `began` tells a process from a later one with its pid."""

    pid: int
    began: str
    machine: str
    host: str


def myself() -> Holder:
    """This process."""
    pid = os.getpid()
    return Holder(pid, _began(pid), _machine(), socket.gethostname())


def is_alive(holder: Holder, heard: datetime, now: datetime) -> bool:
    """Whether the holder still runs: looked up where its pid means something, else judged by its last heartbeat."""
    if holder.machine and holder.machine == _machine():
        return _exists(holder.pid) and _began(holder.pid) == holder.began
    return now - heard < SILENT_AFTER


def _machine() -> str:
    """Empty where the system does not tell."""
    try:
        return f"{_read('/proc/sys/kernel/random/boot_id')} {Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return ""


def _began(pid: int) -> str:
    """When the process started, in clock ticks since boot; empty where the system does not tell."""
    try:
        return _read(f"/proc/{pid}/stat").rpartition(")")[2].split()[19]
    except OSError:
        return ""


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _read(path: str) -> str:
    return Path(path).read_text(encoding="ascii", errors="replace").strip()
