"""The wheel, built once, and an environment that holds it and the locked run-time libraries alone."""

import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

import pytest

from tests.house.source import ROOT
from tests.packaging.locks import PIN


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*command, "--wheel-dir", folder, ROOT], check=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def bare(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` folder of an environment with the wheel and what requirements.lock names, and nothing else."""
    home = tmp_path_factory.mktemp("bare")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", home], check=True)
    (packages,) = home.glob("lib/python*/site-packages")
    for locked in _locked():
        _link(locked, packages)
    pip = [sys.executable, "-m", "pip", "--python", home / "bin" / "python"]
    subprocess.run([*pip, "install", "--quiet", "--no-deps", "--no-index", wheel], check=True)
    return home / "bin"


def _locked() -> Iterator[Distribution]:
    """What requirements.lock names, as far as this platform needs it."""
    for name, _ in PIN.findall((ROOT / "requirements.lock").read_text()):
        try:
            yield distribution(name)
        except PackageNotFoundError:
            continue


def _link(locked: Distribution, packages: Path) -> None:
    """Lend the files of a library that is installed here to another environment."""
    tops = {file.parts[0] for file in locked.files or () if file.parts[0] not in {"..", "__pycache__"}}
    for top in tops:
        if not (packages / top).exists():
            (packages / top).symlink_to(Path(str(locked.locate_file(top))))
