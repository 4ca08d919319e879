"""Does search behave as in HubSpot: operators, windows, an index that lags?"""

from __future__ import annotations

import pytest

from tests.sandbox.hubspot.small_portal import ACME, ANNA, BELA, BORN, CARA, GLOBEX, Client

SEARCH = "/crm/v3/objects/companies/search"
MOMENT = "2025-12-01T00:00:00Z"


def _companies(client: Client, count: int, **more: str) -> None:
    rows = [{"id": str(n), "name": f"Company {n}", "createdAt": BORN, "updatedAt": MOMENT, **more}
            for n in range(1, count + 1)]  # fmt: skip
    client.control("seed", {"records": {"companies": rows}})


@pytest.mark.parametrize(
    ("name", "operator", "value", "found"),
    [
        ("name", "EQ", {"value": "ACME"}, [ACME]),
        ("name", "NEQ", {"value": "acme"}, [GLOBEX]),
        ("numberofemployees", "GT", {"value": "99"}, [ACME]),
        ("numberofemployees", "GTE", {"value": "250"}, [ACME]),
        ("numberofemployees", "LT", {"value": "250.5"}, [ACME]),
        ("numberofemployees", "LTE", {"value": "249"}, []),
        ("numberofemployees", "BETWEEN", {"value": "200", "highValue": "300"}, [ACME]),
        ("name", "IN", {"values": ["acme", "globex"]}, [ACME, GLOBEX]),
        ("name", "NOT_IN", {"values": ["acme"]}, [GLOBEX]),
        ("numberofemployees", "HAS_PROPERTY", {}, [ACME]),
        ("numberofemployees", "NOT_HAS_PROPERTY", {}, [GLOBEX]),
        ("domain", "CONTAINS_TOKEN", {"value": "*.example"}, [ACME, GLOBEX]),
        ("domain", "CONTAINS_TOKEN", {"value": "acme"}, [ACME]),
        ("domain", "NOT_CONTAINS_TOKEN", {"value": "acme"}, [GLOBEX]),
        ("hs_lastmodifieddate", "GTE", {"value": "1761984000000"}, [ACME, GLOBEX]),
        ("hs_lastmodifieddate", "LT", {"value": "2025-11-01T08:00:00Z"}, []),
        ("hs_object_id", "GT", {"value": ACME}, [GLOBEX]),
    ],
)
def test_each_operator_compares_by_the_type_of_the_property(
    client: Client, name: str, operator: str, value: dict[str, object], found: list[str]
) -> None:
    assert client.found("companies", name, operator, **value) == found


def test_groups_are_alternatives_and_the_filters_of_one_all_hold(client: Client) -> None:
    acme = {"propertyName": "name", "operator": "EQ", "value": "Acme"}
    large = {"propertyName": "numberofemployees", "operator": "GT", "value": "1000"}
    globex = {"propertyName": "name", "operator": "EQ", "value": "Globex"}

    found = client.search("companies", filterGroups=[{"filters": [acme, large]}, {"filters": [globex]}])

    assert [one["id"] for one in found["results"]] == [GLOBEX]


@pytest.mark.parametrize(
    "groups",
    [
        [{"filters": [{"propertyName": "name", "operator": "HAS_PROPERTY"}]}] * 6,
        [{"filters": [{"propertyName": "name", "operator": "HAS_PROPERTY"}] * 7}],
        [{"filters": [{"propertyName": "name", "operator": "HAS_PROPERTY"}] * 5}] * 4,
        [{"filters": [{"propertyName": "no_such", "operator": "HAS_PROPERTY"}]}],
        [{"filters": [{"propertyName": "name", "operator": "LIKE", "value": "a"}]}],
    ],
)
def test_too_many_filters_and_strange_ones_are_refused(client: Client, groups: list[object]) -> None:
    answer = client.post(SEARCH, {"filterGroups": groups})

    assert answer.status_code == 400
    assert answer.json()["category"] == "VALIDATION_ERROR"


def test_results_are_sorted_by_one_property_however_it_is_said(client: Client) -> None:
    said = [{"propertyName": "name", "direction": "DESCENDING"}], ["-name"], ["name"]

    found = [[one["id"] for one in client.search("companies", sorts=sorts)["results"]] for sorts in said]

    assert found == [[GLOBEX, ACME], [GLOBEX, ACME], [ACME, GLOBEX]]
    assert client.post(SEARCH, {"sorts": ["name", "domain"]}).status_code == 400


def test_a_window_ends_though_the_total_says_there_is_more(client: Client) -> None:
    client.control("settings", {"search_window": 1_000}, method="PATCH")
    _companies(client, 1_200)

    last = client.post(SEARCH, {"limit": 200, "after": "800"}).json()
    beyond = client.post(SEARCH, {"limit": 200, "after": "1000"})

    assert last["total"] == 1_202
    assert last["paging"]["next"]["after"] == "1000"
    assert beyond.status_code == 400
    assert client.post(SEARCH, {"limit": 201}).status_code == 400


def test_records_of_one_millisecond_are_walked_by_their_ids(client: Client) -> None:
    _companies(client, 450)
    same = {"propertyName": "hs_lastmodifieddate", "operator": "EQ", "value": MOMENT}
    seen: list[str] = []
    while True:
        beyond = {"propertyName": "hs_object_id", "operator": "GT", "value": seen[-1] if seen else "0"}
        page = client.search(
            "companies", filterGroups=[{"filters": [same, beyond]}], sorts=["hs_object_id"], limit=200
        )["results"]
        seen += [one["id"] for one in page]
        if len(page) < 200:
            break

    assert seen == [str(n) for n in range(1, 451)]


def test_the_index_hears_of_a_change_late(client: Client) -> None:
    client.control("settings", {"index_lag": 30}, method="PATCH")
    client.control("clock/advance", {"minutes": 10})
    client.patch(f"/crm/v3/objects/companies/{ACME}", {"properties": {"name": "Acme Two"}})
    client.post("/crm/v3/objects/companies", {"properties": {"name": "Newborn"}})
    early = (
        client.found("companies", "name", "EQ", value="Acme"),
        client.found("companies", "name", "EQ", value="newborn"),
    )
    client.control("clock/advance", {"seconds": 31})
    late = (
        client.found("companies", "name", "EQ", value="Acme"),
        client.found("companies", "name", "EQ", value="newborn"),
    )

    assert early == ([ACME], [])
    assert late[0] == []
    assert len(late[1]) == 1


def test_a_word_is_looked_for_in_names_and_addresses(client: Client) -> None:
    assert [one["id"] for one in client.search("contacts", query="GLOBEX")["results"]] == [CARA]
    assert client.post("/crm/v3/objects/contacts/search", {"query": "x" * 3_001}).status_code == 400


def test_records_are_found_by_what_they_are_associated_with(client: Client) -> None:
    links = [{"from": ["contacts", one], "to": ["companies", ACME]} for one in (ANNA, BELA)]
    client.control("seed", {"associations": links})

    assert client.found("contacts", "associations.company", "EQ", value=ACME) == [ANNA, BELA]


def test_the_index_hears_of_some_records_sooner_than_of_others(client: Client) -> None:
    client.control("settings", {"index_lag": 100, "index_jitter": True}, method="PATCH")
    for number in range(12):
        client.post("/crm/v3/objects/companies", {"properties": {"name": f"Young {number}", "industry": "Steel"}})
    heard = []
    for _ in range(11):
        heard.append(len(client.found("companies", "industry", "EQ", value="steel")))
        client.control("clock/advance", {"seconds": 10})

    assert heard == sorted(heard)
    assert heard[-1] == 12
    assert 0 < heard[5] < 12


def test_a_search_gives_ten_by_default_and_its_place_is_a_number(client: Client) -> None:
    _companies(client, 20)

    assert len(client.search("companies")["results"]) == 10
    assert client.post(SEARCH, {"after": "somewhere"}).status_code == 400
    assert client.post(SEARCH, {"limit": "many"}).status_code == 400


def test_ticks_and_options_are_compared_as_what_they_are(client: Client) -> None:
    client.patch(f"/crm/v3/objects/companies/{ACME}", {"properties": {"hs_is_target_account": True}})
    client.patch(f"/crm/v3/objects/contacts/{ANNA}", {"properties": {"hs_buying_role": "CHAMPION"}})

    assert client.found("companies", "hs_is_target_account", "EQ", value="true") == [ACME]
    assert client.found("contacts", "hs_buying_role", "IN", values=["champion", "END_USER"]) == [ANNA]
    assert client.found("contacts", "hs_buying_role", "EQ", value="BUDGET_HOLDER") == []
