"""What do campaigns, their members and the tasks of marketing automation become? Forms, mailings and lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from connector.sandbox.hubspot.marketing import Campaign, Form, MailEvent, Occasion, RecordList
from connector.sandbox.hubspot.mirror.ids import guid, hubspot_id, number_of
from connector.sandbox.hubspot.mirror.people import People
from connector.sandbox.hubspot.mirror.rows import NOON, Desk, Row, at, midnight, plain
from connector.sandbox.hubspot.moments import DAY_MS, iso

CAMPAIGNS = ("Id", "IsDeleted", "Name", "Type", "Status", "StartDate", "EndDate", "CreatedDate", "SystemModstamp")
MEMBERS = (
    "Id", "IsDeleted", "CampaignId", "LeadId", "ContactId", "Status", "HasResponded", "FirstRespondedDate",
    "CreatedDate", "SystemModstamp",
)  # fmt: skip
ROBOT_TYPES = {"Email Open": "OPEN", "Email Click": "CLICK"}
OCCASIONS = {"Webinar": "WEBINAR", "Trade Show": "TRADE_SHOW", "Dinner": "DINNER"}
STATES = {"Attended": "ATTENDED", "Visited Booth": "ATTENDED", "No Show": "NO_SHOW", "Declined": "CANCELLED"}
SIGNED_UP = "Registered"
REGISTRATION = "Registration: "


def _noon(row: Row) -> int:
    """The middle of the day on which somebody responded: Salesforce keeps no hour of it."""
    return midnight(row["FirstRespondedDate"]) + NOON if row["FirstRespondedDate"] else 0


class Answer(NamedTuple):
    """What a member says of a campaign, so that the one that says most comes first: who came, then who came first."""

    is_sign_up: bool
    moment: int
    member: str


class Responses:
    """Puts what marketing holds of the people."""

    def __init__(self, desk: Desk, people: People) -> None:
        self._desk, self._people = desk, people
        self._campaigns: dict[str, Row] = {}
        self._early: dict[str, Row] = {}  # members who answered on a day that has not come to its noon
        self._told: dict[tuple[str, str], Answer] = {}  # campaign and address -> what was told of them

    def put_campaigns(self, rows: Iterable[Row]) -> None:
        """A campaign, the list of its people, and its form or the occasion it invites to."""
        marketing = self._desk.portal.marketing
        for row in rows:
            self._campaigns[row["Id"]] = row
            made, moved = at(row["CreatedDate"]), at(row["SystemModstamp"])
            days = {"hs_start_date": plain(row["StartDate"]), "hs_end_date": plain(row["EndDate"])}
            told = {"hs_name": plain(row["Name"]), "hs_campaign_status": plain(row["Status"]), **days}
            marketing.campaigns[guid(row["Id"])] = Campaign(
                guid(row["Id"]), {**told, "salesforcecampaignid": row["Id"]}, made, moved
            )
            list_id = hubspot_id(row["Id"])
            members = marketing.lists[list_id].members if list_id in marketing.lists else {}
            marketing.lists[list_id] = RecordList(list_id, plain(row["Name"]), "0-1", "MANUAL", made, moved, members)
            self._put_occasion(row)
            self._desk.count["campaigns"] += 1

    def _put_occasion(self, row: Row) -> None:
        marketing, kind = self._desk.portal.marketing, OCCASIONS.get(plain(row["Type"]))
        if kind is None or row["StartDate"] is None:
            return
        starts = midnight(row["StartDate"])
        ends = midnight(row["EndDate"]) if row["EndDate"] else starts
        known = marketing.occasions.get(hubspot_id(row["Id"]))
        made = Occasion(hubspot_id(row["Id"]), plain(row["Name"]), kind, starts, ends, at(row["CreatedDate"]))
        made.guests = known.guests if known else {}
        marketing.occasions[made.id] = made

    def put_members(self, rows: Iterable[Row]) -> None:
        """What each member says now, in the place of what it said before."""
        due = [row for row in self._early.values() if _noon(row) <= self._desk.portal.now]
        for row in [*due, *rows]:
            self._early.pop(row["Id"], None)
            campaign = self._campaigns.get(row["CampaignId"])
            person = self._people.find(row["ContactId"] or row["LeadId"])
            if campaign and person:
                self._list(row, person.id)
                self._answer(row, campaign)
                self._desk.count["members"] += 1

    def _list(self, row: Row, contact: str) -> None:
        marketing, campaign = self._desk.portal.marketing, hubspot_id(row["CampaignId"])
        members = marketing.lists[campaign].members
        if row["IsDeleted"]:
            members.pop(contact, None)
        else:
            members.setdefault(contact, at(row["CreatedDate"]))
        occasion = marketing.occasions.get(campaign)
        if occasion and not row["IsDeleted"]:
            occasion.guests[contact] = (STATES.get(plain(row["Status"]), "REGISTERED"), at(row["SystemModstamp"]))

    def _answer(self, row: Row, campaign: Row) -> None:
        """A mailing leaves events, anything else what was sent in by a form; who only signed up may still come."""
        is_mailing = campaign["Type"] == "Email"
        self._withdraw(row["Id"], campaign)
        if row["IsDeleted"] or not (is_mailing or row["HasResponded"] or row["Status"] == SIGNED_UP):
            return
        mail, mailing = self._people.address_of(row["ContactId"] or row["LeadId"]), number_of(row["CampaignId"])
        if is_mailing:
            self._mail(f"sent-{row['Id']}", "SENT", mail, (at(row["CreatedDate"]), mailing))
        if is_mailing and row["HasResponded"]:
            self._mail(row["Id"], "CLICK", mail, (self._answered(row), mailing))
        elif row["HasResponded"]:
            self._submit(campaign, row["Id"], self._answered(row), mail)
        elif row["Status"] == SIGNED_UP:
            self._submit(campaign, row["Id"], at(row["CreatedDate"]), mail, head=REGISTRATION)

    def _answered(self, row: Row) -> int:
        """When somebody responded: at noon of the day; before that hour, when it was written down."""
        if _noon(row) <= self._desk.portal.now:
            return _noon(row) or at(row["CreatedDate"])
        self._early[row["Id"]] = row
        return at(row["SystemModstamp"])

    def _withdraw(self, member: str, campaign: Row) -> None:
        self._desk.portal.marketing.mails.drop(member)
        for form in self._forms(campaign):
            form.submissions.pop(member, None)

    def _is_told(self, answer: Answer, campaign: Row) -> bool:
        return any(answer.member in form.submissions for form in self._forms(campaign))

    def _forms(self, campaign: Row) -> list[Form]:
        """The forms of a campaign that are there: to answer it, and to sign up for it."""
        found = (self._desk.portal.marketing.forms.get(guid(head + campaign["Id"])) for head in ("", REGISTRATION))
        return [form for form in found if form]

    def _submit(self, campaign: Row, key: str, moment: int, mail: str, *, head: str = "") -> None:
        """A form that was sent in. A member twice, as a contact and as a lead, is one contact, who answers once."""
        answer, other = Answer(bool(head), moment, key), self._told.get((campaign["Id"], mail))
        if other and other.member != key:
            if other < answer and self._is_told(other, campaign):
                return
            self._withdraw(other.member, campaign)
        self._told[campaign["Id"], mail] = answer
        forms, form_id = self._desk.portal.marketing.forms, guid(head + campaign["Id"])
        made = at(campaign["CreatedDate"])
        form = forms.setdefault(form_id, Form(form_id, head + plain(campaign["Name"]), made, made))
        page = f"https://www.northlight.example/{hubspot_id(campaign['Id'])}"
        form.submissions[key] = (moment, {"email": mail}, page)

    def _mail(self, event_id: str, kind: str, mail: str, when: tuple[int, int]) -> None:
        self._desk.portal.marketing.mails.put(MailEvent(when[0], event_id, kind, mail, when[1]))

    def without_robots(self, rows: Iterable[Row]) -> Iterator[Row]:
        """The tasks that people wrote. Opens and clicks become e-mail events, list mails are told by their mailing."""
        for row in rows:
            kind = ROBOT_TYPES.get(plain(row["Type"]))
            if kind:
                self._put_robot(row, kind)
            elif row["TaskSubtype"] != "ListEmail":
                yield row

    def _put_robot(self, row: Row, kind: str) -> None:
        mail = "" if row["IsDeleted"] else self._people.address_of(row["WhoId"])
        if not mail:
            self._desk.portal.marketing.mails.drop(row["Id"])
            return
        moment = at(row["CompletedDateTime"]) or at(row["CreatedDate"])
        mailing = int(guid(f"{row['Subject']} {iso(moment // DAY_MS * DAY_MS)}")[:7], 16)
        self._mail(row["Id"], kind, mail, (moment, mailing))
        self._desk.count["email_events"] += 1
