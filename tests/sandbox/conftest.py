"""The small org, running, and a client that is logged in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connector.sandbox.salesforce.server import Sandbox
from connector.sandbox.salesforce.settings import Settings
from tests.sandbox.small_org import NOW, Client, small_org

A_DECADE = 315_360_000  # seconds; a test about time should not meet a login that ran out


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(small_org(), settings=Settings(token_lifetime=A_DECADE)) as running:
        running.org.clock.set(NOW)
        yield running


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[Client]:
    caller = Client(sandbox)
    with caller.http:
        yield caller
