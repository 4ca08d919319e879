"""Does what nobody could verify make no difference? Every switch that must be harmless, many of them in one org."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime

import pytest

from tests.stranger.conftest import Meet, User
from tests.stranger.org import Row
from tests.stranger.quirks import BULK, READING, SETUP, WRITING, Quirks, alone, hands
from tests.stranger.world import Book

Held = dict[str, Row]
EVERY_DAY = 1  # of the hands
LOGINS = ("client_credentials", "jwt", "refresh_token", "jwt again", "client_credentials again")
Making = Callable[[ExitStack, Quirks, Callable[[Book], None], str], User]
SMALL = READING | WRITING | SETUP
HANDS = [
    pytest.param(way, hand, marks=[] if place < EVERY_DAY else pytest.mark.torture)
    for place, (way, hand) in enumerate(zip(LOGINS, hands(SMALL, len(LOGINS)), strict=True))
]
ACCOUNTS, TASKS_EACH = 2_050, 10  # so that tasks come and scores go over Bulk


def large(book: Book) -> None:
    """An org with more than a small one's tasks and accounts."""
    book.large(ACCOUNTS, TASKS_EACH)


def synced(user: User) -> Held:
    """What the accounts hold after fields were made and two syncs, of which the second wrote nothing."""
    made, first = user("fields", "apply"), user("sync")
    written = user.org.updated
    second = user("sync")

    assert (made.code, first.code, second.code) == (0, 0, 0), (made, first, second)
    assert user.org.updated == written == len(user.held())
    assert user("runs", "errors").err == "Every row got through.\n"
    return user.held()


@pytest.fixture(scope="session")
def usual(meeting: Making) -> Iterator[Held]:
    """What the small org's accounts hold when everything is as we believe."""
    with ExitStack() as stack:
        yield synced(meeting(stack, Quirks(), Book.small, LOGINS[0]))


@pytest.fixture(scope="session")
def usual_of_many(meeting: Making) -> Iterator[Held]:
    """The same of the large org."""
    with ExitStack() as stack:
        user = meeting(stack, Quirks(), large, LOGINS[0])
        held = synced(user)
        assert any("jobs/query" in call for call in user.org.calls)
        assert any("jobs/ingest" in call for call in user.org.calls)
        yield held


def test_the_org_we_believe_in_gets_scores_that_make_sense(usual: Held) -> None:
    scores = [row["Engagement_Score__c"] for row in usual.values()]

    assert sum(score > 0 for score in scores) == len(scores) - 1
    assert [row["Engagement_Band__c"] for row in usual.values() if row["Engagement_Score__c"] == 0] == ["No data"]


@pytest.mark.parametrize(("way", "quirks"), HANDS, ids=LOGINS)
def test_an_org_with_ways_of_its_own_gets_the_same_scores(
    way: str, quirks: Quirks, meet: Meet, usual: Held
) -> None:
    user = meet(quirks, login=way)

    assert synced(user) == usual
    assert user("doctor").code == 0


@pytest.mark.torture
def test_faults_that_pass_are_lived_through(meet: Meet, usual: Held) -> None:
    quirks = Quirks(fault_every=17, faults=("502", "401", "503", "200 html", "500"))

    assert synced(meet(quirks)) == usual


@pytest.mark.torture
def test_rows_over_bulk_in_other_words_give_the_same_scores(meet: Meet, usual_of_many: Held) -> None:
    assert synced(meet(hands(BULK, 5)[0], large)) == usual_of_many


@pytest.mark.torture
@pytest.mark.parametrize("quirks", [*alone(SMALL), *hands(SMALL, 5), *hands(SMALL, 7)], ids=repr)
def test_each_way_of_its_own_alone_changes_nothing(meet: Meet, quirks: Quirks, usual: Held) -> None:
    assert synced(meet(quirks)) == usual


@pytest.mark.torture
@pytest.mark.parametrize("quirks", [*alone(BULK), *hands(BULK, 5), *hands(BULK | READING, 5)], ids=repr)
def test_each_way_of_bulk_alone_changes_nothing(meet: Meet, quirks: Quirks, usual_of_many: Held) -> None:
    assert synced(meet(quirks, large)) == usual_of_many


@pytest.mark.torture
def test_an_org_that_tells_no_time_is_scored_by_our_own_clock(meet: Meet) -> None:
    def of_today(book: Book) -> None:
        book.org.now = datetime.now(UTC).replace(microsecond=0)
        book.small()

    user = meet(Quirks(date_header=False), of_today)

    assert [user(*command.split()).code for command in ("fields apply", "sync")] == [0, 0]
    assert any(row["Engagement_Score__c"] for row in user.held().values())


@pytest.mark.torture
def test_what_comes_a_moment_before_the_first_sync_counts(meet: Meet) -> None:
    def just_made(book: Book) -> None:
        book.small()
        for rows in book.org.rows.values():
            for row in rows.values():
                row["SystemModstamp"] = book.org.now

    user = meet(Quirks(), just_made)

    assert [user(*command.split()).code for command in ("fields apply", "sync")] == [0, 0]
    assert any(row["Engagement_Score__c"] for row in user.held().values())
