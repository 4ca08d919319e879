"""What do campaigns, their members and the tasks of marketing automation become? Forms, mailings and lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

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


def _answered(row: Row) -> int:
    """When somebody responded: Salesforce keeps the day, so it is noon, or sooner where the row was written sooner."""
    day = row["FirstRespondedDate"]
    return min(midnight(day) + NOON, at(row["SystemModstamp"])) if day else at(row["CreatedDate"])


class Responses:
    """Puts what marketing holds of the people."""

    def __init__(self, desk: Desk, people: People) -> None:
        self._desk, self._people = desk, people
        self._campaigns: dict[str, Row] = {}

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
        for row in rows:
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
        mails = self._people.mails([row["ContactId"] or row["LeadId"]])
        is_mailing = campaign["Type"] == "Email"
        self._withdraw(row, campaign)
        if row["IsDeleted"] or not mails:
            return
        if is_mailing:
            self._mail(f"sent-{row['Id']}", "SENT", mails[0], (at(row["CreatedDate"]), number_of(row["CampaignId"])))
        if row["HasResponded"]:
            moment = _answered(row)
            if is_mailing:
                self._mail(row["Id"], "CLICK", mails[0], (moment, number_of(row["CampaignId"])))
            else:
                self._submit(campaign, row["Id"], moment, mails[0])
        elif row["Status"] == SIGNED_UP:
            self._submit(campaign, row["Id"], at(row["CreatedDate"]), mails[0], head=REGISTRATION)

    def _withdraw(self, row: Row, campaign: Row) -> None:
        self._desk.portal.marketing.mails.drop(row["Id"])
        for head in ("", REGISTRATION):
            form = self._desk.portal.marketing.forms.get(guid(head + campaign["Id"]))
            if form:
                form.submissions.pop(row["Id"], None)

    def _submit(self, campaign: Row, key: str, moment: int, mail: str, *, head: str = "") -> None:
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
        mails = self._people.mails([row["WhoId"]])
        if row["IsDeleted"] or not mails:
            self._desk.portal.marketing.mails.drop(row["Id"])
            return
        moment = at(row["CompletedDateTime"]) or at(row["CreatedDate"])
        mailing = int(guid(f"{row['Subject']} {iso(moment // DAY_MS * DAY_MS)}")[:7], 16)
        self._mail(row["Id"], kind, mails[0], (moment, mailing))
        self._desk.count["email_events"] += 1
