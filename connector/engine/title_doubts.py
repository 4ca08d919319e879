"""Which patterns of personas.yaml can no title ever reach, because an earlier rule takes all that fits them?"""

from collections.abc import Iterator, Sequence

from connector.engine.doubts import Doubt
from connector.engine.persona import Personas, TitleRule, plain

STARS = (("", "xx"), ("xx", "xx xx xx"))  # what `*` can stand for inside a word, and alone: the least and the most


def title_doubts(personas: Personas) -> list[Doubt]:
    """Rules and words that say nothing, in the order of the file."""
    parts = personas.lists().items()
    return [doubt for part, rules in parts for number in range(len(rules)) for doubt in _of_rule(part, number, rules)]


def _of_rule(part: str, number: int, rules: Sequence[TitleRule]) -> Iterator[Doubt]:
    rule, key = rules[number], f"{part}.{number}"
    whys = {place: _why_never(word, rule, rules[:number]) for place, word in enumerate(rule.words)}
    never = {place: why for place, why in whys.items() if why}
    if len(never) == len(rule.words):
        yield Doubt(key, f"({rule.rule}) is never reached: {never[0]}")
        return
    for place, why in never.items():
        yield Doubt(f"{key}.words.{place}", f"({rule.words[place]}) is never reached: {why}")


def _why_never(word: str, rule: TitleRule, earlier: Sequence[TitleRule]) -> str:
    """Why no title with this word comes to the rule; empty where one can."""
    titles = [_title(word, *stars) for stars in STARS]
    if not any(rule.is_met(title) for title in titles):
        return "its own but_not rules it out; take it out of one of the two"
    for first in earlier:
        if set(first.but_not) <= set(rule.but_not) and all(first.is_met(title) for title in titles):
            return f"{first.rule!r} takes all it could; move it up, or take it out"
    return ""


def _title(word: str, inside: str, alone: str) -> str:
    """A title that is the word and nothing else, its stars taken as letters."""
    parts = plain(word, keep="*").split()
    return " ".join(alone if part == "*" else part.replace("*", inside) for part in parts)
