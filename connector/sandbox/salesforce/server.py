"""How is a sandbox started and stopped?"""

from __future__ import annotations

from typing import Self

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from connector.sandbox.salesforce.instance import Instance
from connector.sandbox.salesforce.org import Org, Source
from connector.sandbox.salesforce.settings import Settings
from connector.sandbox.salesforce.site import OrgSite
from connector.sandbox.salesforce.tooling import note_limits
from connector.sandbox.salesforce.users import CLIENT_ID, CLIENT_SECRET, USERNAME, App, add_running_user
from connector.sandbox.transport import Server

KEY_BITS = 2_048


class Sandbox:
    """A Salesforce org on loopback HTTP, running between `with` and its end.

    It takes a living world, or the rows of an org by object. `port` 0 takes a free one. The same source and seed
    give the same org. Log in with `client_id` and `client_secret`, or with `private_key_pem()` as `username`.
    """

    def __init__(self, source: Source, *, port: int = 0, settings: Settings | None = None, seed: int = 0) -> None:
        self.org = Org(source, settings=settings, seed=seed)
        add_running_user(self.org)
        note_limits(self.org)
        self.client_id, self.client_secret, self.username = CLIENT_ID, CLIENT_SECRET, USERNAME
        self.app = App(CLIENT_ID, CLIENT_SECRET, USERNAME)
        self.instance = Instance(self.org, {CLIENT_ID: self.app})
        self._server = Server(port, OrgSite(self.instance))
        self.url = self._server.url
        self.instance.logins.url = self.url
        self._key: rsa.RSAPrivateKey | None = None

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()
        self.org.tables.db.close()

    def private_key_pem(self) -> str:
        """A private key whose public half the app knows: what a JWT login signs with."""
        if self._key is None:
            self._key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
            public = self._key.public_key().public_bytes(
                serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
            )
            self.register_public_key(public.decode())
        return self._key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode()

    def register_public_key(self, pem: str) -> None:
        """Let the app accept assertions signed with the private half of this key."""
        self.app.public_keys.append(pem)

    def refresh_token(self) -> str:
        """A refresh token of the app, as its user would have granted it."""
        return self.instance.logins.refresh_token(self.app)
