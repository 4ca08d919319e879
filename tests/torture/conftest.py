"""What does the torture say at its end?"""

import logging
from collections.abc import Iterator

import pytest
import structlog

from tests.torture import tally

SILENT = logging.CRITICAL


@pytest.fixture(autouse=True, scope="module")
def _quiet() -> Iterator[None]:
    """Without the log, which would hold a line for every fault."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(SILENT))
    yield
    structlog.reset_defaults()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The numbers."""
    if tally.counted:
        terminalreporter.section("torture")
        for line in tally.lines():
            terminalreporter.write_line(line)
