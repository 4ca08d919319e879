"""Is what was asked for there? Small orgs for the rows of the list that no other test is about, by the real engine."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from connector.engine.rules import Rules
from tests.oracle import engine
from tests.oracle.rows import Org, ago, day

REPOSITORY = Path(__file__).parents[2]


def told(org: Org, rules: Rules | None = None) -> tuple[dict[str, dict[str, Any]], list[dict[str, Any]]]:
    """What every account is told, and every line of every receipt."""
    rules = rules or engine.shipped()
    with engine.connected() as connection:
        engine.built(connection, org.rows, rules, day())
        lines = engine.contributions(connection)
        return engine.snapshots(connection, rules, ago(0)), lines


def everything_at(org: Org, account: str) -> tuple[str, str]:
    """Somebody who met us, called, wrote, clicked, opened, came to a webinar and a stand, and read; and a colleague."""
    anna = org.contact(account, "Director of IT", email="anna@acme.example")
    bert = org.contact(account, "Software Engineer", email="bert@acme.example")
    meeting = org.meeting(anna, ago(2), 60)
    org.add("event_relation", event_id=meeting, relation_id=bert, status="Accepted")
    org.call(anna, ago(3), 900)
    org.add("email_message", incoming=True, from_address="anna@acme.example", sent_at=ago(4), status="3")
    org.click(bert, ago(5))
    org.task(bert, ago(6), type="Email Open")
    for kind, status in (("Webinar", "Attended"), ("Trade Show", "Visited Booth"), ("Content", "Downloaded")):
        org.response(org.add("campaign", type=kind), bert, status, date(2026, 3, 10))
    return anna, bert


def test_mail_calendar_calls_and_campaigns_of_all_people_make_one_score() -> None:
    """S0-03 S0-04 S1-03 S1-05 S1-06 S1-09 S2-01 S3-01 S3-13 S3-16: every source, added up by person and by account."""
    org = Org()
    acme = org.account("Acme", website="acme.example")
    anna, bert = everything_at(org, acme)

    rows, lines = told(org)

    kinds = {(line["person"], line["kind"]) for line in lines}
    assert kinds == {
        (anna, "meeting"), (bert, "meeting"), (anna, "call"), (anna, "email_reply"), (bert, "email_click"),
        (bert, "email_open"), (bert, "webinar"), (bert, "booth"), (bert, "download"),
    }  # fmt: skip
    assert rows[acme]["people_90d"] == 2
    assert rows[acme]["minutes_30d"] == pytest.approx(sum(line["engaged"] for line in lines))
    assert 50 < rows[acme]["score"] < 100


def test_the_same_engagement_is_the_same_score_for_a_target_a_prospect_and_a_client() -> None:
    """S0-01 S1-27 S2-05 S4-02 S4-04 S4-05: health and momentum at every stage, from first contact to the next deal."""
    org = Org()
    target, prospect, client = (org.account(name) for name in ("Target", "Prospect", "Client"))
    org.add("opportunity", account_id=prospect, is_closed=False, is_won=False, created_at=ago(100))
    won = {"is_closed": True, "is_won": True, "created_at": ago(300), "closes_on": date(2025, 9, 1)}
    org.add("opportunity", account_id=client, **won)
    for account in (target, prospect, client):
        org.meeting(org.contact(account, "Director of IT"), ago(2), 60)

    rows, _ = told(org)

    health = ("score", "band", "engaged_minutes", "trend_30d", "surge", "surge_probability", "sparkline")
    assert [rows[target][name] for name in health] == [rows[prospect][name] for name in health]
    assert [rows[target][name] for name in health] == [rows[client][name] for name in health]
    assert rows[target]["score"] > 0


def test_the_right_people_and_more_of_them_than_before_is_what_a_rep_is_told_first() -> None:
    """S1-01 S1-18 S2-11: are the right people spending time with us, and is it going up?"""
    org = Org()
    acme = org.account()
    org.meeting(org.contact(acme, "Marketing Manager"), ago(40), 30)
    org.meeting(org.contact(acme, "Director of IT"), ago(2), 60)
    org.meeting(org.contact(acme, "VP Finance"), ago(1), 60)

    row = told(org)[0][acme]

    assert "3 meetings with a VP and 2 others" in row["why"]
    assert row["trend_30d"] == pytest.approx(100 * (60 * 1.3 + 60 * 1.6 * 1.2 - 30) / 30)


PUBLISHED = [
    # what somebody did, and the minutes of the articles
    ("an e-mail is opened", lambda org, who: org.task(who, ago(3), type="Email Open"), 1.0),
    ("content is downloaded", lambda org, who: org.task(who, ago(3), type="Content Download"), 10.0),
    ("a webinar is attended", lambda org, who: org.task(who, ago(3), type="Webinar"), 30.0),
    ("a dinner is had", lambda org, who: org.meeting(who, ago(3), None, type="Dinner"), 120.0),
]


@pytest.mark.parametrize(("what", "do", "minutes"), PUBLISHED, ids=[what for what, _, _ in PUBLISHED])
def test_the_profile_of_the_articles_counts_their_minutes(what: str, do: Any, minutes: float) -> None:
    """S1-13: estimates of minutes, adjustable by profile. S2-07: x1.2 for who decides, on everything they do."""
    org = Org()
    acme, beta = org.account("Acme"), org.account("Beta")
    do(org, org.contact(acme, "Marketing Manager"))
    do(org, org.contact(beta, "Marketing Manager", buying_role="Decision Maker"))

    rows, _ = told(org, engine.shipped("published"))

    assert rows[acme]["minutes_30d"] == pytest.approx(minutes), what
    assert rows[beta]["minutes_30d"] == pytest.approx(1.2 * minutes), what


def test_a_demo_weighs_more_than_an_open_whatever_the_profile() -> None:
    """S3-09 S3-06: pages of intent, documents and webinars together make a high score."""
    for profile in ("default", "published"):
        kinds = engine.shipped(profile).kinds
        assert kinds["demo_form"].minutes > kinds["download"].minutes > kinds["email_open"].minutes
        assert kinds["meeting"].unknown > kinds["email_open"].minutes
        together = kinds["key_page"].minutes + 2 * kinds["download"].minutes + kinds["webinar"].minutes
        assert 100 * (1 - 2 ** (-together / 60)) > 45


def test_a_decision_maker_takes_the_account_over_the_line_sooner() -> None:
    """S2-08: the multiplier can bring it over the threshold and hand it to sales."""
    org = Org()
    acme, beta = org.account("Acme"), org.account("Beta")
    org.meeting(org.contact(acme, "Director of IT"), ago(0, 9), 45)  # 45 x 1.3 = 58.5
    org.meeting(org.contact(beta, "Director of IT", buying_role="Decision Maker"), ago(0, 9), 45)  # x 1.2 = 70.2

    rows, _ = told(org)

    assert [rows[account]["mqa"] for account in (acme, beta)] == [False, True]
    assert rows[beta]["engaged_minutes"] == pytest.approx(70.2)


def test_the_documents_tell_the_numbers_that_are_in_force() -> None:
    """S3-30 S4-03 S4-21: one definition for sales, marketing and customer success, and it is the one that is used."""
    model, rules = (REPOSITORY / "docs" / "model.md").read_text(), engine.shipped()

    assert f"2^(-age / {rules.decay.half_life_days:g})" in model
    assert f"2^(-E / {rules.decay.half_score_minutes:g})" in model
    assert f"E >= {rules.mqa.enter_minutes:g}" in model
    assert f"P >= {rules.surge.surging_from:g}" in model
    assert f"within {rules.touches.burst_seconds} seconds" in model
    assert f"within {rules.mqa.rest_days} days" in model
