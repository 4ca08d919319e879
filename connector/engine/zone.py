"""On which local day is a moment? The zone's offset on each UTC day, and the second at which it changes."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from connector.errors import ConfigError

DAY = 86_400
FIRST_DAY, LAST_DAY = 0, 29_220  # 1970 to 2049; a moment outside is taken as UTC
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def read_zone(name: str) -> ZoneInfo:
    """The zone of that name. Raises ConfigError when there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise ConfigError(f"scoring.yaml: timezone {name!r} is not known; write one like Europe/Berlin") from None


@cache
def offsets(name: str) -> dict[str, list[int]]:
    """Columns utc_day, before, switch, after: seconds east of UTC, before and from the second `switch` of that day."""
    zone = read_zone(name)
    columns = zip(*_offsets(zone), strict=True)
    return {name: list(column) for name, column in zip(("utc_day", "before", "switch", "after"), columns, strict=True)}


def local_day(moment: datetime, name: str) -> int:
    """The local day of an aware moment, as days since 1970-01-01."""
    second = int((moment - _EPOCH).total_seconds() // 1)
    return (second + _offset(second, read_zone(name))) // DAY


def _offsets(zone: ZoneInfo) -> Iterator[tuple[int, int, int, int]]:
    before = _offset(FIRST_DAY * DAY, zone)
    for day in range(FIRST_DAY, LAST_DAY + 1):
        after = _offset((day + 1) * DAY, zone)
        yield day, before, _switch(day, before, zone) if before != after else day * DAY, after
        before = after


def _switch(day: int, before: int, zone: ZoneInfo) -> int:
    """The first second of the UTC day with another offset than at its beginning."""
    low, high = day * DAY, (day + 1) * DAY
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _offset(middle, zone) == before else (low, middle)
    return high


def _offset(second: int, zone: ZoneInfo) -> int:
    offset = (_EPOCH + timedelta(seconds=second)).astimezone(zone).utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0
