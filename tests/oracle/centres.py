"""Which parts of an account qualify on their own? Each line of a receipt belongs to one centre, which walks."""

from dataclasses import dataclass

from tests.oracle import minutes, mqa, surge
from tests.oracle.model import SPAN_STEP, as_day, last_day, local_day
from tests.oracle.people import Register, World
from tests.oracle.touches import activities, touches
from tests.oracle.words import DEPARTMENTS

UNKNOWN = ("unknown", "unknown")  # what a centre is known by, and what it is called

Key = tuple[str, str]  # an account and one of its centres


@dataclass(frozen=True)
class Flag:
    """What an account is told of its centres."""

    inside: bool
    names: str | None
    first: int | None
    last: int | None
    left: int | None
    times: int


class Parts:
    """To which centre a line of a receipt belongs."""

    def __init__(self, world: World, register: Register, rules: dict) -> None:
        self.world, self.register, self.rules = world, register, rules
        streams = ("task", "event", "email_message", "campaign_member", "activity")
        self.records = {row["id"]: row for stream in streams for row in world[stream]}
        self.campaigns = {row["id"]: row for row in world["campaign"]}
        self.deals = {row["id"]: row for row in world["opportunity"]}

    def of(self, line: minutes.Contribution) -> tuple[str, str]:
        """What the centre is known by, and what it is called."""
        return getattr(self, f"_{self.rules['mqa']['buying_centre']}")(line)

    def _department(self, line: minutes.Contribution) -> tuple[str, str]:
        _, row = self.register.rows.get(line.person, ("", {}))
        found = row.get("department") or DEPARTMENTS.get(row.get("title") or "", "unknown")
        return found, found

    def _region(self, line: minutes.Contribution) -> tuple[str, str]:
        _, row = self.register.rows.get(line.person, ("", {}))
        return _written(row.get("region"))

    def _product_line(self, line: minutes.Contribution) -> tuple[str, str]:
        record = self.records[line.activity]
        campaign = self.campaigns.get(record.get("campaign_id")) or {}
        deal = self.deals.get(self._about(record)) or {}
        said = _written(campaign.get("product_line"))
        return _written(deal.get("product_line")) if said == UNKNOWN else said

    def _opportunity(self, line: minutes.Contribution) -> tuple[str, str]:
        """The deal it is about, else the newest one its person plays a part in, if open on that day."""
        open_ones = [row for row in self._deals_of(line.account) if self.life(row)[0] <= line.day < self.life(row)[1]]
        about = [row for row in open_ones if row["id"] == self._about(self.records[line.activity])]
        played = [row for row in open_ones if self._plays(line.person, row["id"])]
        for found in (about, sorted(played, key=lambda row: (-self.life(row)[0], row["id"]))):
            if found:
                return found[0]["id"], (found[0]["name"] or "").strip() or found[0]["id"]
        return UNKNOWN

    def _deals_of(self, account: str) -> list[dict]:
        every = self.register.opportunities
        return [row for row_id, row in every.items() if self.register.account_of(row_id) == account]

    def _about(self, record: dict) -> str | None:
        """What a record is about; a mail that does not say it is about what its task is."""
        task = self.records.get(record.get("activity_id")) or {}
        of_task = None if task.get("is_deleted") else task.get("what_id")
        return record.get("what_id") or record.get("related_to_id") or of_task

    def _plays(self, person: str, deal: str) -> bool:
        return any(
            row["opportunity_id"] == deal and self.register.person_of(row["contact_id"]) == person
            for row in self.world["opportunity_contact_role"]
            if not row["is_deleted"]
        )

    def life(self, deal: dict) -> tuple[int, float]:
        """The day a deal was opened, and the first on which it was closed."""
        opened = local_day(deal["created_at"], self.rules)
        if not deal["is_closed"]:
            return opened, float("inf")
        meant = [as_day(deal["closes_on"])] if deal["closes_on"] else []
        return opened, max(opened + 1, min([*meant, local_day(deal["modified_at"], self.rules)]))

    def is_barred(self, key: Key, day: int) -> bool:
        """By an open deal of the account; a centre that is a deal only once that is closed."""
        account, centre = key
        if self.rules["mqa"]["buying_centre"] == "opportunity" and centre != "unknown":
            return day >= self.life(self.deals[centre])[1]
        return any(opened <= day < closed for opened, closed in map(self.life, self._deals_of(account)))


def _written(said: str | None) -> tuple[str, str]:
    """The same however it is written."""
    bare = (said or "").strip()
    return (bare.lower(), bare) if bare else UNKNOWN


def believe_centres(world: World, rules: dict, as_of: int, limits: dict[str, float]) -> dict[str, Flag]:
    """What each account is told of its centres; `limits` are the engaged minutes that make it an MQA."""
    register = Register(world, rules)
    parts = Parts(world, register, rules)
    first = (as_of - rules["history_days"]) // SPAN_STEP * SPAN_STEP
    lines = minutes.contributions(touches(world, activities(world, register, rules), register, rules), register, rules)
    kept = [line for line in lines if first <= line.day <= as_of and line.account in register.accounts]
    days, names, mine = _by_centre(kept, parts, rules)
    starts = {key: _start(key, list(found), register, (first, rules)) for key, found in days.items()}
    people = {key: {day: len(one.people) for day, one in found.items()} for key, found in days.items()}
    walked, book = surge.filtered(people, starts, first, as_of, rules["surge"])
    memories = {}
    for key, found in days.items():
        memories[key] = memory = mqa.Memory()
        for day in range(first, as_of + 1):
            today = _today(found, mine[key], walked[key].sure[day], day, rules)
            today = mqa.Today(**today, open_opportunity=parts.is_barred(key, day), held=book.silent[day])
            mqa.step(memory, day, today, limits[key[0]], rules["mqa"])
    return {account: _flag(account, memories, names) for account in register.accounts}


def _start(key: Key, lived: list[int], register: Register, since: tuple[int, dict]) -> int:
    first, rules = since
    return surge.history_start(lived, local_day(register.accounts[key[0]]["created_at"], rules), first)


def _by_centre(lines: list[minutes.Contribution], parts: Parts, rules: dict) -> tuple[dict, dict, dict]:
    """By account and centre its days, what it is called, and its lines. Who counts for the account counts here."""
    role = rules["mqa"]["role"]
    wanted = role.lower().replace(" ", "_") if role else None
    counted = minutes.account_days(lines, rules["surge"]["person_days_cap"])
    names: dict[Key, set[str]] = {}
    mine: dict[Key, list[minutes.Contribution]] = {}
    for line in lines:
        centre, name = parts.of(line)
        mine.setdefault((line.account, centre), []).append(line)
        names.setdefault((line.account, centre), set()).add(name)
    days = {}
    for key, theirs in mine.items():
        days[key] = {day: one for (_, day), one in minutes.account_days(theirs, 7, wanted).items()}
        for day, one in days[key].items():
            one.people = tuple(person for person in one.people if person in counted[key[0], day].people)
    return days, names, mine


def _today(days: dict, lines: list[minutes.Contribution], sure: float, day: int, rules: dict) -> dict:
    """What is known of a centre on a day, but deals and silence."""
    acted, wanted = last_day(days, "act_now", day), last_day(days, "wanted", day)
    return {
        "engaged": minutes.faded(lines, day, rules["decay"]["half_life_days"]),
        "sure": sure,
        "act_now": acted is not None and day - acted < rules["mqa"]["act_now_days"],
        "gates": rules["mqa"]["role"] is None or (wanted is not None and day - wanted < 90),
    }


def _flag(account: str, memories: dict[Key, mqa.Memory], names: dict[Key, set[str]]) -> Flag:
    """The account is one while one of its centres is."""
    mine = {key: memory for key, memory in memories.items() if key[0] == account}
    inside = sorted({min(names[key]) for key, memory in mine.items() if memory.inside})
    firsts = [memory.first for memory in mine.values() if memory.first is not None]
    return Flag(
        inside=bool(inside),
        names=", ".join(inside)[:120] or None,
        first=min(firsts, default=None),
        last=max((memory.last for memory in mine.values() if memory.last is not None), default=None),
        left=max((memory.left for memory in mine.values() if memory.left is not None), default=None),
        times=sum(memory.times for memory in mine.values()),
    )
