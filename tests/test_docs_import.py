"""Does the page on the import lane say what the code does?"""

import re
from pathlib import Path

import pytest

from connector.engine.kinds import OURS_ALONE
from connector.mappings import read_rules
from connector.shipped import shipped_mappings
from connector.store.files import COLUMNS, NEEDED

PAGE = Path(__file__).parents[1] / "docs" / "import.md"


@pytest.fixture(scope="module")
def rows() -> dict[str, tuple[str, str]]:
    """By column what the page says of it: needed, holds."""
    found = re.findall(r"^\| `(\w+)` \|(.*?)\| (.*) \|$", PAGE.read_text(), re.MULTILINE | re.ASCII)
    return {name: (needed.strip(), holds) for name, needed, holds in found}


def test_every_column_is_described_in_its_order(rows: dict[str, tuple[str, str]]) -> None:
    assert [*rows] == [*COLUMNS]
    assert [name for name, (needed, _) in rows.items() if needed.startswith("yes")] == [*NEEDED]


def test_the_kinds_that_are_named_can_be_imported(rows: dict[str, tuple[str, str]]) -> None:
    kinds = read_rules(shipped_mappings(), "default").kinds

    named = set(re.findall(r"`([a-z_]+)`", rows["kind"][1])) - {"kinds"}
    assert len(named) > 5
    assert named <= kinds.keys() - {*OURS_ALONE}
