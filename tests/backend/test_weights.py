"""Does a change of weights leave every fact as it is, and is all else as if they had been made again?"""

from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connector.backend.update import update
from connector.engine.rules import Rules
from tests.backend.random_worlds import a_world
from tests.backend.test_update import told
from tests.backend.world import TODAY, World, built, keep_days, rules_with, shipped

STANDARD = shipped().rules.model_dump()
WEIGHED: list[dict[str, Any]] = [
    {"decay": STANDARD["decay"] | {"repeat_factor": 0.9, "half_life_days": 7.0}},
    {"clamp": STANDARD["clamp"] | {"account_cap": 1.0}},
    {"surge": STANDARD["surge"] | {"person_days_cap": 1}},
    {"roles": STANDARD["roles"] | {"most": 1.1, "seniority": {"vp": 0.2}}},
    {"mqa": STANDARD["mqa"] | {"role": next(iter(STANDARD["roles"]["buying_role"]))}},
    {"groups": {"target": {"times": {"meeting": 3.0}}}},
    {"kinds": {name: kind | {"minutes": 7.0, "two_way": True} for name, kind in STANDARD["kinds"].items()}},
    {"kinds": {name: kind | {"person_day": False, "act_now": True} for name, kind in STANDARD["kinds"].items()}},
]
OF_FACTS: list[dict[str, Any]] = [
    {"decay": STANDARD["decay"] | {"repeat_window_days": 3}},
    {"clamp": STANDARD["clamp"] | {"longest_minutes": 5.0}},
    {"touches": STANDARD["touches"] | {"same_touch_seconds": 1}},
    {"timezone": "Asia/Tokyo"},
    {"people": STANDARD["people"] | {"own_domains": ("ours.example",)}},
    {"kinds": dict(reversed(STANDARD["kinds"].items()))},
    {"kinds": STANDARD["kinds"] | {"call": STANDARD["kinds"]["call"] | {"timed": False}}},
    {"roles": STANDARD["roles"] | {"buying_role": dict(reversed(STANDARD["roles"]["buying_role"].items()))}},
]


@pytest.mark.parametrize("changes", WEIGHED)
def test_what_only_weighs_is_not_what_facts_are_made_by(changes: dict[str, Any]) -> None:
    assert rules_with(**changes).of_facts() == shipped().rules.of_facts()


@pytest.mark.parametrize("changes", OF_FACTS)
def test_what_facts_are_made_by_is_told(changes: dict[str, Any]) -> None:
    assert said(rules_with(**changes)) != said(shipped().rules)


def said(rules: Rules) -> str:
    """In its order too: kinds and roles are numbered in theirs."""
    return repr(rules.of_facts())


def test_roles_multiply_and_are_clamped() -> None:
    """S1-18 S2-07: senior and important contacts weigh more, and roles multiply."""
    world = World()
    acme = world.account()
    for title, role in (("VP Sales", None), ("VP Sales", "Decision Maker"), ("CEO", "Decision Maker"), (None, None)):
        world.call(world.contact(acme, title=title, buying_role=role))

    found = built(world, rules=rules_with(roles=STANDARD["roles"] | {"most": 2.2}))

    factors = [factor for (factor,) in found.rows("SELECT role_factor FROM derived.contributions ORDER BY person_no")]
    assert factors == [pytest.approx(factor) for factor in (1.6, 1.92, 2.2, 1.0)]


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10**9), st.sampled_from(WEIGHED))
def test_weighing_anew_gives_what_a_full_build_gives(seed: int, changes: dict[str, Any]) -> None:
    world, rules = a_world(Random(seed)), rules_with(**changes)
    connection = built(world).connection
    facts = connection.execute("SELECT * FROM derived.facts ORDER BY ALL").fetchall()

    update(connection, rules, shipped().personas, TODAY)
    assert told(connection, "contributions") == told(built(world, rules=rules).connection, "contributions")
    keep_days(connection, rules)

    assert told(connection) == told(built(world, rules=rules).connection)
    assert connection.execute("SELECT * FROM derived.facts ORDER BY ALL").fetchall() == facts
