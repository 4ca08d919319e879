"""On which simulated worlds is the score judged, and which seeds were looked at while it was built?"""

from collections.abc import Iterator
from dataclasses import replace

from connector.sandbox.world.recipe import Recipe, dense_enterprise, sparse_smb

LOOKED_AT = (7, 8)  # seeds that may be used to try something out
HELD_OUT = (101, 102)  # seeds nothing was ever chosen on; the bars are held against these
KINDS = {"sparse small firms": sparse_smb, "dense enterprises": dense_enterprise}
AFTER_NOW_DAYS = 100  # the worlds are read to this many days after their `now`: all of it is history here


def worlds(seeds: tuple[int, ...] = HELD_OUT) -> Iterator[tuple[str, Recipe]]:
    """The two kinds of worlds, each from every seed."""
    for name, recipe in KINDS.items():
        for seed in seeds:
            yield f"{name}, seed {seed}", recipe(seed)


def still_worlds(seeds: tuple[int, ...] = HELD_OUT) -> Iterator[tuple[str, Recipe]]:
    """The same worlds in which nobody is on a journey: whatever is flagged there is flagged by chance."""
    for name, recipe in worlds(seeds):
        yield f"{name}, no journeys", replace(recipe, buying_per_year=0.0, noise_per_year=0.0)
