"""`connector sandbox`: how do I get a Salesforce or a HubSpot to try things on, without an account?"""

import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import click

from connector.errors import ConfigError, Stopped
from connector.sandbox.hubspot.server import HubSpotSandbox
from connector.sandbox.living import World
from connector.sandbox.salesforce.export import Export, read_export
from connector.sandbox.salesforce.server import Sandbox
from connector.sandbox.world.make import make_world

CRMS = ("salesforce", "hubspot", "both")
ACCOUNTS, ACTIVITIES = 2_000, 200_000
ACTIVITIES_AN_ACCOUNT = ACTIVITIES // ACCOUNTS


@click.group()
def command() -> None:
    """Serve a stand-in for Salesforce or HubSpot on this machine."""


@command.command()
@click.option("--crm", default="salesforce", show_default=True, type=click.Choice(CRMS), help="Which one, or both.")
@click.option("--port", default=8080, show_default=True, type=click.IntRange(0, 65534), help="0 takes a free one.")
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same org.")
@click.option("--accounts", default=ACCOUNTS, show_default=True, type=click.IntRange(1, 200_000), help="How many.")
@click.option("--export", type=click.Path(path_type=Path), help="A Salesforce data export (folder or zip) instead.")
@click.option("--rewind", default=0, type=click.IntRange(0), help="Begin so many days before an export's newest row.")
@click.option("--until-eof", is_flag=True, help="Stop when stdin is closed, as it is when the caller has gone.")
def serve(crm: str, port: int, seed: int, accounts: int, export: Path | None, rewind: int, until_eof: bool) -> None:
    """Serve an org on 127.0.0.1 until stopped; stdout is the .env that reaches it.

    With both, one world is served twice, Salesforce at the port and HubSpot at the next one.
    """
    try:
        source = read_rewound(export, rewind) if export else make_source(seed, accounts)
        for told in source.left_out if isinstance(source, Export) else ():
            click.echo(f"not read: {told}", err=True)
        with ExitStack() as running:
            served = list(sandboxes(crm, source, port, seed))
            for one in served:
                running.enter_context(one)
            click.echo("\n".join(f"{name}={value}" for one in served for name, value in env_of(one).items()))
            sys.stdout.flush()
            passing = (f"  curl -X POST {one.url}/__sandbox__/clock/advance -d '{{\"days\": 7}}'\n" for one in served)
            told = f"The lines above go into .env. A week passes with:\n{''.join(passing)}Stop with Ctrl-C."
            click.echo(told, err=True)
            _ = sys.stdin.read() if until_eof else threading.Event().wait()
    except OSError as error:
        raise ConfigError(f"--port is {port}: {error.strerror}; choose another, or 0 for a free one") from None
    except (KeyboardInterrupt, Stopped):
        click.echo("The sandbox has stopped; nothing of it is kept.", err=True)


def sandboxes(crm: str, source: World, port: int, seed: int) -> Iterator[Sandbox | HubSpotSandbox]:
    """The sandboxes of the CRMs, not yet running."""
    if crm != "hubspot":
        yield Sandbox(source, port=port, seed=seed)
    if crm != "salesforce":
        yield HubSpotSandbox(source, port=port and port + (crm == "both"), seed=seed)


def make_source(seed: int, accounts: int) -> World:
    """A living org made from the seed."""
    return make_world(seed, accounts=accounts, activities=accounts * ACTIVITIES_AN_ACCOUNT)


def read_rewound(export: Path, days: int) -> Export:
    """The rows of an export, of which the last days are still to come."""
    found = read_export(export)
    return replace(found, now=found.now - timedelta(days=days))


def env_of(sandbox: Sandbox | HubSpotSandbox) -> dict[str, str]:
    """The settings that reach a sandbox."""
    if isinstance(sandbox, HubSpotSandbox):
        return {"HUBSPOT_BASE_URL": sandbox.url, "HUBSPOT_ACCESS_TOKEN": sandbox.token}
    return {
        "SALESFORCE_LOGIN_URL": sandbox.url, "SALESFORCE_AUTH": "client_credentials",
        "SALESFORCE_CLIENT_ID": sandbox.client_id, "SALESFORCE_CLIENT_SECRET": sandbox.client_secret,
    }  # fmt: skip
