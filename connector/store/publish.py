"""How do results reach those who read while we write? As a folder of Parquet files, put in place in one step."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from string import Template

from connector.errors import StoreError
from connector.store.database import Store

REACH_DAYS = 120  # contributions older than this have faded to less than half a percent and are summed up
KEPT = 2  # the newest, and the one before for readers that still have it open
TABLES = (
    "accounts", "cells", "receipts", "people", "ours", "matches", "trials", "locks", "titles", "personas", "words",
    "visits", "pages", "joined", "left_out", "plan", "journal",
)  # fmt: skip
LATEST = "latest"
ABOUT = "about.json"
OUTCOMES = ("plan", "journal")  # of the tables


@dataclass(frozen=True, slots=True)
class About:
    """Which run the published tables are from, and the few rules that explain them."""

    run_id: str
    org_id: str
    as_of: datetime
    as_of_day: int  # days since 1970-01-01 in the organisation's zone
    timezone: str
    rules_version: int
    rules_digest: str
    half_life_days: float
    half_score_minutes: float


def publish(store: Store, folder: Path, about: About) -> None:
    """Write the tables of a run into `folder`, to be seen all at once. Raises StoreError on a full disk."""
    part = folder / f"{about.run_id}.part"
    try:
        part.mkdir(parents=True, exist_ok=True)
        for name in TABLES:
            _write(store, name, part / f"{name}.parquet", about)
        text = json.dumps(asdict(about), default=datetime.isoformat)
        (part / ABOUT).write_text(text, encoding="utf-8")
        _put_in_place(folder, part, about.run_id)
    except OSError as error:
        raise StoreError(f"{folder}: {(error.strerror or 'cannot be written').lower()}; free space") from None


def publish_outcomes(store: Store, folder: Path, about: About) -> None:
    """Let readers see what became of a plan; all else stays as the last sync has published it.

    Raises StoreError on a full disk.
    """
    part, newest = folder / f"{about.run_id}.part", folder / (folder / LATEST).read_text(encoding="ascii")
    try:
        shutil.copytree(newest, part)
        for name in OUTCOMES:
            _write(store, name, part / f"{name}.parquet", about)
        _put_in_place(folder, part, about.run_id)
    except OSError as error:
        raise StoreError(f"{folder}: {(error.strerror or 'cannot be written').lower()}; free space") from None


def _write(store: Store, name: str, path: Path, about: About) -> None:
    text = files("connector.store").joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")
    query = Template(text).substitute(
        run_id=about.run_id, as_of_day=about.as_of_day, half_life_days=repr(about.half_life_days), reach=REACH_DAYS
    )
    target = str(path).replace("'", "''")
    store.execute(f"COPY ({query}) TO '{target}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 20000)")


def _put_in_place(folder: Path, part: Path, run_id: str) -> None:
    """Readers follow the name in `latest`, which is replaced in one step; what nobody needs any more goes."""
    shutil.rmtree(folder / run_id, ignore_errors=True)
    part.rename(folder / run_id)
    pointer = folder / f"{LATEST}.new"
    pointer.write_text(run_id, encoding="ascii")
    pointer.replace(folder / LATEST)
    older: Mapping[float, Path] = {path.stat().st_mtime: path for path in folder.iterdir() if path.is_dir()}
    for _, path in sorted(older.items())[:-KEPT]:
        shutil.rmtree(path, ignore_errors=True)
