"""What do the environment and `.env` say? The one reader of environment variables."""

import difflib
import ipaddress
import os
import re
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from croniter import croniter
from dotenv import dotenv_values
from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from connector.errors import ConfigError

ENV_FILE = Path(".env")


def is_loopback(host: str) -> bool:
    """Whether `host` is this very machine: the only place plain http may go."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _base_url(value: str) -> str:
    url = urlsplit(value)
    host = url.hostname or ""
    if not host or url.username or url.query or url.fragment or url.path not in ("", "/"):
        raise ValueError("must be an address alone, such as https://acme.my.salesforce.com")
    if url.scheme != "https" and not (url.scheme == "http" and is_loopback(host)):
        raise ValueError("must begin with https:// (plain http only reaches this machine)")
    return value.rstrip("/")


def _cron(value: str) -> str:
    if len(value.split()) != 5 or not croniter.is_valid(value):
        raise ValueError("must have the five fields of cron: minute, hour, day, month, weekday")
    return value


def _memory(value: str) -> str:
    if not re.fullmatch(r"[1-9]\d*(\.\d+)?\s?[KMGT]i?B", value):
        raise ValueError("must be a number with its unit, such as 800MB or 4GB")
    return value


BaseUrl = Annotated[str, AfterValidator(_base_url)]


class Settings(BaseSettings):
    """Every setting with its default; the variable's name is the field's name in capitals."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True, hide_input_in_errors=True)

    salesforce_login_url: BaseUrl = Field(
        "https://login.salesforce.com",
        description="where to log in: https://login.salesforce.com, https://test.salesforce.com or your My Domain",
    )
    salesforce_auth: Literal["jwt", "client_credentials", "refresh_token"] = Field(
        "jwt", description="how to log in: jwt, client_credentials or refresh_token"
    )
    salesforce_client_id: str = Field("", description="consumer key of the connected app")
    salesforce_client_secret: SecretStr = Field(
        SecretStr(""), description="consumer secret; for client_credentials and refresh_token"
    )
    salesforce_username: str = Field("", description="user name of the integration user; for jwt")
    salesforce_private_key_file: Path | None = Field(
        None, description="file with the RSA private key (PEM, mode 600); for jwt"
    )
    salesforce_refresh_token: SecretStr = Field(SecretStr(""), description="refresh token; for refresh_token")
    salesforce_api_version: Annotated[str, Field(pattern=r"^\d{2}\.0$")] = Field(
        "67.0", description="REST API version, such as 67.0"
    )
    hubspot_base_url: BaseUrl = Field("https://api.hubapi.com", description="where HubSpot's API answers")
    hubspot_access_token: SecretStr = Field(
        SecretStr(""), description="token of a private app, or a service key: the one way to log in to HubSpot"
    )
    hubspot_client_id: str = Field(
        "", description="client id of an OAuth app, the other way: with HUBSPOT_CLIENT_SECRET and HUBSPOT_REFRESH_TOKEN"
    )
    hubspot_client_secret: SecretStr = Field(SecretStr(""), description="client secret of the OAuth app")
    hubspot_refresh_token: SecretStr = Field(
        SecretStr(""), description="refresh token that the OAuth app was given when it was installed"
    )
    hubspot_api_family: Annotated[str, Field(pattern=r"^(v3|20\d{2}-\d{2})$")] = Field(
        "v3", description="which paths of HubSpot's API are called: v3 (until September 2027) or a date such as 2026-09"
    )
    hubspot_calls_per_second: float = Field(
        9, gt=0, le=1_000, description="most calls a second to HubSpot; the smallest portal allows 10, most 19"
    )
    hubspot_searches_per_second: float = Field(
        4, gt=0, le=1_000, description="most searches a second to HubSpot, which allows 5 to all apps of a portal"
    )
    connector_home: Path = Field(
        Path(".connector"), description="folder of the store, the run list and the published tables"
    )
    connector_mappings: Path = Field(Path("mappings"), description="folder of the mappings RevOps edits")
    connector_profile: str = Field("default", description="profile of scoring.yaml: default or published")
    connector_schedule: Annotated[str, AfterValidator(_cron)] = Field(
        "0 5 * * *", description="when the worker syncs: a cron line, in UTC"
    )
    connector_memory_limit: Annotated[str, AfterValidator(_memory)] = Field(
        "1GB", description="memory the store may use, such as 800MB or 4GB"
    )
    connector_api_reserve: float = Field(
        0.2, ge=0, le=0.95, description="share of the day's API calls that is left to people, 0 to 0.95"
    )
    connector_api_calls_per_run: int = Field(20_000, ge=1, description="most API calls of one run")
    connector_health_port: int = Field(
        8080, ge=0, le=65535, description="port of the worker's health page, on 127.0.0.1"
    )
    connector_log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="debug, info, warning or error"
    )
    connector_log_format: Literal["plain", "json"] = Field("plain", description="plain or json")


OUR_NAMES = ("SALESFORCE_", "HUBSPOT_", "CONNECTOR_")
HUBSPOT_APP = ("hubspot_client_id", "hubspot_client_secret", "hubspot_refresh_token")  # what an OAuth app needs
CRM_NAMES = ("SALESFORCE_", "HUBSPOT_")  # looked for in the environment too: of CONNECTOR_ every flag has one
SECRETS = tuple(name for name, field in Settings.model_fields.items() if field.annotation is SecretStr)


def read_settings(env_file: Path = ENV_FILE) -> Settings:
    """The settings; the environment outranks `env_file`. Raises ConfigError with every fault at once."""
    faults = [*_misspelt(env_file), *_open_secrets(env_file)]
    try:
        settings = Settings(_env_file=env_file)
    except ValidationError as error:
        raise ConfigError(*faults, *_told(error, env_file)) from None
    if faults:
        raise ConfigError(*faults)
    return settings


def chosen_crms(settings: Settings) -> tuple[str, ...]:
    """The CRMs that have a login: salesforce, hubspot or both. Where none has, salesforce, whose login is asked for."""
    has_hubspot = any(_plain(getattr(settings, name)) for name in ("hubspot_access_token", *HUBSPOT_APP))
    has_salesforce = bool(settings.salesforce_client_id) or not has_hubspot
    return ("salesforce",) * has_salesforce + ("hubspot",) * has_hubspot


def check_login(settings: Settings) -> None:
    """Raise ConfigError naming every variable that the chosen way of logging in to Salesforce still needs."""
    missing = _missing(
        settings,
        {
            "jwt": ("salesforce_client_id", "salesforce_username", "salesforce_private_key_file"),
            "client_credentials": ("salesforce_client_id", "salesforce_client_secret"),
            "refresh_token": ("salesforce_client_id", "salesforce_client_secret", "salesforce_refresh_token"),
        }[settings.salesforce_auth],
    )
    if missing:
        other = "for HubSpot instead, HUBSPOT_ACCESS_TOKEN is enough; connector sandbox serve needs neither"
        raise ConfigError(*missing, f"connector init writes a .env to fill in; {other}")


def check_hubspot_login(settings: Settings) -> None:
    """Raise ConfigError unless there is one way to log in to HubSpot, whole: a token, or the three of an OAuth app."""
    has_token = bool(_plain(settings.hubspot_access_token))
    missing = _missing(settings, HUBSPOT_APP)
    if has_token and len(missing) < len(HUBSPOT_APP):
        given = ", ".join(name.upper() for name in HUBSPOT_APP if _plain(getattr(settings, name)))
        told = f"HUBSPOT_ACCESS_TOKEN is set, and so is {given}"
        raise ConfigError(f"{told}; keep one way to log in to HubSpot, a token or an OAuth app, and empty the other")
    if not has_token and missing:
        raise ConfigError(*missing, "or set HUBSPOT_ACCESS_TOKEN alone, to the token of a private app or service key")


def _missing(settings: Settings, names: Iterable[str]) -> list[str]:
    """A line for each of these settings that is empty."""
    fields = type(settings).model_fields
    return [
        f"{name.upper()} is missing; set it in .env or the environment: {fields[name].description}"
        for name in names
        if not _plain(getattr(settings, name))
    ]


def read_private_key(settings: Settings) -> SecretStr:
    """The PEM text of the key file. Raises ConfigError when it is not there or others may read it."""
    path = settings.salesforce_private_key_file
    if path is None:
        return SecretStr("")
    place = f"SALESFORCE_PRIVATE_KEY_FILE is {path}"
    try:
        text = path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{place}: {_reason(error)}; name the PEM file of the RSA private key") from None
    if is_open_to_others(path):
        raise ConfigError(f"{place}: others can read it; run chmod 600 {path}")
    if "PRIVATE KEY-----" not in text:
        raise ConfigError(f"{place}: it holds no PEM private key; make one with openssl genrsa")
    return SecretStr(text)


def is_open_to_others(path: Path) -> bool:
    """Whether anybody but the owner may read `path`.

    A file that root hands to our group read-only is how Kubernetes mounts a secret: nobody else can read it either.
    """
    state = path.stat()
    is_ours = os.geteuid() != 0 and state.st_uid == 0 and state.st_gid in {os.getegid(), *os.getgroups()}
    is_mounted = is_ours and not state.st_mode & stat.S_IWGRP
    shared = stat.S_IRWXO if is_mounted else stat.S_IRWXG | stat.S_IRWXO
    return bool(state.st_mode & shared)


def env_template() -> str:
    """The text of `.env.example`: every name, its default, and one line of what it is."""
    lines = ["# Settings of the connector. Copy to .env (mode 600); the environment outranks what stands here."]
    for name, field in Settings.model_fields.items():
        default = _plain(field.default)
        lines += ["", f"# {field.description}", f"{name.upper()}={'' if default is None else _quoted(str(default))}"]
    return "\n".join([*lines, ""])


def _quoted(value: str) -> str:
    return f'"{value}"' if " " in value else value


def secrets_of(settings: Settings) -> list[str]:
    """Every secret there is, to be struck out wherever it would show."""
    return [value for name in SECRETS if (value := getattr(settings, name).get_secret_value())]


def _plain(value: object) -> object:
    return value.get_secret_value() if isinstance(value, SecretStr) else value


def _reason(error: OSError | UnicodeDecodeError) -> str:
    return (error.strerror or "it cannot be read").lower() if isinstance(error, OSError) else "it is not a text file"


def _file_names(env_file: Path) -> dict[str, str | None]:
    """The lines of `env_file` by name. Raises ConfigError when it cannot be read."""
    try:
        return dotenv_values(env_file) if env_file.is_file() else {}
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{env_file}: {_reason(error)}; connector init writes a new one") from None


def _misspelt(env_file: Path) -> Iterator[str]:
    """One line for each name that looks like one of ours and is not."""
    known = [name.upper() for name in Settings.model_fields]
    ours = [name for name in _file_names(env_file) if name.startswith(OUR_NAMES)]
    for name in dict.fromkeys([*ours, *(name for name in os.environ if name.startswith(CRM_NAMES))]):
        close = difflib.get_close_matches(name, known, n=1, cutoff=0.8)
        if name not in known and close:
            yield f"{name} is not a setting; did you mean {close[0]}?"


def _open_secrets(env_file: Path) -> Iterator[str]:
    """A line when `env_file` holds a secret that others on this machine can read."""
    held = [name.upper() for name in SECRETS if _file_names(env_file).get(name.upper())]
    if held and is_open_to_others(env_file):
        yield f"{env_file}: others can read {', '.join(held)}; run chmod 600 {env_file}"


def _told(error: ValidationError, env_file: Path) -> Iterator[str]:
    """One line for each setting that does not fit: its name, its value (never a secret's), what it must be."""
    for fault in error.errors(include_url=False):
        name = str(fault["loc"][0])
        value = os.environ.get(name.upper()) or _file_names(env_file).get(name.upper())
        must = re.sub(r"^(Value error, must|Input should|String should)", "must", fault["msg"])
        shown = "set" if name in SECRETS else repr(value)
        hint = "" if fault["type"] == "value_error" else f" ({Settings.model_fields[name].description})"
        yield f"{name.upper()} is {shown}; it {must}{hint}"
