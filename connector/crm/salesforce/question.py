"""What is asked of one object? Fields, conditions and order, from which every query over REST or Bulk is made."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from connector.crm.salesforce import soql
from connector.crm.salesforce.answers import TooMuch
from connector.crm.salesforce.rows import Column
from connector.engine.records import Window
from connector.errors import Unavailable

BEGINNING = datetime(1999, 1, 1, tzinfo=UTC)  # Salesforce holds no stamp from before there was a Salesforce
NARROWEST = timedelta(seconds=1)  # stamps have no finer resolution


@dataclass(frozen=True, slots=True)
class Question:
    """Rows of one object. `hidden` asks for deleted and archived rows too; `order` is what makes paging safe."""

    object: str
    columns: Sequence[Column]
    conditions: tuple[str, ...] = ()
    order: tuple[str, ...] = ("Id",)
    hidden: bool = False

    @property
    def fields(self) -> list[str]:
        """The select list: every field once."""
        return list(dict.fromkeys(column.field for column in self.columns if column.field))

    @property
    def ordered(self) -> str:
        """The query for REST."""
        return soql.select(self.fields, self.object, self.conditions, order=self.order)

    @property
    def unordered(self) -> str:
        """The query for Bulk, where an order would switch Salesforce's own splitting off."""
        return soql.select(self.fields, self.object, self.conditions)

    @property
    def count(self) -> str:
        """The query for how many rows there are."""
        return soql.count(self.object, self.conditions)

    def during(self, stamp: str, window: Window) -> "Question":
        """The same, of one window."""
        return replace(self, conditions=(*self.conditions, *soql.within(stamp, window)))

    def after(self, last: Sequence[str]) -> "Question":
        """The rest behind a row, whose values of the `order` fields are `last` (the id last)."""
        row = soql.text(last[-1])
        if len(self.order) == 1:
            return replace(self, conditions=(*self.conditions, f"{self.order[0]} > {row}"))
        stamp, value = self.order[0], soql.moment(datetime.fromisoformat(last[0]))
        rest = f"({stamp} > {value} OR ({stamp} = {value} AND {self.order[1]} > {row}))"
        return replace(self, conditions=(*self.conditions, rest))


def halves(window: Window, error: TooMuch) -> tuple[Window, Window]:
    """The window in two, at a whole second. Raises Unavailable when it is as narrow as can be."""
    since = window.since or min(BEGINNING, window.until)
    middle = (since + (window.until - since) / 2).replace(microsecond=0)
    if window.until - since <= NARROWEST or not since < middle < window.until:
        raise Unavailable(f"{error}; the window from {since:%Y-%m-%d %H:%M:%S} cannot be made any narrower")
    return Window(window.since, middle), Window(middle, window.until)
