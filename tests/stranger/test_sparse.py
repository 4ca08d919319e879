"""What becomes of an org that has less, or says less, than most? It is scored all the same."""

from dataclasses import replace

import pytest

from tests.stranger.conftest import Meet, User
from tests.stranger.quirks import Quirks
from tests.stranger.server import Stranger
from tests.stranger.world import Book

READY = ("fields apply", "sync")
DEALS = ("Opportunity", "OpportunityContactRole")
CAMPAIGNS = ("Campaign", "CampaignMember")
MAILS = ("EmailMessage", "EmailMessageRelation")
SHARED = ("TaskRelation", "EventRelation")
QUIET = Quirks(
    token_id="missing", userinfo=False, absent=("Organization",), limit_header="none", describe_bones=True
)


def ready(user: User) -> User:
    """The same user, after the fields were made and a first sync."""
    for command in READY:
        said = user(*command.split())
        assert said.code == 0, said
    return user


def elsewhere(user: User, stranger: Stranger) -> User:
    """The same folder, with another org behind the settings."""
    return replace(user, stranger=stranger)


def test_an_org_without_campaigns_leads_and_deals_is_scored_by_its_calls_and_meetings(meet: Meet) -> None:
    user = ready(meet(Quirks(absent=(*CAMPAIGNS, "Lead", *DEALS, *MAILS, *SHARED))))

    doctor, again = user("doctor"), user("sync")

    assert any(row["Engagement_Score__c"] for row in user.held().values())
    assert (doctor.code, again.code, user.org.updated) == (0, 0, len(user.held()))
    assert "read.lead" in doctor.out
    assert "not in this org, or hidden from our user" in " ".join(doctor.out.split())


@pytest.mark.torture
@pytest.mark.parametrize("absent", [CAMPAIGNS, ("Campaign",), ("Lead",), DEALS, DEALS[1:], MAILS, SHARED], ids=str)
def test_an_org_without_one_of_them_is_scored(absent: tuple[str, ...], meet: Meet) -> None:
    user = ready(meet(Quirks(absent=absent)))

    assert any(row["Engagement_Score__c"] for row in user.held().values())


@pytest.mark.parametrize("absent", ["Task", "Account"])
def test_an_org_without_what_scores_are_made_of_is_told_where_the_name_stands(absent: str, meet: Meet) -> None:
    user = meet(Quirks(absent=(absent,)), Book.empty)

    said = user("sync")

    assert said.code == 2
    assert len(said.faults) == 1
    assert f"read.{absent.lower()}.object: {absent} is not in this org" in said.faults[0]
    assert "correct the name, give access, or end it with ?" in said.faults[0]


@pytest.mark.torture
def test_access_that_is_taken_away_later_does_not_quietly_empty_the_scores(meet: Meet) -> None:
    user = ready(meet(Quirks(), Book.single))
    del user.org.schema["Lead"]

    stopped, forced = user("sync"), user("sync", "--force")

    assert (stopped.code, forced.code) == (5, 0)
    assert stopped.faults[0].startswith("lead: read before, and no longer in this org or no longer visible")


def test_an_empty_org_has_nothing_to_list_and_nothing_fails(meet: Meet) -> None:
    user = ready(meet(Quirks(), Book.empty))

    listed, looked_at = user("accounts", "list"), user("sync", "--dry-run", "--exit-code")

    assert (listed.code, listed.out) == (0, "")
    assert (looked_at.code, looked_at.out) == (
        0, "0 of 0 accounts would change, 0 stay the same. Nothing was written.\n",
    )  # fmt: skip


@pytest.mark.torture
def test_one_account_that_nobody_spoke_with_is_told_so(meet: Meet) -> None:
    user = ready(meet(Quirks(), Book.single))

    (row,) = user.held().values()

    assert (row["Engagement_Score__c"], row["Engagement_Band__c"]) == (0, "No data")
    assert user("explain", "Only One").code == 0


def test_an_org_that_says_little_is_believed_calls_are_called_unknown_and_no_store_is_bound(meet: Meet) -> None:
    quiet, named = meet(QUIET, Book.single), meet(Quirks(), Book.single)
    made, said = quiet("fields", "apply"), quiet("sync")

    assert (made.code, said.code, quiet.org.updated) == (0, 0, 1)
    assert " of 0 calls" not in said.err
    assert "calls by this run; how many the day has is unknown" in said.err

    ready(elsewhere(quiet, named.stranger))
    mixed = quiet("sync")

    assert mixed.code == 2
    assert "this login does not say which org it is for" in mixed.faults[0]


def test_an_org_of_another_version_says_which_setting_to_change(meet: Meet) -> None:
    user = meet(Quirks(), Book.single)

    said = user("sync", SALESFORCE_API_VERSION="12.0")

    assert said.code == 2
    assert "set SALESFORCE_API_VERSION to one that the org serves" in said.faults[0]
