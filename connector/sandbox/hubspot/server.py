"""How is a portal started and stopped?"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import Self

from connector.sandbox.answers import Json
from connector.sandbox.hubspot.access import CLIENT_ID, CLIENT_SECRET
from connector.sandbox.hubspot.instance import Instance
from connector.sandbox.hubspot.kinds import kind_of
from connector.sandbox.hubspot.portal import Portal
from connector.sandbox.hubspot.seed import put_records
from connector.sandbox.hubspot.settings import Settings
from connector.sandbox.hubspot.site import PortalSite
from connector.sandbox.transport import Server

Rows = Mapping[str, Sequence[Mapping[str, Json]]]


class HubSpotSandbox:
    """A HubSpot portal on loopback HTTP, running between `with` and its end.

    It takes the records of a portal by kind, as `{"companies": [{"id": "1", "name": "Acme"}]}`. `port` 0 takes a free
    one. The same source and seed give the same portal. Ask with `Authorization: Bearer` and `token`.
    """

    def __init__(
        self, source: Rows | None = None, *, port: int = 0, settings: Settings | None = None, seed: int = 0
    ) -> None:
        self.portal = Portal(settings=settings, seed=seed)
        self._fill(source or {})
        self.instance = Instance(self.portal)
        self.token, self.portal_id = self.instance.access.private, self.portal.id
        self.client_id, self.client_secret = CLIENT_ID, CLIENT_SECRET
        self._server = Server(("127.0.0.1", port), PortalSite(self.instance))
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def _fill(self, source: Rows) -> None:
        for name, rows in source.items():
            put_records(self.portal, kind_of(name), rows)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def refresh_token(self) -> str:
        """A refresh token of the app, as an admin would have granted it."""
        return self.instance.access.refresh
