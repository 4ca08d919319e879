"""How far does a read reach, how much of it is held at once, and what is an answer that says nothing worth?"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from connector.engine.records import Window
from tests.torture.book import a_contact, stamped
from tests.torture.faults import CALLS
from tests.torture.lab import Lab, a_lab, connect
from tests.torture.oracle import check_outcomes, differences, unwritten

PAGE = 4
AGES = timedelta(days=3 * 365)


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    with a_lab(tmp_path, page_size=PAGE) as one:
        yield one


def test_a_first_sync_reads_rows_of_any_age(lab: Lab) -> None:
    long_ago = lab.now() - AGES
    lab.put("Contact", [stamped(a_contact(900), long_ago)])

    assert lab.sync().code == 0
    assert differences(lab, {}, lab.now()) == []


def test_pages_are_read_as_they_are_wanted(lab: Lab) -> None:
    crm = connect(lab.sandbox.url)
    stream = next(one for one in crm.streams() if one.name == "task")
    pages = crm.pull(stream, Window(None, lab.now()))
    lab.sandbox.org.journal.clear()

    next(pages)
    asked = [entry for entry in lab.sandbox.org.journal.entries if "/queryAll" in entry.path]
    pages.close()

    assert len(asked) <= 4  # the number of rows, the page in hand, and those on their way


def test_an_empty_answer_to_a_write_is_no_success(lab: Lab) -> None:
    nothing = {"action": "status", "status": 200, "body": [], "nth": [1]}

    ended = lab.sync([nothing | CALLS["a write"]])

    check_outcomes(ended)
    assert (ended.code, ended.struck["status"]) == (0, 1)
    assert unwritten(lab, ended.run.run_id) == []
