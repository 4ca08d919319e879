"""Does an OAuth app stay logged in for as long as a run takes, and say plainly when it is not let in?"""

import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qs

import pytest
from structlog.testing import capture_logs

from connector.crm.hubspot.answers import Unclear
from connector.crm.hubspot.client import HubSpot, Options
from connector.crm.hubspot.login import Credentials, Login
from connector.crm.hubspot.wire import Wire
from connector.errors import AccessDenied, ConfigError, Unavailable
from connector.sandbox.hubspot.server import HubSpotSandbox
from tests.crm.hubspot.portals import (
    EVER,
    HURRIED,
    PATIENT,
    a_change,
    a_portal,
    companies,
    ids_of,
    later,
    make_fields,
    pulled,
    stream_of,
    the_mapping,
)  # fmt: skip
from tests.crm.hubspot.stand_in import Asked, Reply, Said, StandIn, an_error

SECRET, REFRESH = "app-secret-canary", "na1-refresh-canary"
EXPIRED = Said(an_error("EXPIRED_AUTHENTICATION", "The OAuth token used to make this call expired."), 401)


@pytest.fixture
def portal() -> Iterator[HubSpotSandbox]:
    with a_portal(companies=companies(450)) as running:
        yield running


def an_app(portal: HubSpotSandbox, *, family: str = "v3", **wrong: str) -> HubSpot:
    ours = {
        "client_id": portal.client_id, "client_secret": portal.client_secret, "refresh_token": portal.refresh_token(),
    }  # fmt: skip
    credentials = Credentials(base_url=portal.url, **(ours | wrong))
    return HubSpot(credentials, the_mapping(), Options(family=family, retry=PATIENT, speed=HURRIED))


def asked(portal: HubSpotSandbox, part: str) -> list[int]:
    """How the calls of a path ended."""
    return [one.status for one in portal.portal.journal.entries if part in one.path]


@pytest.mark.parametrize(("family", "path"), [("v3", "/oauth/v3/token"), ("2026-03", "/oauth/2026-03/token")])
def test_one_token_serves_a_whole_pull_in_either_family(portal: HubSpotSandbox, family: str, path: str) -> None:
    found = ids_of(pulled(an_app(portal, family=family), "company"))

    assert found == [str(n) for n in range(1, 451)]
    assert asked(portal, path) == [200]
    assert asked(portal, "/oauth/") == [200]


def test_a_token_that_ends_in_the_middle_of_a_pull_is_renewed_and_no_row_is_lost(portal: HubSpotSandbox) -> None:
    crm = an_app(portal)
    rows = []
    for page in crm.pull(stream_of(crm, "company"), EVER):
        rows += page["id"].to_pylist()
        later(portal, seconds=1_807)

    assert rows == [str(n) for n in range(1, 451)]
    assert asked(portal, "/objects/companies").count(401) >= 4  # after each of five pages the token has ended
    assert set(asked(portal, "/oauth/")) == {200}


def test_a_write_that_meets_an_ended_token_is_sent_once_with_the_next_one(portal: HubSpotSandbox) -> None:
    crm = an_app(portal)
    names = make_fields(crm)
    later(portal, seconds=1_807)

    (outcome,) = list(crm.push([a_change(1, score=55)], {"score": names["score"]}))

    assert outcome.state == "ok"
    assert portal.portal.journal.writes["companies"].updated == 1


@pytest.mark.parametrize("nth", range(1, 13))
def test_a_token_that_ends_at_any_call_costs_another_token_and_no_row(portal: HubSpotSandbox, nth: int) -> None:
    crm = an_app(portal)
    names = make_fields(crm)
    portal.portal.faults.put([{"action": "expire_token", "path": "/crm/", "nth": nth}])

    found = ids_of(pulled(crm, "company"))
    outcomes = [one.state for one in crm.push([a_change(n, score=n) for n in (1, 2, 3)], {"score": names["score"]})]

    assert found == [str(n) for n in range(1, 451)]
    assert outcomes == ["ok"] * 3
    assert asked(portal, "/crm/").count(401) == 1
    assert portal.portal.journal.writes["companies"].updated == 3


def test_an_app_without_a_limit_of_the_day_tells_the_calls_it_made_and_asks_nobody(portal: HubSpotSandbox) -> None:
    crm = an_app(portal)
    pulled(crm, "company")
    made = len(portal.portal.journal.entries)

    usage = crm.usage()

    assert (usage.used, usage.limit) == (crm.budget.calls, 0)
    assert usage.used == made - 1  # to be let in is no call of the API
    assert len(portal.portal.journal.entries) == made
    assert crm.left() is None


def replies(token: Reply, answer: Reply) -> Reply:
    return lambda one: token(one) if one.path.endswith("/token") else answer(one)


def a_token(number: int, **more: Any) -> Said:
    return Said({"access_token": f"CK-canary-{number}", "refresh_token": REFRESH, "expires_in": 1_800, **more})


def app_of(server: StandIn) -> HubSpot:
    credentials = Credentials("", server.url, "app-id", SECRET, REFRESH)
    return HubSpot(credentials, the_mapping("company"), Options(retry=PATIENT, speed=HURRIED))


def test_a_token_is_renewed_a_minute_before_it_ends_and_once_for_all_threads() -> None:
    now, made = [0.0], iter(range(1, 9))
    with StandIn(lambda _: a_token(next(made))) as server:
        credentials = Credentials("", server.url, "app-id", SECRET, REFRESH)
        login = Login(credentials, Wire(server.url, (5, 5)), "/oauth/v3/token", clock=lambda: now[0])
        young = [login.token() for now[0] in (0.0, 1_739.0)]
        now[0] = 1_741.0
        with ThreadPoolExecutor(8) as threads:
            old = set(threads.map(lambda _: login.token(), range(32)))

    assert (young, old) == (["CK-canary-1"] * 2, {"CK-canary-2"})
    assert len(server.asked) == 2


def test_threads_that_find_the_same_token_ended_get_the_same_next_one() -> None:
    barrier = threading.Barrier(8)
    made = iter(range(1, 99))
    with StandIn(lambda _: a_token(next(made))) as server:
        login = Login(Credentials("", server.url, "a", SECRET, REFRESH), Wire(server.url, (5, 5)), "/oauth/v3/token")
        stale = login.token()

        def renewed(_: int) -> str:
            barrier.wait()
            return login.renew(stale)

        with ThreadPoolExecutor(8) as threads:
            found = set(threads.map(renewed, range(8)))

    assert found == {"CK-canary-2"}


def test_the_form_has_everything_in_its_body_and_nothing_in_the_address() -> None:
    with StandIn(lambda _: a_token(1)) as server:
        ours = Credentials("", server.url, "app-id", SECRET, REFRESH)
        Login(ours, Wire(server.url, (5, 5)), "/oauth/v3/token").token()

    (one,) = server.asked
    assert (one.method, one.path, one.query) == ("POST", "/oauth/v3/token", {})
    assert "Authorization" not in one.headers
    assert parse_qs(one.body) == {
        "grant_type": ["refresh_token"], "refresh_token": [REFRESH], "client_id": ["app-id"], "client_secret": [SECRET],
    }  # fmt: skip


def test_a_refused_refresh_token_ends_with_7_and_says_what_to_do(portal: HubSpotSandbox) -> None:
    with pytest.raises(AccessDenied, match=r"BAD_REFRESH_TOKEN.*install the app in this portal anew") as caught:
        an_app(portal, refresh_token="na1-of-an-app-that-was-removed").org()

    assert caught.value.exit_code == 7
    assert "was-removed" not in str(caught.value)
    assert asked(portal, "/oauth/") == [400]  # nobody asks twice with what was refused


def test_a_wrong_client_names_the_settings_to_look_at(portal: HubSpotSandbox) -> None:
    with pytest.raises(AccessDenied, match=r"BAD_CLIENT_ID.*HUBSPOT_CLIENT_ID and HUBSPOT_CLIENT_SECRET"):
        an_app(portal, client_id="somebody-else").org()


@pytest.mark.parametrize(
    ("body", "step"),
    [
        ({"error": "invalid_grant", "error_description": "gone"}, "HUBSPOT_REFRESH_TOKEN"),
        ({"error": "invalid_client"}, "HUBSPOT_CLIENT_SECRET"),
        ({"status": "SOMETHING_NEW", "message": "no"}, "HUBSPOT_CLIENT_ID"),
    ],
)
def test_other_words_of_refusal_have_a_next_step_too(body: Mapping[str, str], step: str) -> None:
    with StandIn(lambda _: Said(body, 400)) as server, pytest.raises(AccessDenied, match=step):
        app_of(server).org()


def test_a_family_of_paths_without_a_token_is_told_as_such(portal: HubSpotSandbox) -> None:
    portal.portal.settings.retired = ["v3"]

    with pytest.raises(ConfigError, match="a date as 2026-03"):
        an_app(portal).org()


def test_a_token_that_is_never_taken_is_renewed_once_and_then_told() -> None:
    made = iter(range(1, 9))
    told = "made a moment ago is not taken: install the app"
    answers = replies(lambda _: a_token(next(made)), lambda _: EXPIRED)
    with StandIn(answers) as server, pytest.raises(AccessDenied, match=told):
        app_of(server).org()

    assert [one.path.rpartition("/")[2] for one in server.asked] == ["token", "details", "token", "details"]


@pytest.mark.parametrize("trouble", [Said(b"<html>", 502), Said(an_error("RATE_LIMITS"), 429), Said({}, 200)])
def test_trouble_with_the_token_is_waited_out_and_a_write_behind_it_is_not_in_doubt(trouble: Said) -> None:
    tokens = iter([trouble, a_token(1)])
    with StandIn(replies(lambda _: next(tokens), lambda _: Said({"results": []}))) as server:
        app_of(server)._transport.write("POST", "/crm/v3/objects/companies/batch/update", {"inputs": []})
    assert [one.path.rpartition("/")[2] for one in server.asked] == ["token", "token", "update"]

    with StandIn(lambda _: trouble) as server, pytest.raises(Unavailable) as caught:
        app_of(server)._transport.write("POST", "/crm/v3/objects/companies/batch/update", {"inputs": []})
    assert not isinstance(caught.value, Unclear)


@pytest.mark.parametrize("action", ["drop_before", "drop_after", "truncate"])
def test_a_token_that_is_lost_on_its_way_is_asked_for_again_and_the_write_is_sent_once(
    portal: HubSpotSandbox, action: str
) -> None:
    portal.portal.faults.put([{"action": action, "path": "/oauth/", "times": 1}])

    an_app(portal)._transport.write("PATCH", "/crm/v3/objects/companies/1", {"properties": {"name": "Acme"}})

    assert len(asked(portal, "/oauth/")) == 2
    assert asked(portal, "/objects/companies/1") == [200]


def test_no_secret_of_the_app_shows_in_an_error_a_log_or_a_print() -> None:
    """Promise S1: in the words of somebody who repeats all they heard."""

    def parrot(one: Asked) -> Said:
        return Said({"status": "BAD_REFRESH_TOKEN", "message": f"you said {one.body}"}, 400)

    def echo(one: Asked) -> Said:
        return Said(an_error("X", f"you said {one.headers['Authorization']} and {SECRET}"), 400)

    told = []
    with capture_logs() as logs:
        for reply in (parrot, replies(lambda _: a_token(1), echo)):
            with StandIn(reply) as server, pytest.raises(AccessDenied if reply is parrot else Exception) as caught:
                app_of(server).org()
            told.append(str(caught.value))

    shown = f"{told}{logs}{Credentials('', 'x', 'app-id', SECRET, REFRESH)!r}"
    assert [secret for secret in (SECRET, REFRESH, "CK-canary-1") if secret in shown] == []
    assert all("[hidden]" in one for one in told)


def test_a_refresh_token_that_comes_with_a_new_one_is_used_from_then_on() -> None:
    made = iter([a_token(1, refresh_token="na1-second-canary"), a_token(2)])
    with StandIn(lambda _: next(made)) as server:
        login = Login(Credentials("", server.url, "a", SECRET, REFRESH), Wire(server.url, (5, 5)), "/oauth/v3/token")
        login.renew(login.token())

    assert [parse_qs(one.body)["refresh_token"] for one in server.asked] == [[REFRESH], ["na1-second-canary"]]


def test_the_doctor_says_which_way_in_is_used(portal: HubSpotSandbox) -> None:
    by_app = an_app(portal).check()[0]
    by_token = HubSpot(Credentials(portal.token, portal.url), the_mapping(), Options(retry=PATIENT)).check()[0]
    (refused,) = an_app(portal, refresh_token="na1-gone").check()

    assert by_app.message.endswith("by the refresh token of an OAuth app")
    assert by_token.message.endswith("by the token of a private app or a service key")
    assert (refused.place, refused.level) == ("token", "error")
    assert "HUBSPOT_REFRESH_TOKEN" in refused.fix


def test_the_token_of_a_private_app_has_no_end_and_is_never_renewed() -> None:
    with StandIn(lambda _: EXPIRED) as server, pytest.raises(AccessDenied, match="copy the access token"):
        server.transport().account()

    assert [one.path.rpartition("/")[2] for one in server.asked] == ["details"]
