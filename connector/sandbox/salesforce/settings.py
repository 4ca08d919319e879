"""Which switches does an org have? Features, limits and moods a test can set over the control plane."""

from __future__ import annotations

from dataclasses import dataclass, field

DEFAULT_FEATURES = frozenset({"SharedActivities", "EmailMessage", "AccountContactRelation"})


@dataclass(slots=True)
class Settings:
    """Everything about an org that is not data. Counts are whole numbers, times are seconds of the virtual clock."""

    features: set[str] = field(default_factory=lambda: set(DEFAULT_FEATURES))
    access: dict[str, str] = field(default_factory=dict)
    inactive_values: dict[str, list[str]] = field(default_factory=dict)
    time_zone: str = "UTC"
    # limits
    daily_limit: int = 100_000
    concurrent_limit: int = 0
    limits_lag: int = 0
    usage_jitter: bool = False
    storage_full: bool = False
    # sessions
    token_lifetime: int = 7_200
    only_latest_token: bool = False
    rotate_refresh_tokens: bool = False
    login_host: bool = False
    soap_login: bool = False
    unauthorized_as: str = "array"
    moving_instance: bool = False
    # queries
    page_size: int = 2_000
    wide_rows: bool = False
    locator_seconds: int = 2 * 86_400
    slow_query: str = ""
    gzip: bool = True
    # Bulk
    bulk_polls: int = 1
    bulk_jobs_limit: int = 10_000
    bulk_result_megabytes: int = 976_562
    bulk_ingest_fails: bool = False
    # writes
    validations: list[dict[str, object]] = field(default_factory=list)
    duplicates: list[dict[str, object]] = field(default_factory=list)
    # change feed
    late_seconds: int = 0
    late_share: float = 1.0
    updated_ids_limit: int = 600_000
