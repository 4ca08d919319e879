"""An org on loopback HTTP, and a shell in an empty folder from which the real commands are typed."""

import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import structlog

from connector.cli.main import run
from connector.cli.sandbox import env_of
from connector.sandbox.salesforce.server import Sandbox
from connector.sandbox.world.make import LivingWorld, make_world
from connector.settings import env_template
from connector.shipped import shipped_mappings
from tests.said import Said

ACCOUNTS, ACTIVITIES = 30, 1_500


@dataclass(frozen=True, slots=True)
class Shell:
    """A folder with its `.env` and mappings, where commands are typed."""

    folder: Path
    capture: pytest.CaptureFixture[str]

    def __call__(self, *args: str) -> Said:
        self.capture.readouterr()
        code = run(list(args))
        said = self.capture.readouterr()
        assert "Traceback" not in said.err
        return Said(code, said.out, said.err)

    def set(self, **values: str) -> None:
        """Put settings into `.env`, the last of a name counts."""
        with (self.folder / ".env").open("a") as file:
            file.writelines(f"{name}={value}\n" for name, value in values.items())

    def edit(self, name: str, old: str, new: str) -> int:
        """Change a mapping; the line that changed."""
        path = self.folder / "mappings" / name
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))
        return text[: text.index(old)].count("\n") + 1


@pytest.fixture(scope="session")
def world() -> LivingWorld:
    return make_world(7, accounts=ACCOUNTS, activities=ACTIVITIES)


@pytest.fixture
def org(world: LivingWorld) -> Iterator[Sandbox]:
    with Sandbox(world, seed=7) as running:
        yield running


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    """An empty folder after `connector init`; the environment holds no setting of ours."""
    for name in [name for name in os.environ if name.startswith(("SALESFORCE_", "HUBSPOT_", "CONNECTOR_"))]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mappings").mkdir()
    for source in shipped_mappings().iterdir():
        (tmp_path / "mappings" / source.name).write_text(source.read_text())
    env = tmp_path / ".env"
    env.write_text(env_template())
    env.chmod(0o600)
    return Shell(tmp_path, capsys)


@pytest.fixture
def connected(shell: Shell, org: Sandbox) -> Shell:
    """A shell whose `.env` reaches the org."""
    shell.set(**env_of(org))
    return shell


@pytest.fixture
def ready(connected: Shell) -> Shell:
    """... in which the fields have been made."""
    assert connected("fields", "apply").code == 0
    return connected


@pytest.fixture(scope="session")
def synced(world: LivingWorld, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a connector that has synced once; to be copied, not to be used."""
    folder = tmp_path_factory.mktemp("synced")
    with pytest.MonkeyPatch.context() as patch, Sandbox(world, seed=7) as running:
        for name, value in env_of(running).items():
            patch.setenv(name, value)
        patch.setenv("CONNECTOR_HOME", str(folder))
        patch.chdir(folder)
        assert [run(["fields", "apply"]), run(["sync"])] == [0, 0]
    structlog.reset_defaults()
    return folder


@pytest.fixture
def known(shell: Shell, synced: Path) -> Shell:
    """A shell that knows the results of a sync, and reaches no org."""
    shutil.copytree(synced, shell.folder / ".connector")
    return shell


def writes(org: Sandbox) -> Mapping[str, Any]:
    """What was written to accounts since the start."""
    found: Mapping[str, Any] = org.org.journal.totals().get("Account", {})
    return found
