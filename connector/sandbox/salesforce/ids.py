"""How is a Salesforce id made and compared? Fifteen characters that carry case, and three that protect it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
CHECKSUM = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
POD = "S0"  # marks ids the sandbox minted itself, so that they never meet those of a world


def to18(short: str) -> str:
    """The 18-character form of a 15-character id."""
    bits = [sum(1 << place for place in range(5) if "A" <= short[third * 5 + place] <= "Z") for third in range(3)]
    return short + "".join(CHECKSUM[bit] for bit in bits)


def full_id(text: str) -> str:
    """The id as the API returns it: 15 characters grow to 18, anything else stays as it is."""
    return to18(text) if len(text) == 15 and text.isalnum() else text


def is_id(text: str) -> bool:
    """Whether the text has the form of an id; the checksum must fit."""
    return text.isascii() and text.isalnum() and (len(text) == 15 or (len(text) == 18 and to18(text[:15]) == text))


def base62(number: int, width: int) -> str:
    """The number in 62 digits, padded with zeros."""
    digits = ""
    while number:
        number, rest = divmod(number, 62)
        digits = ALPHABET[rest] + digits
    return digits.rjust(width, "0")


class Mint:
    """Makes new ids: the same calls give the same ids."""

    def __init__(self) -> None:
        self._numbers: Iterator[int] = itertools.count(1)

    def new(self, prefix: str) -> str:
        """A new 18-character id with the three characters of its object in front."""
        return to18(prefix + POD + base62(next(self._numbers), 10))
