"""Who may log in? The apps and users of the org, and the running user every org has."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyarrow as pa

from connector.sandbox.salesforce.ids import to18
from connector.sandbox.salesforce.org import Org

USERNAME = "integration@sandbox.example"
USER_ID = to18("005S00000000001")
PROFILE_ID = to18("00eS00000000001")
CLIENT_ID, CLIENT_SECRET = "sandbox-client", "sandbox-secret"


@dataclass(slots=True)
class App:
    """A connected app: its consumer key and secret, the public keys of its certificates, and its run-as user."""

    client_id: str
    client_secret: str
    username: str
    public_keys: list[str] = field(default_factory=list)
    refresh_tokens: list[str] = field(default_factory=list)


def add_running_user(org: Org, username: str = USERNAME) -> None:
    """Give the org the user the API runs as, where its rows do not hold it already."""
    if user_id(org, username):
        return
    stamp = pa.scalar(org.clock.now(), pa.timestamp("s", "UTC"))
    row = {
        "Id": USER_ID, "Username": username, "Name": "Integration User", "LastName": "User",
        "FirstName": "Integration", "Email": username, "Alias": "integ", "IsActive": True,
        "UserType": "Standard", "TimeZoneSidKey": org.settings.time_zone, "ProfileId": PROFILE_ID,
    }  # fmt: skip
    table = pa.table({name: [value] for name, value in row.items()})
    for name in ("CreatedDate", "LastModifiedDate", "SystemModstamp"):
        table = table.append_column(name, pa.array([stamp.as_py()], stamp.type))
    org.take({"User": table})


def user_id(org: Org, username: str) -> str:
    """The id of the active user with that username; empty where there is none."""
    found = org.tables.query(
        'SELECT "Id" FROM "User" WHERE lower("Username") = lower($name) AND "IsActive"', {"name": username}
    )
    return str(found[0][0]) if found else ""
