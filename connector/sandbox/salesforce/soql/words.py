"""Which words is a SOQL text made of?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from connector.sandbox.answers import Refusal

PATTERN = re.compile(
    r"""\s*(?:
      (?P<string>'(?:[^'\\]|\\.)*')
    | (?P<datetime>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d))
    | (?P<date>\d{4}-\d\d-\d\d)
    | (?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
    | (?P<name>[A-Za-z_]\w*(?:\s*\.\s*[A-Za-z_]\w*)*)
    | (?P<sign><=|>=|!=|<>|=|<|>|\(|\)|,|:)
    )""",
    re.VERBOSE | re.DOTALL,
)
ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "N": "\n", "R": "\r", "T": "\t", "B": "\b", "F": "\f"}
LITERAL_MAX = 4_000  # longest string in a WHERE clause
WINDOW = 60  # characters of the query that an error message shows on each side of the fault


@dataclass(frozen=True, slots=True)
class Word:
    """One word: its kind, its text, and where it starts."""

    kind: str
    text: str
    at: int

    def says(self, keyword: str) -> bool:
        """Whether it is the keyword, in any case."""
        return self.kind in ("name", "sign") and self.text.lower() == keyword.lower()


def words(text: str) -> Iterator[Word]:
    """The words in order, with an `end` after the last. Refuses what is no word."""
    at, last = 0, len(text.rstrip())
    while at < last:
        match = PATTERN.match(text, at)
        if match is None:
            start = at + len(text[at:]) - len(text[at:].lstrip())
            raise malformed(text, start, f"unexpected token: '{text[start]}'")
        kind = str(match.lastgroup)
        found = match.group(kind)
        yield Word(kind, re.sub(r"\s", "", found) if kind == "name" else found, match.start(kind))
        at = match.end()
    yield Word("end", "<EOF>", last)


def unquote(word: Word, text: str) -> str:
    """The value of a string literal. A backslash before `_` or `%` stays: LIKE reads it."""

    def plain(match: re.Match[str]) -> str:
        sign = match.group(1)
        if sign in "_%":
            return match.group(0)
        if sign not in ESCAPES and sign not in "'\"\\":
            raise malformed(text, word.at, f"Illegal character sequence '\\{sign}' in string literal")
        return ESCAPES.get(sign, sign)

    value = re.sub(r"\\(.)", plain, word.text[1:-1], flags=re.DOTALL)
    if len(value) > LITERAL_MAX:
        raise malformed(text, word.at, f"string literal is longer than {LITERAL_MAX} characters")
    return value


def located(text: str, at: int, message: str) -> str:
    """The message under the marker that Salesforce draws below the place of the fault."""
    start = max(0, at - WINDOW)
    shown = text[start : at + WINDOW].replace("\n", " ")
    row = text.count("\n", 0, at) + 1
    column = at - (text.rfind("\n", 0, at) + 1) + 1
    return f"\n{shown}\n{' ' * (at - start)}^\nERROR at Row:{row}:Column:{column}\n{message}"


def malformed(text: str, at: int, message: str) -> Refusal:
    """A query that does not follow the grammar."""
    return Refusal(400, "MALFORMED_QUERY", located(text, at, message))


def invalid_field(text: str, at: int, message: str) -> Refusal:
    """A query that names or uses a field as it cannot be used."""
    return Refusal(400, "INVALID_FIELD", located(text, at, message))
