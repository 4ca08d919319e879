"""Do the queries count what a slow reading of the model counts, to the last minute, on orgs full of trouble?"""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from random import Random

import pytest

from connector.engine.rules import Rules
from tests.oracle import engine, minutes
from tests.oracle.people import Register, World
from tests.oracle.rows import day
from tests.oracle.touches import activities, touches
from tests.oracle.worlds import ZONES, adversarial

EXACT = ("kind", "day", "repeats", "two_way", "act_now")
CLOSE = ("minutes", "role_factor", "repeat_factor", "cap_factor", "engaged")


def rules_of(seed: int) -> Rules:
    """Every third org has rules of its own."""
    order = Random(seed)
    ours = {"own_domains": ("ours.example",), "excluded_domains": ("agency.example",)}
    rules = engine.changed(
        engine.shipped(order.choice(["default", "published"])), timezone=order.choice(ZONES), people=ours
    )
    if seed % 3:
        return rules
    return engine.changed(
        rules,
        touches={"same_touch_seconds": order.choice([0, 300]), "burst_count": order.choice([2, 4])},
        decay={"repeat_factor": order.choice([0.0, 0.9]), "repeat_window_days": order.choice([1, 30])},
        clamp={"account_cap": order.choice([1.0, 1.5]), "longest_minutes": 60.0},
        surge={"person_days_cap": order.choice([1, 3])},
        score_from=order.choice([None, date(2025, 11, 1)]),
        groups={
            "client": {"times": {"meeting": order.choice([0.5, 2.0]), "email_click": 0.0}},
            "target": {"times": {"call": 3.0}},
        },
    )


def assert_alike(world: World, rules: Rules, as_of: int) -> None:
    """Everything up to account-days, in the queries and in the oracle."""
    plain = rules.model_dump(mode="python")
    register = Register(world, plain)
    found = activities(world, register, plain)
    seen = touches(world, found, register, plain)
    with engine.connected() as connection:
        engine.built(connection, world, rules, as_of)
        assert_alike_matches(register, engine.matches(connection))
        assert_alike_left_out(found, seen, engine.left_out(connection), as_of)
        lines = minutes.contributions(seen, register, plain)
        assert_alike_contributions(lines, engine.contributions(connection))
        assert_alike_days(
            lines, engine.account_days(connection), engine.counted(connection), plain["surge"]["person_days_cap"]
        )


def assert_alike_matches(register: Register, told: list[dict]) -> None:
    ours = {
        row_id: (one.account, one.rule, pytest.approx(one.confidence, abs=1e-12))
        for row_id, one in register.people.items()
        if one.account
    }

    assert {row["person"]: (row["account"], row["rule"], row["confidence"]) for row in told} == ours


def differences(theirs: Iterable, ours: Iterable) -> dict[str, list]:
    """What only one of the two says."""
    only = Counter(list(theirs)), Counter(list(ours))
    found = {"the queries alone": only[0] - only[1], "the oracle alone": only[1] - only[0]}
    return {who: sorted(said.elements(), key=str)[:5] for who, said in found.items() if said}


def assert_alike_left_out(found: list, seen: list, told: list[dict], as_of: int) -> None:
    ours = [(one.id, None, one.reason, one.folded_into) for one in found if one.reason]
    ours += [(one.activity.id, one.person, one.reason, one.folded_into) for one in seen if one.reason]
    ours += [
        (one.activity.id, one.person, "future", None) for one in seen if not one.reason and one.activity.day > as_of
    ]

    assert differences(((r["activity"], r["person"], r["reason"], r["folded_into"]) for r in told), ours) == {}


def assert_alike_contributions(lines: list[minutes.Contribution], told: list[dict]) -> None:
    ours = {(line.account, line.person, line.activity): line for line in lines}
    theirs = {(row["account"], row["person"], row["activity"]): row for row in told}
    assert len(theirs) == len(told)
    assert len(ours) == len(lines)

    assert differences(theirs, ours) == {}
    for key, row in theirs.items():
        assert {name: row[name] for name in EXACT} == {name: getattr(ours[key], name) for name in EXACT}, key
        assert [row[name] for name in CLOSE] == pytest.approx([getattr(ours[key], name) for name in CLOSE], abs=1e-9), (
            key
        )


def assert_alike_days(lines: list[minutes.Contribution], told: list[dict], counted: set, cap: int) -> None:
    """Account-days: minutes, people who count, and what else was seen."""
    ours = minutes.account_days(lines, cap)
    theirs = {(row["account"], row["day"]): row for row in told}

    assert differences(counted, ((*key, one) for key, found in ours.items() for one in found.people)) == {}
    assert differences(theirs, ours) == {}
    for key, row in theirs.items():
        assert row["minutes"] == pytest.approx(ours[key].minutes, abs=1e-9)
        seen = row["people"], row["two_way"], row["act_now"]
        assert seen == (len(ours[key].people), ours[key].two_way, ours[key].act_now), key


@pytest.mark.parametrize("seed", range(14))
def test_queries_and_oracle_count_the_same_in_an_org_full_of_trouble(seed: int) -> None:
    assert_alike(adversarial(seed), rules_of(seed), day())


@pytest.mark.torture
@pytest.mark.parametrize("seed", range(1000, 1600))
def test_queries_and_oracle_count_the_same_in_many_orgs(seed: int) -> None:
    assert_alike(adversarial(seed, size=20 + seed % 150), rules_of(seed), day())
