"""Which accounts does somebody ask for? The options that every command on accounts shares."""

from collections.abc import Callable
from functools import reduce
from typing import Any

import click

from connector.engine.fields import GROUPS, SURGES
from connector.store.choice import LISTS, WORDS, Choice

Command = Callable[..., Any]  # a function that click makes a command of
OPTIONS = (
    click.option("--state", multiple=True, type=click.Choice(SURGES, case_sensitive=False), help="Only this state."),
    click.option("--mqa/--no-mqa", default=None, help="Only MQAs, or only others."),
    click.option(
        "--only", type=click.Choice([*LISTS]),
        help="dormant: silent for 30 days, and were not before. accelerating: warm or hot, rising, and no client yet.",
    ),
    click.option("--owner", metavar="ID|NAME", help="Only the accounts of this owner."),
    click.option("--group", type=click.Choice(GROUPS, case_sensitive=False), help="Only this group."),
    *(
        click.option(f"--{word.replace('_', '-')}", metavar="NAME", help=f"Only this {word.replace('_', ' ')}.")
        for word in WORDS
    ),
)  # fmt: skip


def choosing(command: Command) -> Command:
    """The command with the options; their values are for `chosen`."""
    return reduce(lambda made, option: option(made), reversed(OPTIONS), command)


def chosen(*, state: tuple[str, ...], **said: Any) -> Choice:  # Any: each option has its own type
    """What the options ask for."""
    return Choice(surge=state, **said)
