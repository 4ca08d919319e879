"""When does a call deserve another try? One policy: backoff with full jitter, an end in tries and in seconds."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import structlog
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt, stop_after_delay
from tenacity.wait import wait_random_exponential

from connector.errors import BudgetReached, Incomplete, Unavailable

T = TypeVar("T")
log = structlog.get_logger()


class SlowDown(Unavailable):
    """Too many calls at once: the next try waits at least `seconds`."""

    def __init__(self, message: str, *, seconds: float = 10.0) -> None:
        super().__init__(message)
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Retry:
    """How often and how long: `tries` in all, and no new one after `seconds`; waits are in seconds too."""

    tries: int = 5
    seconds: float = 300.0
    first_wait: float = 1.0
    longest_wait: float = 30.0
    sleep: Callable[[float], None] = time.sleep

    def run(self, ask: Callable[[], T], *, never: tuple[type[Exception], ...] = ()) -> T:
        """What `ask` returns; Unavailable is tried again, except a spent budget, a wrong count and those in `never`."""
        final: tuple[type[Exception], ...] = (BudgetReached, Incomplete, *never)
        policy = Retrying(
            retry=retry_if_exception(lambda error: isinstance(error, Unavailable) and not isinstance(error, final)),
            stop=stop_after_attempt(self.tries) | stop_after_delay(self.seconds),
            wait=self._wait,
            sleep=self.sleep,
            before_sleep=_log,
            reraise=True,
        )
        return policy(ask)

    def _wait(self, state: RetryCallState) -> float:
        """Seconds before the next try: random below a doubling ceiling, after what the other side asked for."""
        error = state.outcome.exception() if state.outcome else None
        asked = error.seconds if isinstance(error, SlowDown) else 0.0
        return asked + wait_random_exponential(multiplier=self.first_wait, max=self.longest_wait)(state)


def _log(state: RetryCallState) -> None:
    """One event a try that failed."""
    error = state.outcome.exception() if state.outcome else None
    log.info("call.retried", attempt=state.attempt_number, reason=str(error))
