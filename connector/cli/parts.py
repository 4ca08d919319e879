"""Which settings and mappings does a command work with?"""

from pathlib import Path

import click

from connector.engine.fields import FIELDS
from connector.engine.mapping import Mapping
from connector.engine.records import Field
from connector.logs import start_logging
from connector.mappings import Mappings, read_mappings
from connector.settings import Settings, chosen_crms, read_settings, secrets_of
from connector.shipped import shipped_mappings


def load_settings(*, unattended: bool = False) -> Settings:
    """The settings, with logging started: warnings only, unless nobody sits there or --verbose asks for more."""
    settings = read_settings()
    is_verbose = unattended or click.get_current_context().find_root().params.get("verbose", False)
    level = settings.connector_log_level if is_verbose else "warning"
    start_logging(level, settings.connector_log_format, secrets_of(settings))
    return settings


def load_mappings(settings: Settings) -> Mappings:
    """The mappings of the chosen profile. Raises ConfigError with every fault."""
    return read_mappings(mappings_folder(settings), settings.connector_profile, chosen_crms(settings))


def mappings_folder(settings: Settings) -> Path:
    """The folder that is named, or the shipped one where none is named and the usual one is not there."""
    named = settings.connector_mappings
    is_usual = named == Settings.model_fields["connector_mappings"].default
    return shipped_mappings() if is_usual and not named.is_dir() else named


def mapped_fields(mapping: Mapping) -> list[Field]:
    """The fields of the chosen sets, in the order of the table."""
    names = mapping.write.written()
    return [field for field in FIELDS if field.name in names]
