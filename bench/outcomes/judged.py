"""What did each world say, and what do all of them together?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import reduce
from operator import add

from bench.outcomes import qualified, ranked, surges
from bench.outcomes.labels import outcomes
from bench.outcomes.qualified import Qualified
from bench.outcomes.ranked import Ranked
from bench.outcomes.rankings import RANKINGS, Seen, look
from bench.outcomes.surges import Found
from bench.outcomes.walk import read_world, walk
from bench.outcomes.worlds import AFTER_NOW_DAYS
from connector.mappings import Mappings
from connector.sandbox.world.make import grow
from connector.sandbox.world.recipe import Recipe

SURE = 0.9
RECALLS = (0.5, 0.7)


@dataclass(frozen=True, slots=True)
class Judged:
    """One world."""

    name: str
    base_rate: float
    ranked: Mapping[str, Ranked]
    at_recall: Mapping[float, Found]
    naive_at_recall: Mapping[float, Found]
    at_sure: Found
    by_volume: Sequence[Found]
    mqa: Qualified
    naive_mqa: Qualified


def see(recipe: Recipe, mappings: Mappings) -> Seen:
    """A world made, read and walked through."""
    world = grow(recipe)
    known = read_world(world, world.now + timedelta(days=AFTER_NOW_DAYS), mappings)
    return look(known, walk(known, mappings.rules), outcomes(world, known), mappings.rules)


def judge(name: str, recipe: Recipe, mappings: Mappings) -> Judged:
    """A world with journeys, held against what came to pass."""
    seen = see(recipe, mappings)
    sure, spike = seen.believed.sure, surges.over_four_weeks(seen)
    return Judged(
        name=name,
        base_rate=ranked.base_rate(seen),
        ranked={called: ranked.judge(seen, ranking) for called, ranking in RANKINGS.items()},
        at_recall={recall: surges.at_recall(seen, sure, recall) for recall in RECALLS},
        naive_at_recall={recall: surges.at_recall(seen, spike, recall) for recall in RECALLS},
        at_sure=surges.at_threshold(seen, sure, SURE),
        by_volume=surges.by_volume(seen, sure, SURE),
        mqa=qualified.ours(seen),
        naive_mqa=qualified.naive(seen),
    )


def judge_still(recipe: Recipe, mappings: Mappings) -> Found:
    """A world without journeys: every surge in it is false."""
    seen = see(recipe, mappings)
    return surges.at_threshold(seen, seen.believed.sure, SURE)


def together(found: Sequence[Found]) -> Found:
    """All worlds as one."""
    return reduce(add, found)
