"""Does the page about the sandbox name everything one can do with it?"""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from connector.sandbox.faults import REQUEST_ACTIONS, ROW_ACTIONS
from connector.sandbox.hubspot import control as hubspot_control
from connector.sandbox.hubspot.settings import Settings as HubSpotSettings
from connector.sandbox.salesforce.control import VERBS
from connector.sandbox.salesforce.schema import standard_objects
from connector.sandbox.salesforce.settings import DEFAULT_FEATURES, Settings
from connector.sandbox.steering import STEERING

PAGE = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text(encoding="utf-8")
HUBSPOT = PAGE.partition("\n## HubSpot\n")[2]
FEATURES = {f.feature for one in standard_objects() for f in one.fields} | {one.feature for one in standard_objects()}


@pytest.mark.parametrize(("method", "path"), sorted({**STEERING, **VERBS}))
def test_the_page_lists_every_call_of_the_control_plane(method: str, path: str) -> None:
    assert f"`{method} {path}`" in PAGE


@pytest.mark.parametrize("name", [one.name for one in fields(Settings)])
def test_the_page_lists_every_switch(name: str) -> None:
    assert f"`{name}`" in PAGE


@pytest.mark.parametrize("path", sorted({path for _, path in hubspot_control.VERBS}))
def test_the_page_lists_every_call_of_a_portals_control_plane(path: str) -> None:
    assert f"`{path}`" in HUBSPOT or f" {path}`" in HUBSPOT


@pytest.mark.parametrize("name", [one.name for one in fields(HubSpotSettings)])
def test_the_page_lists_every_switch_of_a_portal(name: str) -> None:
    assert f"`{name}`" in HUBSPOT


@pytest.mark.parametrize("action", [*REQUEST_ACTIONS, *ROW_ACTIONS])
def test_the_page_lists_every_fault(action: str) -> None:
    assert f"`{action}`" in PAGE


@pytest.mark.parametrize("feature", sorted(FEATURES - {""}))
def test_the_page_names_every_feature(feature: str) -> None:
    assert feature in PAGE


def test_every_default_feature_has_something_to_switch() -> None:
    assert DEFAULT_FEATURES <= FEATURES
