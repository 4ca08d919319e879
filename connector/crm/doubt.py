"""What became of rows whose write got no clear answer? Read back: what is held is written, the rest goes again."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol, TypeVar

from connector.engine.records import Outcome
from connector.errors import BudgetReached, Rejected, Unavailable


class Sent(Protocol):
    """A row that was sent, and its possible ends."""

    @property
    def account_id(self) -> str: ...
    def ends(self) -> Outcome: ...
    def unknown(self, message: str, /) -> Outcome: ...


R = TypeVar("R", bound=Sent)
ReadBack = Callable[[Sequence[R]], Iterable[R]]  # those of the rows whose values the CRM holds
SendAgain = Callable[[list[R]], Iterator[Outcome]]


def settled(
    rows: Sequence[R], reason: str, read_back: ReadBack[R], again: SendAgain[R] | None
) -> Iterator[Outcome]:
    """One outcome a row: what the CRM holds already is ok, the rest is sent again, or unknown without `again`.

    Raises BudgetReached where no call is left to look with.
    """
    try:
        held = {row.account_id for row in read_back(rows)}
    except BudgetReached:
        raise
    except (Unavailable, Rejected):
        yield from (row.unknown(f"{reason}; reading it back failed too") for row in rows)
        return
    yield from (row.ends() for row in rows if row.account_id in held)
    rest = [row for row in rows if row.account_id not in held]
    if rest and again:
        yield from again(rest)
    else:
        yield from (row.unknown(f"{reason}; it was not there when read back") for row in rest)
