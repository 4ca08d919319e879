"""Who is who? Ids that stand for others, people with their parts, and the account each belongs to: found by looking."""

import math
from dataclasses import dataclass
from itertools import pairwise

from tests.oracle.words import ROLES, SENIORITY_FIELD, TITLES

World = dict[str, list[dict]]  # the pulled rows by stream
NAMES_ALIKE = 100.0  # our made-up names are the same or nothing alike
WEBSITE_WEIGHT = 5  # an account's own website speaks for a domain as loud as five contacts
USERS_SHARE = 0.1  # a domain of at least so many of our active users is our own


@dataclass(frozen=True)
class Past:
    """What somebody was until a second; the account is None where it is not known any more."""

    until: int
    seniority: str
    buying_role: str | None
    account: str | None


@dataclass(frozen=True)
class Person:
    """One human being, known by one living contact or lead."""

    id: str
    seniority: str
    buying_role: str | None
    is_staff: bool
    is_excluded: bool
    account: str | None  # the match
    rule: str | None = None
    confidence: float = 0.0
    pasts: tuple[Past, ...] = ()

    def at(self, second: int | None) -> tuple[str, str | None, str | None]:
        """Seniority, part in a purchase, and account at that second: the first change after it tells what was."""
        later = [past for past in self.pasts if second is not None and second < past.until]
        was = min(later, key=lambda past: past.until, default=None)
        if was is None:
            return self.seniority, self.buying_role, self.account
        return was.seniority, was.buying_role, was.account or self.account


class Register:
    """All that is known about who stands for whom."""

    def __init__(self, world: World, rules: dict) -> None:
        self.world, self.rules = world, rules
        self.accounts = {row["id"]: row for row in world["account"] if not row["is_deleted"]}
        self.stands_for = _stands_for(world)
        self.opportunities = {row["id"]: row for row in world["opportunity"] if not row["is_deleted"]}
        self.rows = {
            row["id"]: (kind, row)
            for kind in ("contact", "lead")
            for row in world[kind]
            if self.stands_for.get(row["id"]) == row["id"]
        }
        self.user_mails = {mail(u["email"]) for u in world["user"] if not u["is_deleted"] and u["email"]}
        self.own_domains = _own_domains(world, rules)
        self.deals = {person: self._deal(person) for person in self.rows}
        self.voices = self._voices()
        self.people = {person: self._person(person) for person in self.rows}

    def account_of(self, row_id: str | None) -> str | None:
        """The living account an id speaks of: an account's own, or that of an opportunity."""
        if row_id in self.opportunities:
            row_id = self.opportunities[row_id]["account_id"]
        found = self.stands_for.get(row_id)
        return found if found in self.accounts else None

    def group_of(self, account: str) -> str:
        """Client, prospect or target, as the account stands today."""
        deals = [deal for row_id, deal in self.opportunities.items() if self.account_of(row_id) == account]
        type_ = (self.accounts[account]["type"] or "").lower()
        if any(deal["is_won"] for deal in deals) or "customer" in type_ or "client" in type_:
            return "client"
        return "prospect" if any(not deal["is_closed"] for deal in deals) else "target"

    def person_of(self, row_id: str | None) -> str | None:
        """The person an id speaks of today."""
        found = self.stands_for.get(row_id)
        return found if found in self.rows else None

    def person_with_mail(self, address: str | None) -> str | None:
        """Whose address it is; a contact before a lead, then the smaller id."""
        wanted = mail(address)
        if not mail_domain(address):
            return None
        found = [(kind, row_id) for row_id, (kind, row) in self.rows.items() if mail(row["email"]) == wanted]
        return min(found)[1] if found else None

    def says(self, domain: str | None, what: str) -> bool:
        """Whether a domain, or one above it, is one of ours or excluded; free mail only by its own name."""
        if not domain:
            return False
        if what == "free":
            return domain in self.rules["people"]["free_mail_domains"]
        listed = self.own_domains if what == "own" else set(self.rules["people"]["excluded_domains"])
        return any(step in listed for step in steps_up(domain))

    def _person(self, row_id: str) -> Person:
        _, row = self.rows[row_id]
        domain = mail_domain(row["email"])
        seniority, role = self._role(row_id, row)
        return Person(
            row_id,
            seniority,
            role,
            is_staff=self.says(domain, "own") or mail(row["email"]) in self.user_mails,
            is_excluded=bool(row["excluded"]) or self.says(domain, "excluded"),
            **self._match(row_id),
            pasts=tuple(self._pasts(row_id)),
        )

    def _role(self, person: str, told: dict) -> tuple[str, str | None]:
        """Seniority and part in a purchase: a field of yours before the title, a part in a deal before both."""
        seniority, role = TITLES[told["title"] or ""]
        if told["seniority"]:
            seniority = SENIORITY_FIELD[told["seniority"]]
        if told["buying_role"]:
            role = ROLES[told["buying_role"]]
        if self.deals[person] and self.deals[person]["role"]:
            role = ROLES[self.deals[person]["role"]]
        return seniority, role

    def _pasts(self, person: str) -> list[Past]:
        """What all that stands for a person once was, the smaller id first where two changed at once."""
        told = [row for row in self.world.get("pasts", []) if self.person_of(row["person_id"]) == person]
        told.sort(key=lambda row: (row["until"], row["person_id"]))
        return [
            Past(int(row["until"].timestamp()), *self._role(person, row), self.account_of(row["account_id"]))
            for row in told
        ]

    def _deal(self, person: str) -> dict | None:
        """The part somebody plays in a deal: a named part, in an open deal, a primary one, the newest."""
        played = [
            row
            for row in self.world["opportunity_contact_role"]
            if not row["is_deleted"]
            and row["opportunity_id"] in self.opportunities
            and self.person_of(row["contact_id"]) == person
        ]
        played.sort(key=lambda row: row["id"])
        played.sort(key=lambda row: row["modified_at"], reverse=True)
        played.sort(key=lambda row: (not row["role"], self._is_closed(row), not row["is_primary"]))
        return played[0] if played else None

    def _is_closed(self, played: dict) -> bool:
        return bool(self.opportunities[played["opportunity_id"]]["is_closed"])

    def _voices(self) -> dict[str, list[tuple[str, float]]]:
        """By domain the two accounts it speaks for most, and how big a share each has."""
        weights: dict[str, dict[str, int]] = {}
        for row_id, account in self.accounts.items():
            _add(weights, web_domain(account["website"]), row_id, WEBSITE_WEIGHT)
        for kind, row in self.rows.values():
            if kind == "contact" and self.account_of(row["account_id"]):
                _add(weights, mail_domain(row["email"]), self.account_of(row["account_id"]), 1)
        return {
            domain: [
                (account, weight / sum(heard.values()))
                for account, weight in sorted(heard.items(), key=lambda one: (-one[1], one[0]))[:2]
            ]
            for domain, heard in weights.items()
            if not any(self.says(domain, what) for what in ("own", "excluded", "free"))
        }

    def _match(self, row_id: str) -> dict:
        """The best account of all that any rule names."""
        order = list(self.rules["match"]["confidence"])
        best: dict[str, tuple[float, int, str]] = {}
        for rule, account, share in self._candidates(row_id):
            sure = self.rules["match"]["confidence"][rule] * share
            found = (-sure, order.index(rule), rule)
            best[account] = min(found, best.get(account, found))
        ranked = sorted((rule != "link", less, at, account, rule) for account, (less, at, rule) in best.items())
        for _, less, _, account, rule in ranked[:1]:
            if rule == "link" or -less >= self.rules["match"]["least_confidence"]:
                return {"account": account, "rule": rule, "confidence": -less}
        return {"account": None}

    def _candidates(self, row_id: str) -> list[tuple[str, str, float]]:
        kind, row = self.rows[row_id]
        found: list[tuple[str, str | None, float]] = []
        link = row["account_id"] if kind == "contact" else row["matched_account_id"]
        found.append(("link", self.account_of(link), 1.0))
        if kind == "lead" and row["is_converted"]:
            found.append(("conversion", self.account_of(row["converted_account_id"]), 1.0))
        if self.deals[row_id]:
            found.append(("opportunity", self.account_of(self.deals[row_id]["opportunity_id"]), 1.0))
        found += [("domain", account, share) for account, share in self.speaks_for(mail_domain(row["email"]))]
        if kind == "lead":
            found += [("website", account, share) for account, share in self.speaks_for(web_domain(row["website"]))]
            found += [("name", account, share) for account, share in self._called(row)]
        return [(rule, account, share) for rule, account, share in found if account]

    def speaks_for(self, domain: str | None) -> list[tuple[str, float]]:
        """The accounts of the domain, or of the nearest one above it that speaks for any."""
        return next((self.voices[step] for step in steps_up(domain or "") if step in self.voices), [])

    def _called(self, lead: dict) -> list[tuple[str, float]]:
        """Accounts with the lead's company name; the place decides between them, and doubt halves."""
        name = (lead["company"] or "").casefold()
        same = [row_id for row_id, row in self.accounts.items() if name and (row["name"] or "").casefold() == name]
        scores = {row_id: NAMES_ALIKE + _place_bonus(self.accounts[row_id], lead) for row_id in sorted(same)[:5]}
        ranked = sorted(scores, key=lambda row_id: (-scores[row_id], row_id))
        ahead = [scores[one] - scores[other] for one, other in pairwise(ranked)] + [math.inf]
        return [(row_id, 0.5 if place or ahead[place] < 1 else 1.0) for place, row_id in enumerate(ranked[:2])]


def _place_bonus(account: dict, lead: dict) -> int:
    bonus = 4 if account["city"] and lead["city"] and account["city"].lower() == lead["city"].lower() else 0
    if account["country"] and lead["country"]:
        bonus += 2 if account["country"].lower() == lead["country"].lower() else -4
    return bonus


def _add(weights: dict[str, dict[str, int]], domain: str | None, account: str | None, weight: int) -> None:
    if domain and account:
        heard = weights.setdefault(domain, {})
        heard[account] = heard.get(account, 0) + weight


def _stands_for(world: World) -> dict[str, str]:
    """Merges, conversions and doubles followed to their end. A lead whose contact is gone stands for itself."""
    became: dict[str, str] = {}
    alive: set[str] = set()
    contacts = {row["id"] for row in world["contact"]}
    for stream in ("account", "contact", "lead"):
        for row in world[stream]:
            if not row["is_deleted"]:
                alive.add(row["id"])
            elif row["master_id"]:
                became[row["id"]] = row["master_id"]
    for lead in world["lead"]:
        if not lead["is_deleted"] and lead["is_converted"] and lead["converted_contact_id"] in contacts:
            became[lead["id"]] = lead["converted_contact_id"]
    became |= _doubles(world)
    ends = {row_id: _end(row_id, became) for row_id in alive | set(became)}
    return {row_id: end if end in alive else row_id for row_id, end in ends.items() if end in alive or row_id in alive}


def _doubles(world: World) -> dict[str, str]:
    """Living rows of one name and address: contacts of one account, and open leads of whichever contact there is."""
    first: dict[tuple, str] = {}
    rows = [(0, row) for row in world["contact"]] + [(1, row) for row in world["lead"] if not row["is_converted"]]
    named = sorted(
        (is_lead, row["id"], row) for is_lead, row in rows if not row["is_deleted"] and _called_and_mailed(row)
    )
    found = {}
    for is_lead, row_id, row in named:
        whole = _called_and_mailed(row)
        found[row_id] = first.setdefault(whole if is_lead else (*whole, row["account_id"]), row_id)
        first.setdefault(whole, row_id)
    return {row_id: other for row_id, other in found.items() if other != row_id}


def _called_and_mailed(row: dict) -> tuple[str, str] | None:
    """What somebody is called and which address they have, if both are known."""
    name = (row["name"] or "").strip().lower()
    return (name, mail(row["email"])) if name and mail_domain(row["email"]) else None


def _end(row_id: str, became: dict[str, str]) -> str | None:
    """Where the chain ends; a circle has no end."""
    seen = set()
    while row_id in became:
        if row_id in seen:
            return None
        seen.add(row_id)
        row_id = became[row_id]
    return row_id


def _own_domains(world: World, rules: dict) -> set[str]:
    mails = [u["email"] for u in world["user"] if not u["is_deleted"] and u["is_active"] is not False]
    domains = [domain for domain in map(mail_domain, mails) if domain]
    often = {d for d in domains if domains.count(d) >= USERS_SHARE * len(domains)}
    return set(rules["people"]["own_domains"]) | (often - set(rules["people"]["free_mail_domains"]))


def mail(address: str | None) -> str:
    """An address as it is compared."""
    return (address or "").strip().lower()


def mail_domain(address: str | None) -> str | None:
    """What stands behind the @."""
    name, _, domain = mail(address).partition("@")
    return domain if name and domain else None


def web_domain(website: str | None) -> str | None:
    """The bare domain of a website."""
    bare = (website or "").strip().lower().split("//")[-1].split("/")[0].removeprefix("www.")
    return bare if "." in bare else None


def steps_up(domain: str) -> list[str]:
    """a.b.example.com, b.example.com, example.com."""
    labels = domain.split(".")
    return [".".join(labels[step:]) for step in range(len(labels) - 1)]
