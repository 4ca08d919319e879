"""Is an account marketing qualified, since when and how often? One account, one day after the other."""

from dataclasses import dataclass


@dataclass
class Memory:
    """What is remembered of an account."""

    inside: bool = False
    first: int | None = None
    last: int | None = None
    left: int | None = None
    times: int = 0
    came_by: str | None = None
    left_by: str | None = None


@dataclass(frozen=True)
class Today:
    """What is known of an account on a day."""

    engaged: float
    sure: float
    act_now: bool
    gates: bool
    open_opportunity: bool
    held: bool


def step(memory: Memory, day: int, today: Today, enter_minutes: float, rules: dict) -> None:
    """Leaves or enters, never both on one day. A silent source holds all but an opened opportunity."""
    if memory.inside:
        reason = _why_leave(memory, day, today, enter_minutes, rules)
        if reason:
            memory.inside, memory.left, memory.left_by = False, day, reason
    elif _enters(memory, day, today, enter_minutes, rules):
        memory.inside, memory.last, memory.left_by = True, day, None
        memory.first = day if memory.first is None else memory.first
        memory.times += 1
        memory.came_by = "surge" if today.sure >= rules["enter_surge"] else "act now"


def _why_leave(memory: Memory, day: int, today: Today, enter_minutes: float, rules: dict) -> str | None:
    if today.open_opportunity:
        return "converted"
    faded = today.engaged < rules["leave_share"] * enter_minutes
    long_enough = day - memory.last >= rules["least_days"]
    return "faded" if faded and long_enough and not today.held else None


def _enters(memory: Memory, day: int, today: Today, enter_minutes: float, rules: dict) -> bool:
    rested = memory.left is None or day - memory.left > rules["rest_days"]
    urged = today.sure >= rules["enter_surge"] or today.act_now
    enough = today.engaged >= enter_minutes and today.gates
    return enough and urged and rested and not today.open_opportunity and not today.held


def enter_minutes(account: dict, rules: dict) -> float:
    """The first line of `mqa.by` that fits, else the group's, else everybody's."""
    for line in rules["mqa"]["by"]:
        if all(line[name] is None or line[name] == account[name] for name in ("group", "tier", "size_band")):
            return line["enter_minutes"]
    of_group = rules["groups"].get(account["group"]) or {}
    return of_group.get("enter_minutes") or rules["mqa"]["enter_minutes"]


def shown(memory: Memory, decided: str | None) -> bool:
    """A person's word wins."""
    return memory.inside if decided is None else decided == "pinned"


def decision(account: dict, as_of: int) -> str | None:
    """What people decided: excluded, pinned, suppressed or snoozed, the strongest first."""
    if account["excluded"] or account["override"] == "Exclude":
        return "excluded"
    if account["override"] == "Pin MQA":
        return "pinned"
    if account["override"] == "Suppress MQA":
        return "suppressed"
    return "snoozed" if account["snooze_until"] is not None and account["snooze_until"] > as_of else None
