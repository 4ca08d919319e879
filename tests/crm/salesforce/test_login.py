"""Do we get in, stay in, and say what to do when we are not let in?"""

import time
from collections.abc import Iterator
from dataclasses import replace
from threading import Barrier, Thread

import pytest
import requests
import responses

from connector.crm.retry import SlowDown
from connector.crm.salesforce.hosts import open_session
from connector.crm.salesforce.login import Credentials, Login
from connector.errors import AccessDenied, ConfigError, Unavailable
from connector.sandbox.salesforce.server import Sandbox
from tests.crm.orgs import accounts, connect, credentials

URL = "https://acme.my.salesforce.com"
TOKEN_URL = f"{URL}/services/oauth2/token"
OURS = Credentials(URL, "client_credentials", "the-client", "the-secret")
BODY = {
    "access_token": "00D5e!token", "instance_url": "https://acme--x.my.salesforce.com",
    "id": "https://login.salesforce.com/id/00D5e000001N20QEAS/0055e000001abcDEAQ", "token_type": "Bearer",
}  # fmt: skip


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox({"Account": accounts(3)}) as running:
        yield running


@pytest.fixture(autouse=True)
def _usual_settings(sandbox: Sandbox) -> Iterator[None]:
    yield
    settings = sandbox.org.settings
    settings.only_latest_token = settings.rotate_refresh_tokens = settings.moving_instance = settings.login_host = False
    sandbox.org.faults.clear()
    sandbox.org.journal.clear()


def logins(sandbox: Sandbox) -> int:
    return sum(entry.path == "/services/oauth2/token" for entry in sandbox.org.journal.entries)


def a_login(ours: Credentials = OURS) -> Login:
    return Login(ours, open_session())


def test_a_signed_claim_lets_us_in(sandbox: Sandbox) -> None:
    ours = Credentials(
        sandbox.url, "jwt", sandbox.client_id, username=sandbox.username, private_key=sandbox.private_key_pem()
    )

    token = a_login(ours).token()

    assert token.origin == sandbox.url
    assert token.user_id.startswith("005")
    assert token.org_id.startswith("00D")


def test_a_refresh_token_lets_us_in_and_a_rotated_one_is_used_and_told(sandbox: Sandbox) -> None:
    ours = replace(credentials(sandbox), method="refresh_token", refresh_token=sandbox.refresh_token())
    login = a_login(ours)
    first = login.token()
    assert not login.rotated

    sandbox.org.settings.rotate_refresh_tokens = True
    second = login.renew(first)
    third = login.renew(second)

    assert len({first.value, second.value, third.value}) == 3
    assert login.rotated


def test_eight_threads_that_find_the_token_expired_log_in_once(sandbox: Sandbox) -> None:
    sandbox.org.settings.only_latest_token = True
    crm = connect(sandbox)
    crm.org()
    sandbox.instance.logins.expire_all()
    sandbox.org.journal.clear()
    barrier, found = Barrier(8), []

    def ask() -> None:
        barrier.wait()
        found.append(crm.org().id)

    threads = [Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 8
    assert logins(sandbox) == 1


def test_the_instance_may_be_another_after_a_new_login(sandbox: Sandbox) -> None:
    sandbox.org.settings.moving_instance = True
    login = a_login(credentials(sandbox))

    origins = {(token := login.token()).origin}
    for _ in range(3):
        token = login.renew(token)
        origins.add(token.origin)

    assert len(origins) == 2


@pytest.mark.parametrize(
    ("code", "said", "step"),
    [
        ("invalid_grant", "user hasn't approved this consumer", "pre-authorise"),
        ("invalid_grant", "expired access/refresh token", "SALESFORCE_REFRESH_TOKEN"),
        ("invalid_grant", "audience is invalid", "SALESFORCE_LOGIN_URL"),
        ("invalid_grant", "invalid assertion", "clock"),
        ("invalid_client", "invalid client credentials", "SALESFORCE_CLIENT_SECRET"),
        ("invalid_client_id", "client identifier invalid", "SALESFORCE_CLIENT_ID"),
        ("invalid_grant", "request not supported on this domain", "My Domain"),
        ("unsupported_grant_type", "grant type not supported", "connected app"),
        ("inactive_user", "user is inactive", "activate"),
        ("invalid_grant", "user is locked", "unlock"),
        ("something_new", "", "SALESFORCE_ settings"),
    ],
)
def test_a_refused_login_says_what_to_do(code: str, said: str, step: str) -> None:
    with responses.RequestsMock() as web:
        web.post(TOKEN_URL, json={"error": code, "error_description": said}, status=400)

        with pytest.raises(AccessDenied, match=code) as caught:
            a_login().token()

    assert step in str(caught.value)
    assert "the-secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"json": {"error": "rate_limit_exceeded", "error_description": "too many"}, "status": 400}, SlowDown),
        ({"json": {"error": "unknown_error", "error_description": "retry your request"}, "status": 503}, Unavailable),
        ({"body": "<html>Down</html>", "status": 503}, Unavailable),
        ({"body": "<html>Hello</html>", "status": 200}, Unavailable),
        ({"body": "", "status": 200}, Unavailable),
        ({"json": [], "status": 200}, Unavailable),
        ({"json": {"instance_url": URL}, "status": 200}, Unavailable),
        ({"status": 302, "headers": {"Location": "https://evil.example/"}}, Unavailable),
        ({"body": requests.exceptions.ConnectionError("refused")}, Unavailable),
        ({"body": requests.exceptions.ReadTimeout("slow")}, Unavailable),
        ({"body": "<html>Not here</html>", "status": 404}, ConfigError),
        ({"body": requests.exceptions.SSLError("bad certificate")}, AccessDenied),
        ({"json": BODY | {"instance_url": "http://acme.example"}}, ConfigError),
        ({"json": BODY | {"instance_url": "http://127.0.0.1:1"}}, AccessDenied),
    ],
)
def test_an_odd_answer_to_a_login_is_never_taken_for_a_token(answer: dict[str, object], error: type[Exception]) -> None:
    with responses.RequestsMock() as web:
        web.post(TOKEN_URL, **answer)

        with pytest.raises(error) as caught:
            a_login().token()

    assert type(caught.value) is error


def test_the_claim_is_signed_for_the_login_host_and_ends_within_three_minutes(sandbox: Sandbox) -> None:
    jwt = pytest.importorskip("jwt")
    ours = Credentials(URL, "jwt", "the-client", username="user@acme.example", private_key=sandbox.private_key_pem())
    with responses.RequestsMock() as web:
        web.post(TOKEN_URL, json=BODY)
        a_login(ours).token()
        form = dict(part.split("=", 1) for part in str(web.calls[0].request.body).split("&"))

    claims = jwt.decode(form["assertion"], options={"verify_signature": False})

    assert (claims["iss"], claims["sub"], claims["aud"]) == ("the-client", "user@acme.example", URL)
    assert isinstance(claims["exp"], int)
    assert 0 < claims["exp"] - time.time() <= 180


def test_a_key_that_is_none_is_a_fault_of_the_settings() -> None:
    with pytest.raises(ConfigError, match="SALESFORCE_PRIVATE_KEY_FILE"):
        a_login(Credentials(URL, "jwt", "the-client", username="u", private_key="no key")).token()


def test_client_credentials_need_the_my_domain() -> None:
    with pytest.raises(ConfigError, match="My Domain"):
        a_login(replace(OURS, login_url="https://login.salesforce.com")).token()


def test_no_secret_shows_when_credentials_or_a_token_are_written_down() -> None:
    ours = Credentials(URL, "jwt", "client", "canary-1", "canary-2", "canary-3", "canary-4")
    with responses.RequestsMock() as web:
        web.post(TOKEN_URL, json=BODY)
        token = a_login().token()

    assert "canary" not in repr(ours)
    assert "token" not in repr(token).replace("Token", "")


@pytest.mark.parametrize(
    ("instance", "origin"),
    [("https://acme--x.my.salesforce.com/", "https://acme--x.my.salesforce.com"), (None, URL),
     ("acme--x.my.salesforce.com", "https://acme--x.my.salesforce.com")],
)  # fmt: skip
def test_the_instance_is_found_however_it_is_told(instance: str | None, origin: str) -> None:
    with responses.RequestsMock() as web:
        web.post(TOKEN_URL, json=BODY | {"instance_url": instance})

        assert a_login().token().origin == origin


def test_a_login_at_everybodys_door_must_say_where_the_org_lives() -> None:
    ours = replace(OURS, method="refresh_token", login_url="https://login.salesforce.com", refresh_token="5Aep")
    with responses.RequestsMock() as web:
        web.post("https://login.salesforce.com/services/oauth2/token", json=BODY | {"instance_url": None})

        with pytest.raises(Unavailable, match="without a token"):
            a_login(ours).token()


def test_a_secret_that_is_not_taken_in_the_header_is_sent_in_the_form() -> None:
    with responses.RequestsMock() as web:
        web.post(TOKEN_URL, status=400, json={"error": "invalid_client"})
        web.post(TOKEN_URL, json=BODY)
        token = a_login().token()
        first, second = (call.request for call in web.calls)

    assert token.user_id == "0055e000001abcDEAQ"
    assert "the-secret" not in str(first.body)
    assert "client_secret=the-secret" in str(second.body)
    assert "Authorization" not in second.headers


@pytest.mark.parametrize(
    ("answer", "org_id", "user_id"),
    [
        ({"json": {"organization_id": "00Dx", "user_id": "005x"}}, "00Dx", "005x"),
        ({"status": 403, "body": "<html>no</html>"}, "00D5e", ""),
        ({"json": ["?"]}, "00D5e", ""),
    ],
)
def test_whose_the_token_is_is_asked_for_where_the_login_does_not_say(
    answer: dict[str, object], org_id: str, user_id: str
) -> None:
    with responses.RequestsMock() as web:
        web.post(TOKEN_URL, json=BODY | {"id": ""})
        web.get("https://acme--x.my.salesforce.com/services/oauth2/userinfo", **answer)
        token = a_login().token()

    assert (token.org_id, token.user_id) == (org_id, user_id)
