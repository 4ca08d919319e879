"""Does a command line end in the right exit code, with one clear message and never a traceback?"""

import importlib
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from connector.cli import main
from connector.errors import (
    AccessDenied,
    BudgetReached,
    Busy,
    ConfigError,
    ConnectorError,
    Rejected,
    Stopped,
    StoreError,
    Unavailable,
    UnsafePlan,
)


def test_help_names_every_command_and_every_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["--help"]) == 0

    said = capsys.readouterr().out
    assert all(f"  {name} " in said for name in main.COMMANDS)
    assert all(f"\n    {code}  " in said for code in range(9))
    assert "130, 143" in said


def test_the_list_of_commands_says_what_each_command_says_of_itself() -> None:
    for name, (module, told) in main.COMMANDS.items():
        command: click.Command = importlib.import_module(module).command

        assert command.get_short_help_str(200).rstrip(".") == told, name


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; from connector.cli.main import run; run(['--help']); "
        "print([m for m in ('pydantic', 'duckdb', 'pyarrow', 'numpy', 'rich', 'structlog') if m in sys.modules])"
    )

    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert said.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("typed", "hint"),
    [("snyc", "did you mean sync?"), ("acounts", "did you mean accounts?"), ("xyz", "connector --help")],
)
def test_a_misspelt_command_is_answered_with_the_right_one(
    typed: str, hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.run([typed]) == 2

    assert hint in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ConnectorError("x"), 1), (ConfigError("x"), 2), (Unavailable("x"), 1), (Rejected("x"), 1),
        (StoreError("x"), 1), (UnsafePlan("x"), 5), (BudgetReached("x"), 6), (AccessDenied("x"), 7), (Busy("x"), 8),
        (Stopped(2), 130), (Stopped(15), 143), (KeyboardInterrupt(), 130),
    ],
)  # fmt: skip
def test_every_expected_failure_has_its_exit_code_and_one_line(
    error: BaseException, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails() -> None:
        raise error

    monkeypatch.setattr(main.connector, "get_command", lambda _ctx, name: click.Command(name, callback=fails))

    assert main.run(["sync"]) == code

    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("stopped" if code >= 128 else "error: ")
    assert len(said.err.splitlines()) == 1
    assert ("again" in said.err) == (isinstance(error, Unavailable) or code >= 128)


def test_every_fault_of_a_configuration_has_a_line_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CONNECTOR_HEALTH_PORT", "high")
    monkeypatch.setenv("CONNECTOR_SCHEDULE", "daily")

    assert main.run(["mappings", "check"]) == 2

    assert [line.split()[1] for line in capsys.readouterr().err.splitlines()] == [
        "CONNECTOR_SCHEDULE", "CONNECTOR_HEALTH_PORT",
    ]  # fmt: skip


def test_a_reader_that_leaves_early_is_no_fault(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)

    done = subprocess.run(
        [sys.executable, "-m", "connector.cli.main", "mappings", "check"],
        stdout=writer, stderr=subprocess.PIPE, text=True, cwd=tmp_path,
    )  # fmt: skip
    os.close(writer)

    assert (done.returncode, done.stderr) == (0, "")


def test_a_flag_can_be_given_as_a_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CONNECTOR_MAPPINGS_CHECK_JSON", "1")

    assert main.run(["mappings", "check"]) == 0

    assert capsys.readouterr().out.startswith('{"folder": ')
