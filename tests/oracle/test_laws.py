"""Which laws hold whatever happens in an org? Each on orgs full of trouble, in the engine itself.

The law "a replay day by day is one backfill" is proven on account-days in tests/engine, here from the pulled rows.
"""

import copy
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from connector.backend.update import update
from connector.engine.rules import Rules
from tests.backend.world import keep_days
from tests.oracle import engine
from tests.oracle.rows import Org, ago, day, shuffled
from tests.oracle.test_minutes import rules_of
from tests.oracle.worlds import DOMAINS, Draw, adversarial

Rows = dict[str, list[dict[str, Any]]]
STAMPS = ("as_of", "scored_at")


def told(rows: Rows, rules: Rules | None = None, days_ago: int = 0) -> dict[str, dict[str, Any]]:
    """What every account is told on a day."""
    rules = rules or engine.shipped()
    with engine.connected() as connection:
        engine.built(connection, rows, rules, day(days_ago))
        return engine.snapshots(connection, rules, ago(days_ago))


def close(row: dict[str, Any]) -> dict[str, Any]:
    """The columns of a snapshot, to be compared with those of another."""
    return {name: pytest.approx(value, abs=1e-9) if isinstance(value, float) else value for name, value in row.items()}


def assert_same(one: dict[str, dict[str, Any]], other: dict[str, dict[str, Any]]) -> None:
    """Fails where two runs tell any account anything else."""
    assert set(one) == set(other)
    for account, row in one.items():
        assert row == close(other[account]), account


def total(rows: dict[str, dict[str, Any]]) -> float:
    """The engaged minutes of all accounts."""
    return sum(row["engaged_minutes"] for row in rows.values())


@pytest.mark.parametrize(
    "seed", [0, pytest.param(1, marks=pytest.mark.torture), pytest.param(2, marks=pytest.mark.torture)]
)
def test_the_order_in_which_records_come_in_does_not_matter(seed: int) -> None:
    """S4-01: consistent and objective."""
    rows = adversarial(seed)

    assert_same(told(rows, rules_of(seed)), told(shuffled(rows, Random(seed)), rules_of(seed)))


@pytest.mark.parametrize(
    "seed", [3, pytest.param(4, marks=pytest.mark.torture), pytest.param(5, marks=pytest.mark.torture)]
)
def test_one_more_kept_activity_never_lowers_the_engaged_minutes(seed: int) -> None:
    org = Draw(seed, size=60).make()
    before = told(org.rows)
    newest = ago(0, 23)
    for stream in ("contact", "lead"):
        for row in list(org.rows[stream]):
            org.meeting(row["id"], newest, 30)
            newest += timedelta(seconds=61)
    after = told(org.rows)

    assert total(after) > total(before)
    assert all(after[account]["engaged_minutes"] >= row["engaged_minutes"] - 1e-9 for account, row in before.items())


@pytest.mark.parametrize(
    "seed", [6, pytest.param(7, marks=pytest.mark.torture), pytest.param(8, marks=pytest.mark.torture)]
)
def test_importing_200_silent_contacts_changes_nothing(seed: int) -> None:
    org = Draw(seed).make()
    before = told(org.rows)
    accounts = [row["id"] for row in org.rows["account"]]
    for number in range(200):
        org.contact(accounts[number % len(accounts)], "CEO", email=f"s{number}@silent{number % 3}.example")

    assert_same(told(org.rows), before)


@pytest.mark.parametrize("seed", [9, pytest.param(10, marks=pytest.mark.torture)])
def test_archiving_changes_nothing(seed: int) -> None:
    rows = adversarial(seed)
    archived = copy.deepcopy(rows)
    for row in archived["task"] + archived["event"]:
        row["is_archived"] = True

    assert_same(told(archived), told(rows))


def test_what_is_still_to_come_changes_nothing_before_its_day() -> None:
    org = Draw(11, size=80).make()
    then, horizon = 40, ago(39, 0)
    moments = {"task": "completed_at", "event": "starts_at", "email_message": "sent_at"}
    for row in org.rows["event"] + org.rows["email_message"]:  # parts of series and twins speak of each other
        row.update({name: None for name in ("recurrence_id", "activity_id") if name in row})
    past = {
        stream: [row for row in rows if stream not in moments or (row[moments[stream]] or horizon) < horizon]
        for stream, rows in org.rows.items()
    }
    every = org.rows | {"task": [row for row in org.rows["task"] if row["completed_at"]]}

    assert_same(told(every, days_ago=then), told(past, days_ago=then))


def a_lead_and_its_account(**said: Any) -> tuple[Org, str, str]:
    """A manager who is only a lead yet, known by the mail, and did this and that."""
    org = Org()
    acme = org.account(website="acme.example")
    lead = org.lead(title="Marketing Manager", email="anna@acme.example", **said)
    webinar, fair = org.add("campaign", type="Webinar"), org.add("campaign", type="Trade Show")
    org.response(webinar, lead, "Attended", ago(9).date())
    org.response(fair, lead, "Visited Booth", ago(4).date())
    org.call(lead, ago(2))
    return org, acme, lead


def test_converting_a_lead_conserves_minutes_and_people() -> None:
    org, acme, lead = a_lead_and_its_account()
    before = told(org.rows)[acme]
    contact = org.contact(acme, "Marketing Manager", email="anna@acme.example")
    org.row(lead).update(is_converted=True, converted_contact_id=contact, converted_account_id=acme)
    for row in org.rows["campaign_member"]:
        row["contact_id"] = contact  # Salesforce leaves the lead's id beside it

    after = told(org.rows)[acme]

    assert after["engaged_minutes"] == pytest.approx(before["engaged_minutes"], abs=1e-9) != 0
    assert after["people_90d"] == before["people_90d"] == 1


def test_merging_accounts_and_contacts_conserves_minutes() -> None:
    org = Org()
    acme, twin = org.account("Acme"), org.account("ACME Inc")
    anna, other_anna = org.contact(acme, "CEO"), org.contact(twin, "CEO")
    org.meeting(anna, ago(3))
    org.meeting(other_anna, ago(30))
    org.call(other_anna, ago(5))
    before = told(org.rows)
    org.row(twin).update(is_deleted=True, master_id=acme)
    org.row(other_anna).update(is_deleted=True, master_id=anna)

    after = told(org.rows)

    assert set(after) == {acme}
    assert total(after) == pytest.approx(total(before), abs=1e-9) != 0
    assert after[acme]["people_90d"] == 1


def test_a_change_of_company_conserves_minutes_and_leaves_the_past_where_it_was() -> None:
    org = Org()
    acme, next_one = org.account("Acme"), org.account("Next Inc")
    anna = org.contact(acme, "CEO")
    org.meeting(anna, ago(3))
    before = told(org.rows)
    org.row(anna)["account_id"] = next_one

    after = told(org.rows)

    assert after[acme]["engaged_minutes"] == pytest.approx(before[acme]["engaged_minutes"], abs=1e-9) != 0
    assert after[next_one]["engaged_minutes"] == 0


def test_a_promotion_leaves_the_past_as_it_was_and_weighs_what_comes() -> None:
    org = Org()
    acme = org.account()
    anna = org.contact(acme, "Marketing Manager")
    org.meeting(anna, ago(9))
    before = told(org.rows)[acme]
    org.row(anna)["title"] = "CEO"
    org.was(anna, ago(5), title="Marketing Manager", account_id=acme)

    promoted = told(org.rows)[acme]
    org.meeting(anna, ago(0), 45)
    after = told(org.rows)[acme]

    assert promoted["engaged_minutes"] == pytest.approx(before["engaged_minutes"], abs=1e-9) != 0
    assert after["engaged_minutes"] == pytest.approx(promoted["engaged_minutes"] + 45 * 2.0, abs=1e-9)


def test_an_answer_to_a_campaign_stays_with_the_old_company() -> None:
    org = Org()
    acme, next_one = org.account("Acme"), org.account("Next Inc")
    anna = org.contact(next_one, "CEO")
    org.response(org.add("campaign", type="Webinar"), anna, "Attended", ago(9).date())
    before = told(org.rows)
    org.was(anna, ago(5), title="CEO", account_id=acme)

    after = told(org.rows)

    assert after[acme]["engaged_minutes"] == pytest.approx(before[next_one]["engaged_minutes"], abs=1e-9) != 0
    assert after[next_one]["engaged_minutes"] == 0


def test_a_deleted_activity_counts_no_more_and_an_undeleted_one_again() -> None:
    org = Org()
    acme = org.account()
    meeting = org.meeting(org.contact(acme, "CEO"), ago(3))
    before = told(org.rows)[acme]["engaged_minutes"]

    org.row(meeting)["is_deleted"] = True
    assert told(org.rows)[acme]["engaged_minutes"] == 0 < before

    org.row(meeting)["is_deleted"] = False
    assert told(org.rows)[acme]["engaged_minutes"] == pytest.approx(before, abs=1e-9)


def updated(before: Rows, after: Rows, rules: Rules) -> tuple[list[dict], list[dict], list[dict]]:
    """What a partial build from one org to another says: contributions, what is left out, account-days."""
    with engine.connected() as connection:
        engine.built(connection, before, rules, day())
        engine.pull(connection, after)
        connection.executemany("INSERT INTO work.changed VALUES (?, ?)", differing(before, after))
        update(connection, rules, engine.personas(), day())
        keep_days(connection, rules)
        return engine.contributions(connection), engine.left_out(connection), engine.account_days(connection)


def differing(before: Rows, after: Rows) -> list[tuple[str, str]]:
    """Stream and id of every row that changed; a past comes in with the row of whom it speaks."""
    known = {stream: {str(row) for row in rows} for stream, rows in before.items()}
    found = [(stream, row) for stream, rows in after.items() for row in rows if str(row) not in known[stream]]
    return [("contact", row["person_id"]) if stream == "pasts" else (stream, row["id"]) for stream, row in found]


def lived_on(seed: int) -> tuple[Rows, Rows]:
    """An org, and the same some time later: new records, changed ones, deleted and merged ones."""
    draw = Draw(seed, size=60)
    before = copy.deepcopy(draw.make().rows)
    for _ in range(15):
        draw.random.choice(
            (draw._task, draw._event, draw._mail, draw._burst, draw._answer, draw._deals, draw._people)
        )()
    draw._bad_luck()
    for stream in ("user", "account", "contact", "lead", "task", "opportunity"):
        changed = draw.pick(draw.org.rows[stream]) if draw.org.rows[stream] else {}
        other = draw.pick(draw.org.rows[stream]) if changed else {}
        changed.update({name: other[name] for name in ("email", "website", "account_id", "is_closed") if name in other})
    draw._careers()
    for visit in draw.org.rows["activity"][:3]:
        visit.update(domain=draw.pick(DOMAINS), email=None, is_deleted=draw.maybe(0.3))
    draw._visits()
    return before, draw.org.rows


def in_order(rows: list[dict]) -> list[dict]:
    """Rows as they can be compared."""
    plain = [{k: round(v, 9) if isinstance(v, float) else v for k, v in row.items()} for row in rows]
    return sorted(plain, key=lambda row: str(sorted(row.items())))


@pytest.mark.parametrize("seed", [20, 21, *(pytest.param(seed, marks=pytest.mark.torture) for seed in range(500, 620))])
def test_a_partial_build_says_what_a_full_one_says(seed: int) -> None:
    before, after = lived_on(seed)
    rules = rules_of(seed)

    partly = updated(before, after, rules)

    with engine.connected() as connection:
        engine.built(connection, after, rules, day())
        wholly = engine.contributions(connection), engine.left_out(connection), engine.account_days(connection)
    for one, other in zip(partly, wholly, strict=True):
        assert in_order(one) == in_order(other)


def test_an_account_that_becomes_a_client_is_weighed_as_one_also_by_a_partial_build() -> None:
    """S4-04: each group has weights of its own, and the past of an account is that of its group."""
    rules = engine.changed(engine.shipped(), groups={"client": {"times": {"meeting": 0.5, "call": 3.0}}})
    org = Org()
    acme, beta = org.account("Acme"), org.account("Beta")
    deal = org.add("opportunity", account_id=acme, is_closed=False, is_won=False, created_at=ago(90))
    for account in (acme, beta):
        anna = org.contact(account, "Marketing Manager")
        org.meeting(anna, ago(30), 60)
        org.call(anna, ago(20), 600)
    before = copy.deepcopy(org.rows)
    org.row(deal).update(is_closed=True, is_won=True, modified_at=ago(0))

    partial = updated(before, org.rows, rules)

    with engine.connected() as connection:
        engine.built(connection, org.rows, rules, day())
        full = engine.contributions(connection), engine.left_out(connection), engine.account_days(connection)
    assert [in_order(rows) for rows in partial] == [in_order(rows) for rows in full]
    assert {(line["account"], line["kind"], line["engaged"]) for line in partial[0]} == {
        (acme, "meeting", 30.0), (acme, "call", 30.0), (beta, "meeting", 60.0), (beta, "call", 10.0),
    }  # fmt: skip
