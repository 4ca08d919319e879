"""Does a test stand at every trap that the page names?"""

import re

from tests.house.source import ROOT, sources

ROW = re.compile(r"^\| (\d+) \| .+ \| `([\w/]+\.py)` `(test_\w+)` \|$", re.MULTILINE)


def test_every_trap_of_the_page_has_the_test_it_names() -> None:
    rows = ROW.findall((ROOT / "docs" / "traps.md").read_text())
    there = {(source.path.removeprefix("tests/"), one.name) for source in sources("tests") for one in source.functions}

    assert [int(number) for number, _, _ in rows] == [*range(1, 33)]
    assert [test for _, *test in rows if tuple(test) not in there] == []
