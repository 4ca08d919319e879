"""What do the files of the admins' room say?"""

from collections.abc import Iterator
from typing import Any

from ruamel.yaml import YAML

from connector.settings import Settings
from tests.house.source import ROOT

DEPLOY = ROOT / "deploy"
SETTINGS = {name.upper() for name in Settings.model_fields}
Yaml = dict[str, Any]  # what an admin writes has no type before a schema has seen it


def read_yaml(name: str) -> list[Yaml]:
    """Every document of a YAML file, by its path below `deploy/`."""
    return [document for document in YAML(typ="safe", pure=True).load_all(DEPLOY / name) if document]


def manifests() -> list[Yaml]:
    """Every Kubernetes object we ship."""
    files = sorted((DEPLOY / "kubernetes").glob("*.yaml"))
    return [document for file in files for document in read_yaml(f"kubernetes/{file.name}")]


def pods() -> list[Yaml]:
    """The pod of each workload we ship."""
    templates = {
        "Deployment": lambda made: made["spec"]["template"],
        "CronJob": lambda made: made["spec"]["jobTemplate"]["spec"]["template"],
    }
    return [templates[made["kind"]](made)["spec"] for made in manifests() if made["kind"] in templates]


def unit_lines(name: str) -> Iterator[tuple[str, str]]:
    """Every `Key=value` of a systemd unit, in order; a key may come again."""
    for line in (DEPLOY / "systemd" / name).read_text().splitlines():
        if "=" in line and not line.startswith("#"):
            key, _, value = line.partition("=")
            yield key, value
