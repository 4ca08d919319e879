"""Does every deployment speak of the settings that there are, and of no others?"""

import re

import pytest

from tests.deploy.files import DEPLOY, SETTINGS, manifests, read_yaml, unit_lines
from tests.house.source import ROOT

UNITS = ("connector-worker.service", "connector-sync.service")
NAME = re.compile(r"\b(?:SALESFORCE|HUBSPOT|CONNECTOR)_[A-Z_]+\b")


def test_the_example_names_every_setting_once() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()

    names = [line.partition("=")[0].lstrip("# ") for line in lines if re.match(r"#? ?[A-Z_]+=", line)]

    assert sorted(names) == sorted(SETTINGS)


def test_kubernetes_gives_every_setting_once() -> None:
    given = {made["metadata"]["name"]: made for made in manifests()}

    names = [*given["connector-settings"]["data"], *given["connector-secrets"]["stringData"]]

    assert sorted(names) == sorted(SETTINGS)


def test_kubernetes_keeps_secrets_out_of_the_config_map() -> None:
    settings = next(made for made in manifests() if made["kind"] == "ConfigMap")

    assert [name for name in settings["data"] if re.search("SECRET|TOKEN|PASSWORD", name)] == []


def test_compose_sets_only_settings_that_exist() -> None:
    (compose,) = read_yaml("compose.yaml")

    assert set(compose["services"]["worker"]["environment"]) <= SETTINGS


@pytest.mark.parametrize("unit", UNITS)
def test_a_systemd_service_sets_only_settings_that_exist(unit: str) -> None:
    names = {value.partition("=")[0] for key, value in unit_lines(unit) if key == "Environment"}

    assert names
    assert names <= SETTINGS


def test_the_image_sets_only_settings_that_exist() -> None:
    names = set(NAME.findall((DEPLOY / "Dockerfile").read_text()))

    assert names
    assert names <= SETTINGS


def test_the_admins_are_told_of_no_setting_that_does_not_exist() -> None:
    guides = ["README.md", "hubspot/README.md"]

    assert {name for guide in guides for name in NAME.findall((DEPLOY / guide).read_text())} <= SETTINGS
