"""Who is in the stranger's book? People of many alphabets, and a year and a half of what they did with us."""

from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import Any

from tests.stranger.org import Org

NAMES = (
    "Zoë & Söhne GmbH", "株式会社トヨト", 'Ärzte "Quote", Inc.', "Line\nBreak Ltd", "Ünïcode 🚀 Oy", "O'Neil \\ Sons",
    "Ελλάς ΑΕ",
    "Parent Holding", "Child One", "Child Two", "Quiet Waters", "=1+1", "North, South", "Last; Semicolon",
)  # fmt: skip
TITLES = ("CEO", "VP Marketing", "Director of IT", "Sales Manager", "Intern", "Geschäftsführer", None, "Jurist; Zürich")
QUIET = 10  # the place of the account nobody ever spoke with
YEAR = 365


class Book:
    """Fills an org; the same seed gives the same org."""

    def __init__(self, org: Org, seed: int = 3) -> None:
        self.org, self._dice = org, Random(seed)
        self._reps: list[str] = []

    def small(self) -> None:
        """Fourteen accounts and what goes with them."""
        org = self.org
        self._people_of_ours()
        accounts = [self._account(place, name) for place, name in enumerate(NAMES)]
        for child in (8, 9):
            org.rows["Account"][accounts[child]]["ParentId"] = accounts[7]
        org.put("Account", Name="Gone & Lost", OwnerId=self._reps[0], IsDeleted=True, **self._when(300, 40))
        campaigns = [self._campaign(kind) for kind in ("Webinar", "Conference", "Advertisement")]
        for place, account in enumerate(accounts):
            if place != QUIET:
                self._life(account, place, campaigns)
        self._leads(accounts, campaigns)
        self._strays()

    def empty(self) -> None:
        """An org in which nobody has done anything yet."""
        self._people_of_ours()

    def single(self) -> None:
        """One account, and nothing else."""
        self._people_of_ours()
        self._account(0, "Only One")

    def large(self, accounts: int, tasks_each: int) -> None:
        """The small one, and many accounts with a person and some calls each."""
        self.small()
        self.many(accounts, tasks_each)

    def many(self, accounts: int, tasks_each: int) -> None:
        """More accounts, with a person and some calls each."""
        for place in range(accounts):
            account = self._account(100 + place, f"Firma {place:05d} – Ø")
            person = self._contact(account, place)
            for _ in range(tasks_each):
                self._call(account, person, self._dice.randrange(1, YEAR))

    def _people_of_ours(self) -> None:
        org, when = self.org, self._when(900, 600)
        org.put("Organization", Name="Strangers & Söhne", IsSandbox=True, **when)
        every = ("Our Robot", "Ann Årnes", "Bob Bø", "Cy Gone")
        people = [
            org.put(
                "User", Name=name, Username=f"u{n}@ours.example", Email=f"u{n}@ours.example", IsActive=n != 3, **when
            )
            for n, name in enumerate(every)
        ]
        org.user_id, self._reps = people[0], people[1:3]

    def _account(self, place: int, name: str) -> str:
        return self.org.put(
            "Account", Name=name, Website=f"https://www.firm{place}.example/ü", Type="Prospect", Industry="Energy",
            OwnerId=self._reps[place % 2], NumberOfEmployees=50 + 100 * place, AnnualRevenue=1e6 * place,
            BillingCity="Zürich", BillingCountry="Schweiz", IsPersonAccount=False, **self._when(500, 30),
        )  # fmt: skip

    def _contact(self, account: str | None, place: int) -> str:
        title = TITLES[self._dice.randrange(len(TITLES))]
        address = f"p{self._dice.random():.6f}@firm{place}.example"
        return self.org.put(
            "Contact", AccountId=account, Name=f"Zoë Nº{place}", Email=address,
            Title=title, Department="Marketing", OwnerId=self._reps[0], **self._when(400, 20),
        )  # fmt: skip

    def _life(self, account: str, place: int, campaigns: list[str]) -> None:
        """Everything one account did."""
        people = [self._contact(account, place) for _ in range(2 + place % 3)]
        deal = self._deal(account, people)
        for age in self._ages(6 + place):
            person = self._dice.choice(people)
            self._call(account, person, age)
            self._mail(account, person, age + 1)
            self._meeting(deal if age % 2 else account, account, people, age + 2)
        for campaign in campaigns:
            self._member(campaign, age=self._dice.randrange(5, 90), ContactId=self._dice.choice(people))

    def _ages(self, many: int) -> Iterator[int]:
        yield from (self._dice.choice((3, 9, 20, 45, 80, 120, 200, 300, 420)) for _ in range(many))

    def _deal(self, account: str, people: list[str]) -> str:
        deal = self.org.put(
            "Opportunity", AccountId=account, Name="Großer Auftrag", StageName="Qualify", Type="New Business",
            Amount=1234.5, Probability=20.0, CloseDate=(self.org.now + timedelta(days=60)).date(), IsClosed=False,
            IsWon=False, OwnerId=self._reps[0], **self._when(120, 20),
        )  # fmt: skip
        self.org.put(
            "OpportunityContactRole", OpportunityId=deal, ContactId=people[0], Role="Decision Maker", IsPrimary=True,
            **self._when(100, 20),
        )  # fmt: skip
        return deal

    def _call(self, account: str | None, person: str | None, age: int, **more: Any) -> str:
        at = self.org.now - timedelta(days=age, hours=self._dice.randrange(20))
        values = {
            "WhoId": person, "AccountId": account, "OwnerId": self._reps[0], "Subject": "Call", "Type": "Call",
            "TaskSubtype": "Call", "CallType": "Inbound", "CallDurationInSeconds": 600, "Status": "Completed",
            "CallDisposition": "Connected", "IsClosed": True, "ActivityDate": at.date(), "CompletedDateTime": at,
            "IsArchived": age >= YEAR, "IsRecurrence": False,
        } | self._when(age, age)  # fmt: skip
        return self.org.put("Task", **(values | more))

    def _mail(self, account: str, person: str, age: int) -> None:
        """An answer of theirs, and the task that stands for the same mail."""
        at = self.org.now - timedelta(days=age, hours=2)
        subtype = {"TaskSubtype": "Email", "Type": "Email", "CallType": None, "CallDurationInSeconds": None}
        twin = self._call(account, person, age, CallDisposition=None, **subtype)
        related = {"RelationId": person, "IsWhat": False, "AccountId": account} | self._when(age, age)
        self.org.put("TaskRelation", TaskId=twin, **related)
        address = self.org.rows["Contact"][person]["Email"]
        mail = self.org.put(
            "EmailMessage", ActivityId=twin, RelatedToId=account, FromAddress=address, Incoming=True, Status="0",
            MessageDate=at, IsBounced=False, IsOpened=False, ThreadIdentifier=f"t{age}", **self._when(age, age),
        )  # fmt: skip
        self.org.put(
            "EmailMessageRelation", EmailMessageId=mail, RelationId=person, RelationType="FromAddress",
            RelationAddress=address, **self._when(age, age),
        )  # fmt: skip

    def _meeting(self, about: str, account: str, people: list[str], age: int) -> None:
        """A meeting with everybody there, and the copy of the user who was invited."""
        at = (self.org.now - timedelta(days=age)).replace(hour=9)
        values = {
            "WhoId": people[0], "WhatId": about, "AccountId": account, "OwnerId": self._reps[0], "Subject": "Treffen",
            "Type": "Meeting", "EventSubtype": "Event", "StartDateTime": at, "EndDateTime": at + timedelta(minutes=30),
            "ActivityDate": at.date(), "DurationInMinutes": 30, "IsAllDayEvent": False, "IsChild": False,
            "IsGroupEvent": True, "IsRecurrence": False, "IsRecurrence2": False, "IsArchived": age >= YEAR,
            "IsPrivate": False,
        } | self._when(age, age)  # fmt: skip
        event = self.org.put("Event", **values)
        self.org.put("Event", **(values | {"IsChild": True, "OwnerId": self._reps[1]}))
        for person in people:
            self.org.put(
                "EventRelation", EventId=event, RelationId=person, IsWhat=False, IsParent=True, IsInvitee=True,
                Status="Declined" if person == people[-1] and len(people) > 2 else "Accepted", AccountId=account,
                **self._when(age, age),
            )  # fmt: skip

    def _campaign(self, kind: str) -> str:
        return self.org.put("Campaign", Name=f"{kind} für alle", Type=kind, Status="Completed", **self._when(100, 90))

    def _member(self, campaign: str, *, age: int, **who: str) -> None:
        day = (self.org.now - timedelta(days=age)).date()
        self.org.put(
            "CampaignMember", CampaignId=campaign, Status="Responded", HasResponded=True, FirstRespondedDate=day,
            **who, **self._when(age, age),
        )  # fmt: skip

    def _leads(self, accounts: list[str], campaigns: list[str]) -> None:
        """People no account knows: one matched by domain, one by name, one by nothing, one who was converted."""
        for place, company in ((0, NAMES[0]), (1, "firm1"), (99, "Nobody Knows")):
            lead = self.org.put(
                "Lead", Name="Lead Łukasz", Company=company, Email=f"lead@firm{place}.example", Title="CTO",
                OwnerId=self._reps[0], City="Łódź", Country="Polska", IsConverted=False, **self._when(60, 10),
            )  # fmt: skip
            self._member(campaigns[0], age=8, LeadId=lead)
        person = self._contact(accounts[2], 2)
        lead = self.org.put(
            "Lead", Name="Converted Ödön", Company=NAMES[2], Email="c@firm2.example", Title="CFO", IsConverted=True,
            OwnerId=self._reps[0], ConvertedDate=(self.org.now - timedelta(days=30)).date(),
            ConvertedAccountId=accounts[2], ConvertedContactId=person, **self._when(80, 30),
        )  # fmt: skip
        self._member(campaigns[1], age=40, LeadId=lead, ContactId=person)

    def _strays(self) -> None:
        """What hangs on nothing: no person, no account, no date, no past."""
        nobody = self._contact(None, 50)
        self._call(None, nobody, 5)
        self._call(None, None, 6, ActivityDate=None, CompletedDateTime=None)
        self._call(None, None, 7, IsDeleted=True)
        self._call(None, None, 7, IsClosed=False, Status="Not Started", CompletedDateTime=None)

    def _when(self, first: float, last: float) -> dict[str, Any]:
        """Made and last changed so many days ago, in whole seconds."""
        made = self.org.now - timedelta(days=first, hours=1)
        changed = self.org.now - timedelta(days=last, hours=1, seconds=self._dice.randrange(50))
        return {"CreatedDate": made, "SystemModstamp": max(made, changed)}
