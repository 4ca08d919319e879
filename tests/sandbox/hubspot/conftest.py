"""A small portal, running, and a client that has its token."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connector.sandbox.hubspot.server import HubSpotSandbox
from connector.sandbox.hubspot.settings import Settings
from tests.sandbox.hubspot.small_portal import Client, small_portal


@pytest.fixture
def portal() -> Iterator[HubSpotSandbox]:
    with HubSpotSandbox(small_portal(), settings=Settings(search_limit=0, burst_limit=0)) as running:
        yield running


@pytest.fixture
def client(portal: HubSpotSandbox) -> Iterator[Client]:
    caller = Client(portal)
    with caller.http:
        yield caller
