"""Does a question mean in SOQL what we meant?"""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.crm.salesforce import soql
from connector.crm.salesforce.answers import TooMuch
from connector.crm.salesforce.question import Question, halves
from connector.crm.salesforce.rows import Column
from connector.engine.records import Window
from connector.errors import Unavailable

COLUMNS = (Column("id", "text", "Id", "id"), Column("modified_at", "moment", "SystemModstamp", "datetime"))


@pytest.mark.parametrize("hours", [-11, -3.5, 0, 5.75, 12.75])
def test_a_time_is_told_in_utc_wherever_we_are(hours: float) -> None:
    at = datetime(2026, 3, 29, 1, 30, 5, tzinfo=timezone(timedelta(hours=hours)))

    assert soql.moment(at) == at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_a_window_with_split_seconds_is_widened_so_that_nothing_falls_between_two() -> None:
    edge = datetime(2026, 1, 1, 0, 0, 7, 500_000, tzinfo=UTC)

    first, second = soql.within("S", Window(None, edge)), soql.within("S", Window(edge, edge + timedelta(days=1)))

    assert first == ["S < 2026-01-01T00:00:08Z"]
    assert second[0] == "S >= 2026-01-01T00:00:07Z"


@given(st.text())
def test_a_text_cannot_end_its_own_literal(value: str) -> None:
    """Promise S5"""
    literal = soql.text(value)
    inside = literal[1:-1]

    assert literal[0] == literal[-1] == "'"
    assert "'" not in inside.replace("\\\\", "").replace("\\'", "")
    assert "\n" not in inside


@pytest.mark.parametrize("value", ["001", "001' OR Name != '", "", "001Tt0000000000AAA'"])
def test_only_ids_go_into_a_list_of_ids(value: str) -> None:
    """Promise S5"""
    with pytest.raises(ValueError, match="not a Salesforce id"):
        soql.ids([value])


def test_the_rest_behind_a_row_leaves_out_that_row_and_keeps_its_equals() -> None:
    question = Question("Task", COLUMNS, ("A = 1",), ("SystemModstamp", "Id"))

    rest = question.after(["2026-11-01T12:00:00.000+0000", "00TTt0000000001AAA"])

    later = "SystemModstamp > 2026-11-01T12:00:00Z"
    equal = "SystemModstamp = 2026-11-01T12:00:00Z AND Id > '00TTt0000000001AAA'"
    assert rest.conditions == ("A = 1", f"({later} OR ({equal}))")
    assert rest.ordered.endswith("ORDER BY SystemModstamp, Id")
    assert "ORDER BY" not in rest.unordered


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 hypothesis adds the zone
    st.timedeltas(timedelta(seconds=3), timedelta(days=4000)),
)
def test_two_halves_are_the_whole_window_and_smaller(since: datetime, length: timedelta) -> None:
    window = Window(since, since + length)

    first, second = halves(window, TooMuch("too much"))

    assert (first.since, first.until, second.until) == (window.since, second.since, window.until)
    assert since < first.until < window.until


def test_halving_comes_to_an_end_that_says_why() -> None:
    def narrow(window: Window, steps: int = 40) -> Window:
        return window if not steps else narrow(halves(window, TooMuch("too much"))[1], steps - 1)

    with pytest.raises(Unavailable, match=r"too much.*cannot be made any narrower"):
        narrow(Window(None, datetime(2026, 11, 1, tzinfo=UTC)))
