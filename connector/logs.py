"""Where do events go, and what may never be in one? structlog to stderr, with run_id, job and crm on every line."""

import re
import sys
from collections.abc import Iterable, MutableMapping
from contextlib import AbstractContextManager
from typing import Any, Literal

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from connector.hidden import HIDDEN, strike_out

_TELLING_KEYS = frozenset({"email", "name", "password", "secret", "token", "authorization", "assertion", "phone"})


def start_logging(level: str, form: Literal["plain", "json"], secrets: Iterable[str] = ()) -> None:
    """Send every event from `level` up to stderr; `secrets` are struck out wherever they show."""
    renderer: Processor = structlog.processors.JSONRenderer() if form == "json" else _plain_line
    structlog.configure(
        processors=[
            _about_last,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            structlog.processors.format_exc_info,
            Scrub(secrets),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def _about_last(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """The event's own words, then which run it is part of, always in the same order."""
    event.update(sorted(structlog.contextvars.get_contextvars().items(), reverse=True))
    return event


def about_run(run_id: str, job: str, crm: str) -> AbstractContextManager[None]:
    """Within it every event carries these three."""
    return structlog.contextvars.bound_contextvars(run_id=run_id, job=job, crm=crm)


class Scrub:
    """The last defence: strikes out secrets, mail addresses and names that should not have been logged at all."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets = tuple(secrets)

    def __call__(self, _logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        return {key: HIDDEN if key.lower() in _TELLING_KEYS else self.clean(value) for key, value in event.items()}

    def clean(self, value: Any) -> Any:  # whatever was logged
        """`value` without what must not be seen, at any depth."""
        if isinstance(value, str):
            return strike_out(value, self._secrets)
        if isinstance(value, MutableMapping):
            return self(None, "", value)
        if isinstance(value, list | tuple | set | frozenset):
            return [self.clean(one) for one in value]
        return value if isinstance(value, int | float | None) else self.clean(str(value))


def _plain_line(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    """One line for a reader: moment, level, event, then what is known about it."""
    at, level, name = event.pop("at", ""), event.pop("level", ""), event.pop("event", "")
    trace = event.pop("exception", None)
    known = " ".join(f"{key}={_quoted(value)}" for key, value in event.items())
    return f"{at} {level:<7} {name} {known}".rstrip() + (f"\n{trace}" if trace else "")


def _quoted(value: Any) -> str:  # whatever was logged
    text = str(value)
    return repr(text) if not text or re.search(r"[\s=\x00-\x1f]", text) else text
