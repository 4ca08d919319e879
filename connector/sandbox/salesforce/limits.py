"""How much of the org's allowances is used? The counter of API calls and the limits resource."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from connector.sandbox.answers import Answer, Json, Refusal, Request
from connector.sandbox.salesforce.org import Org

DAY = timedelta(hours=24)
JITTER = (0, -10, -5)  # recorded: 8408, 8398, 8403
FIXED = {
    "DailyAsyncApexExecutions": 250_000, "DailyBulkApiBatches": 15_000, "DailyStreamingApiEvents": 10_000,
    "DataStorageMB": 1_024, "FileStorageMB": 1_024, "HourlyTimeBasedWorkflow": 1_000, "MassEmail": 10,
    "SingleEmail": 15,
}  # fmt: skip


class Usage:
    """The API calls of the last 24 hours of the org's clock."""

    def __init__(self, org: Org) -> None:
        self._org, self._lock = org, threading.Lock()
        self._calls: deque[datetime] = deque()
        self._shown = 0
        self._running = 0

    @property
    def used(self) -> int:
        now = self._org.clock.now()
        with self._lock:
            while self._calls and self._calls[0] <= now - DAY:
                self._calls.popleft()
            return len(self._calls)

    @contextmanager
    def one_running(self) -> Iterator[None]:
        """One request is being worked on."""
        with self._lock:
            self._running += 1
        try:
            yield
        finally:
            with self._lock:
                self._running -= 1

    def count(self) -> None:
        """Count one call, or refuse it: the day's calls are used up, or too many are running."""
        settings = self._org.settings
        if self.used >= settings.daily_limit:
            raise Refusal(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
        if settings.concurrent_limit and self._running > settings.concurrent_limit:
            message = "ConcurrentRequests (Concurrent API Requests) Limit exceeded."
            raise Refusal(403, "REQUEST_LIMIT_EXCEEDED", message)
        with self._lock:
            self._calls.append(self._org.clock.now())

    def exhaust(self) -> None:
        """Use up what is left of the day."""
        left = self._org.settings.daily_limit - self.used
        with self._lock:
            self._calls.extend([self._org.clock.now()] * left)

    def header(self) -> str:
        """The value of Sforce-Limit-Info."""
        used = self.used
        if self._org.settings.usage_jitter:
            self._shown += 1
            used = max(0, used + JITTER[self._shown % len(JITTER)])
        return f"api-usage={used}/{self._org.settings.daily_limit}"


def limits_answer(org: Org, usage: Usage, jobs_today: int, megabytes_today: int) -> Json:
    """The limits resource. It may lag behind the header by `limits_lag` calls."""
    used = max(0, usage.used - org.settings.limits_lag)
    whole = {name: {"Max": most, "Remaining": most} for name, most in FIXED.items()}
    most_jobs, most_megabytes = org.settings.bulk_jobs_limit, org.settings.bulk_result_megabytes
    return whole | {
        "DailyApiRequests": {"Max": org.settings.daily_limit, "Remaining": org.settings.daily_limit - used},
        "DailyBulkV2QueryJobs": {"Max": most_jobs, "Remaining": most_jobs - jobs_today},
        "DailyBulkV2QueryFileStorageMB": {
            "Max": most_megabytes,
            "Remaining": most_megabytes - megabytes_today,
        },
        "PermissionSets": {"Max": 1500, "Remaining": 1499, "CreateCustom": {"Max": 1000, "Remaining": 999}},
    }


def record_count(org: Org, request: Request) -> Answer:
    """About how many rows the objects hold; empty ones are left out."""
    wanted = [name for name in request.query.get("sObjects", "").split(",") if name]
    everything = [one.name for one in org.schema if one.api == "data"]
    found = [org.access.sobject(name) for name in wanted or everything]
    counts = {one.name: org.tables.count(one) for one in found if one}
    return Answer({"sObjects": [{"count": count, "name": name} for name, count in counts.items() if count]})
