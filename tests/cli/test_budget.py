"""Is it said beforehand what a sync costs, and from when on it can go on where the calls were used up?"""

import re
from datetime import datetime, timedelta

import pytest

from connector.sandbox.salesforce.server import Sandbox
from tests.cli.conftest import Shell, writes

LOOKS = 25  # at the org itself, its objects and how many rows there are: the quote is made of those
QUOTE = re.compile(r"Reading salesforce: about ([\d,]+) API calls; ([\d,]+) left to us after the reserve")


@pytest.mark.parametrize("flags", [("--dry-run",), ()], ids=["dry run", "sync"])
def test_a_sync_says_what_reading_costs_before_it_begins(ready: Shell, flags: tuple[str, ...]) -> None:
    first = ready("sync", "--json", *flags)
    again = ready("sync", "--json", *flags)

    for said in (first, again):
        quoted = QUOTE.search(said.err)
        assert quoted
        calls, left = (int(number.replace(",", "")) for number in quoted.groups())
        counts = said.rows[-1]["counts"]
        assert calls == counts["api_calls_expected"]
        assert 0.5 < calls / (counts["api_calls"] - LOOKS) < 1.5
        assert 15_000 < left <= 20_000  # CONNECTOR_API_CALLS_PER_RUN is nearer than the day's end


def test_a_run_that_met_its_own_cap_can_be_resumed_at_once(ready: Shell) -> None:
    ready.set(CONNECTOR_API_CALLS_PER_RUN="45")
    stopped = ready("sync")
    (run,) = ready("runs", "list", "--json").rows
    shown = ready("runs", "show", run["run_id"])
    ready.set(CONNECTOR_API_CALLS_PER_RUN="20000")
    resumed = ready("sync")

    assert (stopped.code, run["exit_code"], resumed.code) == (6, 6, 0)
    assert "the run stops there, the next goes on" in stopped.err
    assert "CONNECTOR_API_CALLS_PER_RUN is 45" in stopped.err
    assert "Resume at once (" in stopped.err
    assert "API budget reached" in shown.out
    assert "Resume at once" in " ".join(shown.out.split())
    assert run["counts"]["pulled"]["account"] > 0  # what was whole by then is kept


def test_a_run_that_met_the_end_of_the_day_says_when_calls_are_free_again(ready: Shell, org: Sandbox) -> None:
    ready("sync")
    before = writes(org)["updated"]
    org.org.settings.daily_limit = 200
    stopped = ready("sync")
    newest, first = ready("runs", "list", "--json").rows
    resume = datetime.fromisoformat(first["started_at"]) + timedelta(days=1)

    assert (stopped.code, newest["exit_code"]) == (6, 6)
    assert "of 200 API calls of the last 24 hours are used" in stopped.err
    assert f"Resume at {resume:%Y-%m-%d %H:%M} UTC, when the first of our calls lapse" in stopped.err
    assert f"Resume at {resume:%Y-%m-%d %H:%M} UTC" in newest["message"]
    assert writes(org)["updated"] == before
