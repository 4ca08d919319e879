"""`connector doctor`: would a sync work? Settings, mappings, store, login, permissions and fields; reads only."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from itertools import groupby

import click
from rich.text import Text

from connector.cli.connect import NAMES, connect
from connector.cli.parts import load_mappings, load_settings
from connector.cli.portal_words import used_lines, word_findings
from connector.cli.screen import print_json, show
from connector.cli.unused import NOBODY, UNUSED, unused, unused_titles
from connector.crm.base import Finding
from connector.engine.doubts import centre_doubts, doubts
from connector.engine.title_doubts import title_doubts
from connector.errors import AccessDenied, ConfigError, StoreError
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
    found = [(crm, one) for crm in crms for one in connect(settings, mappings, crm).check()]
    elsewhere = _used_elsewhere(settings, mappings, crms)
    findings = [_named(one, crm, crms) for crm, one in found if one.place not in elsewhere]
    findings += _of_rules(mappings)
    try:
        findings += _of_results(settings, mappings, crms)
    except StoreError as error:  # such as results of an older connector
        findings.append(Finding("note", "results", str(error)))
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


def _used_elsewhere(settings: Settings, mappings: Mappings, crms: Sequence[str]) -> set[str]:
    """With two CRMs, the places of lines whose words one of them uses: that the other has none is meant so."""
    home = Home(settings.connector_home)
    if len(crms) == 1 or not is_published(home):
        return set()
    used: set[int] = set()
    with suppress(StoreError):
        used = used_lines(read_published(home), mappings.rules.kind_of)
    return {mappings.rule_place(f"kind_of.{number}") for number in used}


def _of_rules(mappings: Mappings) -> Iterator[Finding]:
    """What is odd about the rules and the titles."""
    centres = centre_doubts(mappings.rules, (file.mapping for file in mappings.files.values()))
    for doubt in (*doubts(mappings.rules), *centres):
        yield Finding("warning", mappings.rule_place(doubt.key), doubt.told)
    for doubt in title_doubts(mappings.personas):
        yield Finding("warning", mappings.persona_place(doubt.key), doubt.told)


def _of_results(settings: Settings, mappings: Mappings, crms: Sequence[str]) -> Iterator[Finding]:
    """Which lines nothing came to in the last sync, and which words of a portal no line knows."""
    home = Home(settings.connector_home)
    if not is_published(home):
        return
    published = read_published(home)
    for key in unused(published, mappings.rules):
        yield Finding("note", mappings.rule_place(key), UNUSED, "correct it, or take it out")
    for key in unused_titles(published, mappings.personas):
        yield Finding("note", mappings.persona_place(key), NOBODY, "correct its words, or take it out")
    if "hubspot" in crms:
        yield from word_findings(published, mappings, is_alone=len(crms) == 1)


def print_findings(findings: Iterable[Finding]) -> None:
    """A line for each thing that is said, with every place it is said of, and what to do below it."""
    for (level, message, fix), alike in groupby(findings, key=lambda one: (one.level, one.message, one.fix)):
        sign, style = SIGNS[level]
        places = ", ".join(finding.place for finding in alike)
        show(Text.assemble((f"{sign:<6}", style), (places, "bold"), f"  {message}"))
        if fix:
            show(Text(f"      -> {fix}", style="dim"))
