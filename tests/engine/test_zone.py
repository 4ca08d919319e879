"""Is the local day right on every night of the year, in any zone?"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.engine.zone import local_day, offsets, read_zone
from connector.errors import ConfigError

ZONES = ("UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Chatham", "Africa/Casablanca", "Asia/Kolkata")
EPOCH = date(1970, 1, 1)
MOMENTS = st.integers(86_400, 29_219 * 86_400).map(lambda second: datetime.fromtimestamp(second, UTC))


@given(MOMENTS, st.sampled_from(ZONES))
def test_the_table_of_offsets_gives_the_day_the_zone_gives(moment: datetime, zone: str) -> None:
    second = (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1)
    table = offsets(zone)
    row = second // 86_400

    offset = table["before"][row] if second < table["switch"][row] else table["after"][row]

    expected = (moment.astimezone(ZoneInfo(zone)).date() - EPOCH).days
    assert (second + offset) // 86_400 == expected == local_day(moment, zone)


def test_every_day_of_the_table_stands_once() -> None:
    assert offsets("Europe/Berlin")["utc_day"] == list(range(29_221))


@pytest.mark.parametrize("name", ["Mars/Base", "", "../etc"])
def test_an_unknown_zone_is_told(name: str) -> None:
    with pytest.raises(ConfigError, match="timezone"):
        read_zone(name)
