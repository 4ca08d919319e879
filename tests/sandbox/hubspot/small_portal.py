"""A portal small enough to know by heart, and a client that speaks bare HTTP."""

from __future__ import annotations

from typing import Any

import requests

from connector.sandbox.hubspot.server import HubSpotSandbox

Json = Any  # parsed answers; the test knows what is in them
BORN = "2025-11-01T08:00:00Z"
ACME, GLOBEX = "9001", "9002"
ANNA, BELA, CARA = "101", "102", "103"


def small_portal() -> dict[str, list[dict[str, Json]]]:
    """Two companies, three contacts, a deal."""
    stamp = {"createdAt": BORN, "updatedAt": BORN}
    return {
        "companies": [
            {"id": ACME, "name": "Acme", "domain": "acme.example", "numberofemployees": "250", **stamp},
            {"id": GLOBEX, "name": "Globex", "domain": "globex.example", **stamp},
        ],
        "contacts": [
            {"id": ANNA, "email": "anna@acme.example", "firstname": "Anna", "lastname": "Ade", **stamp},
            {"id": BELA, "email": "bela@acme.example", "firstname": "Béla", "lastname": "Bar", **stamp},
            {"id": CARA, "email": "cara@globex.example", "firstname": "Cara", "lastname": "Cox", **stamp},
        ],
        "deals": [{"id": "7001", "dealname": "Acme rollout", "dealstage": "qualifiedtobuy", "amount": "1000", **stamp}],
    }


class Client:
    """Asks the portal with its token."""

    def __init__(self, portal: HubSpotSandbox) -> None:
        self.portal, self.http = portal, requests.Session()
        self.http.headers["Authorization"] = f"Bearer {portal.token}"

    def get(self, path: str, **query: Json) -> requests.Response:
        return self.http.get(self.portal.url + path, params=query)

    def post(self, path: str, body: Json) -> requests.Response:
        return self.http.post(self.portal.url + path, json=body)

    def patch(self, path: str, body: Json) -> requests.Response:
        return self.http.patch(self.portal.url + path, json=body)

    def delete(self, path: str) -> requests.Response:
        return self.http.delete(self.portal.url + path)

    def control(self, path: str, body: Json = None, *, method: str = "POST") -> Json:
        answer = requests.request(method, f"{self.portal.url}/__sandbox__/{path}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def search(self, kind: str, **body: Json) -> Json:
        answer = self.post(f"/crm/v3/objects/{kind}/search", body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def found(self, kind: str, name: str, operator: str, **value: Json) -> list[str]:
        """The ids of the records one filter finds."""
        told = {"propertyName": name, "operator": operator, **value}
        return [one["id"] for one in self.search(kind, filterGroups=[{"filters": [told]}], limit=200)["results"]]
