"""How do rows become the CSV of the Bulk API, and which pages are worth keeping?"""

from __future__ import annotations

import gzip
import io
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.csv as pacsv

from connector.sandbox.answers import Json

KEPT_BYTES = 1 << 30
GZIP_LEVEL = 1
Key = tuple[Json, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """How a page is written. Pages are kept as they are sent, for compressing takes longer than all the rest."""

    delimiter: str
    line_ending: str
    zipped: bool


def csv_page(rows: pa.Table, form: Form) -> bytes:
    """The rows with a header, every value in quotes, nulls empty."""
    sink = io.BytesIO()
    options = pacsv.WriteOptions(delimiter=form.delimiter, quoting_style="all_valid", eol=form.line_ending)
    pacsv.write_csv(rows, sink, options)
    return gzip.compress(sink.getbuffer(), GZIP_LEVEL) if form.zipped else sink.getvalue()


class Results:
    """Rows and pages that were asked for before, while the org's rows are the same. The oldest make room."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Key, bytes | pa.Table] = OrderedDict()
        self._bytes = 0

    def rows(self, key: Key, make: Callable[[], pa.Table]) -> pa.Table:
        """The rows of a query."""
        return self._get(("rows", *key), make)

    def page(self, key: Key, make: Callable[[], bytes]) -> bytes:
        """The CSV of a page."""
        page = self._get(("page", *key), make)
        assert isinstance(page, bytes)  # noqa: S101 - pages are kept under keys of their own
        return page

    def _get(self, key: Key, make: Callable[[], bytes | pa.Table]) -> Json:
        if key not in self._kept:
            self._kept[key] = made = make()
            self._bytes += _size(made)
        self._kept.move_to_end(key)
        while self._bytes > KEPT_BYTES and len(self._kept) > 1:
            self._bytes -= _size(self._kept.popitem(last=False)[1])
        return self._kept[key]


def _size(kept: bytes | pa.Table) -> int:
    return len(kept) if isinstance(kept, bytes) else int(kept.nbytes)
