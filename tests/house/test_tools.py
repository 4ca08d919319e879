"""Do the tools that read the code agree with it?"""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.source import ROOT

BIN = Path(sys.executable).parent


@pytest.mark.parametrize(
    "command",
    [
        pytest.param((sys.executable, "-m", "ruff", "check", "."), id="ruff"),
        pytest.param((sys.executable, "-m", "mypy"), id="mypy --strict"),
        pytest.param((str(BIN / "lint-imports"),), id="import-linter"),
    ],
)
def test_a_tool_that_reads_the_code_finds_nothing(command: tuple[str, ...]) -> None:
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert ran.returncode == 0, ran.stdout + ran.stderr
