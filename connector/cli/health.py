"""`connector health`: is the worker on this machine well?"""

from http import HTTPStatus
from http.client import HTTPConnection, HTTPException

import click

from connector.errors import ConnectorError, Unavailable
from connector.settings import read_settings
from connector.worker import HEALTH_PATH

LOCALHOST = "127.0.0.1"
TIMEOUT_SECONDS = 5.0


@click.command()
def command() -> int:
    """Ask the worker on this machine whether it is well.

    Prints what it answers, as JSON; ends with 1 when it is not well or does not answer.
    """
    port = read_settings().connector_health_port
    connection = HTTPConnection(LOCALHOST, port, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("GET", HEALTH_PATH)
        answer = connection.getresponse()
        click.echo(answer.read().decode())
    except (OSError, HTTPException) as error:
        place = f"{LOCALHOST}:{port} (CONNECTOR_HEALTH_PORT)"
        raise Unavailable(f"{place}: no worker answers there ({error}); start one with connector worker") from None
    finally:
        connection.close()
    return 0 if answer.status == HTTPStatus.OK else ConnectorError.exit_code
