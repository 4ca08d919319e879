"""Who owns records?"""

from __future__ import annotations

from dataclasses import dataclass

from connector.sandbox.answers import Json
from connector.sandbox.hubspot.moments import iso


@dataclass(slots=True)
class Owner:
    """Somebody, or a queue, that records belong to. `user_id` is another number than `id`."""

    id: str
    email: str
    first_name: str
    last_name: str
    user_id: int | None
    created: int
    updated: int
    is_archived: bool = False
    type: str = "PERSON"

    def told(self) -> dict[str, Json]:
        """As the API shows it."""
        return {
            "id": self.id, "email": self.email, "type": self.type, "firstName": self.first_name,
            "lastName": self.last_name, "userId": None if self.is_archived else self.user_id,
            "userIdIncludingInactive": self.user_id, "createdAt": iso(self.created), "updatedAt": iso(self.updated),
            "archived": self.is_archived, "teams": [],
        }  # fmt: skip
