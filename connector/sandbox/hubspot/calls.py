"""What does a resource know of the call it answers?"""

from __future__ import annotations

from dataclasses import dataclass

from connector.sandbox.answers import Request
from connector.sandbox.hubspot.access import Access, Token
from connector.sandbox.hubspot.limits import Usage
from connector.sandbox.hubspot.portal import Portal


@dataclass(frozen=True, slots=True)
class Call:
    """One call, after its token and the limits let it in."""

    portal: Portal
    access: Access
    usage: Usage
    request: Request
    token: Token

    @property
    def is_dated(self) -> bool:
        """Whether the path names a release by its month, such as 2026-03."""
        return "-" in self.request.version

    @property
    def is_redacted(self) -> bool:
        """Whether the texts of e-mails are kept from this token."""
        return not self.access.may(self.token, "sales-email-read")
