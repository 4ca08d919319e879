"""How is a small org written down? Rows by stream with every column, of which a test names only what it is about."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from connector.engine.records import IMPORTED_STREAMS, SALESFORCE_STREAMS

COLUMNS = {stream.name: tuple(stream.columns) for stream in (*SALESFORCE_STREAMS, *IMPORTED_STREAMS)}
PASTS = ("person_id", "until", "title", "seniority", "buying_role", "account_id")
PREFIX = {
    "user": "005", "account": "001", "contact": "003", "lead": "00Q", "task": "00T", "event": "00U",
    "task_relation": "0RT", "event_relation": "0RE", "email_message": "02s", "email_relation": "0EM",
    "campaign": "701", "campaign_member": "00v", "opportunity": "006", "opportunity_contact_role": "00K",
    "activity": "web",
}  # fmt: skip
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
TODAY = date(2026, 3, 18)  # a Wednesday; what our made-up orgs call today


class Org:
    """An org that is being written down."""

    def __init__(self) -> None:
        self.rows: dict[str, list[dict[str, Any]]] = {stream: [] for stream in COLUMNS} | {"pasts": []}
        self.mark = "0"  # the sign after an id's prefix; with "-" it sorts before those with "0"

    def add(self, stream: str, /, **said: Any) -> str:
        """One row; what is not said is empty. Its id."""
        unknown = set(said) - set(COLUMNS[stream])
        assert not unknown, f"{stream} has no {unknown}"
        number = len(self.rows[stream]) + 1
        row = dict.fromkeys(COLUMNS[stream]) | {
            "id": f"{PREFIX[stream]}{self.mark}{number:011d}AAA",
            "created_at": LONG_AGO,
            "modified_at": LONG_AGO + timedelta(seconds=number),
            "is_deleted": False,
        }
        self.rows[stream].append(row | said)
        return str((row | said)["id"])

    def was(self, person: str, until: datetime, **said: Any) -> None:
        """What a person was until then, as we saw it change."""
        assert set(said) <= set(PASTS)
        self.rows["pasts"].append(dict.fromkeys(PASTS) | {"person_id": person, "until": until} | said)

    def row(self, row_id: str) -> dict[str, Any]:
        """The row with that id, to be changed."""
        return next(row for rows in self.rows.values() for row in rows if row.get("id") == row_id)

    def account(self, name: str = "Acme", **said: Any) -> str:
        """An account."""
        return self.add("account", name=name, **said)

    def contact(self, account: str | None, title: str = "", **said: Any) -> str:
        """A contact of an account."""
        return self.add("contact", account_id=account, title=title or None, **said)

    def lead(self, **said: Any) -> str:
        """A lead that is not converted, unless that is said."""
        return self.add("lead", **{"is_converted": False} | said)

    def meeting(self, who: str | None, at: datetime, minutes: int | None = 45, **said: Any) -> str:
        """A meeting that took place."""
        return self.add("event", **{"who_id": who, "starts_at": at, "minutes": minutes} | self._of(who) | said)

    def call(self, who: str | None, at: datetime, seconds: int | None = 600, **said: Any) -> str:
        """A call that was answered."""
        words = {"type": "Call", "subtype": "Call", "call_type": "Outbound", "call_result": "Connected"}
        return self.task(who, at, **{"call_seconds": seconds} | words | said)

    def click(self, who: str | None, at: datetime, **said: Any) -> str:
        """A click in one of our mails."""
        return self.task(who, at, **{"type": "Email Click", "subtype": "Task"} | said)

    def reply(self, who: str | None, at: datetime, **said: Any) -> str:
        """A mail from them, logged as a task."""
        return self.task(who, at, **{"type": "Reply", "subtype": "Email"} | said)

    def task(self, who: str | None, at: datetime | None, **said: Any) -> str:
        """A completed task."""
        return self.add(
            "task", **{"who_id": who, "completed_at": at, "is_closed": True, "subtype": "Task"} | self._of(who) | said
        )

    def response(self, campaign: str, who: str, status: str, on: date | None, **said: Any) -> str:
        """Somebody's part in a campaign."""
        member = {"contact_id" if who.startswith("003") else "lead_id": who}
        sent = status in ("Sent", "No Show", "Unsubscribed")
        return self.add(
            "campaign_member",
            campaign_id=campaign,
            status=status,
            has_responded=not sent,
            responded_on=on,
            **member | said,
        )

    def _of(self, who: str | None) -> dict[str, Any]:
        """The account the CRM ties a contact's activity to when it is made."""
        contact = next((row for row in self.rows["contact"] if row["id"] == who), None)
        return {"account_id": contact["account_id"]} if contact else {}


def ago(days: float, hour: float = 12.0, today: date = TODAY) -> datetime:
    """So many days before today, at that hour UTC."""
    return datetime.combine(today, time(), UTC) - timedelta(days=days) + timedelta(hours=hour)


def day(days_ago: int = 0, today: date = TODAY) -> int:
    """The same as a number of days since 1970."""
    return (today - date(1970, 1, 1)).days - days_ago


def shuffled(rows: Mapping[str, list[dict[str, Any]]], order: Any) -> dict[str, list[dict[str, Any]]]:
    """The same rows in another order; `order` is a random.Random."""
    return {stream: order.sample(held, len(held)) for stream, held in rows.items()}
