"""What do tasks, events and e-mail messages become? Calls, tasks, meetings and e-mails, on the same people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from connector.sandbox.hubspot.mirror.book import owner_of
from connector.sandbox.hubspot.mirror.ids import hubspot_id
from connector.sandbox.hubspot.mirror.people import People
from connector.sandbox.hubspot.mirror.rows import NOON, Desk, Row, at, midnight, plain
from connector.sandbox.hubspot.moments import iso

TASKS = (
    "Id", "IsDeleted", "WhoId", "WhatId", "AccountId", "Subject", "ActivityDate", "Status", "IsClosed",
    "CompletedDateTime", "Priority", "TaskSubtype", "Type", "CallType", "CallDisposition", "CallDurationInSeconds",
    "Description", "OwnerId", "CreatedDate", "SystemModstamp",
)  # fmt: skip
EVENTS = (
    "Id", "IsDeleted", "WhoId", "WhatId", "AccountId", "Subject", "Type", "Location", "IsAllDayEvent",
    "StartDateTime", "EndDateTime", "IsChild", "IsRecurrence", "IsRecurrence2", "OwnerId", "CreatedDate",
    "SystemModstamp",
)  # fmt: skip
MAILS = (
    "Id", "IsDeleted", "ActivityId", "RelatedToId", "MessageDate", "Subject", "FromAddress", "ToAddress", "Incoming",
    "Status", "IsBounced", "IsOpened", "CreatedById", "CreatedDate", "SystemModstamp",
)  # fmt: skip
RELATIONS: Mapping[str, tuple[str, tuple[str, ...]]] = {  # table -> the column of its parent, and what else is read
    "TaskRelation": ("TaskId", ("Id", "IsDeleted", "IsWhat", "TaskId", "RelationId")),
    "EventRelation": ("EventId", ("Id", "IsDeleted", "IsWhat", "EventId", "RelationId", "Status")),
    "EmailMessageRelation": ("EmailMessageId", ("Id", "IsDeleted", "EmailMessageId", "RelationId", "RelationType")),
}
KEPT = (  # of the task of an e-mail, for the day its message changes
    "Id", "IsDeleted", "WhoId", "WhatId", "AccountId", "Subject", "ActivityDate", "CompletedDateTime", "TaskSubtype",
    "OwnerId", "CreatedDate", "SystemModstamp",
)  # fmt: skip
DISPOSITIONS = {
    "Connected": "f240bbac-87c9-4f6e-bf70-924b57d47db7", "Left voicemail": "b2cf5968-551e-4856-9783-52b3da59a7d0",
    "No answer": "73a0d17f-1163-4015-bdd5-ec830791da20", "Busy": "9d9162e7-6cf3-4944-bf63-4dff82258764",
}  # fmt: skip
CALL_STATUS = {"No answer": "NO_ANSWER", "Busy": "BUSY"}
TASK_STATUS = {
    "Not Started": "NOT_STARTED", "In Progress": "IN_PROGRESS", "Completed": "COMPLETED",
    "Waiting on someone else": "WAITING", "Deferred": "DEFERRED",
}  # fmt: skip
ACTIVITY_KINDS = ("calls", "emails", "tasks")
USERS, DEALS, ACCOUNTS = "005", "006", "001"


class Activities:
    """Puts activities, and keeps what the rows of a relation say until their activity comes."""

    def __init__(self, desk: Desk, people: People) -> None:
        self._desk, self._people = desk, people
        self._related: dict[str, dict[str, Row]] = {}  # activity -> relation id -> its row
        self._mails: dict[str, Row] = {}  # task -> the message it stands for
        self._tasks: dict[str, Row] = {}  # tasks of e-mails

    def relate(self, table: str, rows: Iterable[Row]) -> None:
        """Remember who else is part of an activity."""
        parent, _ = RELATIONS[table]
        for row in rows:
            self._related.setdefault(row[parent], {})[row["Id"]] = row

    def put_tasks(self, tasks: Iterable[Row], mails: Iterable[Row]) -> None:
        """Tasks and e-mail messages; a task and the message it stands for are one e-mail."""
        messages = list(mails)
        self._mails |= {mail["ActivityId"]: mail for mail in messages if mail["ActivityId"]}
        changed = {mail["ActivityId"] for mail in messages if mail["ActivityId"]}
        for task in tasks:
            changed.discard(task["Id"])
            self._put_task(task)
        for task_id in changed & self._tasks.keys():
            self._put_task(self._tasks[task_id])
        for mail in messages:
            if mail["ActivityId"] not in self._tasks:
                self._put_mail(mail, None)

    def _put_task(self, task: Row) -> None:
        if task["TaskSubtype"] == "Email" or task["Id"] in self._mails:
            self._tasks[task["Id"]] = {name: task[name] for name in KEPT}
            self._put_mail(self._mails.get(task["Id"]), task)
        elif is_call(task):
            self._place("calls", task, _call(task))
        else:
            self._place("tasks", task, _task(task))

    def _place(self, kind: str, task: Row, values: Mapping[str, str]) -> None:
        """A task that has become a call is no longer a task."""
        record_id = hubspot_id(task["Id"])
        for other in ACTIVITY_KINDS:
            if other != kind and (record := self._desk.find(other, record_id)):
                record.archived_at = record.archived_at or at(task["SystemModstamp"])
        self._desk.put(kind, record_id, {**values, **_mirrored(task)}, task)
        persons = [task["WhoId"], *self._others(task["Id"])]
        self._tie(kind, record_id, persons, [task["AccountId"], task["WhatId"]])

    def _others(self, activity: str) -> list[str]:
        return [
            row["RelationId"]
            for row in self._related.get(activity, {}).values()
            if row["RelationId"] and not row["IsDeleted"] and not row.get("IsWhat")
        ]

    def _tie(self, kind: str, record_id: str, persons: Iterable[str | None], about: Iterable[str | None]) -> None:
        """Associate an activity with its people, its account and its deal."""
        found = [one for person in persons if (one := self._people.find(person))]
        named = [one for one in about if one]
        self._desk.link(kind, record_id, "contacts", [one.id for one in found])
        for to_kind, prefix in (("companies", ACCOUNTS), ("deals", DEALS)):
            self._desk.link(kind, record_id, to_kind, [hubspot_id(one) for one in named if one.startswith(prefix)])

    # -- e-mail -------------------------------------------------------------------------------------------------
    def _put_mail(self, mail: Row | None, task: Row | None) -> None:
        """One e-mail of a task, a message, or both; the message says more, the task on which account it is."""
        told = mail or task
        if told is None:
            return
        record_id = hubspot_id((task or told)["Id"])
        stamp = max(at(one["SystemModstamp"]) for one in (mail, task) if one)
        row = {
            "CreatedDate": told["CreatedDate"],
            "SystemModstamp": told["SystemModstamp"],
            "IsDeleted": told["IsDeleted"],
        }
        values = _mail(mail, task)
        if mail and mail["Incoming"] and not mail["FromAddress"]:
            values["hs_email_from_email"] = self._people.address_of(self._sender(mail, task))
        record = self._desk.put("emails", record_id, values, row)
        record.updated = max(record.updated, stamp)
        living = task if task and not task["IsDeleted"] else None
        persons = [living["WhoId"], *self._others(living["Id"])] if living else []
        about = [living["AccountId"]] if living else []
        if mail:
            persons += self._others(mail["Id"])
            about.append(mail["RelatedToId"])
        elif living:
            about.append(living["WhatId"])
        self._tie("emails", record_id, persons, about)

    def _sender(self, mail: Row, task: Row | None) -> str | None:
        """Who wrote a mail: the message says it, else the task of it."""
        wrote = [one["RelationId"] for one in self._related.get(mail["Id"], {}).values()
                 if one["RelationType"] == "FromAddress" and not one["IsDeleted"]]  # fmt: skip
        return min(filter(None, wrote), default=task["WhoId"] if task else None)

    # -- meetings -----------------------------------------------------------------------------------------------
    def put_events(self, rows: Iterable[Row]) -> None:
        """Meetings. A copy for a colleague, the rule of a series and a whole day are none of their own."""
        for row in rows:
            if not (row["IsChild"] or row["IsRecurrence"] or row["IsRecurrence2"] or row["IsAllDayEvent"]):
                self._put_event(row)

    def _put_event(self, event: Row) -> None:
        record_id, related = hubspot_id(event["Id"]), self._related.get(event["Id"], {}).values()
        ours = [hubspot_id(one["RelationId"]) for one in related if (one["RelationId"] or "").startswith(USERS)]
        persons = [event["WhoId"], *self._others(event["Id"])]
        said = [(self._people.find(one["RelationId"]), one.get("Status")) for one in related]
        came = {person.id for person, status in said if person and status == "Accepted"}
        stayed = {person.id for person, status in said if person and status == "Declined"} - came
        guests = [one for one in persons if (person := self._people.find(one)) and person.id not in stayed]
        self._desk.put("meetings", record_id, {**_meeting(event), "hs_attendee_owner_ids": ";".join(ours)}, event)
        is_ours = not guests and (ours or any(persons))
        self._tie("meetings", record_id, guests, [] if is_ours else [event["AccountId"], event["WhatId"]])


def is_call(task: Row) -> bool:
    """Whether a task that is done says that somebody was called."""
    return bool(task["IsClosed"] and (task["TaskSubtype"] == "Call" or (task["Type"] or "").lower() == "call"))


def _happened(task: Row) -> int:
    """When a task was done: its completion, else the middle of its day, else when it was written."""
    if task["CompletedDateTime"]:
        return at(task["CompletedDateTime"])
    return midnight(task["ActivityDate"]) + NOON if task["ActivityDate"] else at(task["CreatedDate"])


def _mirrored(row: Row) -> dict[str, str]:
    return {
        "hubspot_owner_id": owner_of(row), "salesforceactivityid": row["Id"], "hs_object_source": "SALESFORCE",
        "hs_object_source_label": "SALESFORCE", "hs_engagement_source": "SALESFORCE",
    }  # fmt: skip


def _call(task: Row) -> dict[str, str]:
    said, seconds = plain(task["CallDisposition"]), task["CallDurationInSeconds"]
    return {
        "hs_timestamp": iso(_happened(task)), "hs_call_title": plain(task["Subject"]),
        "hs_call_body": plain(task["Description"]), "hs_call_direction": plain(task["CallType"]).upper(),
        "hs_call_duration": "" if seconds is None else str(int(seconds) * 1_000),
        "hs_call_disposition": DISPOSITIONS.get(said, ""), "hs_call_status": CALL_STATUS.get(said, "COMPLETED"),
    }  # fmt: skip


def _task(task: Row) -> dict[str, str]:
    due = midnight(task["ActivityDate"]) if task["ActivityDate"] else at(task["CreatedDate"])
    done = iso(at(task["CompletedDateTime"])) if task["CompletedDateTime"] else ""
    wanted = {"Call": "CALL", "Email": "EMAIL", "Meeting": "MEETING"}.get(plain(task["Type"]), "TODO")
    return {
        "hs_timestamp": iso(due), "hs_task_subject": plain(task["Subject"]), "hs_task_type": wanted,
        "hs_task_body": plain(task["Description"]), "hs_task_completion_date": done,
        "hs_task_status": TASK_STATUS.get(plain(task["Status"]), "COMPLETED" if task["IsClosed"] else "NOT_STARTED"),
        "hs_task_priority": "HIGH" if task["Priority"] == "High" else "NONE",
    }  # fmt: skip


def _mail(mail: Row | None, task: Row | None) -> dict[str, str]:
    if mail is None:
        assert task is not None  # noqa: S101 - one of them is there
        told = {"hs_timestamp": iso(_happened(task)), "hs_email_subject": plain(task["Subject"])}
        return {**told, "hs_email_direction": "EMAIL", "hs_email_status": "SENT", **_mirrored(task)}
    owner = {"OwnerId": task["OwnerId"] if task else mail["CreatedById"], "Id": (task or mail)["Id"]}
    return {
        "hs_timestamp": iso(at(mail["MessageDate"])), "hs_email_subject": plain(mail["Subject"]),
        "hs_email_direction": "INCOMING_EMAIL" if mail["Incoming"] else "EMAIL",
        "hs_email_status": "BOUNCED" if mail["IsBounced"] else "SCHEDULED" if mail["Status"] == "5" else "SENT",
        "hs_email_from_email": plain(mail["FromAddress"]), "hs_email_to_email": plain(mail["ToAddress"]),
        "hs_email_open_count": "1" if mail["IsOpened"] else "", "hs_email_thread_id": f"thread-{mail['Id']}",
        **_mirrored(owner),
    }  # fmt: skip


def _meeting(event: Row) -> dict[str, str]:
    """A meeting written up afterwards took place; of one that was booked HubSpot does not say how it went."""
    starts = at(event["StartDateTime"])
    booked = at(event["CreatedDate"]) < starts
    return {
        "hs_timestamp": iso(starts), "hs_meeting_start_time": iso(starts), "hs_meeting_title": plain(event["Subject"]),
        "hs_meeting_end_time": iso(at(event["EndDateTime"])) if event["EndDateTime"] else "",
        "hs_meeting_outcome": "SCHEDULED" if booked else "COMPLETED", "hs_meeting_location": plain(event["Location"]),
        "hs_activity_type": plain(event["Type"]), "hs_i_cal_uid": f"{event['Id']}@calendar.example", **_mirrored(event),
    }  # fmt: skip
