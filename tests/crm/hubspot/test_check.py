"""Does the doctor say in plain words what is missing, before anything is read or written?"""

from connector.crm.hubspot.client import HubSpot, Options
from connector.crm.hubspot.login import Credentials
from tests.crm.hubspot.portals import HURRIED, PATIENT, a_portal, connect, make_fields, the_mapping


def told(crm: HubSpot, level: str) -> list[str]:
    return [f"{one.place}: {one.message}" for one in crm.check() if one.level == level]


def test_a_portal_that_is_ready_has_no_error() -> None:
    with a_portal() as portal:
        crm = connect(portal)
        make_fields(crm)

        assert told(crm, "error") == []
        assert any("portal 48310077" in one for one in told(crm, "ok"))
        assert any("calls of the day" in one for one in told(crm, "ok"))


def test_a_wrong_token_ends_the_walk() -> None:
    with a_portal() as portal:
        options = Options(retry=PATIENT, speed=HURRIED)
        crm = HubSpot(Credentials("pat-na1-wrong", portal.url), the_mapping(), options)

        (finding,) = crm.check()
        assert finding.place == "token"
        assert "pat-na1-wrong" not in str(finding)


def test_each_scope_that_is_missing_is_named_at_once() -> None:
    lacking = {
        "crm.objects.companies.read", "crm.schemas.companies.read", "crm.objects.owners.read", "crm.objects.deals.read",
    }  # fmt: skip
    with a_portal() as portal:
        portal.portal.settings.scopes -= lacking
        errors = told(connect(portal), "error")

    assert len(errors) == 3
    assert any("crm.objects.owners.read" in one for one in errors)
    assert any("crm.objects.deals.read" in one for one in errors)
    assert any("companies" in one for one in errors)


def test_properties_that_were_not_made_yet_are_told_with_the_command() -> None:
    with a_portal() as portal:
        findings = [one for one in connect(portal).check() if one.level == "error"]

    assert findings
    assert {one.fix for one in findings} == {"run connector fields apply"}
    assert any(one.place == "companies.ae_score" for one in findings)


def test_a_mapping_that_does_not_fit_is_told_line_by_line() -> None:
    with a_portal() as portal:
        crm = connect(portal, the_mapping("company", company={"employees": "name", "name": "titel"}))
        errors = told(crm, "error")

    assert any("employees needs a number" in one for one in errors)
    assert any("companies.titel is not in this portal" in one for one in errors)


def test_an_option_that_somebody_removed_is_told() -> None:
    with a_portal() as portal:
        crm = connect(portal)
        make_fields(crm)
        options = [{"label": "Hot", "value": "Hot", "displayOrder": 0, "hidden": False}]
        crm._transport.write_again("PATCH", "/crm/v3/properties/companies/ae_band", {"options": options})

        assert told(crm, "error") == ["companies.ae_band: lacks the options Warm, Cool, Cold, No data"]


def test_most_of_the_days_calls_used_is_a_warning() -> None:
    with a_portal() as portal:
        portal.portal.settings.daily_limit = 200
        crm = connect(portal, the_mapping("company"), reserve=0.0)
        crm._transport.get("/crm/v3/objects/companies", [("limit", "1")])
        for _ in range(165):
            crm._transport.account()
        findings = {one.place: one.level for one in crm.check()[:2]}
    assert findings["api calls"] == "warning"


def test_the_check_writes_nothing() -> None:
    with a_portal() as portal:
        connect(portal).check()
        assert portal.portal.journal.writes == {}
        assert {entry.method for entry in portal.portal.journal.entries} == {"GET"}
