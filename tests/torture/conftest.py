"""What do all tests of the torture need?"""

import logging
from collections.abc import Callable, Iterator

import pytest
import structlog

SILENT = logging.CRITICAL


@pytest.fixture(autouse=True, scope="module")
def _quiet() -> Iterator[None]:
    """Without the log, which would hold a line for every fault."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(SILENT))
    yield
    structlog.reset_defaults()


@pytest.fixture
def apart(pytestconfig: pytest.Config) -> Callable[[int], int]:
    """How far apart the places are at which to kill: so many as is usual, or one with `--every-place`."""
    is_every: bool = pytestconfig.getoption("every_place")
    return lambda usual: 1 if is_every else usual
