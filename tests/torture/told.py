"""What does the torture say at its end, of all processes it ran in?"""

from typing import Any

import pytest

from tests.torture import tally

KEY = "torture"


def pytest_sessionfinish(session: pytest.Session) -> None:
    """One of several processes hands its numbers to the one that began them."""
    output: dict[str, Any] | None = getattr(session.config, "workeroutput", None)  # Any: pytest-xdist's own
    if output is not None:
        output[KEY] = dict(tally.counted)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:  # Any: a worker of pytest-xdist, which has no types
    """One of them has ended."""
    tally.counted.update(getattr(node, "workeroutput", {}).get(KEY, {}))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The numbers."""
    if tally.counted:
        terminalreporter.section("torture")
        for line in tally.lines():
            terminalreporter.write_line(line)
