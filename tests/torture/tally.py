"""How much was tried, and what came of it? The numbers of a run of the torture, added up over all tests."""

from collections import Counter

NAMES = (
    "org histories tried", "syncs", "faults injected", "kills survived", "rows sent", "ok", "failed", "resolved",
    "lost", "doubled", "full disks survived",
)  # fmt: skip
counted: Counter[str] = Counter()


def count(name: str, number: int = 1) -> None:
    """So many more."""
    assert name in NAMES
    counted[name] += number


def lines() -> list[str]:
    """The numbers in words."""
    c = counted
    done = c["ok"] + c["failed"] + c["resolved"]
    sum_is_right = "" if c["rows sent"] == done else " (NOT EQUAL)"
    tried = f"{c['org histories tried']} org histories, {c['syncs']} syncs, {c['faults injected']} faults injected"
    survived = f"{c['kills survived']} kills and {c['full disks survived']} full disks survived"
    ended = f"{c['rows sent']} rows sent = {c['ok']} ok + {c['failed']} failed + {c['resolved']} resolved{sum_is_right}"
    return [f"{tried}, {survived}", f"{ended}; lost {c['lost']}, doubled {c['doubled']}"]
