"""Rules that contradict themselves, each with the key that is wrong and what would be right."""

from typing import Any

import pytest
from pydantic import ValidationError

from connector.engine.rules import (
    Bands,
    Decay,
    KindOf,
    KindRule,
    MqaRules,
    PageRule,
    Recency,
    Relationship,
    Roles,
    Rules,
    SurgeRules,
)
from tests.engine.books import some_rules


@pytest.mark.parametrize(
    ("model", "said", "fault"),
    [
        (Bands, {"hot": 40, "warm": 70}, "bands must fall: hot 40, warm 70, cool 10"),
        (Decay, {"usual_from_days": 119}, "usual_from_days must be below"),
        (Decay, {"half_life_days": 0}, "greater than 0"),
        (Decay, {"half_life_days": float("nan")}, "less than or equal to 365"),
        (SurgeRules, {"over_below": 0.95}, "over_below 0.95 must not be above surging_from 0.9"),
        (SurgeRules, {"baseline_from_days": 112}, "baseline_from_days must be below"),
        (SurgeRules, {"prior_to_days": 364}, "prior_from_days must be above"),
        (SurgeRules, {"ratio": 1}, "greater than 1"),
        (MqaRules, {"leave_share": 1}, "leaving must be below entering"),
        (MqaRules, {"buying_centre": "regions"}, "'none', 'department', 'region', 'product_line' or 'opportunity'"),
        (Relationship, {"recency": (Recency(up_to_days=10, weight=1), Recency(up_to_days=10, weight=2))},
         "recency.1.up_to_days must be above the 10 of the step before"),
        (Relationship, {"recency": (Recency(weight=1), Recency(up_to_days=10, weight=2))},
         "recency.1.up_to_days must be above the inf of the step before"),
        (KindRule, {"channel": "meeting", "minutes": -1}, "greater than or equal to 0"),
        (KindRule, {"channel": "fax"}, "'meeting'"),
        (Roles, {"seniority": {"vp": -1}, "buying_role": {}}, "greater than or equal to 0"),
        (Bands, {"hott": 70}, "Extra inputs are not permitted"),
    ],
)  # fmt: skip
def test_a_rule_that_cannot_be_says_why(model: type[Any], said: dict[str, object], fault: str) -> None:
    with pytest.raises(ValidationError, match=fault.replace("(", r"\(")):
        model(**said)


def test_a_word_must_lead_to_a_kind_that_there_is() -> None:
    with pytest.raises(ValidationError, match=r"kind_of\.1\.kind is 'metting', which is none of kinds"):
        some_rules(kind_of=(KindOf(source="event", type="Visit", kind="metting"),))


def test_a_word_that_leads_to_a_known_kind_is_fine() -> None:
    rules: Rules = some_rules(kind_of=(KindOf(source="event", type="Visit", kind="meeting"),))

    assert rules.kind_of[0].kind == "meeting"


def test_a_page_must_lead_to_a_kind_that_there_is_or_to_none() -> None:
    with pytest.raises(ValidationError, match=r"pages\.2\.kind is 'key_pge', which is none of kinds"):
        some_rules(pages=(PageRule(page="*/jobs*", kind=None), PageRule(page="*/plans*", kind="key_pge")))


def test_rules_once_read_do_not_change() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Bands().hot = 80
