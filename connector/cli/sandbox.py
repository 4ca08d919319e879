"""`connector sandbox`: how do I get a Salesforce to try things on, without an org?"""

import sys
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import click

from connector.errors import ConfigError, Stopped
from connector.sandbox.living import World
from connector.sandbox.salesforce.export import Export, read_export
from connector.sandbox.salesforce.server import Sandbox
from connector.sandbox.world.make import make_world

ACCOUNTS, ACTIVITIES = 2_000, 200_000
ACTIVITIES_AN_ACCOUNT = ACTIVITIES // ACCOUNTS


@click.group()
def command() -> None:
    """Serve a stand-in for Salesforce on this machine."""


@command.command()
@click.option("--port", default=8080, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one.")
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same org.")
@click.option("--accounts", default=ACCOUNTS, show_default=True, type=click.IntRange(1, 200_000), help="How many.")
@click.option("--export", type=click.Path(path_type=Path), help="A Salesforce data export (folder or zip) instead.")
@click.option("--rewind", default=0, type=click.IntRange(0), help="Begin so many days before an export's newest row.")
@click.option("--until-eof", is_flag=True, help="Stop when stdin is closed, as it is when the caller has gone.")
def serve(port: int, seed: int, accounts: int, export: Path | None, rewind: int, until_eof: bool) -> None:
    """Serve an org on 127.0.0.1 until stopped; stdout is the .env that reaches it."""
    try:
        source = read_rewound(export, rewind) if export else make_source(seed, accounts)
        with Sandbox(source, port=port, seed=seed) as sandbox:
            click.echo("\n".join(f"{name}={value}" for name, value in env_of(sandbox).items()))
            sys.stdout.flush()
            click.echo(
                "The lines above go into .env. A week passes with:\n"
                f"  curl -X POST {sandbox.url}/__sandbox__/clock/advance -d '{{\"days\": 7}}'\nStop with Ctrl-C.",
                err=True,
            )
            _ = sys.stdin.read() if until_eof else threading.Event().wait()
    except OSError as error:
        raise ConfigError(f"--port is {port}: {error.strerror}; choose another, or 0 for a free one") from None
    except (KeyboardInterrupt, Stopped):
        click.echo("The sandbox has stopped; nothing of it is kept.", err=True)


def make_source(seed: int, accounts: int) -> World:
    """A living org made from the seed."""
    return make_world(seed, accounts=accounts, activities=accounts * ACTIVITIES_AN_ACCOUNT)


def read_rewound(export: Path, days: int) -> Export:
    """The rows of an export, of which the last days are still to come."""
    found = read_export(export)
    return replace(found, now=found.now - timedelta(days=days))


def env_of(sandbox: Sandbox) -> dict[str, str]:
    """The settings that reach a sandbox."""
    return {
        "SALESFORCE_LOGIN_URL": sandbox.url, "SALESFORCE_AUTH": "client_credentials",
        "SALESFORCE_CLIENT_ID": sandbox.client_id, "SALESFORCE_CLIENT_SECRET": sandbox.client_secret,
    }  # fmt: skip
