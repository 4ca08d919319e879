"""Are patterns of personas.yaml that no title can ever reach found?"""

from typing import Any

import pytest

from connector.engine.persona import Personas
from connector.engine.title_doubts import title_doubts
from tests.oracle import engine

FIRST = {"rule": "buyers", "department": "Procurement", "words": ["purchas*", "buyer"]}
ODD: list[tuple[str, dict[str, Any], list[str]]] = [
    ("a longer phrase below a shorter one", {"words": ["purchasing analyst", "analyst"]}, ["departments.1.words.0"]),
    ("all words are below", {"words": ["purchasing analyst", "Purchaser"]}, ["departments.1"]),
    ("a star that reaches further", {"words": ["buyer*"]}, []),
    ("a phrase of stars and a word", {"words": ["chief * buyer"]}, ["departments.1"]),
    ("a rule that rules itself out", {"words": ["media buyer desk"], "but_not": ["media"]}, ["departments.1"]),
    ("other words", {"words": ["tax"]}, []),
]


@pytest.mark.parametrize(("said", "keys"), [odd[1:] for odd in ODD], ids=[odd[0] for odd in ODD])
def test_a_pattern_that_an_earlier_rule_leaves_nothing_for_is_told_by_its_key(
    said: dict[str, Any], keys: list[str]
) -> None:
    second = {"rule": "second", "department": "Finance"} | said
    found = title_doubts(Personas.model_validate({"departments": [FIRST, second]}))

    assert [doubt.key for doubt in found] == keys
    assert all("; " in doubt.told for doubt in found), "and says what to do"


def test_what_the_earlier_rule_does_not_want_can_still_reach_the_later_one() -> None:
    first = FIRST | {"but_not": ["home buyer"]}
    second = {"rule": "second", "department": "Finance", "words": ["senior buyer"]}

    assert title_doubts(Personas.model_validate({"departments": [first, second]})) == []
    both = [first, second | {"but_not": ["home buyer"]}]
    assert [doubt.key for doubt in title_doubts(Personas.model_validate({"departments": both}))] == ["departments.1"]


def test_no_title_pattern_that_is_shipped_is_out_of_reach() -> None:
    assert title_doubts(engine.personas()) == []
