"""What must an org's source of rows promise? Its state at a moment, and what happened between two moments."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

import pyarrow as pa

Tables = dict[str, pa.Table]  # sObject API name -> its rows; columns are Salesforce field API names


class World(Protocol):
    """A living org. The sandbox asks for its history once, then for what is new each time its clock moves.

    Columns use the Arrow types string, bool, int64, double, date32 and timestamp("s" or "ms", UTC).
    A column that is not there reads as null. Every row has an 18-character `Id`.
    """

    @property
    def now(self) -> datetime:
        """The moment at which the sandbox's clock starts: aware, UTC."""

    def history(self, until: datetime) -> Tables:
        """The org as of `until`: one current row version per Id, deleted rows included with `IsDeleted` true."""

    def between(self, since: datetime, until: datetime) -> Tables:
        """Whole row versions made in (since, until], to be upserted by `Id`; an object without news may be absent."""
