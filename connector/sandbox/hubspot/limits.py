"""How much may be asked for? Ten seconds, one second of searches, and the day in the account's own zone."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Mapping

from connector.sandbox.hubspot.access import Token
from connector.sandbox.hubspot.portal import Portal
from connector.sandbox.hubspot.refusals import Problem, over_limit

NO_LIMIT = 1_000_000  # what the header says where the limit is off


class Usage:
    """The calls that were made. Seconds are those that really pass, and those by which the clock is moved on.

    So a client that waits is let in again, and so is a test that moves the clock instead.
    """

    def __init__(self, portal: Portal) -> None:
        self._portal, self._lock = portal, threading.Lock()
        self._bursts: dict[str, deque[float]] = {}
        self._searches: deque[float] = deque()
        self._day, self.today = portal.clock.today(portal.settings.time_zone), 0

    def _seconds(self) -> float:
        return time.monotonic() + self._portal.now / 1_000

    def take(self, token: Token, *, is_search: bool) -> Mapping[str, str]:
        """Count one call, and say how much is left in the headers of its answer; refuse it where nothing is."""
        with self._lock:
            self._turn_day()
            settings = self._portal.settings
            if token.is_private and settings.daily_limit and self.today >= settings.daily_limit:
                raise over_limit("DAILY")
            if is_search:
                self._count(self._searches, 1.0, settings.search_limit, "SECONDLY", is_search=True)
                return self._count_day(token)
            calls, most = self._bursts.setdefault(token.name, deque()), self._most(token)
            self._count(calls, settings.burst_seconds, most, "TEN_SECONDLY_ROLLING")
            return {**self._burst_headers(len(calls), most or NO_LIMIT), **self._count_day(token)}

    def _most(self, token: Token) -> int:
        settings = self._portal.settings
        return settings.burst_limit if token.is_private else settings.oauth_burst_limit

    def _count(self, calls: deque[float], span: float, most: int, policy: str, *, is_search: bool = False) -> None:
        now = self._seconds()
        while calls and calls[0] <= now - span:
            calls.popleft()
        if most and len(calls) >= most:
            raise over_limit(policy, is_search=is_search)
        calls.append(now)

    def _turn_day(self) -> None:
        today = self._portal.clock.today(self._portal.settings.time_zone)
        if today != self._day:
            self._day, self.today = today, 0

    def _burst_headers(self, used: int, most: int) -> dict[str, str]:
        settings = self._portal.settings
        return {
            "X-HubSpot-RateLimit-Max": str(most), "X-HubSpot-RateLimit-Remaining": str(most - used),
            "X-HubSpot-RateLimit-Interval-Milliseconds": str(round(settings.burst_seconds * 1_000)),
        }  # fmt: skip

    def _count_day(self, token: Token) -> dict[str, str]:
        """Count the call of a private app, and say what is left of its day."""
        most = self._portal.settings.daily_limit
        self.today += token.is_private
        left = {"X-HubSpot-RateLimit-Daily-Remaining": str(most - self.today)}
        return {"X-HubSpot-RateLimit-Daily": str(most), **left} if most and token.is_private else {}

    def exhaust(self) -> None:
        """Use up what is left of the day."""
        self.today = self._portal.settings.daily_limit


def retry_after(portal: Portal, problem: Problem) -> Mapping[str, str]:
    """The header a 429 has when the switch says so; HubSpot does not always send it."""
    wanted = problem.status == 429 and portal.settings.retry_after
    return {"Retry-After": str(portal.settings.retry_after)} if wanted else {}
