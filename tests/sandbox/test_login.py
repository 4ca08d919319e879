"""Who gets in, with what, and for how long?"""

from __future__ import annotations

import time
from typing import Any

import jwt
import pytest
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from connector.sandbox.salesforce.server import Sandbox
from tests.sandbox.small_org import Client

JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


def claims_of(sandbox: Sandbox, **changed: Any) -> dict[str, Any]:
    expiry = int(time.time()) + 180
    claims = {"iss": sandbox.client_id, "sub": sandbox.username, "aud": "https://login.salesforce.com", "exp": expiry}
    return claims | changed


def assertion(sandbox: Sandbox, key: str = "", **changed: Any) -> str:
    payload = {name: value for name, value in claims_of(sandbox, **changed).items() if value is not None}
    # A numeric string is what simple-salesforce sends; PyJWT would not make one, so the token is made by hand.
    return jwt.api_jws.encode(requests.compat.json.dumps(payload).encode(), key or sandbox.private_key_pem(), "RS256")


def other_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return key.private_bytes(*form).decode()


def test_a_signed_assertion_opens_a_session(sandbox: Sandbox, client: Client) -> None:
    answer = client.token(grant_type=JWT_GRANT, assertion=assertion(sandbox))

    body = answer.json()
    assert answer.status_code == 200
    assert set(body) == {
        "access_token", "instance_url", "id", "token_type", "issued_at", "signature", "scope", "token_format",
    }  # fmt: skip
    assert "refresh_token" not in body
    assert body["token_type"] == "Bearer"
    assert body["issued_at"].isdigit()
    assert len(body["issued_at"]) == 13
    assert body["instance_url"] == sandbox.url


def test_the_expiry_may_be_digits_in_a_string(sandbox: Sandbox, client: Client) -> None:
    signed = assertion(sandbox, exp=str(int(time.time()) + 100))

    assert client.token(grant_type=JWT_GRANT, assertion=signed).status_code == 200


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"iss": "somebody"}, "invalid_client_id"),
        ({"sub": "nobody@acme.example"}, "invalid_grant"),
        ({"sub": "gone@acme.example"}, "invalid_grant"),
        ({"aud": "https://elsewhere.example"}, "invalid_grant"),
        ({"exp": int(time.time()) - 10}, "invalid_grant"),
        ({"exp": int(time.time()) + 3_600}, "invalid_grant"),
        ({"exp": None}, "invalid_grant"),
    ],
)
def test_a_wrong_claim_opens_nothing(sandbox: Sandbox, client: Client, changed: dict[str, Any], error: str) -> None:
    answer = client.token(grant_type=JWT_GRANT, assertion=assertion(sandbox, **changed))

    assert (answer.status_code, answer.json()["error"]) == (400, error)
    assert answer.json()["error_description"]


def test_a_signature_of_another_key_opens_nothing(sandbox: Sandbox, client: Client) -> None:
    sandbox.private_key_pem()

    answer = client.token(grant_type=JWT_GRANT, assertion=assertion(sandbox, key=other_key()))

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


def test_an_assertion_that_is_no_token_opens_nothing(client: Client) -> None:
    assert client.token(grant_type=JWT_GRANT, assertion="nonsense").json()["error"] == "invalid_grant"


def test_a_client_shows_its_secret_in_the_header_or_in_the_body(sandbox: Sandbox, client: Client) -> None:
    url = f"{sandbox.url}/services/oauth2/token"
    basic = requests.post(
        url, data={"grant_type": "client_credentials"}, auth=(sandbox.client_id, sandbox.client_secret), timeout=10
    )
    body = client.token(
        grant_type="client_credentials", client_id=sandbox.client_id, client_secret=sandbox.client_secret
    )

    assert (basic.status_code, body.status_code) == (200, 200)


def test_a_wrong_secret_opens_nothing(sandbox: Sandbox, client: Client) -> None:
    answer = client.token(grant_type="client_credentials", client_id=sandbox.client_id, client_secret="guess")

    assert answer.status_code == 400
    assert answer.json() == {"error": "invalid_client", "error_description": "invalid client credentials"}


def test_client_credentials_do_not_work_at_the_login_host(sandbox: Sandbox, client: Client) -> None:
    client.settings(login_host=True)

    answer = client.token(
        grant_type="client_credentials", client_id=sandbox.client_id, client_secret=sandbox.client_secret
    )

    assert (answer.status_code, answer.json()["error_description"]) == (400, "request not supported on this domain")


def refresh(client: Client, token: str) -> requests.Response:
    app = client.sandbox
    return client.token(
        grant_type="refresh_token", client_id=app.client_id, client_secret=app.client_secret, refresh_token=token
    )


def test_a_refresh_token_works_again_and_again(sandbox: Sandbox, client: Client) -> None:
    token = sandbox.refresh_token()

    answers = [refresh(client, token) for _ in range(2)]

    assert [one.status_code for one in answers] == [200, 200]
    assert "refresh_token" not in answers[0].json()


def test_with_rotation_a_refresh_token_works_once(sandbox: Sandbox, client: Client) -> None:
    client.settings(rotate_refresh_tokens=True)
    token = sandbox.refresh_token()

    first = refresh(client, token)
    second = refresh(client, token)

    assert refresh(client, first.json()["refresh_token"]).status_code == 200
    assert second.json() == {"error": "invalid_grant", "error_description": "expired access/refresh token"}


def test_an_unknown_grant_is_refused(client: Client) -> None:
    assert client.token(grant_type="magic").json()["error"] == "unsupported_grant_type"


def test_without_a_known_token_nothing_is_answered(client: Client) -> None:
    client.http.headers["Authorization"] = "Bearer 00D!unknown"

    answer = client.query("SELECT Id FROM Account")

    assert answer.status_code == 401
    assert answer.json() == [{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}]


def test_a_strange_authorization_header_is_told_apart(client: Client) -> None:
    client.http.headers["Authorization"] = "Magic word"

    assert client.query("SELECT Id FROM Account").json()[0]["errorCode"] == "INVALID_AUTH_HEADER"


def test_a_proxy_or_an_old_server_may_say_it_otherwise(client: Client) -> None:
    client.http.headers["Authorization"] = "Bearer unknown"
    client.settings(unauthorized_as="html")
    html = client.query("SELECT Id FROM Account")
    client.settings(unauthorized_as="object")
    thing = client.query("SELECT Id FROM Account")

    assert (html.status_code, html.headers["Content-Type"]) == (401, "text/html")
    assert thing.json()["errorCode"] == "INVALID_SESSION_ID"


def test_a_token_dies_of_age_on_the_orgs_clock(client: Client) -> None:
    client.settings(token_lifetime=600)
    client.advance(minutes=9)
    before = client.query("SELECT Id FROM Account").status_code
    client.advance(minutes=1)

    assert (before, client.query("SELECT Id FROM Account").status_code) == (200, 401)


def test_only_the_latest_token_may_count(client: Client) -> None:
    client.settings(only_latest_token=True)
    client.log_in()
    first = client.http.headers["Authorization"]
    client.log_in()

    assert client.query("SELECT Id FROM Account").status_code == 200
    assert client.query("SELECT Id FROM Account", headers={"Authorization": first}).status_code == 401


def test_an_instance_may_move_between_logins(client: Client) -> None:
    client.settings(moving_instance=True)

    homes = {client.log_in()["instance_url"] for _ in range(2)}

    assert len(homes) == 2
    assert all(requests.get(f"{home}/services/data", timeout=10).status_code == 200 for home in homes)


def test_a_revoked_token_is_dead(sandbox: Sandbox, client: Client) -> None:
    token = client.http.headers["Authorization"].split()[1]

    requests.post(f"{sandbox.url}/services/oauth2/revoke", data={"token": token}, timeout=10)

    assert client.query("SELECT Id FROM Account").status_code == 401


def soap(client: Client, password: str, version: str = "60.0") -> requests.Response:
    body = f"<login><n1:username>{client.sandbox.username}</n1:username><n1:password>{password}</n1:password></login>"
    return requests.post(f"{client.sandbox.url}/services/Soap/u/{version}", data=body, timeout=10)


def test_soap_login_works_where_it_is_switched_on(client: Client) -> None:
    off = soap(client, "sandbox-secret")
    client.settings(soap_login=True)
    on = soap(client, "sandbox-secretTOKEN")
    session = on.text.split("<sessionId>")[1].split("</sessionId>")[0]
    client.http.headers["Authorization"] = f"Bearer {session}"

    assert (off.status_code, on.status_code) == (500, 200)
    assert f"<serverUrl>{client.sandbox.url}/services/Soap/u/60.0/" in on.text
    assert client.query("SELECT Id FROM Account").status_code == 200


def test_soap_login_with_a_wrong_password_is_a_fault(client: Client) -> None:
    client.settings(soap_login=True)

    assert "INVALID_LOGIN" in soap(client, "wrong").text
    assert "UNSUPPORTED_API_VERSION" in soap(client, "sandbox-secret", "65.0").text
