"""Which traps have others fallen into? Each is a small org and a sentence."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from connector.cli.explain import NOT_COUNTED
from connector.engine.persona import Description, read_personas
from connector.engine.rules import Rules
from tests.oracle import engine
from tests.oracle.people import Register
from tests.oracle.rows import Org, ago, day
from tests.oracle.touches import activities, touches
from tests.oracle.worlds import adversarial


def told(org: Org, rules: Rules | None = None) -> dict[str, dict]:
    """What every account is told."""
    rules = rules or engine.shipped()
    with engine.connected() as connection:
        engine.built(connection, org.rows, rules, day())
        return engine.snapshots(connection, rules, ago(0))


def reasons(org: Org, rules: Rules | None = None) -> dict[str, str]:
    """Why an activity does not count."""
    with engine.connected() as connection:
        engine.built(connection, org.rows, rules or engine.shipped(), day())
        return {row["activity"]: row["reason"] for row in engine.left_out(connection)}


def test_a_mail_of_our_own_that_the_crm_calls_incoming_is_no_answer() -> None:
    org = Org()
    org.add("user", email="rep@ours.example", is_active=True)
    anna = org.contact(org.account(), "CEO", email="anna@acme.example")
    task = org.task(anna, ago(1), subtype="Email")
    mail = {"activity_id": task, "incoming": True, "sent_at": ago(1)}
    ours = org.add("email_message", from_address="Rep@ours.example", **mail)
    colleague = org.add("email_message", from_address="support@ours.example", **mail)

    assert reasons(org) == {task: "twin", ours: "own_staff", colleague: "own_staff"}


def test_an_account_of_which_nobody_is_known_is_told_why_it_has_a_score() -> None:
    org = Org()
    acme = org.account()
    org.meeting(None, ago(0), account_id=acme)

    row = told(org)[acme]

    assert row["engaged_minutes"] == pytest.approx(45.0)
    assert "1 meeting" in row["why"]


def test_somebody_of_an_account_counts_for_the_unknown_department() -> None:
    org = Org()
    acme = org.account()
    org.meeting(None, ago(0), account_id=acme)
    org.task(None, ago(0), type="Demo request", account_id=acme)
    by_department = engine.changed(engine.shipped(), mqa={"buying_centre": "department"})

    assert told(org)[acme]["mqa"]
    assert told(org, by_department)[acme]["mqa"]


def test_departments_may_qualify_in_an_org_where_nothing_has_happened_yet() -> None:
    org = Org()
    acme = org.account()

    rows = told(org, engine.changed(engine.shipped(), mqa={"buying_centre": "department"}))

    assert [(rows[acme]["mqa"], rows[acme]["band"])] == [(False, "No data")]


def test_nothing_before_the_day_scores_begin_counts() -> None:
    org = Org()
    acme = org.account()
    anna = org.contact(acme, "Marketing Manager")
    before = org.meeting(anna, ago(11))
    org.meeting(anna, ago(10))
    rules = engine.changed(engine.shipped(), score_from=date(2026, 3, 8))

    assert reasons(org, rules) == {before: "before_start"}
    assert told(org, rules)[acme]["minutes_30d"] == pytest.approx(45.0)


ZONE_DAYS = [
    # moment in UTC, zone, the day there
    (datetime(2026, 3, 11, 23, 59, 59, tzinfo=UTC), "UTC", date(2026, 3, 11)),
    (datetime(2026, 3, 11, 22, 59, 59, tzinfo=UTC), "Europe/Berlin", date(2026, 3, 11)),  # 23:59:59 in winter
    (datetime(2026, 3, 11, 23, 0, 0, tzinfo=UTC), "Europe/Berlin", date(2026, 3, 12)),
    (datetime(2025, 10, 25, 21, 59, 59, tzinfo=UTC), "Europe/Berlin", date(2025, 10, 25)),  # 23:59:59, still summer
    (datetime(2025, 10, 26, 22, 59, 59, tzinfo=UTC), "Europe/Berlin", date(2025, 10, 26)),  # the day of 25 hours
    (datetime(2026, 3, 8, 7, 59, 59, tzinfo=UTC), "America/Los_Angeles", date(2026, 3, 7)),
    (datetime(2026, 3, 9, 6, 59, 59, tzinfo=UTC), "America/Los_Angeles", date(2026, 3, 8)),  # the day of 23 hours
    (datetime(2026, 3, 9, 7, 0, 0, tzinfo=UTC), "America/Los_Angeles", date(2026, 3, 9)),
    (datetime(2026, 3, 11, 2, 29, 59, tzinfo=UTC), "America/St_Johns", date(2026, 3, 10)),  # half an hour off
    (datetime(2026, 3, 11, 10, 15, 0, tzinfo=UTC), "Pacific/Chatham", date(2026, 3, 12)),  # 13 hours and three quarters
]


@pytest.mark.parametrize("zone", sorted({zone for _, zone, _ in ZONE_DAYS}))
def test_an_activity_is_on_the_day_that_the_organisations_clocks_show(zone: str) -> None:
    org, rules = Org(), engine.changed(engine.shipped(), timezone=zone)
    expected = {}
    for moment, where, when in ZONE_DAYS:
        if where == zone:
            acme = org.account(str(moment))
            org.meeting(org.contact(acme, "CEO"), moment)
            expected[acme] = when
    dated = org.account("a date alone is that day everywhere")
    org.reply(org.contact(dated), None, due_on=date(2026, 3, 10))

    rows = told(org, rules)

    assert {account: row["last_two_way"] for account, row in rows.items()} == expected | {dated: date(2026, 3, 10)}


WHO_AND_WHAT = [
    # who, about what, tied to: for which account it counts. "own" is the contact's account, "other" another one.
    ("contact", None, "own", "own"),
    ("contact", None, None, "own"),
    ("contact", "other", "other", "other"),
    ("contact", "other", None, "other"),
    ("contact", "deal of other", None, "other"),
    ("contact", "campaign", None, "own"),
    ("private contact", None, None, None),
    ("private contact", "deal of other", None, "other"),
    ("lead with the mail of own", None, None, "own"),
    ("unknown lead", None, None, None),
    ("unknown lead", "other", "other", "other"),
    (None, "deal of other", None, "other"),
    (None, None, "own", "own"),
    (None, "campaign", None, None),
]


def test_every_way_to_tie_an_activity_to_an_account_leads_to_that_account() -> None:
    org = Org()
    own, other = org.account("Own", website="own.example"), org.account("Other", website="other.example")
    ids = {
        "own": own,
        "other": other,
        "contact": org.contact(own),
        "private contact": org.contact(None),
        "lead with the mail of own": org.lead(email="x@own.example"),
        "unknown lead": org.lead(email="y@gmail.com"),
        "deal of other": org.add("opportunity", account_id=other, is_closed=False),
        "campaign": org.add("campaign", type="Other"),
        None: None,
    }
    expected = {}
    for number, (who, what, tied, account) in enumerate(WHO_AND_WHAT):
        meeting = org.meeting(ids[who], ago(30 + 8 * number), what_id=ids[what], account_id=ids[tied])
        expected[meeting] = ids[account]

    with engine.connected() as connection:
        engine.built(connection, org.rows, engine.shipped(), day())
        found = {row["activity"]: row["account"] for row in engine.contributions(connection)}
        left = {row["activity"]: row["reason"] for row in engine.left_out(connection)}

    assert found == {meeting: account for meeting, account in expected.items() if account}
    assert left == {meeting: "no_account" for meeting, account in expected.items() if not account}


def test_a_domain_that_two_accounts_share_says_less_and_its_website_says_most() -> None:
    org = Org()
    group, branch = org.account("Group", website="group.example"), org.account("Branch")
    org.contact(branch, email="b@group.example")
    lead = org.lead(email="new@group.example")
    free = org.lead(email="new@web.de", company="Nobody Ltd")

    with engine.connected() as connection:
        engine.built(connection, org.rows, engine.shipped(), day())
        found = {row["person"]: (row["account"], row["confidence"]) for row in engine.matches(connection)}

    assert found[lead] == (group, pytest.approx(0.9 * 5 / 6))  # five voices for the website, one for the contact
    assert free not in found


def test_ten_thousand_activities_of_one_person_are_one_person() -> None:
    org = Org()
    acme = org.account()
    anna = org.contact(acme, "Software Engineer")
    for number in range(10_000):
        org.click(anna, ago(0, 23) - timedelta(seconds=121 * number))

    row = told(org)[acme]

    assert row["people_90d"] == 1
    assert row["engaged_minutes"] < 2 * 2.4 * 1.1  # the oldest clicks in full and halves of halves after them
    assert not row["mqa"]
    with engine.connected() as connection:
        engine.built(connection, org.rows, engine.shipped(), day())
        counted = sorted(one for _, one, _ in engine.counted(connection))
    assert all(later - earlier > 6 for earlier, later in zip(counted, counted[2:], strict=False))


def test_a_record_of_1970_or_of_2099_is_kept_and_moves_nothing_today() -> None:
    org = Org()
    acme = org.account()
    anna = org.contact(acme, "CEO")
    org.meeting(anna, ago(2), 60)
    before = told(org)[acme]
    org.meeting(anna, datetime(1970, 1, 1, 9, tzinfo=UTC), 60)
    later = org.meeting(anna, datetime(2099, 12, 31, 23, tzinfo=UTC), 60)
    org.reply(anna, None, due_on=date(1970, 1, 1))

    after = told(org)[acme]

    assert reasons(org) == {later: "future"}
    assert after.pop("engaged_minutes") == pytest.approx(before.pop("engaged_minutes"), abs=1e-9)
    assert {name for name, value in after.items() if before[name] != value} == set()


def test_every_reason_for_not_counting_has_words_that_a_rep_understands() -> None:
    given = set()
    for seed in range(12):
        rules = engine.shipped().model_dump(mode="python")
        register = Register(rows := adversarial(seed), rules)
        found = activities(rows, register, rules)
        given |= {one.reason for one in (*found, *touches(rows, found, register, rules)) if one.reason}

    assert given - set(NOT_COUNTED) == set()
    assert {"machine", "twin", "told_twice", "same_touch", "declined", "recipient", "no_account"} <= given


@pytest.mark.parametrize(
    ("title", "seniority", "department"),
    [
        ("Assistant to the CEO", "individual", "Management"),
        ("Vice President", "vp", "Management"),
        ("President", "c_level", "Management"),
        ("Vice President Sales", "vp", "Sales"),
        ("Assistenz der Geschäftsführung", "individual", "Management"),
        ("Vorstandsvorsitzende", "c_level", "Management"),
        ("Vertriebsleiter", "director", "Sales"),
        ("Einkäufer", "individual", "Procurement"),
        ("Directeur général", "c_level", "Management"),
        ("Directrice des achats", "director", "Procurement"),
        ("Responsable informatique", "manager", "IT"),
        ("Director de Finanzas", "director", "Finance"),
        ("Amministratore Delegato", "c_level", "Management"),
        ("Product Owner", "individual", "Product"),
        ("C.F.O.", "c_level", "Finance"),
        ("", "unknown", "unknown"),
        ("42", "unknown", "unknown"),
        ("首席执行官", "unknown", "unknown"),
    ],
)
def test_a_title_is_read_as_a_person_would_read_it(title: str, seniority: str, department: str) -> None:
    (read,) = read_personas([Description(title=title or None)], engine.personas())

    assert (read.seniority, read.department) == (seniority, department)


def test_the_oracle_shares_no_code_with_the_engine() -> None:
    told = ("model", "people", "touches", "minutes", "surge", "mqa", "words")
    sources = {name: (Path(__file__).parent / f"{name}.py").read_text() for name in told}

    assert [name for name, text in sources.items() if "connector" in text] == []
