"""What kind of org is wanted? Its size, its clock, and how much of everything happens in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

DAY = 86_400_000  # milliseconds; every moment inside the world is a count of milliseconds since 1970, UTC
HOUR = 3_600_000
MINUTE = 60_000
NEVER = int(np.iinfo(np.int64).max)

MONDAY = datetime(2026, 11, 16, 6, 0, tzinfo=UTC)  # the default start of the clock: fixed, so that a seed is one org


@dataclass(frozen=True, slots=True)
class Recipe:
    """The knobs of a world. Rates are per account and year, shares are parts of `activities`."""

    seed: int
    accounts: int = 2_000
    activities: int = 200_000  # tasks, events and campaign members before `now`, within a few per cent
    days: int = 730  # days of history before `now`
    now: datetime = MONDAY
    future_days: int = 126  # what is already drawn beyond `now`

    contacts_per_account: float = 5.0
    leads_per_account: float = 1.5
    skew: float = 0.9  # exponent of the rank law of account volumes: 0 is all alike
    mood: float = 0.2  # how far an account's pace wanders from month to month (standard deviation of its logarithm)
    engaged_share: float = 0.45  # part of the everyday touches in which the other side did something

    buying_per_year: float = 0.12  # journeys that end in an opportunity
    noise_per_year: float = 0.10  # journeys that fade away
    unseen_per_year: float = 0.10  # opportunities with no activity planted before them
    journey_weeks: tuple[int, int] = (3, 9)
    journey_touches: float = 16.0  # median of the touches of a journey
    journey_people: float = 4.0

    no_mail: float = 0.06  # part of the people whose address nobody wrote down
    movers_per_year: float = 0.012  # part of the people who change company
    known_leads: float = 0.05  # part of the leads who are contacts already, under the same name and address

    blast_share: float = 0.24
    bot_share: float = 0.06
    open_share: float = 0.04
    launch: bool = True  # one week in which everybody hears from us
    outage: bool = False  # one week in which nothing was recorded
    stories: bool = True  # a handful of accounts that make the weeks around `now` worth watching

    @property
    def now_ms(self) -> int:
        return round(self.now.timestamp()) * 1_000

    @property
    def first_ms(self) -> int:
        """Midnight UTC of the first day."""
        return self.now_ms // DAY * DAY - self.days * DAY

    @property
    def end_ms(self) -> int:
        return self.now_ms // DAY * DAY + self.future_days * DAY

    @property
    def years(self) -> float:
        return (self.days + self.future_days) / 365.25

    @property
    def stretch(self) -> float:
        """How many times the history the whole drawn span is."""
        return (self.days + self.future_days) / self.days

    def rng(self, name: str) -> np.random.Generator:
        """A source of chance of its own for each part, so that a change to one part leaves the others as they were."""
        return np.random.default_rng([self.seed, *name.encode()])


def sparse_smb(seed: int, accounts: int = 3_000) -> Recipe:
    """Many small firms: few people each, little traffic, short journeys, a lot of mailing and scanners."""
    return Recipe(
        seed,
        accounts,
        activities=accounts * 60,
        contacts_per_account=2.5,
        leads_per_account=2.0,
        skew=0.8,
        journey_weeks=(2, 6),
        journey_touches=16.0,
        journey_people=2.5,
        blast_share=0.35,
        bot_share=0.10,
        stories=False,
    )


def dense_enterprise(seed: int, accounts: int = 1_000) -> Recipe:
    """Few large firms: many people, steady traffic, long journeys with committees."""
    return Recipe(
        seed,
        accounts,
        activities=accounts * 200,
        contacts_per_account=20.0,
        leads_per_account=3.0,
        skew=0.8,
        journey_weeks=(5, 13),
        journey_touches=34.0,
        journey_people=7.0,
        blast_share=0.20,
        outage=True,
        stories=False,
    )
