"""What is a tiny account worth? Worked out by hand in the comments, then by the engine."""

from datetime import date

import pytest

from connector.engine.rules import Rules
from tests.oracle import engine
from tests.oracle.rows import Org, ago, day


def engaged(org: Org, rules: Rules | None = None) -> list[float]:
    """The engaged minutes of every contribution, the largest first."""
    with engine.connected() as connection:
        engine.built(connection, org.rows, rules or engine.shipped(), day())
        return sorted((row["engaged"] for row in engine.contributions(connection)), reverse=True)


def left_out(org: Org) -> list[str]:
    """The reasons of what does not count."""
    with engine.connected() as connection:
        engine.built(connection, org.rows, engine.shipped(), day())
        return sorted(row["reason"] for row in engine.left_out(connection))


def test_somebody_who_answers_a_mailing_as_lead_and_again_as_contact_answered_once() -> None:
    org = Org()
    acme = org.account()
    anna = org.contact(acme, "Marketing Manager")
    lead = org.lead(is_converted=True, converted_contact_id=anna, converted_account_id=acme)
    mailing = org.add("campaign", type="Email")
    org.response(mailing, lead, "Clicked", date(2026, 3, 2))
    org.response(mailing, anna, "Responded", date(2026, 3, 4))

    assert engaged(org) == pytest.approx([3.0])  # one click of a manager: 3 x 1.0


def test_somebody_who_signed_up_as_lead_and_came_as_contact_came() -> None:
    org = Org()
    acme = org.account()
    anna = org.contact(acme, "Marketing Manager")
    lead = org.lead(is_converted=True, converted_contact_id=anna, converted_account_id=acme)
    webinar = org.add("campaign", type="Webinar")
    org.response(webinar, lead, "Registered", date(2026, 3, 2))
    org.response(webinar, anna, "Attended", date(2026, 3, 12))

    assert engaged(org) == pytest.approx([30.0])  # a webinar attended by a manager: 30 x 1.0, the sign-up is part of it


def test_a_record_of_nobody_we_know_is_left_out_with_a_reason() -> None:
    org = Org()
    org.call(None, ago(3))

    assert engaged(org) == []
    assert left_out(org) == ["no_account"]
