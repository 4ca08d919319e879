"""Does HubSpot's own client get along with the sandbox?"""

from __future__ import annotations

import pytest
from hubspot import HubSpot
from hubspot.crm.companies.exceptions import ApiException
from urllib3 import Retry

from connector.sandbox.hubspot.server import HubSpotSandbox
from tests.sandbox.hubspot.small_portal import ACME, ANNA, BELA, GLOBEX, Client


@pytest.fixture
def hubspot(portal: HubSpotSandbox) -> HubSpot:
    return HubSpot(access_token=portal.token, host=portal.url, base_url=portal.url, retry=Retry(total=0))


def test_the_client_lists_reads_and_changes_companies(hubspot: HubSpot) -> None:
    api = hubspot.crm.companies.basic_api

    page = api.get_page(limit=100, properties=["name", "numberofemployees"], archived=False)
    api.update(ACME, {"properties": {"numberofemployees": "300"}})
    read = api.get_by_id(ACME, properties=["numberofemployees"])

    assert [one.properties["name"] for one in page.results] == ["Acme", "Globex"]
    assert read.properties["numberofemployees"] == "300"


def test_the_client_sees_which_rows_of_a_batch_were_not_there(hubspot: HubSpot) -> None:
    asked = {"inputs": [{"id": ACME}, {"id": "404404"}], "properties": ["name"]}

    found = hubspot.crm.companies.batch_api.read(batch_read_input_simple_public_object_id=asked)

    assert [one.id for one in found.results] == [ACME]
    assert found.num_errors == 1
    assert found.errors[0].context["ids"] == ["404404"]


def test_the_client_searches_and_reads_associations(hubspot: HubSpot) -> None:
    hubspot.crm.associations.v4.batch_api.create_default(
        "contacts",
        "companies",
        {"inputs": [{"from": {"id": ANNA}, "to": {"id": ACME}}, {"from": {"id": BELA}, "to": {"id": GLOBEX}}]},
    )
    found = hubspot.crm.contacts.search_api.do_search(
        public_object_search_request={
            "filterGroups": [{"filters": [{"propertyName": "email", "operator": "EQ", "value": "ANNA@acme.example"}]}]
        }
    )
    linked = hubspot.crm.associations.v4.batch_api.get_page("contacts", "companies", {"inputs": [{"id": ANNA}]})

    assert [one.id for one in found.results] == [ANNA]
    assert linked.results[0].to[0].to_object_id == ACME
    assert {one.type_id for one in linked.results[0].to[0].association_types} == {1, 279}


def test_the_client_makes_properties_and_reads_owners(hubspot: HubSpot) -> None:
    hubspot.crm.properties.groups_api.create("companies", {"name": "account_engagement", "label": "Account engagement"})
    made = hubspot.crm.properties.core_api.create(
        "companies",
        {
            "name": "ae_score",
            "label": "Score",
            "type": "number",
            "fieldType": "number",
            "groupName": "account_engagement",
        },
    )
    owners = hubspot.crm.owners.owners_api.get_page()

    assert made.group_name == "account_engagement"
    assert owners.results == []


def test_a_wrong_token_is_told_as_the_client_expects_it(portal: HubSpotSandbox) -> None:
    stranger = HubSpot(access_token="pat-na1-nobody", host=portal.url, retry=Retry(total=0))

    with pytest.raises(ApiException) as told:
        stranger.crm.companies.basic_api.get_page()

    assert told.value.status == 401
    assert "INVALID_AUTHENTICATION" in told.value.body


def test_the_client_upserts_merges_and_walks_everything(hubspot: HubSpot) -> None:
    rows = [{"id": "anna@acme.example", "idProperty": "email", "properties": {"lastname": "Ash"}}]
    upserted = hubspot.crm.contacts.batch_api.upsert({"inputs": rows})
    merged = hubspot.crm.companies.basic_api.merge({"primaryObjectId": ACME, "objectIdToMerge": GLOBEX})
    everything = hubspot.crm.companies.get_all()

    assert [(one.id, one.new) for one in upserted.results] == [(ANNA, False)]
    assert [one.id for one in everything] == [merged.id]


def test_the_client_reads_what_marketing_holds(hubspot: HubSpot, portal: HubSpotSandbox) -> None:
    Client(portal).control(
        "seed",
        {
            "forms": [{"id": "f1", "name": "Demo"}],
            "lists": [{"id": "71", "name": "Hot", "members": [ANNA, BELA]}],
        },
    )
    members = hubspot.crm.lists.memberships_api.get_page(list_id="71", limit=1)
    forms = hubspot.marketing.forms.forms_api.get_page()

    assert [one.record_id for one in members.results] == [ANNA]
    assert members.paging.next.after
    assert [one.name for one in forms.results] == ["Demo"]
