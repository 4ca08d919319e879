"""May we make another call? Part of the day's calls is left to people, and a run has a cap of its own."""

from datetime import timedelta
from threading import Lock

from connector.crm.base import Usage
from connector.errors import BudgetReached

NOISE_SHARE = 0.01  # the gauge steps back by a few calls; a deeper fall is the rolling day moving on


class Budget:
    """Counts our calls and what the CRM says of the day; shared by all threads of a run.

    `reserve` is the share of the day's limit left to people, `calls_per_run` our own cap (None: no cap), `lapse` for
    how long a call counts (None: not known).
    """

    def __init__(
        self, *, reserve: float = 0.2, calls_per_run: int | None = None, lapse: timedelta | None = None
    ) -> None:
        self._reserve, self._cap, self._lapse = reserve, calls_per_run, lapse
        self._calls = 0
        self._usage: Usage | None = None
        self._lock = Lock()

    @property
    def calls(self) -> int:
        """Calls we have made."""
        return self._calls

    @property
    def usage(self) -> Usage | None:
        """The newest reading with our calls since; None before the first answer."""
        return self._usage

    def hear(self, used: int, limit: int) -> None:
        """Take a reading in; the highest counts, because answers overtake one another."""
        with self._lock:
            known = self._usage
            if known and known.limit == limit and used >= known.used - limit * NOISE_SHARE:
                used = max(used, known.used)
            self._usage = Usage(used, limit)

    def left(self) -> int | None:
        """Calls we may still make, or None while neither a cap nor a reading says."""
        limits = [] if self._cap is None else [self._cap - self._calls]
        if self._usage:
            limits.append(int(self._usage.limit * (1 - self._reserve)) - self._usage.used)
        return max(min(limits), 0) if limits else None

    def afford(self, calls: int) -> None:
        """Raises BudgetReached when so many more calls do not fit."""
        left = self.left()
        if left is not None and calls > left:
            raise self._reached(calls, left)

    def spend(self) -> None:
        """Note one call that is about to be made; raises BudgetReached instead when it would cross the line."""
        with self._lock:
            self.afford(1)
            self._calls += 1
            if self._usage:
                self._usage = Usage(self._usage.used + 1, self._usage.limit)

    def _reached(self, calls: int, left: int) -> BudgetReached:
        """What is used up, and what to do."""
        if self._cap is not None and self._cap - self._calls <= left:
            place = f"CONNECTOR_API_CALLS_PER_RUN is {self._cap} and {self._calls} calls are made"
            told = f"{place}; {calls} more do not fit. Run the same command again to go on, or raise it"
            return BudgetReached(told, lapse=timedelta(0))
        usage = self._usage or Usage(0, 0)
        place = f"{usage.used:,} of {usage.limit:,} API calls of the last 24 hours are used"
        kept = f"{self._reserve:.0%} are left to people and {calls} more do not fit"
        told = f"{place}; {kept}. Run the same command again later, or lower CONNECTOR_API_RESERVE"
        return BudgetReached(told, lapse=self._lapse)
