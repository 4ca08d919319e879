"""Is an account told what really moved, when a week is not as weeks should be? From the CRM and back, as typed."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import requests

from connector.sandbox.salesforce.ids import to18
from connector.sandbox.salesforce.server import Sandbox
from tests.cli.conftest import Shell

ACME, BETA = to18("001Wk0000000001"), to18("001Wk0000000002")
ANNA, BERT, NONAME = (to18(f"003Wk000000000{number}") for number in (1, 2, 3))
MEETING, CALL, CAMPAIGN = to18("00UWk0000000001"), to18("00TWk0000000001"), to18("701Wk0000000001")


class Week:
    """Acme and its people in an org, and a shell that syncs once, and again when a week has passed."""

    def __init__(self, shell: Shell, org: Sandbox) -> None:
        self.shell, self.org, self.start = shell, org, org.org.clock.now()
        self.put(Account=[{"Id": ACME, "Name": "Acme Wkfold"}, {"Id": BETA, "Name": "Beta Wkfold"}])
        self.put(Contact=[person(ANNA, "Marketing Manager"), person(BERT, "CEO"), person(NONAME, None)])
        self.put(Event=[self.meeting(MEETING, 3, ANNA)])
        self.first = self.told()

    def control(self, verb: str, **body: Any) -> None:
        """Steer the org."""
        answer = requests.post(f"{self.org.url}/__sandbox__/{verb}", json=body, timeout=30)
        assert answer.status_code == 200, answer.text

    def put(self, **rows: list[dict[str, Any]]) -> None:
        """Rows as people write them now; a moment later they can be read."""
        self.control("rows", rows=rows)
        self.control("clock/advance", minutes=2)

    def meeting(self, record_id: str, days_ago: int, who: str, minutes: int = 60, **said: Any) -> dict[str, Any]:
        """A meeting so many days before the story begins."""
        at = (self.start - timedelta(days=days_ago)).isoformat()
        plain = {"StartDateTime": at, "DurationInMinutes": minutes, "AccountId": ACME, "IsRecurrence": False}
        return {"Id": record_id, "WhoId": who, "IsChild": False, "IsDeleted": False} | plain | said

    def told(self, name: str = "Acme Wkfold", *more: str) -> dict[str, Any]:
        """Sync, and what is explained of an account then."""
        assert self.shell("sync", "--force").code == 0
        return dict(self.shell("explain", name, "--json", *more).rows[0])

    def passes(self) -> str:
        """A week later: the sentence, without its date."""
        self.control("clock/advance", days=7)
        return said(self.told())


def person(record_id: str, title: str | None, account: str = ACME) -> dict[str, Any]:
    return {"Id": record_id, "AccountId": account, "LastName": record_id, "Name": record_id, "Title": title}


def said(told: dict[str, Any]) -> str:
    """What follows the date in the sentence on what changed."""
    return str(told["account"]["what_changed"]).partition(": ")[2]


@pytest.fixture
def week(ready: Shell, org: Sandbox) -> Week:
    return Week(ready, org)


def test_a_quiet_week_only_fades(week: Week) -> None:
    assert week.passes() == "nothing new; 15 faded."


def test_what_was_held_before_and_logged_late_is_new(week: Week) -> None:
    week.put(Event=[week.meeting(to18("00UWk0000000009"), 20, ANNA, 120)])

    assert week.passes() == "1 meeting added 31; 15 faded."


def test_what_was_deleted_counts_no_more(week: Week) -> None:
    week.control("delete", object="Event", ids=[MEETING])

    assert week.passes() == "nothing new; 15 faded; 37 count no more."


def test_what_a_merger_brings_came_from_another_account(week: Week) -> None:
    week.control("merge", object="Account", master=BETA, losers=[ACME])
    week.control("clock/advance", days=7)

    assert said(week.told("Beta Wkfold")) == "nothing new; 37 came from another account."


def test_other_rules_weigh_anew(week: Week) -> None:
    """S0-09: adjust weights as you see fit."""
    week.shell.edit("scoring.yaml", "manager: 1.0", "manager: 1.5")

    assert week.passes() == "nothing new; 15 faded; weighed anew, 18 more."


def test_a_promotion_leaves_the_past_and_weighs_what_comes(week: Week) -> None:
    week.put(Contact=[person(ANNA, "CEO")])
    week.put(Event=[week.meeting(to18("00UWk0000000008"), -6, ANNA, 30)])

    assert week.passes() == "1 meeting added 57; 15 faded."


def test_a_change_of_company_leaves_the_past_where_it_was(week: Week) -> None:
    week.put(Event=[week.meeting(MEETING, 3, ANNA, AccountId=None)])  # nothing but Anna ties it to Acme
    assert week.told()["engaged_minutes"] == week.first["engaged_minutes"]
    week.put(Contact=[person(ANNA, "Marketing Manager", BETA)])

    assert week.passes() == "nothing new; 15 faded."


def test_the_parts_add_up_to_the_difference_of_what_was_told_then_and_now(week: Week) -> None:
    """S2-11: the change beside the score."""
    week.put(Event=[week.meeting(to18("00UWk0000000009"), 20, BERT, 120)])
    week.control("delete", object="Event", ids=[MEETING])
    week.shell.edit("scoring.yaml", "c_level: 2.0", "c_level: 2.5")
    week.control("clock/advance", days=7)

    row = week.told()["account"]

    parts = [row[f"minutes_{part}"] for part in ("new", "aged", "reweighted", "rematched", "removed")]
    assert row["minutes_then"] == week.first["account"]["engaged_minutes"]
    assert sum(parts) == pytest.approx(row["engaged_minutes"] - row["minutes_then"], abs=1e-6)


def test_an_earlier_day_is_explained_as_it_was_told_then(week: Week) -> None:
    then = datetime.fromisoformat(week.first["day"]).date()
    week.put(Event=[week.meeting(to18("00UWk0000000009"), 20, ANNA, 120)])
    week.passes()

    explained = week.shell("explain", "Acme Wkfold", "--as-of", f"{then}", "--json").rows[0]
    shown = week.shell("explain", "Acme Wkfold", "--as-of", f"{then}").out

    assert explained["engaged_minutes"] == week.first["account"]["engaged_minutes"]
    assert explained["score"] == week.first["account"]["score"]
    known = sum(row["minutes_now"] for row in explained["receipts"])
    assert known + explained["corrected"] == pytest.approx(explained["engaged_minutes"], abs=1e-9)
    assert "corrected since" in shown


def test_who_has_no_title_is_called_what_they_are(week: Week) -> None:
    week.put(Event=[week.meeting(MEETING, 3, NONAME), week.meeting(to18("00UWk0000000007"), 5, "")])
    week.told()

    out = week.shell("explain", "Acme Wkfold").out

    assert "a contact without a title" in out
    assert "somebody there" in out
    assert "unknown" not in out
