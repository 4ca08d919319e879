"""Are the lock files complete, hashed, and silent about where packages come from?"""

import re
import tomllib
from importlib.metadata import packages_distributions

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.source import ROOT, sources
from tests.packaging.locks import PIN

LOCKS = ("requirements.lock", "requirements-build.lock", "requirements-test.lock")
COMES_WITH = {"pydantic-core": "pydantic", "urllib3": "requests"}  # one library in two packages
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def _pins(lock: str) -> dict[str, str]:
    return {canonicalize_name(name): version for name, version in PIN.findall((ROOT / lock).read_text())}


def _declared(*extras: str) -> list[Requirement]:
    named = [*PROJECT["dependencies"], *(line for extra in extras for line in PROJECT["optional-dependencies"][extra])]
    return [Requirement(line) for line in named]


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_pinned_and_hashed(lock: str) -> None:
    """Promise S8"""
    entries = re.split(r"\n(?=[A-Za-z])", (ROOT / lock).read_text())[1:]

    bare = [entry.splitlines()[0] for entry in entries if not PIN.match(entry) or "--hash=sha256:" not in entry]

    assert entries
    assert bare == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_does_not_say_where_packages_come_from(lock: str) -> None:
    assert not re.search(r"://|--(extra-)?index|--find-links", (ROOT / lock).read_text())


@pytest.mark.parametrize(("lock", "extras"), [("requirements.lock", ()), ("requirements-test.lock", ("test",))])
def test_a_lock_keeps_what_the_project_asks_for(lock: str, extras: tuple[str, ...]) -> None:
    pins = _pins(lock)

    broken = [
        str(wanted)
        for wanted in _declared(*extras)
        if not wanted.specifier.contains(pins.get(canonicalize_name(wanted.name), "0"), prereleases=True)
    ]

    assert broken == []


def test_the_tests_run_on_the_versions_that_users_get() -> None:
    everything = _pins("requirements-test.lock")

    for lock in LOCKS[:2]:
        assert _pins(lock).items() <= everything.items()


def test_every_library_we_import_is_one_we_ask_for() -> None:
    asked = {canonicalize_name(wanted.name) for wanted in _declared()}
    homes = packages_distributions()
    third_party = {
        module.split(".")[0]: source.path
        for source in sources("connector")
        for _, module in source.imports
        if module.split(".")[0] in homes and not module.startswith("connector")
    }

    strays = {
        module: path
        for module, path in third_party.items()
        if not {COMES_WITH.get(name, name) for name in map(canonicalize_name, homes[module])} & asked
    }

    assert strays == {}


def test_every_library_we_ask_for_is_explained() -> None:
    words = (ROOT / "docs" / "dependencies.md").read_text()

    assert [wanted.name for wanted in _declared("test") if f"`{wanted.name}`" not in words] == []
