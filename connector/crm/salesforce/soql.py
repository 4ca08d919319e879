"""How is a question put in SOQL? Times, texts, lists and windows, each rendered in one place."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import quote_plus

from connector.engine.records import Window

LONGEST_GET = 14_000  # bytes of an encoded query that surely fit beside the headers into 16,384
ESCAPES = str.maketrans({
    "\\": "\\\\", "'": "\\'", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f",
})
ID = re.compile(r"[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?")


def moment(value: datetime) -> str:
    """An aware time as SOQL wants it: UTC, whole seconds."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def text(value: str) -> str:
    """A string literal that means exactly `value`."""
    return f"'{value.translate(ESCAPES)}'"


def ids(values: Iterable[str]) -> str:
    """A list for IN. Raises ValueError for what is no Salesforce id."""
    listed = list(values)
    if strange := [value for value in listed if not ID.fullmatch(value)]:
        raise ValueError(f"{strange[0]!r} is not a Salesforce id")
    return "(" + ",".join(f"'{value}'" for value in listed) + ")"


def within(stamp: str, window: Window) -> list[str]:
    """The conditions of a window; its edges are widened to whole seconds, as stamps have no finer ones."""
    lower = [] if window.since is None else [f"{stamp} >= {moment(window.since)}"]
    return [*lower, f"{stamp} < {moment(_up_to_second(window.until))}"]


def select(fields: Iterable[str], object_name: str, conditions: Sequence[str], *, order: Sequence[str] = ()) -> str:
    """A query; conditions that hold an OR are put in brackets by whoever makes them."""
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    ordered = f" ORDER BY {', '.join(order)}" if order else ""
    return f"SELECT {', '.join(fields)} FROM {object_name}{where}{ordered}"  # noqa: S608 every part is checked or escaped


def count(object_name: str, conditions: Sequence[str]) -> str:
    """How many rows a query with these conditions has."""
    return select(["COUNT()"], object_name, conditions)


def is_too_long(query: str) -> bool:
    """Whether the query does not fit into an address."""
    return len(quote_plus(query)) > LONGEST_GET


def _up_to_second(value: datetime) -> datetime:
    return value if value.microsecond == 0 else value.replace(microsecond=0) + timedelta(seconds=1)
