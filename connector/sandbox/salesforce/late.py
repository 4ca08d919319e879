"""Which rows are written and not yet seen? Transactions that commit after the moment they are stamped with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from hashlib import blake2b

import pyarrow as pa
import pyarrow.compute as pc

from connector.sandbox.salesforce.settings import Settings


class Late:
    """Rows that wait until the clock reaches the moment of their commit."""

    def __init__(self) -> None:
        self._waiting: list[tuple[datetime, str, pa.Table]] = []

    def add(self, visible_at: datetime, name: str, rows: pa.Table) -> None:
        """Keep rows back until `visible_at`."""
        self._waiting.append((visible_at, name, rows))

    def release(self, now: datetime) -> Iterator[tuple[str, pa.Table]]:
        """The rows whose moment has come."""
        ready = [one for one in self._waiting if one[0] <= now]
        self._waiting = [one for one in self._waiting if one[0] > now]
        return ((name, rows) for _, name, rows in ready)

    def hold(self, news: Mapping[str, pa.Table], settings: Settings, now: datetime) -> dict[str, pa.Table]:
        """The news that are seen now. The newest of the others wait: those of the last `late_seconds`, in part."""
        if not settings.late_seconds:
            return dict(news)
        seen = {}
        for name, rows in news.items():
            late = pa.array(self._is_late(rows, settings, now), pa.bool_())
            for row in range(rows.num_rows):
                if late[row].as_py():
                    stamp = rows["SystemModstamp"][row].as_py()
                    self.add(stamp + timedelta(seconds=settings.late_seconds), name, rows.slice(row, 1))
            seen[name] = rows.filter(pc.invert(late))
        return seen

    def _is_late(self, rows: pa.Table, settings: Settings, now: datetime) -> list[bool]:
        if "SystemModstamp" not in rows.column_names:
            return [False] * rows.num_rows
        edge = now - timedelta(seconds=settings.late_seconds)
        stamps, ids = rows["SystemModstamp"].to_pylist(), rows["Id"].to_pylist()
        return [stamp > edge and _share(one) < settings.late_share for stamp, one in zip(stamps, ids, strict=True)]


def _share(record_id: str) -> float:
    """A number in [0, 1) that depends on the id alone."""
    return int.from_bytes(blake2b(record_id.encode(), digest_size=6).digest()) / 2**48
