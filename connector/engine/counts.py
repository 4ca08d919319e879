"""How is a number of things said: 1 account was, 2,345 accounts were?"""

import re
from functools import lru_cache

PEOPLE = {"person": "people"}
HISSING = ("s", "x", "ch", "sh")
KEPT = 2**16  # numbers that are said again and again, of many accounts


@lru_cache(KEPT)
def number_of(many: int, noun: str) -> str:
    """1 account, 2,345 accounts, 0 more people: the noun is said of one, its last word takes the plural."""
    return f"{many:,} {by_number(many, noun, plural(noun))}"


def were(many: int, noun: str) -> str:
    """What so many were: 1 account was, 2,345 accounts were."""
    return f"{number_of(many, noun)} {by_number(many, 'was', 'were')}"


def by_number(many: int, one: str, more: str) -> str:
    """The word that agrees with a number: by_number(1, "was", "were") is was."""
    return one if many == 1 else more


def plural(noun: str) -> str:
    """The noun of many: rows, people, activities, matches."""
    before, space, last = noun.rpartition(" ")
    ending = "es" if last.endswith(HISSING) else "s"
    return f"{before}{space}{PEOPLE.get(last) or re.sub(r'(?<=[^aeiou])y$', 'ie', last) + ending}"
