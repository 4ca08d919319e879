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
from connector.store.streams import ARROW_TYPES, keep_window
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
with opened(Path(sys.argv[1]), Limits("128MB", 2)) as store:
    page(0, "Open")
    before = peak()
    for word in sys.argv[2:]:
        keep_window(store, "salesforce", TASK, (page(s, word) for s in range(0, ROWS, PAGE)), a_bookmark(ROWS))
    print(peak() - before, store.number("SELECT count(*) FROM salesforce.task"))
"""


@pytest.mark.parametrize("words", [("Open",), ("Open", "Done")], ids=["first load", "every row changed"])
def test_half_a_million_rows_need_little_more_than_the_limit(tmp_path: Path, words: tuple[str, ...]) -> None:
    command = [sys.executable, "-c", LOAD, str(tmp_path / "store.duckdb"), *words]

    loaded = subprocess.run(command, capture_output=True, text=True, check=True)

    megabytes, rows = loaded.stdout.split()
    assert rows == "500000"
    assert int(megabytes) < 250
