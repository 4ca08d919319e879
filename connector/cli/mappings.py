"""`connector mappings check`: would the YAML be accepted?"""

from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from connector.cli.connect import NAMES
from connector.cli.parts import load_settings, mapped_fields, mappings_folder
from connector.cli.screen import print_json, stderr
from connector.engine.counts import by_number, number_of
from connector.engine.doubts import centre_doubts, doubts
from connector.engine.title_doubts import title_doubts
from connector.errors import ConfigError
from connector.mappings import STANDARD_PROFILE, Mappings, profile_names, read_mappings
from connector.settings import chosen_crms


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
    crms = chosen_crms(settings)
    read = _read_all(folder, {*names, settings.connector_profile}, crms)
    chosen = read[settings.connector_profile]
    counts = {crm: (len(of.mapping.read), len(mapped_fields(of.mapping))) for crm, of in chosen.files.items()}
    odd = [*dict.fromkeys(line for one in read.values() for line in _odd(one))]
    told: dict[str, object] = {
        "folder": str(folder), "profile": settings.connector_profile, "profiles": names, "digest": chosen.digest,
        "rules_version": chosen.rules.version, "streams": counts[crms[0]][0], "fields": counts[crms[0]][1],
        "crms": {crm: {"streams": streams, "fields": fields} for crm, (streams, fields) in counts.items()},
        "doubts": odd,
    }  # fmt: skip
    if json:
        print_json([told])
    else:
        click.echo(
            f"{folder} is good. Profile {told['profile']}, version {told['rules_version']}, of {', '.join(names)}: "
            f"{'; '.join(_read_and_written(crm, *count, is_alone=len(crms) == 1) for crm, count in counts.items())}. "
            f"Digest {told['digest']}."
        )
    for line in odd:
        stderr().print(f"odd: {line}", soft_wrap=True)


def _read_and_written(crm: str, streams: int, fields: int, *, is_alone: bool) -> str:
    """14 streams are read, 14 account fields are written; of which CRM, where there are two."""
    what = "account field" if crm == "salesforce" else "company property"
    said = f"{_are(streams, 'stream')} read, {_are(fields, what)} written"
    return said if is_alone else f"{NAMES[crm]}: {said}"


def _are(many: int, noun: str) -> str:
    return f"{number_of(many, noun)} {by_number(many, 'is', 'are')}"


def _odd(mappings: Mappings) -> list[str]:
    """What is odd about the rules and the titles, with its place."""
    found = [*doubts(mappings.rules), *centre_doubts(mappings.rules, (of.mapping for of in mappings.files.values()))]
    of_rules = [f"{mappings.rule_place(doubt.key)} {doubt.told}" for doubt in found]
    return of_rules + [f"{mappings.persona_place(one.key)} {one.told}" for one in title_doubts(mappings.personas)]


def _read_all(folder: Path, profiles: Iterable[str], crms: Sequence[str]) -> dict[str, Mappings]:
    """The mappings with each of the profiles. Raises ConfigError with the faults of all of them.

    The file of a CRM without a login is checked too, if it is there.
    """
    read: dict[str, Mappings] = {}
    problems: list[str] = []
    others = [crm for crm in NAMES if crm not in crms and (folder / f"{crm}.yaml").is_file()]
    try:
        read_mappings(folder, STANDARD_PROFILE, others)
    except ConfigError as error:
        problems += error.problems
    for profile in profiles:
        try:
            read[profile] = read_mappings(folder, profile, crms)
        except ConfigError as error:
            problems += error.problems
    if problems:
        raise ConfigError(*dict.fromkeys(problems))
    return read
