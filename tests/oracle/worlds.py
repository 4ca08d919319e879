"""Which orgs are hard to get right? Small ones, drawn from a seed, full of everything that goes wrong in a CRM."""

from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from tests.oracle.rows import Org, ago
from tests.oracle.words import EVENTS, MEMBERS, PAGES, ROLES, SENIORITY_FIELD, TASKS, TITLES, VISITS

ZONES = ("UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Chatham", "Australia/Lord_Howe", "America/Los_Angeles")
NAMES = ("Northwind", "Blue Yonder", "Quartz Optical", "Fabrikam Stahl")
DOMAINS = (
    "northwind.example",
    "emea.northwind.example",
    "blueyonder.example",
    "quartz.example",
    "gmail.com",
    "web.de",
    "shared.example",
    "unheard.example",
)
STRANGERS = ("ours.example", "labs.ours.example", "agency.example", "eu.agency.example")
OUR_MAILS = ("Rep1@ours.example", "support@labs.ours.example")
PLACES = (("Berlin", "Germany"), ("Lyon", "France"), (None, "germany"), (None, None))
# moments around which days end, clocks change, and records crowd
EDGES = (
    datetime(2025, 10, 26, 0, 59, 59, tzinfo=UTC), datetime(2025, 10, 26, 1, 0, 0, tzinfo=UTC),
    datetime(2026, 3, 8, 9, 59, 30, tzinfo=UTC), datetime(2026, 3, 8, 10, 0, 0, tzinfo=UTC),
    datetime(2026, 3, 11, 23, 59, 30, tzinfo=UTC), datetime(2026, 3, 12, 0, 0, 0, tzinfo=UTC),
    datetime(2026, 3, 10, 22, 59, 59, tzinfo=UTC), datetime(2026, 3, 17, 2, 29, 59, tzinfo=UTC),
    datetime(2026, 2, 28, 12, 0, 0, tzinfo=UTC), datetime(2024, 2, 29, 23, 30, 0, tzinfo=UTC),
)  # fmt: skip
STRANGE = (
    datetime(1970, 1, 1, tzinfo=UTC), datetime(1969, 7, 20, 20, tzinfo=UTC), datetime(2049, 12, 31, 23, tzinfo=UTC),
    datetime(2199, 1, 1, tzinfo=UTC), datetime(1900, 1, 1, 5, tzinfo=UTC),
)  # fmt: skip
GAPS = (0, 0, 1, 26, 59, 60, 61, 119, 120, 121, 300, 86_400, 7 * 86_400, 7 * 86_400 + 1)
DURATIONS = (None, -30, 0, 1, 15, 45, 60, 119, 120, 121, 1440, 10**7)
CALL_SECONDS = (None, -5, 0, 29, 30, 599, 600, 601, 7200, 7201, 10**8)
PER_PERSON = 5


class Draw:
    """A small org from a seed; `chance` says how often the rare things happen."""

    def __init__(self, seed: int, *, size: int = 120) -> None:
        self.random, self.org, self.size = Random(seed), Org(), size

    def make(self) -> Org:
        """People first, then what they do, then what befalls the records."""
        self._ours()
        self._accounts()
        self._people()
        self._deals()
        self._campaigns()
        for _ in range(self.size):
            self.random.choice(
                (self._task, self._task, self._event, self._event, self._mail, self._burst, self._answer)
            )()
        self._bad_luck()
        self._careers()
        self._visits()
        return self.org

    def pick(self, choices: Any) -> Any:
        """One of them."""
        return self.random.choice(list(choices))

    def maybe(self, chance: float) -> bool:
        """True that often."""
        return self.random.random() < chance

    def moment(self) -> datetime:
        """Mostly of the last months, often beside another one, sometimes absurd."""
        if self.maybe(0.3) and self.said:
            return self.pick(self.said) + timedelta(seconds=self.pick(GAPS))
        if self.maybe(0.15):
            at = self.pick(EDGES) + timedelta(seconds=self.pick((-1, 0, 1, 60)))
        elif self.maybe(0.06):
            at = self.pick(STRANGE)
        elif self.maybe(0.1):
            at = ago(-self.random.randint(0, 20), self.random.random() * 24)
        else:
            at = ago(self.random.randint(0, 260), self.random.randint(0, 86_399) / 3600)
        self.said.append(at)
        return at

    def date(self) -> date:
        """The day of such a moment."""
        return self.moment().date()

    def _ours(self) -> None:
        self.said: list[datetime] = []
        for number in range(3):
            mail = self.pick((f"rep{number}@ours.example", f"Rep{number}@Ours.example ", "partner@agency.example"))
            self.org.add("user", name=f"Rep {number}", email=mail, is_active=self.maybe(0.9))
        self.users = [row["id"] for row in self.org.rows["user"]]

    def _accounts(self) -> None:
        for _ in range(self.random.randint(2, 5)):
            city, country = self.pick(PLACES)
            site = self.pick((None, *(f"https://www.{domain}/de" for domain in DOMAINS[:5]), "quartz.example"))
            self.org.account(
                self.pick(NAMES), website=site, city=city, country=country, owner_id=self.pick(self.users),
                created_at=ago(self.random.randint(0, 500)), parent_id=None, is_person_account=self.maybe(0.05),
                excluded=self.maybe(0.05), employees=self.pick((None, 5, 99, 100, 10_000)),
            )  # fmt: skip
        self.accounts = [row["id"] for row in self.org.rows["account"]]

    def _people(self) -> None:
        mails: list[str | None] = []
        for number in range(self.random.randint(3, 10)):
            twin = number - 1 if number % 4 == 3 else number  # some are there twice, under one name and address
            title, mails = self.pick(TITLES) or None, [*mails, self._address(number)]
            said = {"name": f"Person {twin}", "title": title, "email": mails[twin]}
            said |= {"seniority": self.pick(SENIORITY_FIELD)} if self.maybe(0.1) else {}
            said |= {"buying_role": self.pick(ROLES)} if self.maybe(0.15) else {}
            said |= {"excluded": self.maybe(0.04)}
            if self.maybe(0.65):
                self.org.add("contact", account_id=self.pick((None, *self.accounts * 3)), **said)
            else:
                self._lead(said)
        self.people = [row["id"] for stream in ("contact", "lead") for row in self.org.rows[stream]]

    def _address(self, number: int) -> str | None:
        if self.maybe(0.15):
            return self.pick((None, "not an address", "twin@northwind.example"))
        domain = self.pick(STRANGERS if self.maybe(0.1) else DOMAINS)
        return self.pick((f"p{number}@{domain}", f" P{number}@{domain.upper()}"))

    def _lead(self, said: dict[str, Any]) -> None:
        city, country = self.pick(PLACES)
        site = self.pick((None, None, "www.quartz.example", "http://blueyonder.example/x"))
        contacts = [row["id"] for row in self.org.rows["contact"]]
        converted = self.maybe(0.4)
        self.org.lead(
            company=self.pick((None, "Zzyzx Wfqp", *NAMES)), website=site, city=city, country=country,
            matched_account_id=self.pick((None, None, None, *self.accounts)), is_converted=converted,
            converted_account_id=self.pick(self.accounts) if converted else None,
            converted_contact_id=self.pick((None, "003000000000999AAA", *contacts * 3)) if converted else None, **said,
        )  # fmt: skip

    def _deals(self) -> None:
        contacts = [row["id"] for row in self.org.rows["contact"]] or ["003000000000998AAA"]
        for _ in range(self.random.randint(0, 3)):
            created, closed = ago(self.random.randint(-3, 400)), self.maybe(0.5)
            deal = self.org.add(
                "opportunity", account_id=self.pick((None, *self.accounts * 4)), created_at=created, is_closed=closed,
                is_won=closed and self.maybe(0.5),
                closes_on=(created + timedelta(days=self.random.randint(-2, 90))).date(),
                is_deleted=self.maybe(0.1), name="Deal",
            )  # fmt: skip
            for _ in range(self.random.randint(0, 2)):
                self.org.add(
                    "opportunity_contact_role", opportunity_id=deal, contact_id=self.pick(contacts),
                    role=self.pick((None, *ROLES)), is_primary=self.pick((None, False, True)),
                    is_deleted=self.maybe(0.1),
                )  # fmt: skip

    def _campaigns(self) -> None:
        for kind in dict.fromkeys(kind for kind, _, _ in MEMBERS):
            if self.maybe(0.5):
                self.org.add("campaign", name="Campaign", type=kind or None)

    def who(self) -> str | None:
        """Somebody, nobody, or somebody nobody knows."""
        return self.pick((None, "003000000000997AAA")) if self.maybe(0.12) else self.pick(self.people)

    def about(self) -> dict[str, Any]:
        """What the CRM ties an activity to."""
        deals = [row["id"] for row in self.org.rows["opportunity"]]
        what = self.pick((None, None, *self.accounts, *deals, "500000000000001AAA"))
        return {"what_id": what, "account_id": self.pick((None, *self.accounts)), "owner_id": self.pick(self.users)}

    def _task(self) -> None:
        type_, subtype, call_type, result = self.pick(TASKS)
        words = {
            "type": type_ or None,
            "subtype": subtype,
            "call_type": call_type or None,
            "call_result": result or None,
        }
        task = self.org.add(
            "task", **words, who_id=self.who(), call_seconds=self.pick(CALL_SECONDS) if subtype == "Call" else None,
            is_closed=self.maybe(0.9), completed_at=self.moment() if self.maybe(0.75) else None,
            created_at=self.moment(),
            due_on=self.date() if self.maybe(0.6) else None, status=self.pick((None, "Completed")),
            is_recurrence=self.pick((None, False)) if self.maybe(0.95) else True, **self.about(),
        )  # fmt: skip
        for _ in range(self.random.randint(0, 2)):
            self.org.add(
                "task_relation",
                task_id=task,
                relation_id=self.who(),
                is_what=self.maybe(0.1),
                is_deleted=self.maybe(0.05),
            )

    def _event(self) -> None:
        type_, status = self.pick(EVENTS)
        at, lasts = self.moment(), self.pick(DURATIONS)
        ends = None if lasts is None or abs(lasts) > 10**6 else at + timedelta(minutes=lasts)
        event = self.org.add(
            "event", type=type_ or None, status=status or None, who_id=self.who(), starts_at=at, ends_at=ends,
            minutes=lasts if self.maybe(0.5) else None, on_day=self.pick((None, at.date())),
            is_all_day=self.maybe(0.05),
            is_child=self.maybe(0.08), is_recurrence=self.maybe(0.05), is_recurrence2=self.maybe(0.1), **self.about(),
        )  # fmt: skip
        if self.maybe(0.2):
            series = self.pick(row["id"] for row in self.org.rows["event"])
            self.org.row(event)["recurrence_id"] = series
        for _ in range(self.random.randint(0, 4)):
            guest = self.pick(self.users) if self.maybe(0.25) else self.who()
            self.org.add(
                "event_relation", event_id=event, relation_id=guest, is_what=self.maybe(0.05),
                is_deleted=self.maybe(0.05),
                status=self.pick((None, "New", "Accepted", "Declined")),
            )  # fmt: skip

    def _mail(self) -> None:
        tasks = [row["id"] for row in self.org.rows["task"]]
        addresses = [row["email"] for stream in ("contact", "lead") for row in self.org.rows[stream]]
        mail = self.org.add(
            "email_message", activity_id=self.pick((None, "00T000000000999AAA", *tasks)),
            incoming=self.pick((True, True, False, None)),
            related_to_id=self.pick((None, *self.accounts)),
            from_address=self.pick((None, "x@y.example", *OUR_MAILS, *addresses)),
            status=self.pick(("0", "1", "3", "5")), sent_at=self.moment(), is_bounced=self.maybe(0.1),
            is_deleted=self.maybe(0.05),
        )  # fmt: skip
        for _ in range(self.random.randint(0, 3)):
            role = self.pick(("FromAddress", "ToAddress", "CcAddress", "BccAddress", "OtherAddress"))
            guest = self.pick(self.users) if self.maybe(0.3) else self.who()
            self.org.add(
                "email_relation", email_id=mail, relation_id=guest, relation_type=role, is_deleted=self.maybe(0.05)
            )

    def _burst(self) -> None:
        """Clicks and opens of one person, as close together as a scanner's."""
        who, at = self.who(), self.moment()
        for _ in range(self.random.randint(2, 5)):
            self.org.task(
                who,
                at,
                type=self.pick(("Email Click", "Email Open")),
                subtype="Task",
                account_id=self.pick((None, *self.accounts)),
            )
            at += timedelta(seconds=self.pick((0, 1, 13, 60, 61, 119, 120, 121)))

    def _answer(self) -> None:
        if not self.org.rows["campaign"]:
            return
        campaign = self.pick(self.org.rows["campaign"])
        _, status, responded = self.pick(key for key in MEMBERS if key[0] == (campaign["type"] or ""))
        who = self.who() or self.pick(self.people)
        self.org.response(
            campaign["id"], who, status, self.date() if self.maybe(0.8) else None, created_at=self.moment(),
            account_id=self.pick((None, None, *self.accounts)),
        )  # fmt: skip
        self.org.rows["campaign_member"][-1]["has_responded"] = responded

    def _careers(self) -> None:
        """What some people were before, also twice at one moment."""
        for _ in range(self.random.randint(0, 4)):
            title, account = self.pick(TITLES) or None, self.pick((None, "001000000000996AAA", *self.accounts * 2))
            seniority = self.pick(SENIORITY_FIELD) if self.maybe(0.1) else None
            self.org.was(
                self.pick(self.people), self.moment(), title=title, account_id=account, seniority=seniority,
                buying_role=self.pick(ROLES) if self.maybe(0.1) else None,
            )  # fmt: skip

    def _visits(self) -> None:
        """Rows of the import lane, which name anything or nothing."""
        addresses = [(row["email"] or "").strip().lower() for row in self.org.rows["contact"] + self.org.rows["lead"]]
        known = [address for address in addresses if "@" in address]
        for _ in range(self.random.randint(0, self.size // 4)):
            at, dated = self.moment(), self.maybe(0.2)
            domain = self.pick((*DOMAINS, *STRANGERS, *(f"vpn.{domain}" for domain in DOMAINS[:4])))
            self.org.add(
                "activity", source="site", kind=self.pick(VISITS), happened_at=None if dated else at,
                on_date=at.date() if dated else None, minutes=self.pick((None, 0.0, 2.5, 45.0, 500.0)),
                person_id=self.who() if self.maybe(0.3) else None,
                email=self.pick((None, None, "rep1@ours.example", f"new@{domain}", *known)),
                account_id=self.pick((None, None, "001000000000996AAA", *self.accounts)) if self.maybe(0.3) else None,
                domain=domain if self.maybe(0.6) else None, page=self.pick((None, *PAGES)),
                is_deleted=self.maybe(0.05),
            )  # fmt: skip

    def _bad_luck(self) -> None:
        """Deletions and merges of what was there before."""
        for stream in ("account", "contact", "lead", "task", "event", "campaign_member"):
            for row in self.org.rows[stream]:
                if self.maybe(0.06):
                    row["is_deleted"] = True
                    if "master_id" in row and self.maybe(0.7):
                        row["master_id"] = self.pick(one["id"] for one in self.org.rows[stream])


def adversarial(seed: int, *, size: int = 120) -> dict[str, list[dict[str, Any]]]:
    """The rows of the org of that seed."""
    return Draw(seed, size=size).make().rows
