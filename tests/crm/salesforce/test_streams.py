"""Is the mapping checked against what the org really has, before the first row is read?"""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import responses

from connector.crm.salesforce.client import Options, Salesforce
from connector.crm.salesforce.login import Credentials
from connector.engine.mapping import Mapping
from connector.errors import ConfigError
from connector.sandbox.salesforce.server import Sandbox
from tests.crm.orgs import EVER, FIXTURES, PATIENT, accounts, connect, stream_of, tasks, the_mapping

URL = "https://acme.my.salesforce.com"
DATA = f"{URL}/services/data/v67.0"
RECORDED = {
    "account": "Account", "contact": "Contact", "lead": "Lead", "event": "Event", "opportunity": "Opportunity",
    "opportunity_contact_role": "OpportunityContactRole",
}  # fmt: skip

pytestmark = pytest.mark.skipif(not FIXTURES.is_dir(), reason="the recorded fixtures are not beside this checkout")


def recorded(name: str) -> dict[str, Any]:
    """A describe as a real org gave it."""
    return dict(json.loads((FIXTURES / "describe_cumulusci" / f"{name}.json").read_text()))


@pytest.fixture
def web() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as web:
        web.post(f"{URL}/services/oauth2/token", json={"access_token": "t", "instance_url": URL, "id": "x/00D/005"})
        yield web


def an_org(web: responses.RequestsMock, mapping: Mapping, **describes: dict[str, Any]) -> Salesforce:
    """A client of an org with the recorded objects, some of them put in another way."""
    for name in RECORDED.values():
        web.get(f"{DATA}/sobjects/{name}/describe", json=describes.get(name) or recorded(name))
    gone = [{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}]
    web.get(f"{DATA}/sobjects/TaskRelation/describe", json=gone, status=404)
    web.get(f"{DATA}/sobjects/Task/describe", json=gone, status=404)
    return Salesforce(Credentials(URL, "client_credentials", "c", "s"), mapping, Options(retry=PATIENT))


def without(describe: dict[str, Any], name: str) -> dict[str, Any]:
    return describe | {"fields": [field for field in describe["fields"] if field["name"] != name]}


def changed(describe: dict[str, Any], name: str, **facts: Any) -> dict[str, Any]:
    fields = [field | facts if field["name"] == name else field for field in describe["fields"]]
    return describe | {"fields": fields}


def query_of(web: responses.RequestsMock) -> str:
    """The last query that was asked."""
    return parse_qs(urlsplit(str(web.calls[-1].request.url)).query)["q"][0]


@pytest.mark.parametrize("name", RECORDED)
def test_the_shipped_mapping_fits_a_real_org(web: responses.RequestsMock, name: str) -> None:
    crm = an_org(web, the_mapping(name))
    web.get(f"{DATA}/queryAll/", json={"totalSize": 1, "done": True, "records": []})
    described = recorded(RECORDED[name])
    stream = stream_of(crm, name)
    compound = {field["name"] for field in described["fields"] if field["type"] in ("address", "location")}

    pages = crm.pull(stream, EVER)
    with pytest.raises(Exception, match="0 rows came"):
        list(pages)

    selected = query_of(web).removeprefix("SELECT ").partition(" FROM ")[0].split(", ")
    assert set(selected) <= {field["name"] for field in described["fields"]} - compound
    assert "Id" in selected
    assert "SystemModstamp" in selected
    assert name not in ("account", "contact", "lead") or "Name" in selected
    assert query_of(web).endswith("ORDER BY SystemModstamp, Id")


@pytest.mark.parametrize("name", RECORDED)
def test_each_needed_field_that_is_hidden_is_named_and_each_optional_one_is_left_out(
    web: responses.RequestsMock, name: str
) -> None:
    mapping = the_mapping(name)
    described = recorded(RECORDED[name])
    for column, source in mapping.read[name].fields.items():
        if source is None or source.name not in {field["name"] for field in described["fields"]}:
            continue
        web.reset()
        web.post(f"{URL}/services/oauth2/token", json={"access_token": "t", "instance_url": URL, "id": "x/00D/005"})
        crm = an_org(web, mapping, **{RECORDED[name]: without(described, source.name)})
        if source.optional:
            assert column not in stream_of(crm, name).columns
        else:
            place = rf"read\.{name}\.fields\.{column}: {RECORDED[name]}\.{source.name}"
            with pytest.raises(ConfigError, match=f"{place} is not in this org"):
                crm.streams()


def test_all_faults_are_told_at_once_with_their_place_and_the_name_that_was_meant(web: responses.RequestsMock) -> None:
    odd = {"tier": "Typ", "website": "BillingAddress", "excluded": "Type", "city": "Nowhere__c?"}
    crm = an_org(web, the_mapping("account", "task", account=odd))

    with pytest.raises(ConfigError) as caught:
        crm.streams()

    told = "\n".join(caught.value.problems)
    assert len(caught.value.problems) == 4
    assert "read.account.fields.tier: Account.Typ is not in this org, or hidden" in told
    assert "did you mean Type?" in told
    assert "read.account.fields.website: Account.BillingAddress is an address" in told
    assert "read.account.fields.excluded: Account.Type is of type picklist; excluded needs a checkbox" in told
    assert "read.task.object: Task is not in this org" in told


@pytest.mark.parametrize(
    ("column", "field", "reason"),
    [("modified_at", "LastActivityDate", "cannot say when a row changed"), ("id", "OwnerId", "name Id"),
     ("employees", "Name", "employees needs a number"), ("created_at", "Name", "created_at needs a date/time")],
)  # fmt: skip
def test_a_field_that_cannot_do_its_job_is_refused(
    web: responses.RequestsMock, column: str, field: str, reason: str
) -> None:
    crm = an_org(web, the_mapping("account", account={column: field}))

    with pytest.raises(ConfigError, match=reason):
        crm.streams()


def test_a_stamp_that_cannot_be_filtered_is_refused(web: responses.RequestsMock) -> None:
    describe = changed(recorded("Account"), "SystemModstamp", filterable=False)

    with pytest.raises(ConfigError, match="such as SystemModstamp"):
        an_org(web, the_mapping("account"), Account=describe).streams()


def test_a_stream_of_a_feature_the_org_lacks_is_left_out(web: responses.RequestsMock) -> None:
    crm = an_org(web, the_mapping("account", "task_relation"))

    assert [stream.name for stream in crm.streams()] == ["account"]


def test_formulas_and_fields_of_parents_are_named_as_what_goes_stale(web: responses.RequestsMock) -> None:
    describe = changed(recorded("Account"), "Type", calculated=True)
    web.get(f"{DATA}/sobjects/User/describe", json={"name": "User", "fields": [{"name": "Name", "type": "string"}]})
    mapping = the_mapping("account", account={"territory": "owner.name"})
    crm = an_org(web, mapping, Account=describe)

    assert list(crm.formulas(stream_of(crm, "account"))) == ["type", "territory"]


def test_names_are_asked_for_in_the_orgs_own_spelling(web: responses.RequestsMock) -> None:
    crm = an_org(web, the_mapping("account", account={"industry": "iNDUSTRY"}))
    web.get(f"{DATA}/queryAll/", json={"totalSize": 1, "done": True, "records": []})

    with pytest.raises(Exception, match="0 rows came"):
        list(crm.pull(stream_of(crm, "account"), EVER))

    assert "Industry" in query_of(web)
    assert "iNDUSTRY" not in query_of(web)


def test_a_lost_permission_shows_at_the_next_run() -> None:
    with Sandbox({"Account": accounts(1), "Task": tasks(1)}) as sandbox:
        crm = connect(sandbox, the_mapping("task"))
        assert "is_closed" in stream_of(crm, "task").columns
        sandbox.org.settings.access = {"Task.IsClosed": "hidden"}
        sandbox.org.access.forget()

        with pytest.raises(ConfigError, match=r"Task\.IsClosed is not in this org, or hidden"):
            crm.streams()


def test_the_mappings_own_filter_narrows_every_question() -> None:
    with Sandbox({"Account": accounts(10, NumberOfEmployees=list(range(10)))}) as sandbox:
        mapping = the_mapping("account").model_dump()
        mapping["read"]["account"]["where"] = "NumberOfEmployees > 7 OR Name = 'Account 1'"
        crm = connect(sandbox, Mapping.model_validate(mapping))
        stream = stream_of(crm, "account")

        assert crm.count(stream, EVER) == 3
        assert sum(page.num_rows for page in crm.pull(stream, EVER)) == 3
        assert sum(page.num_rows for page in crm.stamps(stream)) == 3
        assert sum(page.num_rows for page in crm.current(None, {})) == 3
