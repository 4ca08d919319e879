"""Do associations behave as in HubSpot: types and labels, a primary company, a page for each record?"""

from __future__ import annotations

from tests.sandbox.hubspot.small_portal import ACME, ANNA, BELA, CARA, GLOBEX, Client

READ = "/crm/v4/associations/contacts/companies/batch/read"
CREATE = "/crm/v4/associations/contacts/companies/batch/create"


def _tie(client: Client, contact: str, company: str, *types: int) -> None:
    named = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": one} for one in types]
    body = {"inputs": [{"from": {"id": contact}, "to": {"id": company}, "types": named}]}
    assert client.post(CREATE, body).status_code == 201


def _company_of(client: Client, contact: str) -> str | None:
    found = client.get(f"/crm/v3/objects/contacts/{contact}", properties="associatedcompanyid").json()
    answer: str | None = found["properties"]["associatedcompanyid"]
    return answer


def test_the_first_company_is_the_primary_one_and_can_be_changed(client: Client) -> None:
    _tie(client, ANNA, ACME, 279)
    _tie(client, ANNA, GLOBEX, 279)
    first = _company_of(client, ANNA)
    _tie(client, ANNA, GLOBEX, 1)

    told = client.post(READ, {"inputs": [{"id": ANNA}]}).json()["results"][0]["to"]

    types = {one["toObjectId"]: sorted(kind["typeId"] for kind in one["associationTypes"]) for one in told}
    assert first == ACME
    assert types == {int(ACME): [279], int(GLOBEX): [1, 279]}
    assert _company_of(client, ANNA) == GLOBEX


def test_the_primary_company_follows_the_property_that_mirrors_it(client: Client) -> None:
    _tie(client, ANNA, ACME, 1)

    client.patch(f"/crm/v3/objects/contacts/{ANNA}", {"properties": {"associatedcompanyid": GLOBEX}})

    told = client.post(READ, {"inputs": [{"id": ANNA}]}).json()["results"][0]["to"]
    primary = [one["toObjectId"] for one in told if any(kind["typeId"] == 1 for kind in one["associationTypes"])]
    assert primary == [int(GLOBEX)]


def test_who_has_nothing_is_absent_and_told_as_an_error(client: Client) -> None:
    _tie(client, ANNA, ACME, 1)

    answer = client.post(READ, {"inputs": [{"id": ANNA}, {"id": CARA}]})
    newest = client.post(
        "/crm/associations/2026-09/contacts/companies/batch/read", {"inputs": [{"id": ANNA}, {"id": CARA}]}
    )

    assert (answer.status_code, newest.status_code) == (207, 200)
    assert [one["from"]["id"] for one in answer.json()["results"]] == [ANNA]
    assert answer.json()["errors"][0]["context"]["fromObjectId"] == [CARA]
    assert answer.json()["results"][0]["to"][0]["toObjectId"] == int(ACME)
    assert newest.json()["results"][0]["to"][0]["toObjectId"] == ACME


def test_a_record_with_many_associations_has_pages_of_its_own(client: Client) -> None:
    client.control("settings", {"association_page": 40}, method="PATCH")
    people = [{"id": str(n), "email": f"p{n}@many.example"} for n in range(1_001, 1_101)]
    links = [{"from": ["contacts", one["id"]], "to": ["companies", ACME]} for one in people]
    client.control("seed", {"records": {"contacts": people}, "associations": links})
    seen, after = [], ""
    while True:
        wanted = {"id": ACME} | ({"after": after} if after else {})
        answer = client.post("/crm/v4/associations/companies/contacts/batch/read", {"inputs": [wanted]}).json()
        [found] = answer["results"]
        seen += [one["toObjectId"] for one in found["to"]]
        if "paging" not in found:
            break
        after = found["paging"]["next"]["after"]

    assert sorted(seen) == list(range(1_001, 1_101))


def test_the_associations_of_one_record_are_not_in_the_newest_release(client: Client) -> None:
    _tie(client, ANNA, ACME, 1)
    paths = ["/crm/v4/objects", "/crm/objects/2026-03", "/crm/objects/2026-09"]

    answers = [client.get(f"{path}/contacts/{ANNA}/associations/companies").status_code for path in paths]

    assert answers == [200, 200, 404]


def test_an_id_comes_twice_inline_once_for_each_type(client: Client) -> None:
    _tie(client, ANNA, ACME, 1)

    found = client.get(f"/crm/v3/objects/companies/{ACME}", associations="contacts").json()

    assert found["associations"]["contacts"]["results"] == [
        {"id": ANNA, "type": "company_to_contact"},
        {"id": ANNA, "type": "company_to_contact_unlabeled"},
    ]


def test_more_than_a_hundred_inline_have_a_link_to_the_rest(client: Client) -> None:
    people = [{"id": str(n), "email": f"p{n}@many.example"} for n in range(1_001, 1_121)]
    links = [{"from": ["contacts", one["id"]], "to": ["companies", ACME]} for one in people]
    client.control("seed", {"records": {"contacts": people}, "associations": links})

    found = client.get(f"/crm/v3/objects/companies/{ACME}", associations="contacts").json()["associations"]["contacts"]

    assert len({one["id"] for one in found["results"]}) == 100
    assert found["paging"]["next"]["link"]


def test_a_portal_may_have_labels_of_its_own_from_both_ends(client: Client) -> None:
    body = {"label": "Decision Maker", "name": "decision_maker", "inverseLabel": "Decides on"}
    there, back = client.post("/crm/v4/associations/deals/contacts/labels", body).json()["results"]
    tie = {
        "inputs": [
            {
                "from": {"id": "7001"},
                "to": {"id": BELA},
                "types": [{"associationCategory": "USER_DEFINED", "associationTypeId": there["typeId"]}],
            }
        ]
    }
    client.post("/crm/v4/associations/deals/contacts/batch/create", tie)

    told = client.post("/crm/v4/associations/contacts/deals/batch/read", {"inputs": [{"id": BELA}]}).json()
    known = client.get("/crm/v4/associations/contacts/deals/labels").json()["results"]

    labels = {kind["typeId"]: kind["label"] for kind in told["results"][0]["to"][0]["associationTypes"]}
    assert labels == {4: None, back["typeId"]: "Decides on"}
    assert {"category": "USER_DEFINED", "typeId": back["typeId"], "label": "Decides on"} in known


def test_a_thousand_records_may_be_asked_for_at_once_and_no_more(client: Client) -> None:
    sizes = {size: client.post(READ, {"inputs": [{"id": "1"}] * size}).status_code for size in (1_000, 1_001)}

    assert sizes == {1_000: 207, 1_001: 400}


def test_of_two_merged_contacts_the_firsts_company_stays_the_primary_one(client: Client) -> None:
    _tie(client, ANNA, ACME, 1)
    _tie(client, CARA, GLOBEX, 1)

    body = {"primaryObjectId": ANNA, "objectIdToMerge": CARA}
    merged = client.post("/crm/v3/objects/contacts/merge", body).json()["id"]

    told = client.post(READ, {"inputs": [{"id": merged}]}).json()["results"][0]["to"]
    types = {one["toObjectId"]: sorted(kind["typeId"] for kind in one["associationTypes"]) for one in told}
    assert types == {int(ACME): [1, 279], int(GLOBEX): [279]}
    assert _company_of(client, merged) == ACME


def test_the_associations_of_one_record_come_five_hundred_at_once(client: Client) -> None:
    people = [{"id": str(n), "email": f"p{n}@many.example"} for n in range(1_001, 1_521)]
    links = [{"from": ["contacts", one["id"]], "to": ["companies", ACME]} for one in people]
    client.control("seed", {"records": {"contacts": people}, "associations": links})
    path = f"/crm/v4/objects/companies/{ACME}/associations/contacts"

    first = client.get(path, limit=500).json()
    rest = client.get(path, limit=500, after=first["paging"]["next"]["after"]).json()

    assert [len(one["results"]) for one in (first, rest)] == [500, 20]
    assert "paging" not in rest
    assert client.get(path, limit=501).status_code == 400
