"""`connector fields`: which fields must the CRM have before we can write, and do they come to be?"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict

import click
from rich.text import Text

from connector.cli.connect import connect
from connector.cli.doctor import print_findings
from connector.cli.parts import load_mappings, load_settings, mapped_fields
from connector.cli.screen import print_json, show, stderr, table
from connector.crm.base import CRM, FieldStep, Finding
from connector.engine.counts import by_number, number_of
from connector.engine.mapping import Mapping
from connector.mappings import Mappings
from connector.settings import Settings, chosen_crms

PENDING, REFUSED = 4, 3  # exit codes
STYLES = {"create": "green", "update": "cyan", "grant": "cyan", "keep": "dim", "blocked": "bold red"}


@click.group()
def command() -> None:
    """Create or update the fields we write."""


@command.command()
@click.option("--exit-code", is_flag=True, help="End with 4 when something would be done.")
@click.option("--json", is_flag=True, help="One JSON object a line.")
def plan(exit_code: bool, json: bool) -> int:
    """Show what would be created, changed or granted; changes nothing."""
    settings = load_settings()
    mappings = load_mappings(settings)
    steps = [step for crm, mapping in _each(settings, mappings) for step in plan_of(crm, mapping)]
    if json:
        print_json({**asdict(step), "field": step.field.name} for step in steps)
    else:
        _print(steps)
    pending = [step for step in steps if step.action != "keep"]
    need = f"{number_of(len(steps), 'field')} {by_number(len(pending), 'needs', 'need')} work"
    told = f"{len(pending)} of {need}." if pending else "Every field is as it should be."
    stderr().print(told)
    return PENDING if pending and exit_code else 0


@command.command()
@click.option("--json", is_flag=True, help="One JSON object a line.")
def apply(json: bool) -> int:
    """Create, change and grant what is missing."""
    settings = load_settings()
    mappings = load_mappings(settings)
    each = _each(settings, mappings)
    findings = [found for crm, mapping in each for found in apply_plan(crm, plan_of(crm, mapping))]
    if json:
        print_json(map(asdict, findings))
    else:
        print_findings(findings)
    stderr().print("Next: connector doctor, then connector sync --dry-run.")
    return REFUSED if any(finding.level == "error" for finding in findings) else 0


def _each(settings: Settings, mappings: Mappings) -> list[tuple[CRM, Mapping]]:
    """Every CRM that has a login, and its mapping."""
    return [(connect(settings, mappings, crm), mappings.of(crm).mapping) for crm in chosen_crms(settings)]


def plan_of(crm: CRM, mapping: Mapping) -> list[FieldStep]:
    """What the CRM still needs for the fields of the mapping."""
    return crm.plan_fields(mapped_fields(mapping), mapping.write.written())


def apply_plan(crm: CRM, steps: Sequence[FieldStep]) -> list[Finding]:
    """Carry out what is needed; one finding for each such step."""
    needed = [step for step in steps if step.action != "keep"]
    return crm.apply_fields(needed) if needed else []


def _print(steps: Iterable[FieldStep]) -> None:
    lines = table("Field", "In the CRM", "Type", "Action", "Detail", giving=["Detail"])
    for step in steps:
        action = Text(step.action, style=STYLES[step.action])
        lines.add_row(step.field.name, step.crm_field, step.field.type, action, step.detail)
    show(lines)
