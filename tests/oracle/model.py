"""What do we believe of every account of an org on a day? The whole model, read from top to bottom."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.oracle import minutes, mqa, surge
from tests.oracle.people import Register, World
from tests.oracle.touches import activities, touches

SPAN_STEP = 91  # the first day of the walk moves once in so many days
WINDOW = 90
LEAST_PRIORITY = 0.1


@dataclass
class Belief:
    """What an account is told, and how it came to be."""

    engaged: float
    usual: float
    score: float
    band: str
    priority: float
    minutes_30d: float
    minutes_90d: float
    trend_30d: float | None
    sparkline: str | None
    people_90d: int
    surge: str
    sure: float
    surge_since: date | None
    last_two_way: date | None
    mqa: bool
    memory: mqa.Memory
    lines: list[minutes.Contribution] = field(repr=False)


def believe(world: World, rules: dict, as_of: int) -> dict[str, Belief]:
    """Every living account, on the day `as_of`."""
    register = Register(world, rules)
    seen = touches(world, activities(world, register, rules), register, rules)
    lines = minutes.contributions(seen, register, rules)
    first = (as_of - rules["history_days"]) // SPAN_STEP * SPAN_STEP
    mine = {
        row_id: [line for line in lines if line.account == row_id and first <= line.day <= as_of]
        for row_id in register.accounts
    }
    days = {
        row_id: minutes.account_days(mine[row_id], rules["surge"]["person_days_cap"], _role(rules)) for row_id in mine
    }
    people = {row_id: {day: len(one.people) for (_, day), one in found.items()} for row_id, found in days.items()}
    lived = {row_id: [day for _, day in found] for row_id, found in days.items()}
    starts = {
        row_id: surge.history_start(lived[row_id], local_day(row["created_at"], rules), first)
        for row_id, row in register.accounts.items()
    }
    walked, book = surge.filtered(people, starts, first, as_of, rules["surge"])
    return {
        row_id: _belief(
            _Known(row_id, register, mine[row_id], {day: one for (_, day), one in days[row_id].items()}),
            walked[row_id],
            book,
            rules,
        )
        for row_id in register.accounts
    }


@dataclass
class _Known:
    """What is known of one account."""

    account: str
    register: Register
    lines: list[minutes.Contribution]
    days: dict[int, minutes.AccountDay]


def _belief(known: _Known, account: surge.Account, book: surge.Book, rules: dict) -> Belief:
    as_of, decay = book.last, rules["decay"]
    engaged = minutes.faded(known.lines, as_of, decay["half_life_days"])
    points = minutes.score(engaged, decay["half_score_minutes"])
    last = last_day(known.days, "two_way", as_of)
    name = surge.state_name(account, as_of, last, rules["surge"])
    memory = _remembered(known, account, book, rules)
    decided = mqa.decision(_traits(known), as_of)
    return Belief(
        engaged=engaged,
        usual=minutes.usual(known.lines, as_of, decay),
        score=points,
        band=minutes.band(points, engaged, rules["bands"]),
        priority=engaged * (LEAST_PRIORITY + account.sure[as_of]),
        minutes_30d=minutes.window(known.lines, as_of, 30),
        minutes_90d=minutes.window(known.lines, as_of, 90),
        trend_30d=minutes.trend(known.lines, as_of),
        sparkline=minutes.sparkline(known.lines, as_of),
        people_90d=_people(known, as_of),
        surge=name,
        sure=account.sure[as_of],
        surge_since=as_date(account.onset) if name in ("Surging", "Warming") else None,
        last_two_way=as_date(last),
        mqa=mqa.shown(memory, decided),
        memory=memory,
        lines=known.lines,
    )


def _remembered(known: _Known, account: surge.Account, book: surge.Book, rules: dict) -> mqa.Memory:
    """The MQA memory after every day of the walk."""
    memory = mqa.Memory()
    limit = mqa.enter_minutes(_traits(known), rules)
    deals = _deals(known)
    for day in range(book.first, book.last + 1):
        acted, wanted = last_day(known.days, "act_now", day), last_day(known.days, "wanted", day)
        has_role = rules["mqa"]["role"] is None or (wanted is not None and day - wanted < WINDOW)
        has_people = rules["mqa"]["people"] == 0 or _people(known, day) >= rules["mqa"]["people"]
        today = mqa.Today(
            engaged=minutes.faded(known.lines, day, rules["decay"]["half_life_days"]),
            sure=account.sure[day],
            act_now=acted is not None and day - acted < rules["mqa"]["act_now_days"],
            gates=has_role and has_people,
            open_opportunity=any(is_open(deal, day, rules) for deal in deals),
            held=book.silent[day],
        )
        mqa.step(memory, day, today, limit, rules["mqa"])
    return memory


def _deals(known: _Known) -> list[dict]:
    """The account's opportunities."""
    every = known.register.opportunities
    return [deal for row_id, deal in every.items() if known.register.account_of(row_id) == known.account]


def is_open(deal: dict, day: int, rules: dict) -> bool:
    """From the day it was made to the day before it was closed, but on the day it was made in any case."""
    opened = local_day(deal["created_at"], rules)
    if not deal["is_closed"]:
        return opened <= day
    meant = [as_day(deal["closes_on"])] if deal["closes_on"] else []
    closed = min([*meant, local_day(deal["modified_at"], rules)])
    return opened <= day < max(closed, opened + 1)


def _traits(known: _Known) -> dict:
    """Group, tier, size band and what people decided."""
    row = known.register.accounts[known.account]
    bands = known.register.rules["size_bands"]
    sizes = (
        [b for b in bands if b["up_to_employees"] is None or row["employees"] <= b["up_to_employees"]]
        if row["employees"] is not None
        else []
    )
    return {
        "group": known.register.group_of(known.account),
        "tier": row["tier"],
        "size_band": sizes[0]["name"] if sizes else None,
        "excluded": bool(row["excluded"]) or bool(row["is_person_account"]),
        "override": row["override"],
        "snooze_until": as_day(row["snooze_until"]) if row["snooze_until"] else None,
    }


def _people(known: _Known, day: int) -> int:
    """Different people with something that counts in 90 days."""
    there = minutes.present(known.lines)
    return sum(any(0 <= day - one < WINDOW for one in days) for days in there.values())


def last_day(days: dict[int, minutes.AccountDay], sign: str, until: int) -> int | None:
    """The last day up to `until` on which this was seen."""
    return max((day for day, one in days.items() if day <= until and getattr(one, sign)), default=None)


def _role(rules: dict) -> str | None:
    role = rules["mqa"]["role"]
    return role.lower().replace(" ", "_") if role else None


def local_day(moment: datetime, rules: dict) -> int:
    """The day of a moment in the org's zone."""
    return as_day(moment.astimezone(ZoneInfo(rules["timezone"])).date())


def midnight(day: int | None, rules: dict) -> datetime | None:
    """When a day began in the org's zone."""
    if day is None:
        return None
    return datetime.combine(as_date(day), datetime.min.time(), ZoneInfo(rules["timezone"])).astimezone(UTC)


def as_date(day: int | None) -> date | None:
    """A day's number as a date."""
    return None if day is None else date(1970, 1, 1) + timedelta(days=day)


def as_day(of: date) -> int:
    """A date as its number."""
    return (of - date(1970, 1, 1)).days
