"""Does one call to HubSpot go as it should, whatever comes back?"""

import json
import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

import pytest
from structlog.testing import capture_logs

from connector.crm.hubspot.answers import Later, Unclear, error_of, read_refusal
from connector.crm.hubspot.pace import Pace
from connector.crm.hubspot.paths import PATHS, Paths
from connector.crm.hubspot.transport import Speed
from connector.crm.retry import Retry, SlowDown
from connector.engine.records import Window
from connector.errors import AccessDenied, BudgetReached, ConfigError, Rejected, Unavailable
from connector.sandbox.hubspot.settings import Settings
from tests.crm.hubspot.portals import (
    PATIENT,
    a_portal,
    companies,
    connect,
    ids_of,
    moment,
    pulled,
    stream_of,
    the_mapping,
)  # fmt: skip
from tests.crm.hubspot.stand_in import TOKEN, Asked, Said, StandIn, an_error, in_turn

FINE = Said({"portalId": 1})
HTML = b"<html><body>error code: 521</body></html>"


def waits() -> tuple[list[float], Retry]:
    """A retry policy that notes how long it was to wait."""
    noted: list[float] = []
    return noted, Retry(sleep=noted.append)


@pytest.mark.parametrize("status", [423, 429, 477, 500, 502, 503, 504, 521, 524])
def test_what_passes_is_tried_again(status: int) -> None:
    with StandIn(in_turn(Said(an_error("X"), status), FINE)) as server:
        assert server.transport().account() == {"portalId": 1}
    assert len(server.asked) == 2


@pytest.mark.parametrize("body", [HTML, b"", b"\xff\xfe\x00", b'{"portalId": 1'])
def test_an_answer_that_is_not_hubspots_passes_too(body: bytes) -> None:
    with StandIn(in_turn(Said(body, 521), Said(body or HTML, 200), FINE)) as server:
        assert server.transport().account() == {"portalId": 1}


def test_a_search_and_a_batch_read_are_asked_again_though_they_are_posts() -> None:
    with StandIn(in_turn(Said(an_error("X"), 502), Said({"results": []}))) as server:
        assert server.transport().ask("/crm/v3/objects/companies/batch/read", {}) == {"results": []}
    with StandIn(in_turn(Said(an_error("X"), 502), Said({"total": 0}))) as server:
        assert server.transport().search("/crm/v3/objects/companies/search", {}) == {"total": 0}


def test_a_write_with_an_unclear_end_is_not_sent_twice() -> None:
    with StandIn(in_turn(Said(an_error("X"), 504), FINE)) as server, pytest.raises(Unclear):
        server.transport().write("POST", "/crm/v3/objects/companies/batch/update", {})
    assert len(server.asked) == 1


def test_a_write_that_was_refused_for_its_speed_is_sent_again() -> None:
    with StandIn(in_turn(Said(an_error("RATE_LIMITS", policyName="SECONDLY"), 429), FINE)) as server:
        server.transport().write("POST", "/crm/v3/objects/companies/batch/update", {})
    assert len(server.asked) == 2


def test_a_server_that_is_not_there_is_unavailable() -> None:
    with StandIn(in_turn(FINE)) as server:
        transport = server.transport()
    with pytest.raises(Unavailable, match="no whole answer"):
        transport.account()


@pytest.mark.parametrize(
    ("body", "least"),
    [
        ({"policyName": "TEN_SECONDLY_ROLLING", "message": "ten_secondly_rolling limit", "status": "error"}, 10),
        ({"message": "You have reached your secondly limit.", "category": "RATE_LIMITS", "status": "error"}, 1),
        ({"policyName": "SECONDLY", "message": "slow down", "status": "error"}, 1),
    ],
)
def test_a_rate_limit_without_a_word_of_when_is_waited_for_as_long_as_its_window(body: Any, least: float) -> None:
    noted, retry = waits()
    with StandIn(in_turn(Said(body, 429), FINE)) as server:
        server.transport(retry=retry).account()
    assert least <= max(noted) < least + 2


def test_a_storm_of_refusals_ends_and_says_so() -> None:
    """B18."""
    with StandIn(in_turn(Said(an_error("RATE_LIMITS", policyName="SECONDLY"), 429))) as server:
        with pytest.raises(SlowDown):
            server.transport().account()
        assert len(server.asked) == PATIENT.tries


def test_the_limit_of_the_day_ends_the_run_at_once() -> None:
    limit = Said(an_error("RATE_LIMITS", "You have reached your daily limit.", policyName="DAILY"), 429)
    with StandIn(in_turn(limit)) as server, pytest.raises(BudgetReached, match="midnight"):
        server.transport().account()
    assert len(server.asked) == 1


def test_a_move_between_data_centres_is_not_slept_through() -> None:
    moving = Said(an_error("MIGRATION_IN_PROGRESS"), 477, {"Retry-After": "86400"})
    with StandIn(in_turn(moving)) as server, pytest.raises(Later, match=r"24\.0 hours"):
        server.transport().account()
    assert len(server.asked) == 1


def test_a_missing_scope_is_said_by_its_name() -> None:
    context = {"requiredGranularScopes": ["crm.objects.contacts.read", "crm.lists.read"]}
    told = an_error("MISSING_SCOPES", errors=[{"message": "One or more", "context": context}])
    with StandIn(in_turn(Said(told, 403))) as server, pytest.raises(AccessDenied) as caught:
        server.transport().account()
    assert "crm.objects.contacts.read, crm.lists.read" in str(caught.value)


def test_a_token_that_is_not_taken_says_what_to_do() -> None:
    told = Said(an_error("INVALID_AUTHENTICATION"), 401)
    with StandIn(in_turn(told)) as server, pytest.raises(AccessDenied, match="copy the access token"):
        server.transport().account()


def test_a_path_that_has_gone_asks_for_the_other_family() -> None:
    told = Said(b"<html>Not Found</html>", 404)
    with StandIn(in_turn(told)) as server, pytest.raises(ConfigError, match="choose the other"):
        server.transport().account()


@pytest.mark.parametrize("status", [404, 410])
def test_a_family_that_is_retired_is_said_and_the_other_one_works(status: int) -> None:
    with a_portal(companies=companies(3)) as portal:
        portal.portal.settings.retired = ["v3"]
        portal.portal.settings.retired_status = status
        with pytest.raises(ConfigError, match="a date as 2026-03"):
            connect(portal).streams()
        assert ids_of(pulled(connect(portal, the_mapping("company"), family="2026-09"), "company")) == ["1", "2", "3"]


def test_an_error_inside_a_message_is_unwrapped() -> None:
    inner = an_error("VALIDATION_ERROR", "Can't delete", subCategory="PropertyGroupError.GROUP_WITH_ACTIVE_PROPERTIES")
    outer = {"status": "error", "message": json.dumps(inner), "correlationId": "outer"}

    refusal = read_refusal(400, outer)

    assert (refusal.category, refusal.message, refusal.code) == (
        "VALIDATION_ERROR", "Can't delete", "GROUP_WITH_ACTIVE_PROPERTIES",
    )  # fmt: skip


def test_a_refusal_carries_the_correlation_id_and_no_address() -> None:
    told = an_error("CONFLICT", "Contact anna.berg@acme.example exists. Existing ID: 1")
    error = error_of(read_refusal(409, told), "contacts")

    assert isinstance(error, Rejected)
    assert "correlation id c-1" in str(error)
    assert "anna" not in str(error)


@pytest.mark.parametrize("status", [400, 401, 403, 409])
def test_a_refusal_that_repeats_our_token_is_told_without_it(status: int) -> None:
    """Promise S1"""
    told = an_error("X", message=f"you said Authorization: {TOKEN}, and pat-eu1-11aa22bb-33cc of somebody else")
    with StandIn(in_turn(Said(told, status))) as server, pytest.raises(Rejected) as caught:
        server.transport().account()

    assert TOKEN not in str(caught.value)
    assert "11aa22bb" not in str(caught.value)
    assert "[hidden]" in str(caught.value)


def test_neither_token_nor_address_reaches_the_log() -> None:
    told = Said(an_error("X", "anna.berg@acme.example"), 500)
    with StandIn(in_turn(told, FINE)) as server, capture_logs() as logs:
        server.transport().account()
    assert logs
    assert TOKEN not in str(logs)
    assert "anna" not in str(logs)
    assert server.asked[0].headers["Authorization"] == f"Bearer {TOKEN}"
    assert TOKEN not in repr(server.transport().login._credentials)


def test_the_clock_and_the_calls_of_the_day_are_heard() -> None:
    headers = {"X-HubSpot-RateLimit-Daily": "1000", "X-HubSpot-RateLimit-Daily-Remaining": "900"}
    with StandIn(in_turn(Said({"portalId": 1}, 200, headers))) as server:
        transport = server.transport()
        assert abs(transport.now() - datetime.now(UTC)).total_seconds() < 5
        assert transport.budget.usage is not None
        assert (transport.budget.usage.used, transport.budget.usage.limit) == (100, 1000)


def test_a_run_stops_before_the_calls_left_to_people() -> None:
    headers = {"X-HubSpot-RateLimit-Daily": "1000", "X-HubSpot-RateLimit-Daily-Remaining": "201"}
    with StandIn(in_turn(Said({"portalId": 1}, 200, headers))) as server:
        transport = server.transport(reserve=0.2)
        transport.account()
        transport.account()
        with pytest.raises(BudgetReached):
            transport.account()


def test_calls_are_spread_evenly_and_searches_have_a_pace_of_their_own() -> None:
    noted: list[float] = []
    pace = Pace(4, noted.append)
    for _ in range(5):
        pace.wait()

    assert len(noted) == 4
    assert 0.9 < max(noted) <= 1.0  # the fifth call of a second waits for the next


def test_at_its_usual_speed_it_never_meets_a_limit() -> None:
    """B18: five searches a second, and no more, are allowed to all apps together."""
    strict = Settings(search_limit=5, burst_limit=100)
    with a_portal(strict, companies=companies(3)) as portal:
        crm = connect(portal, the_mapping("company"), retry=Retry(), speed=Speed())
        company = stream_of(crm, "company")
        for _ in range(7):
            crm.count(company, Window(moment(0), moment(9)))

        assert {entry.status for entry in portal.portal.journal.entries} == {200}
        assert sum(entry.path.endswith("/search") for entry in portal.portal.journal.entries) == 7


@pytest.mark.parametrize("family", ["v3", "2026-03", "2026-09"])
def test_either_family_of_paths_reads_the_same(family: str) -> None:
    with a_portal(companies=companies(150)) as portal:
        crm = connect(portal, family=family)

        assert ids_of(pulled(crm, "company")) == [str(n) for n in range(1, 151)]
        asked = {entry.path for entry in portal.portal.journal.entries}
        assert any(f"/{family}" in path for path in asked)
        assert not any("/v3/" in path for path in asked) or family == "v3"


def test_a_family_that_is_none_is_refused() -> None:
    with pytest.raises(ConfigError, match="2026-3"):
        Paths("2026-3")
    assert all(len(both) == 2 for both in PATHS.values())


def test_a_token_never_leaves_for_another_host() -> None:
    seen: list[Asked] = []

    def elsewhere(asked: Asked) -> Said:
        seen.append(asked)
        return Said({}, 302, {"Location": f"{other.url}/stolen"})

    with StandIn(in_turn(FINE)) as other, StandIn(elsewhere) as server:
        with pytest.raises((Unavailable, Rejected)):
            server.transport().account()
        assert other.asked == []
        assert seen


def test_the_library_is_not_loaded_before_it_is_needed() -> None:
    code = "import sys, connector.crm.hubspot.client; sys.exit('hubspot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
