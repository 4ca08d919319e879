"""Are the image and the Compose file sound, as far as can be told without an engine?"""

import re
import subprocess
import sys
from pathlib import Path

from compose_spec import PyCompose

from tests.deploy.files import DEPLOY, read_yaml
from tests.house.source import ROOT

BIN = Path(sys.executable).parent


def _dockerfile() -> list[str]:
    """The instructions, continued lines joined."""
    text = (DEPLOY / "Dockerfile").read_text().replace("\\\n", " ")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def _last_stage() -> list[str]:
    lines = _dockerfile()
    start = max(number for number, line in enumerate(lines) if line.startswith("FROM"))
    return lines[start:]


def test_the_linter_finds_nothing_in_the_dockerfile() -> None:
    ran = subprocess.run([BIN / "hadolint", DEPLOY / "Dockerfile"], capture_output=True, text=True, check=False)

    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_the_image_runs_as_nobody_in_particular_and_tells_how_it_is() -> None:
    stage = _last_stage()

    assert "USER 10001:10001" in stage
    assert 'CMD ["connector", "health"]' in next(line for line in stage if line.startswith("HEALTHCHECK"))
    assert 'ENTRYPOINT ["connector"]' in stage


def test_the_image_carries_no_tool_that_could_change_it() -> None:
    stage = " ".join(_last_stage())

    assert not re.search(r"\b(pip|apt-get|curl|wget)\b", stage)


def test_the_image_is_made_of_files_that_reach_the_builder() -> None:
    copies = [line.split()[1:-1] for line in _dockerfile() if line.startswith("COPY") and "--from" not in line]
    ignore = (DEPLOY / "Dockerfile.dockerignore").read_text()
    allowed = {line[1:] for line in ignore.splitlines() if line.startswith("!")}
    copied = {name for names in copies for name in names}

    assert copied == allowed
    assert [name for name in copied if not (ROOT / name).exists()] == []


def test_every_install_in_the_image_is_checked_by_hash_or_comes_from_our_own_wheel() -> None:
    installs = [step for line in _dockerfile() for step in line.split("&&") if " install " in step]

    assert len(installs) == 3
    assert all("--require-hashes" in step or "--no-deps --no-index" in step for step in installs)


def test_compose_knows_every_key_of_the_compose_file() -> None:
    compose = PyCompose.from_yaml((DEPLOY / "compose.yaml").read_text())

    compose.validate()

    assert compose.service_names() == ["worker"]


def test_the_linter_finds_no_open_door_in_the_compose_file() -> None:
    command = [BIN / "compose-lint", "--fail-on", "high", DEPLOY / "compose.yaml"]

    ran = subprocess.run(command, capture_output=True, text=True, check=False)

    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_compose_gives_the_worker_a_read_only_root_and_time_to_finish() -> None:
    (compose,) = read_yaml("compose.yaml")
    worker = compose["services"]["worker"]

    assert worker["read_only"] is True
    assert worker["cap_drop"] == ["ALL"]
    assert worker["user"] == "10001:10001"
    assert worker["stop_grace_period"] == "2m"
    assert "ports" not in worker
