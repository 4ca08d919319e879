"""What stands behind the URL of a portal? Its records, its tokens and what was used of its limits."""

from __future__ import annotations

from connector.sandbox.hubspot.access import Access
from connector.sandbox.hubspot.limits import Usage
from connector.sandbox.hubspot.portal import Portal


class Instance:
    """Everything that is asked for over HTTP, or steered."""

    def __init__(self, portal: Portal) -> None:
        self.portal, self.access, self.usage = portal, Access(portal), Usage(portal)
