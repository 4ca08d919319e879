"""Who is in the stranger's portal? The people and doings of a year, as HubSpot tells them."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

from tests.stranger.portal import Portal
from tests.stranger.world import NAMES, TITLES

QUIET = 10  # the place of the company nobody ever spoke with
PRIMARY, PLAIN = (1, "Primary"), (279, None)
TASK = {"hs_task_type": "CALL", "hs_task_status": "COMPLETED"}


class PortalBook:
    """Fills a portal; the same seed gives the same one."""

    def __init__(self, portal: Portal, seed: int = 3) -> None:
        self.portal, self._dice = portal, Random(seed)
        for name in ("owners", "forms", "submissions", "campaigns", "lists", "email_events"):
            portal.things[name] = []

    def small(self) -> None:
        """Fourteen companies and what goes with them."""
        self._people_of_ours()
        for place, name in enumerate(NAMES):
            company = self._company(place, name)
            if place != QUIET:
                self._life(company, place)
        self._strays()
        self._marketing()

    def single(self) -> None:
        """One company, and nothing else."""
        self._people_of_ours()
        self._company(0, "Only One")

    def empty(self) -> None:
        """A portal in which nobody has done anything yet."""
        self._people_of_ours()

    def crowded(self, many: int) -> None:
        """One company, and so many calls with one of its people that have still to be made."""
        self._people_of_ours()
        company = self._company(77, "Crowded")
        person = self.person(company, 77)
        for n in range(many):
            at = self.portal.now - timedelta(days=5 + n % 9, minutes=n)
            call = self.portal.put("calls", 5, hs_timestamp=at, hs_call_status="QUEUED", hs_call_duration=600_000)
            self.portal.link(("calls", call), ("contacts", person), (194, None))

    def _people_of_ours(self) -> None:
        for n, (name, gone) in enumerate((("Ann", False), ("Bob", False), ("Cy", True))):
            self.portal.things["owners"].append({
                "id": f"{880 + n}", "email": f"u{n}@ours.example", "type": "PERSON", "firstName": name,
                "lastName": "Årnes", "userId": 70_000 + n, "userIdIncludingInactive": 70_000 + n,
                "createdAt": "2024-01-01T00:00:00Z", "updatedAt": "2024-01-02T00:00:00.120Z", "archived": gone,
            })  # fmt: skip

    def _company(self, place: int, name: str) -> str:
        return self.portal.put(
            "companies", 40, name=name, domain=f"firm{place}.example", website=f"https://www.firm{place}.example/ü",
            type="PROSPECT", industry="ENERGY", city="Zürich", country="Schweiz", hubspot_owner_id=880 + place % 2,
            numberofemployees=50 + 100 * place, annualrevenue=1_000_000 * place,
        )  # fmt: skip

    def person(self, company: str | None, place: int) -> str:
        """A new contact, and their primary company."""
        title = TITLES[self._dice.randrange(len(TITLES))]
        person = self.portal.put(
            "contacts", 35, firstname="Zoë", lastname=f"Nº{place}", jobtitle=title, associatedcompanyid=company,
            email=f"p{self._dice.randrange(10**6)}@firm{place}.example", hubspot_owner_id=880,
        )  # fmt: skip
        if company:
            self.portal.link(("contacts", person), ("companies", company), PRIMARY, PLAIN)
        return person

    def _life(self, company: str, place: int) -> None:
        """Everything that happened with one company."""
        people = [self.person(company, place) for _ in range(2 + place % 3)]
        deal = self.portal.put(
            "deals", 20, dealname="Großer Auftrag", dealstage="qualify", pipeline="default", amount="1234.5",
            closedate=self.portal.now + timedelta(days=60), hs_is_closed=False, hs_is_closed_won=False,
            hs_deal_stage_probability="0.200000000000000011102230246251565404236316680908203125",
        )  # fmt: skip
        self.portal.link(("deals", deal), ("companies", company), (5, "Primary"), (341, None))
        self.portal.link(("deals", deal), ("contacts", people[0]), (3, None))
        for age in self._ages(3 + place % 4):
            person = self._dice.choice(people)
            self._call(person, company, age)
            self._mail(person, company, age + 1)
            self._meeting(people, deal, age + 2)
            self._doing("tasks", age, [("contacts", person)], **TASK, hs_task_completion_date=self._at(age))
            self._doing("notes", age, [("companies", company)])

    def _ages(self, many: int) -> list[int]:
        return [self._dice.choice((3, 9, 20, 45, 80, 120, 200, 300, 420)) for _ in range(many)]

    def _at(self, age: int) -> datetime:
        return self.portal.now - timedelta(days=age, hours=self._dice.randrange(20))

    def _doing(self, name: str, age: int, on: list[tuple[str, str]], /, **values: Any) -> str:
        row_id = self.portal.put(name, age, hs_timestamp=self._at(age), hubspot_owner_id=880, **values)
        for one in on:
            self.portal.link((name, row_id), one, (190 + len(on), None))
        return row_id

    def _call(self, person: str, company: str, age: int) -> str:
        return self._doing(
            "calls", age, [("contacts", person), ("companies", company)], hs_call_direction="INBOUND",
            hs_call_status="COMPLETED", hs_call_duration=600_000,
            hs_call_disposition="f240bbac-87c9-4f6e-bf70-924b57d47db7",
        )  # fmt: skip

    def _mail(self, person: str, company: str, age: int) -> None:
        sender = self.portal.records["contacts"][person].values["email"]
        self._doing(
            "emails", age, [("contacts", person), ("companies", company)], hs_email_direction="INCOMING_EMAIL",
            hs_email_status="SENT", hs_email_from_email=sender, hs_email_thread_id=f"t{age}",
        )  # fmt: skip

    def _meeting(self, people: list[str], deal: str, age: int) -> None:
        at = (self.portal.now - timedelta(days=age)).replace(hour=9)
        on = [*(("contacts", one) for one in people), ("deals", deal)]
        times = {"hs_meeting_start_time": at, "hs_meeting_end_time": at + timedelta(minutes=30)}
        self._doing("meetings", age, on, hs_meeting_outcome="COMPLETED", **times)

    def _strays(self) -> None:
        """What hangs on nothing, what was merged, and what was archived."""
        portal = self.portal
        nobody = self.person(None, 50)
        self._doing("calls", 5, [("contacts", nobody)], hs_call_status="COMPLETED", hs_call_duration=1)
        self._doing("tasks", 6, [], hs_task_status="NOT_STARTED")
        first, second, third = (self._company(60 + n, "Merged") for n in range(3))
        self._call(self.person(second, 61), second, 4)
        portal.merge("companies", portal.merge("companies", first, second), third)
        gone = self._company(70, "Gone")
        self._call(self.person(gone, 70), gone, 4)
        portal.records["companies"][gone].archived = portal.now - timedelta(days=2)
        call = self._call(nobody, first, 3)
        portal.records["calls"][call].archived = portal.now - timedelta(days=1)

    def _marketing(self) -> None:
        """Forms of every type, mails that were opened, campaigns and lists."""
        things, mails = self.portal.things, [
            one.values["email"] for one in self.portal.records["contacts"].values() if one.values["email"]
        ]
        people = list(self.portal.records["contacts"])
        for kind in ("hubspot", "captured", "flow", "blog_comment"):
            self.form(kind, *people, *people)
        for place in range(90):
            things["email_events"].append({
                "id": f"e-{place}", "created": self._ms(1 + place % 30) + place, "recipient": mails[place % len(mails)],
                "type": ("OPEN", "CLICK", "SENT")[place % 3], "emailCampaignId": 5, "filteredEvent": place % 7 == 0,
                "portalId": 4711, "appId": 113, "browser": {"name": "x"}, "deviceType": "COMPUTER",
            })  # fmt: skip
        for n in range(25):
            times = {"createdAt": "2025-01-01T00:00:00Z", "updatedAt": "2025-01-02T00:00:00.100Z"}
            properties = {"hs_name": f"Spring Nº{n}", "hs_start_date": "2026-03-01", "hs_campaign_status": "active"}
            things["campaigns"].append({"id": f"c-{n}", "properties": properties, **times})
            people = list(self.portal.records["contacts"])[: 3 * n]
            members = [{"recordId": one, "membershipTimestamp": "2026-09-22T05:15:35Z"} for one in people]
            kind = {"processingType": "MANUAL", "objectTypeId": "0-1", "members": members}
            things["lists"].append({"listId": str(n), "name": f"List {n}", **kind, **times})

    def form(self, kind: str, *people: str) -> None:
        """A form of a kind that these contacts sent in, one a day."""
        form = {"id": f"b6336282-50ec-465e-894e-{kind}", "name": f"Demo request {kind}", "formType": kind}
        times = {"createdAt": "2020-09-22T05:15:12.311Z", "updatedAt": "2020-09-22T05:15:35Z", "archived": False}
        self.portal.things["forms"].append(form | times)
        for place, person in enumerate(people):
            mail = self.portal.records["contacts"][person].values["email"]
            said = {"submittedAt": self._ms(2 + place), "pageUrl": "https://ours.example/demo"}
            said["values"] = [{"name": "email", "value": mail, "objectTypeId": "0-1"}]
            self.portal.things["submissions"].append({"form": form["id"], "said": said})

    def _ms(self, age: int) -> int:
        return int((self.portal.now - timedelta(days=age)).timestamp() * 1000)
