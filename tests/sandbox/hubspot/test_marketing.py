"""Do lists, forms, marketing e-mail and campaigns behave as in HubSpot?"""

from __future__ import annotations

import pytest

from tests.sandbox.hubspot.small_portal import ANNA, BELA, BORN, CARA, Client

EVENTS = "/email/public/v1/events"


def _event(number: int, kind: str = "OPEN", **more: object) -> dict[str, object]:
    at = 1_764_000_000_000 + number
    return {"id": f"e{number}", "created": at, "type": kind, "recipient": "anna@acme.example", **more}


def test_mail_events_come_newest_first_by_page_and_by_type(client: Client) -> None:
    client.control(
        "seed", {"email_events": [_event(n) for n in range(25)] + [_event(99, "CLICK", url="https://x.example")]}
    )
    asked = {"eventType": "OPEN", "limit": 10, "startTimestamp": 1_764_000_000_000, "endTimestamp": 1_764_000_000_019}

    first = client.get(EVENTS, **asked).json()
    rest = client.get(EVENTS, **asked, offset=first["offset"]).json()

    assert first["hasMore"] is True
    assert rest["hasMore"] is False
    assert [one["id"] for one in first["events"] + rest["events"]] == [f"e{n}" for n in range(19, -1, -1)]


def test_machines_are_marked_and_the_epoch_breaks_it(client: Client) -> None:
    client.control("seed", {"email_events": [_event(1, filteredEvent=True)]})

    found = client.get(EVENTS, startTimestamp=1).json()["events"]

    assert [one["filteredEvent"] for one in found] == [True]
    assert client.get(EVENTS, startTimestamp=0).status_code == 500
    assert client.get(EVENTS, limit=1_001).status_code == 400


def test_what_was_sent_in_comes_newest_first_and_not_from_every_form(client: Client) -> None:
    sent = [
        {"submittedAt": 1_764_000_000_000 + n, "values": [{"name": "email", "value": "a@b.example"}]} for n in range(60)
    ]
    forms = [
        {"id": "f1", "name": "Demo", "submissions": sent, "createdAt": BORN},
        {"id": "f2", "name": "Comments", "formType": "blog_comment"},
    ]
    client.control("seed", {"forms": forms})
    path = "/form-integrations/v1/submissions/forms"

    first = client.get(f"{path}/f1", limit=50).json()
    rest = client.get(f"{path}/f1", limit=50, after=first["paging"]["next"]["after"]).json()
    refused = client.get(f"{path}/f2")

    moments = [one["submittedAt"] for one in first["results"] + rest["results"]]
    assert moments == sorted(moments, reverse=True)
    assert len(moments) == 60
    assert "paging" not in rest
    assert (refused.status_code, refused.json()["subCategory"]) == (400, "FORM_TYPE_NOT_ALLOWED")
    assert client.get(f"{path}/f1", limit=51).status_code == 400


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({}, ["Demo"]),
        ({"formTypes": "all"}, ["Demo", "Comments"]),
        ({"formTypes": "captured,blog_comment"}, ["Comments"]),
    ],
)
def test_forms_are_those_made_in_hubspot_unless_others_are_asked_for(
    client: Client, asked: dict[str, str], told: list[str]
) -> None:
    comments = {"id": "f2", "name": "Comments", "formType": "blog_comment"}
    client.control("seed", {"forms": [{"id": "f1", "name": "Demo"}, comments]})

    assert [one["name"] for one in client.get("/marketing/v3/forms", **asked).json()["results"]] == told


def test_campaigns_tell_what_they_may(client: Client) -> None:
    properties = {"hs_name": "Spring", "hs_start_date": "2026-03-01"}
    client.control("seed", {"campaigns": [{"id": "c1", "properties": properties}]})

    found = client.get("/marketing/v3/campaigns", properties="hs_name,hs_start_date").json()["results"]
    refused = client.get("/marketing/v3/campaigns", properties="hs_budget_items_sum_amount")

    assert [one["properties"] for one in found] == [properties]
    assert refused.status_code == 400


def test_lists_are_searched_and_their_members_come_by_page(client: Client) -> None:
    made = client.post("/crm/v3/lists", {"name": "Hot", "objectTypeId": "0-1", "processingType": "MANUAL"}).json()[
        "list"
    ]
    twice = client.post("/crm/v3/lists", {"name": "Hot", "objectTypeId": "0-1", "processingType": "MANUAL"})
    path = f"/crm/v3/lists/{made['listId']}"
    client.http.put(f"{client.portal.url}{path}/memberships/add", json=[CARA, ANNA, BELA])

    first = client.get(f"{path}/memberships", limit=2).json()
    rest = client.get(f"{path}/memberships", limit=2, after=first["paging"]["next"]["after"]).json()
    found = client.post("/crm/v3/lists/search", {"query": "ho", "count": 1}).json()

    assert twice.status_code == 400
    assert [one["recordId"] for one in first["results"] + rest["results"]] == [ANNA, BELA, CARA]
    assert first["total"] == 3
    assert [one["name"] for one in found["lists"]] == ["Hot"]
    assert found["hasMore"] is False
    assert client.get(f"/crm/v3/lists/records/0-1/{ANNA}/memberships").json()["results"][0]["listId"] == made["listId"]
    assert client.get(f"{path}/memberships", limit=251).status_code == 400


def test_visits_are_only_for_the_highest_tier(client: Client) -> None:
    visit = {"id": "v1", "objectType": "CONTACT", "objectId": ANNA, "eventType": "e_visited_page"}
    client.control("seed", {"visits": [{**visit, "occurredAt": BORN, "properties": {"hs_url": "https://us.example"}}]})
    path = "/events/v3/events"

    inside = client.get(path, objectId=ANNA, occurredAfter="2025-10-01T00:00:00Z").json()["results"]
    outside = client.get(path, objectId=ANNA, occurredAfter="2025-12-01T00:00:00Z").json()["results"]
    before = client.get(path, objectId=ANNA, occurredBefore="2025-10-01T00:00:00Z").json()["results"]
    client.control("settings", {"tier": "professional"}, method="PATCH")

    assert ([one["id"] for one in inside], outside, before) == (["v1"], [], [])
    assert client.get(path, objectId=ANNA).status_code == 403
