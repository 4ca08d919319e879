"""Are forms, marketing e-mail and campaigns read whole, and no further back than asked?"""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pytest

from connector.crm.hubspot.directory import email_events, lists, submissions
from connector.engine.records import Window
from connector.errors import AccessDenied, Incomplete
from connector.sandbox.hubspot.seed import put_marketing
from connector.sandbox.hubspot.server import HubSpotSandbox
from tests.crm.hubspot.portals import EVER, a_portal, calls, connect, ids_of, moment, ms, pulled, stream_of, the_mapping
from tests.crm.hubspot.stand_in import Asked, Said, StandIn

MARKETING = the_mapping("form_submission", "email_event", "campaign", "list")


def a_submission(number: int, *, key: str | None = None) -> dict[str, Any]:
    values = [{"name": "email", "value": f"p{number}@acme.example"}, {"name": "budget", "value": "9"}]
    named = {"conversionId": key} if key else {}
    return {"submittedAt": ms(moment(number)), "values": values, "pageUrl": "https://us.example/demo", **named}


@pytest.fixture
def portal() -> Iterator[HubSpotSandbox]:
    """Two forms with 120 and no submissions, one of a blog, 2,300 opens and clicks, 130 campaigns."""
    events = [
        {"id": f"e{n}", "created": ms(moment(n)), "type": kind, "recipient": "p@acme.example", "filteredEvent": n == 7}
        for n, kind in enumerate(["OPEN", "CLICK", "SENT"] * 1_150)
    ]
    marketing = {
        "forms": [
            {"id": "f1", "name": "Demo request", "submissions": [a_submission(n, key=f"c{n}") for n in range(120)]},
            {"id": "f2", "name": "Empty"},
            {"id": "f3", "name": "Comments", "formType": "blog_comment"},
        ],
        "email_events": events,
        "campaigns": [
            {"id": f"k{n}", "properties": {"hs_name": f"Campaign {n}", "hs_start_date": "2026-01-05"}}
            for n in range(130)
        ],
        "lists": [
            {"id": f"{n}", "name": f"List {n}", "members": list(range(n % 7)), "createdAt": ms(moment(n))}
            for n in range(1, 701)
        ],
    }
    with a_portal() as running:
        put_marketing(running.portal, marketing)
        yield running


def test_every_submission_of_every_form_is_read_and_a_form_that_has_none_is_passed_over(portal: HubSpotSandbox) -> None:
    rows = pulled(connect(portal, MARKETING), "form_submission").to_pylist()

    assert {row["id"] for row in rows} == {f"c{n}" for n in range(120)}
    assert len(rows) == 120
    (row,) = (row for row in rows if row["id"] == "c5")
    assert (row["form_name"], row["email"], row["happened_at"]) == ("Demo request", "p5@acme.example", moment(5))
    assert (row["page"], row["modified_at"], row["is_deleted"]) == ("https://us.example/demo", moment(5), False)


def test_a_window_ends_the_walk_through_the_submissions(portal: HubSpotSandbox) -> None:
    crm = connect(portal, MARKETING)
    table = pulled(crm, "form_submission", Window(moment(110), moment(115)))

    assert sorted(ids_of(table)) == [f"c{n}" for n in range(110, 115)]
    assert calls(portal, "/submissions/forms/f1") == 1


def test_a_submission_without_an_id_gets_one_that_stays() -> None:
    def reply(asked: Asked) -> Said:
        if asked.path.endswith("/forms"):
            return Said({"results": [{"id": "f1", "name": "Demo"}]})
        return Said({"results": [a_submission(1), a_submission(2)]})

    with StandIn(reply) as server:
        source = submissions(server.transport())
        first, second = ([one["id"] for page in source.during(EVER) for one in page] for _ in range(2))
    assert first == second
    assert len(set(first)) == 2
    assert "acme" not in str(first)


def test_opens_and_clicks_are_read_and_what_our_own_server_did_is_not(portal: HubSpotSandbox) -> None:
    crm = connect(portal, MARKETING)
    table = pulled(crm, "email_event")
    rows = {row["id"]: row for row in table.to_pylist()}

    assert table.num_rows == len(rows) == 2_300
    assert {row["type"] for row in rows.values()} == {"OPEN", "CLICK"}
    assert (rows["e7"]["is_filtered"], rows["e6"]["is_filtered"]) == (True, False)
    assert rows["e7"]["happened_at"] == moment(7)
    assert crm.count(stream_of(crm, "email_event"), EVER) == 2_300
    some = Window(moment(10), moment(20))
    assert sorted(ids_of(pulled(crm, "email_event", some))) == sorted(f"e{n}" for n in range(10, 20) if n % 3 < 2)


def test_campaigns_come_with_the_properties_that_are_mapped(portal: HubSpotSandbox) -> None:
    table = pulled(connect(portal, MARKETING), "campaign")

    assert table.num_rows == 130
    row = table.to_pylist()[3]
    assert (row["id"], row["name"], row["starts_on"].isoformat()) == ("k3", "Campaign 3", "2026-01-05")


def test_lists_are_known_by_name_and_size(portal: HubSpotSandbox) -> None:
    crm = connect(portal, MARKETING)
    rows = {row["id"]: row for row in pulled(crm, "list").to_pylist()}

    assert len(rows) == crm.count(stream_of(crm, "list"), EVER) == 700
    assert (rows["5"]["name"], rows["5"]["type"], rows["5"]["members"]) == ("List 5", "MANUAL", 5)
    assert sorted(ids_of(pulled(crm, "list", Window(moment(10), moment(12))))) == ["10", "11"]


def test_lists_that_end_too_early_are_incomplete() -> None:
    told = Said({"lists": [], "hasMore": True, "offset": 0, "total": 3})
    with StandIn(lambda _: told) as server, pytest.raises(Incomplete, match="3 were announced"):
        list(lists(server.transport()).alive())


def test_the_sweep_sees_all_of_them(portal: HubSpotSandbox) -> None:
    crm = connect(portal, MARKETING)
    swept = {
        name: pa.concat_tables(crm.stamps(stream_of(crm, name))).num_rows
        for name in ("form_submission", "email_event", "campaign")
    }
    assert swept == {"form_submission": 120, "email_event": 2_300, "campaign": 130}


def test_a_list_that_may_be_missing_is_left_out_without_its_scope(portal: HubSpotSandbox) -> None:
    portal.portal.settings.scopes -= {"content", "forms"}
    crm = connect(portal, MARKETING)

    assert [stream.name for stream in crm.streams()] == ["campaign", "list"]
    notes = [one for one in crm.check() if one.level == "note"]
    assert any("content" in one.message for one in notes)


def test_a_list_that_must_be_there_says_which_scope_it_lacks(portal: HubSpotSandbox) -> None:
    portal.portal.settings.scopes.discard("crm.objects.owners.read")
    with pytest.raises(AccessDenied, match=r"crm\.objects\.owners\.read"):
        connect(portal, the_mapping("owner")).streams()


def test_events_that_turn_in_a_circle_are_incomplete() -> None:
    one = {"id": "1", "created": ms(moment(0)), "type": "OPEN"}
    with StandIn(lambda _: Said({"hasMore": True, "offset": "a", "events": [one]})) as server:
        with pytest.raises(Incomplete, match="circle"):
            list(email_events(server.transport()).during(EVER))
        assert len(server.asked) == 2
