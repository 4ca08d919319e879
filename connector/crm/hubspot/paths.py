"""Where does each thing stand in HubSpot's API? One table with both families of paths: numbered and dated ones."""

import re
from collections.abc import Mapping

from connector.errors import ConfigError

NUMBERED = "v3"
DATED = re.compile(r"20\d\d-(0[1-9]|1[0-2])")

PATHS: Mapping[str, tuple[str, str]] = {  # name -> the path in v3 and v4, the path with a date in it
    "objects": ("/crm/v3/objects/{type}", "/crm/objects/{version}/{type}"),
    "associations": (
        "/crm/v4/associations/{type}/{to}/batch/read", "/crm/associations/{version}/{type}/{to}/batch/read",
    ),
    "properties": ("/crm/v3/properties/{type}", "/crm/properties/{version}/{type}"),
    "owners": ("/crm/v3/owners", "/crm/owners/{version}"),
    "lists": ("/crm/v3/lists", "/crm/lists/{version}"),
    "campaigns": ("/marketing/v3/campaigns", "/marketing/campaigns/{version}"),
    "account": ("/account-info/v3/details", "/account-info/{version}/details"),
    "token": ("/oauth/v3/token", "/oauth/{version}/token"),  # v1 ends on 2027-02-16, before the rest of its family
    "usage": (
        "/account-info/v3/api-usage/daily/private-apps", "/account-info/{version}/api-usage/daily/private-apps",
    ),
    "forms": ("/marketing/v3/forms", "/marketing/v3/forms"),  # the rest has no dated path yet
    "submissions": ("/form-integrations/v1/submissions/forms", "/form-integrations/v1/submissions/forms"),
    "email_events": ("/email/public/v1/events", "/email/public/v1/events"),
}  # fmt: skip


class Paths:
    """The paths of one family: `v3` (with v4 where that is newer), or a dated one such as `2026-03`."""

    def __init__(self, version: str = NUMBERED) -> None:
        if version != NUMBERED and not DATED.fullmatch(version):
            raise ConfigError(f"HubSpot's paths are {version!r}; write {NUMBERED} or a date such as 2026-03")
        self.version = version

    def of(self, name: str, **parts: str) -> str:
        """The path of a thing; `parts` are the object types in it."""
        numbered, dated = PATHS[name]
        return (numbered if self.version == NUMBERED else dated).format(version=self.version, **parts)
