"""Who may overrule a guard? A person who types --force; never a variable that stays set."""

from collections.abc import Callable
from typing import Any, TypeVar

import click
from click.core import ParameterSource

F = TypeVar("F", bound=Callable[..., Any])  # Any: a command's own parameters


def forced(command: F) -> F:
    """Give a command the flag --force, which counts only where it is typed."""
    option = click.option(
        "--force", is_flag=True, callback=_typed, help="Do even what a guard would stop; only as a flag."
    )
    return option(command)


def _typed(context: click.Context, parameter: click.Parameter, value: bool) -> bool:
    name = str(parameter.name)
    if context.get_parameter_source(name) is ParameterSource.ENVIRONMENT:
        variable = f"{context.auto_envvar_prefix}_{name.upper()}"
        raise click.UsageError(f"{variable} is set; overruling a guard is a person's word, type --force instead")
    return value
