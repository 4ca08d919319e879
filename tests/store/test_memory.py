"""Does a large window stay small in memory?"""

import subprocess
import sys
from pathlib import Path

import pytest

LOAD = """
import resource, sys
from pathlib import Path
import pyarrow as pa
from connector.store.database import Limits, opened
from connector.store.streams import ARROW_TYPES, fill_window, keep_window
from tests.store.worlds import TASK, a_bookmark, moment
ROWS, PAGE = 500_000, 5_000
def page(start, word):
    ids = [f"00T{n:015d}" for n in range(start, start + PAGE)]
    known = {"id": ids, "modified_at": [moment(n) for n in range(start, start + PAGE)], "is_deleted": [False] * PAGE}
    known |= {name: [f"001{n % 9973:015d}" for n in range(start, start + PAGE)] for name in ("what_id", "account_id")}
    known |= {"who_id": [f"003{n % 99991:015d}" for n in range(start, start + PAGE)], "status": [word] * PAGE}
    return pa.table({n: pa.array(known.get(n, [None] * PAGE), ARROW_TYPES[k]) for n, k in TASK.columns.items()})
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
path, limit, way, *words = sys.argv[1:]
with opened(Path(path), Limits(limit, 2)) as store:
    page(0, "Open")
    before = peak()
    for window, word in enumerate(words):
        first, keep = (window * ROWS, fill_window) if way == "fill" else (0, keep_window)
        pages = (page(s, word) for s in range(first, first + ROWS, PAGE))
        keep(store, "salesforce", TASK, pages, a_bookmark(ROWS))
    print(peak() - before, store.number("SELECT count(*) FROM salesforce.task"))
"""


@pytest.mark.parametrize("words", [("Open",), ("Open", "Done")], ids=["first load", "every row changed"])
def test_half_a_million_rows_need_little_more_than_the_limit(tmp_path: Path, words: tuple[str, ...]) -> None:
    megabytes, rows = loaded(tmp_path, "128MB", "keep", *words)

    assert rows == 500_000
    assert megabytes < 250


def test_a_first_load_of_two_windows_needs_little_however_much_it_might_take(tmp_path: Path) -> None:
    megabytes, rows = loaded(tmp_path, "1GB", "fill", "Open", "Open")

    assert rows == 1_000_000
    assert megabytes < 110


def loaded(folder: Path, limit: str, way: str, *words: str) -> tuple[int, int]:
    """The megabytes that a process took to keep a window for each word, and the rows it holds then."""
    command = [sys.executable, "-c", LOAD, str(folder / "store.duckdb"), limit, way, *words]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    megabytes, rows = map(int, told.stdout.split())
    return megabytes, rows
