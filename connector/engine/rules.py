"""What RevOps may tune: mappings/scoring.yaml as frozen models. Every number's default stands in that file too."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Group = Literal["target", "prospect", "client"]
Seniority = Literal["individual", "manager", "director", "vp", "c_level", "unknown"]
BuyingCentre = Literal["none", "department", "region", "product_line", "opportunity"]
Channel = Literal["meeting", "phone", "email", "marketing", "web", "product", "social", "support"]

Minutes = Annotated[float, Field(ge=0, le=1440, allow_inf_nan=False)]
Weight = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Days = Annotated[int, Field(ge=1, le=730)]


ONLY_WEIGHED: dict[str, Any] = {  # what no fact knows; kinds and roles give facts their names only
    "version": True, "kinds": True, "roles": True, "bands": True, "surge": True, "mqa": True, "groups": True,
    "relationship": True, "dead_band": True, "guards": True, "clamp": {"account_cap"},
    "decay": {"half_life_days", "repeat_factor", "half_score_minutes", "usual_from_days", "usual_to_days"},
}  # fmt: skip


def fingerprint(said: Sequence[object]) -> str:
    """Sixteen hex digits of all that is said, in its order: kinds and roles are numbered in theirs."""
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]


class Rule(BaseModel):
    """The base of all rule models: frozen, and an unknown key is a fault."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class KindRule(Rule):
    """What one kind of activity is worth: fixed minutes, or its own duration with a floor and a default."""

    channel: Channel
    minutes: Minutes = 0.0
    timed: bool = False  # use the activity's own duration; `minutes` is the floor
    unknown: Minutes = 0.0  # a timed activity without a duration
    two_way: bool = False  # somebody there answered, spoke or met with us
    person_day: bool = True  # counts for surges (never for what machines do as well)
    act_now: bool = False  # lets an account in without a surge
    act_now_from: Seniority | None = None  # only when somebody of this seniority or above took part


class KindOf(Rule):
    """Which kind an activity is, by the CRM's own words in any case; an empty word fits all. The first line wins."""

    source: Literal["task", "event", "campaign_member"]
    type: str = ""  # of the task, of the event, of the member's campaign
    status: str = ""
    kind: str


class PageRule(Rule):
    """Which kind of visit a page stands for; `*` is any text. Without a kind its visits do not count."""

    page: Annotated[str, Field(min_length=1)]
    kind: str | None


class Touches(Rule):
    """When several records are one touch, and when clicks come from a machine."""

    same_touch_seconds: Annotated[int, Field(ge=0, le=3600)] = 60
    burst_count: Annotated[int, Field(ge=2, le=100)] = 3  # so many opens or clicks of one person ...
    burst_seconds: Annotated[int, Field(ge=1, le=3600)] = 120  # ... within this time are a scanner


class Clamp(Rule):
    """The longest one activity can count, minutes, and what one activity can give an account at most, times."""

    longest_minutes: Minutes = 120.0
    account_cap: Annotated[float, Field(ge=1, le=50)] = 2.0


class Roles(Rule):
    """Multipliers by seniority and by buying role; their product is clamped to [0, most]."""

    seniority: Mapping[Seniority, Weight]
    buying_role: Mapping[str, Weight]
    most: Weight = 3.0


class Decay(Rule):
    """How engaged minutes fade and become a score."""

    half_life_days: Annotated[float, Field(gt=0, le=365)] = 14.0
    repeat_factor: Share = 0.5
    repeat_window_days: Days = 7
    half_score_minutes: Annotated[float, Field(gt=0, le=10000)] = 60.0  # this many engaged minutes are a score of 50
    usual_from_days: Days = 28  # the first age that is usual pace
    usual_to_days: Days = 119  # the first age that no longer is

    @model_validator(mode="after")
    def _usual_is_a_stretch(self) -> Self:
        if self.usual_from_days >= self.usual_to_days:
            raise ValueError("decay.usual_from_days must be below decay.usual_to_days")
        return self


class Bands(Rule):
    """The lowest score of each band; below `cool` an account with any minutes is Cold, without any No data."""

    hot: Annotated[int, Field(ge=1, le=100)] = 70
    warm: Annotated[int, Field(ge=1, le=100)] = 40
    cool: Annotated[int, Field(ge=1, le=100)] = 10

    @model_validator(mode="after")
    def _falling(self) -> Self:
        if not self.hot > self.warm > self.cool:
            raise ValueError(f"bands must fall: hot {self.hot}, warm {self.warm}, cool {self.cool}")
        return self


class SurgeRules(Rule):
    """The daily two-state filter on person-days (docs/model.md, section 3)."""

    ratio: Annotated[float, Field(gt=1, le=20)] = 3.0
    cooling_ratio: Annotated[float, Field(gt=0, lt=1)] = 1 / 3
    stay: Share = 0.985
    start: Share = 0.0015
    most_evidence: Annotated[float, Field(gt=0, le=50)] = 4.0
    surging_from: Share = 0.9
    over_below: Share = 0.5
    warming_from: Share = 0.5
    baseline_from_days: Days = 29
    baseline_to_days: Days = 112
    prior_every_days: Days = 91
    prior_from_days: Days = 364
    prior_to_days: Days = 28
    most_dispersion: Annotated[float, Field(ge=1, le=100)] = 6.0
    exposure_damping: Annotated[float, Field(gt=0, le=10000)] = 20.0  # person-days that steady a small book's exposure
    cooling_from_week: Annotated[float, Field(ge=0, le=100)] = 1.0  # usual person-days a week below which nothing cools
    new_below_days: Days = 28
    person_days_cap: Annotated[int, Field(ge=1, le=7)] = 2  # of any 7 days one person counts on at most this many
    silent_after_days: Days = 30  # no two-way touch for this long
    source_silent_share: Share = 0.2
    source_silent_days: Days = 2

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.over_below > self.surging_from:
            raise ValueError(f"surge.over_below {self.over_below} must not be above surging_from {self.surging_from}")
        if self.baseline_from_days >= self.baseline_to_days:
            raise ValueError("surge.baseline_from_days must be below baseline_to_days")
        if self.prior_from_days <= self.prior_to_days:
            raise ValueError("surge.prior_from_days must be above prior_to_days")
        return self


class MqaThreshold(Rule):
    """A threshold for the accounts it names; the first that fits wins."""

    group: Group | None = None
    tier: str | None = None
    size_band: str | None = None
    enter_minutes: Annotated[float, Field(gt=0, le=100000)]


class MqaRules(Rule):
    """When an account becomes and stops being marketing qualified."""

    enter_minutes: Annotated[float, Field(gt=0, le=100000)] = 60.0
    by: tuple[MqaThreshold, ...] = ()
    enter_surge: Share = 0.5
    act_now_days: Days = 7  # how long an act-now activity stands in for a surge
    leave_share: Share = 0.5
    least_days: Days = 14
    rest_days: Annotated[int, Field(ge=0, le=730)] = 30
    people: Annotated[int, Field(ge=0, le=100)] = 0  # optional gate: at least so many people in 90 days
    role: str | None = None  # optional gate: somebody with this buying role
    buying_centre: BuyingCentre = "none"

    @model_validator(mode="after")
    def _leave_below_enter(self) -> Self:
        if self.leave_share >= 1:
            raise ValueError(f"mqa.leave_share is {self.leave_share}; leaving must be below entering: use less than 1")
        return self


class GroupRules(Rule):
    """What differs for one group of accounts."""

    enter_minutes: Annotated[float, Field(gt=0)] | None = None
    times: Mapping[str, Weight] = {}  # by kind: how much more or less its minutes count here


class Recency(Rule):
    """The weight of a touch up to this age in whole days; None is any age."""

    up_to_days: Annotated[int, Field(ge=0, le=3650)] | None = None
    weight: Weight


class Relationship(Rule):
    """The relationship ratio: channel weight times recency weight per touch, divided by the account's contacts.

    `fixed` multiplies the ratio by `factor`; `index` makes the typical account of the same group 100.
    """

    channel: Mapping[Channel, Weight] = {"meeting": 0.5, "phone": 0.3, "email": 0.15, "marketing": 0.05}
    recency: tuple[Recency, ...] = (
        Recency(up_to_days=5, weight=0.5),
        Recency(up_to_days=10, weight=0.2),
        Recency(up_to_days=30, weight=0.15),
        Recency(up_to_days=60, weight=0.1),
        Recency(weight=0.05),
    )
    scale: Literal["fixed", "index"] = "fixed"
    factor: Annotated[float, Field(gt=0, le=1_000_000)] = 1000.0

    @model_validator(mode="after")
    def _rising(self) -> Self:
        steps = [float("inf") if step.up_to_days is None else step.up_to_days for step in self.recency]
        for number, (before, after) in enumerate(pairwise(steps), start=1):
            if after <= before:
                raise ValueError(f"recency.{number}.up_to_days must be above the {before:g} of the step before")
        return self


class SizeBand(Rule):
    """A size band by employees; the first that fits wins, None is any number."""

    name: str
    up_to_employees: Annotated[int, Field(ge=0)] | None = None


class Guards(Rule):
    """What a plan may do before a person has to say yes; shares are of the accounts we write to."""

    band_changes: Share = 0.3
    emptied: Share = 0.1
    mqa_flips: Share = 0.1
    cooled: Share = 0.02  # while a source is silent: its silence alone would cool the whole book, day by day
    small_book: Annotated[int, Field(ge=0)] = 10  # below this many accounts a share means nothing
    most_rows: Annotated[int, Field(ge=1)] = 250_000


class DeadBand(Rule):
    """A number is written again only when it moved by this share and by at least this much."""

    share: Share = 0.05
    least: Annotated[float, Field(ge=0)] = 1.0
    confirm_days: Days = 7  # an account where nothing moved is written again after so many days, to show it is fresh


class People(Rule):
    """Who never counts, and which mail domains say nothing about an account."""

    own_domains: tuple[str, ...] = ()
    excluded_domains: tuple[str, ...] = ()
    free_mail_domains: tuple[str, ...] = ()


class Match(Rule):
    """Which rules may tie a person to an account, best first, and how sure each is."""

    confidence: Mapping[Literal["link", "conversion", "opportunity", "domain", "website", "name"], Share]
    least_confidence: Share = 0.5
    name_similarity: Annotated[float, Field(ge=0, le=100)] = 92.0
    locks: Mapping[str, str] = {}  # account by person, as ids: the lines of locks.csv


class Rules(Rule):
    """All rules of one profile; `version` is shown wherever a score is."""

    version: int = 1
    timezone: str = "UTC"
    history_days: Annotated[int, Field(ge=180, le=3650)] = 730
    score_from: date | None = None
    kinds: Mapping[str, KindRule]
    kind_of: tuple[KindOf, ...] = ()
    pages: tuple[PageRule, ...] = ()
    touches: Touches = Touches()
    clamp: Clamp = Clamp()
    roles: Roles
    decay: Decay = Decay()
    bands: Bands = Bands()
    surge: SurgeRules = SurgeRules()
    mqa: MqaRules = MqaRules()
    groups: Mapping[Group, GroupRules] = {}
    size_bands: tuple[SizeBand, ...] = ()
    relationship: Relationship = Relationship()
    people: People = People()
    match: Match
    dead_band: DeadBand = DeadBand()
    guards: Guards = Guards()

    def of_facts(self) -> dict[str, object]:
        """What facts are made by: all but what only weighs them, and what is made of the weighed."""
        said = self.model_dump(mode="json", exclude=ONLY_WEIGHED)
        return said | {"kinds": [(n, kind.channel, kind.timed) for n, kind in self.kinds.items()],
                       "roles": list(self.roles.buying_role)}  # fmt: skip

    @model_validator(mode="after")
    def _kinds_are_known(self) -> Self:
        for number, line in enumerate(self.kind_of, start=1):
            if line.kind not in self.kinds:
                raise ValueError(f"kind_of.{number}.kind is {line.kind!r}, which is none of kinds")
        for number, page in enumerate(self.pages, start=1):
            if page.kind is not None and page.kind not in self.kinds:
                raise ValueError(f"pages.{number}.kind is {page.kind!r}, which is none of kinds")
        for group, limits in self.groups.items():
            unknown = [kind for kind in limits.times if kind not in self.kinds]
            if unknown:
                raise ValueError(f"groups.{group}.times.{unknown[0]} is none of kinds")
        return self
