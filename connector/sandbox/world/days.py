"""How busy is each day, and at what time of a day do things happen?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from connector.sandbox.world.recipe import DAY, HOUR, Bools, Floats, Ints, Recipe

WEEKDAYS = np.array([1.0, 1.15, 1.15, 1.05, 0.8, 0.05, 0.04])  # Monday first
HOLIDAYS = {(1, 1), (1, 6), (5, 1), (7, 4), (10, 3), (11, 1), (12, 24), (12, 25), (12, 26), (12, 31)}
LULLS = {12: 0.75, 8: 0.8, 7: 0.9}  # month -> how busy
LAUNCH_DAYS_AGO, OUTAGE_DAYS_AGO = 203, 148  # both far enough from `now` to be history, near enough to matter
BLOCK = 30  # days over which an account's mood holds


@dataclass(frozen=True, slots=True)
class Days:
    """The days of a world: day 0 starts at `first_ms`."""

    first_ms: int
    weight: Floats
    silent: Bools  # days on which nothing was recorded at all

    def __len__(self) -> int:
        return len(self.weight)

    def draw(self, count: int, rng: np.random.Generator) -> Ints:
        """Busy-ness weighted days, sorted."""
        return draw_weighted(self.weight, count, rng)

    def nearest_working(self, at: Ints) -> Ints:
        """Moments moved from weekends and holidays to the next working day."""
        day = np.clip((at - self.first_ms) // DAY, 0, len(self) - 1)
        working = np.flatnonzero(self.weight > 0.3)
        later = working[np.minimum(np.searchsorted(working, day), len(working) - 1)]
        moved: Ints = at + (later - day) * DAY
        return moved

    def is_silent(self, at: Ints) -> Bools:
        silent: Bools = self.silent[np.clip((at - self.first_ms) // DAY, 0, len(self) - 1)]
        return silent


def make_days(recipe: Recipe) -> Days:
    count = recipe.days + recipe.future_days
    dates = np.datetime64(recipe.first_ms, "ms").astype("datetime64[D]") + np.arange(count)
    weight = WEEKDAYS[(dates.astype(np.int64) + 3) % 7]  # 1970-01-01 was a Thursday
    month = dates.astype("datetime64[M]").astype(np.int64) % 12 + 1
    day = (dates - dates.astype("datetime64[M]")).astype(np.int64) + 1
    weight = weight * np.array([LULLS.get(int(m), 1.0) for m in month])
    weight[[(int(m), int(d)) in HOLIDAYS for m, d in zip(month, day, strict=True)]] *= 0.08
    week = np.arange(count) - recipe.days
    if recipe.launch:
        weight[(week >= -LAUNCH_DAYS_AGO) & (week < -LAUNCH_DAYS_AGO + 5)] *= 2.5
    silent = (week >= -OUTAGE_DAYS_AGO) & (week < -OUTAGE_DAYS_AGO + 6) & recipe.outage
    return Days(recipe.first_ms, weight, silent)


def draw_weighted(weights: Floats, count: int, rng: np.random.Generator) -> Ints:
    """Indexes drawn in proportion to their weights, sorted."""
    edges = np.cumsum(weights)
    drawn: Ints = np.searchsorted(edges, np.sort(rng.random(count)) * edges[-1], side="right").astype(np.int64)
    return drawn


def office_time(count: int, rng: np.random.Generator) -> Ints:
    """Milliseconds after midnight UTC: office hours of a team that spans Europe and the American East."""
    hours = np.clip(rng.normal(13.0, 3.0, count), 6.0, 21.5)
    time: Ints = (hours * HOUR).astype(np.int64)
    return time
