"""How do groups of accounts compare: by territory, industry, owner, group, tier, size, or all of them together?

Shares of a group are made of the accounts' numerators and denominators, never the mean of their shares. What is said of
deals is what went together with engagement, not what it caused.
"""

from collections.abc import Mapping

import numpy as np

from connector.engine.coverage import percent
from connector.engine.days import Floats, Ints, Texts
from connector.engine.stored import Column, Columns

NO_PART = "none"
SUMS = ("minutes_90d", "minutes_before_90d", "awareness", "awareness_before", "won", "closed", "won_days")
SHARES: Mapping[str, tuple[str, str]] = {
    "coverage": ("filled_cells", "desired_cells"),
    "penetration": ("two_way_people", "known_people"),
    "precision": ("reached_desired", "reached_people"),
    "relevance": ("engaged_desired", "desired_people"),
    "open_rate": ("opened_people", "written_people"),
    "click_rate": ("clicked_people", "written_people"),
    "reply_rate": ("replied_people", "written_people"),
    "win_rate": ("won", "closed"),
    "retention": ("stayed_client", "was_client"),
}
NEEDED = frozenset({*SUMS, *(side for pair in SHARES.values() for side in pair), "obtainable_revenue"})
STATES = {"surging": ("surge", "Surging"), "cooling": ("surge", "Cooling"), "hot": ("band", "Hot")}


def summary(columns: Columns, part: Texts) -> dict[str, Column]:
    """One row for each part of the book, the most engaged first; `columns` are those of snapshot and portrait."""
    names, of = np.unique(["" if name is None else name for name in part], return_inverse=True)
    count = len(names)
    sums = {name: _sum(columns[name], of, count) for name in NEEDED - {"obtainable_revenue"}}
    revenue = columns["obtainable_revenue"].astype(np.float64)
    accounts = np.bincount(of, minlength=count)
    found: dict[str, Column] = {
        "part": np.array([str(name) or NO_PART for name in names], np.object_),
        "accounts": accounts,
        "engaged_accounts": _sum(columns["minutes_90d"] > 0, of, count),
        "mqas": _sum(columns["mqa"], of, count),
        **{name: _sum(columns[field] == state, of, count) for name, (field, state) in STATES.items()},
        **sums,
        "change": percent(sums["minutes_90d"] - sums["minutes_before_90d"], sums["minutes_before_90d"]),
        **{name: percent(sums[over], sums[under]) for name, (over, under) in SHARES.items()},
        "days_to_win": percent(sums["won_days"], sums["won"]) / 100,
        "obtainable_revenue": _sum(np.nan_to_num(revenue), of, count),
        "revenue_known": percent(_sum(~np.isnan(revenue), of, count), accounts.astype(np.float64)),
    }
    order = np.argsort(-found["minutes_90d"], kind="stable")
    return {name: column[order] for name, column in found.items()}


def growth_leaders(columns: Columns, most: int) -> Ints:
    """The rows of the accounts whose minutes of 90 days grew most, the first one most; only those that grew."""
    growth = columns["minutes_90d"] - columns["minutes_before_90d"]
    order = np.argsort(-growth, kind="stable")[:most]
    leaders: Ints = order[growth[order] > 0]
    return leaders


def _sum(values: Column, of: Ints, count: int) -> Floats:
    return np.bincount(of, values.astype(np.float64), count).astype(np.float64)
