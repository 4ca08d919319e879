"""What do people and their tools really leave in an org? The small world with something wrong in every place."""

from datetime import date, timedelta
from itertools import product

from tests.stranger.world import Book

NAMES = (
    "\0", "x\0y\x1b[2J", "😀" * 255, " ", "\u202eevil\u202c", "=cmd|' /C calc'!A0", "[bold]markup[/bold]", "%s{}\\n",
    "-", None,
)  # fmt: skip
SITES = (
    "http://", "https://[::1", "javascript:alert(1)", "..", "a" * 255, "firm0.example", "GMAIL.COM", "\t", "://", None,
)  # fmt: skip
MAILS = (
    "", "@", "a@", "@b.example", "a@b@c.example", "Ü@münchen.example", "A@FIRM0.EXAMPLE", "a b@c d", "x" * 80,
    "a@localhost",
)  # fmt: skip
DAYS = (date(1700, 1, 1), date(4000, 12, 31), date(1970, 1, 1), None)


class Wild(Book):
    """What people and their tools really leave in an org: no rule of ours holds for it."""

    def wild(self) -> None:
        """The small world, with something wrong in every place."""
        self.small()
        for strange in (self._accounts, self._persons, self._activities, self._others):
            strange()

    def _accounts(self) -> None:
        """Circles of parents and of merges, names of one sign or of far too many, sites that are none."""
        org, ids = self.org, list(self.org.rows["Account"])
        rows = [org.rows["Account"][one] for one in ids]
        rows[0]["ParentId"], rows[1]["ParentId"], rows[2]["ParentId"] = ids[1], ids[0], ids[2]
        rows[3]["ParentId"], rows[4]["OwnerId"], rows[5]["OwnerId"] = "001zzzzzzzzzzzzAAA", None, "005zzzzzzzzzzzzAAA"
        for row, name, site in zip(rows[3:], NAMES, SITES, strict=False):
            row |= {"Name": name, "Website": site, "Industry": "Sönder\nzeichen", "Type": "CUSTOMER - direct"}
        rows[6] |= {"NumberOfEmployees": 2**31 - 1, "AnnualRevenue": 1e17}
        rows[7] |= {"NumberOfEmployees": -5, "AnnualRevenue": -0.01, "BillingCity": "", "BillingCountry": None}
        merged = {"Name": "Merged", "IsDeleted": True, "OwnerId": None}
        gone = [org.put("Account", **merged, **self._when(90, 9)) for _ in range(3)]
        for one, other in ((0, 1), (1, 0), (2, 2)):
            org.rows["Account"][gone[one]]["MasterRecordId"] = gone[other]

    def _persons(self) -> None:
        """Addresses that are none, people of deleted companies, leads who became what is not there."""
        gone = next(one for one, row in self.org.rows["Account"].items() if row["IsDeleted"])
        nobody = {"Title": "CEO / VP; \0 Chef 😀" * 6, "Name": None, "OwnerId": None}
        for mail in MAILS:
            person = self._contact(gone, 3)
            self.org.rows["Contact"][person] |= nobody | {"Email": mail}
            self._call(gone, person, 4)
            self.org.put(
                "Lead", Name="?", Company=mail, Email=mail, Website=mail, Title=mail, IsConverted=True, OwnerId=None,
                ConvertedAccountId=gone, ConvertedContactId="003zzzzzzzzzzzzAAA", **self._when(9, 9),
            )  # fmt: skip

    def _activities(self) -> None:
        """Calls of a negative length, meetings that end before they begin, days that no calendar has yet."""
        org = self.org
        account, person = next(iter(org.rows["Account"])), next(iter(org.rows["Contact"]))
        for length, day in product((-1, 0, 1, 2**31 - 1), DAYS):
            self._call(account, person, 3, CallDurationInSeconds=length, ActivityDate=day, CompletedDateTime=None)
        for minutes in (-30, 0, 10**6):
            at = org.now - timedelta(days=3)
            self._meeting(account, account, [person], 3)
            row = list(org.rows["Event"].values())[-2]
            row |= {"DurationInMinutes": minutes, "EndDateTime": at - timedelta(hours=5), "IsAllDayEvent": minutes == 0}
        self._meeting(account, account, [person, person], 4)
        row = list(org.rows["Event"].values())[-2]
        row |= {"StartDateTime": None, "EndDateTime": None, "ActivityDate": None, "DurationInMinutes": None}
        nowhere = {"WhatId": "006zzzzzzzzzzzzAAA", "OwnerId": None, "Type": "x" * 255}
        self._call("001zzzzzzzzzzzzAAA", "003zzzzzzzzzzzzAAA", 2, **nowhere)
        self._call(account, org.user_id, 2, Subject="\0", Status=None, IsClosed=None, TaskSubtype="Hologram")

    def _others(self) -> None:
        """Mails without a date or a sender, members twice over, deals of nobody."""
        org, when, (person, *_) = self.org, self._when(3, 3), list(self.org.rows["Contact"])
        for sender in (None, "", "nobody", "u0@ours.example", "x@firm1.example, y@firm2.example"):
            mail = org.put("EmailMessage", FromAddress=sender, Incoming=None, Status="9", MessageDate=None, **when)
            org.put("EmailMessageRelation", EmailMessageId=mail, RelationId=None, RelationType="FromAddress", **when)
            org.put("EmailMessageRelation", EmailMessageId=mail, RelationId=person, RelationType="Psychic", **when)
        campaign = org.put("Campaign", Name="\0", Type=None, Status=None, ParentId="701zzzzzzzzzzzzAAA", **when)
        for _ in range(2):
            org.put("CampaignMember", CampaignId=campaign, ContactId=person, Status=None, HasResponded=True, **when)
        org.put("CampaignMember", CampaignId=None, HasResponded=None, FirstRespondedDate=date(4000, 1, 1), **when)
        nothing = dict.fromkeys(("Name", "CloseDate", "IsClosed", "IsWon", "AccountId"))
        for amount in (-1.0, 1e17, None):
            org.put("Opportunity", Amount=amount, **nothing, **when)
        org.put("OpportunityContactRole", OpportunityId="006zzzzzzzzzzzzAAA", ContactId=person, Role="", **when)
