"""`connector worker`: who syncs every day, without anybody typing?"""

import click

from connector.cli.connect import every_part
from connector.cli.health import LOCALHOST
from connector.cli.parts import load_mappings, load_settings
from connector.jobs.parts import Parts
from connector.jobs.run import Result
from connector.jobs.sync import JOB, Options, sync_every
from connector.settings import Settings
from connector.store.home import make_home
from connector.store.runs import RunList
from connector.worker import Schedule, Worker, answering


@click.command()
def command() -> None:
    """Sync on a schedule until stopped.

    The schedule is CONNECTOR_SCHEDULE, in UTC; a run that is overdue begins at once. SIGTERM ends it after the batch in
    hand.
    """
    settings = load_settings(unattended=True)
    every_part(settings, load_mappings(settings))  # a fault in them is told now, not at five in the morning
    home = make_home(settings.connector_home)
    worker = Worker(lambda: _run(settings), JOB, Schedule(settings.connector_schedule), RunList(home.runs))
    with answering(worker, LOCALHOST, settings.connector_health_port) as port:
        click.echo(f"The worker answers connector health on {LOCALHOST}:{port}.", err=True)
        worker.work()


def _run(settings: Settings) -> list[tuple[Parts, Result]]:
    """One sync of every CRM, with the mappings as they are now."""
    return list(sync_every(every_part(settings, load_mappings(settings)), Options()))
