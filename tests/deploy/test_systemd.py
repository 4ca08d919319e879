"""Would systemd take the units, and do they say what we mean?"""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from connector.errors import AccessDenied, ConfigError
from tests.deploy.files import DEPLOY, unit_lines

SERVICES = ("connector-worker.service", "connector-sync.service")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not on this machine")
def test_systemd_finds_nothing_to_say_about_the_units(tmp_path: Path) -> None:
    units = [tmp_path / unit.name for unit in (DEPLOY / "systemd").iterdir()]
    for unit in units:
        text = (DEPLOY / "systemd" / unit.name).read_text()
        unit.write_text(text.replace("/opt/connector/bin/connector", sys.executable))

    ran = subprocess.run(["systemd-analyze", "verify", "--man=no", *units], capture_output=True, text=True, check=False)

    assert (ran.returncode, ran.stderr) == (0, "")


@pytest.mark.parametrize("unit", SERVICES)
def test_a_service_runs_unprivileged_and_sees_only_its_own_folder(unit: str) -> None:
    lines = dict(unit_lines(unit))

    assert lines["User"] == "connector"
    assert lines["ProtectSystem"] == "strict"
    assert lines["StateDirectoryMode"] == "0700"
    assert lines["NoNewPrivileges"] == "true"


def test_both_services_are_held_as_tightly() -> None:
    worker, sync = (set(unit_lines(unit)) for unit in SERVICES)

    own = {key for key, _ in worker ^ sync}

    assert own == {"Description", "Conflicts", "Type", "ExecStart", "Restart", "RestartSec", "RestartPreventExitStatus",
                   "TimeoutStartSec", "WantedBy"}


def test_the_worker_stays_down_when_only_a_person_can_help() -> None:
    codes = dict(unit_lines("connector-worker.service"))["RestartPreventExitStatus"].split()

    assert codes == [str(ConfigError.exit_code), str(AccessDenied.exit_code)]
