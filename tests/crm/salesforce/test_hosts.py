"""Can the connector call anybody but the configured CRM?"""

import pytest
import requests
import responses

from connector.crm.salesforce.hosts import check_host, let_in, open_session
from connector.errors import ConfigError
from connector.sandbox.salesforce.server import Sandbox
from tests.crm.orgs import accounts

TIMEOUTS = (5.0, 5.0)


@pytest.mark.parametrize(
    "url", ["https://login.salesforce.com", "https://acme.my.salesforce.com:443", "http://127.0.0.1:8080",
            "http://127.8.9.1", "http://[::1]:8080", "http://localhost:1"],
)  # fmt: skip
def test_https_anywhere_and_plain_http_to_this_machine_are_taken(url: str) -> None:
    assert check_host(f"{url}/", "SALESFORCE_LOGIN_URL") == url


@pytest.mark.parametrize(
    "url", ["http://login.salesforce.com", "http://127.0.0.1.evil.example", "ftp://127.0.0.1", "login.salesforce.com",
            "https://user:secret@acme.my.salesforce.com", "http://localhost.evil.example", "", "https://"],
)  # fmt: skip
def test_any_other_address_is_a_fault_of_the_settings(url: str) -> None:
    """Promise S7"""
    with pytest.raises(ConfigError, match="SALESFORCE_LOGIN_URL is"):
        check_host(url, "SALESFORCE_LOGIN_URL")


@pytest.mark.parametrize(
    "url", ["https://evil.example/", "http://evil.example/", "https://acme.my.salesforce.com.evil.example/",
            "http://acme.my.salesforce.com/"],
)  # fmt: skip
def test_no_host_is_called_but_those_let_in(url: str) -> None:
    """Promise S7"""
    session = open_session()
    let_in(session, "https://acme.my.salesforce.com", TIMEOUTS)

    with pytest.raises(requests.exceptions.InvalidSchema):
        session.get(url)


def test_the_session_asks_no_netrc_for_other_credentials(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    session = open_session()
    with Sandbox({"Account": accounts(1)}) as sandbox:
        let_in(session, sandbox.url, TIMEOUTS)
        answer = session.get(f"{sandbox.url}/services/data", headers={"Authorization": "Bearer ours"})

    assert answer.request.headers["Authorization"] == "Bearer ours"


def test_plain_http_to_this_machine_goes_past_any_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Promise S7"""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    session = open_session()
    with Sandbox({"Account": accounts(1)}) as sandbox:
        let_in(session, sandbox.url, TIMEOUTS)
        answer = session.get(f"{sandbox.url.replace('http://', 'https://')}/services/data")

    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("status", "there", "is_followed"),
    [(307, "/a/", True), (308, "/a/?b=1", True), (307, "/b", False), (302, "/a/", False),
     (307, "http://127.0.0.1:9/a/", False), (307, "//evil.example/a/", False)],
)  # fmt: skip
@responses.activate
def test_the_only_redirect_that_is_followed_is_to_the_same_place_with_a_slash(
    status: int, there: str, is_followed: bool
) -> None:
    """Promise S7"""
    session = open_session()
    let_in(session, "http://127.0.0.1:8", TIMEOUTS)
    responses.post("http://127.0.0.1:8/a", status=status, headers={"Location": there})
    responses.post("http://127.0.0.1:8/a/", status=200)

    answer = session.post("http://127.0.0.1:8/a", data=b"sent")

    assert answer.status_code == (200 if is_followed else status)
    assert answer.request.body == b"sent"


def test_certificates_are_always_verified_and_no_cookie_is_kept() -> None:
    """Promise S7"""
    session = open_session()

    assert session.verify is True
    assert session.adapters == {}
