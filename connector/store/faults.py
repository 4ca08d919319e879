"""What went wrong in the store, in words a person can act on?"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from connector.errors import Busy, StoreError

_NO_ROOM = ("no space left", "file too large", "disk quota exceeded", "max_temp_directory_size", "input/output error")
FILE_FAULTS = (duckdb.IOException, duckdb.FatalException, duckdb.SerializationException, duckdb.InternalException)
_NOT_OURS = ("not a valid duckdb database file", "read enough bytes", "corrupt", "checksum", "deserialize")


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn what DuckDB raises about file, disk and memory into Busy or StoreError; a fault in our SQL stays a bug."""
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise StoreError(_short_of_memory(path, str(error))) from None
    except FILE_FAULTS as error:
        raise _file_fault(path, str(error)) from None
    except duckdb.OperationalError as error:
        if any(sign in str(error).lower() for sign in _NO_ROOM):
            raise _file_fault(path, str(error)) from None
        raise StoreError(f"{path}: {_first_line(error)}; what was not committed is not kept, run it again") from None


def _file_fault(path: Path, said: str) -> Busy | StoreError:
    lower = said.lower()
    if "could not set lock" in lower or "conflicting lock" in lower:
        return Busy(f"{path}: another process has it open; wait for it to end, or stop it")
    if any(sign in lower for sign in _NO_ROOM):
        return StoreError(f"{path}: the disk is full; free space and run again, nothing half-written was kept")
    if "version number" in lower:
        return StoreError(f"{path}: was written by a newer DuckDB; install the newer connector again")
    if any(sign in lower for sign in _NOT_OURS):
        return StoreError(f"{path}: cannot be read as a store; restore a copy, or move it away and sync anew")
    return StoreError(f"{path}: {_first_line(said)}; check the file, its folder and its owner")


def _short_of_memory(path: Path, said: str) -> str:
    if any(sign in said.lower() for sign in _NO_ROOM):
        return f"{path}: the disk has no room for what memory cannot hold; free space or raise CONNECTOR_MEMORY_LIMIT"
    return f"{path}: the memory limit was reached; raise CONNECTOR_MEMORY_LIMIT"


def _first_line(said: object) -> str:
    return str(said).splitlines()[0][:200]
