"""Is an org scored whose objects are described in the very words of real orgs?"""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.stranger.conftest import Meet
from tests.stranger.quirks import Quirks
from tests.stranger.world import Book

FIXTURES = Path(__file__).parents[3] / "shared" / "fixtures" / "salesforce"
DESCRIBED = ("Account", "Contact", "Lead", "Event", "Opportunity", "OpportunityContactRole")
FACTS = ("Task", "EventRelation", "Campaign", "CampaignMember")

pytestmark = pytest.mark.skipif(not FIXTURES.is_dir(), reason="the recorded fixtures are not beside this checkout")


def recorded(path: str) -> dict[str, Any]:
    """A describe as a real org gave it."""
    return dict(json.loads((FIXTURES / path).read_text()))


def as_recorded(book: Book) -> None:
    """The small world, its objects those of recorded orgs."""
    for name in DESCRIBED:
        book.org.adopt(recorded(f"describe_cumulusci/{name}.json"))
    for name in FACTS:
        book.org.adopt(recorded(f"fieldfacts_netcoreforce_v64/{name}.json"))
    book.small()


def with_person_accounts(book: Book) -> None:
    """The same, in an org with person accounts."""
    as_recorded(book)
    book.org.adopt(recorded("describe_cumulusci/Account_PersonAccount.json"))


@pytest.mark.parametrize("fill", [as_recorded, pytest.param(with_person_accounts, marks=pytest.mark.torture)])
def test_an_org_described_in_recorded_words_is_scored(fill: Any, meet: Meet) -> None:
    user = meet(Quirks(), fill)

    ended = [user(*line.split()) for line in ("fields apply", "doctor", "sync", "sync")]

    assert [one.code for one in ended] == [0, 0, 0, 0], ended
    assert any(row["Engagement_Score__c"] for row in user.held().values())
    assert user.org.updated == len(user.held())
