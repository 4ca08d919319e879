"""How engaged is an account: minutes that fade, the score they make, and what would be usual?"""

import math

import numpy as np

from connector.engine.days import AccountDays, Flags, Floats, Ints, minutes_between
from connector.engine.fields import BANDS
from connector.engine.rules import Bands, Decay

FULL_SCORE = 100.0
LEAST_PRIORITY = 0.1  # what an account without any sign of a surge keeps of its engaged minutes in work lists
HOT, WARM, COOL, COLD, NO_DATA = range(len(BANDS))


def fade(age_days: Ints, half_life_days: float) -> Floats:
    """What is left of a minute after so many whole local days; an activity of today counts in full."""
    return np.exp2(-age_days.astype(np.float64) / half_life_days)


def usual_pace(days: AccountDays, as_of: int, count: int, rules: Decay) -> Floats:
    """Minutes a day on the days aged usual_from_days (included) to usual_to_days (not included)."""
    first, last = as_of - rules.usual_to_days + 1, as_of - rules.usual_from_days
    return minutes_between(days, first, last, count) / (rules.usual_to_days - rules.usual_from_days)


def usual_minutes(pace: Floats, half_life_days: float) -> Floats:
    """What E would be at a pace of so many minutes a day."""
    return pace * half_life_days / math.log(2)


def score(engaged: Floats, half_score_minutes: float) -> Floats:
    """0 to 100: half of what is left to 100 for each `half_score_minutes`; never depends on other accounts."""
    return FULL_SCORE * (1.0 - np.exp2(-engaged / half_score_minutes))


def priority(engaged: Floats, surge_probability: Floats) -> Floats:
    """The order of work lists: engaged minutes, much more where a surge is likely."""
    return engaged * (LEAST_PRIORITY + surge_probability)


def band(shown_score: Floats, has_activity: Flags, rules: Bands) -> Ints:
    """Positions in BANDS, of the score as it is shown: a score of 70 is never called Warm."""
    steps = np.array([rules.cool, rules.warm, rules.hot], dtype=np.float64)
    position = COLD - np.searchsorted(steps, shown_score, side="right")
    return np.where(has_activity, position, NO_DATA)
