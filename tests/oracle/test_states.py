"""Is every account believed what a slow reading of the model believes: score, band, trend, surge and MQA?"""

import pytest

from connector.engine.rules import Rules
from tests.oracle import engine
from tests.oracle.model import Belief, believe, local_day, midnight
from tests.oracle.people import World
from tests.oracle.rows import ago
from tests.oracle.test_minutes import rules_of
from tests.oracle.worlds import adversarial

NUMBERS = {
    "engaged_minutes": "engaged", "usual_minutes": "usual", "score": "score", "priority": "priority",
    "minutes_30d": "minutes_30d", "minutes_90d": "minutes_90d", "surge_probability": "sure",
}  # fmt: skip
WORDS = ("band", "sparkline", "people_90d", "surge", "surge_since", "last_two_way", "mqa")
REASONS = {
    "surge": "surge",
    "act now": "act-now activity",
    "faded": "faded",
    "converted": "opportunity opened",
    None: None,
}
NOON = ago(0)


def assert_alike(world: World, rules: Rules) -> dict[str, Belief]:
    """Every column of the snapshot that the model speaks of."""
    plain = rules.model_dump(mode="python")
    ours = believe(world, plain, local_day(NOON, plain))
    with engine.connected() as connection:
        engine.built(connection, world, rules, local_day(NOON, plain))
        theirs = engine.snapshots(connection, rules, NOON)
    assert set(theirs) == set(ours)
    for account, row in theirs.items():
        compare_account(row, ours[account], plain)
    return ours


def compare_account(row: dict, ours: Belief, rules: dict) -> None:
    """One account."""
    numbers = {name: pytest.approx(getattr(ours, our), abs=1e-9) for name, our in NUMBERS.items()}
    trend = None if ours.trend_30d is None else pytest.approx(ours.trend_30d, abs=1e-6)
    words = {name: getattr(ours, name) for name in WORDS}
    memory = ours.memory
    remembered = {
        "mqa_date": midnight(memory.last, rules),
        "mqa_first_date": midnight(memory.first, rules),
        "mqa_exit_date": midnight(memory.left, rules),
        "mqa_count": memory.times,
    }
    expected = {**numbers, **words, **remembered, "trend_30d": trend}

    assert {name: row[name] for name in expected} == expected, row["account_id"]


@pytest.mark.parametrize("seed", range(50, 58))
def test_every_account_of_an_org_full_of_trouble_is_believed_the_same(seed: int) -> None:
    assert_alike(adversarial(seed), rules_of(seed))


@pytest.mark.torture
@pytest.mark.parametrize("seed", range(2000, 2300))
def test_every_account_of_many_orgs_is_believed_the_same(seed: int) -> None:
    assert_alike(adversarial(seed, size=20 + seed % 150), rules_of(seed))
