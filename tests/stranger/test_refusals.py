"""What happens when an org says no? An exit code, one clear message, nothing lost, and the next run goes on."""

import pytest

from tests.stranger.conftest import Meet, User
from tests.stranger.org import Refusal, Row, Trouble
from tests.stranger.quirks import Quirks
from tests.stranger.world import Book

REFUSED: dict[str, Refusal] = {
    "Zoë & Söhne GmbH": ("FIELD_CUSTOM_VALIDATION_EXCEPTION", "Kein Zugriff: ü", ("Engagement_Score__c",)),
    "株式会社トヨト": ("DUPLICATES_DETECTED", "Use one of these records?", ()),
    "Line\nBreak Ltd": ("UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access to this record", ()),
    "O'Neil \\ Sons": ("ENTITY_IS_LOCKED", "entity is locked for editing", ()),
    "Child One": ("INACTIVE_OWNER_OR_USER", "operation performed with inactive user [005]", ()),
    "Child Two": ("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "T: System.NullPointerException", ()),
}
AT_ONCE = (  # where, what is answered there, exit code, what is said
    ("oauth2/token", "403 html", 7, "refused the login: no reason given (HTTP 403); check the SALESFORCE_ settings"),
    ("oauth2/token", "404 html", 2, "there is no Salesforce login at that address"),
    ("oauth2/token", "503", 1, "did not answer the login (HTTP 503); check SALESFORCE_LOGIN_URL"),
    ("/query", "used up", 6, "REQUEST_LIMIT_EXCEEDED"),
    ("/query", "no api", 7, "API_DISABLED_FOR_ORG"),
    ("/query", "404", 2, "set SALESFORCE_API_VERSION to one that the org serves"),
    ("/describe", "401", 7, "a new login was refused too"),
    ("/describe", "cut", 1, "run the same command again in a while"),
    ("/describe", "200 html", 1, "run the same command again in a while"),
)
WHERE = ("oauth2/token", "GET .*/describe", "GET .*/query", "PATCH .*composite")
WHAT = (
    "used up", "no api", "no right", "404 html", "403 html", "404", "200 html", "200 empty", "200 null", "200 other",
    "200 list", "200 number", "cut", "gone", "503", "500", "502", "401", "420",
)  # fmt: skip


def of_its_name(row: Row) -> Refusal | None:
    return REFUSED.get(row["Name"])


def ready(user: User) -> User:
    """The same user, with the fields made."""
    assert user("fields", "apply").code == 0
    return user


def test_rows_that_are_refused_are_told_with_what_to_do_and_written_when_they_may_be(meet: Meet) -> None:
    user = ready(meet(Quirks()))
    user.org.rule = of_its_name

    said, errors = user("sync"), user("runs", "errors", "--json")
    user.org.rule = lambda _row: None
    after, no_more = user("sync"), user("runs", "errors")

    assert (said.code, after.code, user.org.updated) == (3, 0, len(user.held()))
    assert f"{len(REFUSED)} were refused: see connector runs errors" in said.out
    assert {row["account_name"]: row["code"] for row in errors.rows} == {name: one[0] for name, one in REFUSED.items()}
    assert all(row["next_step"] for row in errors.rows)
    assert no_more.err == "Every row got through.\n"


def test_calls_that_are_refused_end_in_their_exit_code_and_one_message(meet: Meet) -> None:
    user = meet(Quirks(), Book.single)

    for where, what, code, words in AT_ONCE:
        user.org.troubles = [Trouble(where, what)]
        said = user("sync")
        assert (said.code, len(said.faults)) == (code, 1), (where, what, said)
        assert words in said.faults[0]
    assert user.org.updated == 0


@pytest.mark.torture
@pytest.mark.parametrize("what", WHAT)
@pytest.mark.parametrize("where", WHERE)
def test_whatever_is_answered_anywhere_the_next_sync_goes_on(where: str, what: str, meet: Meet) -> None:
    user = ready(meet(Quirks(), Book.single))
    user.org.troubles = [Trouble(where, what)]

    said = user("sync")
    user.org.troubles = []
    after = user("sync")

    assert said.code in (0, 1, 2, 3, 6, 7)
    assert (after.code, user.org.updated) == (0, 1)


def test_a_user_who_may_not_hand_out_permissions_reads_why(meet: Meet) -> None:
    said = meet(Quirks(assignment="refused"), Book.empty)("fields", "apply")

    assert said.code == 3
    assert "INSUFFICIENT_ACCESS: you may not assign permission sets" in " ".join(said.out.split())


def test_a_field_that_may_only_be_read_stops_the_sync_before_a_write(meet: Meet) -> None:
    user = ready(meet(Quirks(), Book.single))
    user.org.granted["Engagement_Score__c"] = False

    doctor, said = user("doctor"), user("sync")

    assert (doctor.code, said.code, user.org.updated) == (2, 2, 0)
    assert said.faults == ["Account.Engagement_Score__c may not be edited by the integration user; grant it"]
