"""Is what somebody did weighed by the role, and counted for the account, that they had at the time?"""

import pytest

from connector.backend.update import update
from tests.backend.world import TODAY, Built, World, ago, built, copied, insert, shipped

ACCOUNTS = "JOIN derived.accounts AS a USING (account_no)"


def factors(made: Built) -> list[tuple[int, float]]:
    """Of each contribution how many days ago it was, and its role factor; the oldest first."""
    rows = made.rows("SELECT day, role_factor FROM derived.contributions ORDER BY day")
    return [(TODAY - day, factor) for day, factor in rows]


def places(made: Built) -> list[tuple[int, str]]:
    """Of each contribution how many days ago it was, and the account's name; the oldest first."""
    rows = made.rows(f"SELECT day, name FROM derived.contributions {ACCOUNTS} ORDER BY day")
    return [(TODAY - day, name) for day, name in rows]


def a_promotion() -> tuple[World, str]:
    """A manager until ten days ago, and a CEO since; two calls before, one after."""
    world = World()
    anna = world.contact(world.account(), title="CEO")
    for days in (40, 20, 5):
        world.call(anna, ago(days))
    return world, anna


def test_without_a_past_the_present_role_holds_for_everything() -> None:
    world, _ = a_promotion()

    assert factors(built(world)) == [(40, 2.0), (20, 2.0), (5, 2.0)]


def test_a_promotion_does_not_rewrite_the_past() -> None:
    world, anna = a_promotion()
    world.was(anna, ago(10), title="IT Manager")

    assert factors(built(world)) == [(40, 1.0), (20, 1.0), (5, 2.0)]


def test_each_stretch_of_a_career_has_its_own_role() -> None:
    world, anna = a_promotion()
    world.was(anna, ago(30), title="Clerk")
    world.was(anna, ago(10), title="VP Sales")

    assert factors(built(world)) == [(40, 0.8), (20, 1.6), (5, 2.0)]


def test_the_very_second_of_a_promotion_is_the_new_role() -> None:
    world, anna = a_promotion()
    world.was(anna, ago(20), title="IT Manager")

    assert factors(built(world)) == [(40, 1.0), (20, 2.0), (5, 2.0)]


def test_who_had_become_somebody_before_they_could_act_now_does_not_act_now_for_the_past() -> None:
    world, anna = a_promotion()
    world.meeting(anna, ago(12))
    world.meeting(anna, ago(3))
    world.was(anna, ago(10), title="IT Manager")

    rows = built(world).rows("SELECT day, act_now FROM derived.account_days ORDER BY day")

    assert {TODAY - day: acted for day, acted in rows} == {40: False, 20: False, 12: False, 5: False, 3: True}


def test_a_contact_who_was_a_lead_brings_the_leads_past() -> None:
    world, anna = a_promotion()
    lead = world.lead(is_converted=True, converted_contact_id=anna, title="CEO")
    world.was(lead, ago(30), title="IT Manager")

    assert factors(built(world)) == [(40, 1.0), (20, 2.0), (5, 2.0)]


def a_move() -> tuple[World, str]:
    """Anna, of Beta now, answered three campaigns."""
    world = World()
    acme, beta = world.account("Acme"), world.account("Beta")
    anna = world.contact(beta, title="IT Manager")
    for days in (40, 20, 5):
        world.member(world.add("campaign", type="Webinar"), responded=ago(days).date(), contact_id=anna)
    for row in world.rows["campaign_member"]:
        row["status"] = "Attended"
    world.was(anna, ago(10), title="IT Manager", account_id=acme)
    return world, anna


def test_what_was_done_before_a_change_of_company_stays_with_the_old_account() -> None:
    world, _ = a_move()

    assert places(built(world)) == [(40, "Acme"), (20, "Acme"), (5, "Beta")]


def test_a_guest_of_a_meeting_counts_for_the_account_of_that_time() -> None:
    world, anna = a_move()
    host = world.contact(world.account("Gamma"))
    world.invite(world.meeting(host, ago(30)), anna)
    world.rows["campaign_member"].clear()

    rows = built(world).rows(
        f"SELECT a.name FROM derived.contributions {ACCOUNTS} JOIN derived.people USING (person_no) "
        "WHERE person_id = ?",
        anna,
    )

    assert rows == [("Acme",)]


def test_the_account_the_crm_tied_a_record_to_is_believed_before_any_past() -> None:
    world, anna = a_move()
    world.rows["campaign_member"].clear()
    world.call(anna, ago(30), account_id=world.account("Gamma"))

    assert places(built(world)) == [(30, "Gamma")]


def test_an_old_account_that_is_gone_keeps_nothing() -> None:
    world, _ = a_move()
    world.change(world.rows["account"][0]["id"], is_deleted=True)

    assert {name for _, name in places(built(world))} == {"Beta"}


def test_an_old_account_that_was_merged_lives_on_in_the_other() -> None:
    world, _ = a_move()
    gamma = world.account("Gamma")
    world.change(world.rows["account"][0]["id"], is_deleted=True, master_id=gamma)

    assert places(built(world)) == [(40, "Gamma"), (20, "Gamma"), (5, "Beta")]


def test_no_minute_is_lost_or_won_by_a_change_of_company() -> None:
    world, _ = a_move()
    before = copied(world)
    before.pasts.clear()

    assert sum(built(world).minutes().values()) == pytest.approx(sum(built(before).minutes().values()))


def test_a_change_that_comes_in_later_says_the_same_as_if_it_had_always_been_known() -> None:
    world, anna = a_move()
    first = copied(world)
    first.pasts.clear()
    first.change(anna, title="Clerk", account_id=world.rows["account"][0]["id"])
    made = built(first)
    made.connection.execute("DELETE FROM salesforce.contact")
    insert(made.connection, "contact", world.rows["contact"])
    insert(made.connection, "pasts", world.pasts)
    made.connection.execute("INSERT INTO work.changed VALUES ('contact', ?)", [anna])

    update(made.connection, shipped().rules, shipped().personas, TODAY)

    assert (places(made), factors(made)) == (places(built(world)), factors(built(world)))
