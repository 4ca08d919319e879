"""Does the wheel hold all it needs, and run where nothing else is installed?"""

import subprocess
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest

from connector.shipped import shipped_mappings
from tests.house.source import ROOT

SLOW_TO_LOAD = ("duckdb", "hubspot", "numpy", "pandas", "pyarrow", "simple_salesforce", "zeep")


def _names(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as packed:
        return packed.namelist()


def _run(bare: Path, folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    clean = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "LANG": "C.UTF-8"}
    line = [bare / command[0], *command[1:]]
    return subprocess.run(line, cwd=folder, env=clean, capture_output=True, text=True, check=False)


def test_the_wheel_carries_every_file_of_the_connector_and_nothing_of_the_workshop(wheel: Path) -> None:
    files = [file for file in (ROOT / "connector").rglob("*") if file.suffix in {".py", ".sql"}]
    ours = {str(file.relative_to(ROOT)) for file in files}

    names = {name for name in _names(wheel) if ".dist-info/" not in name}

    assert ours <= names
    assert {name.split("/")[0] for name in names} == {"connector"}


def test_the_wheel_carries_the_mappings_as_they_stand_in_the_repository(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        carried = {
            Path(name).name: packed.read(name)
            for name in packed.namelist()
            if name.startswith("connector/_mappings/")
        }

    assert carried == {file.name: file.read_bytes() for file in (ROOT / "mappings").iterdir() if file.is_file()}


def test_a_checkout_reads_the_mappings_that_revops_edits() -> None:
    assert shipped_mappings() == ROOT / "mappings"


def test_an_installed_connector_finds_the_mappings_it_carries(bare: Path, tmp_path: Path) -> None:
    code = "from connector.shipped import shipped_mappings as of; print(*sorted(file.name for file in of().iterdir()))"

    ran = _run(bare, tmp_path, "python", "-c", code)

    assert ran.stdout.split() == sorted(file.name for file in (ROOT / "mappings").iterdir())


def test_an_installed_connector_says_its_version(bare: Path, tmp_path: Path) -> None:
    ran = _run(bare, tmp_path, "connector", "--version")

    assert ran.returncode == 0, ran.stderr
    assert version("account-engagement-connector") in ran.stdout


@pytest.mark.parametrize("command", [("--help",), ("sync", "--help"), ("worker", "--help"), ("health", "--help")])
def test_an_installed_connector_explains_itself(bare: Path, tmp_path: Path, command: tuple[str, ...]) -> None:
    ran = _run(bare, tmp_path, "connector", *command)

    assert ran.returncode == 0, ran.stderr
    assert "Usage: connector" in ran.stdout


def test_an_installed_connector_writes_its_first_files(bare: Path, tmp_path: Path) -> None:
    ran = _run(bare, tmp_path, "connector", "init")

    assert ran.returncode == 0, ran.stderr
    assert (tmp_path / ".env").stat().st_mode & 0o777 == 0o600
    written = {file.name for file in (tmp_path / "mappings").iterdir()}
    assert {file.name for file in (ROOT / "mappings").glob("*.yaml")} <= written


def test_asking_for_help_loads_nothing_that_is_slow(bare: Path, tmp_path: Path) -> None:
    code = f"import sys; from connector.cli.main import main; print(*[m for m in {SLOW_TO_LOAD} if m in sys.modules])"

    ran = _run(bare, tmp_path, "python", "-c", code)

    assert (ran.returncode, ran.stdout.strip()) == (0, ""), ran.stderr
