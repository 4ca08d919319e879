"""Has somebody asked us to stop? A signal is remembered, and obeyed between two batches."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from connector.errors import Stopped

SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Stop:
    """Remembers the first signal; the second of them ends us the hard way."""

    def __init__(self) -> None:
        self._number: int | None = None

    def ask(self, number: int) -> None:
        """Stop at the next good moment."""
        self._number = number

    def check(self) -> None:
        """Raises Stopped when somebody has asked."""
        if self._number is not None:
            raise Stopped(self._number)


@contextmanager
def listening() -> Iterator[Stop]:
    """Within it SIGTERM and SIGINT are asked for through the `Stop` that comes back; a second one acts as before."""
    stop = Stop()
    if threading.current_thread() is not threading.main_thread():
        yield stop  # signals reach the main thread only
        return
    before = {number: signal.getsignal(number) for number in SIGNALS}

    def hear(number: int, _frame: object) -> None:
        stop.ask(number)
        signal.signal(number, before[signal.Signals(number)])

    for number in SIGNALS:
        signal.signal(number, hear)
    try:
        yield stop
    finally:
        for number, earlier in before.items():
            signal.signal(number, earlier)
