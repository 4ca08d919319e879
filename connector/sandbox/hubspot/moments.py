"""How does HubSpot write moments and days?"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

DAY_MS = 86_400_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
WHOLE = re.compile(r"-?\d+")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def milliseconds(moment: datetime) -> int:
    """Since 1970, in UTC."""
    return (moment - EPOCH) // MILLISECOND


def iso(at: int) -> str:
    """A moment as answers write it: UTC, and the milliseconds left out where there are none."""
    moment = EPOCH + timedelta(milliseconds=at)
    return moment.strftime("%Y-%m-%dT%H:%M:%S") + (f".{at % 1_000:03d}Z" if at % 1_000 else "Z")


def iso_day(at: int) -> str:
    """The UTC day of a moment."""
    return (EPOCH + timedelta(milliseconds=at)).strftime("%Y-%m-%d")


def read_moment(text: str) -> int:
    """Milliseconds of epoch milliseconds or an ISO 8601 moment. Raises ValueError."""
    if WHOLE.fullmatch(text):
        return int(text)
    if DAY.fullmatch(text):
        return (date.fromisoformat(text) - EPOCH.date()).days * DAY_MS
    moment = datetime.fromisoformat(text)
    return milliseconds(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def read_day(text: str) -> str:
    """A day, from YYYY-MM-DD or epoch milliseconds at midnight UTC. Raises ValueError."""
    if DAY.fullmatch(text):
        return date.fromisoformat(text).isoformat()
    at = read_moment(text)
    if at % DAY_MS:
        raise ValueError(f"{iso(at)} is not midnight")
    return iso_day(at)
