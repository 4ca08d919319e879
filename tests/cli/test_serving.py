"""What does `connector sandbox serve` print, so that a connector finds its CRM?"""

from __future__ import annotations

import io

import pytest

from tests.cli.conftest import Shell

SALESFORCE = ["SALESFORCE_LOGIN_URL", "SALESFORCE_AUTH", "SALESFORCE_CLIENT_ID", "SALESFORCE_CLIENT_SECRET"]
HUBSPOT = ["HUBSPOT_BASE_URL", "HUBSPOT_ACCESS_TOKEN"]


@pytest.mark.parametrize(
    ("crm", "names"), [("salesforce", SALESFORCE), ("hubspot", HUBSPOT), ("both", SALESFORCE + HUBSPOT)]
)
def test_the_lines_of_env_that_reach_each_crm_are_printed(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, crm: str, names: list[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())

    said = shell("sandbox", "serve", "--crm", crm, "--port", "0", "--accounts", "5", "--until-eof")

    assert said.code == 0
    assert [line.partition("=")[0] for line in said.out.splitlines()] == names
    assert said.err.count("/__sandbox__/clock/advance") == (2 if crm == "both" else 1)


def test_a_crm_nobody_serves_is_refused(shell: Shell) -> None:
    said = shell("sandbox", "serve", "--crm", "sugar")

    assert said.code == 2
    assert "sugar" in said.err
