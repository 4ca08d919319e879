"""What is every kept touch worth, and what do the minutes of an account add up to? One contribution at a time."""

import math
from dataclasses import dataclass

from tests.oracle.people import Register
from tests.oracle.touches import Touch, own_seconds

DAY = 86_400
SENIORITIES = ("unknown", "individual", "manager", "director", "vp", "c_level")  # from the least to the most
BLOCKS = "▂▃▄▅▆▇█"


@dataclass(frozen=True)
class Contribution:
    """One line of a receipt; engaged is the product of the rest, before it fades."""

    account: str
    person: str
    activity: str
    kind: str
    day: int
    minutes: float
    role_factor: float
    repeats: int
    repeat_factor: float
    cap_factor: float
    two_way: bool
    act_now: bool
    person_day: bool
    seniority: str
    buying_role: str | None

    @property
    def engaged(self) -> float:
        """Engaged minutes on the day itself."""
        return self.minutes * self.role_factor * self.repeat_factor * self.cap_factor


def contributions(seen: list[Touch], register: Register, rules: dict) -> list[Contribution]:
    """Every kept touch with its factors; an activity gives an account at most so many times its largest share."""
    kept = [touch for touch in seen if not touch.reason]
    lines = [(touch, _line(touch, kept, register, rules)) for touch in kept]
    crowds: dict[tuple[str, str], list[float]] = {}
    for _, line in lines:
        crowds.setdefault((line["account"], line["activity"]), []).append(_worth(line))
    return [
        Contribution(**line, cap_factor=_cap(crowds[line["account"], line["activity"]], rules)) for _, line in lines
    ]


def _worth(line: dict) -> float:
    return line["minutes"] * line["role_factor"] * line["repeat_factor"]


def _cap(shares: list[float], rules: dict) -> float:
    most = rules["clamp"]["account_cap"] * max(shares)
    return most / sum(shares) if sum(shares) > most else 1.0


def _line(touch: Touch, kept: list[Touch], register: Register, rules: dict) -> dict:
    kind = rules["kinds"][touch.activity.kind]
    person = register.people.get(touch.person)
    seniority, buying_role, _ = person.at(touch.activity.second) if person else ("unknown", None, None)
    repeats = _repeats(touch, kept, rules)
    return {
        "account": touch.account,
        "person": touch.person,
        "activity": touch.activity.id,
        "kind": touch.activity.kind,
        "day": touch.activity.day,
        "minutes": _minutes(touch, kind, rules) * _times(register.group_of(touch.account), touch.activity.kind, rules),
        "role_factor": min(_weight(seniority, buying_role, rules), rules["roles"]["most"]),
        "repeats": repeats,
        "repeat_factor": rules["decay"]["repeat_factor"] ** min(repeats, 1000),
        "two_way": kind["two_way"],
        "act_now": kind["act_now"] and _is_senior_enough(seniority, kind["act_now_from"]),
        "person_day": kind["person_day"],
        "seniority": seniority,
        "buying_role": buying_role,
    }


def _minutes(touch: Touch, kind: dict, rules: dict) -> float:
    """Fixed, or its own length with a floor, or what such an activity lasts when nobody wrote it down."""
    if not kind["timed"]:
        return kind["minutes"]
    own = own_seconds(touch.activity, rules)
    return kind["unknown"] if own is None else max(kind["minutes"], own / 60)


def _times(group: str, kind: str, rules: dict) -> float:
    """How much more or less a kind counts in this group of accounts."""
    return rules["groups"].get(group, {}).get("times", {}).get(kind, 1.0)


def _weight(seniority: str, buying_role: str | None, rules: dict) -> float:
    return rules["roles"]["seniority"].get(seniority, 1.0) * rules["roles"]["buying_role"].get(buying_role, 1.0)


def _is_senior_enough(seniority: str, least: str | None) -> bool:
    return least is None or SENIORITIES.index(seniority) >= SENIORITIES.index(least)


def _repeats(touch: Touch, kept: list[Touch], rules: dict) -> int:
    """Earlier kept touches of the same person and kind in the seven times 24 hours before."""
    window = rules["decay"]["repeat_window_days"] * DAY
    return sum(
        other.person == touch.person
        and other.activity.kind == touch.activity.kind
        and 0 < touch.activity.second - other.activity.second <= window
        for other in kept
    )


def faded(lines: list[Contribution], as_of: int, half_life_days: float) -> float:
    """E: what is left of all engaged minutes; what lies ahead waits for its day."""
    return math.fsum(
        line.engaged * 2.0 ** (-(as_of - line.day) / half_life_days) for line in lines if line.day <= as_of
    )


def usual(lines: list[Contribution], as_of: int, rules: dict) -> float:
    """What E would be at the pace of the days from 28 to 118 days ago."""
    first, end = rules["usual_from_days"], rules["usual_to_days"]
    pace = math.fsum(line.engaged for line in lines if first <= as_of - line.day < end) / (end - first)
    return pace * rules["half_life_days"] / math.log(2)


def score(engaged: float, half_score_minutes: float) -> float:
    """0 to 100."""
    return 100.0 * (1.0 - 2.0 ** (-engaged / half_score_minutes))


def band(points: float, engaged: float, rules: dict) -> str:
    """The score as it is shown, in a word."""
    if engaged <= 0:
        return "No data"
    shown = math.floor(points + 0.5)
    steps = [("Hot", rules["hot"]), ("Warm", rules["warm"]), ("Cool", rules["cool"])]
    return next((word for word, least in steps if shown >= least), "Cold")


def window(lines: list[Contribution], as_of: int, length: int, back: int = 0) -> float:
    """Minutes, not faded, of the `length` days that end `back` days ago."""
    return math.fsum(line.engaged for line in lines if back <= as_of - line.day < back + length)


def trend(lines: list[Contribution], as_of: int, length: int = 30) -> float | None:
    """Percent more than in the window before; None when there was nothing."""
    before = window(lines, as_of, length, back=length)
    return 100.0 * (window(lines, as_of, length) - before) / before if before > 0 else None


def sparkline(lines: list[Contribution], as_of: int) -> str | None:
    """Twelve weeks, oldest first, the busiest a full block; None without any minutes."""
    weeks = [window(lines, as_of, 7, back=7 * ago) for ago in reversed(range(12))]
    if max(weeks) <= 0:
        return None
    return "".join(BLOCKS[math.ceil(week / max(weeks) * 7) - 1] if week > 0 else "▁" for week in weeks)


def present(lines: list[Contribution]) -> dict[str, list[int]]:
    """By person the days with something that counts and is worth more than nothing."""
    days: dict[str, set[int]] = {}
    for line in lines:
        if line.engaged > 0 and line.person_day:
            days.setdefault(line.person, set()).add(line.day)
    return {person: sorted(found) for person, found in days.items()}


def counted_days(days: list[int], cap: int) -> list[int]:
    """A day counts unless its person already counted on `cap` of the six days before."""
    counted: list[int] = []
    for day in days:
        if sum(day - 6 <= earlier < day for earlier in counted) < cap:
            counted.append(day)
    return counted


@dataclass
class AccountDay:
    """What happened to an account on a day."""

    minutes: float = 0.0
    people: tuple[str, ...] = ()
    two_way: bool = False
    act_now: bool = False
    wanted: bool = False


def account_days(
    lines: list[Contribution], cap: int, wanted_role: str | None = None
) -> dict[tuple[str, int], AccountDay]:
    """By account and day: minutes, the people who count, and what else was seen."""
    days: dict[tuple[str, int], AccountDay] = {}
    for line in lines:
        one = days.setdefault((line.account, line.day), AccountDay())
        one.minutes += line.engaged
        one.two_way |= line.two_way
        one.act_now |= line.act_now
        one.wanted |= wanted_role is not None and line.buying_role == wanted_role and line.engaged > 0
    for account in {line.account for line in lines}:
        for person, there in present([line for line in lines if line.account == account]).items():
            for day in counted_days(there, cap):
                days[account, day].people += (person,)
    return days
