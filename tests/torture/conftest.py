"""What does the torture say at its end?"""

from collections.abc import Iterator

import pytest
import structlog

from tests.torture import tally


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Without the log, which would hold a line for every fault."""
    with structlog.testing.capture_logs():
        yield


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The numbers."""
    if tally.counted:
        terminalreporter.section("torture")
        for line in tally.lines():
            terminalreporter.write_line(line)
