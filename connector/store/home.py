"""Where do our files lie, and how do they stay ours alone?"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from connector.errors import Busy, StoreError

OWNER_ONLY = 0o077
COPY_PREFIX = ".dry-run-"
SPILL = "spill"  # beside the store: what did not fit into memory


@dataclass(frozen=True, slots=True)
class Home:
    """The folder `CONNECTOR_HOME` and what stands in it."""

    folder: Path

    @property
    def store(self) -> Path:
        """The DuckDB file."""
        return self.folder / "store.duckdb"

    @property
    def runs(self) -> Path:
        """The SQLite file with the lease and the run list."""
        return self.folder / "runs.sqlite"

    @property
    def published(self) -> Path:
        """The folder of finished results."""
        return self.folder / "published"


def make_home(folder: Path) -> Home:
    """The home, made when it was not there; from now on this process writes files that only its owner may read.

    Raises StoreError when the folder cannot be made or written to.
    """
    os.umask(OWNER_ONLY)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return Home(folder)
    except OSError as error:
        why = (error.strerror or "cannot be used").lower()
        raise StoreError(f"{folder}: {why}; name a folder that we may write to in CONNECTOR_HOME") from None


def clear_leftovers(home: Home) -> None:
    """Remove what a killed process left half-made. Only for the holder of the lease; a dry run going on holds none."""
    copies = [path for path in home.folder.glob(f"{COPY_PREFIX}*") if not _is_in_use(path)]
    for path in (*copies, *home.published.glob("*.part"), home.folder / SPILL):
        shutil.rmtree(path, ignore_errors=True)
    for path in home.folder.glob("*.new*"):
        path.unlink(missing_ok=True)


@contextmanager
def copied(home: Home) -> Iterator[Home]:
    """A home with a copy of the store and without a run list, thrown away in the end: what a dry run works on.

    Raises Busy when somebody wrote to the store meanwhile, StoreError when there is no room for the copy.
    """
    os.umask(OWNER_ONLY)
    beside = home.folder if home.folder.is_dir() else None  # there is room for a store; /tmp may be small
    try:
        copy = Home(Path(tempfile.mkdtemp(prefix=COPY_PREFIX, dir=beside)))
    except OSError as error:
        raise _no_copy(home, error) from None
    try:
        with _in_use(copy.folder):
            _fill(copy, home)
            yield copy
    finally:
        shutil.rmtree(copy.folder, ignore_errors=True)


@contextmanager
def _in_use(folder: Path) -> Iterator[None]:
    """While it lasts, others see that somebody works there; it ends with the process, however that ends."""
    held = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_SH)
        yield
    finally:
        os.close(held)


def _is_in_use(folder: Path) -> bool:
    """Whether a process that is alive works there; so it did if the folder has just gone."""
    try:
        held = os.open(folder, os.O_RDONLY)
    except FileNotFoundError:
        return True
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(held)
    return False


def _fill(copy: Home, home: Home) -> None:
    try:
        _copy_store(home, copy)
    except OSError as error:
        raise _no_copy(home, error) from None


def _no_copy(home: Home, error: OSError) -> StoreError:
    why = (error.strerror or "failed").lower()
    return StoreError(f"{home.store}: cannot be copied for a dry run: {why}; free space or check the folder's owner")


def _copy_store(home: Home, copy: Home) -> None:
    """Copy the store and its log, and make sure that they did not move under us."""
    before = _marks(home)
    for path in before:
        shutil.copyfile(path, copy.folder / path.name)
    if _marks(home) != before:
        raise Busy(f"{home.store}: another run is writing to it; try again when it has ended")


def _marks(home: Home) -> dict[Path, tuple[int, int]]:
    """Size and time of last writing of the store's files that are there."""
    files = (home.store, home.store.with_name(home.store.name + ".wal"))
    return {path: (path.stat().st_size, path.stat().st_mtime_ns) for path in files if path.exists()}
