"""Does every company that is sent get one true outcome, whatever HubSpot answers?"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from connector.crm.hubspot.client import HubSpot
from connector.engine.fields import FIELDS
from connector.engine.records import AccountChange, Cell, Outcome
from connector.errors import AccessDenied, BudgetReached, ConfigError, UnsafePlan
from connector.sandbox.hubspot.server import HubSpotSandbox
from connector.sandbox.hubspot.settings import Settings
from tests.crm.hubspot.portals import a_change, a_portal, calls, companies, connect, make_fields, merged

UPDATE = "/batch/update"
NAMES = ("score", "band", "why", "mqa", "mqa_date", "last_two_way")


def pushed(crm: HubSpot, *changes: AccountChange) -> dict[str, Outcome]:
    """The outcomes by company; each has exactly one."""
    write = crm._mapping.write
    names = {field.name: write.crm_name(field) for field in FIELDS if field.name in NAMES}
    told = list(crm.push(changes, names))
    assert sorted(one.account_id for one in told) == sorted(change.account_id for change in changes)
    return {one.account_id: one for one in told}


def held(portal: HubSpotSandbox, number: int) -> dict[str, str]:
    """What a company holds of ours, asked of the portal itself."""
    with portal.portal.lock:
        record = portal.portal.shelves["companies"].find(str(number))
        assert record
        return {name.removeprefix("ae_"): value for name, value in record.values.items() if name.startswith("ae_")}


@pytest.fixture
def portal() -> Any:
    with a_portal(companies=companies(250)) as running:
        make_fields(connect(running))
        yield running


def many(count: int, **cells: Cell) -> list[AccountChange]:
    return [a_change(n, **cells) for n in range(1, count + 1)]


def states(told: dict[str, Outcome]) -> set[tuple[str, str]]:
    return {(one.state, one.code) for one in told.values()}


def test_a_hundred_companies_go_in_one_call_and_each_has_its_outcome(portal: HubSpotSandbox) -> None:
    told = pushed(connect(portal), *many(250, score=42.0, band="Warm"))

    assert states(told) == {("ok", "")}
    assert calls(portal, UPDATE) == 3
    assert held(portal, 250) == {"score": "42", "band": "Warm"}


def test_a_value_is_set_a_none_clears_and_what_is_not_named_stays(portal: HubSpotSandbox) -> None:
    crm = connect(portal)
    pushed(crm, a_change(1, score=10.0, why="two calls", mqa=True))
    pushed(crm, a_change(1, score=None, mqa=False))

    assert held(portal, 1) == {"score": "", "why": "two calls", "mqa": "false"}


def test_days_are_midnight_moments_are_utc_and_numbers_are_trimmed(portal: HubSpotSandbox) -> None:
    """B21: neither seconds nor local midnights."""
    zone = datetime(2026, 11, 21, 23, 30, tzinfo=UTC).astimezone()
    day = date(2026, 11, 21)
    pushed(connect(portal), a_change(1, mqa_date=zone, last_two_way=day, score=1e-7), a_change(2, score=3.10))

    one, two = held(portal, 1), held(portal, 2)
    assert one["mqa_date"].startswith("2026-11-21T23:30:00")
    assert one["last_two_way"] == "2026-11-21"
    assert (one["score"], two["score"]) == ("0.0000001", "3.1")


@pytest.mark.parametrize("is_by_row", [False, True])
@pytest.mark.parametrize("bad", [0, 1, 3, 100])
def test_good_rows_land_whatever_the_bad_ones(portal: HubSpotSandbox, bad: int, is_by_row: bool) -> None:
    """B20: some portals refuse the whole batch for one row, some the row alone."""
    guilty = [str(n * 97 % 100 + 1) for n in range(bad)]
    portal.portal.settings.row_errors = is_by_row
    portal.portal.settings.validations = [
        {"object": "companies", "property": "ae_score", "ids": guilty, "message": "not by a machine"}
    ]
    told = pushed(connect(portal), *many(100, score=5.0))

    assert {one for one, outcome in told.items() if outcome.state == "failed"} == set(guilty)
    assert {one for one, outcome in told.items() if outcome.state == "ok"} == set(told) - set(guilty)
    assert all(outcome.code for outcome in told.values() if outcome.state == "failed")
    assert calls(portal, UPDATE) <= max(1, 2 * bad * 8)


def test_a_company_that_is_gone_ends_as_failed_with_what_to_do(portal: HubSpotSandbox) -> None:
    told = pushed(connect(portal), a_change(999_999, score=1.0), a_change(1, score=1.0))

    assert told["1"].state == "ok"
    assert (told["999999"].state, told["999999"].code) == ("failed", "OBJECT_NOT_FOUND")
    assert "next run leaves it out" in told["999999"].message


def test_a_company_merged_between_plan_and_push_is_not_written_under_its_old_id(portal: HubSpotSandbox) -> None:
    """B16: an update of the old id would land on the new company."""
    survivor = merged(portal, "companies", "1", "2")
    told = pushed(connect(portal), *many(3, score=5.0))

    assert {(one, told[one].state, told[one].code) for one in told} == {
        ("1", "failed", "MERGED"), ("2", "failed", "MERGED"), ("3", "ok", ""),
    }  # fmt: skip
    assert survivor in told["1"].message
    assert "next run writes that one" in told["1"].message
    assert "score" not in held(portal, int(survivor))


@pytest.mark.parametrize("action", ["drop_before", "drop_after", "html", "truncate", "status"])
def test_a_write_with_an_unclear_end_is_read_back_by_id(portal: HubSpotSandbox, action: str) -> None:
    """B17: never by search, which lags behind."""
    crm = connect(portal)
    portal.portal.faults.put([{"action": action, "nth": [1], "path": UPDATE}])
    told = pushed(crm, *many(100, score=5.0))

    assert states(told) == {("ok", "")}
    assert calls(portal, UPDATE) <= 2
    assert calls(portal, "/companies/search") == 0
    assert all(held(portal, n)["score"] == "5" for n in range(1, 101))


def test_an_answer_that_speaks_of_nothing_is_not_believed(portal: HubSpotSandbox) -> None:
    """B19: 200, no result, no error, nothing written."""
    portal.portal.faults.put([{"action": "silent_noop", "sobject": "companies", "ids": ["7"], "times": 1}])
    told = pushed(connect(portal), *many(20, score=5.0))

    assert states(told) == {("ok", "")}
    assert held(portal, 7)["score"] == "5"
    assert calls(portal, UPDATE) == 2


def test_what_never_lands_and_is_never_refused_is_unknown(portal: HubSpotSandbox) -> None:
    """B19."""
    portal.portal.faults.put([{"action": "silent_noop", "sobject": "companies", "ids": ["7"]}])
    told = pushed(connect(portal), *many(20, score=5.0))

    assert told["7"].state == "unknown"
    assert sum(one.state == "ok" for one in told.values()) == 19


def test_rows_in_another_order_and_errors_by_trace_find_their_companies(portal: HubSpotSandbox) -> None:
    """B19: results are shuffled, errors name the trace."""
    portal.portal.settings.row_errors = True  # and a rule of an admin forbids a score of 1
    portal.portal.settings.validations = [{"object": "companies", "property": "ae_score", "values": ["1"]}]
    told = pushed(connect(portal), *(a_change(n, score=float(n % 2)) for n in range(1, 41)))

    assert {one for one, outcome in told.items() if outcome.state == "ok"} == {str(n) for n in range(2, 41, 2)}


def test_the_end_of_the_day_leaves_an_outcome_for_each_row_that_was_sent(portal: HubSpotSandbox) -> None:
    crm = connect(portal, calls_per_run=None)
    names = {"score": "ae_score"}
    limit = {"status": "error", "message": "You have reached your daily limit.", "policyName": "DAILY"}
    portal.portal.faults.put([{"action": "status", "status": 429, "body": limit, "nth": [2], "path": UPDATE}])
    told: list[Outcome] = []
    with pytest.raises(BudgetReached):
        told.extend(crm.push(many(250, score=5.0), names))
    outcomes = iter(crm.push(many(250, score=6.0), names))
    assert sum(one.state == "ok" for one in outcomes) == 250


def test_when_reading_back_fails_too_the_rows_are_unknown(portal: HubSpotSandbox) -> None:
    crm = connect(portal)
    names = make_fields(crm)
    crm._known()
    portal.portal.faults.put(
        [
            {"action": "drop_after", "path": UPDATE},
            {"action": "drop_before", "path": "/batch/read", "nth": [*range(2, 99)]},
        ]
    )
    told = list(crm.push(many(30, score=5.0), {"score": names["score"]}))

    assert {(one.state, one.code) for one in told} == {("unknown", "UNKNOWN")}
    assert len(told) == 30


def test_a_property_that_is_archived_while_we_write_stops_the_push_at_once(portal: HubSpotSandbox) -> None:
    crm = connect(portal)
    crm._known()
    with portal.portal.lock:
        del portal.portal.definitions["companies"].properties["ae_score"]
    with pytest.raises(ConfigError, match="connector fields apply"):
        list(crm.push(many(100, score=1.0), {"score": "ae_score"}))
    assert calls(portal, UPDATE) == 1


def test_nothing_is_sent_for_a_property_that_is_not_there(portal: HubSpotSandbox) -> None:
    with portal.portal.lock:
        del portal.portal.definitions["companies"].properties["ae_score"]
    with pytest.raises(ConfigError, match="ae_score is not there"):
        list(connect(portal).push(many(2, score=1.0), {"score": "ae_score"}))
    assert calls(portal, UPDATE) == 0


def test_nothing_but_what_the_mapping_names_is_written(portal: HubSpotSandbox) -> None:
    with pytest.raises(UnsafePlan, match="not what the mapping calls"):
        list(connect(portal).push(many(1, score=1.0), {"score": "name"}))
    with pytest.raises(UnsafePlan, match="twice"):
        list(connect(portal).push([a_change(1, score=1.0), a_change(1, score=2.0)], {"score": "ae_score"}))


def test_what_cannot_be_sent_is_refused_row_by_row(portal: HubSpotSandbox) -> None:
    odd = AccountChange("1; DROP", "", {"score": 1.0}, (), "")
    told = pushed(connect(portal), odd, a_change(2, score=float("inf")), a_change(3, score=1.0))

    assert {one.code for one in told.values()} == {"MALFORMED_ID", "NOT_A_NUMBER", ""}


def test_a_token_that_may_not_write_says_which_scope(portal: HubSpotSandbox) -> None:
    portal.portal.settings.scopes.discard("crm.objects.companies.write")
    with pytest.raises(AccessDenied, match=r"crm\.objects\.companies\.write"):
        list(connect(portal).push(many(2, score=1.0), {"score": "ae_score"}))


def test_what_was_pushed_is_current_though_search_lags() -> None:
    """B17."""
    lagging = Settings(burst_limit=0, search_limit=0, index_lag=3_600.0)
    with a_portal(settings=lagging, companies=companies(3)) as portal:
        crm = connect(portal)
        names = make_fields(crm)
        at = datetime(2026, 11, 21, 4, 5, 6, 789_000, tzinfo=UTC)
        cells: dict[str, Cell] = {"score": 12.5, "band": "Hot", "mqa": True, "mqa_date": at, "last_two_way": at.date()}
        pushed(crm, *(a_change(n, **cells) for n in (1, 2, 3)))
        wanted = {name: names[name] for name in cells}
        for ids in (["3", "1"], None):
            rows = [row for page in crm.current(ids, wanted) for row in page.to_pylist()]
            assert [{name: row[name] for name in cells} for row in rows] == [cells] * len(ids or "123")
        assert abs(rows[0]["modified_at"] - portal.portal.clock.now()) < timedelta(seconds=1)


def test_a_company_that_was_merged_does_not_come_under_its_old_id(portal: HubSpotSandbox) -> None:
    """B16."""
    crm = connect(portal)
    merged(portal, "companies", "1", "2")
    rows = [row["id"] for page in crm.current(["1", "2", "3"], {}) for row in page.to_pylist()]
    assert rows == ["3"]
