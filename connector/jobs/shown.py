"""What does the CRM hold of the accounts at this moment, in the fields we write?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa

from connector.crm.base import CRM
from connector.engine.fields import FIELDS
from connector.engine.records import Cell, Field
from connector.engine.stored import Columns, cells, is_same, stored

Cells = Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class Shown:
    """The accounts as they were just read, column by column."""

    fields: Sequence[Field]
    columns: Columns  # also id and modified_at

    def held(self, account_ids: Sequence[str]) -> dict[str, dict[str, Cell]]:
        """What the CRM holds of some accounts; one that is not there is left out."""
        at = {account_id: row for row, account_id in enumerate(self.columns["id"].tolist())}
        known = [account_id for account_id in account_ids if account_id in at]
        rows = np.array([at[account_id] for account_id in known], dtype=np.intp)
        shown = [field for field in self.fields if field.name in self.columns]
        columns = {field.name: cells(stored(self.columns[field.name][rows], field), field) for field in shown}
        return {one: {name: column[i] for name, column in columns.items()} for i, one in enumerate(known)}

    def stamps(self) -> dict[str, datetime]:
        """When each account was last modified, UTC."""
        stamps = self.columns["modified_at"].astype("datetime64[us]").tolist()
        return {one: stamp.replace(tzinfo=UTC) for one, stamp in zip(self.columns["id"].tolist(), stamps, strict=True)}


def read_shown(crm: CRM, names: Mapping[str, str], account_ids: Sequence[str] | None) -> Shown:
    """Read the fields `names` (ours -> the CRM's) of these accounts, or of all."""
    fields = [field for field in FIELDS if field.name in names]
    return Shown(fields, as_columns(list(crm.current(account_ids, names)), ["id", "modified_at", *names]))


def holds(held: Cells | None, wanted: Cells) -> bool:
    """Whether the CRM holds every one of these cells that was read; an account that is gone holds none."""
    return held is not None and all(is_alike(held[name], wanted[name], name) for name in wanted if name in held)


def is_alike(one: Cell, other: Cell, name: str) -> bool:
    """Whether two values of a field are the same to the CRM."""
    field = _BY_NAME[name]
    return bool(is_same(stored([_bare(one)], field), stored([_bare(other)], field))[0])


def as_columns(pages: Sequence[pa.Table], names: Sequence[str]) -> Columns:
    """Pages as arrays: null is NaN, NaT or None. No page at all is no row."""
    if not pages:
        return {name: np.array([], dtype="datetime64[us]" if name == "modified_at" else object) for name in names}
    whole = pa.concat_tables(pages)
    return {name: whole[name].to_numpy() for name in whole.column_names}


def _bare(value: Cell) -> Cell:
    """A moment without its zone, as arrays hold it."""
    return value.astimezone(UTC).replace(tzinfo=None) if isinstance(value, datetime) else value


_BY_NAME = {field.name: field for field in FIELDS}
