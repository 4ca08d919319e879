"""What holds for every test: a slow machine breaks no law, draws are the same each time, the log goes where it went."""

from collections.abc import Iterator

import pytest
import structlog
from hypothesis import HealthCheck, settings

settings.register_profile(
    "repeatable", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)  # fmt: skip
settings.load_profile("repeatable")
pytest_plugins = ("tests.torture.told", "tests.mutants.told")


def pytest_addoption(parser: pytest.Parser) -> None:
    """How fine the torture is."""
    parser.addoption("--every-place", action="store_true", help="kill at every request and step, not at some; hours")


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    """A command that is run in a test sends the log to that test's stderr, which is closed when the test has ended."""
    before = structlog.get_config()
    yield
    structlog.configure(**before)
