"""Would a sales rep believe what an account is told? Every sentence beside the numbers it is made of."""

import re
from dataclasses import replace
from typing import Any

import pytest

from connector.cli.explain import NOT_COUNTED, _grown, told
from connector.cli.screen import show
from connector.cli.story import read_story
from connector.store.home import Home
from connector.store.published import read_published
from tests.cli.conftest import Shell


@pytest.fixture
def best(known: Shell) -> dict[str, Any]:
    """The account most worth working."""
    found: dict[str, Any] = known("accounts", "list", "--limit", "1", "--json").rows[0]
    return found


def line(text: str, label: str) -> str:
    """A sentence of a story, put together again where it was wrapped."""
    whole = re.search(rf"^  {label} +(.*?)(?=^  [A-Z]|^$)", text, re.MULTILINE | re.DOTALL)
    return " ".join(whole[1].split()) if whole else ""


def test_thirty_sixty_and_ninety_days_stand_beside_as_many_before(known: Shell) -> None:
    """S0-12 S3-11: and where there was nothing before, nothing is compared."""
    every = known("accounts", "list", "--limit", "0", "--json").rows
    alive = [row for row in every if row["minutes_before_90d"]]

    for row in [*alive[:3], *(row for row in every if row not in alive)][:4]:
        said = line(known("explain", row["account_id"]).out, "Trend")
        expected = [
            f"{days} days {_grown(row[f'trend_{days}d'])}" for days in (30, 60, 90) if row[f"minutes_before_{days}d"]
        ]
        assert said == (f"{', '.join(expected)}, each against as many days before" if expected else "")


@pytest.mark.parametrize(("percent", "said"), [(33.3, "+33 %"), (-100.0, "-100 %"), (999, "+999 %"), (11_364, "115x")])
def test_a_change_beyond_percentages_is_told_in_times(percent: float, said: str) -> None:
    assert _grown(percent) == said


def test_the_quarter_is_said_as_a_head_of_sales_says_it(known: Shell, best: dict[str, Any]) -> None:
    """S1-20"""
    said = line(known("explain", best["account_id"]).out, "Quarter")

    assert said.startswith(f"{best['quarter_minutes']:,.0f} minutes this quarter")


def test_who_of_us_works_on_an_account_is_named_with_how_many_people_there(known: Shell, best: dict[str, Any]) -> None:
    """S2-04 S0-14: several of us on one company, and who could introduce whom."""
    ours = known("explain", best["account_id"], "--json").rows[0]["our_side"]
    said = line(known("explain", best["account_id"]).out, "Our side")

    assert ours
    assert [row["activities"] for row in ours] == sorted((row["activities"] for row in ours), reverse=True)
    assert said.startswith(ours[0]["user_name"])
    assert f"{ours[0]['activities']} activit" in said
    assert str(ours[0]["last_day"]) in said


def test_a_story_says_how_its_numbers_come_about(known: Shell, best: dict[str, Any]) -> None:
    """S3-30: one definition, where everybody reads the number."""
    said = " ".join(known("explain", best["account_id"]).out.split())

    assert "time people there spent with us: more for senior people, less for each repeat in a week" in said
    assert "halving every 14 days. 60 of them are a score of 50." in said


def test_a_channel_has_its_own_lane_so_that_meetings_and_mail_stand_apart(known: Shell, best: dict[str, Any]) -> None:
    """S4-11: physical and digital engagement; S1-19: week by week."""
    said = known("explain", best["account_id"]).out
    story = known("explain", best["account_id"], "--json").rows[0]

    lately = {row["channel"] for row in story["receipts"] if row["activity_id"] and row["age_days"] < 84}
    assert len(lately) > 1
    assert all(re.search(rf"^  {channel} +[▁-█]{{12}}", said, re.MULTILINE) for channel in lately)


def test_an_account_where_nobody_ever_did_anything_gets_no_empty_table(known: Shell, best: dict[str, Any]) -> None:
    """S2-06 S3-26: no activity is a fact, not a verdict."""
    published = read_published(Home(known.folder / ".connector"))
    nothing = {"why": "No activity by people there yet.", "band": "No data", "minutes_90d": 0.0, "last_two_way": None}
    story = read_story(published, published.find(best["account_id"])[0] | nothing)

    show(told(replace(story, receipts=())))
    said = known.capture.readouterr().out

    assert line(said, "Why") == "No activity by people there yet."
    assert line(said, "Lately") == "nothing in 90 days; no two-way touch yet"
    assert "Faded" not in said


@pytest.mark.parametrize("many", [1, 2])
def test_what_was_not_counted_reads_well_for_one_and_for_many(many: int) -> None:
    said = [f"{many} {words}" for words in NOT_COUNTED.values()]

    assert not [one for one in said if re.match(r"\d (a|an|the) ", one)]
    assert not [one for one in said if re.match(r"\d (tasks|copies|entries|people|pages|rules|no-shows)\b", one)]


def test_every_receipt_of_the_book_adds_up_to_its_score(known: Shell) -> None:
    """S3-08: of all accounts, through the tables that everybody reads."""
    every = known("accounts", "list", "--limit", "0", "--json").rows

    for row in every:
        story = known("explain", row["account_id"], "--json").rows[0]
        found = sum(line["minutes_now"] for line in story["receipts"])
        assert found == pytest.approx(row["engaged_minutes"], abs=1e-9)
        assert 100 * (1 - 2 ** (-found / 60)) == pytest.approx(row["score"], abs=1e-9)
    assert sum(row["engaged_minutes"] > 0 for row in every) > len(every) / 2
