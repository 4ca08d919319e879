"""How is a portal started and stopped?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol, Self, runtime_checkable

from connector.sandbox.answers import Json
from connector.sandbox.hubspot.access import CLIENT_ID, CLIENT_SECRET
from connector.sandbox.hubspot.instance import Instance
from connector.sandbox.hubspot.kinds import kind_of
from connector.sandbox.hubspot.mirror.mirror import Mirror
from connector.sandbox.hubspot.portal import DEFAULT_START, Portal
from connector.sandbox.hubspot.seed import put_records
from connector.sandbox.hubspot.settings import Settings
from connector.sandbox.hubspot.site import PortalSite
from connector.sandbox.living import Tables, World
from connector.sandbox.transport import Server

Rows = Mapping[str, Sequence[Mapping[str, Json]]]
Source = World | Rows


@runtime_checkable
class _Living(Protocol):
    @property
    def now(self) -> datetime: ...
    def history(self, until: datetime) -> Tables: ...


class HubSpotSandbox:
    """A HubSpot portal on loopback HTTP, running between `with` and its end.

    It takes a living world, which it mirrors as the HubSpot-Salesforce sync does, or the records of a portal by kind:
    `{"companies": [{"id": "1", "name": "Acme"}]}`. `port` 0 takes a free
    one. The same source and seed give the same portal. Ask with `Authorization: Bearer` and `token`.
    """

    def __init__(
        self, source: Source | None = None, *, port: int = 0, settings: Settings | None = None, seed: int = 0
    ) -> None:
        world = source if isinstance(source, _Living) else None
        start = world.now if world else DEFAULT_START
        self.portal = Portal(start=start, settings=settings, seed=seed)
        self._fill(source or {})
        self.instance = Instance(self.portal)
        self.token, self.portal_id = self.instance.access.private, self.portal.id
        self.client_id, self.client_secret = CLIENT_ID, CLIENT_SECRET
        self._server = Server(port, PortalSite(self.instance))
        self.url = self._server.url

    def _fill(self, source: Source) -> None:
        if isinstance(source, Mapping):
            for name, rows in source.items():
                put_records(self.portal, kind_of(name), rows)
            return
        mirror = Mirror(self.portal, source)
        mirror.begin()
        self.portal.purge()
        self.portal.news = mirror.between

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()

    def refresh_token(self) -> str:
        """A refresh token of the app, as an admin would have granted it."""
        return self.instance.access.refresh
