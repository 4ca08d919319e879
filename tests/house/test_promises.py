"""Is each promise of docs/promises.md proven by tests that are there?"""

import re

import pytest

from tests.house.source import ROOT

PAGE = (ROOT / "docs" / "promises.md").read_text(encoding="utf-8")
ROWS = {row[0]: row[2] for line in PAGE.splitlines() if (row := re.findall(r"[^|]+", line)) and len(row) == 3}
PROMISES = [f" {one} " for one in (*range(1, 18), *(f"S{number}" for number in range(1, 9)))]


@pytest.mark.parametrize("promise", PROMISES)
def test_a_promise_names_tests_that_are_there(promise: str) -> None:
    lost, file = [], ""
    for word in re.findall(r"`([^`]+)`", ROWS[promise]):
        if word.endswith(".py"):
            file = (ROOT / "tests" / word).read_text(encoding="utf-8")
        elif word.startswith("test_") and f"def {word}(" not in file:
            lost.append(word)

    assert lost == []
    assert file or "mutants.md" in ROWS[promise]
