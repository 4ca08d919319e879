"""What stands behind the URL of a portal? Its records, its tokens and what was used of its limits."""

from __future__ import annotations

from connector.sandbox.clock import Clock
from connector.sandbox.faults import Faults
from connector.sandbox.hubspot.access import Access
from connector.sandbox.hubspot.limits import Usage
from connector.sandbox.hubspot.portal import Portal
from connector.sandbox.journal import Journal


class Instance:
    """Everything that is asked for over HTTP, or steered."""

    def __init__(self, portal: Portal) -> None:
        self.portal, self.access, self.usage = portal, Access(portal), Usage(portal)

    @property
    def clock(self) -> Clock:
        return self.portal.clock

    @property
    def faults(self) -> Faults:
        return self.portal.faults

    @property
    def journal(self) -> Journal:
        return self.portal.journal
