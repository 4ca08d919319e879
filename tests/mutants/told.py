"""What does a run of the mutants say at its end?"""

import pytest

JUDGED = "test_a_bug_that_is_brought_back_is_seen"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many of the mutants that were brought back a test has seen."""
    ended = {how: _judged(terminalreporter.stats.get(how, [])) for how in ("passed", "failed")}
    if any(ended.values()):
        terminalreporter.section("mutants")
        terminalreporter.write_line(f"mutants killed {ended['passed']} of {sum(ended.values())}")


def _judged(reports: list[pytest.TestReport]) -> int:
    return sum(1 for report in reports if JUDGED in report.nodeid)
