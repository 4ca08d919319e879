"""Which switches does a portal have? Limits, scopes and moods a test can set over the control plane."""

from __future__ import annotations

from dataclasses import dataclass, field

SCOPES = (
    *(f"crm.{area}.{kind}.{verb}" for area in ("objects", "schemas") for kind in ("contacts", "companies", "deals")
      for verb in ("read", "write")),
    "crm.objects.owners.read", "crm.objects.custom.read", "crm.lists.read", "crm.lists.write", "sales-email-read",
    "content", "marketing.campaigns.read", "forms", "business-intelligence", "oauth", "account-info.security.read",
    "crm.objects.marketing_events.read",
)  # fmt: skip


@dataclass(slots=True)
class Settings:
    """Everything about a portal that is not data. Counts are whole numbers, times are seconds of the portal's clock."""

    scopes: set[str] = field(default_factory=lambda: set(SCOPES))  # of the private app's token
    time_zone: str = "UTC"
    tier: str = "enterprise"  # without it, /events refuses
    gzip: bool = True
    # limits; 0 turns one off
    burst_limit: int = 190
    oauth_burst_limit: int = 110  # of each OAuth token, which has no daily limit
    burst_seconds: float = 10.0
    search_limit: int = 5
    daily_limit: int = 650_000
    retry_after: int = 0
    custom_properties_limit: int = 1_000
    uri_limit: int = 16_000
    # versions
    retired: list[str] = field(default_factory=list)
    retired_status: int = 404
    # the search index
    index_lag: float = 0.0
    index_jitter: bool = False
    search_window: int = 10_000
    # batches
    row_errors: bool = False  # an invalid row of a batch update fails alone, not the whole batch
    shuffle: bool = True  # rows of batches come back in another order
    association_page: int = 500
    # writes
    validations: list[dict[str, object]] = field(default_factory=list)
    same_value_bumps: bool = True
    bump_on_association: bool = False
    # marketing
    forbidden_campaign_properties: list[str] = field(default_factory=lambda: ["hs_budget_items_sum_amount"])
    purge_days: int = 90
