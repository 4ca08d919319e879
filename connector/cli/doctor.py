"""`connector doctor`: would a sync work? Settings, mappings, store, login, permissions and fields; reads only."""

from collections.abc import Iterable
from dataclasses import asdict

import click
from rich.text import Text

from connector.cli.connect import connect
from connector.cli.parts import load_mappings, load_settings
from connector.cli.screen import print_json, stdout
from connector.crm.base import Finding
from connector.errors import ConfigError

SIGNS = {"ok": ("ok", "green"), "note": ("note", "cyan"), "warning": ("warn", "yellow"), "error": ("ERROR", "bold red")}


@click.command()
@click.option("--json", is_flag=True, help="One JSON object a line.")
def command(json: bool) -> int:
    """Check login, fields, permissions and mapping; changes nothing.

    Ends with 2 when something must be mended before a sync can work.
    """
    settings = load_settings()
    mappings = load_mappings(settings)
    findings = connect(settings, mappings).check()
    if json:
        print_json(asdict(finding) for finding in findings)
    else:
        print_findings(findings)
    return ConfigError.exit_code if any(finding.level == "error" for finding in findings) else 0


def print_findings(findings: Iterable[Finding]) -> None:
    """One line a finding, with what to do below it."""
    screen = stdout()
    for finding in findings:
        sign, style = SIGNS[finding.level]
        screen.print(Text.assemble((f"{sign:<6}", style), (finding.place, "bold"), f"  {finding.message}"))
        if finding.fix:
            screen.print(Text(f"      -> {finding.fix}", style="dim"))
