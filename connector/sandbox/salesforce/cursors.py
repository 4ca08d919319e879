"""Which page of a query comes next? Results kept open until they are read or too old."""

from __future__ import annotations

import itertools
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyarrow as pa

from connector.sandbox.answers import Refusal
from connector.sandbox.salesforce.ids import base62, to18
from connector.sandbox.salesforce.org import Org
from connector.sandbox.salesforce.soql.plan import Plan
from connector.sandbox.salesforce.soql.scope import View

OPEN_MAX = 50


@dataclass(frozen=True, slots=True)
class Cursor:
    """A result that is being read page by page."""

    plan: Plan
    view: View
    rows: pa.Table
    batch: int
    user_id: str
    opened: datetime


class Cursors:
    """The open results of the org; the oldest is closed when there are too many."""

    def __init__(self, org: Org) -> None:
        self._org, self._open = org, OrderedDict[str, Cursor]()
        self._numbers = itertools.count(1)

    def keep(self, cursor: Cursor) -> str:
        """The locator under which the result can be read on."""
        locator = to18(f"01gS0{base62(next(self._numbers), 10)}")
        self._open[locator] = cursor
        if len(self._open) > OPEN_MAX:
            self._open.popitem(last=False)
        return locator

    def find(self, locator: str, user_id: str) -> Cursor:
        """The result behind the locator. Refuses one that is unknown, another user's, or too old."""
        cursor = self._open.get(locator)
        lifetime = timedelta(seconds=self._org.settings.locator_seconds)
        if cursor is None or cursor.user_id != user_id or self._org.clock.now() - cursor.opened >= lifetime:
            raise Refusal(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
        return cursor
