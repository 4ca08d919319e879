"""Does anything that people and their tools leave in an org stop a sync, or spoil what is shown of it?"""

import pytest
from rich.cells import cell_len

from tests.stranger.conftest import Meet
from tests.stranger.quirks import BULK, Quirks, hands
from tests.stranger.wild import Wild
from tests.stranger.world import Book

ACCOUNTS, TASKS_EACH = 2_050, 10  # so that tasks come and scores go over Bulk
WIDTH = 120  # columns off a terminal


def wild(book: Book) -> None:
    Wild(book.org).wild()


def wild_and_large(book: Book) -> None:
    strange = Wild(book.org)
    strange.wild()
    strange.many(ACCOUNTS, TASKS_EACH)


def test_an_org_full_of_nonsense_is_scored_and_told(meet: Meet) -> None:
    user = meet(Quirks(), wild)
    said = [user(*command.split()) for command in ("fields apply", "sync", "sync", "runs errors", "match report")]

    listed = user("accounts", "list")
    steered = user("explain", "00100000000000KAAQ")

    assert [one.code for one in said] == [0, 0, 0, 0, 0]
    assert user.org.updated == len(user.held())
    heading, *lines = listed.out.splitlines()
    assert all(name in heading for name in ("Account", "Score", "Band", "Why"))
    assert len(lines) == len(user.held())
    assert all(cell_len(line) <= WIDTH for line in lines)
    assert not any(sign in listed.out + steered.out for sign in "\0\x1b\u202e")
    assert user("accounts", "list", "--csv").out.count("\n=") == 0


@pytest.mark.torture
@pytest.mark.parametrize("quirks", [Quirks(), *hands(BULK, 2)], ids=["plain", "one", "other"])
def test_nonsense_comes_over_bulk_as_well(quirks: Quirks, meet: Meet) -> None:
    user = meet(quirks, wild_and_large)

    assert [user(*command.split()).code for command in ("fields apply", "sync", "sync")] == [0, 0, 0]
    assert user.org.updated == len(user.held())
    assert any("jobs/query" in call for call in user.org.calls)
    assert any("jobs/ingest" in call for call in user.org.calls)
