"""Does the environment become settings, and does every fault come back with its name and its fix?"""

import os
from pathlib import Path

import pytest

from connector.errors import ConfigError
from connector.settings import (
    Settings,
    check_hubspot_login,
    check_login,
    chosen_crms,
    env_template,
    read_private_key,
    read_settings,
    secrets_of,
)

EXAMPLE = Path(__file__).parents[1] / ".env.example"
PEM = "-----BEGIN PRIVATE KEY-----\nMII\n-----END PRIVATE KEY-----\n"


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith(("SALESFORCE_", "HUBSPOT_", "CONNECTOR_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def an_env_file(text: str, mode: int = 0o600) -> Path:
    path = Path(".env")
    path.write_text(text)
    path.chmod(mode)
    return path


def faults(**environment: str) -> tuple[str, ...]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        with pytest.raises(ConfigError) as caught:
            read_settings()
    return caught.value.problems


def test_the_example_names_every_setting_and_nothing_else() -> None:
    assert EXAMPLE.read_text() == env_template()
    names = {line.split("=")[0] for line in EXAMPLE.read_text().splitlines() if line and not line.startswith("#")}
    assert names == {name.upper() for name in Settings.model_fields}


def test_the_example_as_it_stands_gives_the_defaults() -> None:
    an_env_file(EXAMPLE.read_text())

    assert read_settings() == Settings()


def test_the_environment_outranks_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    an_env_file("CONNECTOR_PROFILE=published\nCONNECTOR_HOME=here\n")
    monkeypatch.setenv("CONNECTOR_PROFILE", "mine")

    settings = read_settings()

    assert (settings.connector_profile, settings.connector_home) == ("mine", Path("here"))


def test_every_fault_is_told_at_once_with_its_name() -> None:
    told = faults(SALESFORCE_AUTH="soap", CONNECTOR_HEALTH_PORT="high", CONNECTOR_SCHEDULE="daily")

    names = [line.split(" is ")[0] for line in told]
    assert names == ["SALESFORCE_AUTH", "CONNECTOR_SCHEDULE", "CONNECTOR_HEALTH_PORT"]


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("SALESFORCE_LOGIN_URL", "http://login.salesforce.com", "https://"),
        ("SALESFORCE_LOGIN_URL", "http://127.0.0.1.example.com", "https://"),
        ("SALESFORCE_LOGIN_URL", "https://me:pw@acme.my.salesforce.com", "address alone"),
        ("SALESFORCE_LOGIN_URL", "https://acme.my.salesforce.com/services", "address alone"),
        ("SALESFORCE_LOGIN_URL", "acme", "address alone"),
        ("SALESFORCE_API_VERSION", "67", "67.0"),
        ("CONNECTOR_SCHEDULE", "61 * * * *", "cron"),
        ("CONNECTOR_SCHEDULE", "* * * * * *", "five fields"),
        ("CONNECTOR_MEMORY_LIMIT", "4", "unit"),
        ("CONNECTOR_API_RESERVE", "1.5", "0.95"),
        ("CONNECTOR_API_CALLS_PER_RUN", "0", "greater than or equal to 1"),
        ("CONNECTOR_LOG_FORMAT", "xml", "plain or json"),
    ],
)
def test_a_value_that_cannot_be_meant_is_refused_with_the_way_out(name: str, value: str, told: str) -> None:
    (line,) = faults(**{name: value})

    assert line.startswith(f"{name} is {value!r}; it must")
    assert told in line


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080", "http://localhost:9", "http://[::1]:8080"])
def test_plain_http_is_good_enough_for_this_machine(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SALESFORCE_LOGIN_URL", url + "/")

    assert read_settings().salesforce_login_url == url


def test_a_misspelt_name_is_answered_with_the_right_one() -> None:
    an_env_file("SALESFORCE_CLIENTID=3MVG9\nCONECTOR_HOME=x\nCONNECTOR_HOEM=y\n")

    assert faults() == (
        "SALESFORCE_CLIENTID is not a setting; did you mean SALESFORCE_CLIENT_ID?",
        "CONNECTOR_HOEM is not a setting; did you mean CONNECTOR_HOME?",
    )


def test_a_secret_in_a_file_that_others_can_read_is_refused() -> None:
    """Promise S1"""
    an_env_file("SALESFORCE_CLIENT_SECRET=hush\n", mode=0o644)

    (line,) = faults()

    assert line == ".env: others can read SALESFORCE_CLIENT_SECRET; run chmod 600 .env"


def test_a_file_without_secrets_may_be_read_by_all() -> None:
    an_env_file("CONNECTOR_PROFILE=published\n", mode=0o644)

    assert read_settings().connector_profile == "published"


@pytest.mark.parametrize(
    ("auth", "missing"),
    [
        ("jwt", ["SALESFORCE_CLIENT_ID", "SALESFORCE_USERNAME", "SALESFORCE_PRIVATE_KEY_FILE"]),
        ("client_credentials", ["SALESFORCE_CLIENT_ID", "SALESFORCE_CLIENT_SECRET"]),
        ("refresh_token", ["SALESFORCE_CLIENT_ID", "SALESFORCE_CLIENT_SECRET", "SALESFORCE_REFRESH_TOKEN"]),
    ],
)
def test_each_way_to_log_in_says_all_it_still_needs(auth: str, missing: list[str]) -> None:
    with pytest.raises(ConfigError) as caught:
        check_login(Settings(salesforce_auth=auth))

    assert [line.split(" is missing")[0] for line in caught.value.problems[:-1]] == missing


def test_a_private_key_comes_from_a_file_of_ones_own(tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    key.write_text(PEM)
    key.chmod(0o600)

    assert read_private_key(Settings(salesforce_private_key_file=key)).get_secret_value() == PEM


@pytest.mark.parametrize(
    ("text", "mode", "told"),
    [(PEM, 0o644, "chmod 600"), (PEM, 0o640, "chmod 600"), ("not a key", 0o600, "openssl"), (None, 0, "no such file")],
)
def test_a_private_key_that_cannot_be_used_is_told(text: str | None, mode: int, told: str, tmp_path: Path) -> None:
    """Promise S1"""
    key = tmp_path / "key.pem"
    if text is not None:
        key.write_text(text)
        key.chmod(mode)

    with pytest.raises(ConfigError, match=told):
        read_private_key(Settings(salesforce_private_key_file=key))


def test_a_secret_shows_in_no_fault_and_no_print() -> None:
    """Promise S1"""
    settings = Settings(salesforce_client_secret="canary-1", salesforce_refresh_token="canary-2")

    assert "canary" not in f"{settings!r}{settings}{settings.model_dump_json()}"
    assert secrets_of(settings) == ["canary-1", "canary-2"]


@pytest.mark.parametrize(
    ("client_id", "token", "chosen"),
    [
        ("", "", ("salesforce",)), ("3MVG9", "", ("salesforce",)), ("", "pat-na1-1", ("hubspot",)),
        ("3MVG9", "pat-na1-1", ("salesforce", "hubspot")),
    ],
)  # fmt: skip
def test_the_crms_that_have_a_login_are_the_ones_we_work_with(
    client_id: str, token: str, chosen: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SALESFORCE_CLIENT_ID", client_id)
    monkeypatch.setenv("HUBSPOT_ACCESS_TOKEN", token)

    assert chosen_crms(read_settings()) == chosen


@pytest.mark.parametrize("one", ["hubspot_client_id", "hubspot_client_secret", "hubspot_refresh_token"])
def test_an_oauth_app_of_hubspots_that_is_not_whole_says_all_it_still_needs(one: str) -> None:
    settings = Settings(**{one: "given"})

    with pytest.raises(ConfigError) as caught:
        check_hubspot_login(settings)

    needed = {"HUBSPOT_CLIENT_ID", "HUBSPOT_CLIENT_SECRET", "HUBSPOT_REFRESH_TOKEN"} - {one.upper()}
    assert chosen_crms(settings) == ("hubspot",)
    assert {line.split(" is missing")[0] for line in caught.value.problems[:-1]} == needed
    assert "HUBSPOT_ACCESS_TOKEN" in caught.value.problems[-1]


def test_two_ways_to_log_in_to_hubspot_are_one_too_many_and_none_is_told() -> None:
    app = {"hubspot_client_id": "app", "hubspot_client_secret": "s", "hubspot_refresh_token": "r"}
    both = Settings(hubspot_access_token="pat-na1-canary", **app)

    with pytest.raises(ConfigError, match="HUBSPOT_ACCESS_TOKEN is set, and so is HUBSPOT_CLIENT_ID") as caught:
        check_hubspot_login(both)
    with pytest.raises(ConfigError, match="or set HUBSPOT_ACCESS_TOKEN alone"):
        check_hubspot_login(Settings())

    assert "canary" not in str(caught.value)
    assert secrets_of(both) == ["pat-na1-canary", "s", "r"]
    check_hubspot_login(Settings(**app))
    check_hubspot_login(Settings(hubspot_access_token="pat-na1-x"))


@pytest.mark.parametrize("family", ["v4", "2026", "09-2026"])
def test_a_family_of_paths_that_hubspot_does_not_have_is_refused(family: str) -> None:
    (told,) = faults(HUBSPOT_API_FAMILY=family)

    assert told.startswith(f"HUBSPOT_API_FAMILY is '{family}'; it must")


def test_a_misspelt_name_of_hubspots_is_answered_too() -> None:
    assert faults(HUBSPOT_ACCES_TOKEN="pat") == (
        "HUBSPOT_ACCES_TOKEN is not a setting; did you mean HUBSPOT_ACCESS_TOKEN?",
    )
