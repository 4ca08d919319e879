"""How does a command line become a command, and a failure an exit code?

Nothing heavy is imported here: a command's file is loaded when the command is called.
"""

import difflib
import importlib
import os
import signal
import sys
from typing import NoReturn

import click

from connector.errors import ConfigError, ConnectorError, Stopped, Unavailable

COMMANDS = {
    "init": ("connector.cli.init", "Write .env and the default mappings into FOLDER"),
    "demo": ("connector.cli.demo", "Run the whole loop against the local sandbox"),
    "doctor": ("connector.cli.doctor", "Check login, fields, permissions and mapping; changes nothing"),
    "fields": ("connector.cli.fields", "Create or update the fields we write"),
    "sync": ("connector.cli.sync", "Pull, score and write what changed onto the accounts"),
    "import": ("connector.cli.imports", "Take in web, product, social and support rows from files"),
    "push": ("connector.cli.push", "Write PLAN, as connector sync --plan-only has made it"),
    "explain": ("connector.cli.explain", "Say why an account's score is what it is"),
    "accounts": ("connector.cli.accounts", "List the accounts, most worth working first, or add them up by group"),
    "people": ("connector.cli.people", "List the titles that no pattern knows, or forget a person"),
    "match": ("connector.cli.match", "Look at which people belong to which account, and why"),
    "runs": ("connector.cli.runs", "Look at what was run, at the rows that were refused, and take a run back"),
    "worker": ("connector.cli.worker", "Sync on a schedule until stopped"),
    "health": ("connector.cli.health", "Ask the worker on this machine whether it is well"),
    "mappings": ("connector.cli.mappings", "Check the YAML that RevOps edits"),
    "sandbox": ("connector.cli.sandbox", "Serve a stand-in for Salesforce or HubSpot on this machine"),
}

AGAIN = "run the same command again in a while"
EXIT_CODES = """\b
Exit codes:
  0  done
  1  failed
  2  wrong usage or configuration
  3  done, but some rows were refused
  4  changes are pending (sync --dry-run --exit-code)
  5  a guard stopped the plan
  6  API budget reached; the same command resumes
  7  login or a permission failed
  8  another run holds the lock
  130, 143  stopped by a signal; the same command resumes"""


class LazyGroup(click.Group):
    """A group that knows its commands by name and loads the file of the one that is called."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(COMMANDS[name][0]).command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, but an unknown name is answered with the nearest one."""
        if args[0] not in COMMANDS and not args[0].startswith("-"):
            near = difflib.get_close_matches(args[0], COMMANDS, n=1)
            hint = f"did you mean {near[0]}?" if near else "see connector --help"
            raise click.UsageError(f"there is no command {args[0]!r}; {hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without loading one."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, told) for name, (_, told) in COMMANDS.items()])


@click.command(cls=LazyGroup, epilog=EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("-v", "--verbose", is_flag=True, help="Log every step to stderr.")
@click.version_option(package_name="account-engagement-connector", message="connector %(version)s")
def connector(verbose: bool) -> None:
    """Score each account's engagement from CRM activity and write it back onto its record.

    Results go to stdout, messages to stderr. Settings come from the environment and .env; every flag can be given
    as a variable too: sync --dry-run is CONNECTOR_SYNC_DRY_RUN=1.
    """


def main() -> NoReturn:
    """Run the command line and end the process with its exit code."""
    signal.signal(signal.SIGTERM, _stop)
    sys.exit(run(sys.argv[1:]))


def run(args: list[str]) -> int:
    """The exit code of one command line. The only place where an expected failure becomes words and a number."""
    try:
        return _invoke(args)
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return _stopped(Stopped(signal.SIGINT))
    except BrokenPipeError:
        return _leave_quietly()
    except Stopped as stopped:
        return _stopped(stopped)
    except ConfigError as error:
        return _told("\n".join(error.problems), error.exit_code)
    except ConnectorError as error:
        return _told(_with_a_way_out(error), error.exit_code)


def _invoke(args: list[str]) -> int:
    """What the command returns, or 0. Not through click's own main: that would end the process in its own ways."""
    with connector.make_context("connector", args, auto_envvar_prefix="CONNECTOR") as context:
        code = connector.invoke(context)
    sys.stdout.flush()
    return code if isinstance(code, int) else 0


def _stop(number: int, _frame: object) -> NoReturn:
    raise Stopped(number)


def _stopped(stopped: Stopped) -> int:
    """Somebody asked for it: no error, but not the end of the work either."""
    click.echo(str(stopped), err=True)
    return stopped.exit_code


def _with_a_way_out(error: ConnectorError) -> str:
    """The message; where nothing can be done but wait, and it does not say what to do, that."""
    message = str(error)
    return f"{message}; {AGAIN}" if isinstance(error, Unavailable) and ";" not in message else message


def _told(message: str, code: int) -> int:
    """Say on stderr what went wrong, one line a fault, and give the code back."""
    for line in message.splitlines():
        click.echo(f"error: {line}", err=True)
    return code


def _leave_quietly() -> int:
    """The reader of our output has gone (`| head`): nothing is wrong, and nobody is left to tell."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


if __name__ == "__main__":
    main()
