"""What may be written into a property, and how is it kept? As text, whatever it is."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation

from connector.sandbox.answers import Json
from connector.sandbox.hubspot.moments import iso, read_day, read_moment
from connector.sandbox.hubspot.properties import Property

TEXT_MAX = 65_536
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class Invalid(Exception):
    """A value a property refuses: HubSpot's code and words for it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


def read_value(definition: Property, value: Json, before: str = "") -> str:
    """The text that is kept; empty clears. Raises Invalid."""
    if definition.is_read_only or definition.is_calculated:
        raise Invalid("READ_ONLY_VALUE", f'"{definition.name}" is a read only property; its value cannot be set.')
    text = as_text(value)
    if not text:
        return ""
    if definition.type not in ("string", "enumeration") and text != text.strip():
        raise Invalid(*REFUSED[definition.type](text))
    return READERS[definition.type](definition, text, before)


def as_text(value: Json) -> str:
    """JSON numbers and booleans are taken, and come back as text. Raises Invalid for anything deeper."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        raise Invalid("INVALID_VALUE", f"{value} is not a value.")
    return str(value)


def _text(definition: Property, text: str, _: str) -> str:
    if definition.name == "email" and not EMAIL.fullmatch(text.strip()):
        raise Invalid("INVALID_EMAIL", f"Email address {text} is invalid")
    if len(text) > TEXT_MAX:
        raise Invalid("PROPERTY_VALUE_TOO_LONG", f"{definition.name} is longer than {TEXT_MAX} characters.")
    return text.strip().lower() if definition.name == "email" else text


def _number(_: Property, text: str, __: str) -> str:
    try:
        if Decimal(text).is_finite():
            return text
    except InvalidOperation:
        pass
    raise Invalid(*REFUSED["number"](text))


def _moment(definition: Property, text: str, _: str) -> str:
    try:
        return iso(read_moment(text))
    except (ValueError, OverflowError):
        raise Invalid(*REFUSED[definition.type](text)) from None


def _day(definition: Property, text: str, _: str) -> str:
    try:
        return read_day(text)
    except (ValueError, OverflowError):
        raise Invalid(*REFUSED[definition.type](text)) from None


def _bool(definition: Property, text: str, _: str) -> str:
    if text not in ("true", "false"):
        raise Invalid(*REFUSED[definition.type](text))
    return text


def _option(definition: Property, text: str, before: str) -> str:
    """One option, or several with `;` between; a `;` in front adds to those that are there."""
    several = definition.field_type == "checkbox"
    chosen = [part for part in text.split(";") if part] if several else [text]
    if not definition.has_external_options:
        for value in chosen:
            if value not in definition.allowed:
                allowed = ", ".join(str(option["value"]) for option in definition.options)
                raise Invalid("INVALID_OPTION", f"{value} was not one of the allowed options: [{allowed}]")
    kept = before.split(";") if several and text.startswith(";") and before else []
    return ";".join(dict.fromkeys([*kept, *chosen])) if several else text


READERS: dict[str, Callable[[Property, str, str], str]] = {
    "string": _text, "phone_number": _text, "number": _number, "datetime": _moment, "date": _day, "bool": _bool,
    "enumeration": _option,
}  # fmt: skip
REFUSED: dict[str, Callable[[str], tuple[str, str]]] = {
    "number": lambda text: ("INVALID_INTEGER", f"{text} was not a valid number."),
    "datetime": lambda text: ("INVALID_LONG", f"{text} was not a valid long."),
    "date": lambda text: ("INVALID_DATE", f"{text} was not a valid date: it must be midnight UTC."),
    "bool": lambda text: ("INVALID_OPTION", f"{text} was not one of the allowed options: [true, false]"),
    "phone_number": lambda text: ("INVALID_PHONE_NUMBER", f"{text} was not a valid phone number."),
}
