"""Does the demo tell the whole loop, prove what it says, and leave nothing behind?"""

import re
from pathlib import Path

import pytest

from tests.cli.test_processes import TIMEOUT, started


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """What a small demo says, and where it kept its store."""
    folder = tmp_path_factory.mktemp("demo")
    with started("demo", "--accounts", "60", "--keep", "kept", folder=folder) as process:
        out, err = process.communicate(timeout=2 * TIMEOUT)
    assert process.returncode == 0, err
    return out, folder


def test_every_account_that_was_written_holds_what_was_written(told: tuple[str, Path]) -> None:
    good, written = re.findall(r"(\d+) of (\d+) accounts hold exactly what was written, 14 fields each", told[0])[0]

    assert good == written
    assert int(written) > 40


def test_the_last_sync_writes_nothing(told: tuple[str, Path]) -> None:
    written = re.findall(r"([\d,]+) accounts written", told[0])

    assert len(written) == 3
    assert int(written[0]) > 40
    assert written[2] == "0"


def test_three_accounts_are_explained_and_each_receipt_adds_up_to_its_score(told: tuple[str, Path]) -> None:
    lines = told[0].splitlines()
    receipts = [i for i, line in enumerate(lines) if re.match(r"  Day +What +Who", line)]

    assert len(receipts) == 3
    for start in receipts:
        rows = lines[start + 1 : lines.index("", start)]
        *parts, whole = [float(row.split()[-1].replace(",", "")) for row in rows]
        score = int(re.findall(r"a score of (\d+)", rows[-1])[0])
        assert sum(parts) == pytest.approx(whole, abs=0.05 * len(parts))
        assert 100 * (1 - 2 ** (-whole / 60)) == pytest.approx(score, abs=0.6)


def test_it_says_how_to_go_on_and_what_it_kept_can_be_looked_into(told: tuple[str, Path]) -> None:
    out, folder = told

    with started("accounts", "list", folder=folder, CONNECTOR_HOME="kept") as process:
        listed, _ = process.communicate(timeout=TIMEOUT)

    assert all(f"connector {command}" in out for command in ("init", "doctor", "fields apply", "sync --dry-run"))
    assert listed.startswith("Account")
    assert [path.name for path in folder.iterdir()] == ["kept"]


def test_the_demo_needs_no_setting_and_minds_no_env_file_of_ours(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SALESFORCE_AUTH=nonsense\n")

    with started("demo", "--export", "nowhere", folder=tmp_path) as process:
        _, err = process.communicate(timeout=TIMEOUT)

    assert (process.returncode, err) == (2, "error: nowhere: no such folder or zip\n")
