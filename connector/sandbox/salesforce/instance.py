"""What stands behind the URL of a sandbox? The org, its logins, and the work it has in hand."""

from __future__ import annotations

from collections.abc import Mapping

from connector.sandbox.salesforce.bulk_jobs import Jobs
from connector.sandbox.salesforce.bulk_pages import Results
from connector.sandbox.salesforce.cursors import Cursors
from connector.sandbox.salesforce.limits import Usage
from connector.sandbox.salesforce.oauth import Logins
from connector.sandbox.salesforce.org import Org
from connector.sandbox.salesforce.users import App


class Instance:
    """Everything the handlers of requests share."""

    def __init__(self, org: Org, apps: Mapping[str, App]) -> None:
        self.org = org
        self.logins = Logins(org, apps)
        self.cursors = Cursors(org)
        self.usage = Usage(org)
        self.jobs, self.results = Jobs(org), Results()
