"""Which of the published accounts are asked for?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

SHORT_ID = 15  # Salesforce shows ids in 15 characters here and 18 there
WORDS = ("territory", "industry", "tier", "size_band", "country")
LISTS: Mapping[str, str] = {
    "dormant": "NOT excluded AND minutes_30d = 0 "
    "AND (usual_minutes > 0 OR minutes_90d > 0 OR last_two_way IS NOT NULL)",
    "accelerating": "NOT excluded AND account_group <> 'client' AND band IN ('Hot', 'Warm') "
    "AND (surge IN ('Surging', 'Warming') OR minutes_30d > minutes_before_30d)",
}
"""Dormant: nothing in 30 days, but there was something before. Accelerating: no client yet, warm or hot, and rising."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What the accounts must be like; what is None or empty asks nothing. Words fit in any case."""

    surge: Sequence[str] = ()
    mqa: bool | None = None
    only: Literal["dormant", "accelerating"] | None = None
    owner: str | None = None  # id or name
    group: str | None = None
    territory: str | None = None
    industry: str | None = None
    tier: str | None = None
    size_band: str | None = None
    country: str | None = None

    def where(self) -> tuple[str, list[object]]:
        """A condition on the published accounts, and the values of its question marks in their order."""
        clauses = list(self._clauses())
        return " AND ".join(["TRUE", *(clause for clause, _ in clauses)]), [v for _, some in clauses for v in some]

    def _clauses(self) -> Iterator[tuple[str, Sequence[object]]]:
        if self.surge:
            yield "list_contains(?, surge)", [list(self.surge)]
        if self.mqa is not None:
            yield "mqa = ?", [self.mqa]
        if self.only:
            yield LISTS[self.only], []
        if self.owner:
            by_id = f"left(owner_id, {SHORT_ID}) = left(?, {SHORT_ID})"
            yield f"({by_id} OR lower(owner_name) = lower(?))", [self.owner, self.owner]
        if self.group:
            yield "account_group = lower(?)", [self.group]
        yield from ((f"lower({name}) = lower(?)", [said]) for name in WORDS if (said := getattr(self, name)))


EVERY = Choice()
