"""What time is it in the sandbox? A clock that stands still until someone moves it."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Clock:
    """The sandbox's time. It stands still unless `rate` says how many of its seconds pass in a real one."""

    def __init__(self, start: datetime, *, rate: float = 0.0, finest: timedelta = timedelta(seconds=1)) -> None:
        self._base = start.astimezone(UTC)
        self._since = time.monotonic()
        self._rate = rate
        self._finest = finest  # Salesforce keeps whole seconds, HubSpot milliseconds

    def now(self) -> datetime:
        """The moment, aware and in UTC, cut to what the CRM keeps."""
        moment = self._base + timedelta(seconds=(time.monotonic() - self._since) * self._rate)
        return moment - (moment - EPOCH) % self._finest

    def set(self, moment: datetime, *, rate: float | None = None) -> None:
        """Move to `moment`, and run at `rate` from there."""
        self._base, self._since = moment.astimezone(UTC), time.monotonic()
        self._rate = self._rate if rate is None else rate

    def today(self, zone: str = "UTC") -> date:
        """The day it is in the time zone."""
        return self.now().astimezone(ZoneInfo(zone)).date()


def rest_time(moment: datetime) -> str:
    """A moment as REST answers write it: always +0000, always .000."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")


def http_date(moment: datetime) -> str:
    """A moment as the HTTP `Date` header writes it."""
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def parse_moment(text: str) -> datetime:
    """An ISO 8601 moment; without an offset it is UTC. Raises ValueError."""
    moment = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
