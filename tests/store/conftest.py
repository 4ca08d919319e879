"""What does every test of the store start with?"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from connector.store.database import Store
from tests.store.worlds import a_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store on disk."""
    with a_store(tmp_path) as store:
        yield store
