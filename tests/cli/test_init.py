"""Does `connector init` give a new folder what it needs, and never harm what is there?"""

import stat
from pathlib import Path

import pytest

from connector.cli.main import run
from connector.settings import read_settings


def test_a_new_folder_gets_a_private_env_file_and_the_default_mappings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert run(["init"]) == 0

    assert stat.S_IMODE(Path(".env").stat().st_mode) == 0o600
    assert {path.name for path in Path("mappings").iterdir()} >= {"scoring.yaml", "salesforce.yaml"}
    assert read_settings().connector_mappings == Path("mappings")


def test_what_is_there_is_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / ".env").write_text("CONNECTOR_PROFILE=mine\n")

    assert run(["init", str(tmp_path)]) == 0

    assert (tmp_path / ".env").read_text() == "CONNECTOR_PROFILE=mine\n"
    assert f"kept  {tmp_path / '.env'}" in capsys.readouterr().out


def test_force_overwrites_and_sets_the_old_file_aside(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("CONNECTOR_PROFILE=mine\n")

    assert run(["init", str(tmp_path), "--force"]) == 0

    assert "SALESFORCE_CLIENT_ID=" in (tmp_path / ".env").read_text()
    assert (tmp_path / ".env.old").read_text() == "CONNECTOR_PROFILE=mine\n"


def test_a_folder_that_is_not_ours_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["init", "/proc/nowhere"]) == 2

    said = capsys.readouterr().err
    assert said.startswith("error: /proc/nowhere/.env: cannot be written")
    assert len(said.splitlines()) == 1
