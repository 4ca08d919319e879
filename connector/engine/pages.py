"""Which kind of visit is it, by the page that was seen? RevOps' own patterns; the first that fits wins."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from connector.engine.rules import PageRule

PAGE_VIEW = "page_view"
NOT_COUNTED = "page"  # the reason where a pattern names no kind


@dataclass(frozen=True, slots=True)
class Visit:
    """What seeing a page stands for, and the reason when it does not count."""

    page: str
    kind: str
    reason: str | None = None


def read_pages(pages: Iterable[str], rules: Sequence[PageRule]) -> list[Visit]:
    """What each page stands for, in the same order; without a pattern a page view is a page view."""
    patterns = [(_pattern(rule.page), rule.kind) for rule in rules]
    return [_visit(page, patterns) for page in pages]


def first_that_fits(page: str, rules: Sequence[PageRule]) -> int | None:
    """Which of the rules, counted from 0, says what a page is; None where none does."""
    return next((number for number, rule in enumerate(rules) if _pattern(rule.page).fullmatch(page)), None)


def _visit(page: str, patterns: Sequence[tuple[re.Pattern[str], str | None]]) -> Visit:
    kind = next((kind for pattern, kind in patterns if pattern.fullmatch(page)), PAGE_VIEW)
    return Visit(page, PAGE_VIEW, NOT_COUNTED) if kind is None else Visit(page, kind)


def _pattern(text: str) -> re.Pattern[str]:
    """The whole page in any case; `*` is any text."""
    return re.compile(".*".join(map(re.escape, text.strip().split("*"))), re.IGNORECASE | re.DOTALL)
