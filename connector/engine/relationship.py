"""How much contact is there for the people we know: the published ratio, and what a typical peer has.

The ratio is channel weight times recency weight of every touch, divided by the contacts known. One touch is at most
0.25, so it is scaled: times a fixed factor, or so that the typical account of the same group is 100.
"""

from collections.abc import Iterable, Sequence

import numpy as np

from connector.engine.days import Floats, Texts
from connector.engine.rules import Relationship

TYPICAL = 100.0


def tables(rules: Relationship, oldest_days: int) -> dict[str, dict[str, Sequence[object]]]:
    """The tables work.relationship_channels and work.relationship_recency."""
    ages = range(oldest_days + 1)
    return {
        "relationship_channels": {"channel": list(rules.channel), "weight": list(rules.channel.values())},
        "relationship_recency": {"age": list(ages), "weight": [recency_weight(age, rules) for age in ages]},
    }


def recency_weight(age_days: int, rules: Relationship) -> float:
    """The weight of the first step that reaches so far; none beyond the last."""
    fits = (step.weight for step in rules.recency if step.up_to_days is None or age_days <= step.up_to_days)
    return next(fits, 0.0)


def relationship_ratio(tally: Floats, contacts: Floats, groups: Texts, rules: Relationship) -> Floats:
    """The scaled ratio of each account; NaN where no contact is known."""
    ratio: Floats = np.divide(tally, contacts, out=np.full(len(tally), np.nan), where=contacts > 0)
    if rules.scale == "fixed":
        return ratio * rules.factor
    scaled = np.full(len(ratio), np.nan)
    for mine in same(groups):
        typical = np.nanmedian(ratio[mine]) if (~np.isnan(ratio[mine])).any() else 0.0
        scaled[mine] = TYPICAL * ratio[mine] / typical if typical > 0 else np.nan
    return scaled


def peer_index(engaged: Floats, groups: Texts, size_bands: Texts) -> Floats:
    """What percentage of the accounts of the same group and size are less engaged, ties half; NaN without a peer."""
    index = np.full(len(engaged), np.nan)
    for mine in same(groups, size_bands):
        ordered = np.sort(engaged[mine])
        below = np.searchsorted(ordered, engaged[mine], side="left")
        ties = np.searchsorted(ordered, engaged[mine], side="right") - below - 1
        if len(mine) > 1:
            index[mine] = 100.0 * (below + ties / 2) / (len(mine) - 1)
    return index


def same(*traits: Texts) -> Iterable[np.ndarray[tuple[int], np.dtype[np.intp]]]:
    """The rows of each group of accounts that have all traits in common."""
    codes = np.zeros(len(traits[0]), np.int64)
    for trait in traits:
        _, code = np.unique(["" if value is None else value for value in trait], return_inverse=True)
        codes = codes * (int(code.max(initial=0)) + 1) + code
    order = np.argsort(codes, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(codes[order])) + 1)
