"""`connector mappings check`: would the YAML be accepted?"""

from collections.abc import Iterable
from pathlib import Path

import click

from connector.cli.parts import load_settings, mapped_fields, mappings_folder
from connector.cli.screen import print_json, stderr
from connector.engine.counts import by_number, number_of
from connector.engine.doubts import doubts
from connector.engine.title_doubts import title_doubts
from connector.errors import ConfigError
from connector.mappings import Mappings, profile_names, read_mappings


@click.group()
def command() -> None:
    """Check the YAML that RevOps edits."""


@command.command()
@click.option("--json", is_flag=True, help="One JSON object a line.")
def check(json: bool) -> None:
    """Read every mapping and every profile, and tell all faults with file, line and key.

    What is no fault but hardly meant so, such as a line that is never reached, is told too; then the mappings are good.
    """
    settings = load_settings()
    folder = mappings_folder(settings)
    names = profile_names(folder)
    read = _read_all(folder, {*names, settings.connector_profile})
    chosen = read[settings.connector_profile]
    written = len(mapped_fields(chosen.mapping))
    odd = [*dict.fromkeys(line for one in read.values() for line in _odd(one))]
    told: dict[str, object] = {
        "folder": str(folder), "profile": settings.connector_profile, "profiles": names, "digest": chosen.digest,
        "rules_version": chosen.rules.version, "streams": len(chosen.mapping.read),
        "fields": written, "doubts": odd,
    }  # fmt: skip
    if json:
        print_json([told])
    else:
        click.echo(
            f"{folder} is good. Profile {told['profile']}, version {told['rules_version']}, of {', '.join(names)}: "
            f"{_are(len(chosen.mapping.read), 'stream')} read, {_are(written, 'account field')} written. "
            f"Digest {told['digest']}."
        )
    for line in odd:
        stderr().print(f"odd: {line}", soft_wrap=True)


def _are(many: int, noun: str) -> str:
    return f"{number_of(many, noun)} {by_number(many, 'is', 'are')}"


def _odd(mappings: Mappings) -> list[str]:
    """What is odd about the rules and the titles, with its place."""
    of_rules = [f"{mappings.rule_place(doubt.key)} {doubt.told}" for doubt in doubts(mappings.rules)]
    return of_rules + [f"{mappings.persona_place(one.key)} {one.told}" for one in title_doubts(mappings.personas)]


def _read_all(folder: Path, profiles: Iterable[str]) -> dict[str, Mappings]:
    """The mappings with each of the profiles. Raises ConfigError with the faults of all of them."""
    read: dict[str, Mappings] = {}
    problems: list[str] = []
    for profile in profiles:
        try:
            read[profile] = read_mappings(folder, profile)
        except ConfigError as error:
            problems += error.problems
    if problems:
        raise ConfigError(*dict.fromkeys(problems))
    return read
