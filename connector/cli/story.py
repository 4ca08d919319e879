"""What is known of one account on one day? Read from what the newest run has published."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from connector.engine import score, trend
from connector.errors import ConfigError
from connector.store.database import Row
from connector.store.publish import About
from connector.store.published import Published

WEEKS = 12


@dataclass(frozen=True, slots=True)
class Story:
    """An account, what gave it its minutes (weightiest first), what was not counted, who of us worked on it, and the
    few rules that explain it.

    `account` is the row of the newest run; on an earlier day only `engaged_minutes` and `score` are of that day. Where
    the account was told them on that day, `corrected` is what is known otherwise since.
    """

    account: Row
    day: date
    is_newest: bool
    engaged_minutes: float
    score: float
    receipts: Sequence[Row]
    left_out: Mapping[str, int]
    ours: Sequence[Row]
    about: About
    corrected: float = 0.0


def find_account(published: Published, wanted: str) -> Row:
    """The one account that is meant by an id, a name or a domain. Raises ConfigError with those that could be."""
    found = published.find(wanted)
    if not found:
        raise ConfigError(f"account {wanted!r} is not among those the last run scored; see connector accounts list")
    if len(found) > 1:
        names = ", ".join(f"{row['account_name']} ({row['account_id']})" for row in found[:5])
        raise ConfigError(f"account {wanted!r} may be {len(found)} of them: {names}; say which by its id")
    return found[0]


def read_story(published: Published, account: Row, day: date | None = None) -> Story:
    """What the newest run knows of an account, as of a day it reaches back to. Raises ConfigError for another day."""
    about = published.about
    newest = trend.EPOCH + timedelta(days=about.as_of_day)
    receipts = published.receipts(account["account_id"]).to_pylist()
    if day is not None and day != newest:
        receipts = _as_of(receipts, (newest - day).days, about.half_life_days)
    engaged = known = sum(row["minutes_now"] for row in receipts)
    if account.get("then_told") and day == account["changed_since"]:
        engaged = account["minutes_then"]
    return Story(
        account=account,
        day=day or newest,
        is_newest=day in (None, newest),
        engaged_minutes=engaged,
        score=float(score.score(np.array([engaged]), about.half_score_minutes)[0]),
        receipts=sorted(receipts, key=lambda row: -row["minutes_now"]),
        left_out={row["reason"]: row["activities"] for row in published.left_out(account["account_id"]).to_pylist()},
        ours=published.ours(account["account_id"]).to_pylist(),
        about=about,
        corrected=engaged - known,
    )


def weekly_lanes(story: Story) -> dict[str, list[float]]:
    """Engaged minutes, not faded, by channel in each of the last twelve weeks, oldest first."""
    lanes: dict[str, list[float]] = {}
    for row in story.receipts:
        week = row["age_days"] // 7 if row["activity_id"] is not None else WEEKS
        if week < WEEKS:
            lane = lanes.setdefault(row["channel"], [0.0] * WEEKS)
            lane[WEEKS - 1 - week] += row["engaged_minutes"]
    return dict(sorted(lanes.items(), key=lambda lane: -sum(lane[1])))


def blocks(minutes: Sequence[float], most: float) -> str:
    """A sign a week; the highest stands for `most` minutes."""
    signs = trend.NOTHING + trend.LEVELS
    return "".join(signs[min(math.ceil(week / most * len(trend.LEVELS)), len(trend.LEVELS))] for week in minutes)


def _as_of(receipts: Sequence[Row], back: int, half_life_days: float) -> list[Row]:
    """The receipts of a day so many days earlier: what came later is not in them, and less of the rest had faded."""
    reach = max((row["age_days"] for row in receipts if row["activity_id"] is not None), default=0)
    if back < 0 or back > max(reach, 7):
        raise ConfigError(f"--as-of is {back} days before the last run; its receipts reach back {reach} days")
    known = [row for row in receipts if row["age_days"] is None or row["age_days"] >= back]
    return [_younger(row, back, half_life_days) for row in known]


def _younger(row: Row, back: int, half_life_days: float) -> dict[str, Any]:  # a row as it was read
    age = None if row["age_days"] is None else row["age_days"] - back
    return row | {"age_days": age, "minutes_now": row["minutes_now"] * 2 ** (back / half_life_days)}
