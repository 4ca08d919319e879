"""Is one of a thing said as one, and are many said as many?"""

import pytest

from connector.engine.counts import by_number, number_of, plural, were


@pytest.mark.parametrize(
    ("many", "noun", "said"),
    [
        (1, "account", "1 account"), (0, "account", "0 accounts"), (2_345, "row", "2,345 rows"),
        (1, "more person", "1 more person"), (2, "more person", "2 more people"), (3, "activity", "3 activities"),
        (2, "try", "2 tries"), (2, "day", "2 days"), (2, "match", "2 matches"), (4, "API call", "4 API calls"),
    ],
)  # fmt: skip
def test_the_last_word_of_a_noun_takes_the_plural(many: int, noun: str, said: str) -> None:
    assert number_of(many, noun) == said


def test_the_verb_agrees() -> None:
    assert [were(1, "row"), were(2, "row")] == ["1 row was", "2 rows were"]
    assert [by_number(many, "stays", "stay") for many in (0, 1, 2)] == ["stay", "stays", "stay"]
    assert plural("person-day") == "person-days"
