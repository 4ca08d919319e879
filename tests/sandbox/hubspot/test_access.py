"""Who gets in, how much may be asked for, and how does HubSpot say no?"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from connector.sandbox.hubspot.server import HubSpotSandbox
from connector.sandbox.hubspot.settings import Settings
from tests.sandbox.hubspot.small_portal import ACME, Client, small_portal

COMPANIES = "/crm/v3/objects/companies"


@pytest.fixture
def limited() -> Iterator[Client]:
    """A portal with the limits of its tier, though small ones."""
    settings = Settings(burst_limit=5, search_limit=2, daily_limit=8)
    with HubSpotSandbox(small_portal(), settings=settings) as running:
        caller = Client(running)
        with caller.http:
            yield caller


def _policy(answer: requests.Response) -> str | None:
    assert answer.status_code == 429
    assert "Retry-After" not in answer.headers
    found: str | None = answer.json().get("policyName")
    return found


def test_without_a_token_nobody_gets_in(portal: HubSpotSandbox) -> None:
    answers = [
        requests.get(portal.url + COMPANIES),
        requests.get(portal.url + COMPANIES, headers={"Authorization": "Bearer pat-na1-stranger"}),
    ]

    for answer in answers:
        assert answer.status_code == 401
        assert answer.json()["category"] == "INVALID_AUTHENTICATION"
        assert answer.json()["correlationId"] == answer.headers["X-HubSpot-Correlation-Id"]


def test_a_scope_that_is_missing_is_named(client: Client) -> None:
    client.control("settings", {"scopes": {"crm.objects.companies.write": False}}, method="PATCH")

    read = client.get(COMPANIES)
    written = client.patch(f"{COMPANIES}/{ACME}", {"properties": {"industry": "Steel"}})

    assert read.status_code == 200
    assert (written.status_code, written.json()["category"]) == (403, "MISSING_SCOPES")
    assert written.json()["errors"][0]["context"]["requiredGranularScopes"] == ["crm.objects.companies.write"]


def test_activities_are_covered_by_the_scope_of_contacts(client: Client) -> None:
    client.control("settings", {"scopes": ["crm.objects.contacts.read"]}, method="PATCH")

    assert client.get("/crm/v3/objects/calls").status_code == 200
    assert client.get("/crm/v3/objects/deals").status_code == 403


def _token(portal: HubSpotSandbox, refresh_token: str) -> requests.Response:
    form = {"grant_type": "refresh_token", "refresh_token": refresh_token, "client_id": portal.client_id}
    return requests.post(f"{portal.url}/oauth/v1/token", data={**form, "client_secret": portal.client_secret})


def test_an_oauth_token_lives_for_half_an_hour(portal: HubSpotSandbox, client: Client) -> None:
    opened = _token(portal, portal.refresh_token()).json()
    client.http.headers["Authorization"] = f"Bearer {opened['access_token']}"
    young = client.get(COMPANIES)
    client.control("clock/advance", {"seconds": 1_807})
    old = client.get(COMPANIES)

    assert opened["expires_in"] == 1_800
    assert young.status_code == 200
    assert (old.status_code, old.json()["category"]) == (401, "EXPIRED_AUTHENTICATION")
    assert old.json()["message"] == "The OAuth token used to make this call expired 7 second(s) ago."


@pytest.mark.parametrize("version", ["v1", "v3", "2025-09", "2026-03", "2026-09"])
def test_every_family_has_its_path_to_a_token_which_ends_with_the_family(client: Client, version: str) -> None:
    portal, path = client.portal, f"{client.portal.url}/oauth/{version}/token"
    form = {"grant_type": "refresh_token", "refresh_token": portal.refresh_token(), "client_id": portal.client_id}
    secret = {"client_secret": portal.client_secret}

    in_body = requests.post(path, data=form | secret)
    in_address = requests.post(path, data=form, params=secret)
    client.control("settings", {"retired": [version]}, method="PATCH")
    retired = requests.post(path, data=form | secret)

    assert in_body.json()["token_type"] == "bearer"
    assert in_address.status_code == (200 if version == "v1" else 400)
    assert retired.status_code == 404


def test_a_bad_refresh_token_is_told_in_a_shape_of_its_own(portal: HubSpotSandbox) -> None:
    answer = _token(portal, "nonsense")

    assert answer.status_code == 400
    assert answer.json()["status"] == "BAD_REFRESH_TOKEN"
    assert answer.json()["message"] == "missing or invalid refresh token"


def test_ten_seconds_have_their_limit_and_say_what_is_left(limited: Client) -> None:
    first = [limited.get(COMPANIES) for _ in range(5)]
    sixth = limited.get(COMPANIES)
    limited.control("clock/advance", {"seconds": 10})
    later = limited.get(COMPANIES)

    left = [int(one.headers["X-HubSpot-RateLimit-Remaining"]) for one in first]
    of_the_day = [int(one.headers["X-HubSpot-RateLimit-Daily-Remaining"]) for one in first]
    assert left == [4, 3, 2, 1, 0]
    assert of_the_day == [7, 6, 5, 4, 3]
    assert (first[0].headers["X-HubSpot-RateLimit-Max"], first[0].headers["X-HubSpot-RateLimit-Daily"]) == ("5", "8")
    assert first[0].headers["X-HubSpot-RateLimit-Interval-Milliseconds"] == "10000"
    assert _policy(sixth) == "TEN_SECONDLY_ROLLING"
    assert sixth.json()["message"] == "You have reached your ten_secondly_rolling limit."
    assert later.status_code == 200


def test_searches_have_a_limit_a_second_and_no_headers_of_the_burst(limited: Client) -> None:
    found = [limited.post(f"{COMPANIES}/search", {}) for _ in range(3)]

    assert [one.status_code for one in found] == [200, 200, 429]
    assert "X-HubSpot-RateLimit-Max" not in found[0].headers
    assert found[0].headers["X-HubSpot-RateLimit-Daily"] == "8"
    assert _policy(found[2]) is None
    assert found[2].json()["message"] == "You have reached your secondly limit."


def test_an_oauth_app_has_a_limit_of_its_own_and_no_daily_one(limited: Client) -> None:
    limited.control("settings", {"oauth_burst_limit": 12}, method="PATCH")
    opened = _token(limited.portal, limited.portal.refresh_token()).json()
    limited.http.headers["Authorization"] = f"Bearer {opened['access_token']}"

    answers = [limited.get(COMPANIES) for _ in range(13)]

    assert [one.status_code for one in answers] == [200] * 12 + [429]
    assert "X-HubSpot-RateLimit-Daily" not in answers[0].headers


def test_a_day_that_is_used_up_ends_at_midnight_of_the_account(limited: Client) -> None:
    limited.control("settings", {"burst_limit": 0, "time_zone": "America/New_York"}, method="PATCH")
    for _ in range(8):
        limited.get(COMPANIES)
    used_up = limited.get(COMPANIES)
    limited.control("clock/advance", {"hours": 4})
    still = limited.get(COMPANIES)
    limited.control("clock/advance", {"hours": 2})
    fresh = limited.get(COMPANIES)

    assert _policy(used_up) == "DAILY"
    assert still.status_code == 429
    assert fresh.status_code == 200


def test_how_long_to_wait_is_said_only_where_a_switch_asks_for_it(limited: Client) -> None:
    limited.control("settings", {"retry_after": 7}, method="PATCH")

    answers = [limited.get(COMPANIES) for _ in range(6)]

    assert answers[-1].headers["Retry-After"] == "7"


@pytest.mark.parametrize("status", [423, 477, 500, 502, 503, 504, 521, 524])
def test_trouble_comes_as_json_or_as_a_page_and_may_name_a_wait(client: Client, status: int) -> None:
    rules = [
        {"action": "html", "status": status, "nth": 1},
        {"action": "status", "status": status, "nth": 2, "headers": {"Retry-After": "3600"}},
    ]
    client.control("faults", {"rules": rules})

    page, told = client.get(COMPANIES), client.get(COMPANIES)

    assert (page.status_code, page.headers["Content-Type"]) == (status, "text/html")
    assert (told.status_code, told.headers["Retry-After"]) == (status, "3600")
    assert told.json()["status"] == "error"


def test_a_write_whose_answer_is_lost_has_happened_and_one_never_heard_has_not(client: Client) -> None:
    for action, kept in (("drop_before", None), ("drop_after", "Steel")):
        client.control("faults", {"rules": [{"action": action, "method": "PATCH", "times": 1}]})
        with pytest.raises(requests.ConnectionError):
            client.patch(f"{COMPANIES}/{ACME}", {"properties": {"industry": "Steel"}})

        found = client.get(f"{COMPANIES}/{ACME}", properties="industry").json()["properties"]["industry"]
        assert found == kept


def test_an_address_that_is_too_long_is_refused(client: Client) -> None:
    answer = client.get(COMPANIES, properties=",".join(f"property_number_{n}" for n in range(1_000)))

    assert answer.status_code == 414


def test_both_families_of_paths_lead_to_the_same_records_with_or_without_a_slash(client: Client) -> None:
    paths = [COMPANIES, "/crm/objects/2026-03/companies", "/crm/objects/2026-09/companies", "/crm/objects/2025-09/0-2"]

    found = {tuple(one["id"] for one in client.get(path + "/").json()["results"]) for path in paths}

    assert len(found) == 1


def test_a_version_that_was_retired_is_gone(client: Client) -> None:
    client.control("settings", {"retired": ["v3"]}, method="PATCH")
    not_found = client.get(COMPANIES).status_code
    client.control("settings", {"retired_status": 410}, method="PATCH")

    assert (not_found, client.get(COMPANIES).status_code) == (404, 410)
    assert client.get("/crm/objects/2026-03/companies").status_code == 200


def test_the_portal_says_which_it_is_and_what_was_used(client: Client) -> None:
    details = client.get("/account-info/v3/details").json()
    usage = client.get("/account-info/v3/api-usage/daily/private-apps").json()["results"][0]

    assert details["portalId"] == client.portal.portal_id
    assert details["timeZone"] == "UTC"
    assert usage["usageLimit"] == 650_000
    assert usage["currentUsage"] == 2


def test_a_path_or_method_nobody_knows_is_told_so(client: Client) -> None:
    assert client.get("/crm/v9/objects/companies").status_code == 404
    assert client.patch(COMPANIES, {}).status_code == 405
    assert client.get("/contacts/v1/lists").status_code == 404


def test_the_journal_keeps_paths_and_no_token(client: Client) -> None:
    client.get(COMPANIES, limit=5)

    told = client.control("requests", method="GET")["requests"]

    assert [(one["method"], one["path"], one["status"]) for one in told] == [("GET", COMPANIES, 200)]
    assert client.portal.token not in str(told)
