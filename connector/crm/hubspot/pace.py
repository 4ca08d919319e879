"""How fast may we ask? Calls are spread evenly, so that no window of the other side fills up."""

import time
from collections.abc import Callable
from threading import Lock


class Pace:
    """At most `per_second` calls a second, one as far from the next as the others; shared by all threads of a run."""

    def __init__(self, per_second: float, sleep: Callable[[float], None] = time.sleep) -> None:
        self._gap, self._sleep = 1 / per_second, sleep
        self._next = 0.0
        self._lock = Lock()

    def wait(self) -> None:
        """Come back when it is our turn."""
        with self._lock:
            now = time.monotonic()
            turn = max(self._next, now)
            self._next = turn + self._gap
        if turn > now:
            self._sleep(turn - now)
