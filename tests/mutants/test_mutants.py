"""Does a test go red for each known bug that is brought back?"""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.mutants.bugs import MUTANTS
from tests.mutants.mutant import Mutant
from tests.mutants.table import page

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT.parent / "shared"  # recorded answers; some tests are skipped where they are missing
COPIED = ("connector", "tests", "mappings", "pyproject.toml")
IGNORED = shutil.ignore_patterns("__pycache__", "*.pyc")
GREEN, RED = 0, 1  # how pytest ends
SEED = "7"
ENDLESS = "60"  # seconds; a bug that makes us turn in circles is seen by that
NAMES = [mutant.name for mutant in MUTANTS]


def a_copy(folder: Path) -> Path:
    """The tree once more, in a folder that is thrown away."""
    copy = folder / "tree"
    copy.mkdir(parents=True)
    if FIXTURES.is_dir():
        (folder / FIXTURES.name).symlink_to(FIXTURES, target_is_directory=True)
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name, ignore=IGNORED)
        else:
            shutil.copyfile(ROOT / name, copy / name)
    return copy


def infect(copy: Path, mutant: Mutant) -> None:
    """Bring the bug back into the copy."""
    path = copy / "connector" / mutant.file
    text = path.read_text(encoding="utf-8")
    assert text.count(mutant.old) == 1, f"{mutant.name}: the change no longer fits {mutant.file}; write it anew"
    path.write_text(text.replace(mutant.old, mutant.new), encoding="utf-8")


def judge(copy: Path, tests: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run tests of the copy against the copy."""
    named = [f"tests/{test}" for test in tests]
    options = ["-q", "-x", "-p", "no:cacheprovider", "-p", "no:xdist", f"--hypothesis-seed={SEED}"]
    options += ["--timeout", ENDLESS]
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    command = [sys.executable, "-m", "pytest", *options, *named]
    return subprocess.run(command, cwd=copy, env=env, capture_output=True, text=True)


def test_every_bug_of_the_list_is_brought_back() -> None:
    assert {mutant.bug for mutant in MUTANTS} == set(range(1, 41))
    assert len(set(NAMES)) == len(NAMES)


@pytest.mark.parametrize("mutant", MUTANTS, ids=NAMES)
def test_a_mutant_still_fits_the_code(mutant: Mutant) -> None:
    file, _, test = mutant.test.partition("::")
    times = (ROOT / "connector" / mutant.file).read_text(encoding="utf-8").count(mutant.old)
    is_there = f"def {test}(" in (ROOT / "tests" / file).read_text(encoding="utf-8")

    assert (times, is_there) == (1, True)


def test_the_page_says_what_the_list_says() -> None:
    assert (ROOT / "docs" / "mutants.md").read_text(encoding="utf-8") == page()


@pytest.mark.torture
def test_without_a_bug_every_test_that_sees_one_is_green(tmp_path: Path) -> None:
    ended = judge(a_copy(tmp_path), sorted({mutant.test for mutant in MUTANTS}))

    assert ended.returncode == GREEN, ended.stdout[-3000:]


@pytest.mark.torture
@pytest.mark.parametrize("mutant", MUTANTS, ids=NAMES)
def test_a_bug_that_is_brought_back_is_seen(mutant: Mutant, tmp_path: Path) -> None:
    copy = a_copy(tmp_path)
    infect(copy, mutant)

    ended = judge(copy, [mutant.test])

    shutil.rmtree(copy)
    if " passed" not in ended.stdout and " skipped" in ended.stdout:
        pytest.skip(f"{mutant.test} needs the recorded fixtures, which are not beside this checkout")
    assert ended.returncode == RED, f"{mutant.name} survived {mutant.test}\n{ended.stdout[-3000:]}"
