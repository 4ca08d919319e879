"""Does all of it hold against a portal of HubSpot's that somebody else understood from the same reference?"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.stranger.conftest import Visit, Visitor
from tests.stranger.org import Trouble
from tests.stranger.portal import Record
from tests.stranger.portal_server import CLIENT, REFRESH, SECRET
from tests.stranger.portal_ways import Ways, alone, hands
from tests.stranger.portal_world import PortalBook

Held = dict[str, dict[str, str | None]]
APP = {
    "HUBSPOT_ACCESS_TOKEN": "", "HUBSPOT_CLIENT_ID": CLIENT, "HUBSPOT_CLIENT_SECRET": SECRET,
    "HUBSPOT_REFRESH_TOKEN": REFRESH,
    "HUBSPOT_API_FAMILY": "2026-03",
}  # fmt: skip
HANDS = [
    pytest.param(env, hand, marks=[] if not n else pytest.mark.torture)
    for n, (env, hand) in enumerate(zip((APP, {}, {"HUBSPOT_API_FAMILY": "2026-09"}, APP, {}), hands(5), strict=True))
]
SECOND_PAGES = (  # where somebody is in the middle of a stream
    r"GET \S*objects/contacts\?\S*after=", r"GET \S*objects/calls\?\S*after=", r"associations/calls/\w+/batch/read",
    r"submissions/forms/\S*after=", r"email/public/v1/events\?\S*offset=", r"lists/search .*offset..[^0]*[1-9]",
)  # fmt: skip
PASSING = ("503", "429", "gone", "cut", "200 html", "502", "524", "429 second", "423", "500", "200 null")
EVERY_DAY = ((2, 3),)
STAYING = (*PASSING, "200 list", "401", "429 day", "403", "200 empty")


def told(ways: Ways) -> str:
    """The switches that are set, in a word."""
    return ",".join(f"{one.name}={value}" for one in fields(ways) if (value := getattr(ways, one.name)) != one.default)


def synced(user: Visitor, **env: str) -> Held:
    """What the companies hold after properties were made and two syncs, of which the second wrote nothing."""
    made, first = user("fields", "apply", **env), user("sync", **env)
    written = list(user.portal.written)
    second = user("sync", **env)

    assert (made.code, first.code, second.code) == (0, 0, 0), (made, first, second)
    assert user.portal.written == written
    assert len(written) == len(set(written)) == len(user.portal.held())
    return user.portal.held()


def newcomer(user: Visitor, folder: Path) -> Visitor:
    """Somebody else, who knows nothing yet, at the same portal."""
    folder.mkdir()
    return replace(user, folder=folder)


@pytest.fixture(scope="session")
def usual(visiting: Callable[..., Visitor]) -> Iterator[Held]:
    """What the small portal's companies hold when everything is as we believe."""
    with ExitStack() as stack:
        yield synced(visiting(stack, Ways(), PortalBook.small))


def test_the_way_from_an_empty_folder_to_explained_companies(visit: Visit, usual: Held) -> None:
    user = visit()
    way = ("init", "fields plan", "fields apply", "doctor", "sync")

    ended = [user(*line.split()) for line in way]
    best = user("accounts", "list", "--json").rows[0]
    story = user("explain", best["account_id"], "--json").rows[0]

    assert [one.code for one in ended] == [0] * len(way), ended
    assert user.portal.held() == usual
    assert best["score"] > 50
    assert sum(line["minutes_now"] for line in story["receipts"]) == pytest.approx(best["engaged_minutes"], abs=1e-9)


def test_the_portal_we_believe_in_gets_scores_that_make_sense(usual: Held) -> None:
    scores = {name: float(row["ae_score"] or 0) for name, row in usual.items()}

    assert [name for name, score in scores.items() if score == 0] == ["firm10.example"]


@pytest.mark.parametrize(("env", "ways"), HANDS)
def test_a_portal_with_ways_of_its_own_gets_the_same_scores(
    env: dict[str, str], ways: Ways, visit: Visit, usual: Held
) -> None:
    user = visit(ways)
    if env.get("HUBSPOT_CLIENT_ID"):
        user.portal.troubles = [Trouble(SECOND_PAGES[0], "401 expired", 1)]

    assert synced(user, **env) == usual
    assert user("doctor", **env).code == 0
    assert not env or not any("/crm/v" in call for call in user.portal.calls)


@pytest.mark.torture
@pytest.mark.parametrize("ways", alone(), ids=told)
def test_each_way_alone_changes_nothing(ways: Ways, visit: Visit, usual: Held) -> None:
    assert synced(visit(ways)) == usual


def test_a_change_is_written_where_it_belongs_and_nowhere_else(visit: Visit) -> None:
    user = visit()
    assert (user("fields", "apply").code, user("sync").code) == (0, 0)
    portal, before = user.portal, len(user.portal.written)
    company = next(one for one in portal.rows("companies", archived=False) if one.values["domain"] == "firm10.example")
    person = user.book.person(company.id, 10)
    call = portal.put("calls", 0, hs_timestamp=portal.now - timedelta(days=1), hs_call_status="COMPLETED")
    portal.link(("calls", call), ("contacts", person), (194, None))

    assert user("sync").code == 0
    assert portal.written[before:] == [company.id]


def of_its_name(record: Record) -> str:
    return "Kein Zugriff: ü" if record.values["domain"] in ("firm0.example", "firm3.example") else ""


@pytest.mark.parametrize(
    "ways",
    [
        Ways(bad_rows="207", names_rows="trace"), pytest.param(Ways(), marks=pytest.mark.torture),
        pytest.param(Ways(bad_rows="207", names_rows="ids"), marks=pytest.mark.torture),
    ],
    ids=["trace", "whole", "ids"],
)  # fmt: skip
def test_companies_that_are_refused_are_told_and_written_when_they_may_be(ways: Ways, visit: Visit) -> None:
    user = visit(ways)
    user("fields", "apply")
    user.portal.rule = of_its_name

    said, errors = user("sync"), user("runs", "errors", "--json")
    user.portal.rule = lambda _record: ""
    after = user("sync")

    assert (said.code, after.code, len(user.portal.written)) == (3, 0, len(user.portal.held()))
    assert "2 were refused: see connector runs errors" in said.out
    assert len(errors.rows) == 2
    assert all("Kein Zugriff" in row["message"] and row["next_step"] for row in errors.rows), errors.rows


@pytest.mark.torture
def test_a_portal_that_says_yes_and_writes_nothing_is_not_believed(visit: Visit) -> None:
    user = visit(Ways(writes="silent"), PortalBook.single)
    user("fields", "apply")

    said = user("sync")

    assert said.code not in (0, 4), said


@pytest.mark.parametrize(
    ("where", "what"),
    [
        pytest.param(where, what, marks=[] if (m, n) in EVERY_DAY else pytest.mark.torture)
        for m, where in enumerate(SECOND_PAGES)
        for n, what in enumerate(PASSING)
    ],
)
def test_a_fault_that_passes_on_a_second_page_is_lived_through(
    where: str, what: str, visit: Visit, usual: Held
) -> None:
    user = visit(Ways(page_rows=20))
    user.portal.troubles = [trouble := Trouble(where, what, 1)]

    made, said = user("fields", "apply"), user("sync")

    assert (made.code, said.code, trouble.times) == (0, 0, 0), said
    assert user.portal.held() == usual


@pytest.mark.torture
@pytest.mark.parametrize("what", STAYING)
@pytest.mark.parametrize("where", SECOND_PAGES)
def test_a_fault_that_stays_is_told_and_the_next_sync_goes_on(where: str, what: str, visit: Visit, usual: Held) -> None:
    user = visit(Ways(page_rows=20))
    user("fields", "apply")
    user.portal.troubles = [Trouble(where, what)]

    said = user("sync")
    user.portal.troubles = []
    after = user("sync")

    assert said.code in (1, 2, 6, 7), said
    assert said.faults
    assert after.code == 0, after
    assert user.portal.held() == usual


@pytest.mark.parametrize(
    ("many", "window"), [(250, 200), pytest.param(10_500, 10_000, marks=pytest.mark.torture)], ids=["few", "many"]
)
def test_more_changes_of_one_moment_than_a_search_shows_all_arrive(
    many: int, window: int, visit: Visit, tmp_path: Path
) -> None:
    user = visit(Ways(window=window), lambda book: book.crowded(many))
    assert (user("fields", "apply").code, user("sync").code) == (0, 0)
    portal = user.portal
    for row in [one for one in portal.rows("calls", archived=False) if one.values.get("hs_call_status") == "QUEUED"]:
        portal.touch("calls", row.id, None, hs_call_status="COMPLETED")

    said = user("sync")
    other = newcomer(user, tmp_path / "other")("sync", "--dry-run")

    assert said.code == 0
    assert other.out.startswith("0 of "), (said, other)


@pytest.mark.torture
def test_an_answer_without_any_rows_or_word_of_them_is_not_taken_for_an_empty_one(visit: Visit) -> None:
    user = visit(Ways(no_results="absent"))
    assert user("fields", "apply").code == 0

    said = user("sync")

    assert (said.code, user.portal.written) == (1, [])
    assert "an answer of a wrong shape; run the same command again in a while" in said.faults[0]


@pytest.mark.torture
def test_a_search_that_counts_what_was_archived_holds_nobody_up_for_long(visit: Visit, usual: Held) -> None:
    user = visit(Ways(total="ghosts"))
    assert user("fields", "apply").code == 0

    said = user("sync")
    user.portal.records["companies"] = {one.id: one for one in user.portal.rows("companies", archived=False)}
    user.portal.records["calls"] = {one.id: one for one in user.portal.rows("calls", archived=False)}
    after = user("sync")

    assert (said.code, after.code) == (0, 0), (said, after)
    assert user.portal.held() == usual


@pytest.mark.torture
def test_what_we_may_not_see_is_told_and_the_rest_is_scored(visit: Visit) -> None:
    user = visit(Ways(hidden=("forms", "content", "marketing.campaigns.read", "crm.lists.read")))
    assert user("fields", "apply").code == 0

    doctor, said = user("doctor"), user("sync")

    assert (doctor.code, said.code, len(user.portal.written)) == (0, 0, len(user.portal.held()))
    assert all(word in doctor.out for word in ("forms", "content", "crm.lists.read"))


@pytest.mark.torture
def test_without_people_no_score_is_written(visit: Visit) -> None:
    user = visit(Ways(hidden=("crm.objects.contacts.read",)))
    assert user("fields", "apply").code == 0

    said = user("sync")

    assert said.code in (2, 7), said
    assert "crm.objects.contacts.read" in said.faults[0]
    assert user.portal.written == []


@pytest.mark.parametrize("kind", ["captured", pytest.param("flow", marks=pytest.mark.torture)])
def test_what_was_sent_in_by_a_form_of_any_kind_counts(kind: str, visit: Visit) -> None:
    user = visit(Ways(), PortalBook.single)
    (company,) = user.portal.rows("companies", archived=False)
    user.book.form(kind, user.book.person(company.id, 0))
    assert user("fields", "apply").code == 0

    said = user("sync")

    assert said.code == 0
    assert float(user.portal.held()["firm0.example"]["ae_score"] or 0) > 0
