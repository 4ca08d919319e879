"""Does the portal answer nonsense as HubSpot does: with a refusal, never with silence or a fault of its own?"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connector.sandbox.hubspot.server import HubSpotSandbox
from connector.sandbox.hubspot.settings import Settings
from tests.sandbox.hubspot.small_portal import ACME, ANNA, Client, Json, small_portal

OBJECTS = "/crm/v3/objects/companies"
PATHS = (
    OBJECTS, f"{OBJECTS}/search", f"{OBJECTS}/merge", "/crm/v3/objects/contacts/gdpr-delete",
    *(f"{OBJECTS}/batch/{verb}" for verb in ("read", "create", "update", "upsert", "archive")),
    *(f"/crm/v4/associations/contacts/companies/batch/{verb}" for verb in ("read", "create", "archive")),
    "/crm/v4/associations/contacts/companies/labels", "/crm/v3/properties/companies",
    "/crm/v3/properties/companies/groups", "/crm/v3/properties/companies/batch/create", "/crm/v3/lists",
    "/crm/v3/lists/search",
)  # fmt: skip
WORDS = (
    "inputs", "id", "properties", "filterGroups", "filters", "propertyName", "operator", "value", "sorts", "limit",
    "after", "from", "to", "types", "name", "label", "type", "options", "associations", "idProperty", "query",
)  # fmt: skip
TEXTS = st.sampled_from(
    (ACME, ANNA, "name", "email", "EQ", "number", "", "-1", "1e999", "NaN", "٣", "\u0000", "a" * 300)
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=4),
    max_leaves=12,
)
BODIES = st.dictionaries(st.sampled_from(WORDS), VALUES, max_size=5) | VALUES


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with HubSpotSandbox(small_portal(), settings=Settings(burst_limit=0, search_limit=0, daily_limit=0)) as running:
        caller = Client(running)
        with caller.http:
            yield caller


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.sampled_from(PATHS), body=BODIES)
def test_any_body_gets_an_answer_and_every_refusal_has_an_id(client: Client, path: str, body: Json) -> None:
    answer = client.post(path, body)

    assert answer.status_code in (200, 201, 204, 207, 400, 404, 409)
    if answer.status_code >= 400:
        assert answer.json()["correlationId"]
        assert answer.json()["message"]


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(("limit", "after", "properties", "archived", "idProperty", "associations", "offset")),
    value=st.text(max_size=20),
    path=st.sampled_from(
        (OBJECTS, f"{OBJECTS}/{ACME}", "/crm/v3/owners", "/email/public/v1/events", "/marketing/v3/forms")
    ),
)
def test_any_query_gets_an_answer(client: Client, name: str, value: str, path: str) -> None:
    assert client.get(path, **{name: value}).status_code in (200, 400, 404)


@pytest.mark.parametrize("sent", [b"", b"{", b"[1]", b'"\xff"', b"nul"])
def test_a_body_that_is_no_object_is_refused(client: Client, sent: bytes) -> None:
    answer = client.http.post(f"{client.portal.url}{OBJECTS}/batch/read", data=sent)

    assert answer.status_code == 400
    assert answer.json()["message"].startswith("Invalid input")
