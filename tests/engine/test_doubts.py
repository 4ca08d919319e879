"""Are rules that contradict one another, say nothing or can never be reached found?"""

from typing import Any

import pytest

from connector.engine.doubts import doubts
from connector.engine.rules import Rules
from tests.oracle import engine

TASK = {"source": "task", "kind": "call"}
ODD: list[tuple[str, dict[str, Any], list[str]]] = [
    ("a line below one that fits all", {"kind_of": [TASK, {**TASK, "type": "Anruf"}]}, ["kind_of.1"]),
    ("the same words in another case", {"kind_of": [{**TASK, "type": "Anruf"}, {**TASK, "type": "ANRUF"}]},
     ["kind_of.1"]),
    ("other words", {"kind_of": [{**TASK, "type": "Anruf"}, {**TASK, "type": "Call"}, TASK]}, []),
    ("another source", {"kind_of": [TASK, {"source": "event", "kind": "meeting"}]}, []),
    ("a page below a wider one", {"pages": [{"page": "*/blog/*", "kind": "page_view"},
                                            {"page": "*/Blog/pricing*", "kind": "key_page"}]}, ["pages.1"]),
    ("a page above a wider one", {"pages": [{"page": "*/blog/pricing*", "kind": "key_page"},
                                            {"page": "*/blog/*", "kind": "page_view"}]}, []),
    ("a limit below a wider one", {"mqa": {"by": [{"group": "client", "enter_minutes": 90},
                                                  {"group": "client", "tier": "A", "enter_minutes": 50}]}},
     ["mqa.by.1"]),
    ("a gate for a role nobody plays", {"mqa": {"role": "Decsion Maker"}}, ["mqa.role"]),
    ("a role as the CRM spells it", {"mqa": {"role": "Decision Maker"}}, []),
    ("warming above surging", {"surge": {"warming_from": 0.95}}, ["surge.warming_from"]),
    ("an MQA surer than a surge", {"mqa": {"enter_surge": 0.99}}, ["mqa.enter_surge"]),
    ("bands out of order", {"size_bands": [{"name": "all"}, {"name": "small", "up_to_employees": 9}]},
     ["size_bands.1"]),
    ("our own domain is free mail", {"people": {"own_domains": ["Gmail.com "]}}, ["people.own_domains"]),
    ("a seniority without a weight", {"roles": {"seniority": {"vp": 2.0}}}, ["roles.seniority"]),
    ("act_now_from alone", {"kinds": {"call": {"channel": "phone", "minutes": 9, "act_now_from": "vp"}}},
     ["kinds.call.act_now_from"]),
    ("unknown without timed", {"kinds": {"call": {"channel": "phone", "minutes": 9, "unknown": 5}}},
     ["kinds.call.unknown"]),
    ("urgent and worth nothing", {"kinds": {"call": {"channel": "phone", "act_now": True}}}, ["kinds.call.act_now"]),
    ("longer than anything counts", {"kinds": {"call": {"channel": "phone", "minutes": 500}}}, ["kinds.call.minutes"]),
]  # fmt: skip


def rules(**said: Any) -> Rules:
    """The shipped rules with some parts changed; kinds are added to."""
    shipped = engine.shipped()
    if "kinds" in said:
        said["kinds"] = shipped.model_dump()["kinds"] | said["kinds"]
    return engine.changed(shipped, **said)


@pytest.mark.parametrize(("said", "keys"), [odd[1:] for odd in ODD], ids=[odd[0] for odd in ODD])
def test_what_is_hardly_meant_so_is_told_by_its_key(said: dict[str, Any], keys: list[str]) -> None:
    found = doubts(rules(**said))

    assert [doubt.key for doubt in found] == keys
    assert all(";" in doubt.told for doubt in found), "and says what to do"


@pytest.mark.parametrize("profile", ["default", "published"])
def test_nothing_is_odd_about_the_rules_that_are_shipped(profile: str) -> None:
    assert doubts(engine.shipped(profile)) == []
