"""`connector doctor`: would a sync work? Settings, mappings, store, login, permissions and fields; reads only."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from itertools import groupby

import click
from rich.text import Text

from connector.cli.connect import NAMES, connect
from connector.cli.parts import load_mappings, load_settings
from connector.cli.screen import print_json, show
from connector.cli.unused import UNUSED, unused
from connector.crm.base import Finding
from connector.engine.doubts import doubts
from connector.errors import AccessDenied, ConfigError
from connector.mappings import Mappings
from connector.settings import Settings, chosen_crms
from connector.store.home import Home
from connector.store.published import is_published, read_published

SIGNS = {"ok": ("ok", "green"), "note": ("note", "cyan"), "warning": ("warn", "yellow"), "error": ("ERROR", "bold red")}

LOGINS = ("login", "token")  # where a finding says that nobody was let in


@click.command()
@click.option("--json", is_flag=True, help="One JSON object a line.")
def command(json: bool) -> int:
    """Check login, fields, permissions and mapping; changes nothing.

    Ends with 2 when something must be mended before a sync can work, with 7 when the login is refused.
    """
    settings = load_settings()
    mappings = load_mappings(settings)
    crms = chosen_crms(settings)
    findings = [_named(one, crm, crms) for crm in crms for one in connect(settings, mappings, crm).check()]
    findings += _of_rules(settings, mappings)
    if json:
        print_json(asdict(finding) for finding in findings)
    else:
        print_findings(findings)
    wrong = [finding.place for finding in findings if finding.level == "error"]
    if not wrong:
        return 0
    return AccessDenied.exit_code if any(place.endswith(LOGINS) for place in wrong) else ConfigError.exit_code


def _named(finding: Finding, crm: str, crms: Sequence[str]) -> Finding:
    """A finding that says of which CRM it speaks, where there are two."""
    return finding if len(crms) == 1 else replace(finding, place=f"{NAMES[crm]} {finding.place}")


def _of_rules(settings: Settings, mappings: Mappings) -> Iterator[Finding]:
    """What is odd about the rules, and which of their lines nothing came to in the last sync."""
    for doubt in doubts(mappings.rules):
        yield Finding("warning", mappings.rule_place(doubt.key), doubt.told)
    home = Home(settings.connector_home)
    if is_published(home):
        for key in unused(read_published(home), mappings.rules):
            yield Finding("note", mappings.rule_place(key), UNUSED, "correct it, or take it out")


def print_findings(findings: Iterable[Finding]) -> None:
    """A line for each thing that is said, with every place it is said of, and what to do below it."""
    for (level, message, fix), alike in groupby(findings, key=lambda one: (one.level, one.message, one.fix)):
        sign, style = SIGNS[level]
        places = ", ".join(finding.place for finding in alike)
        show(Text.assemble((f"{sign:<6}", style), (places, "bold"), f"  {message}"))
        if fix:
            show(Text(f"      -> {fix}", style="dim"))
