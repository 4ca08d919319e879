"""What did whom do, and does it count? Records become touches one by one; what does not count says why."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.oracle.people import Register, World, mail, mail_domain
from tests.oracle.words import SENT, Meaning, event_meaning, member_meaning, task_meaning, visit_meaning

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NOON = 43_200  # a date without a time stands at noon, where it is earlier or later than anything else
LAST_ZONE_DAY = 29_220  # to 2049 the zone's clock is known; before 1970 and after it, days are UTC's
NOBODY = "nobody there"  # who took part where only our own people did, or no record says who
MACHINES = ("email_open", "email_click")


@dataclass(frozen=True)
class Activity:
    """One record that says something was done."""

    id: str
    source: str
    kind: str
    second: int | None
    day: int | None
    date_only: bool
    lasted_seconds: int | None
    who: str | None
    account: str | None
    user: str | None
    reason: str | None
    folded_into: str | None = None
    campaign: str | None = None


@dataclass(frozen=True)
class Touch:
    """One person in one activity, for one account. `alone` is the person on the record itself."""

    activity: Activity
    person: str
    account: str | None
    role: str
    reason: str | None
    folded_into: str | None = None


def somebody_of(account: str) -> str:
    """Who took part where the CRM names an account and nobody there."""
    return f"somebody of {account}"


def activities(world: World, register: Register, rules: dict) -> list[Activity]:
    """Every record that is not deleted, each with the reason why it does not count, if there is one."""
    found = [
        *(_task(row, world, register, rules) for row in world["task"] if not row["is_deleted"]),
        *(_event(row, world, register, rules) for row in world["event"] if not row["is_deleted"]),
        *(_email(row, world, register, rules) for row in world["email_message"] if not row["is_deleted"]),
        *(_response(row, world, register, rules) for row in world["campaign_member"] if not row["is_deleted"]),
        *(_visit(row, register, rules) for row in world["activity"] if not row["is_deleted"]),
    ]
    return [replace(one, reason="no_time") if one.second is None and not one.reason else one for one in found]


def _when(at: datetime | None, on_date: date | None, rules: dict) -> dict:
    """The second and the local day; a date alone is that day in every zone."""
    if on_date is not None:
        day = (on_date - EPOCH.date()).days
        return {"second": day * 86_400 + NOON, "day": day, "date_only": True}
    if at is None:
        return {"second": None, "day": None, "date_only": False}
    second = (at - EPOCH) // timedelta(seconds=1)
    known = 0 <= second // 86_400 <= LAST_ZONE_DAY
    local = at.astimezone(ZoneInfo(rules["timezone"]) if known else UTC)
    return {"second": second, "day": (local.date() - EPOCH.date()).days, "date_only": False}


def _meant(meaning: Meaning, rules: dict, words: tuple[str, str, str]) -> Meaning:
    """RevOps' own lines say which kind; what did not happen still did not happen."""
    for line in rules["kind_of"]:
        fits = line["source"] == words[0] and all(
            not ours or ours.casefold() == theirs.strip().casefold()
            for ours, theirs in ((line["type"], words[1]), (line["status"], words[2]))
        )
        if fits and meaning.reason in ("no_show", "cancelled", "planned"):
            return Meaning(line["kind"], meaning.reason)
        if fits:
            ours_alone = line["kind"] in ("email_sent", "voicemail", "other_task")
            return Meaning(line["kind"], "unanswered" if ours_alone else None)
    return meaning


def _task(row: dict, world: World, register: Register, rules: dict) -> Activity:
    """Closed tasks count, when they were completed, else on their date, else when they were made."""
    twins = [m["id"] for m in world["email_message"] if not m["is_deleted"] and m["activity_id"] == row["id"]]
    meaning = _meant(task_meaning(row), rules, ("task", row["type"] or "", row["status"] or ""))
    if row["is_recurrence"]:
        meaning = Meaning(meaning.kind, "series")
    elif twins:
        meaning = Meaning(meaning.kind, "twin")
    elif not row["is_closed"]:
        meaning = Meaning(meaning.kind, "planned")
    dated = row["completed_at"] is None and row["due_on"] is not None
    return Activity(
        row["id"],
        "task",
        meaning.kind,
        **_when(row["completed_at"] or row["created_at"], row["due_on"] if dated else None, rules),
        lasted_seconds=row["call_seconds"],
        who=register.person_of(row["who_id"]),
        account=register.account_of(row["account_id"]) or register.account_of(row["what_id"]),
        user=row["owner_id"],
        reason=meaning.reason,
        folded_into=min(twins) if twins else None,
    )


def _event(row: dict, world: World, register: Register, rules: dict) -> Activity:
    """A meeting; copies for invited users, rules of series and all-day entries are none."""
    meaning = _meant(event_meaning(row), rules, ("event", row["type"] or "", row["status"] or ""))
    has_occurrences = any(
        not one["is_deleted"] and one["recurrence_id"] == row["id"] != one["id"] for one in world["event"]
    )
    reasons = [
        ("child", row["is_child"]),
        ("series", row["is_recurrence"] or (row["is_recurrence2"] and has_occurrences)),
        ("all_day", row["is_all_day"]),
        (meaning.reason, True),
    ]
    on_day = row["on_day"] or (row["starts_at"] and row["starts_at"].date())
    lasted = row["minutes"] * 60 if row["minutes"] is not None else None
    if lasted is None and row["ends_at"] and row["starts_at"]:
        lasted = (row["ends_at"] - row["starts_at"]) // timedelta(seconds=1)
    return Activity(
        row["id"],
        "event",
        meaning.kind,
        **_when(row["starts_at"], on_day if row["is_all_day"] else None, rules),
        lasted_seconds=lasted,
        who=register.person_of(row["who_id"]),
        account=register.account_of(row["account_id"]) or register.account_of(row["what_id"]),
        user=row["owner_id"],
        reason=next(reason for reason, holds in reasons if holds),
    )


def _email(row: dict, world: World, register: Register, rules: dict) -> Activity:
    """A mail from outside counts for who sent it; ours has no answer of its own."""
    task = next((t for t in world["task"] if t["id"] == row["activity_id"] and not t["is_deleted"]), None) or {}
    senders = [
        one["relation_id"]
        for one in world["email_relation"]
        if one["email_id"] == row["id"] and not one["is_deleted"] and one["relation_type"] == "FromAddress"
        if one["relation_id"] and not one["relation_id"].startswith("005")
    ]
    who = task.get("who_id")
    if row["incoming"]:
        who = min(senders) if senders else register.person_with_mail(row["from_address"]) or who
    meaning = Meaning("email_reply") if row["incoming"] else SENT
    if row["incoming"] and _is_ours(row["from_address"], register):
        meaning = Meaning("email_reply", "own_staff")
    if row["is_bounced"]:
        meaning = Meaning(meaning.kind, "bounced")
    if row["status"] in ("5", "Draft"):
        meaning = Meaning(meaning.kind, "planned")
    about = row["related_to_id"] or task.get("what_id")
    return Activity(
        row["id"],
        "email_message",
        meaning.kind,
        **_when(row["sent_at"], None, rules),
        lasted_seconds=None,
        who=register.person_of(who),
        account=register.account_of(task.get("account_id")) or register.account_of(about),
        user=task.get("owner_id"),
        reason=meaning.reason,
    )


def _is_ours(address: str | None, register: Register) -> bool:
    """A user's address, or one of our domains."""
    return mail(address) in register.user_mails or register.says(mail_domain(address), "own")


def _response(row: dict, world: World, register: Register, rules: dict) -> Activity:
    """What a campaign member did; having been sent something is nothing done."""
    campaign = next((one for one in world["campaign"] if one["id"] == row["campaign_id"]), None)
    words = ("campaign_member", (campaign or {}).get("type") or "", row["status"] or "")
    meaning = _meant(member_meaning(row, campaign), rules, words)
    return Activity(
        row["id"],
        "campaign_member",
        meaning.kind,
        **_when(row["created_at"], row["responded_on"], rules),
        lasted_seconds=None,
        who=register.person_of(row["contact_id"] or row["lead_id"]),
        account=register.account_of(row["account_id"]),
        user=None,
        reason=meaning.reason,
        campaign=row["campaign_id"],
    )


def _visit(row: dict, register: Register, rules: dict) -> Activity:
    """A row of the import lane: of the person it names, else of the account its address or network speaks for."""
    who = register.person_of(row["person_id"]) or register.person_with_mail(row["email"])
    domains = [] if who else [domain for domain in (mail_domain(row["email"]), row["domain"]) if domain]
    reasons = [
        *(["own_staff"] if mail(row["email"]) in register.user_mails else []),
        *(reason for domain in domains if (reason := _why_not(domain, register))),
        visit_meaning(row).reason,
    ]
    account = register.account_of(row["account_id"])
    if not row["account_id"]:
        account = next((found for domain in domains if (found := _account_of(domain, register, rules))), None)
    return Activity(
        row["id"],
        "imported",
        visit_meaning(row).kind,
        **_when(row["happened_at"], row["on_date"], rules),
        lasted_seconds=None if row["minutes"] is None else round(row["minutes"] * 60),
        who=who,
        account=account,
        user=None,
        reason=reasons[0],
    )


def _why_not(domain: str, register: Register) -> str | None:
    """Our own networks, and those left out by rule."""
    if register.says(domain, "own"):
        return "own_staff"
    return "excluded" if register.says(domain, "excluded") else None


def _account_of(domain: str, register: Register, rules: dict) -> str | None:
    """The account that a domain speaks for, if it is sure enough."""
    sure = rules["match"]["confidence"]["domain"]
    return next(
        (one for one, share in register.speaks_for(domain)[:1] if sure * share >= rules["match"]["least_confidence"]),
        None,
    )


def touches(world: World, found: list[Activity], register: Register, rules: dict) -> list[Touch]:
    """Everybody's part in every activity that counts, with the reason where a part does not."""
    seen = [touch for one in found if not one.reason for touch in _parts(one, world, register)]
    _leave_out(seen, _bursts(seen, rules["touches"]))
    _leave_out(seen, _told_twice(seen, rules["kinds"]))
    _leave_out(seen, _close_together(seen, rules))
    return seen


def _leave_out(seen: list[Touch], out: dict[int, tuple[str, str | None]]) -> None:
    for at, (reason, folded_into) in out.items():
        seen[at] = replace(seen[at], reason=reason, folded_into=folded_into)


def _parts(activity: Activity, world: World, register: Register) -> list[Touch]:
    related = _related(activity, world, register)
    parts = []
    if activity.who:
        response = related.get(activity.who, (None, None))[1]
        parts.append(_part(activity, activity.who, "primary", response, register))
    for person, (role, response) in related.items():
        if person not in (activity.who, NOBODY):
            parts.append(_part(activity, person, role, response, register))
    if not activity.who and not any(part.role == "attendee" for part in parts):
        parts.append(_nobody_named(activity, ours_alone=NOBODY in related, rules=register.rules))
    return parts


def _nobody_named(activity: Activity, *, ours_alone: bool, rules: dict) -> Touch:
    """Our own people among themselves, somebody of the account, or nobody at all."""
    reason, is_early = _too_early(activity, rules)
    if ours_alone:
        return Touch(activity, NOBODY, activity.account, "own", reason if is_early else "internal")
    if activity.account:
        somebody = somebody_of(activity.account)
        return Touch(activity, somebody, activity.account, "somebody", reason if is_early else None)
    return Touch(activity, NOBODY, None, "nobody", reason if is_early else "no_account")


def _too_early(activity: Activity, rules: dict) -> tuple[str, bool]:
    start = rules["score_from"]
    return "before_start", start is not None and activity.day < (start - EPOCH.date()).days


def _part(activity: Activity, row_id: str, role: str, response: str | None, register: Register) -> Touch:
    """The person on the record counts for the record's account, everybody else for their own."""
    person = register.people[row_id]
    accounts = [activity.account, person.at(activity.second)[2]]
    account = next(filter(None, accounts if role == "primary" else reversed(accounts)), None)
    reasons = [
        _too_early(activity, register.rules),
        ("own_staff", person.is_staff),
        ("excluded", person.is_excluded),
        ("declined", response == "Declined"),
        ("recipient", role not in ("primary", "attendee")),
        ("no_account", account is None),
    ]
    return Touch(activity, row_id, account, role, next((reason for reason, holds in reasons if holds), None))


def _related(activity: Activity, world: World, register: Register) -> dict[str, tuple[str, str | None]]:
    """Role and answer of everybody else the CRM names; our own people are nobody there."""
    rows = []
    if activity.source == "task":
        rows = [(r, "attendee", None) for r in world["task_relation"] if r["task_id"] == activity.id]
    if activity.source == "event":
        rows = [(r, "attendee", r["status"]) for r in world["event_relation"] if r["event_id"] == activity.id]
    if activity.source == "email_message":
        mine = [r for r in world["email_relation"] if r["email_id"] == activity.id]
        rows = [
            (r, r["relation_type"].replace("Address", "").lower(), None)
            for r in mine
            if r["relation_type"] != "FromAddress"
        ]
    said: dict[str, list[tuple[str, str | None]]] = {}
    for row, role, response in rows:
        is_user = (row["relation_id"] or "").startswith("005")
        ours = NOBODY if is_user and activity.source == "event" and row["relation_id"] != activity.user else None
        person = ours if is_user else register.person_of(row["relation_id"])
        if person and not row["is_deleted"] and not row.get("is_what"):
            said.setdefault(person, []).append((role, response))
    return {
        person: (min(role for role, _ in all_said), min((r for _, r in all_said if r), default=None))
        for person, all_said in said.items()
    }


def _bursts(seen: list[Touch], rules: dict) -> dict[int, tuple[str, None]]:
    """Opens and clicks of one person, too many in too short a time: all of them."""
    clicks = [
        (at, one)
        for at, one in enumerate(seen)
        if not one.reason and one.activity.kind in MACHINES and not one.activity.date_only
    ]
    out = {}
    for _, first in clicks:
        together = [
            at
            for at, one in clicks
            if one.person == first.person and 0 <= one.activity.second - first.activity.second <= rules["burst_seconds"]
        ]
        if len(together) >= rules["burst_count"]:
            out.update(dict.fromkeys(together, ("machine", None)))
    return out


def _told_twice(seen: list[Touch], kinds: dict) -> dict[int, tuple[str, str]]:
    """One person answers a campaign once; a task of the same kind on the same day is that answer again."""
    out: dict[int, tuple[str, str]] = {}
    counting = [(at, one) for at, one in enumerate(seen) if not one.reason and not one.person.startswith("somebody")]
    members = [(at, one) for at, one in counting if one.activity.source == "campaign_member"]
    answers: dict[tuple[str, str | None], list[Touch]] = {}
    for _, one in members:
        answers.setdefault((one.person, one.activity.campaign), []).append(one)
    best = {key: min(told, key=_telling) for key, told in answers.items()}
    for at, one in members:
        kept = best[one.person, one.activity.campaign]
        if kept is not one:
            out[at] = ("told_twice", kept.activity.id)
    for at, one in counting:
        same = [
            kept.activity.id
            for kept in best.values()
            if kept.person == one.person and kept.activity.kind == one.activity.kind
            if kept.activity.day == one.activity.day
        ]
        is_marketing = kinds[one.activity.kind]["channel"] == "marketing"
        if one.activity.source != "campaign_member" and is_marketing and same:
            out[at] = ("told_twice", min(same))
    return out


def _telling(touch: Touch) -> tuple[bool, int, str]:
    """To have come says more than to have signed up; then the first answer."""
    return touch.activity.kind == "registered", touch.activity.day, touch.activity.id


def _close_together(seen: list[Touch], rules: dict) -> dict[int, tuple[str, str]]:
    """The same person and kind, each within a minute of the one before: one touch, told by the first and longest."""
    rows = [(at, one) for at, one in enumerate(seen) if not one.reason and not one.activity.date_only]
    rows.sort(key=lambda row: (row[1].person, row[1].activity.kind, row[1].activity.second))
    out: dict[int, tuple[str, str]] = {}
    chain: list[tuple[int, Touch]] = []
    for row in [*rows, None]:
        if row and chain and _goes_on(chain[-1][1], row[1], rules["touches"]["same_touch_seconds"]):
            chain.append(row)
            continue
        if chain:
            kept = min(chain, key=lambda one: _first_and_longest(one[1], rules))
            out.update({at: ("same_touch", kept[1].activity.id) for at, _ in chain if at != kept[0]})
        chain = [row] if row else []
    return out


def _goes_on(before: Touch, after: Touch, limit: int) -> bool:
    same = before.person == after.person and before.activity.kind == after.activity.kind
    return same and after.activity.second - before.activity.second <= limit


def _first_and_longest(touch: Touch, rules: dict) -> tuple[int, float, str]:
    own = own_seconds(touch.activity, rules) or 0
    return touch.activity.second, -own, touch.activity.id


def own_seconds(activity: Activity, rules: dict) -> float | None:
    """How long it lasted, between nothing and the longest that counts; None where the CRM does not say."""
    if not rules["kinds"][activity.kind]["timed"] or activity.lasted_seconds is None:
        return None
    return max(0, min(activity.lasted_seconds, int(rules["clamp"]["longest_minutes"] * 60)))
