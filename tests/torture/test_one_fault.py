"""What does one fault on the second page of data do to a whole sync? It passes, or the run says that it is not done."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from connector.store.bookmarks import read_bookmarks
from connector.store.database import opened
from connector.store.home import Home
from tests.torture import tally
from tests.torture.book import TASKS, a_task
from tests.torture.faults import ON_THE_WAY, Rule
from tests.torture.lab import LIMITS, Ended, Lab, Ways, a_lab
from tests.torture.oracle import check_outcomes, differences

PAGE, MORE = 12, 16
REST, BULK = Ways(), Ways(bulk_rows=PAGE, page_rows=PAGE)
SECOND_PAGE: Mapping[Ways, Rule] = {REST: {"path": rf"/queryAll/\w+-{PAGE}$"}, BULK: {"path": "/results$", "nth": [2]}}
BEFORE = ("account", "contact", "lead")  # read before the tasks
STAYS = {  # what a fault that stays ends the run with
    "the server is unavailable": 1,
    "the limit, for once": 6,
    "too many calls": 1,
    "lost before it is heard": 1,
    "half an answer": 1,
    "every session ends": 7,
}
MORE_THAT_STAY = {
    "lost after it was done": 1,
    "a session that is taken for expired": 7,
    "a page in the place of an answer": 1,
    "a slow answer": 1,
}
MEANS_THE_WHOLE_DAY = "the limit, for once"  # every other fault is outlived when it strikes once
FAULTS = [*STAYS.items(), *(pytest.param(*one, marks=pytest.mark.torture) for one in MORE_THAT_STAY.items())]


@pytest.fixture(scope="module")
def org(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Forty tasks in pages of twelve."""
    with a_lab(tmp_path_factory.mktemp("org"), page_size=PAGE) as lab:
        lab.put("Task", [a_task(TASKS + n, lab.now()) for n in range(MORE)])
        lab.advance(minutes=5)
        yield lab


@pytest.fixture
def lab(org: Lab, tmp_path: Path) -> Lab:
    """The org, and a home that is not there yet."""
    return replace(org, home=Home(tmp_path / "home"))


def sync(lab: Lab, ways: Ways, fault: str, **more: object) -> Ended:
    """A sync whose second page of tasks is struck."""
    ended = lab.sync([ON_THE_WAY[fault] | SECOND_PAGE[ways] | more], ways=ways)
    check_outcomes(ended)
    assert sum(ended.struck.values()) > 0
    tally.count("faults injected", sum(ended.struck.values()))
    tally.count("syncs")
    return ended


@pytest.mark.parametrize("ways", [REST, BULK], ids=["rest", "bulk"])
@pytest.mark.parametrize(("fault", "code"), FAULTS)
def test_one_fault_is_outlived_or_told_and_never_a_success_with_rows_missing(
    lab: Lab, fault: str, code: int, ways: Ways
) -> None:
    stays = {"nth": []} if ways is REST else {"nth": list(range(2, 40))}
    broken = sync(lab, ways, fault, **stays)
    with opened(lab.home.store, LIMITS) as store:
        kept = set(read_bookmarks(store, "salesforce"))
        tasks = store.number("SELECT count(*) FROM salesforce.task")
    once = sync(lab, ways, fault, **({"times": 1} if ways is REST else {}))
    whole = once if once.code == 0 else lab.sync(ways=ways)

    assert (broken.code, broken.updated) == (code, 0)
    assert broken.run.message
    assert (kept, tasks) == (set(BEFORE), 0)
    assert once.code == (6 if fault == MEANS_THE_WHOLE_DAY else 0)
    assert whole.code == 0
    assert differences(lab, {}, lab.now()) == []
