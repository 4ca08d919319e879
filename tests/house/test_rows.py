"""Is everything that was asked for named in the README, and does a test name every row that is said to be there?

The README's table is the list; where the requirements stand beside the repository, it is held against them.
"""

import ast
import re
from functools import cache

import pytest

from tests.house.source import ROOT, sources

REQUIREMENTS = ROOT.parent / "shared" / "reference" / "requirements.md"
ROW = re.compile(r"\bS[0-4]-\d\d\b")
MAY_COME_LATER = {
    "S1-24", "S3-07", "S3-20",  # alerts and tasks
    "S1-25", "S3-12",  # learning from outcomes
    "S3-28",  # the list itself says later
}  # fmt: skip


@cache
def promised() -> tuple[set[str], set[str]]:
    """The rows of the README's table: those that are there, and those that come later."""
    table = (ROOT / "README.md").read_text().partition("## What it does, row by row")[2].partition("\n## ")[0]
    lines = [line for line in table.splitlines() if line.startswith("| ")]
    later = {row for line in lines if line.startswith("| Later") for row in ROW.findall(line)}
    return {row for line in lines if not line.startswith("| Later") for row in ROW.findall(line)}, later


def test_every_row_that_is_there_is_named_by_a_test() -> None:
    tests = [one for source in sources("tests") for one in source.functions if one.name.startswith("test_")]
    named = {row for one in tests for row in ROW.findall(f"{one.name} {ast.get_docstring(one)}")}

    assert len(promised()[0]) > 70
    assert sorted(promised()[0] - named) == []


@pytest.mark.skipif(not REQUIREMENTS.is_file(), reason="the list of requirements is not here")
def test_no_row_that_was_asked_of_the_crms_data_is_missing_or_put_off() -> None:
    asked = dict(re.findall(r"^\| (S\d-\d\d) \|.*\| ([^|]+) \|$", REQUIREMENTS.read_text(), re.MULTILINE))
    of_data = {row for row, scope in asked.items() if scope.startswith("C")}
    there, later = promised()

    assert len(asked) == 106
    assert sorted(asked.keys() - there - later) == []
    assert sorted(of_data - there - MAY_COME_LATER) == []
