"""Is every line of docs/checklists.md proven by tests that are there?"""

import re

import pytest

from tests.house.source import ROOT

PAGE = (ROOT / "docs" / "checklists.md").read_text(encoding="utf-8")
LINES = 65  # of each CRM's list


def rows(crm: str) -> dict[int, str]:
    """What stands behind each number of a CRM's table."""
    table = PAGE.partition(f"\n## {crm}\n")[2].partition("\n## ")[0]
    return {int(number): tests for number, tests in re.findall(r"^\| (\d+) \| .+? \| (.+) \|$", table, re.MULTILINE)}


@pytest.mark.parametrize("crm", ["Salesforce", "HubSpot"])
def test_every_line_of_a_sandboxs_list_names_tests_that_are_there(crm: str) -> None:
    lost, file = [], ""
    for number, tests in rows(crm).items():
        for word in re.findall(r"`([^`]+)`", tests):
            if word.endswith(".py"):
                file = (ROOT / "tests" / word).read_text(encoding="utf-8")
            elif f"def {word}(" not in file:
                lost.append((number, word))

    assert [*rows(crm)] == [*range(1, LINES + 1)]
    assert lost == []
    assert all(".py` `test_" in tests for tests in rows(crm).values())
